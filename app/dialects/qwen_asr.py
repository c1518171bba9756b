"""Qwen-ASR-Realtime: JSON events, sound as base64, sentences as items."""

from __future__ import annotations

from typing import Any, Final

from app.dialects import model_studio
from app.dialects.base import DialectEvent, Done, Handshake, Message, Ready, Service
from app.dialects.expectations import corpus, language_of
from app.dialects.frames import Json, read_object, text_or_none
from app.dialects.realtime import COMMIT, TRANSCRIPTION, Identify, Items, new_id
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event
from app.domain.request import RecognitionRequest

SUGGESTED_THRESHOLD: Final = 0.0


class QwenAsr:
    """One session."""

    rate = SPEECH_RATE
    greets = True

    def __init__(self, request: RecognitionRequest, service: Service, identify: Identify = new_id) -> None:
        self._request = request
        self._service = service
        self._items = Items(request, service, identify)

    def handshake(self) -> Handshake:
        """The model is in the address."""
        return model_studio.handshake(self._service, model_studio.REALTIME, model=self._service.model)

    def open(self) -> list[Message]:
        """Set the session up; the service takes this once only."""
        session = {
            "input_audio_format": "pcm",
            "sample_rate": self.rate,
            "input_audio_transcription": self._transcription(),
            "turn_detection": model_studio.turn_detection(self._request, SUGGESTED_THRESHOLD),
        }
        return [self._items.message("session.update", session=session)]

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as text."""
        return self._items.audio(frame)

    def commit(self) -> list[Message]:
        """End the sentence, unless the service does that or there is none."""
        return [self._items.ask(COMMIT)] if self._items.commit() else []

    def finish(self) -> list[Message]:
        """Without this the service would drop the open sentence."""
        return [self._items.message("session.finish")]

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the service said."""
        content = read_object(message)
        match content.get("type"):
            case "session.updated":
                self._items.ready = True
                return [Ready()]
            case "session.finished":
                return [*self._items.utterances.finish(), Done()]
            case "error":
                if failure := self._items.failure(content):
                    raise failure
                return [*self._items.refuse(content)]
            case str(kind):
                return [*self._heard(kind, content)]
            case _:
                return []

    def _heard(self, kind: str, content: Json) -> list[Event]:
        items = self._items
        key = items.key(content)
        match kind.removeprefix(TRANSCRIPTION):
            case ".text":
                return items.show(key, content)
            case ".completed":
                return items.end(key, text_or_none(content.get("transcript")), content)
            case ".failed":
                return items.utterances.drop(key)
            case "input_audio_buffer.committed":
                return items.committed(key)
            case _:
                return items.heard(kind, key, content)

    def _transcription(self) -> Json:
        found: dict[str, Any] = {}
        if language := language_of(self._request):
            found["language"] = language
        if text := corpus(self._request):
            found["corpus"] = {"text": text}
        return found
