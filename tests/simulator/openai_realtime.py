"""The OpenAI Realtime transcription shape, new and old."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from app.domain.events import Event, Partial, SpeechStarted
from app.domain.events import Final as FinalEvent
from tests.simulator.conversation import Conversation
from tests.simulator.items import Item
from tests.simulator.models import is_transcriber
from tests.simulator.options import Variant
from tests.simulator.record import Violation
from tests.simulator.session import milliseconds

RATE: Final = 24_000
SHORTEST: Final = 0.1
"""Seconds of sound that a commit needs."""
TRANSCRIPTION: Final = "conversation.item.input_audio_transcription"
VAD: Final = {"type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 500}


class OpenAiRealtime(Conversation):
    """One transcription session; partials are increments."""

    protocol = "openai-realtime"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.rate = RATE
        self._id = f"sess_{uuid.uuid4().hex[:16]}"
        # A sentence that the client cut off was not ended by the VAD: nothing is said of its speech.
        self._committing = False
        # Where the buffer of the next item began, in seconds of all sound.
        self._buffer = 0.0
        self._configured = False
        self._stopped: list[tuple[Item, str]] = []

    async def open(self) -> None:
        """Greet."""
        session = {"id": self._id, "object": "realtime.transcription_session", "type": "transcription"}
        self.say("session.created", session=session)

    async def update(self, message: dict[str, Any]) -> None:
        """The new shape, or the flat one that many clones still have."""
        session = message.get("session")
        if not isinstance(session, Mapping):
            self._invalid("session must be an object", "session")
        elif self._changes_nothing(session):
            self._stay("session.updated", session)
        elif session.get("type") == "transcription":
            await self._configure(session, "session.updated")
        elif session.keys() & {"input_audio_format", "input_audio_transcription"}:
            await self._configure_flat(session, "session.updated")
        else:
            self._invalid("Missing required parameter: 'session.type'.", "session.type")

    async def other(self, kind: Any, message: dict[str, Any]) -> None:
        """The old name of session.update, and clearing the buffer."""
        session = message.get("session")
        if kind == "transcription_session.update" and isinstance(session, Mapping):
            if self._changes_nothing(session):
                self._stay("transcription_session.updated", session)
            else:
                await self._configure_flat(session, "transcription_session.updated")
        elif kind == "input_audio_buffer.clear":
            self._stopped.clear()
            await self.committed_text()
            self.say("input_audio_buffer.cleared")
        else:
            await super().other(kind, message)

    async def tick(self) -> None:
        """A late VAD comes to what it has said to be over."""
        stopped, self._stopped = self._stopped, []
        for item, text in stopped:
            self._committed(item)
            self._complete(item, text)

    async def append(self, message: dict[str, Any]) -> None:
        """Sound."""
        if self.known is None:
            self.begin("", {}, "")
        await super().append(message)

    async def commit(self, message: dict[str, Any]) -> None:
        """The client ends a sentence; allowed whoever else ends them."""
        del message
        if self.buffered < SHORTEST:
            self.refuse(
                Violation.EMPTY_COMMIT,
                "input_audio_buffer_commit_empty",
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, "
                f"but buffer only has {1000 * self.buffered:.2f}ms of audio.",
                None,
            )
        elif self.manual:
            text = await self.committed_text()
            item = self.items.fresh()
            self._committed(item)
            self._complete(item, text)
        elif self.ear is not None:
            self._committing = True
            self.tell(await self.ear.commit())
            if self._committing:
                # Nothing was said in what was committed.
                item = self.items.fresh()
                self._committed(item)
                self._complete(item, "")

    def tell(self, events: list[Event]) -> None:
        """Server VAD: speech starts, stops, and is transcribed in increments."""
        for event in events:
            match event:
                case SpeechStarted(number, start):
                    self._item(number, start)
                case Partial(number, start, _, text):
                    item = self._item(number, start)
                    item.follow(text)
                    self._delta(item, item.settled)
                case FinalEvent():
                    item = self._item(event.utterance, event.start)
                    self.items.pop(event.utterance)
                    if not self._committing:
                        self._stop(item, event.end)
                    if self.varies(Variant.LATE_VAD) and not self._committing:
                        self._stopped.append((item, event.text))
                        continue
                    self._committed(item)
                    self._complete(item, event.text)

    def _stop(self, item: Item, end: float) -> None:
        self.say("input_audio_buffer.speech_stopped", audio_end_ms=self._moment(end), item_id=item.id)
        if self.varies(Variant.ITEM_TIMES) and self.known is not None:
            self._buffer = self.known.audio

    def _changes_nothing(self, session: Mapping[str, Any]) -> bool:
        """Whether the update is only of what is left out, so that all stays as it is."""
        return self._configured and not session.keys() & {"audio", "input_audio_transcription"}

    async def _configure(self, session: Mapping[str, Any], answer: str) -> None:
        audio = session.get("audio")
        given = audio.get("input") if isinstance(audio, Mapping) else None
        if not isinstance(given, Mapping):
            self._invalid("Missing required parameter: 'session.audio.input'.", "session.audio.input")
            return
        sound = given.get("format") or {"type": "audio/pcm", "rate": RATE}
        if sound.get("type") != "audio/pcm" or sound.get("rate") != RATE:
            self._invalid("Expected audio/pcm at 24000 Hz.", "session.audio.input.format.rate")
            return
        await self._take(session, given.get("transcription"), given.get("turn_detection", VAD), answer)

    async def _configure_flat(self, session: Mapping[str, Any], answer: str) -> None:
        if session.get("input_audio_format", "pcm16") != "pcm16":
            self._invalid("Expected pcm16.", "session.input_audio_format")
            return
        transcription = session.get("input_audio_transcription")
        await self._take(session, transcription, session.get("turn_detection", VAD), answer)

    async def _take(self, session: Mapping[str, Any], transcription: Any, turns: Any, answer: str) -> None:
        if not isinstance(transcription, Mapping) or not transcription.get("model"):
            self._invalid("Missing required parameter: 'model'.", "session.audio.input.transcription.model")
            return
        if not is_transcriber(transcription["model"]):
            self._refuse_model(transcription["model"])
            return
        if turns is not None and turns.get("type") not in ("server_vad", "semantic_vad"):
            self._invalid("turn_detection.type is invalid.", "session.audio.input.turn_detection.type")
            return
        self.manual = turns is None
        self._configured = True
        self.begin(transcription["model"], dict(session), transcription.get("prompt") or "")
        if not await self.struck():
            self.say(answer, session={"id": self._id, **session})

    def _stay(self, answer: str, session: Mapping[str, Any]) -> None:
        """All stays as it is: what a client asks for in order to learn how far this server is."""
        if self.varies(Variant.FINISH_REFUSED):
            self.error("invalid_request_error", "invalid_value", "There is nothing to change.", "session")
        elif not self.varies(Variant.NO_SESSION_FINISHED):
            self.say(answer, session={"id": self._id, **session})

    def _refuse_model(self, model: str) -> None:
        """An error, and the end of the session."""
        message = f'Model "{model}" is not supported in transcription mode.'
        self.refuse(Violation.UNKNOWN_MODEL, "invalid_model", message, None)
        self.peer.close(4000, "invalid_request_error.invalid_model")

    def _invalid(self, message: str, param: str) -> None:
        self.refuse(Violation.INVALID_PARAMETER, "invalid_value", message, param)

    def _item(self, number: int, start: float) -> Item:
        item, fresh = self.items.get(number)
        if fresh and not self._committing:
            begin = self._moment(start)
            self.say("input_audio_buffer.speech_started", audio_start_ms=begin, item_id=item.id)
        return item

    def _moment(self, seconds: float) -> int:
        """Where that is, as this server counts."""
        return milliseconds(max(seconds - self._buffer, 0.0))

    def _committed(self, item: Item) -> None:
        self._committing, self.buffered = False, 0.0
        links = {"previous_item_id": item.previous or None}
        self.say("input_audio_buffer.committed", **links, item_id=item.id)
        content = [{"type": "input_audio", "transcript": None}]
        whole = {
            "id": item.id,
            "object": "realtime.item",
            "type": "message",
            "role": "user",
            "content": content,
        }
        self.say("conversation.item.added", **links, item={**whole, "status": "in_progress"})
        self.say("conversation.item.done", **links, item={**whole, "status": "completed"})

    def _delta(self, item: Item, text: str) -> None:
        fresh = item.increment(text)
        if fresh:
            self.say(f"{TRANSCRIPTION}.delta", item_id=item.id, content_index=0, delta=fresh, logprobs=None)

    def _complete(self, item: Item, text: str) -> None:
        place = {"item_id": item.id, "content_index": 0}
        if self.varies(Variant.FAILED_ITEM) and item.number == 2:
            error = {
                "type": "server_error",
                "code": "audio_unintelligible",
                "message": "failed",
                "param": None,
            }
            self.say(f"{TRANSCRIPTION}.failed", **place, error=error)
            return
        self._delta(item, text)
        self.final(text)
        seconds = ceil(self.known.audio) if self.known is not None else 0
        usage = {"type": "duration", "seconds": seconds}
        self.say(f"{TRANSCRIPTION}.completed", **place, transcript=text, usage=usage)
