"""Qwen-Omni as a recognizer: a language model that is told to write down what it hears."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

from app.dialects import model_studio
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


@dataclass(slots=True)
class _Turn:
    """What a sentence has become so far.

    Attributes:
        transcript: of the recognizer beside the model; None where it is not known.
        transcribed: that recognizer has ended.
        told: what else that recognizer said of it.
        answer: of the model itself, which knows the instructions and so writes names better.
        answered: the model has ended.
        sound: it ended as it should.
    """

    transcript: str | None = None
    transcribed: bool = False
    told: Json = field(default_factory=dict)
    answer: str = ""
    answered: bool = False
    sound: bool = False
    asked: bool = False


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
        self._responses: dict[str, Hashable] = {}
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
        return [self._items.message(COMMIT), self._items.message("response.create")]

    def finish(self) -> list[Message]:
        """Some models refuse to be told; silence ends their last sentence all the same."""
        self._finishing = True
        finish = self._items.message("session.finish")
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
            self._fail(content)
        elif isinstance(kind, str) and kind.startswith("response."):
            events = self._written(kind, content)
        elif isinstance(kind, str):
            events = self._heard(kind, content)
        over = self._refused and not self._turns and not len(self._utterances)
        return [*events, Done()] if over else [*events]

    def _heard(self, kind: str, content: Json) -> list[Event]:
        key = self._items.key(content)
        if self._utterances.is_over(key):
            return []
        match kind.removeprefix(TRANSCRIPTION):
            case ".text" | ".delta":
                return self._partial(key, content)
            case ".completed":
                return self._transcribed(key, text_or_none(content.get("transcript")), content)
            case ".failed":
                return self._transcribed(key, None, {})
            case "input_audio_buffer.committed":
                self._turn(key)
                return self._items.name(key)
            case _:
                return self._items.heard(kind, key, content)

    def _transcribed(self, key: Hashable, text: str | None, told: Json) -> list[Event]:
        turn = self._turn(key)
        turn.transcript, turn.told, turn.transcribed = text, told, True
        said = [] if text is None else self._items.say(key, text)
        return said + self._settle(key)

    def _partial(self, key: Hashable, content: Json) -> list[Event]:
        if is_whole(content):
            # The model may write it otherwise.
            return self._items.show(key, content, promised=False)
        return self._items.grow(key, text_of(content.get("delta")))

    def _written(self, kind: str, content: Json) -> list[Event]:
        key = self._asked(content)
        if key is None or self._utterances.is_over(key):
            return []
        turn = self._turn(key)
        match kind.removeprefix("response.").removeprefix("output_"):
            case "text.delta" | "audio_transcript.delta":
                alone = self._utterances.text(key) == turn.answer
                turn.answer += text_of(content.get("delta"))
                return self._items.say(key, turn.answer) if alone else []
            case "text.done" | "audio_transcript.done":
                turn.answer = (
                    text_of(content.get("text")) or text_of(content.get("transcript")) or turn.answer
                )
            case "done":
                status = part(content, "response").get("status")
                turn.answered, turn.sound = True, status in ("completed", None)
                return self._settle(key)
            case _:
                pass
        return []

    def _asked(self, content: Json) -> Hashable | None:
        """The sentence that a response belongs to: the oldest one that has no response yet."""
        response = text_of(content.get("response_id")) or text_of(part(content, "response").get("id"))
        if not response:
            return next(reversed(self._responses.values()), self._utterances.newest)
        if response not in self._responses:
            waiting = [key for key, turn in self._turns.items() if not turn.asked]
            key = waiting[0] if waiting else self._utterances.newest
            if key is None:
                return None
            self._turn(key).asked = True
            self._responses[response] = key
            if len(self._responses) > REMEMBERED:
                del self._responses[next(iter(self._responses))]
        return self._responses[response]

    def _turn(self, key: Hashable) -> _Turn:
        if len(self._turns) >= REMEMBERED and key not in self._turns:
            del self._turns[next(iter(self._turns))]
        return self._turns.setdefault(key, _Turn())

    def _settle(self, key: Hashable) -> list[Event]:
        """End the sentence once both the model and the recognizer beside it are through."""
        turn = self._turns[key]
        if not turn.answered:
            return []
        events: list[Event] = []
        for earlier in list(self._turns):
            if earlier == key:
                break
            # What is missing there will hardly come any more.
            if self._turns[earlier].answered:
                events += self._end(earlier)
        return events + self._end(key) if turn.transcribed else events

    def _end(self, key: Hashable) -> list[Event]:
        turn = self._turns.pop(key)
        answer = turn.answer.strip() if turn.sound else ""
        # Only an empty transcript says that nothing was said; a missing one leaves it to the model.
        silent = turn.transcript is not None and not turn.transcript.strip()
        return self._items.end(key, "" if silent else answer or turn.transcript, turn.told)

    def _flush(self) -> list[Event]:
        events = [event for key in list(self._turns) for event in self._end(key)]
        return events + self._utterances.finish()

    def _fail(self, content: Json) -> None:
        """Raise what ends the session; a complaint about one message does not."""
        if failure := self._items.failure(content):
            raise failure
        self._refused = self._refused or self._finishing


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
