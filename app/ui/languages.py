"""Languages: by their names, and as far as a recognizer understands them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLocale

from app.domain.request import base_language
from app.ui.surroundings import Traits

_CODES: Final = (
    "ar bg bn ca cs da de el en es et fa fi fil fr he hi hr hu id is it ja ko lt lv ms nl no pl pt ro ru sk "
    "sl sr sv sw ta th tr uk ur vi yue zh"
)
COMMON: Final = tuple(_CODES.split())
"""To choose from where a recognizer names none."""


def language_name(code: str) -> str:
    """What people call a language; the code where nobody knows it."""
    language = QLocale.codeToLanguage(base_language(code))
    return code if language is QLocale.Language.AnyLanguage else QLocale.languageToString(language)


def choices(traits: Traits) -> Sequence[str]:
    """Codes that a recognizer can be told."""
    if len(traits.languages) == 1:
        return tuple(traits.languages)
    return (traits.languages or COMMON) if traits.told_language else ()


def spoken(language: str | None, traits: Traits) -> str | None:
    """The language to tell a recognizer; None where it decides, or does not understand the chosen one."""
    if len(traits.languages) == 1:
        return traits.languages[0]
    if language is None or not traits.told_language:
        return None
    return language if not traits.languages or base_language(language) in traits.languages else None
