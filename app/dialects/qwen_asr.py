"""Qwen-ASR-Realtime: JSON events, sound as base64, sentences as items."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final
from uuid import uuid4

from app.dialects import failures
from app.dialects.base import DialectEvent, Done, Handshake, Message, Ready, Service
from app.dialects.expectations import corpus, language_of
from app.dialects.frames import Json, address, base64_pcm, read_object, text_of, write_object
from app.dialects.model_studio import headers_for
from app.dialects.spans import CommittedSpans
from app.dialects.timeline import Timeline
from app.dialects.utterances import Utterances
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event
from app.domain.request import Cut, RecognitionRequest

PATH: Final = "/api-ws/v1/realtime"
SUGGESTED_THRESHOLD: Final = 0.0
SILENCES: Final = (200, 6000)
TRANSCRIPTION: Final = "conversation.item.input_audio_transcription"


class QwenAsr:
    """One session.

    Args:
        identify: makes ids for events.
    """

    rate = SPEECH_RATE
    greets = True

    def __init__(
        self, request: RecognitionRequest, service: Service, identify: Callable[[], str] = lambda: uuid4().hex
    ) -> None:
        self._manual = request.cut is Cut.MANUAL
        self._request = request
        self._service = service
        self._identify = identify
        self._timeline = Timeline()
        self._utterances = Utterances(self._timeline)
        self._spans = CommittedSpans(self._timeline)
        self._ready = False

    def handshake(self) -> Handshake:
        """The model is in the address."""
        url = address(self._service.endpoint, PATH, model=self._service.model)
        return Handshake(url, headers_for(self._service))

    def open(self) -> list[Message]:
        """Set the session up; the service takes this once only."""
        session = {
            "input_audio_format": "pcm",
            "sample_rate": self.rate,
            "input_audio_transcription": self._transcription(),
            "turn_detection": self._turn_detection(),
        }
        return [self._said("session.update", session=session)]

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as text."""
        self._timeline.hear(frame)
        if self._manual:
            self._spans.hear(frame)
        return [self._said("input_audio_buffer.append", audio=base64_pcm(frame))]

    def commit(self) -> list[Message]:
        """End the sentence, unless the service does that or there is none."""
        if not self._manual or not self._spans.commit():
            return []
        return [self._said("input_audio_buffer.commit")]

    def finish(self) -> list[Message]:
        """Without this the service would drop the open sentence."""
        return [self._said("session.finish")]

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the service said."""
        content = read_object(message)
        match content.get("type"):
            case "session.updated":
                self._ready = True
                return [Ready()]
            case "session.finished":
                return [*self._utterances.finish(), Done()]
            case "error":
                self._fail(content)
                return []
            case str(kind):
                return [*self._heard(kind, content)]
            case _:
                return []

    def _heard(self, kind: str, content: Json) -> list[Event]:
        key = self._key(content)
        match kind:
            case "input_audio_buffer.speech_started":
                return self._utterances.begin(key, self._timeline.at(content.get("audio_start_ms")))
            case "input_audio_buffer.speech_stopped":
                self._utterances.stop(key, self._timeline.at(content.get("audio_end_ms")))
            case "input_audio_buffer.committed" if self._manual:
                self._spans.name(key)
                return self._utterances.begin(key, self._spans.start(key))
            case _ if kind == f"{TRANSCRIPTION}.text":
                settled, soft = text_of(content.get("text")), text_of(content.get("stash"))
                return self._utterances.say(key, settled + soft, len(settled), self._spans.start(key))
            case _ if kind == f"{TRANSCRIPTION}.completed":
                text = text_of(content.get("transcript"))
                return self._utterances.end(key, text, start=self._spans.start(key), end=self._spans.end(key))
            case _ if kind == f"{TRANSCRIPTION}.failed":
                return self._utterances.drop(key)
            case _:
                pass
        return []

    def _key(self, content: Json) -> Hashable:
        return text_of(content.get("item_id")) or self._utterances.newest or "unnamed"

    def _said(self, kind: str, **content: object) -> str:
        return write_object({"event_id": f"event_{self._identify()}", "type": kind, **content})

    def _transcription(self) -> Json:
        found: dict[str, Any] = {}
        if language := language_of(self._request):
            found["language"] = language
        if text := corpus(self._request):
            found["corpus"] = {"text": text}
        return found

    def _turn_detection(self) -> Json | None:
        # An explicit null is what switches to manual; left out, the service would cut.
        if self._manual:
            return None
        threshold = self._request.vad_threshold
        milliseconds = round(self._request.vad_silence * 1000)
        return {
            "type": "server_vad",
            "threshold": SUGGESTED_THRESHOLD if threshold is None else min(max(threshold, -1.0), 1.0),
            "silence_duration_ms": min(max(milliseconds, SILENCES[0]), SILENCES[1]),
        }

    def _fail(self, content: Json) -> None:
        """Raise what ends the session; a complaint about one message does not."""
        code, message = failures.error_of(content)
        error = failures.reported(code, message, self._service.key)
        if not self._ready or failures.known(code, message):
            raise error
