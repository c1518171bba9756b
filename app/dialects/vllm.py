"""vLLM's `/v1/realtime`: one endless text for one endless sound, which is cut into captions here."""

from __future__ import annotations

import re
from typing import Final

from app.dialects import failures
from app.dialects.base import DialectEvent, Done, Handshake, Message, Ready, Service
from app.dialects.frames import address, base64_pcm, read_object, text_of, text_or_none, write_object
from app.dialects.timeline import Pauses, Timeline
from app.dialects.utterances import Utterances
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event
from app.domain.request import RecognitionRequest

PATH: Final = "/v1/realtime"
SHORTEST: Final = 12
"""Characters of a caption before punctuation ends it: `Dr. Smith` stays together."""
LONGEST: Final = 160
"""Characters after which the next pause for breath ends a caption."""
FAR_TOO_LONG: Final = 320
HORIZON: Final = 2 * FAR_TOO_LONG + 1
"""Characters among which the end of a caption is looked for, however many have come at once."""

# A full stop counts once the blank behind it is there: `3.14` has none.
# Each run of stops is looked at once, without a step back: servers send ten thousand dots.
_END: Final = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s)|[。！？]++[”’」』）]*+")
_BREATH: Final = re.compile(r"[,;:](?=\s)|[，、；：]|\s(?=\S)")


class Vllm:
    """One endless transcription."""

    rate = SPEECH_RATE
    greets = True

    def __init__(self, request: RecognitionRequest, service: Service) -> None:
        self._pause = request.vad_silence
        self._service = service
        self._timeline = Timeline()
        self._pauses = Pauses()
        self._utterances = Utterances(self._timeline)
        self._number = 0
        self._text = ""
        self._paused = False
        self._quiet: float | None = None
        self._last_end = 0.0
        self._received = False

    def handshake(self) -> Handshake:
        """The model is named later."""
        return Handshake(address(self._service.endpoint, PATH), self._service.bearer())

    def open(self) -> list[Message]:
        """Name the model; a commit that is not final starts it."""
        return [
            write_object({"type": "session.update", "model": self._service.model}),
            write_object({"type": "input_audio_buffer.commit"}),
        ]

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as text."""
        self._timeline.hear(frame)
        self._pauses.hear(frame)
        self._look_for_pause()
        return [write_object({"type": "input_audio_buffer.append", "audio": base64_pcm(frame)})]

    def commit(self) -> list[Message]:
        """A commit would end everything, not a sentence."""
        return []

    def finish(self) -> list[Message]:
        """The last words still come."""
        return [write_object({"type": "input_audio_buffer.commit", "final": True})]

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the server said."""
        content = read_object(message)
        match content.get("type"):
            case "session.created":
                return [Ready()]
            case "transcription.delta":
                return [*self._grow(text_of(content.get("delta")))]
            case "transcription.done":
                return [*self._end(text_or_none(content.get("text")) or ""), Done()]
            case "error":
                raise failures.reported(*failures.error_of(content), self._service.key)
            case _:
                return []

    def _look_for_pause(self) -> None:
        """Note when speech began again after a pause: the words before it are through by then."""
        pauses = self._pauses
        if pauses.silence(self._timeline.now) >= self._pause:
            self._quiet = pauses.quiet_since
            pauses.mark()
        elif pauses.speech is not None and self._quiet is not None:
            self._paused = bool(self._text.strip())

    def _grow(self, piece: str) -> list[Event]:
        self._received = self._received or bool(piece)
        events: list[Event] = []
        if self._paused and piece[:1].isspace():
            events += self._cut(self._text, self._quiet)
            self._text = ""
        whole, begin = self._text + piece, 0
        while (length := _length(whole[begin : begin + HORIZON])) is not None:
            # The words came at about the pace at which they were said.
            moment = self._pauses.moment(self._last_end, length / (len(whole) - begin))
            events += self._cut(whole[begin : begin + length], moment)
            begin += length
        self._text = whole[begin:]
        return events + self._utterances.say(self._number, self._text.lstrip(), start=self._start())

    def _start(self) -> float | None:
        """When the open caption began: with the first speech behind the caption before it."""
        return self._pauses.begin(self._last_end)

    def _cut(self, text: str, end: float | None) -> list[Event]:
        """End the caption with `text`, the last of which was said at `end`."""
        events = self._utterances.end(self._number, text.strip(), start=self._start(), end=end)
        self._last_end = self._timeline.now if end is None else end
        self._number += 1
        self._quiet, self._paused = None, False
        return events

    def _end(self, whole: str) -> list[Event]:
        """Nothing more comes; a server that sends no increments has told everything only now."""
        events = [] if self._received else self._grow(whole)
        events += self._cut(self._text, self._pauses.moment(self._last_end, 1.0))
        self._text = ""
        return events


def _length(text: str) -> int | None:
    """Characters of the first caption in `text`, which is at most `HORIZON` long; None where it goes on."""
    lead = len(text) - len(text.lstrip())
    for found in _END.finditer(text):
        wide = not found.group()[0].isascii()
        if found.end() - lead >= (2 if wide else SHORTEST):
            return found.end()
    if len(text) - lead > LONGEST:
        breaths = [found.end() for found in _BREATH.finditer(text, lead + LONGEST // 2)]
        pauses = [place for place in breaths if not text[place - 1].isspace()]
        if pauses or (breaths and len(text) - lead > FAR_TOO_LONG):
            return (pauses or breaths)[0]
    return FAR_TOO_LONG if len(text) == HORIZON else None
