"""The table of services. A new service is a row here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.dialects import fun_asr_models
from app.dialects.base import Dialect, Service
from app.dialects.expectations import CORPUS
from app.domain.hotword_rules import HotwordRules
from app.domain.request import Hotword, RecognitionRequest
from app.engines.base import EngineTraits, Threshold
from app.engines.endpoints import checked, is_loopback
from app.engines.regions import MODEL_STUDIO, WORKSPACE, Region, addressed

DASHSCOPE_KEY: Final = "DASHSCOPE_API_KEY"
OPENAI_KEY: Final = "OPENAI_API_KEY"
VLLM_KEY: Final = "VLLM_API_KEY"
TOLD: Final = HotwordRules()
"""Hotwords are part of what is told in words: only the whole has a limit."""

FEWEST_STARTS: Final = 10.0
"""What the strictest of the models publish (600 a minute); taken where nothing is known."""
QWEN_STARTS: Final = 20.0

QWEN_LANGUAGES: Final = tuple(
    "zh yue en ja de ko ru fr pt ar it es hi id th tr uk vi cs da fil fi is ms no pl sv".split()  # noqa: SIM905  # 27 quotes less
)


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service to choose from.

    Attributes:
        traits_of: what each of its models can do, by the model's name.
        regions: where it is, the usual one first; one alone where there is nothing to choose.
        models: its models, the default one first; empty where the server has just one.
        key: environment variable and keyring name of its key; empty where it knows no keys.
        key_needed: it lets nobody in without one, unless it is on this computer.
        pace: seconds of sound that it takes in a second. A little more than one, since clocks of sound cards
            differ, and who may not catch up falls behind for good.
        replay: the same, of sound that it has missed. Services take minutes of sound in one message, and the
            vendor's own client sends recordings faster than they were spoken.
        longest: seconds that it lets a session live; None where no limit is known.
        starts: sessions that may begin in a second.
        tells_times: it says when something was said; else that is when its words come, and sound must
            not run ahead of them.
        listed: those of the hotwords that a model knows from a list which the service keeps, with their
            weights.
        advice: a sentence for the user about a model, a language (None where the service finds it out) and
            a source of so many samples a second; empty for none.
        client_cuts: beginnings of models that never end a sentence by themselves.
    """

    id: str
    title: str
    traits_of: Callable[[str], EngineTraits]
    dialect: Callable[[RecognitionRequest, Service], Dialect]
    regions: tuple[Region, ...]
    models: tuple[str, ...] = ()
    key: str = ""
    key_needed: bool = True
    pace: float = 1.02
    replay: float = 4.0
    longest: float | None = None
    starts: float = FEWEST_STARTS
    tells_times: bool = True
    listed: Callable[[str, Iterable[Hotword]], Mapping[str, int]] = lambda _, __: {}
    advice: Callable[[str, str | None, int], str] = lambda _, __, ___: ""
    client_cuts: tuple[str, ...] = ()

    @property
    def model(self) -> str:
        """The usual model; empty where the server has just one."""
        return next(iter(self.models), "")

    @property
    def traits(self) -> EngineTraits:
        """What the usual model can do."""
        return self.traits_of(self.model)

    @property
    def endpoint(self) -> str:
        """Where it is unless the user says otherwise."""
        return self.regions[0].endpoint

    @property
    def workspaces(self) -> bool:
        """Whether a customer's workspaces have doors of their own."""
        return any(WORKSPACE in region.endpoint for region in self.regions)

    def address(self, endpoint: str = "", workspace: str = "") -> str:
        """Where to reach it; its usual place where `endpoint` is empty.

        Raises:
            UsageError: that is no address a key and a meeting may be sent to.
        """
        return checked(addressed(endpoint or self.endpoint, workspace.strip()))

    def is_near(self, endpoint: str = "") -> bool:
        """Whether it is on this computer, so that sound does not leave it."""
        return is_loopback(endpoint or self.endpoint)


def _all(traits: EngineTraits) -> Callable[[str], EngineTraits]:
    """Every model can do the same."""

    def traits_of(model: str) -> EngineTraits:
        return traits

    return traits_of


def _fun_asr_traits(model: str) -> EngineTraits:
    return EngineTraits(
        fun_asr_models.languages_of(model),
        hotwords=fun_asr_models.hotwords_of(model),
        context=fun_asr_models.context_of(model),
        word_times=True,
        rates=(fun_asr_models.rate_of(model),),
        told_language=fun_asr_models.takes_language(model),
        threshold=Threshold(-1.0, 1.0, 0.0) if fun_asr_models.takes_threshold(model) else None,
        silence=fun_asr_models.takes_silence(model),
        semantic=fun_asr_models.takes_semantic(model),
    )


_OPENAI_CLIENT_CUTS: Final = ("gpt-realtime-whisper",)


def _openai_traits(model: str) -> EngineTraits:
    traits = EngineTraits(
        hotwords=TOLD,
        context=CORPUS,
        manual=True,
        rates=(24_000,),
        threshold=Threshold(0.0, 1.0, 0.5),
        silence=True,
    )
    return replace(traits, threshold=None) if model.startswith(_OPENAI_CLIENT_CUTS) else traits


# The dialects load when they are first spoken: the window opens before that.


def _fun_asr(request: RecognitionRequest, service: Service) -> Dialect:
    from app.dialects.fun_asr import FunAsr

    return FunAsr(request, service)


def _qwen_asr(request: RecognitionRequest, service: Service) -> Dialect:
    from app.dialects.qwen_asr import QwenAsr

    return QwenAsr(request, service)


def _qwen_omni(request: RecognitionRequest, service: Service) -> Dialect:
    from app.dialects.qwen_omni import QwenOmni

    return QwenOmni(request, service)


def _openai_realtime(request: RecognitionRequest, service: Service) -> Dialect:
    from app.dialects.openai_realtime import OpenAiRealtime

    return OpenAiRealtime(request, service)


def _vllm(request: RecognitionRequest, service: Service) -> Dialect:
    from app.dialects.vllm import Vllm

    return Vllm(request, service)


def _funasr(request: RecognitionRequest, service: Service) -> Dialect:
    from app.dialects.funasr_runtime import FunAsrRuntime

    return FunAsrRuntime(request, service)


SERVICES: Final = (
    ServiceRow(
        "qwen-asr",
        "Qwen-ASR (Alibaba Cloud)",
        _all(
            EngineTraits(
                QWEN_LANGUAGES,
                hotwords=TOLD,
                context=CORPUS,
                manual=True,
                threshold=Threshold(-1.0, 1.0, 0.0),
                silence=True,
            )
        ),
        _qwen_asr,
        MODEL_STUDIO,
        (
            "qwen3-asr-flash-realtime",
            "qwen3-asr-flash-realtime-2026-02-10",
            "qwen3-asr-flash-realtime-2025-10-27",
        ),
        DASHSCOPE_KEY,
        longest=85 * 60.0,
        starts=QWEN_STARTS,
    ),
    ServiceRow(
        "fun-asr",
        "Fun-ASR (Alibaba Cloud)",
        _fun_asr_traits,
        _fun_asr,
        MODEL_STUDIO,
        (
            "fun-asr-realtime",
            "fun-asr-realtime-2026-02-28",
            "fun-asr-flash-8k-realtime",
            "paraformer-realtime-v2",
            "paraformer-realtime-8k-v2",
            "qwen-audio-3.1-asr-flash-streaming",
            "qwen-audio-3.0-asr-flash-streaming",
            "qwen-audio-3.1-asr-flash-message",
        ),
        DASHSCOPE_KEY,
        listed=fun_asr_models.listed,
        advice=fun_asr_models.advice,
    ),
    ServiceRow(
        "qwen-omni",
        "Qwen-Omni (Alibaba Cloud)",
        _all(
            EngineTraits(
                hotwords=TOLD, context=CORPUS, manual=True, threshold=Threshold(-1.0, 1.0, 0.5), silence=True
            )
        ),
        _qwen_omni,
        MODEL_STUDIO,
        ("qwen3-omni-flash-realtime", "qwen3.5-omni-flash-realtime", "qwen3.5-omni-plus-realtime"),
        DASHSCOPE_KEY,
        longest=25 * 60.0,
    ),
    ServiceRow(
        "openai-realtime",
        "OpenAI or a server like it",
        _openai_traits,
        _openai_realtime,
        (Region("OpenAI", "wss://api.openai.com"),),
        ("gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-realtime-whisper", "whisper-1"),
        OPENAI_KEY,
        longest=25 * 60.0,
        client_cuts=_OPENAI_CLIENT_CUTS,
    ),
    ServiceRow(
        "vllm",
        "A vLLM server of your own",
        _all(EngineTraits(told_language=False, silence=True)),
        _vllm,
        (Region("This computer", "ws://127.0.0.1:8000"),),
        ("mistralai/Voxtral-Mini-4B-Realtime-2602", "Qwen/Qwen3-ASR-1.7B"),
        VLLM_KEY,
        key_needed=False,
        replay=1.02,
        tells_times=False,
    ),
    ServiceRow(
        "funasr",
        "A FunASR server of your own",
        _all(EngineTraits(hotwords=TOLD, word_times=True, told_language=False)),
        _funasr,
        (Region("This computer", "wss://127.0.0.1:10095"),),
        key_needed=False,
        pace=4.0,
    ),
)
