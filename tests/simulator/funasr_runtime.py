"""FunASR's own server: increments while somebody speaks, the whole sentence once it is over."""

from __future__ import annotations

import json
from typing import Any, Final

from app.domain.events import Event, Partial
from app.domain.events import Final as FinalEvent
from tests.simulator.hearing import timed_words
from tests.simulator.items import Item
from tests.simulator.options import Variant
from tests.simulator.record import Violation
from tests.simulator.session import Session, milliseconds

MODES: Final = ("2pass", "online", "offline")


class FunAsrRuntime(Session):
    """One connection; may be used for one stream after another."""

    protocol = "funasr-runtime"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._mode = ""
        self._name = ""
        self._items: dict[int, Item] = {}

    async def text(self, message: dict[str, Any]) -> None:
        """The configuration, or the end of speech."""
        if message.get("is_speaking") is False:
            await self._end(message)
        elif message.get("mode") in MODES:
            await self._configure(message)
        else:
            self.violate(Violation.UNKNOWN_ACTION)

    async def binary(self, data: bytes) -> None:
        """Sound; dropped where no configuration came before it."""
        if not self._mode:
            self.violate(Violation.NOT_CONFIGURED)
            return
        samples = self.arrived(data)
        if not await self.struck():
            self._tell(await self.hear(samples))

    async def not_json(self, text: str) -> None:
        """The server says nothing about it."""
        del text

    async def fail(self, code: str, message: str) -> None:
        """This server knows no errors: it goes."""
        del code
        self.peer.close(1011, message)

    async def _configure(self, message: dict[str, Any]) -> None:
        rate = message.get("audio_fs", 16_000)
        hotwords = message.get("hotwords", "")
        if not isinstance(hotwords, str) or type(rate) is not int:
            # The server fails on it and closes.
            self.violate(Violation.INVALID_PARAMETER)
            self.peer.close(1011, "internal error")
            return
        self._mode, self._name = message["mode"], message.get("wav_name", "")
        self.rate = rate
        self._items = {}
        self.begin(self._mode, message, " ".join(_words(hotwords)))
        await self.struck()

    async def _end(self, message: dict[str, Any]) -> None:
        if self.ear is not None:
            self._tell(await self.ear.finish(), last=True)
        if self.known is not None:
            self.known.finished = True
        if message.get("is_end"):
            self.peer.say({"is_end": True, "mode": self._mode, "wav_name": self._name, "text": ""})
        self.close()
        self._mode = ""

    def _tell(self, events: list[Event], *, last: bool = False) -> None:
        for event in events:
            if isinstance(event, Partial) and self._mode != "offline":
                item = self._items.setdefault(event.utterance, Item(len(self._items) + 1, ""))
                item.follow(event.text)
                self._online(item, item.settled)
            elif isinstance(event, FinalEvent):
                self._final(event, last=last)

    def _final(self, event: FinalEvent, *, last: bool) -> None:
        item = self._items.setdefault(event.utterance, Item(len(self._items) + 1, ""))
        if self._mode == "online":
            self._online(item, event.text)
            self.final(event.text)
            return
        empty = self.varies(Variant.EMPTY_TRANSCRIPTS)
        if event.text or empty:
            self._offline(item, event, last=last)
            self.final(event.text)
        if event.text and empty:
            self._say("offline", {"text": "", "is_final": True})

    def _online(self, item: Item, text: str) -> None:
        opening = item.sent == 0
        fresh = item.increment(text)
        if fresh:
            extra: dict[str, Any] = {"text": fresh, "is_final": False}
            if self.varies(Variant.CPP_RUNTIME):
                extra |= {"index": item.number, "slice_type": 0 if opening else 1}
            self._say("online", extra)

    def _offline(self, item: Item, event: FinalEvent, *, last: bool) -> None:
        times = [[milliseconds(word.start), milliseconds(word.end)] for word in timed_words(event)]
        sentence = {"start": milliseconds(event.start), "end": milliseconds(event.end)}
        if self.varies(Variant.CPP_RUNTIME):
            stamps = [{**sentence, "text_seg": event.text, "punc": "", "ts_list": times}]
            extra = {"is_final": last, "timestamp": json.dumps(times), "stamp_sents": stamps}
            extra |= {"index": item.number, "slice_type": 2}
            extra |= {"start_time": sentence["start"], "end_time": sentence["end"]}
        else:
            about = {**sentence, "text": event.text, "timestamp": times}
            extra = {"is_final": True, "timestamp": times, "sentence_info": [about], "punc_array": []}
        self._say("offline", {"text": event.text, **extra})

    def _say(self, which: str, extra: dict[str, Any]) -> None:
        mode = f"2pass-{which}" if self._mode == "2pass" else which
        self.peer.say({"mode": mode, "wav_name": self._name, **extra})


def _words(hotwords: str) -> list[str]:
    """The words of a JSON object in a string; older servers take words with blanks between."""
    try:
        return list(json.loads(hotwords))
    except (ValueError, TypeError):
        return hotwords.split()
