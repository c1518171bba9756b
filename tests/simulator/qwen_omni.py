"""Qwen-Omni: a transcript on the side, and an answer that repeats it."""

from __future__ import annotations

import uuid
from typing import Any

from tests.simulator.hearing import pieces
from tests.simulator.items import Item
from tests.simulator.models import is_omni
from tests.simulator.options import Variant
from tests.simulator.qwen_asr import TRANSCRIPTION, QwenAsr
from tests.simulator.record import Violation
from tests.simulator.session import item_id


class QwenOmni(QwenAsr):
    """One session; may be configured again."""

    protocol = "qwen-omni"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._unanswered: list[str] = []

    def known_model(self) -> bool:
        """Whether the model is one of this protocol."""
        return is_omni(self.model)

    async def update(self, message: dict[str, Any]) -> None:
        """Configure the session."""
        await self.configure(message.get("session"))

    async def other(self, kind: Any, message: dict[str, Any]) -> None:
        """response.create is known too."""
        if kind != "response.create":
            await super().other(kind, message)
            return
        unanswered, self._unanswered = self._unanswered, []
        if unanswered:
            self._answer(" ".join(unanswered), None)
        else:
            self.refuse(
                Violation.EMPTY_COMMIT, "invalid_value", "There is nothing to respond to.", "response"
            )

    async def finish(self) -> None:
        """session.finish, which some models do not know."""
        if self.varies(Variant.FINISH_REFUSED):
            if not self.manual and self.ear is not None:
                self.tell(await self.ear.finish())
            self.release()
            self.error("invalid_request_error", "invalid_value", "Invalid value: 'session.finish'", "type")
        else:
            await super().finish()

    def partial(self, item: Item) -> None:
        """Say what is understood of an item so far: a snapshot, although it is called a delta."""
        if self.varies(Variant.OMNI_TEXT):
            super().partial(item)
        elif not self.varies(Variant.OMNI_NO_PARTIALS):
            self.say(
                f"{TRANSCRIPTION}.delta",
                item_id=item.id,
                content_index=0,
                text=item.settled,
                stash=item.soft,
            )

    def complete(self, item: Item, text: str) -> None:
        """The transcript; with the server ending the turns, the answer as well."""
        if self.manual:
            super().complete(item, text)
            self._unanswered.append(text)
        elif self.varies(Variant.RESPONSE_FIRST):
            self._answer(text, lambda: super(QwenOmni, self).complete(item, text))
        else:
            super().complete(item, text)
            self._answer(text, None)

    def _answer(self, text: str, midway: Any) -> None:
        """Say the text as the model's answer; `midway` is called once it has begun."""
        response, item = f"resp_{uuid.uuid4().hex[:16]}", item_id()
        whole = {"id": response, "object": "realtime.response", "output": []}
        message = {
            "id": item,
            "object": "realtime.item",
            "type": "message",
            "role": "assistant",
            "content": [],
        }
        place = {"response_id": response, "item_id": item, "output_index": 0, "content_index": 0}
        self.say("response.created", response={**whole, "status": "in_progress", "modalities": ["text"]})
        if midway is not None:
            midway()
        added = {"response_id": response, "output_index": 0, "item": {**message, "status": "in_progress"}}
        self.say("response.output_item.added", **added)
        self.say("response.content_part.added", **place, part={"type": "text", "text": ""})
        for piece in pieces(text):
            self.say("response.text.delta", **place, delta=piece)
        self.say("response.text.done", **place, text=text)
        self.say("response.content_part.done", **place, part={"type": "text", "text": text})
        self.say("response.output_item.done", **{**added, "item": {**message, "status": "completed"}})
        usage = {"total_tokens": 20, "input_tokens": 12, "output_tokens": 8}
        self.say("response.done", response={**whole, "status": "completed", "usage": usage})
