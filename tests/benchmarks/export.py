"""Exporting a long day: a caption costs what it costs in a short meeting."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from app.domain.segment import Segment
from app.export.formats import FORMATS, Format
from app.export.record import Record
from tests.benchmarks.rows import Row

MANY, FEW = 10_000, 1_000
TEXT = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
    "foolishness."
)


def run() -> list[Row]:
    """Each format."""
    return [row for one in FORMATS for row in _rows(one)]


def _rows(one: Format) -> list[Row]:
    # The first time loads and compiles what is needed.
    _, few, many = (_seconds(one, count) for count in (FEW, FEW, MANY))
    return [
        Row(f"export, {one.suffix}: {MANY:,} captions", 1000 * many, "ms"),
        Row(
            f"export, {one.suffix}: a caption of {MANY:,} to one of {FEW:,}",
            many / MANY / (few / FEW),
            "x",
            1.5,
        ),
    ]


def _seconds(one: Format, count: int) -> float:
    segments = tuple(Segment(n + 1, "Me", 5.0 * n, 5.0 * n + 4.5, TEXT) for n in range(count))
    record = Record("Day", datetime.now(UTC), 5.0 * count, "moonshine", "en", segments)
    began = time.perf_counter()
    one.write(record)
    return time.perf_counter() - began
