"""Which sentence an answer of a model belongs to, also where the service does not say so.

Answers come in the order of their sentences, but a sentence may go without one: noise, or a request
that was refused. Where several sentences wait, what another recognizer heard of each decides. An answer
that fits none is thrown away rather than put in the place of another.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from app.dialects.frames import LONGEST_TEXT, Json, part, text_of
from app.dialects.likeness import alike

REMEMBERED: Final = 64
MOST_WAITING: Final = 8
"""Sentences that wait for an answer; the oldest of more will hardly get one."""
ALIKE: Final = 0.4
"""From 0, nothing in common, to 1: two hearings of one sentence have more, two sentences mostly less."""

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


@dataclass(slots=True, eq=False)
class Answer:
    """What the model wrote in one response.

    Attributes:
        among: the sentences that waited when it began.
        hint: the one of them that it should be to, as long as nothing was left out.
        over: the model has ended.
        sound: it ended as it should.
        key: the sentence it belongs to; None where that is not known.
        lost: it will never be known.
    """

    among: tuple[Hashable, ...]
    hint: Hashable | None = None
    text: str = ""
    over: bool = False
    sound: bool = False
    key: Hashable | None = None
    lost: bool = False

    @property
    def loose(self) -> bool:
        """Whether it is still to be seen where it belongs."""
        return self.key is None and not self.lost

    def grow(self, piece: str) -> None:
        """The model wrote more."""
        self.text = (self.text + piece)[:LONGEST_TEXT]

    def end(self, status: object) -> None:
        """The model has ended; where no status is told, as it should."""
        self.over, self.sound = True, status in ("completed", None)


@dataclass(slots=True)
class _Hearing:
    """What the other recognizer made of a sentence.

    Attributes:
        text: None where it has failed, or is not through.
        doubtful: the sentence may not be answered at all.
    """

    text: str | None = None
    through: bool = False
    doubtful: bool = False


class Answers:
    """The answers of one session, and the sentences that wait for one."""

    def __init__(self) -> None:
        self._hearings: dict[Hashable, _Hearing] = {}
        self._waiting: dict[Hashable, None] = {}
        self._answers: dict[Hashable, Answer] = {}
        self._placed: dict[Hashable, Answer] = {}
        self._items: dict[str, Answer] = {}
        self._before: dict[str, str] = {}
        self._begun = 0
        self._transcribes = False

    def wait(self, key: Hashable) -> None:
        """A sentence was said, and may be answered."""
        if key not in self._hearings:
            _keep(self._hearings, key, _Hearing())
            if len(self._waiting) >= MOST_WAITING:
                self._make_room()
            self._waiting[key] = None
            self._waiting = {one: None for one in self._waiting if one in self._hearings}

    def hear(self, key: Hashable, text: str | None) -> None:
        """The other recognizer is through with a sentence; None where it has failed."""
        if hearing := self._hearings.get(key):
            hearing.text, hearing.through = text, True
            self._transcribes = self._transcribes or text is not None
            self.place()

    def refuse(self, key: Hashable) -> None:
        """This sentence will not be answered."""
        self._waiting.pop(key, None)
        self.place()

    def doubt(self, key: Hashable) -> None:
        """This sentence will probably not be answered."""
        if hearing := self._hearings.get(key):
            hearing.doubtful = True

    @property
    def waiting(self) -> bool:
        """Whether any sentence waits for an answer."""
        return bool(self._waiting)

    def awaited(self, key: Hashable) -> bool:
        """Whether an answer to that sentence may be expected to begin."""
        return key in self._waiting and not self._hearings[key].doubtful

    def to(self, key: Hashable) -> Answer | None:
        """The answer to that sentence, as far as it was written."""
        return self._placed.get(key)

    def find(self, content: Json) -> Answer | None:
        """The answer that a message is about; None where it does not say, and none is being written."""
        name = name_of(content)
        found = self._answers.get(name) if name else next(reversed(self._answers.values()), None)
        return found if found is None or name or not found.over else None

    def begin(self, content: Json, hint: Hashable | None = None) -> Answer:
        """A new answer begins with this message.

        Args:
            content: the message.
            hint: the sentence it should be to; None where that is not known.
        """
        self._begun += 1
        answer = Answer(tuple(self._waiting), hint)
        _keep(self._answers, name_of(content) or ("nameless", self._begun), answer)
        return answer

    def note(self, answer: Answer, content: Json) -> None:
        """Whatever in a message about the answer tells its sentence."""
        for one in (content, part(content, "item"), part(content, "response")):
            self._tie(answer, text_of(one.get("previous_item_id")))
        for name in (text_of(content.get("item_id")), text_of(part(content, "item").get("id"))):
            if name and self._items.get(name) is not answer:
                _keep(self._items, name, answer)
                self._tie(answer, self._before.get(name, name))

    def created(self, content: Json) -> None:
        """An item of the conversation, and the one before it: for an answer, that is the sentence."""
        item = text_of(part(content, "item").get("id"))
        before = text_of(content.get("previous_item_id"))
        if item and before:
            _keep(self._before, item, before)
            if item in self._items:
                self._tie(self._items[item], before)

    def place(self, *, last: bool = False) -> None:
        """See where the answers belong that are loose so far.

        Args:
            last: nothing more will come.
        """
        for answer in list(self._answers.values()):
            # Before its first words the service may still say where it belongs.
            if answer.loose and (answer.text or answer.over):
                self._find_place(answer, last)

    def _tie(self, answer: Answer, key: Hashable) -> None:
        """The service says that the answer is to that sentence."""
        if key == answer.key or key not in self._hearings:
            return
        if answer.key is not None:
            self._placed.pop(answer.key, None)
            if answer.key in self._hearings:
                self._waiting = {answer.key: None, **self._waiting}
            answer.key = None
        answer.lost = key in self._placed
        if not answer.lost:
            self._put(answer, key)

    def _put(self, answer: Answer, key: Hashable) -> None:
        """No sentence before that one will be answered any more, and no answer before this one placed."""
        answer.key = key
        _keep(self._placed, key, answer)
        waiting = list(self._waiting)
        if key in self._waiting:
            for passed in waiting[: waiting.index(key) + 1]:
                del self._waiting[passed]
        for earlier in self._answers.values():
            if earlier is answer:
                break
            earlier.lost = earlier.lost or earlier.loose

    def _find_place(self, answer: Answer, last: bool) -> None:
        among = [key for key in answer.among if key in self._waiting]
        if len(among) == 1:
            self._put(answer, among[0])
        elif not among:
            answer.lost = True
        elif answer.over:
            self._decide(answer, among, last)

    def _decide(self, answer: Answer, among: Sequence[Hashable], last: bool) -> None:
        """Several sentences wait: whose words are these?"""
        heard = {key: self._hearings[key].text or "" for key in among}
        likeness = {key: alike(answer.text, text) for key, text in heard.items() if text.strip()}
        best = max(likeness, key=likeness.__getitem__, default=None)
        through = last or all(self._hearings[key].through for key in among)
        newest = answer is next(reversed(self._answers.values()))
        if best is not None and likeness[best] >= (ALIKE if through else 1.0):
            self._put(answer, best)
        elif self._complete(answer):
            self._put(answer, among[0])
        elif through or (best is None and self._deaf and not newest):
            self._guess(answer, among)
        elif best is not None and not newest:
            # Those words were heard as well, so that none are lost.
            self._throw_away(answer, among)
            for key in likeness:
                self.doubt(key)

    def _complete(self, answer: Answer) -> bool:
        """Whether there are as many answers as sentences, from this answer on."""
        loose = self._loose()
        among = sum(key in self._waiting for key in loose[-1].among)
        return answer is loose[0] and len(loose) == among

    @property
    def _deaf(self) -> bool:
        """Whether there seems to be no other recognizer."""
        return self._begun >= MOST_WAITING - 1 and not self._transcribes

    def _guess(self, answer: Answer, among: Sequence[Hashable]) -> None:
        """Nothing is like it: it is to one whose words are known from nowhere else, or thrown away."""
        unheard = [key for key in among if self._hearings[key].text is None]
        unheard = [key for key in unheard if not self._hearings[key].doubtful] or unheard
        if answer.hint in unheard:
            self._put(answer, answer.hint)
            return
        # The latest that leaves enough for the answers after this one: a sentence that was passed by
        # once would put every later answer in a wrong place otherwise.
        loose, waiting = self._loose(), list(self._waiting)
        after = len(loose) - loose.index(answer)
        allowed = waiting[: max(len(waiting) - after, 0) + 1]
        if found := [key for key in unheard if key in allowed]:
            self._put(answer, found[-1])
        else:
            self._throw_away(answer, among)

    def _throw_away(self, answer: Answer, among: Sequence[Hashable]) -> None:
        """With it go those before it: as many sentences have had their answer, or are passed by."""
        loose = self._loose()
        gone = loose[: loose.index(answer) + 1]
        for one in gone:
            one.lost = True
        for key in among[: len(gone)]:
            del self._waiting[key]

    def _loose(self) -> list[Answer]:
        return [one for one in self._answers.values() if one.loose]

    def _make_room(self) -> None:
        """The oldest sentence waits no more; an answer that may be to it is nobody's."""
        oldest, first = next(iter(self._waiting)), next(iter(self._loose()), None)
        if first is not None and oldest in first.among:
            self._throw_away(first, [oldest])
        else:
            del self._waiting[oldest]


def name_of(content: Json) -> str:
    """What the service calls the response that a message is about; empty where it does not say."""
    return text_of(content.get("response_id")) or text_of(part(content, "response").get("id"))


def _keep(kept: dict[_Key, _Value], key: _Key, value: _Value, most: int = REMEMBERED) -> None:
    kept[key] = value
    if len(kept) > most:
        del kept[next(iter(kept))]
