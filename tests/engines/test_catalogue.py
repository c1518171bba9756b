from __future__ import annotations

import subprocess
import sys

import pytest

from app.dialects.fun_asr_models import MANY_LANGUAGES
from app.domain.errors import UsageError
from app.domain.request import RecognitionRequest
from app.engines.base import EngineTraits
from app.engines.catalogue import Catalogue
from app.engines.moonshine import MoonshineEngine


def test_the_embedded_engine_is_the_default():
    catalogue = Catalogue()
    assert catalogue.row().id == "moonshine"
    assert catalogue.row().traits.offline
    assert isinstance(catalogue.engine("moonshine", RecognitionRequest()), MoonshineEngine)
    catalogue.close()


def test_an_unknown_engine_is_refused_with_those_there_are():
    with pytest.raises(UsageError, match="moonshine"):
        Catalogue().row("teletype")


def test_looking_at_the_table_loads_nothing_heavy():
    code = (
        "import sys, app.engines.catalogue as c; c.Catalogue();"
        "print([m for m in ('numpy', 'moonshine_voice', 'ctypes') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_an_engine_with_one_language_hears_that_one() -> None:
    traits = Catalogue().row("moonshine").traits
    assert [traits.language(None), traits.language("zh")] == ["en", "zh"]
    assert EngineTraits().language(None) is None


def test_what_a_model_can_do_goes_by_the_model() -> None:
    row = Catalogue().row("fun-asr")
    assert row.traits_of("").context
    assert not row.traits_of("fun-asr-realtime-2026-02-28").context
    assert row.traits_of("fun-asr-flash-8k-realtime").rates == (8_000,)
    assert row.traits_of("paraformer-realtime-v2").languages


@pytest.mark.parametrize(
    ("model", "languages"),
    [
        ("fun-asr-flash-8k-realtime", ("zh",)),
        ("paraformer-realtime-8k-v2", ("zh",)),
        ("paraformer-realtime-v1", ("zh",)),
        ("fun-asr-realtime-2026-02-28", ("zh", "en", "ja")),
        ("fun-asr-realtime", MANY_LANGUAGES),
        ("fun-asr-realtime-2025-11-07", MANY_LANGUAGES),
        ("qwen-audio-3.0-asr-flash-streaming", MANY_LANGUAGES),
        # Its maker publishes none.
        ("qwen-audio-3.1-asr-flash-streaming", ()),
    ],
)
def test_which_languages_a_model_understands(model: str, languages: tuple[str, ...]) -> None:
    traits = Catalogue().row("fun-asr").traits_of(model)
    assert traits.languages == languages
    assert traits.language(None) == ("zh" if languages == ("zh",) else None)
