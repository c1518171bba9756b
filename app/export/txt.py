"""Plain text: one paragraph a line."""

from __future__ import annotations

from app.domain.events import Gap
from app.export.record import Record, instead_of_words


def write_txt(record: Record) -> str:
    """What was said, a line each; the lane's name before it where there are several."""
    lines, name = [], record.names()
    for entry in record.lines:
        text = instead_of_words(entry) if isinstance(entry, Gap) else " ".join(entry.text.split())
        speaker = name(entry)
        lines.append(f"{speaker}: {text}\n" if speaker else f"{text}\n")
    return "".join(lines)
