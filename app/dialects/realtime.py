"""What services that talk in realtime events have in common: sound as base64, sentences as items."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from os import urandom
from typing import Final

from app.dialects import failures
from app.dialects.base import Message, Service
from app.dialects.frames import Json, base64_pcm, name_of, silence, text_of, write_object
from app.dialects.spans import CommittedSpans
from app.dialects.succession import Succession
from app.dialects.timeline import Timeline
from app.dialects.utterances import Utterances
from app.domain.audio import AudioFrame
from app.domain.errors import CaptionError
from app.domain.events import Event
from app.domain.request import Cut, RecognitionRequest

TRANSCRIPTION: Final = "conversation.item.input_audio_transcription"
APPEND: Final = "input_audio_buffer.append"
COMMIT: Final = "input_audio_buffer.commit"
SPEECH: Final = "input_audio_buffer.speech_started"
REMEMBERED: Final = 64
"""Late names of items."""

Identify = Callable[[], str]
"""Makes ids for events."""


def new_id() -> str:
    """An id that nobody else has."""
    # Every packet has one: a third of the time that a UUID takes.
    return urandom(16).hex()


class Items:
    """The sentences of one session, and the sound that they are in.

    Attributes:
        manual: the user ends sentences, not the service.
        ready: the service has taken the setup.
        utterances: what the items have become.
    """

    def __init__(self, request: RecognitionRequest, service: Service, identify: Identify) -> None:
        self.manual = request.cut is Cut.MANUAL
        self.ready = False
        self._key = service.key
        self._identify = identify
        self._timeline = Timeline()
        self.utterances = Utterances(self._timeline)
        self._spans = CommittedSpans(self._timeline)
        self._succession = Succession(self._timeline, self.utterances)
        self._late_names: dict[str, Hashable] = {}

    def event_id(self) -> str:
        """What to call the next event of ours."""
        return f"event_{self._identify()}"

    def message(self, kind: str, **content: object) -> str:
        """An event of ours."""
        return write_object({"event_id": self.event_id(), "type": kind, **content})

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as text."""
        self._timeline.hear(frame)
        if self.manual:
            self._spans.hear(frame)
        return [self.message(APPEND, audio=base64_pcm(frame))]

    def silence(self, seconds: float, rate: int) -> str:
        """Silence behind the last sound; no part of the session's time."""
        return self.message(APPEND, audio=silence(seconds, rate))

    def commit(self) -> bool:
        """The sentence ends here; false where the service ends sentences, or there is none to end."""
        return self.manual and self._spans.commit()

    def withdraw(self, place: int) -> None:
        """The service refused a commit: that sentence never gets a name.

        Args:
            place: how many older commits have no name yet.
        """
        self._spans.withdraw(place)

    def key(self, content: Json) -> Hashable:
        """Which item the service speaks of; where it does not say, the newest."""
        nameless, name = self.utterances.nameless, text_of(content.get("item_id"))
        if not name:
            return nameless
        if self._is_late(name, content):
            self._late_names[name] = nameless
            if len(self._late_names) > REMEMBERED:
                del self._late_names[next(iter(self._late_names))]
        return self._late_names.get(name, name)

    def _is_late(self, name: str, content: Json) -> bool:
        """Whether this is the name of what went without one so far."""
        newest = self.utterances.newest
        if not isinstance(newest, tuple) or name in self._late_names or self.utterances.is_over(name):
            return False
        return content.get("type") != SPEECH or not self.utterances.text(newest)

    def heard(self, kind: str, key: Hashable, content: Json) -> list[Event]:
        """The service heard somebody begin to speak, or stop; the words are still to come."""
        match kind:
            case _ if kind == SPEECH:
                return self.utterances.begin(key, self._timeline.at(content.get("audio_start_ms")))
            case "input_audio_buffer.speech_stopped":
                self.utterances.stop(key, self._timeline.at(content.get("audio_end_ms")))
            case _:
                pass
        return []

    def name(self, key: Hashable) -> list[Event]:
        """The service has a name for what was committed; in VAD mode, it had one before."""
        if not self.manual:
            return []
        self._spans.name(key)
        events = self.utterances.begin(key, self._spans.start(key))
        self.utterances.stop(key, self._spans.end(key))
        return events

    def follow(self, key: Hashable, content: Json) -> list[Event]:
        """In VAD mode the service committed the item; it may never have told when that began."""
        return self._succession.commit(key, text_of(content.get("previous_item_id")))

    def say(self, key: Hashable, text: str, settled: int = 0) -> list[Event]:
        """The item as it is understood now."""
        return self.utterances.say(key, text, settled, self._spans.start(key))

    def show(self, key: Hashable, content: Json, *, promised: bool = True) -> list[Event]:
        """The item as `content` has it; a null in it takes no words away.

        Args:
            key: of the item.
            content: `text`, which the service promises to keep, and `stash`, which it does not.
            promised: whether that promise can be believed.
        """
        if not is_whole(content):
            return []
        shown, text = self.utterances.text(key), text_of(content.get("text"))
        whole = text + text_of(content.get("stash"))
        complete = all(isinstance(content.get(name, ""), str) for name in ("text", "stash"))
        if not complete and shown and (not text or len(whole) < len(shown)):
            return []
        return self.say(key, whole, len(text) if promised else 0)

    def grow(self, key: Hashable, piece: str) -> list[Event]:
        """More of the item."""
        return self.utterances.grow(key, piece, self._spans.start(key))

    def end(self, key: Hashable, text: str | None, told: Json) -> list[Event]:
        """The item's text is final, None where that is not told; `told` holds what else is known of it."""
        return self.utterances.end(
            key,
            text,
            start=self._spans.start(key),
            end=self._spans.end(key),
            language=name_of(told.get("language")),
            emotion=name_of(told.get("emotion")),
        )

    def failure(self, content: Json) -> CaptionError | None:
        """What ends the session; None for a complaint about one message only."""
        code, message = failures.error_of(content)
        if self.ready and not failures.known(code, message):
            return None
        return failures.reported(code, message, self._key)


def is_whole(content: Json) -> bool:
    """Whether this is an item as a whole, so far, and no increment."""
    return isinstance(content.get("text"), str) or isinstance(content.get("stash"), str)
