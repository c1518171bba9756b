"""The customization API's language."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialects import vocabulary
from app.dialects.base import Service
from app.dialects.vocabulary import ListRow, WordList, prefix_for
from app.domain.errors import (
    AccessError,
    BusyError,
    CaptionError,
    CredentialError,
    RefusedError,
    ServiceError,
)
from app.domain.secret import Secret
from app.engines.services import SERVICES
from tests.dialects.wire import golden

KEY = Secret("sk-0123456789abcdef0123456789abcdef")
MODEL = "fun-asr-realtime"
SERVICE = Service("wss://dashscope.aliyuncs.com", MODEL, KEY)
MODELS = next(row.models for row in SERVICES if row.id == "fun-asr")
NAME = f"vocab-{prefix_for(MODEL)}-0123456789abcdef"


def test_questions_are_those_of_the_official_client() -> None:
    words, name = {"语音实验室": 4, "Bulge Bracket": 4}, "vocab-probe-0123456789abcdef"
    ours = [
        vocabulary.create(MODEL, words),
        vocabulary.show_all(0),
        vocabulary.query(name),
        vocabulary.update(name, {"x": 5}),
        vocabulary.delete(name),
    ]
    recorded = golden("vocabulary")
    theirs = [one["json"] for one in recorded.messages if one["dir"] == "c>s"]
    # What is left to us: the prefix, the language of a word, looking at all lists, empty parameters.
    theirs[0]["input"]["prefix"] = prefix_for(MODEL)
    del theirs[0]["input"]["vocabulary"][0]["lang"]
    del theirs[1]["input"]["prefix"]
    for question in theirs:
        assert question.pop("parameters") == {}
    assert list(map(json.loads, ours)) == theirs
    assert vocabulary.handshake(SERVICE).url.endswith(recorded.path)


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("wss://dashscope.aliyuncs.com", "https://dashscope.aliyuncs.com"),
        ("wss://dashscope.aliyuncs.com/", "https://dashscope.aliyuncs.com"),
        ("wss://dashscope.aliyuncs.com/api-ws/v1/inference/", "https://dashscope.aliyuncs.com"),
        ("wss://dashscope.aliyuncs.com/api-ws/v1", "https://dashscope.aliyuncs.com"),
        ("wss://dashscope.aliyuncs.com/api-ws", "https://dashscope.aliyuncs.com"),
        ("wss://api-ws.example:8443/prefix", "https://api-ws.example:8443/prefix"),
        ("ws://127.0.0.1:8000/prefix/api-ws/v1/inference", "http://127.0.0.1:8000/prefix"),
        ("ws://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_same_host_is_asked(endpoint: str, url: str) -> None:
    found = vocabulary.handshake(Service(endpoint, MODEL))
    assert found.url == f"{url}/api/v1/services/audio/asr/customization"
    assert found.headers == {"Content-Type": "application/json"}


def test_the_key_and_the_workspace_are_in_the_headers_and_nowhere_else() -> None:
    found = vocabulary.handshake(Service(SERVICE.endpoint, MODEL, KEY, "ws-1"))
    assert found.headers["Authorization"] == f"Bearer {KEY.reveal()}"
    assert found.headers["X-DashScope-WorkSpace"] == "ws-1"
    assert KEY.reveal() not in repr(found)


def test_prefixes_are_within_the_limits_and_tell_the_models_apart() -> None:
    prefixes = [prefix_for(model) for model in MODELS]
    assert len(set(prefixes)) == len(prefixes)
    assert all(re.fullmatch("surtitle[a-z0-9]{2}", prefix) for prefix in prefixes)


@given(st.text())
def test_any_model_has_a_prefix(model: str) -> None:
    assert re.fullmatch("surtitle[a-z0-9]{2}", prefix_for(model))
    row = ListRow(f"vocab-{prefix_for(model)}-0", "")
    assert row.is_ours
    assert row.is_for(model)


@pytest.mark.parametrize(
    "name",
    ["vocab-cap1-0", "vocab-surtitle-0", "vocab-surtitleab", "surtitleab-0", "vocab-surtitleABC-0", "", "x"],
)
def test_lists_of_others_are_not_ours(name: str) -> None:
    assert not ListRow(name, "").is_ours
    assert not ListRow(name, "").is_for(MODEL)


def test_answers() -> None:
    listed = {"vocabulary_id": NAME, "gmt_create": "1", "gmt_modified": "2", "status": "OK"}
    assert vocabulary.rows({"vocabulary_list": [listed]}) == [ListRow(NAME, "2")]
    inside = {
        "vocabulary": [{"text": "语音", "weight": 4, "lang": "zh"}, {"text": "x", "weight": 5}],
        "target_model": MODEL,
        "status": "OK",
    }
    assert vocabulary.contents(inside) == WordList({"语音": 4, "x": 5}, MODEL, True)
    assert not vocabulary.contents({**inside, "status": "UNDEPLOYED"}).ready
    assert vocabulary.created({"vocabulary_id": NAME}) == NAME
    with pytest.raises(RefusedError):
        vocabulary.created({})


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (401, b'{"code":"InvalidApiKey","message":"Invalid API-key provided."}', CredentialError, "the key"),
        (403, b'{"code":"AccessDenied","message":"Access denied."}', AccessError, "may not use"),
        (
            429,
            b'{"code":"Throttling.RateQuota","message":"Requests rate limit exceeded"}',
            BusyError,
            "limit",
        ),
        (400, b'{"code":"InvalidParameter","message":"prefix too long"}', RefusedError, "prefix too long"),
        (500, b"", ServiceError, "a problem of its own"),
        (302, b"", RefusedError, "302"),
        (200, b"<html>", RefusedError, "does not understand"),
        (200, b'{"code":"InternalError","message":"oops"}', ServiceError, "a problem of its own"),
        (200, b'{"output":null}', ServiceError, "ended"),
    ],
)
def test_refusals(status: int, body: bytes, kind: type[CaptionError], says: str) -> None:
    with pytest.raises(CaptionError) as caught:
        vocabulary.output(status, body, SERVICE)
    assert type(caught.value) is kind
    assert says in caught.value.problem
    assert caught.value.remedy


def test_the_key_is_in_no_refusal() -> None:
    body = json.dumps({"code": "InvalidParameter", "message": f"bad {KEY.reveal()}"}).encode()
    with pytest.raises(RefusedError) as caught:
        vocabulary.output(400, body, SERVICE)
    assert KEY.reveal() not in repr(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["OK", NAME, MODEL, "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["vocabulary_list", "vocabulary_id", "vocabulary", "text", "weight", "status", "gmt_modified"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["vocabulary_list", "vocabulary", "target_model", "status"]), JSON))
def test_any_answer_is_taken(answer: dict[str, object]) -> None:
    assert all(isinstance(row.id, str) and row.id for row in vocabulary.rows(answer))
    assert isinstance(vocabulary.contents(answer), WordList)


@given(st.integers(100, 599), st.binary())
def test_any_bytes_are_an_answer_or_a_sentence(status: int, body: bytes) -> None:
    with pytest.raises(CaptionError):
        vocabulary.output(status, body, SERVICE)
