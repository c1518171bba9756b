"""What services that talk in realtime events have in common: sound as base64, sentences as items."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from os import urandom
from typing import Final

from app.dialects import failures
from app.dialects.base import Message, Service
from app.dialects.frames import Json, base64_pcm, name_of, part, silence, text_of, write_object
from app.dialects.item_times import ItemTimes
from app.dialects.requests import Request, Requests
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
NOT_COMMITTED: Final = ("input_audio_buffer_commit", "committing input audio buffer")
"""Parts of codes and messages, in lower case, of errors that refuse a commit, whichever it was."""

Identify = Callable[[], str]
"""Makes ids for events, of letters and figures."""


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
        requests: what was asked of the service, and is not answered so far.
    """

    def __init__(
        self, request: RecognitionRequest, service: Service, identify: Identify, *, doubts_times: bool = False
    ) -> None:
        self.manual = request.cut is Cut.MANUAL
        self.ready = False
        self._key = service.key
        self._identify = identify
        self._timeline = Timeline()
        self.utterances = Utterances(self._timeline)
        self._times = ItemTimes(self._timeline, doubts=doubts_times)
        self._spans = CommittedSpans(self._timeline)
        self._succession = Succession(self._timeline, self.utterances)
        self._late_names: dict[str, Hashable] = {}
        self.requests = Requests()
        self._commits = 0

    def message(self, kind: str, **content: object) -> str:
        """An event of ours."""
        return self._write(self._event_id(), kind, content)

    def ask(self, kind: str, **content: object) -> str:
        """An event of ours that will be answered, or refused; it is about what was committed last."""
        event = self._event_id()
        self.requests.ask(event, kind, self._commits)
        return self._write(event, kind, content)

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as text."""
        self._timeline.hear(frame)
        (self._spans if self.manual else self._times).hear(frame)
        # By hand: there is nothing to escape, and to look for it would take longer than all the rest.
        return [f'{{"event_id":"{self._event_id()}","type":"{APPEND}","audio":"{base64_pcm(frame)}"}}']

    def silence(self, seconds: float, rate: int) -> str:
        """Silence behind the last sound; no part of the session's time."""
        return self.message(APPEND, audio=silence(seconds, rate))

    def commit(self) -> bool:
        """The sentence ends here; false where the service ends sentences, or there is none to end."""
        committed = self.manual and self._spans.commit()
        self._commits += committed
        return committed

    def withdraw(self, commit: Request) -> list[Event]:
        """The service refused a commit: its sentence never gets a name, and what was said in it no words."""
        span = self._spans.withdraw(self.requests.before(commit))
        if span is None:
            return []
        key = ("refused", commit.sentence)
        begun = self.utterances.begin(key, span[0])
        self.utterances.stop(key, span[1])
        return begun + self.utterances.drop(key)

    def refuse(self, content: Json, *, guess: bool = False) -> list[Event]:
        """An error is about one message only.

        Args:
            content: the error.
            guess: where it does not say about which, nothing comes of the oldest any more.
        """
        refused = self._refused(content)
        if refused is None and guess:
            self.requests.refuse(content)
        return self.withdraw(refused) if refused and refused.kind == COMMIT else []

    def _refused(self, content: Json) -> Request | None:
        if text_of(part(content, "error").get("event_id")):
            return self.requests.refuse(content)[0]
        told = " ".join(failures.error_of(content)).lower()
        return self.requests.answer(COMMIT) if any(words in told for words in NOT_COMMITTED) else None

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
                return self.utterances.begin(key, self._times.start(key, content.get("audio_start_ms")))
            case "input_audio_buffer.speech_stopped":
                self.utterances.stop(key, self._times.end(key, content.get("audio_end_ms")))
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

    def committed(self, key: Hashable) -> list[Event]:
        """The same, and the oldest commit is answered with it."""
        self.requests.answer(COMMIT)
        return self.name(key)

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

    def _event_id(self) -> str:
        return f"event_{self._identify()}"

    def _write(self, event: str, kind: str, content: Json) -> str:
        return write_object({"event_id": event, "type": kind, **content})

    def failure(self, content: Json) -> CaptionError | None:
        """What ends the session; None for a complaint about one message only."""
        code, message = failures.error_of(content)
        if self.ready and not failures.known(code, message):
            return None
        return failures.reported(code, message, self._key)


def is_whole(content: Json) -> bool:
    """Whether this is an item as a whole, so far, and no increment."""
    return isinstance(content.get("text"), str) or isinstance(content.get("stash"), str)
