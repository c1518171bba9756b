"""OpenAI's realtime transcription sessions, and servers that speak the same, old shape and new."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from app.dialects import failures
from app.dialects.base import DialectEvent, Done, Handshake, Message, Ready, Reply, Service
from app.dialects.expectations import corpus, language_of
from app.dialects.frames import Json, address, base64_pcm, part, read_object, silence, text_of, write_object
from app.dialects.spans import CommittedSpans
from app.dialects.timeline import Timeline
from app.dialects.utterances import Utterances
from app.domain.audio import AudioFrame
from app.domain.events import Event
from app.domain.request import Cut, RecognitionRequest

PATH: Final = "/v1/realtime"
RATE: Final = 24_000
USUAL_THRESHOLD: Final = 0.5
PADDING: Final = 300
TAIL: Final = 1.2
"""Seconds of silence beyond those that end a sentence, to be sure that the server ends the last one."""
TRANSCRIPTION: Final = "conversation.item.input_audio_transcription"
REMEMBERED: Final = 256


class OpenAiRealtime:
    """One session. There is no word for its end: it is over when every sentence has its words.

    Args:
        identify: makes ids for events.
    """

    rate = RATE
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
        self._ready = self._finishing = False
        self._unanswered: dict[str, None] = {}
        self._awaited: dict[Hashable, None] = {}

    def handshake(self) -> Handshake:
        """OpenAI wants no model in the address; other servers do."""
        headers = {}
        if self._service.key is not None:
            headers["Authorization"] = f"Bearer {self._service.key.reveal()}"
        query = {"intent": "transcription"}
        if urlsplit(self._service.endpoint).hostname != "api.openai.com":
            query["model"] = self._service.model
        return Handshake(address(self._service.endpoint, PATH, **query), headers)

    def open(self) -> list[Message]:
        """The server speaks first: how it does shows which shape it expects."""
        return []

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as text."""
        self._timeline.hear(frame)
        if self._manual:
            self._spans.hear(frame)
        return [self._said("input_audio_buffer.append", audio=base64_pcm(frame))]

    def commit(self) -> list[Message]:
        """End the sentence, unless the server does that or there is none."""
        if not self._manual or not self._spans.commit():
            return []
        return [self._asked("input_audio_buffer.commit")]

    def finish(self) -> list[Message]:
        """Ask for something harmless, that is answered only after all that was said before."""
        self._finishing = True
        last = self._asked("input_audio_buffer.clear")
        if self._manual:
            return [last]
        tail = silence(self._request.vad_silence + TAIL, self.rate)
        return [self._said("input_audio_buffer.append", audio=tail), last]

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the server said."""
        content = read_object(message)
        events: list[DialectEvent] = []
        match content.get("type"):
            case "session.created" | "transcription_session.created":
                return [Reply((self._setup(content),))]
            case "session.updated" | "transcription_session.updated":
                self._ready = True
                return [Ready()]
            case "error":
                self._fail(content)
            case str(kind):
                events += self._heard(kind, content)
            case _:
                pass
        if self._finishing and not self._unanswered and not self._awaited:
            events += [*self._utterances.finish(), Done()]
        return events

    def _heard(self, kind: str, content: Json) -> list[Event]:
        key = text_of(content.get("item_id")) or self._utterances.newest or "unnamed"
        match kind:
            case "input_audio_buffer.speech_started":
                return self._utterances.begin(key, self._timeline.at(content.get("audio_start_ms")))
            case "input_audio_buffer.speech_stopped":
                self._utterances.stop(key, self._timeline.at(content.get("audio_end_ms")))
            case "input_audio_buffer.committed":
                return self._committed(key)
            case "input_audio_buffer.cleared":
                self._unanswered.clear()
            case _ if kind.startswith(TRANSCRIPTION):
                return self._transcribed(kind.removeprefix(TRANSCRIPTION), key, content)
            case _:
                pass
        return []

    def _committed(self, key: Hashable) -> list[Event]:
        self._awaited[key] = None
        if len(self._awaited) > REMEMBERED:
            del self._awaited[next(iter(self._awaited))]
        if not self._manual:
            return []
        self._answer()
        self._spans.name(key)
        return self._utterances.begin(key, self._spans.start(key))

    def _transcribed(self, kind: str, key: Hashable, content: Json) -> list[Event]:
        start, end = self._spans.start(key), self._spans.end(key)
        match kind:
            case ".delta" | ".text" if "stash" in content or "text" in content:
                settled, soft = text_of(content.get("text")), text_of(content.get("stash"))
                return self._utterances.say(key, settled + soft, len(settled), start)
            case ".delta":
                return self._utterances.grow(key, text_of(content.get("delta")), start)
            case ".completed":
                self._awaited.pop(key, None)
                text = text_of(content.get("transcript"))
                return self._utterances.end(key, text, start=start, end=end)
            case ".failed":
                self._awaited.pop(key, None)
                return self._utterances.drop(key)
            case _:
                return []

    def _answer(self, event: str = "") -> None:
        """Something that was asked for has come: `event`, else the oldest."""
        found = event if event in self._unanswered else next(iter(self._unanswered), "")
        self._unanswered.pop(found, None)

    def _fail(self, content: Json) -> None:
        """Raise what ends the session; a complaint about one message does not."""
        code, message = failures.error_of(content)
        if not self._ready or failures.known(code, message):
            raise failures.reported(code, message, self._service.key)
        event = text_of(part(content, "error").get("event_id"))
        if event in self._unanswered or (self._finishing and not event):
            self._answer(event)

    def _asked(self, kind: str) -> str:
        """Say something that will be answered."""
        event = f"event_{self._identify()}"
        self._unanswered[event] = None
        return write_object({"event_id": event, "type": kind})

    def _said(self, kind: str, **content: object) -> str:
        return write_object({"event_id": f"event_{self._identify()}", "type": kind, **content})

    def _setup(self, content: Json) -> str:
        session = part(content, "session")
        if content["type"] == "transcription_session.created":
            return self._said("transcription_session.update", session=self._flat())
        if "input_audio_format" in session or "input_audio_transcription" in session:
            flat = self._flat() | {"modalities": ["text"]}
            if not self._manual:
                flat["turn_detection"]["create_response"] = False
            return self._said("session.update", session=flat)
        listening = {
            "format": {"type": "audio/pcm", "rate": self.rate},
            "transcription": self._transcription(),
            "turn_detection": self._turn_detection(),
        }
        return self._said("session.update", session={"type": "transcription", "audio": {"input": listening}})

    def _flat(self) -> dict[str, Any]:
        return {
            "input_audio_format": "pcm16",
            "input_audio_transcription": self._transcription(),
            "turn_detection": self._turn_detection(),
        }

    def _transcription(self) -> Json:
        found = {"model": self._service.model}
        if language := language_of(self._request):
            found["language"] = language
        if prompt := corpus(self._request):
            found["prompt"] = prompt
        return found

    def _turn_detection(self) -> Json | None:
        if self._manual:
            return None
        threshold = self._request.vad_threshold
        return {
            "type": "server_vad",
            "threshold": USUAL_THRESHOLD if threshold is None else min(max(threshold, 0.0), 1.0),
            "prefix_padding_ms": PADDING,
            "silence_duration_ms": round(self._request.vad_silence * 1000),
        }
