"""Results of the inference protocol, from the recognizer's events."""

from __future__ import annotations

from collections.abc import Collection
from math import ceil
from typing import Any

from app.domain.events import Final, Partial
from tests.simulator.hearing import timed_words, without_mark
from tests.simulator.options import Variant
from tests.simulator.session import milliseconds


class Sentences:
    """The sentences of one task, numbered from 1."""

    def __init__(self, variants: Collection[Variant]) -> None:
        self._variants = variants
        self._numbers: dict[int, int] = {}

    def heartbeat(self) -> dict[str, Any]:
        """Payload of a sign of life."""
        sentence = {
            "sentence_id": 0,
            "begin_time": 0,
            "end_time": None,
            "text": "",
            "words": [],
            "heartbeat": True,
            "sentence_end": False,
        }
        return {"output": {"sentence": sentence}, "usage": None}

    def partial(self, event: Partial) -> dict[str, Any]:
        """Payload of a sentence so far."""
        first = event.utterance not in self._numbers
        sentence = self._sentence(event, Final(event.utterance, event.start, event.end, event.text))
        sentence |= {"end_time": None, "sentence_end": False}
        if first:
            sentence["sentence_begin"] = True
        return self._payload(sentence, None)

    def final(self, event: Final, audio: float) -> dict[str, Any]:
        """Payload of a sentence that is over; `audio` is seconds billed."""
        sentence = self._sentence(event, event)
        sentence |= {"end_time": milliseconds(event.end), "sentence_end": True}
        return self._payload(sentence, {"duration": ceil(audio)})

    def _sentence(self, event: Partial | Final, timed: Final) -> dict[str, Any]:
        number = self._numbers.setdefault(event.utterance, len(self._numbers) + 1)
        return {
            "sentence_id": number,
            "begin_time": milliseconds(event.start),
            "text": event.text,
            "words": _words(timed),
            "heartbeat": False,
        }

    def _payload(self, sentence: dict[str, Any], usage: dict[str, Any] | None) -> dict[str, Any]:
        left_out = {
            Variant.END_TIME_ONLY: "sentence_end",
            Variant.NO_SENTENCE_ID: "sentence_id",
            Variant.WORDS_ABSENT: "words",
        }
        for variant, key in left_out.items():
            if variant in self._variants:
                del sentence[key]
        if Variant.WORDS_NULL in self._variants:
            sentence["words"] = None
        if Variant.EXTRA_KEYS in self._variants:
            sentence |= {"stash": None, "vad_pre_end": False, "speaker_id": None}
        payload: dict[str, Any] = {"output": {"sentence": sentence}}
        if Variant.USAGE_ABSENT not in self._variants:
            payload["usage"] = usage
        return payload


def _words(timed: Final) -> list[dict[str, Any]]:
    words = []
    for word in timed_words(timed):
        text, mark = without_mark(word.text)
        times = {"begin_time": milliseconds(word.start), "end_time": milliseconds(word.end)}
        words.append({**times, "text": text, "punctuation": mark})
    return words
