"""The inference protocol: Fun-ASR, Paraformer, Qwen-Audio."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from app.domain.events import Event, Partial
from app.domain.events import Final as FinalEvent
from tests.simulator.faults import ERRORS
from tests.simulator.models import INFERENCE, MESSAGE_MODEL
from tests.simulator.options import Variant
from tests.simulator.record import Violation
from tests.simulator.run_task import Problem, Task, read_context, read_task
from tests.simulator.sentences import Sentences
from tests.simulator.session import Session

if TYPE_CHECKING:
    from app.domain.audio import Samples

LARGEST: Final = 16 * 1024
"""Bytes of sound in one frame."""
TOO_BIG: Final = "The decoded text message was too big for the output buffer"
SILENT: Final = 0.002
"""Root mean square below which sound is silence."""


class Inference(Session):
    """One socket; tasks on it one after another."""

    protocol = "inference"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._task: Task | None = None
        self._used: set[str] = set()
        self._last = time.monotonic()
        self._quiet = self._beat = 0.0
        self._sentences = Sentences(self.options.variants)
        self._latest: dict[str, Any] = {}

    async def text(self, message: dict[str, Any]) -> None:
        """run-task, continue-task or finish-task."""
        self._last = time.monotonic()
        header = message.get("header")
        action = header.get("action") if isinstance(header, Mapping) else None
        match action:
            case "run-task":
                await self._run(message)
            case "continue-task" if self._task is not None:
                await self._go_on(message)
            case "finish-task" if self._task is not None:
                await self._finish(message)
            case _:
                wrong = Violation.TEXT_FOR_BINARY if "audio" in message else Violation.UNKNOWN_ACTION
                await self._problem(Problem(wrong, "Invalid payload data"))

    async def binary(self, data: bytes) -> None:
        """Sound."""
        self._last = time.monotonic()
        if self._task is None:
            violation = Violation.LATE_AUDIO if self._used else Violation.EARLY_AUDIO
            await self._problem(Problem(violation, "task can not be null"))
            return
        if len(data) > LARGEST:
            self.violate(Violation.OVERSIZE)
            self.peer.close(1009, TOO_BIG)
            return
        samples = self.arrived(data)
        if not await self.struck():
            self._tell(await self.hear(samples))
            await self._listen_for_silence(samples)

    async def not_json(self, text: str) -> None:
        """Text that is no protocol message."""
        del text
        await self.fail("InvalidParameter", "Invalid payload data")

    async def fail(self, code: str, message: str) -> None:
        """task-failed, and the socket is closed."""
        task_id = self._task.id if self._task is not None else ""
        self._say("task-failed", {}, {"error_code": code, "error_message": message}, task_id)
        self._task = None
        self.peer.close()

    async def tick(self) -> None:
        """Starved of sound within a task, idle without one."""
        waited = time.monotonic() - self._last
        if self._task is not None and waited >= self.options.starvation:
            self.violate(Violation.STARVED)
            await self.fail("CLIENT_ERROR", ERRORS["CLIENT_ERROR"])
        elif self._task is None and waited >= self.options.idle:
            self.peer.close(1000, "idle")

    async def _run(self, message: dict[str, Any]) -> None:
        task, problem = read_task(message, self.shared.vocabularies)
        for violation in task.breaches:
            self.violate(violation)
        if problem is None and (self._task is not None or task.id in self._used):
            doubled = Violation.SECOND_TASK if self._task is not None else Violation.TASK_ID
            problem = Problem(doubled, "task id is already in use")
        if problem is None or self._task is None:
            self._task = task
        if problem is not None:
            await self._problem(problem)
            return
        self._used.add(task.id)
        self.rate = task.rate
        self.begin(task.model, message["payload"], task.hints)
        self._quiet = self._beat = 0.0
        self._sentences = Sentences(self.options.variants)
        if not await self.struck():
            self._say("task-started", {})

    async def _go_on(self, message: dict[str, Any]) -> None:
        assert self._task is not None
        payload = message.get("payload")
        given = payload.get("input") if isinstance(payload, Mapping) else None
        if not isinstance(given, Mapping):
            await self._problem(Problem(Violation.MISSING_INPUT, "task can not be null"))
        elif not INFERENCE[self._task.model].context:
            self.violate(Violation.CONTEXT)
        elif self.known is not None:
            self.known.hints += "\n" + read_context(given)

    async def _finish(self, message: dict[str, Any]) -> None:
        assert self._task is not None
        payload = message.get("payload")
        if not isinstance(payload, Mapping) or "input" not in payload:
            await self._problem(Problem(Violation.MISSING_INPUT, "task can not be null"))
            return
        if message["header"].get("task_id") != self._task.id:
            await self._problem(Problem(Violation.INVALID_PARAMETER, "task id does not match"))
            return
        if await self.struck(finishing=True):
            return
        if self.ear is not None:
            self._tell(await self.ear.finish())
        if self._task.wrong_rate:
            await self.fail("NO_VALID_AUDIO_ERROR", ERRORS["NO_VALID_AUDIO_ERROR"])
            return
        if self.known is not None:
            self.known.finished = True
        if not self.varies(Variant.NO_TASK_FINISHED):
            self._say("task-finished", {"output": {}, "usage": None})
        if self.varies(Variant.RESULTS_AFTER_FINISH) and self._latest:
            self._say("result-generated", self._latest)
        self._task = None
        self.close()

    async def _problem(self, problem: Problem) -> None:
        self.violate(problem.violation)
        if problem.violation is Violation.UNKNOWN_MODEL and self.varies(Variant.CLOSE_ON_UNKNOWN_MODEL):
            self.peer.close(1007, problem.message)
        else:
            await self.fail(problem.code, problem.message)

    async def _listen_for_silence(self, samples: Samples) -> None:
        if self._task is None or not len(samples):
            return
        if float(np.sqrt(np.mean(samples**2))) >= SILENT:
            self._quiet = self._beat = 0.0
            return
        seconds = len(samples) / self.rate
        self._quiet += seconds
        self._beat += seconds
        if self._task.heartbeat and self._beat >= self.options.heartbeat_every:
            self._beat = 0.0
            self._say("result-generated", self._sentences.heartbeat())
        elif not self._task.heartbeat and self._quiet >= self.options.silence_limit:
            self.violate(Violation.SILENCE)
            await self.fail("ResponseTimeout", ERRORS["ResponseTimeout"])

    def _tell(self, events: list[Event]) -> None:
        task = self._task
        if task is None or task.wrong_rate:
            return
        for event in events:
            if isinstance(event, Partial) and (task.model != MESSAGE_MODEL or task.partials):
                self._say("result-generated", self._sentences.partial(event))
            elif isinstance(event, FinalEvent) and event.text:
                self.final(event.text)
                self._latest = self._sentences.final(event, self.known.audio if self.known else 0.0)
                self._say("result-generated", self._latest)

    def _say(
        self, event: str, payload: dict[str, Any], extra: Mapping[str, Any] | None = None, task_id: str = ""
    ) -> None:
        number = task_id or (self._task.id if self._task is not None else "")
        header = {"task_id": number, "event": event, "attributes": {}, **(extra or {})}
        self.peer.say({"header": header, "payload": payload})
