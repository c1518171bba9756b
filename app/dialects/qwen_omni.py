"""Qwen-Omni as a recognizer: a language model that is told to write down what it hears."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

from app.dialects import model_studio
from app.dialects.answers import Answer, Answers, name_of
from app.dialects.base import DialectEvent, Done, Handshake, Message, Ready, Service
from app.dialects.expectations import corpus, language_of
from app.dialects.frames import Json, part, read_object, text_of, text_or_none
from app.dialects.realtime import COMMIT, TRANSCRIPTION, Identify, Items, is_whole, new_id
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event
from app.domain.request import RecognitionRequest

USUAL_THRESHOLD: Final = 0.5
TAIL: Final = 0.3
"""Seconds of silence beyond those that end a sentence, to be sure that the last one ends."""
INSTRUCTIONS: Final = (
    "You are a speech recognizer. Write down word for word what is said, in the language it is said in, with "
    "punctuation. Answer nothing, translate nothing, describe nothing, add nothing. Where nothing is said, "
    "write nothing."
)
REMEMBERED: Final = 64
RESPONSE: Final = "response.create"
FINISH: Final = "session.finish"
WORDS: Final = ("text.delta", "audio_transcript.delta")
ENDS: Final = ("text.done", "audio_transcript.done")


@dataclass(slots=True)
class _Turn:
    """What the recognizer beside the model makes of a sentence.

    Attributes:
        transcript: None where it is not known.
        transcribed: that recognizer has ended.
        told: what else it said of the sentence.
    """

    transcript: str | None = None
    transcribed: bool = False
    told: Json = field(default_factory=dict)

    @property
    def silent(self) -> bool:
        """Whether nothing was said after all."""
        return self.transcribed and self.transcript is not None and not self.transcript.strip()


class QwenOmni:
    """One session.

    What the model writes is final. What a recognizer beside it writes is shown until then, and is
    final where the model has failed; where that recognizer heard no words, the model has described
    a noise and nothing was said.
    """

    rate = SPEECH_RATE
    greets = True

    def __init__(self, request: RecognitionRequest, service: Service, identify: Identify = new_id) -> None:
        self._request = request
        self._service = service
        self._items = Items(request, service, identify)
        self._utterances = self._items.utterances
        self._turns: dict[Hashable, _Turn] = {}
        self._answers = Answers()
        self._requests = self._items.requests
        self._finishing = self._refused = False

    def handshake(self) -> Handshake:
        """The model is in the address."""
        return model_studio.handshake(self._service, model_studio.REALTIME, model=self._service.model)

    def open(self) -> list[Message]:
        """Set the session up: text only, and what to do with what is heard."""
        session = {
            "modalities": ["text"],
            "input_audio_format": "pcm",
            "instructions": _instructions(self._request),
            "input_audio_transcription": {"model": _transcriber(self._service.model)},
            "turn_detection": model_studio.turn_detection(self._request, USUAL_THRESHOLD),
        }
        return [self._items.message("session.update", session=session)]

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as text."""
        return self._items.audio(frame)

    def commit(self) -> list[Message]:
        """End the sentence and have it written down, unless the service does that."""
        if not self._items.commit():
            return []
        return [self._items.ask(COMMIT), self._items.ask(RESPONSE)]

    def finish(self) -> list[Message]:
        """Some models refuse to be told; silence ends their last sentence all the same."""
        self._finishing = True
        finish = self._items.ask(FINISH)
        if self._items.manual:
            return [finish]
        return [self._items.silence(self._request.vad_silence + TAIL, self.rate), finish]

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the service said."""
        content = read_object(message)
        kind = content.get("type")
        if kind == "session.updated":
            self._items.ready = True
            return [Ready()]
        if kind == "session.finished":
            return [*self._flush(), Done()]
        events: list[Event] = []
        if kind == "error":
            events = self._fail(content)
        elif isinstance(kind, str) and kind.startswith("response."):
            events = self._written(kind, content)
        elif isinstance(kind, str):
            events = self._heard(kind, content)
        over = self._refused and not self._turns and not len(self._utterances)
        return [*events, Done()] if over else [*events]

    def _heard(self, kind: str, content: Json) -> list[Event]:
        if kind == "conversation.item.created":
            self._answers.created(content)
            return self._settle()
        key = self._items.key(content)
        if kind == "input_audio_buffer.committed":
            return self._committed(key)
        if self._utterances.is_over(key):
            return []
        match kind.removeprefix(TRANSCRIPTION):
            case ".text" | ".delta":
                return self._partial(key, content)
            case ".completed":
                return self._transcribed(key, text_or_none(content.get("transcript")), content)
            case ".failed":
                return self._transcribed(key, None, {})
            case _:
                return self._items.heard(kind, key, content)

    def _committed(self, key: Hashable) -> list[Event]:
        """A sentence has a name; in manual mode, the oldest that has none yet."""
        refused = self._items.manual and self._requests.name(COMMIT, key)
        events = self._items.name(key)
        if not self._utterances.is_over(key):
            self._turn(key)
            if refused:
                self._answers.refuse(key)
        return events + self._settle()

    def _transcribed(self, key: Hashable, text: str | None, told: Json) -> list[Event]:
        turn = self._turn(key)
        turn.transcript, turn.told, turn.transcribed = text, told, True
        said = [] if text is None else self._items.say(key, text)
        self._answers.hear(key, text)
        return said + self._settle()

    def _partial(self, key: Hashable, content: Json) -> list[Event]:
        if is_whole(content):
            # The model may write it otherwise.
            return self._items.show(key, content, promised=False)
        return self._items.grow(key, text_of(content.get("delta")))

    def _written(self, kind: str, content: Json) -> list[Event]:
        """The model writes."""
        kind = kind.removeprefix("response.").removeprefix("output_")
        answer = self._answer(kind, content)
        if answer is None or answer.over:
            return []
        self._answers.note(answer, content)
        before = answer.text
        if kind in WORDS:
            answer.grow(text_of(content.get("delta")))
        elif kind in ENDS:
            answer.text = text_of(content.get("text")) or text_of(content.get("transcript")) or answer.text
        elif kind == "done":
            answer.end(part(content, "response").get("status"))
        self._answers.place()
        shown = self._show(answer, before)
        return shown if kind in WORDS + ENDS else shown + self._settle()

    def _answer(self, kind: str, content: Json) -> Answer | None:
        """The answer that the model writes; a new one where it begins with this message."""
        found = self._answers.find(content)
        if found is not None and not (kind == "created" and not name_of(content)):
            return found
        if kind not in ("created", "done", "item.added", *WORDS, *ENDS):
            return None
        asked = self._requests.answer(RESPONSE)
        speaking = self._utterances.newest
        if speaking is not None and not self._answers.waiting:
            self._turn(speaking)
        return self._answers.begin(content, asked.key if asked else None)

    def _show(self, newest: Answer, before: str) -> list[Event]:
        """The answers as far as they go, where there is nothing better to show.

        Args:
            newest: the one that has grown.
            before: what it was before.
        """
        events: list[Event] = []
        for key in self._turns:
            answer, shown = self._answers.to(key), self._utterances.text(key)
            if answer is None or (answer.over and not answer.sound):
                continue
            if not shown or (answer is newest and shown == before):
                events += self._items.say(key, answer.text)
        return events

    def _turn(self, key: Hashable) -> _Turn:
        self._answers.wait(key)
        return self._turns.setdefault(key, _Turn())

    def _settle(self) -> list[Event]:
        """End the sentences that nothing more will come of."""
        events: list[Event] = []
        keys = list(self._turns)
        answered = [at for at, key in enumerate(keys) if (to := self._answers.to(key)) and to.over]
        for at, key in enumerate(keys):
            passed = bool(answered) and at < answered[-1]
            if self._is_settled(key, passed) or len(self._turns) > REMEMBERED:
                events += self._end(key)
        return events

    def _is_settled(self, key: Hashable, passed: bool) -> bool:
        """Whether all is there that will come.

        Args:
            key: of the sentence.
            passed: the model has answered a later one.
        """
        turn, answer = self._turns[key], self._answers.to(key)
        if turn.silent or self._utterances.is_over(key):
            return True
        if turn.transcribed:
            return passed or (answer.over if answer else not self._answers.awaited(key))
        # Its transcript will hardly come any more.
        return passed and answer is not None and answer.sound and bool(answer.text.strip())

    def _end(self, key: Hashable) -> list[Event]:
        turn, answer = self._turns.pop(key), self._answers.to(key)
        if turn.silent:
            return self._items.end(key, "", turn.told)
        written = answer.text.strip() if answer and answer.sound else ""
        # Only an empty transcript says that nothing was said; a missing one leaves it to the model.
        return self._items.end(key, written or turn.transcript, turn.told)

    def _flush(self) -> list[Event]:
        self._answers.place(last=True)
        events = [event for key in list(self._turns) for event in self._end(key)]
        return events + self._utterances.finish()

    def _fail(self, content: Json) -> list[Event]:
        """Raise what ends the session; a complaint about one message does not."""
        if failure := self._items.failure(content):
            raise failure
        request, certain = self._requests.refuse(content)
        if not certain or request is None or request.kind == FINISH:
            self._refused = self._refused or self._finishing
        events: list[Event] = []
        if request and request.kind == COMMIT:
            events = self._items.withdraw(request)
        elif request and request.key is not None:
            (self._answers.refuse if certain else self._answers.doubt)(request.key)
        return events + self._settle()


def _instructions(request: RecognitionRequest) -> str:
    spoken = language_of(request)
    terms = corpus(request)
    lines = [INSTRUCTIONS]
    if spoken:
        lines.append(f"The language is {spoken}.")
    if terms:
        lines.append(f"Names and terms that may be said, and what it is about:\n{terms}")
    return "\n".join(lines)


def _transcriber(model: str) -> str:
    """The recognizer beside the model: newer models name another one."""
    return (
        "gummy-realtime-v1" if model.startswith(("qwen3-omni", "qwen-omni")) else "qwen3-asr-flash-realtime"
    )
