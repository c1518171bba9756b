"""Plain text: one paragraph a line."""

from __future__ import annotations

from app.export.record import Record


def write_txt(record: Record) -> str:
    """What was said, a line each; the lane's name before it where there are several."""
    lines = []
    for segment in record.segments:
        text = " ".join(segment.text.split())
        lines.append(f"{record.labels.of(segment.lane)}: {text}\n" if record.names_lanes else f"{text}\n")
    return "".join(lines)
