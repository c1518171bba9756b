"""Alibaba Cloud Model Studio's inference protocol: Fun-ASR, Paraformer, Qwen-Audio streaming."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final
from uuid import uuid4

from app.dialects import failures, model_studio
from app.dialects.base import DialectEvent, Done, Handshake, Message, Ready, Service
from app.dialects.expectations import corpus, language_of
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
    inline,
    rate_of,
    takes_context,
    takes_language,
    takes_silence,
    takes_threshold,
)
from app.dialects.timeline import Timeline
from app.dialects.utterances import Utterances
from app.domain.audio import AudioFrame, pcm
from app.domain.events import Event, Word
from app.domain.line_breaking import needs_blank
from app.domain.request import RecognitionRequest

PATH: Final = "/api-ws/v1/inference"
SENTENCE: Final = ("payload", "output", "sentence")
LARGEST_PACKET: Final = 12_800
"""Bytes; the service refuses packets above some 16,000."""
TURN_CHARACTERS: Final = 400
TURNS: Final = 5
"""Context is taken as that many messages of that length."""


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
        self._begun_at: dict[float, Hashable] = {}

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
        if not takes_context(self._service.model):
            return {}
        told = self._service.vocabulary or inline(self._service.model, self._request.hotwords)
        text = self._request.context.strip() if told else corpus(self._request)
        turns = _turns(text)
        messages = [{"role": "user", "content": [{"type": "input_text", "text": turn}]} for turn in turns]
        return {"context": messages} if messages else {}

    def _result(self, sentence: Json) -> list[Event]:
        if sentence.get("heartbeat"):
            return []
        if not sentence:
            return self._utterances.begin(self._utterances.nameless)
        text = text_or_none(sentence.get("text"))
        start, end = (
            self._timeline.at(sentence.get("begin_time")),
            self._timeline.at(sentence.get("end_time")),
        )
        key = self._key(sentence)
        if not _is_over(sentence):
            if text is None:
                # Not what is said, but that somebody speaks.
                return self._utterances.begin(key, start)
            return self._utterances.say(key, text, start=start)
        if text is None:
            text = _spelled(sentence.get("words"))
        words = _words(sentence.get("words"), text or "", self._timeline)
        emotion = name_of(sentence.get("emo_tag"))
        return self._utterances.end(key, text, start=start, end=end, words=words, emotion=emotion)

    def _key(self, sentence: Json) -> Hashable:
        """Which sentence it is: by number; where that is missing, by when it began."""
        number, begin = number_of(sentence.get("sentence_id")), number_of(sentence.get("begin_time"))
        if number is not None and number > 0:
            key: Hashable = number
            if begin is not None:
                self._begun_at[begin] = key
                if len(self._begun_at) > TURNS * 10:
                    del self._begun_at[next(iter(self._begun_at))]
            return key
        if begin is not None:
            return self._begun_at.get(begin, ("at", begin))
        return self._utterances.nameless


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
    found["semantic_punctuation_enabled"] = False
    found["max_sentence_silence"] = model_studio.silence_of(request)
    found["multi_threshold_mode_enabled"] = True
    found["heartbeat"] = True
    if request.vad_threshold is not None and takes_threshold(model):
        found["speech_noise_threshold"] = round(min(max(request.vad_threshold, -1.0), 1.0), 1)
    return found


def _is_of_none(content: Json) -> bool:
    """Whether a result is of no sentence; one that is missing is of one that nobody knows."""
    output = part(content, *SENTENCE[:1]).get(SENTENCE[1])
    return isinstance(output, dict) and SENTENCE[2] not in output


def _is_over(sentence: Json) -> bool:
    ended = sentence.get("sentence_end")
    # Old models leave `sentence_end` out.
    return ended if isinstance(ended, bool) else sentence.get("end_time") is not None


def _turns(text: str) -> Sequence[str]:
    """`text` in messages that the service takes whole, cut between words where there are any."""
    turns: list[str] = []
    rest = text.strip()
    while rest and len(turns) < TURNS:
        cut = len(rest) if len(rest) <= TURN_CHARACTERS else TURN_CHARACTERS
        if cut < len(rest):
            blank = rest.rfind(" ", TURN_CHARACTERS // 2, cut)
            cut = blank if blank > 0 else cut
        turns.append(rest[:cut].strip())
        rest = rest[cut:].lstrip()
    return turns


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
