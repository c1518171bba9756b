"""Qwen-ASR-Realtime, with the server or the client ending the sentences."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from math import ceil
from typing import Any

from app.domain.events import Event, Partial, SpeechStarted
from app.domain.events import Final as FinalEvent
from tests.simulator.conversation import Conversation
from tests.simulator.items import Item
from tests.simulator.models import is_qwen_asr
from tests.simulator.options import Variant
from tests.simulator.record import Violation
from tests.simulator.session import milliseconds
from tests.simulator.settings import Invalid, check_settings, hints

TRANSCRIPTION = "conversation.item.input_audio_transcription"
_CHINESE = re.compile("[\u4e00-\u9fff]")
VAD = {"type": "server_vad", "threshold": 0.2, "silence_duration_ms": 800}


class QwenAsr(Conversation):
    """One session, configured once."""

    protocol = "qwen-asr"

    def __init__(self, model: str, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.model = model
        self.settings: dict[str, Any] = {}
        self._id = f"sess_{uuid.uuid4().hex[:16]}"
        self._updated = False
        self._held: list[Callable[[], None]] = []
        self._latest: dict[str, Any] = {}

    def known_model(self) -> bool:
        """Whether the model is one of this protocol."""
        return is_qwen_asr(self.model)

    async def open(self) -> None:
        """Greet, or turn an unknown model away."""
        if not self.known_model():
            self.violate(Violation.UNKNOWN_MODEL)
            self.peer.close(1007, "Model not found")
            return
        self.settings = {
            "id": self._id,
            "object": "realtime.session",
            "model": self.model,
            "modalities": ["text"],
            "input_audio_format": "pcm16",
            "input_audio_transcription": None,
            "turn_detection": VAD,
        }
        self.say("session.created", session=self.settings)

    async def update(self, message: dict[str, Any]) -> None:
        """Configure the session, once and before any sound."""
        if self._updated or self.known is not None:
            self.refuse(
                Violation.SECOND_UPDATE, "invalid_value", "session.update is allowed only once.", "session"
            )
            return
        if await self.configure(message.get("session")):
            self._updated = True

    async def configure(self, settings: Any) -> bool:
        """Take new settings and echo them; False where they were refused."""
        try:
            check_settings(settings, omni=self.protocol == "qwen-omni")
        except Invalid as invalid:
            self.refuse(Violation.INVALID_PARAMETER, "invalid_value", str(invalid), invalid.param)
            return False
        self.settings = {**self.settings, **settings}
        self.rate = self.settings.get("sample_rate") or 16_000
        self.manual = self.settings.get("turn_detection", VAD) is None
        self.begin(self.model, settings, hints(settings))
        if not await self.struck():
            echo = dict(self.settings)
            if self.manual and self.varies(Variant.NO_TURN_DETECTION):
                del echo["turn_detection"]
            self.say("session.updated", session=echo)
        return True

    async def append(self, message: dict[str, Any]) -> None:
        """Sound; a session that was never configured has the service's own settings."""
        if self.known is None:
            self.begin(self.model, {}, "")
        await super().append(message)

    async def commit(self, message: dict[str, Any]) -> None:
        """The client ends a sentence (manual mode only)."""
        del message
        if not self.manual:
            self.refuse(Violation.COMMIT_IN_VAD, "invalid_value", "commit is disabled in VAD mode.", None)
        elif not self.buffered:
            self.refuse(
                Violation.EMPTY_COMMIT,
                "input_audio_buffer_commit_empty",
                "Error committing input audio buffer: buffer is empty.",
                None,
            )
        else:
            text = await self.committed_text()
            item = self.items.fresh()
            self._committed(item)
            words = text.split(" ")
            self._text(item, " ".join(words[: len(words) // 2]))
            self._text(item, text)
            self.complete(item, text)

    async def finish(self) -> None:
        """The tail, then session.finished."""
        self.finished = True
        if await self.struck(finishing=True):
            return
        if self.manual:
            if self.buffered:
                self.violate(Violation.UNCOMMITTED)
        elif self.ear is not None:
            self.tell(await self.ear.finish())
        self.release()
        if self.known is not None:
            self.known.finished = True
        if not self.varies(Variant.NO_SESSION_FINISHED):
            self.say("session.finished")
        if self.varies(Variant.RESULTS_AFTER_FINISH) and self._latest:
            self.say(f"{TRANSCRIPTION}.completed", **self._latest)

    def tell(self, events: list[Event]) -> None:
        """VAD mode: speech starts, grows, stops and is transcribed."""
        for event in events:
            match event:
                case SpeechStarted(number, start):
                    self._item(number, start)
                case Partial(number, start, _, text):
                    item = self._item(number, start)
                    if not self.varies(Variant.TEXT_AFTER_CREATED):
                        self._text(item, text)
                case FinalEvent():
                    self._over(event)

    def partial(self, item: Item) -> None:
        """Say what is understood of an item so far."""
        self.say(
            f"{TRANSCRIPTION}.text",
            item_id=item.id,
            content_index=0,
            language=self.language(item.settled + item.soft),
            emotion="neutral",
            text=item.settled,
            stash=item.soft,
        )

    def complete(self, item: Item, text: str) -> None:
        """The item is transcribed, or failed."""
        fields: dict[str, Any] = {"item_id": item.id, "content_index": 0}
        if self.varies(Variant.FAILED_ITEM) and item.number == 2:
            error = {"code": "InternalError.Algo", "message": "Inference internal error.", "param": None}
            self.say(f"{TRANSCRIPTION}.failed", **fields, error=error)
            return
        self.final(text)
        duration = ceil(self.known.audio) if self.known is not None else 0
        fields |= {"language": self.language(text), "emotion": "neutral", "transcript": text}
        fields["usage"] = {"duration": duration, "total_tokens": 12}
        self._latest = fields
        self.say(f"{TRANSCRIPTION}.completed", **fields)

    def language(self, text: str) -> str:
        """What the client says that is spoken, else what it looks like."""
        given = self.settings.get("input_audio_transcription") or {}
        return str(given.get("language") or ("zh" if _CHINESE.search(text) else "en"))

    def release(self) -> None:
        """Say what was held back."""
        held, self._held = self._held, []
        for say in held:
            say()

    def _item(self, number: int, start: float) -> Item:
        item, fresh = self.items.get(number)
        if fresh:
            self.say("input_audio_buffer.speech_started", audio_start_ms=milliseconds(start), item_id=item.id)
        return item

    def _text(self, item: Item, text: str) -> None:
        item.follow(text)
        self.partial(item)
        # Another item's beginning is heard: the one before may be completed now.
        self.release()

    def _over(self, event: FinalEvent) -> None:
        item = self._item(event.utterance, event.start)
        self.items.pop(event.utterance)
        self.say("input_audio_buffer.speech_stopped", audio_end_ms=milliseconds(event.end), item_id=item.id)
        self._committed(item)
        self._text(item, event.text)
        if self.varies(Variant.INTERLEAVED):
            self._held.append(lambda: self.complete(item, event.text))
        else:
            self.complete(item, event.text)
        if self.varies(Variant.EMPTY_TRANSCRIPTS) and event.text:
            self._nothing(event.end)

    def _nothing(self, at: float) -> None:
        item = self.items.fresh()
        times = {"audio_start_ms": milliseconds(at), "audio_end_ms": milliseconds(at)}
        for name, time in zip(("started", "stopped"), times.items(), strict=True):
            self.say(f"input_audio_buffer.speech_{name}", **dict([time]), item_id=item.id)
        self._committed(item)
        self.complete(item, "")

    def _committed(self, item: Item) -> None:
        links = {"previous_item_id": item.previous}
        self.say("input_audio_buffer.committed", **links, item_id=item.id)
        created = {
            "id": item.id,
            "object": "realtime.item",
            "type": "message",
            "status": "in_progress" if self.manual else "completed",
            "role": "user",
            "content": [{"type": "input_audio", "transcript": None}],
        }
        self.say("conversation.item.created", **links, item=created)
