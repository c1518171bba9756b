"""Qwen-Omni as a recognizer: a language model that is told to write down what it hears."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from app.dialects import failures
from app.dialects.base import DialectEvent, Done, Handshake, Message, Ready, Service
from app.dialects.expectations import corpus, language_of
from app.dialects.frames import Json, address, base64_pcm, part, read_object, silence, text_of, write_object
from app.dialects.model_studio import headers_for
from app.dialects.spans import CommittedSpans
from app.dialects.timeline import Timeline
from app.dialects.utterances import Utterances
from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event
from app.domain.request import Cut, RecognitionRequest

PATH: Final = "/api-ws/v1/realtime"
USUAL_THRESHOLD: Final = 0.5
SILENCES: Final = (200, 6000)
TAIL: Final = 0.3
"""Seconds of silence beyond those that end a sentence, to be sure that the last one ends."""
TRANSCRIPTION: Final = "conversation.item.input_audio_transcription"
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
        transcript: of the recognizer beside the model; None until it is known.
        answer: of the model itself, which knows the instructions and so writes names better.
        answered: the model has ended.
        sound: it ended as it should.
    """

    transcript: str | None = None
    answer: str = ""
    answered: bool = False
    sound: bool = False
    asked: bool = False


class QwenOmni:
    """One session.

    What the model writes is final. What a recognizer beside it writes is shown until then, and is
    final where the model has failed; where that recognizer heard no words, the model has described
    a noise and nothing was said.

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
        self._turns: dict[Hashable, _Turn] = {}
        self._responses: dict[str, Hashable] = {}
        self._ready = self._finishing = self._refused = False

    def handshake(self) -> Handshake:
        """The model is in the address."""
        url = address(self._service.endpoint, PATH, model=self._service.model)
        return Handshake(url, headers_for(self._service))

    def open(self) -> list[Message]:
        """Set the session up: text only, and what to do with what is heard."""
        session = {
            "modalities": ["text"],
            "input_audio_format": "pcm",
            "instructions": _instructions(self._request),
            "input_audio_transcription": {"model": _transcriber(self._service.model)},
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
        """End the sentence and have it written down, unless the service does that."""
        if not self._manual or not self._spans.commit():
            return []
        return [self._said("input_audio_buffer.commit"), self._said("response.create")]

    def finish(self) -> list[Message]:
        """Some models refuse to be told; silence ends their last sentence all the same."""
        self._finishing = True
        finish = self._said("session.finish")
        if self._manual:
            return [finish]
        tail = silence(self._request.vad_silence + TAIL, self.rate)
        return [self._said("input_audio_buffer.append", audio=tail), finish]

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the service said."""
        content = read_object(message)
        kind = content.get("type")
        if kind == "session.updated":
            self._ready = True
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
        key = text_of(content.get("item_id")) or self._utterances.newest or "unnamed"
        if self._utterances.is_over(key):
            return []
        match kind:
            case "input_audio_buffer.speech_started":
                return self._utterances.begin(key, self._timeline.at(content.get("audio_start_ms")))
            case "input_audio_buffer.speech_stopped":
                self._utterances.stop(key, self._timeline.at(content.get("audio_end_ms")))
            case "input_audio_buffer.committed":
                return self._committed(key)
            case _ if kind in (f"{TRANSCRIPTION}.text", f"{TRANSCRIPTION}.delta"):
                return self._partial(key, content)
            case _ if kind in (f"{TRANSCRIPTION}.completed", f"{TRANSCRIPTION}.failed"):
                completed = kind.endswith("completed")
                text = text_of(content.get("transcript")) if completed else self._utterances.text(key)
                self._turn(key).transcript = text
                shown = self._utterances.say(key, text, start=self._spans.start(key))
                return shown + self._settle(key)
            case _:
                pass
        return []

    def _committed(self, key: Hashable) -> list[Event]:
        self._turn(key)
        if not self._manual:
            return []
        self._spans.name(key)
        return self._utterances.begin(key, self._spans.start(key))

    def _partial(self, key: Hashable, content: Json) -> list[Event]:
        start = self._spans.start(key)
        if "stash" in content or "text" in content:
            text = text_of(content.get("text")) + text_of(content.get("stash"))
            return self._utterances.say(key, text, start=start)
        return self._utterances.grow(key, text_of(content.get("delta")), start=start)

    def _written(self, kind: str, content: Json) -> list[Event]:
        key = self._asked(content)
        if key is None or self._utterances.is_over(key):
            return []
        turn = self._turn(key)
        match kind.removeprefix("response.").removeprefix("output_"):
            case "text.delta" | "audio_transcript.delta":
                alone = self._utterances.text(key) == turn.answer
                turn.answer += text_of(content.get("delta"))
                return self._utterances.say(key, turn.answer) if alone else []
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
        return events if turn.transcript is None else events + self._end(key)

    def _end(self, key: Hashable) -> list[Event]:
        turn = self._turns.pop(key)
        answer = turn.answer.strip() if turn.sound else ""
        heard = turn.transcript is None or turn.transcript.strip()
        text = (answer or turn.transcript or self._utterances.text(key)) if heard else ""
        return self._utterances.end(key, text, start=self._spans.start(key), end=self._spans.end(key))

    def _flush(self) -> list[Event]:
        events = [event for key in list(self._turns) for event in self._end(key)]
        return events + self._utterances.finish()

    def _fail(self, content: Json) -> None:
        """Raise what ends the session; a complaint about one message does not."""
        code, message = failures.error_of(content)
        if self._ready and not failures.known(code, message):
            self._refused = self._refused or self._finishing
            return
        raise failures.reported(code, message, self._service.key)

    def _said(self, kind: str, **content: object) -> str:
        return write_object({"event_id": f"event_{self._identify()}", "type": kind, **content})

    def _turn_detection(self) -> Json | None:
        if self._manual:
            return None
        threshold = self._request.vad_threshold
        milliseconds = round(self._request.vad_silence * 1000)
        return {
            "type": "server_vad",
            "threshold": USUAL_THRESHOLD if threshold is None else min(max(threshold, -1.0), 1.0),
            "silence_duration_ms": min(max(milliseconds, SILENCES[0]), SILENCES[1]),
        }


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
