"""What becomes of a segment's times, words and origin when the user changes its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate, pairwise

from app.domain.events import Word
from app.domain.request import LANE_NOTE
from app.domain.segment import Segment

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

_LETTER = re.compile(r"\w")


# Compiled when first needed: a set as large as this takes longer than all the rest of the file.
@cache
def _token() -> re.Pattern[str]:
    return re.compile(rf"[{_CJK}]|[^\W{_CJK}]+(?:['’-][^\W{_CJK}]+)*|[^\w\s]")


def edited_spans(segment: Segment) -> tuple[tuple[int, int], ...]:
    """Start and length, in characters of the text, of the words that are not what the engine said.

    A line of the user's own has none: nothing in it was ever anybody else's.
    """
    if not segment.edited or segment.lane == LANE_NOTE or segment.text == segment.heard:
        return ()
    words = list(_token().finditer(segment.text))
    return tuple(
        (words[first].start(), words[last - 1].end() - words[first].start())
        for tag, _, _, first, last in _differences(segment.heard, segment.text)
        if tag in ("replace", "insert")
    )


def reword(segment: Segment, text: str) -> Segment:
    """The same segment with another text."""
    if text == segment.text:
        return segment
    return replace(segment, text=text, edited=True, words=_still_said(segment.words, text))


def merge(segments: Sequence[Segment], text: str) -> Segment:
    """One segment in the place of several; where speech and a note join, the lane is the speaker's."""
    first = segments[0]
    lane = next((segment.lane for segment in segments if segment.lane != LANE_NOTE), LANE_NOTE)
    words = tuple(word for segment in segments for word in segment.words)
    return replace(
        first,
        lane=lane,
        end=first.start if lane == LANE_NOTE else max(segment.end for segment in segments),
        text=text,
        heard=" ".join(segment.heard for segment in segments if segment.heard),
        words=_still_said(words, text),
        edited=True,
        language=_common(segment.language for segment in segments),
        emotion=_common(segment.emotion for segment in segments),
    )


def split(segment: Segment, texts: Sequence[str], ids: Iterator[int]) -> list[Segment]:
    """Several segments in the place of one; the first keeps its id, the others take theirs from `ids`."""
    shares = _shares(segment.words, texts)
    spans = _spans_by_words(segment, shares) if shares else _spans_by_length(segment, texts)
    heard = _share_heard(segment.heard, texts)
    return [
        replace(
            segment,
            id=next(ids) if number else segment.id,
            start=start,
            end=end,
            text=text,
            heard=heard[number],
            words=shares[number] if shares else (),
            edited=True,
        )
        for number, (text, (start, end)) in enumerate(zip(texts, spans, strict=True))
    ]


def within(segment: Segment, earliest: float, latest: float) -> Segment:
    """The same segment, its times bent to lie within what is free on its lane."""
    start = min(max(segment.start, earliest), latest)
    end = min(max(segment.end, start), latest)
    return _timed(segment, start, end)


def begun_by(latest: float, segments: Sequence[Segment]) -> list[Segment]:
    """The same segments, none beginning after `latest`."""
    starts = [min(segment.start, latest) for segment in segments]
    ends = [min(segment.end, start) for segment, start in zip(segments, starts[1:], strict=False)]
    return [
        _timed(segment, start, end)
        for segment, start, end in zip(segments, starts, [*ends, segments[-1].end], strict=True)
    ]


def _common(told: Iterable[str | None]) -> str | None:
    """What holds for all of them that say anything."""
    known = set(filter(None, told))
    return known.pop() if len(known) == 1 else None


def _still_said(words: tuple[Word, ...], text: str) -> tuple[Word, ...]:
    return words if _count_said(words, text) == len(words) else ()


def _count_said(words: Sequence[Word], text: str) -> int | None:
    """How many of the first words make up `text`; None where it holds others."""
    position = count = 0
    for word in words:
        found = text.find(word.text, position)
        if found < 0 or _LETTER.search(text, position, found):
            break
        position = found + len(word.text)
        count += 1
    return None if _LETTER.search(text, position) else count


def _shares(words: tuple[Word, ...], texts: Sequence[str]) -> list[tuple[Word, ...]]:
    """The words of each text; empty where they are unknown, or a text holds others or none."""
    shares = []
    for text in texts:
        count = _count_said(words, text)
        if not count:
            return []
        shares.append(words[:count])
        words = words[count:]
    return [] if words else shares


def _spans_by_words(segment: Segment, shares: list[tuple[Word, ...]]) -> list[tuple[float, float]]:
    starts = [segment.start, *(share[0].start for share in shares[1:])]
    starts = [min(start, segment.end) for start in accumulate(starts, max)]
    ends = [
        min(max(share[-1].end, start), following)
        for share, start, following in zip(shares[:-1], starts[:-1], starts[1:], strict=True)
    ]
    return list(zip(starts, [*ends, segment.end], strict=True))


def _spans_by_length(segment: Segment, texts: Sequence[str]) -> list[tuple[float, float]]:
    lengths = [len(text.strip()) for text in texts]
    whole = sum(lengths) or 1
    duration = segment.end - segment.start
    cuts = [segment.start + duration * done / whole for done in accumulate(lengths[:-1])]
    return list(pairwise([segment.start, *(min(cut, segment.end) for cut in cuts), segment.end]))


def _share_heard(heard: str, texts: Sequence[str]) -> list[str]:
    """Cut what the engine said where the texts are cut."""
    said = list(_token().finditer(heard))
    differences = _differences(heard, "\n".join(texts))
    counts = accumulate(len(_token().findall(text)) for text in texts[:-1])
    cuts = [_counterpart(differences, count) for count in counts]
    offsets = [said[cut].start() if cut < len(said) else len(heard) for cut in cuts]
    return [heard[start:end].strip() for start, end in pairwise([0, *offsets, len(heard)])]


def _counterpart(differences: Sequence[tuple[str, int, int, int, int]], token: int) -> int:
    """Which token of the old text a token of the new one stands for."""
    for _, old_first, old_last, first, last in differences:
        if first <= token < last:
            return min(old_first + token - first, old_last)
    return differences[-1][2] if differences else 0


def _differences(old: str, new: str) -> Sequence[tuple[str, int, int, int, int]]:
    # Not at the top: the window opens before anybody edits.
    from difflib import SequenceMatcher

    return SequenceMatcher(None, _token().findall(old), _token().findall(new), autojunk=False).get_opcodes()


def _timed(segment: Segment, start: float, end: float) -> Segment:
    if (start, end) == (segment.start, segment.end):
        return segment
    words = tuple(
        Word(word.text, min(max(word.start, start), end), min(max(word.end, start), end))
        for word in segment.words
    )
    return replace(segment, start=start, end=end, words=words)
