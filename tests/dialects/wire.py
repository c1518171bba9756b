"""Replays golden frames against a dialect."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.dialects.base import Dialect, DialectEvent, Service
from app.domain.audio import AudioFrame
from app.domain.secret import Secret

FOLDER = Path(__file__).parents[1] / "wire"
KEY = "sk-0123456789abcdef"


@dataclass(frozen=True)
class Golden:
    """One recorded session."""

    path: str
    headers: list[str]
    messages: list[dict[str, Any]]

    def sent(self, *kinds: str) -> list[dict[str, Any]]:
        """What the client said, other than sound; of `kinds` where some are given."""
        said = [one["json"] for one in self.messages if one["dir"] == "c>s" and "json" in one]
        return [one for one in said if not kinds or kind(one) in kinds]

    def received(self) -> list[str]:
        """What the server said."""
        return [json.dumps(one["json"]) for one in self.messages if one["dir"] == "s>c"]


def golden(name: str) -> Golden:
    lines = [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return Golden(lines[0]["path"], lines[0]["headers"], lines[1:])


def kind(message: Mapping[str, Any]) -> str:
    return str(message.get("type") or message["header"]["action"])


def service(model: str, **facts: Any) -> Service:
    return Service("wss://host.example", model, Secret(KEY), **facts)


def ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):032x}"


def frame(start: float = 0.0, seconds: float = 0.1, rate: int = 16_000, level: float = 0.0) -> AudioFrame:
    length = round(seconds * rate)
    wave = level * np.sin(np.arange(length) * 0.3)
    return AudioFrame(round(start * rate), wave.astype(np.float32), rate)


def talk(start: float, seconds: float, rate: int = 16_000) -> AudioFrame:
    """Something as loud and as uneven as speech: what never changes is taken for noise."""
    times = np.arange(round(seconds * rate)) / rate
    wave = 0.3 * np.sin(2 * np.pi * 500 * times) * np.abs(np.sin(2 * np.pi * 2.5 * times + 0.5))
    return AudioFrame(round(start * rate), wave.astype(np.float32), rate)


def said(messages: list[Any]) -> list[dict[str, Any]]:
    return [json.loads(message) for message in messages]


def hear(dialect: Dialect, *messages: Mapping[str, Any]) -> list[DialectEvent]:
    """What comes of these messages."""
    return [event for one in messages for event in dialect.receive(json.dumps(one))]


def replay(dialect: Dialect, log: Golden, start: float = 0.0) -> Iterator[DialectEvent]:
    """Play the server's side; every 100 ms of sound goes out when the official client's did."""
    sent = 0
    for one in log.messages:
        if one["dir"] == "s>c":
            yield from dialect.receive(json.dumps(one["json"]))
        elif "bytes" in one or kind(one["json"]) == "input_audio_buffer.append":
            dialect.audio(frame(start + sent * 0.1, rate=dialect.rate))
            sent += 1
        elif kind(one["json"]) == "input_audio_buffer.commit":
            dialect.commit()
        elif kind(one["json"]) in ("session.finish", "finish-task"):
            dialect.finish()


def without(content: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in names}
