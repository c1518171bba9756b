"""SubRip subtitles."""

from __future__ import annotations

from dataclasses import replace

from app.domain.segment import Segment
from app.export.cues import Cue, cut, settle
from app.export.record import Record


def write_srt(record: Record) -> str:
    """Number, time and text of every cue, in order of time."""
    lanes: dict[str, list[Cue]] = {}
    for segment in record.segments:
        lanes.setdefault(segment.lane, []).extend(_cues(record, segment))
    cues = [(lane, cue) for lane, found in lanes.items() for cue in settle(found)]
    cues.sort(key=lambda one: one[1].start)
    speakers = ["", *(lane for lane, _ in cues)]
    return "".join(
        # Whoever goes on after somebody else is named again.
        f"{number}\n{_time(cue.start)} --> {_time(cue.end)}\n{_body(cue, lane != speakers[number - 1])}\n\n"
        for number, (lane, cue) in enumerate(cues, start=1)
    )


def _cues(record: Record, segment: Segment) -> list[Cue]:
    name = record.labels.of(segment.lane) if record.names_lanes else ""
    first, *others = cut(" ".join(segment.text.split()), segment.start, segment.end, segment.words, name)
    return [replace(first, lines=first.named or first.lines), *others]


def _body(cue: Cue, named: bool) -> str:
    lines = cue.named if named and cue.named else cue.lines
    # An arrow inside the text would be read as the next time line.
    return "\n".join(lines).replace("-->", "→")


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d},{rest % 1000:03d}"
