"""What the simulator remembers: every frame, every session, every breach of the protocol."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TextIO

MOST_FRAMES: Final = 200_000


class Violation(StrEnum):
    """What a client may not do; the names under which it is counted."""

    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    THROTTLED = "throttled"
    NO_SUCH_PATH = "no such path"
    UNKNOWN_MODEL = "unknown model"
    EARLY_AUDIO = "audio before task-started"
    LATE_AUDIO = "audio after the end"
    MISSING_INPUT = "missing payload.input"
    MISSING_MODEL = "missing model"
    INVALID_PARAMETER = "invalid parameter"
    UNKNOWN_PARAMETER = "unknown parameter"
    TASK_ID = "task id reused"
    SECOND_TASK = "task within a task"
    SECOND_UPDATE = "second session.update"
    TEXT_FOR_BINARY = "text where binary belongs"
    BINARY_FOR_TEXT = "binary where text belongs"
    NOT_JSON = "not JSON"
    UNKNOWN_ACTION = "unknown action"
    EMPTY_COMMIT = "commit of an empty buffer"
    COMMIT_IN_VAD = "commit in VAD mode"
    UNCOMMITTED = "sound never committed"
    BASE64 = "wrong base64"
    ODD_AUDIO = "half a sample"
    OVERSIZE = "oversize frame"
    STARVED = "starved of sound"
    SILENCE = "silence without heartbeat"
    RATE = "sample rate of another model"
    CONTEXT = "context not taken"
    VOCABULARY = "vocabulary without effect"
    NO_EFFECT = "parameter without effect"
    NOT_STARTED = "sound before generation"
    NOT_CONFIGURED = "sound before configuration"


@dataclass(frozen=True, slots=True)
class Frame:
    """One message on the wire.

    Attributes:
        at: seconds on the machine's monotonic clock.
        direction: `c>s` or `s>c`.
        content: JSON as sent, with sound replaced by its length in bytes; or that length.
    """

    at: float
    connection: int
    direction: str
    kind: str
    content: Any

    def line(self) -> str:
        """One line of a log file."""
        entry = {
            "t": self.at,
            "connection": self.connection,
            "dir": self.direction,
            "kind": self.kind,
            "content": self.content,
        }
        return json.dumps(entry, ensure_ascii=False)


@dataclass(slots=True)
class SessionRecord:
    """One session or task, as the service saw it.

    Attributes:
        settings: what the client configured: `payload` of run-task, or `session`.
        hints: context and hotwords that took effect.
        audio: seconds of sound received.
        began: monotonic seconds of the first sound.
        ahead: most seconds by which sound came before it can have been said.
        transcripts: the finals sent; the increments, where nothing is ever sent twice (vLLM).
        finished: ended in good order.
    """

    connection: int
    protocol: str
    model: str
    settings: dict[str, Any]
    rate: int
    hints: str = ""
    audio: float = 0.0
    began: float | None = None
    ahead: float = 0.0
    transcripts: list[str] = field(default_factory=list)
    finished: bool = False

    def heard(self, seconds: float) -> None:
        """Sound came."""
        now = time.monotonic()
        if self.began is None:
            self.began = now
        self.audio += seconds
        self.ahead = max(self.ahead, self.audio - (now - self.began))


class Record:
    """Everything that happened.

    Attributes:
        counts: breaches by name, and `connections`, `sessions`, `post`.
    """

    def __init__(self, log: TextIO | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self.frames: deque[Frame] = deque(maxlen=MOST_FRAMES)
        self.sessions: list[SessionRecord] = []
        self._log = log

    def violate(self, violation: Violation) -> None:
        """Count a breach."""
        self.counts[violation] += 1

    @property
    def violations(self) -> dict[str, int]:
        """The breaches among the counts."""
        return {name: self.counts[name] for name in Violation if self.counts[name]}

    def frame(self, connection: int, direction: str, kind: str, content: Any) -> None:
        """Note a message."""
        frame = Frame(time.monotonic(), connection, direction, kind, without_sound(content))
        self.frames.append(frame)
        if self._log is not None:
            print(frame.line(), file=self._log, flush=True)

    def session(self, session: SessionRecord) -> None:
        """Note that a session began."""
        self.sessions.append(session)
        self.counts["sessions"] += 1


def without_sound(content: Any) -> Any:
    """The message with its sound replaced by how long it was."""
    if isinstance(content, bytes):
        return {"bytes": len(content)}
    if isinstance(content, Mapping) and isinstance(content.get("audio"), str):
        return {**content, "audio": f"<{len(content['audio'])} characters>"}
    return content
