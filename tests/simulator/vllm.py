"""vLLM's `/v1/realtime`: one growing text, no sentences, errors as strings."""

from __future__ import annotations

import time
import uuid
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from app.domain.events import Event, Partial
from app.domain.events import Final as FinalEvent
from tests.simulator.conversation import Conversation
from tests.simulator.items import Item
from tests.simulator.record import Violation

if TYPE_CHECKING:
    from app.domain.audio import Samples

UNKNOWN: Final = "unknown-model"
"""The one model name that is not served."""


class Vllm(Conversation):
    """One session; generation starts with a commit and ends with another."""

    protocol = "vllm"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._model = ""
        self._running = False
        self._waiting: list[Samples] = []
        self._item = Item(1, "")
        self._said = ""

    async def open(self) -> None:
        """Greet."""
        created = {"id": f"sess-{uuid.uuid4().hex}", "created": int(time.time())}
        self.peer.say({"type": "session.created", **created})

    async def update(self, message: dict[str, Any]) -> None:
        """The model, at the top; no answer."""
        model = message.get("model")
        if not isinstance(model, str) or not model or model == UNKNOWN:
            self.refuse(Violation.UNKNOWN_MODEL, "model_not_validated", f"Model {model!r} not found.", None)
            return
        self._model = model
        await self.struck()

    async def append(self, message: dict[str, Any]) -> None:
        """Sound; what comes before generation waits for it."""
        if not self._validated():
            return
        data = self.sound(message)
        if data is None:
            return
        if self.known is None:
            self.begin(self._model, {"model": self._model}, "")
        samples = self.arrived(data)
        self.buffered += len(samples) / self.rate
        if await self.struck():
            return
        if self._running:
            self.tell(await self.hear(samples))
        else:
            self._waiting.append(samples)

    async def commit(self, message: dict[str, Any]) -> None:
        """Begin to generate, or end."""
        if not self._validated():
            return
        if not message.get("final"):
            self._running = True
            waiting, self._waiting = self._waiting, []
            for samples in waiting:
                self.tell(await self.hear(samples))
            return
        if not self._running:
            self.refuse(Violation.NOT_STARTED, "processing_error", "Generation has not started.", None)
            return
        await self._done()

    async def other(self, kind: Any, message: dict[str, Any]) -> None:
        """Nothing else is known."""
        del message
        self.refuse(Violation.UNKNOWN_ACTION, "unknown_event", f"Unknown event: {kind}", None)

    def error(self, kind: str, code: str, message: str, param: str | None) -> None:
        """Send an `error` event: the message is a string here."""
        del kind, param
        known = {"invalid_value": "invalid_audio", "missing_required_parameter": "invalid_audio"}
        self.peer.say({"type": "error", "error": message, "code": known.get(code, code)})

    def tell(self, events: list[Event]) -> None:
        """What two partials agree on goes out as an increment."""
        for event in events:
            if isinstance(event, Partial):
                self._item.follow(event.text)
                self._delta(self._item.settled)
            elif isinstance(event, FinalEvent):
                self._delta(event.text)
                self._item = Item(self._item.number + 1, "")

    def _delta(self, text: str) -> None:
        opening = self._item.sent == 0
        fresh = self._item.increment(text)
        if not fresh:
            return
        if opening and self._said and not self._said[-1].isspace():
            fresh = f" {fresh}"
        self._said += fresh
        self.final(fresh)
        self.peer.say({"type": "transcription.delta", "delta": fresh})

    async def _done(self) -> None:
        if self.ear is not None:
            self.tell(await self.ear.finish())
        seconds = ceil(self.buffered)
        usage = {"prompt_tokens": seconds, "completion_tokens": len(self._said), "total_tokens": seconds}
        self.peer.say({"type": "transcription.done", "text": self._said, "usage": usage})
        if self.known is not None:
            self.known.finished = True
        self._running, self.buffered, self._said = False, 0.0, ""
        self.known = None
        self.close()

    def _validated(self) -> bool:
        if self._model:
            return True
        self.refuse(Violation.MISSING_MODEL, "model_not_validated", "Model not validated.", None)
        return False
