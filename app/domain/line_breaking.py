"""Where a line of captions may break: at blanks, and between characters of scripts that use none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_IDEOGRAPHS = (
    r"\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    r"\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_WIDE_MARKS = r"\u3000-\u303f\u30fb\uff01-\uff65"
_WIDE_OPENERS = "（［｛「『【《〈〔〖｢"
_OPENERS = _WIDE_OPENERS + "“‘"
_MOST_OPENERS = 8
"""In a row that stay with what they open; without an end, each of thousands would look at all the others."""
_CLOSERS = "、。，．：；？！）］｝」』】》〉〕〗｣”’…—～·・%.,:;?!)]}"
_NEVER_FIRST = _CLOSERS + "ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〻"
_JOINER = "\u200d"


# Compiled when first needed: sets as large as these take longer than all the rest of the file.
@cache
def _token() -> re.Pattern[str]:
    return re.compile(
        rf"\s*([{re.escape(_OPENERS)}]{{0,{_MOST_OPENERS}}}[{_IDEOGRAPHS}][{re.escape(_NEVER_FIRST)}]*"
        rf"|[{_WIDE_OPENERS}]*[^\s{_IDEOGRAPHS}{_WIDE_OPENERS}]+"
        rf"|[{_WIDE_OPENERS}]+)"
    )


@cache
def _wide() -> re.Pattern[str]:
    return re.compile(f"[{_IDEOGRAPHS}{_WIDE_MARKS}]")


@dataclass(frozen=True, slots=True)
class Token:
    """Characters that stay together on a line.

    Attributes:
        blank: a blank stands before it.
        stop: index in the text after its last character.
    """

    blank: bool
    text: str
    stop: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Cut `text` from `start` on at every place where a line may break."""
    # Without the blanks at the end: each of them would look through all the others.
    for match in _token().finditer(text, start, len(text.rstrip())):
        yield Token(match.start(1) > match.start(), match[1], match.end())


def needs_blank(before: str, after: str) -> bool:
    """Whether two sentences set side by side need a blank between them."""
    return bool(before and after) and not (_wide().match(before[-1]) or _wide().match(after[0]))


def widest_form(token: str) -> str:
    """The token with the widest mark that may still close it, so that a late mark finds room."""
    stem = token.rstrip(_CLOSERS)
    if not stem:
        return token
    return stem + ("？" if _wide().match(stem[-1]) else "?")


def glyphs(text: str) -> list[str]:
    """Characters with all that combines with them: accents, variation selectors, joined emoji."""
    found: list[str] = []
    for character in text:
        if found and (_combines(character) or found[-1].endswith(_JOINER)):
            found[-1] += character
        else:
            found.append(character)
    return found


def _combines(character: str) -> bool:
    return (
        character == _JOINER
        or unicodedata.category(character) in ("Mn", "Mc", "Me")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
