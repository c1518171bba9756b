"""Reads run-task as strictly as the service does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.simulator.models import EVERY, INFERENCE, Model
from tests.simulator.record import Violation
from tests.simulator.vocabulary import Refused, check_text, check_weight

if TYPE_CHECKING:
    from tests.simulator.vocabulary import Vocabularies

FORMATS: Final = frozenset({"pcm", "wav", "mp3", "opus", "speex", "aac", "amr"})
MOST_INLINE: Final = 2_000
NEWEST: Final = 5
SILENCE: Final = "max_sentence_silence"
MOST_CHARACTERS: Final = 400
MISSING_MODEL: Final = "Missing required parameter 'payload.model'! Please follow the protocol!"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a message is answered with task-failed."""

    violation: Violation
    message: str
    code: str = "InvalidParameter"


@dataclass(slots=True)
class Task:
    """What a task was asked to be.

    Attributes:
        hints: the context and hotwords that act.
        partials: interim results were asked for.
        wrong_rate: the model does not understand this sample rate: nothing will be recognized.
        breaches: what was wrong without being refused.
    """

    id: str
    model: str = ""
    rate: int = 16_000
    heartbeat: bool = False
    partials: bool = False
    wrong_rate: bool = False
    hints: str = ""
    breaches: list[Violation] = field(default_factory=list)


def read_task(message: Mapping[str, Any], vocabularies: Vocabularies) -> tuple[Task, Problem | None]:
    """The task, and why it is refused, if it is."""
    header, payload = message["header"], message.get("payload")
    task = Task(str(header.get("task_id") or ""))
    problem = _read_frame(header, payload)
    if problem is not None:
        return task, problem
    assert isinstance(payload, Mapping)
    task.model = payload["model"]
    parameters = payload.get("parameters")
    if not isinstance(parameters, Mapping):
        return task, Problem(Violation.INVALID_PARAMETER, "Missing required parameter 'payload.parameters'!")
    model = INFERENCE[task.model]
    problem = _read_parameters(task, model, parameters)
    if problem is None:
        task.hints = _hints(task, model, payload, vocabularies)
    return task, problem


def read_context(given: Mapping[str, Any]) -> str:
    """The text of a context that acts: the newest turns of each side, each cut at its end."""
    turns = given.get("context")
    if not isinstance(turns, Sequence):
        return ""
    kept: list[str] = []
    for role in ("user", "assistant"):
        own = [turn for turn in turns if isinstance(turn, Mapping) and turn.get("role") == role]
        for turn in own[-NEWEST:]:
            texts = [part.get("text", "") for part in turn.get("content", []) if isinstance(part, Mapping)]
            kept.append("".join(texts)[:MOST_CHARACTERS])
    return "\n".join(kept)


def _read_frame(header: Mapping[str, Any], payload: Any) -> Problem | None:
    if not header.get("task_id") or header.get("streaming") != "duplex" or not isinstance(payload, Mapping):
        return Problem(Violation.INVALID_PARAMETER, "Invalid payload data")
    if not isinstance(payload.get("input"), Mapping):
        return Problem(Violation.MISSING_INPUT, "task can not be null")
    constants = {"task_group": "audio", "task": "asr", "function": "recognition"}
    if any(payload.get(key) != value for key, value in constants.items()):
        return Problem(Violation.INVALID_PARAMETER, "task can not be null")
    if not isinstance(payload.get("model"), str) or not payload["model"]:
        return Problem(Violation.MISSING_MODEL, MISSING_MODEL)
    if payload["model"] not in INFERENCE:
        return Problem(Violation.UNKNOWN_MODEL, "Model not found", "ModelNotFound")
    return None


def _read_parameters(task: Task, model: Model, parameters: Mapping[str, Any]) -> Problem | None:
    rate, hints = parameters.get("sample_rate"), parameters.get("language_hints")
    if parameters.get("format") not in FORMATS:
        return Problem(Violation.INVALID_PARAMETER, "Failed to decode audio", "UNSUPPORTED_FORMAT")
    if type(rate) is not int or rate <= 0:
        return Problem(Violation.INVALID_PARAMETER, "sample_rate must be an integer")
    if hints is not None and not isinstance(hints, list):
        return Problem(Violation.INVALID_PARAMETER, "language_hints must be a list")
    task.rate = rate
    task.heartbeat = parameters.get("heartbeat") is True
    task.partials = parameters.get("intermediate_result_enabled") is True
    if model.rates and rate not in model.rates:
        # The service does not say so: it understands nothing.
        task.wrong_rate = True
        task.breaches.append(Violation.RATE)
    if set(parameters) - EVERY - model.extra:
        task.breaches.append(Violation.UNKNOWN_PARAMETER)
    return _read_cutting(task, parameters) or _read_inline(task, model, parameters.get("vocabulary"))


def _read_cutting(task: Task, parameters: Mapping[str, Any]) -> Problem | None:
    semantic, silence = parameters.get("semantic_punctuation_enabled", False), parameters.get(SILENCE)
    if not isinstance(semantic, bool):
        return Problem(Violation.INVALID_PARAMETER, "semantic_punctuation_enabled must be a boolean")
    if semantic:
        # The service does not say so: it ends sentences by what is said, and looks at neither.
        if silence is not None or parameters.get("multi_threshold_mode_enabled"):
            task.breaches.append(Violation.NO_EFFECT)
    elif silence is not None and not (type(silence) is int and 200 <= silence <= 6_000):
        return Problem(Violation.INVALID_PARAMETER, f"{SILENCE} must be in [200, 6000]")
    return None


def _read_inline(task: Task, model: Model, words: Any) -> Problem | None:
    if words is None or not model.inline:
        return None
    if not isinstance(words, Mapping) or len(words) > MOST_INLINE:
        return Problem(Violation.INVALID_PARAMETER, "vocabulary is invalid")
    try:
        for text, weight in words.items():
            check_text(text)
            check_weight(weight, task.model)
    except Refused as refused:
        return Problem(Violation.INVALID_PARAMETER, refused.message)
    return None


def _hints(task: Task, model: Model, payload: Mapping[str, Any], vocabularies: Vocabularies) -> str:
    parameters, given = payload["parameters"], payload["input"]
    words: list[str] = []
    if parameters.get("vocabulary_id"):
        words = vocabularies.effective(parameters["vocabulary_id"], task.model)
        if not words:
            # The service does not say so: the list has no effect.
            task.breaches.append(Violation.VOCABULARY)
    if model.inline:
        words += parameters.get("vocabulary") or {}
    context = read_context(given) if model.context else ""
    if given.get("context") and not model.context:
        task.breaches.append(Violation.CONTEXT)
    return "\n".join([*words, context])
