"""OpenAI's realtime transcription sessions, and servers that speak the same, old shape and new."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final
from urllib.parse import urlsplit

from app.dialects.base import DialectEvent, Done, Handshake, Message, Ready, Reply, Service
from app.dialects.expectations import corpus, language_of
from app.dialects.frames import (
    Json,
    address,
    number_of,
    part,
    read_object,
    text_of,
    text_or_none,
)
from app.dialects.realtime import COMMIT, TRANSCRIPTION, Identify, Items, is_whole, new_id
from app.domain.audio import AudioFrame
from app.domain.events import Event
from app.domain.request import RecognitionRequest

PATH: Final = "/v1/realtime"
RATE: Final = 24_000
USUAL_THRESHOLD: Final = 0.5
PADDING: Final = 300
UPDATE: Final = "session.update"
OLD_UPDATE: Final = "transcription_session.update"
TAIL: Final = 1.2
"""Seconds of silence beyond those that end a sentence, to be sure that the server ends the last one."""
REMEMBERED: Final = 256


class OpenAiRealtime:
    """One session. There is no word for its end: it is over when every sentence has its words."""

    rate = RATE
    greets = True

    def __init__(self, request: RecognitionRequest, service: Service, identify: Identify = new_id) -> None:
        self._request = request
        self._service = service
        # Its clones differ in what they count times from.
        self._items = Items(request, service, identify, doubts_times=True)
        self._finishing = False
        self._update = UPDATE
        self._unchanged: dict[str, Any] = {"type": "transcription"}
        self._awaited: dict[Hashable, None] = {}

    def handshake(self) -> Handshake:
        """OpenAI wants no model in the address; other servers do."""
        query = {"intent": "transcription"}
        if urlsplit(self._service.endpoint).hostname != "api.openai.com":
            query["model"] = self._service.model
        return Handshake(address(self._service.endpoint, PATH, **query), self._service.bearer())

    def open(self) -> list[Message]:
        """The server speaks first: how it does shows which shape it expects."""
        return []

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as text."""
        return self._items.audio(frame)

    def commit(self) -> list[Message]:
        """End the sentence, unless the server does that or there is none."""
        return [self._items.ask(COMMIT)] if self._items.commit() else []

    def finish(self) -> list[Message]:
        """Ask for something harmless, that is answered only after all that was said before.

        Not to clear the buffer: some servers do so before they have taken the last sentence out of it. Not
        to commit it: where nothing was said in it, that is an error, or words are made up of silence.
        """
        self._finishing = True
        last = self._items.ask(self._update, session=self._unchanged)
        if self._items.manual:
            return [last]
        # Some servers notice with each packet only one thing: that somebody began to speak, or stopped.
        pauses = (self._request.vad_silence + TAIL / 2, TAIL / 2)
        return [*(self._items.silence(pause, self.rate) for pause in pauses), last]

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the server said."""
        content = read_object(message)
        events: list[DialectEvent] = []
        match content.get("type"):
            case "session.created" | "transcription_session.created":
                return [Reply((self._setup(content),))]
            case "session.updated" | "transcription_session.updated":
                events += self._updated()
            case "error":
                events += self._fail(content)
            case str(kind):
                events += self._heard(kind, content)
            case _:
                pass
        return [*events, Done()] if self._finishing and self._is_over() else events

    def _updated(self) -> list[DialectEvent]:
        """The setup is taken; later, that nothing of it changes."""
        if self._items.ready:
            self._items.requests.answer(self._update)
            return []
        self._items.ready = True
        return [Ready()]

    def _is_over(self) -> bool:
        """Whether all was answered, and every sentence that began has its words."""
        return not (self._items.requests or self._awaited or self._items.utterances)

    def _heard(self, kind: str, content: Json) -> list[Event]:
        items = self._items
        key = items.key(content)
        match kind.removeprefix(TRANSCRIPTION):
            case ".delta" | ".text" if is_whole(content):
                return items.show(key, content)
            case ".delta":
                return items.grow(key, text_of(content.get("delta")))
            case ".completed":
                self._awaited.pop(key, None)
                return items.end(key, text_or_none(content.get("transcript")), content)
            case ".failed":
                self._awaited.pop(key, None)
                return items.utterances.drop(key)
            case "transcription.segment":
                return self._segment(content)
            case "input_audio_buffer.committed":
                return self._committed(key, content)
            case _:
                return items.heard(kind, key, content)

    def _segment(self, content: Json) -> list[Event]:
        """SGLang's omni servers number what they say instead of naming items."""
        told, text = content.get("segment_id"), text_or_none(content.get("text"))
        name = text_of(told) or number_of(told)
        key = self._items.utterances.nameless if name is None else f"segment {name}"
        if content.get("is_final") is True:
            return self._items.end(key, text, content)
        return [] if text is None else self._items.say(key, text)

    def _committed(self, key: Hashable, content: Json) -> list[Event]:
        self._awaited[key] = None
        if len(self._awaited) > REMEMBERED:
            del self._awaited[next(iter(self._awaited))]
        if not self._items.manual:
            return self._items.follow(key, content)
        return self._items.committed(key)

    def _fail(self, content: Json) -> list[Event]:
        """Raise what ends the session; a complaint about one message does not."""
        if failure := self._items.failure(content):
            raise failure
        return self._items.refuse(content, guess=self._finishing)

    def _setup(self, content: Json) -> str:
        session = part(content, "session")
        if content["type"] == "transcription_session.created":
            self._update, self._unchanged = OLD_UPDATE, {"input_audio_format": "pcm16"}
            return self._items.message(OLD_UPDATE, session=self._flat())
        if "input_audio_format" in session or "input_audio_transcription" in session:
            self._unchanged = {"modalities": ["text"]}
            return self._items.message(UPDATE, session=self._cloned() | self._unchanged)
        listening = {
            "format": {"type": "audio/pcm", "rate": self.rate},
            "transcription": self._transcription(),
            "turn_detection": self._turn_detection(),
        }
        return self._items.message(UPDATE, session=self._unchanged | {"audio": {"input": listening}})

    def _flat(self) -> dict[str, Any]:
        return {
            "input_audio_format": "pcm16",
            "input_audio_transcription": self._transcription(),
            "turn_detection": self._turn_detection(),
        }

    def _cloned(self) -> dict[str, Any]:
        """The old shape for its clones: some refuse to be told format and padding, even their own."""
        flat = self._flat()
        del flat["input_audio_format"]
        if turns := flat["turn_detection"]:
            del turns["prefix_padding_ms"]
            turns["create_response"] = False
        return flat

    def _transcription(self) -> Json:
        found = {"model": self._service.model}
        if language := language_of(self._request):
            found["language"] = language
        if prompt := corpus(self._request):
            found["prompt"] = prompt
        return found

    def _turn_detection(self) -> dict[str, Any] | None:
        if self._items.manual:
            return None
        threshold = self._request.vad_threshold
        return {
            "type": "server_vad",
            "threshold": USUAL_THRESHOLD if threshold is None else min(max(threshold, 0.0), 1.0),
            "prefix_padding_ms": PADDING,
            "silence_duration_ms": round(self._request.vad_silence * 1000),
        }
