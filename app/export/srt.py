"""SubRip subtitles."""

from __future__ import annotations

from itertools import chain

from app.domain.events import Word
from app.domain.line_breaking import tokens
from app.domain.transcript import Segment
from app.export.cues import Cue, cut, settle
from app.export.record import Record


def write_srt(record: Record) -> str:
    """Number, time and text of every cue, in order of time."""
    lanes: dict[str, list[Cue]] = {}
    for segment in record.segments:
        label = record.labels.of(segment.lane) if record.names_lanes else ""
        lanes.setdefault(segment.lane, []).extend(_cues(segment, label))
    cues = sorted(chain.from_iterable(settle(lane) for lane in lanes.values()), key=lambda cue: cue.start)
    return "".join(
        f"{number}\n{_time(cue.start)} --> {_time(cue.end)}\n{_body(cue)}\n\n"
        for number, cue in enumerate(cues, start=1)
    )


def _cues(segment: Segment, label: str) -> list[Cue]:
    text = " ".join(segment.text.split())
    if not label:
        return cut(text, segment.start, segment.end, segment.words)
    # The label is said in no time, so that the words keep theirs.
    spoken = [Word(one.text, segment.start, segment.start) for one in tokens(f"{label}:")]
    words = [*spoken, *segment.words] if segment.words else ()
    return cut(f"{label}: {text}", segment.start, segment.end, words)


def _body(cue: Cue) -> str:
    # An arrow inside the text would be read as the next time line.
    return "\n".join(cue.lines).replace("-->", "→")


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d},{rest % 1000:03d}"
