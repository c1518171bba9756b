"""SubRip subtitles."""

from __future__ import annotations

from dataclasses import replace

from app.domain.events import Gap
from app.domain.segment import Entry
from app.export.cues import Cue, cut, settle
from app.export.record import Record, instead_of_words


def write_srt(record: Record) -> str:
    """Number, time and text of every cue, in order of time."""
    name = record.names()
    tracks: dict[tuple[str, bool], list[Cue]] = {}
    for entry in record.lines:
        # A gap takes no time from the words beside it.
        tracks.setdefault((entry.lane, isinstance(entry, Gap)), []).extend(_cues(entry, name(entry)))
    cues = [(lane, cue) for (lane, _), found in tracks.items() for cue in settle(found)]
    cues.sort(key=lambda one: one[1].start)
    speakers = ["", *(lane for lane, _ in cues)]
    return "".join(
        # Whoever goes on after somebody else is named again.
        f"{number}\n{_time(cue.start)} --> {_time(cue.end)}\n{_body(cue, lane != speakers[number - 1])}\n\n"
        for number, (lane, cue) in enumerate(cues, start=1)
    )


def _cues(entry: Entry, name: str) -> list[Cue]:
    if isinstance(entry, Gap):
        text = instead_of_words(entry)
        return [Cue(entry.start, entry.end, (f"{name}: {text}" if name else text,))]
    first, *others = cut(" ".join(entry.text.split()), entry.start, entry.end, entry.words, name)
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
