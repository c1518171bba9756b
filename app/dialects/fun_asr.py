"""Alibaba Cloud Model Studio's inference protocol: Fun-ASR, Paraformer, Qwen-Audio streaming."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

from app.dialects import failures, model_studio
from app.dialects.base import DialectEvent, Done, Handshake, Message, Ready, Service
from app.dialects.expectations import language_of
from app.dialects.frames import (
    Json,
    name_of,
    number_of,
    part,
    read_object,
    text_of,
    text_or_none,
    write_object,
)
from app.dialects.fun_asr_models import (
    context_of,
    inline,
    rate_of,
    takes_language,
    takes_silence,
    takes_threshold,
)
from app.dialects.sentences import Sentences, Told
from app.dialects.timeline import Timeline
from app.dialects.utterances import Utterances
from app.domain.audio import AudioFrame, pcm
from app.domain.events import Event, Word
from app.domain.line_breaking import needs_blank
from app.domain.request import Cut, RecognitionRequest

PATH: Final = "/api-ws/v1/inference"
SENTENCE: Final = ("payload", "output", "sentence")
LARGEST_PACKET: Final = 12_800
"""Bytes; the service refuses packets above some 16,000."""


class FunAsr:
    """One task: `run-task`, binary sound, `finish-task`.

    Args:
        identify: makes ids for tasks.
    """

    greets = True

    def __init__(
        self, request: RecognitionRequest, service: Service, identify: Callable[[], str] = lambda: uuid4().hex
    ) -> None:
        self.rate = rate_of(service.model)
        self._request = request
        self._service = service
        self._task = identify()
        self._timeline = Timeline()
        self._utterances = Utterances(self._timeline)
        self._sentences = Sentences()

    def handshake(self) -> Handshake:
        """The model is not in the address: `run-task` names it."""
        return model_studio.handshake(self._service, PATH)

    def open(self) -> list[Message]:
        """Begin the task."""
        task = {
            "model": self._service.model,
            "task_group": "audio",
            "task": "asr",
            "function": "recognition",
            "parameters": parameters(self._request, self._service, self.rate),
            # Must be there even when empty.
            "input": self._input(),
        }
        return [self._said("run-task", task)]

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Sound goes out as it is, in binary messages."""
        self._timeline.hear(frame)
        sound = pcm(frame.samples)
        return [sound[begin : begin + LARGEST_PACKET] for begin in range(0, len(sound), LARGEST_PACKET)]

    def commit(self) -> list[Message]:
        """The service always ends sentences by itself."""
        return []

    def finish(self) -> list[Message]:
        """The last sentences are still recognized."""
        return [self._said("finish-task", {"input": {}})]

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the service said."""
        content = read_object(message)
        header = part(content, "header")
        match header.get("event"):
            case "task-started":
                return [Ready()]
            case "result-generated":
                return [] if _is_of_none(content) else [*self._result(part(content, *SENTENCE))]
            case "task-finished":
                return [*self._utterances.finish(), Done()]
            case "task-failed":
                raise failures.reported(
                    header.get("error_code"), header.get("error_message"), self._service.key
                )
            case _:
                return []

    def _said(self, action: str, payload: Json) -> str:
        header = {"action": action, "task_id": self._task, "streaming": "duplex"}
        return write_object({"header": header, "payload": payload})

    def _input(self) -> Json:
        model, words = self._service.model, self._request.hotwords
        rules = context_of(model, apart=bool(self._service.vocabulary or inline(model, words)))
        if rules is None:
            return {}
        turns = rules.share(words, self._request.context).texts
        messages = [{"role": "user", "content": [{"type": "input_text", "text": turn}]} for turn in turns]
        return {"context": messages} if messages else {}

    def _result(self, sentence: Json) -> list[Event]:
        if sentence.get("heartbeat") or _is_a_heartbeat(sentence):
            return []
        if not sentence:
            return self._utterances.begin(self._utterances.nameless)
        text = text_or_none(sentence.get("text"))
        over = _is_over(sentence)
        one = self._sentences.take(self._told(sentence, over))
        start = None if one.begin is None else self._timeline.at(one.begin * 1000)
        # The service may have changed its mind.
        self._utterances.move(one.key, start)
        if not over:
            if text is None:
                # Not what is said, but that somebody speaks.
                return self._utterances.begin(one.key, start)
            return self._utterances.say(one.key, text, start=start)
        if text is None:
            text = _spelled(sentence.get("words"))
        end = self._timeline.at(sentence.get("end_time"))
        words = _words(sentence.get("words"), text or "", self._timeline)
        emotion = name_of(sentence.get("emo_tag"))
        return self._utterances.end(one.key, text, start=start, end=end, words=words, emotion=emotion)

    def _told(self, sentence: Json, over: bool) -> Told:
        number = number_of(sentence.get("sentence_id"))
        end = _seconds(sentence.get("end_time")) if over else None
        return Told(
            number if number is not None and number > 0 else None,
            _seconds(sentence.get("begin_time")),
            end,
            _reached(sentence.get("words"), self._timeline.now - self._timeline.start),
            over,
        )


def parameters(request: RecognitionRequest, service: Service, rate: int) -> dict[str, Any]:
    """What this model may be told; what a service does with a parameter it does not know is not said."""
    model = service.model
    found: dict[str, Any] = {"format": "pcm", "sample_rate": rate}
    if service.vocabulary:
        found["vocabulary_id"] = service.vocabulary
    if words := inline(model, request.hotwords):
        found["vocabulary"] = words
    if model.endswith("-message"):
        return found | {"intermediate_result_enabled": True}
    if not takes_silence(model):
        return found
    language = language_of(request)
    if language and takes_language(model):
        found["language_hints"] = [language]
    found |= _cutting(request)
    found["heartbeat"] = True
    if request.vad_threshold is not None and takes_threshold(model):
        found["speech_noise_threshold"] = round(min(max(request.vad_threshold, -1.0), 1.0), 1)
    return found


def _cutting(request: RecognitionRequest) -> dict[str, Any]:
    """Who ends a sentence; silence says nothing to a service that ends it by what is said."""
    if request.cut is Cut.SEMANTIC:
        return {"semantic_punctuation_enabled": True}
    return {
        "semantic_punctuation_enabled": False,
        "max_sentence_silence": model_studio.silence_of(request),
        "multi_threshold_mode_enabled": True,
    }


def _is_of_none(content: Json) -> bool:
    """Whether a result is of no sentence; one that is missing is of one that nobody knows."""
    output = part(content, *SENTENCE[:1]).get(SENTENCE[1])
    return isinstance(output, dict) and SENTENCE[2] not in output


def _is_a_heartbeat(sentence: Json) -> bool:
    """Whether nothing but its number, which no sentence has, says so: some leave the flag null."""
    said = text_of(sentence.get("text")).strip() or _spelled(sentence.get("words"))
    return (
        number_of(sentence.get("sentence_id")) == 0 and not said and sentence.get("sentence_end") is not True
    )


def _is_over(sentence: Json) -> bool:
    ended = sentence.get("sentence_end")
    # Old models leave `sentence_end` out.
    return ended if isinstance(ended, bool) else sentence.get("end_time") is not None


def _seconds(milliseconds: object) -> float | None:
    number = number_of(milliseconds)
    return None if number is None else number / 1000


def _reached(words: object, now: float) -> float:
    """Where the last word ends; at the latest where the sound ends that was sent."""
    found = words if isinstance(words, list) else []
    ends = [_seconds(one.get("end_time")) for one in found if isinstance(one, dict)]
    return min(max((end for end in ends if end is not None), default=now), now)


def _words(found: object, text: str, timeline: Timeline) -> tuple[Word, ...]:
    """When each word was said; nothing where the words are not those of `text`."""
    words: list[Word] = []
    previous = timeline.start
    for one in found if isinstance(found, list) else ():
        if not isinstance(one, dict):
            return ()
        spoken = text_of(one.get("text")).strip() + text_of(one.get("punctuation")).strip()
        start, end = timeline.at(one.get("begin_time")), timeline.at(one.get("end_time"))
        if not spoken or start is None or end is None:
            continue
        start = max(start, previous)
        words.append(Word(spoken, start, max(start, end)))
        previous = words[-1].end
    same = "".join("".join(word.text for word in words).split()) == "".join(text.split())
    return tuple(words) if same else ()


def _spelled(found: object) -> str | None:
    """The words as one text; None where there are none, or one of them is missing."""
    text = ""
    for one in found if isinstance(found, list) else ():
        word = text_or_none(one.get("text")) if isinstance(one, dict) else None
        if word is None:
            return None
        text += (" " if needs_blank(text, word) and not word[0].isspace() else "") + word
        text = text.rstrip() + text_of(one.get("punctuation")).strip()
    return text or None
