"""What a simulator is told before it starts, and where it may differ within what sources allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Variant(StrEnum):
    """Ways to answer that some source describes; a client has to take each."""

    END_TIME_ONLY = "end-time-only"
    """Inference finals carry no `sentence_end`, only `end_time`."""
    NO_SENTENCE_ID = "no-sentence-id"
    WORDS_NULL = "words-null"
    WORDS_ABSENT = "words-absent"
    USAGE_ABSENT = "usage-absent"
    NO_TASK_FINISHED = "no-task-finished"
    CLOSE_ON_UNKNOWN_MODEL = "close-on-unknown-model"
    """Inference answers an unknown model with close 1007 instead of task-failed."""
    EXTRA_KEYS = "extra-keys"
    RESULTS_AFTER_FINISH = "results-after-finish"
    TEXT_AFTER_CREATED = "text-after-created"
    """Partials come only behind `conversation.item.created`."""
    INTERLEAVED = "interleaved"
    """An item is completed only when the next one has begun."""
    EMPTY_TRANSCRIPTS = "empty-transcripts"
    """Behind each sentence comes an item of which nothing was understood."""
    FAILED_ITEM = "failed-item"
    """The second item of a session fails."""
    NO_SESSION_FINISHED = "no-session-finished"
    """OpenAI's shape, which has no such word, does not answer an update that changes nothing."""
    NO_TURN_DETECTION = "no-turn-detection"
    """`session.updated` leaves out a null `turn_detection`."""
    ERROR_STRING = "error-string"
    OMNI_TEXT = "omni-text"
    """Omni's partials are called `.text`."""
    OMNI_NO_PARTIALS = "omni-no-partials"
    FINISH_REFUSED = "finish-refused"
    """Omni calls `session.finish` an invalid event; OpenAI's shape an update that changes nothing."""
    RESPONSE_FIRST = "response-first"
    """Omni's transcript comes behind the beginning of its answer."""
    ITEM_TIMES = "item-times"
    """OpenAI's shape: times count from where the item's own buffer began."""
    LATE_VAD = "late-vad"
    """OpenAI's shape: what is over is taken out of the buffer only after all that came meanwhile."""
    CPP_RUNTIME = "cpp-runtime"
    """FunASR's C++ server: times inside a string, sentence numbers, `stamp_sents`."""


@dataclass(frozen=True, slots=True)
class Options:
    """How strict, how patient, and which variant.

    Attributes:
        keys: the keys that are let in; empty for any that is well formed.
        denied_keys: keys that are known but not allowed here (403).
        workspaces: the workspaces that exist; None for any.
        starvation: seconds without a frame after which a running task fails.
        silence_limit: seconds of silent sound after which a task without heartbeat fails.
        idle: seconds after which a socket without a task is closed.
        heartbeat_every: seconds of silent sound between heartbeats.
        starts_per_second: connections a second before they are throttled.
        rename: event names that are sent wrongly, on purpose.
    """

    keys: frozenset[str] = frozenset()
    denied_keys: frozenset[str] = frozenset()
    workspaces: frozenset[str] | None = None
    starvation: float = 23.0
    silence_limit: float = 60.0
    idle: float = 60.0
    heartbeat_every: float = 1.0
    starts_per_second: int = 20
    variants: frozenset[Variant] = frozenset()
    rename: Mapping[str, str] = field(default_factory=dict)
