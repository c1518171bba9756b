"""What the user chose, as others ask for it."""

from __future__ import annotations

from app.domain.request import Cut, Hotword, RecognitionRequest, WordSet
from app.settings import ServiceChoice, Settings


def test_a_service_is_used_in_its_usual_way_until_chosen_otherwise() -> None:
    settings = Settings()
    assert settings.service("vllm") == ServiceChoice("vllm")
    chosen = settings.with_service(ServiceChoice("vllm", model="m")).with_service(
        ServiceChoice("x", model="n")
    )
    assert (chosen.service("vllm").model, chosen.service("x").model) == ("m", "n")
    assert chosen.with_service(ServiceChoice("vllm")).services == (ServiceChoice("x", model="n"),)


def test_a_choice_says_all_that_a_request_needs() -> None:
    words = WordSet("Talks", (Hotword("Bulge Bracket", 5), Hotword("高血压")), "关于银行")
    choice = ServiceChoice(
        "qwen-asr",
        endpoint="wss://{workspace}.us-east-1.maas.aliyuncs.com",
        workspace="ws-1",
        cut=Cut.MANUAL,
        push_to_talk=True,
        vad_threshold=-0.3,
    )
    assert choice.request("de", words) == RecognitionRequest(
        language="de",
        hotwords=words.hotwords,
        context=words.context,
        endpoint="wss://{workspace}.us-east-1.maas.aliyuncs.com",
        workspace="ws-1",
        cut=Cut.MANUAL,
        vad_threshold=-0.3,
        vad_silence=0.8,
    )
    # Numbers as the service has them unless the user chose others.
    assert ServiceChoice("vllm").request() == RecognitionRequest()
