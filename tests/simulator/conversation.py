"""What the realtime protocols have in common: events by type, sound in base64, a buffer to commit."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from app.domain.events import Event
from app.domain.events import Final as FinalEvent
from tests.simulator.items import Items
from tests.simulator.options import Variant
from tests.simulator.record import Violation
from tests.simulator.session import Session, event_id

LARGEST: Final = 15 * 1024 * 1024
SERVER_ERRORS: Final = ("InternalError", "Throttling", "Arrearage", "ResponseTimeout", "CLIENT_ERROR")
"""Codes after which the service closes the connection."""


class Conversation(Session):
    """A session whose messages are events with a type."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.items = Items()
        self.manual = False
        self.buffered = 0.0
        self.finished = False
        self._event = ""
        self._kept: list[FinalEvent] = []

    async def text(self, message: dict[str, Any]) -> None:
        """Hand an event to the method for its type."""
        self._event = str(message.get("event_id") or "")
        kind = message.get("type")
        match kind:
            case "session.update":
                await self.update(message)
            case "input_audio_buffer.append":
                await self.append(message)
            case "input_audio_buffer.commit":
                await self.commit(message)
            case "session.finish":
                await self.finish()
            case _:
                await self.other(kind, message)

    async def update(self, message: dict[str, Any]) -> None:
        """session.update."""
        raise NotImplementedError

    async def commit(self, message: dict[str, Any]) -> None:
        """input_audio_buffer.commit."""
        raise NotImplementedError

    async def finish(self) -> None:
        """session.finish."""
        await self.other("session.finish", {})

    async def other(self, kind: Any, message: dict[str, Any]) -> None:
        """An event of another type."""
        del message
        self.refuse(Violation.UNKNOWN_ACTION, "invalid_value", f"Invalid value: {kind!r}", "type")

    def tell(self, events: list[Event]) -> None:
        """Say what was understood."""
        raise NotImplementedError

    async def append(self, message: dict[str, Any]) -> None:
        """input_audio_buffer.append."""
        data = self.sound(message)
        if data is None or self.finished:
            if self.finished:
                self.violate(Violation.LATE_AUDIO)
            return
        samples = self.arrived(data)
        self.buffered += len(samples) / self.rate
        if not await self.struck():
            events = await self.hear(samples)
            if self.manual:
                self._kept += [event for event in events if isinstance(event, FinalEvent)]
            else:
                self.tell(events)

    async def committed_text(self) -> str:
        """All that was understood of the buffer; the buffer is empty then."""
        ended = [] if self.ear is None else await self.ear.commit()
        finals = self._kept + [event for event in ended if isinstance(event, FinalEvent)]
        self._kept, self.buffered = [], 0.0
        return " ".join(final.text for final in finals if final.text)

    def sound(self, message: dict[str, Any]) -> bytes | None:
        """The bytes of an append; None where they were refused."""
        audio = message.get("audio")
        if not isinstance(audio, str):
            self.refuse(Violation.BASE64, "missing_required_parameter", "Missing 'audio'.", "audio")
            return None
        if len(audio) > LARGEST:
            self.violate(Violation.OVERSIZE)
            self.peer.close(1009, "message too big")
            return None
        try:
            return base64.b64decode(audio, validate=True)
        except (binascii.Error, ValueError):
            self.refuse(Violation.BASE64, "invalid_value", "Invalid base64 in 'audio'.", "audio")
            return None

    async def binary(self, data: bytes) -> None:
        """Binary frames have no place here."""
        del data
        self.refuse(Violation.BINARY_FOR_TEXT, "invalid_value", "Binary messages are not supported.", None)

    async def not_json(self, text: str) -> None:
        """Text that is no event."""
        del text
        self.error("invalid_request_error", "invalid_json", "Invalid JSON.", None)

    async def fail(self, code: str, message: str) -> None:
        """Report a failure; after one of the server's own the connection is closed."""
        grave = code.startswith(SERVER_ERRORS)
        self.error("server_error" if grave else "invalid_request_error", code, message, None)
        if grave:
            self.peer.close(1011, message)

    def refuse(self, violation: Violation, code: str, message: str, param: str | None) -> None:
        """Count a breach and answer it with an error; the session goes on."""
        self.violate(violation)
        self.error("invalid_request_error", code, message, param)

    def error(self, kind: str, code: str, message: str, param: str | None) -> None:
        """Send an `error` event."""
        detail: Any = {
            "type": kind,
            "code": code,
            "message": message,
            "param": param,
            "event_id": self._event or None,
        }
        if self.varies(Variant.ERROR_STRING):
            detail = message
        self.say("error", error=detail)

    def say(self, kind: str, **fields: Any) -> None:
        """Send an event."""
        self.peer.say({"event_id": event_id(), "type": kind, **fields})
