"""The `.json` format, version 1, which other programs may count on."""

from __future__ import annotations

import json

from app.domain.events import Gap, Word
from app.domain.lanes import LaneLabels
from app.domain.transcript import Segment
from app.export.record import Record


def write_json(record: Record) -> str:
    """Everything that is known of the session. Times are seconds on the session clock."""
    document = {
        "format": "surtitle",
        "version": 1,
        "title": record.title,
        "created": record.created.isoformat(timespec="seconds"),
        "duration": _seconds(record.duration),
        "engine": record.engine,
        "language": record.language,
        "segments": [_segment(segment, record.labels) for segment in record.segments],
        "gaps": [_gap(gap, record.labels) for gap in record.gaps],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _segment(segment: Segment, labels: LaneLabels) -> dict[str, object]:
    told = {"language": segment.language, "emotion": segment.emotion}
    return {
        "id": segment.id,
        "lane": labels.of(segment.lane),
        "start": _seconds(segment.start),
        "end": _seconds(segment.end),
        "text": segment.text,
        "edited": segment.edited,
        "words": [_word(word) for word in segment.words],
        # There only where a recognizer tells.
        **{name: value for name, value in told.items() if value is not None},
    }


def _word(word: Word) -> dict[str, object]:
    return {"text": word.text, "start": _seconds(word.start), "end": _seconds(word.end)}


def _gap(gap: Gap, labels: LaneLabels) -> dict[str, object]:
    lane = {"lane": labels.of(gap.lane)} if gap.lane else {}
    return {"start": _seconds(gap.start), "end": _seconds(gap.end), "reason": gap.reason, **lane}


def _seconds(value: float) -> float:
    return round(value, 3)
