"""FunASR's own server, in its two passes: quick words first, the corrected sentence after."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from app.dialects.base import DialectEvent, Done, Handshake, Message, Service
from app.dialects.ear import SLACK, Ear
from app.dialects.frames import Json, number_of, read_object, text_of, text_or_none, write_object
from app.dialects.timeline import Timeline
from app.dialects.utterances import Utterances
from app.domain.audio import SPEECH_RATE, AudioFrame, pcm
from app.domain.events import Event, Word
from app.domain.request import RecognitionRequest

SUBPROTOCOL: Final = "binary"
WEIGHT: Final = 10
"""What one step of a hotword's weight is to this server."""
USUAL_WEIGHT: Final = 2
SOON: Final = 1.0
"""Seconds within which the first word comes, where the server counts from the beginning of the sentence."""

_LATIN: Final = re.compile(r"[a-zA-Z0-9À-ɏ]")
_TOKEN: Final = re.compile(r"[a-zA-Z0-9']+|[^\W\d_]")


class FunAsrRuntime:
    """One run of the server's `2pass` mode."""

    rate = SPEECH_RATE
    greets = False

    def __init__(self, request: RecognitionRequest, service: Service) -> None:
        self._request = request
        self._service = service
        self._timeline = Timeline()
        self._ear = Ear(self._timeline)
        self._utterances = Utterances(self._timeline)
        self._number = 0
        self._finishing = False
        self._tells_end = False

    def handshake(self) -> Handshake:
        """The server knows no keys and no paths."""
        return Handshake(self._service.endpoint, {}, (SUBPROTOCOL,))

    def open(self) -> list[Message]:
        """Sound that comes before this is dropped by the server."""
        config = {
            "mode": "2pass",
            "wav_name": "surtitle",
            "is_speaking": True,
            "wav_format": "pcm",
            "audio_fs": self.rate,
            "chunk_size": [5, 10, 5],
            "chunk_interval": 10,
            "itn": True,
        }
        if self._request.hotwords:
            weights = {word.text: (word.weight or USUAL_WEIGHT) * WEIGHT for word in self._request.hotwords}
            # JSON within a string is what it wants.
            config["hotwords"] = json.dumps(weights, ensure_ascii=False)
        return [write_object(config)]

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as it is."""
        self._timeline.hear(frame)
        self._ear.hear(frame)
        return [pcm(frame.samples)]

    def commit(self) -> list[Message]:
        """The server always ends sentences by itself."""
        return []

    def finish(self) -> list[Message]:
        """Newer servers confirm the end, older ones overlook the second word."""
        self._finishing = True
        return [write_object({"is_speaking": False, "is_end": True})]

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the server said."""
        content = read_object(message)
        mode = text_of(content.get("mode"))
        text = text_of(content.get("text"))
        events: list[DialectEvent] = []
        if mode.endswith("online"):
            events += self._utterances.grow(self._number, self._apart(text), self._ear.begin())
        elif "offline" in mode:
            events += self._sentence(text_or_none(content.get("text")), content)
        if self._is_over(content, "offline" in mode):
            events += [*self._utterances.finish(), Done()]
        return events

    def _apart(self, piece: str) -> str:
        """The server cuts between words, and leaves out the blank that stood there."""
        shown = self._utterances.text(self._number)
        return f" {piece}" if _LATIN.search(shown[-1:]) and _LATIN.match(piece) else piece

    def _sentence(self, told: str | None, content: Json) -> list[Event]:
        # Where the correction is missing the quick words stand; where it is empty they were none.
        shown = self._utterances.text(self._number)
        text = shown if told is None else told
        if not (text.strip() or shown):
            return []
        start, end, words = self._times(text, content)
        self._utterances.move(self._number, start)
        events = self._utterances.end(self._number, told, start=start, end=end, words=words)
        self._ear.last_end = max(end if end is not None else self._timeline.now, start or 0.0)
        self._number += 1
        return events

    def _is_over(self, content: Json, sentence: bool) -> bool:
        """Whether this was the last message.

        Some servers say `is_final` with every sentence; only those that did not can mean the end by it.
        """
        final = content.get("is_final") is True
        if sentence and not self._finishing and content.get("is_final") is False:
            self._tells_end = True
        return self._finishing and (content.get("is_end") is True or (final and self._tells_end))

    def _times(self, text: str, content: Json) -> tuple[float | None, float | None, tuple[Word, ...]]:
        """When the sentence was said, as far as the server and our own ears know."""
        at, heard = self._timeline.at, self._ear.begin()
        start, end = at(content.get("start_time")), at(content.get("end_time"))
        if start is not None and not self._is_the_sessions(start, heard):
            start = end = None
        began = self._ear.within(start) if start is not None else heard
        spans = self._spans(_stamps(content.get("timestamp")), began)
        if not spans:
            quiet = self._ear.quiet_since if heard is not None else None
            return began, end if end is not None else quiet, ()
        return spans[0][0], max(stop for _, stop in spans), _words(text, spans)

    def _spans(self, stamps: Sequence[tuple[float, float]], began: float | None) -> list[tuple[float, float]]:
        """The stamps on the session clock; none where they can't be of a sentence that `began` then.

        Some servers count from the beginning of the sentence instead.
        """
        if not stamps:
            return []
        origin, last = self._timeline.start, max(stop for _, stop in stamps)
        if not self._is_the_sessions(origin + stamps[0][0], began):
            if began is None or began + last > self._timeline.now + SLACK:
                return []
            origin = began
        within = self._ear.within
        return [(within(origin + start), within(origin + stop)) for start, stop in stamps]

    def _is_the_sessions(self, start: float, began: float | None) -> bool:
        """Whether a sentence that `began` then, or nobody knows when, can have its first word at `start`."""
        if self._ear.overlaps(start):
            return False
        return began is None or start - self._timeline.start >= SOON or start >= began - SLACK


def _stamps(found: object) -> list[tuple[float, float]]:
    """Pairs of seconds: JSON within a string from one server, an array from another."""
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            return []
    pairs = (
        [one for one in found if isinstance(one, list) and len(one) >= 2] if isinstance(found, list) else []
    )
    numbers = [(number_of(one[0]), number_of(one[1])) for one in pairs]
    known = [(start, end) for start, end in numbers if start is not None and end is not None]
    return [(start / 1000, max(start, end) / 1000) for start, end in known]


def _words(text: str, spans: Sequence[tuple[float, float]]) -> tuple[Word, ...]:
    """Words with their times, where there is one time for each."""
    tokens = list(_TOKEN.finditer(text))
    if len(tokens) != len(spans):
        return ()
    ends = [token.start() for token in tokens[1:]] + [len(text)]
    words: list[Word] = []
    earliest = spans[0][0]
    for token, stop, (start, end) in zip(tokens, ends, spans, strict=True):
        start = max(start, earliest)
        words.append(Word(text[token.start() : stop].strip(), start, max(start, end)))
        earliest = words[-1].end
    return tuple(words)
