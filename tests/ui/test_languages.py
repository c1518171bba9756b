"""Languages by their names."""

from __future__ import annotations

import pytest

from app.dialects.fun_asr_models import MANY_LANGUAGES
from app.engines.services import QWEN_LANGUAGES
from app.ui.languages import COMMON, choices, language_name, spoken
from tests.fakes.service import FakeTraits


@pytest.mark.parametrize("code", sorted({*QWEN_LANGUAGES, *MANY_LANGUAGES, *COMMON}))
def test_every_language_to_choose_has_a_name(code: str) -> None:
    assert len(language_name(code)) > 3


def test_a_language_of_a_region_and_one_that_nobody_knows() -> None:
    assert language_name("zh-CN") == "Chinese"
    assert language_name("xx") == "xx"


def test_a_recognizer_offers_what_it_names_else_what_is_common() -> None:
    assert choices(FakeTraits(languages=("de", "en"))) == ("de", "en")
    assert choices(FakeTraits()) == COMMON
    assert choices(FakeTraits(told_language=False)) == ()
    assert choices(FakeTraits(languages=("en",), told_language=False)) == ("en",)


@pytest.mark.parametrize(
    ("language", "traits", "expected"),
    [
        ("de", FakeTraits(languages=("de", "en")), "de"),
        ("de-AT", FakeTraits(languages=("de", "en")), "de-AT"),
        ("sv", FakeTraits(languages=("de", "en")), None),
        ("sv", FakeTraits(), "sv"),
        ("sv", FakeTraits(told_language=False), None),
        (None, FakeTraits(languages=("de", "en")), None),
        ("sv", FakeTraits(languages=("en",)), "en"),
        (None, FakeTraits(languages=("en",)), "en"),
    ],
)
def test_a_recognizer_is_told_only_what_it_understands(
    language: str | None, traits: FakeTraits, expected: str | None
) -> None:
    assert spoken(language, traits) == expected
