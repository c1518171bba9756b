"""A service as a request wants it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.dialects import openai_realtime, qwen_asr, qwen_omni
from app.dialects.base import Service
from app.dialects.fun_asr import parameters
from app.domain.errors import UsageError
from app.domain.request import Cut, RecognitionRequest
from app.engines.reach import Reach
from app.engines.regions import WORKSPACE, Region
from app.engines.services import SERVICES, ServiceRow

BEIJING, SINGAPORE = Region("Beijing", "wss://a.example"), Region("Singapore", "wss://b.example")
VIRGINIA = Region("Virginia", f"wss://{WORKSPACE}.c.example")


def service(name: str) -> ServiceRow:
    return next(row for row in SERVICES if row.id == name)


ROW = replace(service("qwen-asr"), regions=(BEIJING, SINGAPORE, VIRGINIA))


def elsewhere(**request: str) -> list[str]:
    ways = Reach.of(ROW, RecognitionRequest(**request)).elsewhere()
    assert all(way.service.endpoint == region.endpoint.replace(WORKSPACE, "ws-1") for region, way in ways)
    return [region.title for region, _ in ways]


def test_the_usual_place_and_model_unless_told_otherwise() -> None:
    reach = Reach.of(ROW, RecognitionRequest())
    assert (reach.service.endpoint, reach.service.model) == ("wss://a.example", "qwen3-asr-flash-realtime")
    reach = Reach.of(ROW, RecognitionRequest(model=" other ", endpoint="wss://d.example", workspace=" ws-1 "))
    assert reach.service == Service("wss://d.example", "other", workspace="ws-1")


def test_a_workspace_goes_into_the_address() -> None:
    request = RecognitionRequest(endpoint=VIRGINIA.endpoint, workspace="ws-1")
    assert Reach.of(ROW, request).service.endpoint == "wss://ws-1.c.example"


def test_what_leads_nowhere_is_refused() -> None:
    with pytest.raises(UsageError):
        Reach.of(ROW, RecognitionRequest(endpoint=VIRGINIA.endpoint))


def test_other_regions_are_those_that_can_be_asked() -> None:
    assert elsewhere() == ["Singapore"]
    assert elsewhere(endpoint=SINGAPORE.endpoint) == ["Beijing"]
    assert elsewhere(workspace="ws-1") == ["Singapore", "Virginia"]
    assert elsewhere(workspace="ws-1", endpoint=VIRGINIA.endpoint) == ["Beijing", "Singapore"]


def test_a_key_for_an_address_of_ones_own_is_shown_nowhere_else() -> None:
    assert elsewhere(endpoint="wss://company.example") == []


def test_a_service_on_this_computer_needs_no_key() -> None:
    near = Reach.of(ROW, RecognitionRequest(endpoint="ws://127.0.0.1:9"))
    assert near.near
    assert not near.key_needed
    assert Reach.of(ROW, RecognitionRequest()).key_needed


def test_a_model_that_never_ends_a_sentence_is_helped_with_the_silence_that_was_chosen() -> None:
    request = RecognitionRequest(model="gpt-realtime-whisper", vad_silence=1.5)
    adapted = Reach.of(service("openai-realtime"), request).request
    assert (adapted.cut, adapted.commit_pause) == (Cut.MANUAL, 1.5)


def test_who_ends_sentences_by_itself_is_not_asked_otherwise() -> None:
    assert Reach.of(service("fun-asr"), RecognitionRequest(cut=Cut.MANUAL)).request.cut is Cut.VAD


@pytest.mark.parametrize(
    ("name", "model", "cut"),
    [
        ("fun-asr", "fun-asr-realtime", Cut.SEMANTIC),
        ("fun-asr", "fun-asr-flash-8k-realtime", Cut.SEMANTIC),
        ("fun-asr", "paraformer-realtime-v2", Cut.SEMANTIC),
        ("fun-asr", "qwen-audio-3.1-asr-flash-streaming", Cut.SEMANTIC),
        ("fun-asr", "paraformer-realtime-v1", Cut.VAD),
        ("fun-asr", "qwen-audio-3.1-asr-flash-message", Cut.VAD),
        ("qwen-asr", "qwen3-asr-flash-realtime", Cut.VAD),
        ("openai-realtime", "gpt-realtime-whisper", Cut.MANUAL),
    ],
)
def test_only_who_can_is_asked_to_end_sentences_by_meaning(name: str, model: str, cut: Cut) -> None:
    request = RecognitionRequest(model=model, cut=Cut.SEMANTIC)
    assert Reach.of(service(name), request).request.cut is cut


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("qwen-asr", qwen_asr.SUGGESTED_THRESHOLD),
        ("qwen-omni", qwen_omni.USUAL_THRESHOLD),
        ("openai-realtime", openai_realtime.USUAL_THRESHOLD),
    ],
)
def test_the_threshold_that_is_shown_as_usual_is_the_one_that_is_sent(name: str, usual: float) -> None:
    threshold = service(name).traits.threshold
    assert threshold is not None
    assert threshold.usual == usual


@pytest.mark.parametrize("model", [*service("fun-asr").models, "paraformer-realtime-v1"])
def test_what_a_model_is_said_to_take_is_what_it_is_sent(model: str) -> None:
    traits = service("fun-asr").traits_of(model)
    request = RecognitionRequest("en", vad_threshold=0.3, vad_silence=2.0)
    sent = parameters(request, Service("wss://a.example", model), traits.rates[0])
    assert ("language_hints" in sent) is traits.told_language
    assert ("max_sentence_silence" in sent) is traits.silence
    assert ("semantic_punctuation_enabled" in sent) is traits.semantic
    assert ("speech_noise_threshold" in sent) is (traits.threshold is not None)
