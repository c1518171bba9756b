"""Hotwords in a list that the service keeps: found, made or changed before a connection needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.dialects import failures
from app.dialects import vocabulary as api
from app.dialects.base import Service
from app.dialects.frames import Json
from app.dialects.vocabulary import ListRow, WordList
from app.domain.errors import AccessError, CaptionError, RefusedError, ServiceError
from app.domain.events import Advice
from app.domain.secret import Secret
from app.engines.base import Emit

PATIENCE_SECONDS: Final = 8.0
"""How long captions wait for their list when they start."""
PATIENCE_AGAIN_SECONDS: Final = 4.0
"""The same, in a session that goes on: what is said meanwhile comes late."""
GLANCE_SECONDS: Final = 2.0
"""How long they wait to know whether a list is still there, as it mostly is."""
LOOK_SECONDS: Final = 0.5
"""Between two looks whether a new list acts."""
MOST_PAGES: Final = 10


class HotwordLists:
    """The account's lists, one question at a time."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._handshake = api.handshake(service)

    async def provide(self, words: Mapping[str, int]) -> str:
        """The id of a list of exactly these words that acts on the service's model.

        There is one list of ours for each model. It is used as it is where it holds these words, else
        its words are replaced; lists of others are never touched.

        Raises:
            CaptionError: there is no such list, and why.
        """
        model = self._service.model
        rows = await self._rows()
        ours = ""
        for row in rows:
            if not row.is_for(model):
                continue
            found = api.contents(await self._ask(api.query(row.id)))
            if self._fits(found, words):
                return row.id
            if found.model == model:
                ours = ours or row.id
        if ours:
            await self._ask(api.update(ours, words))
        else:
            await self._make_room(rows)
            ours = api.created(await self._ask(api.create(model, words)))
        await self._until_ready(ours)
        return ours

    async def has(self, name: str, words: Mapping[str, int]) -> bool:
        """Whether there is still a list of this id, of exactly these words, that acts on the service's model.

        Raises:
            CaptionError: nobody says.
        """
        answer = await self._post(api.query(name))
        try:
            return self._fits(api.contents(api.output(*answer, self._service)), words)
        except (AccessError, RefusedError) as error:
            if failures.concerns_key(error):
                raise
            return False

    def _fits(self, found: WordList, words: Mapping[str, int]) -> bool:
        return found.ready and found.model == self._service.model and found.words == words

    async def _rows(self) -> list[ListRow]:
        rows: list[ListRow] = []
        for page in range(MOST_PAGES):
            found = api.rows(await self._ask(api.show_all(page)))
            rows += found
            if len(found) < api.PAGE:
                break
        return rows

    async def _make_room(self, rows: Sequence[ListRow]) -> None:
        if len(rows) < api.MOST_LISTS:
            return
        ours = [row for row in rows if row.is_ours]
        if not ours:
            raise RefusedError(
                f"The account keeps {len(rows)} hotword lists already, and none of them is Surtitle's.",
                "Delete one of them in the service's console.",
            )
        await self._ask(api.delete(min(ours, key=lambda row: row.changed).id))

    async def _until_ready(self, name: str) -> None:
        while True:
            found = api.contents(await self._ask(api.query(name)))
            if found.model != self._service.model:
                raise RefusedError("The service keeps the list for another model.", "Choose another model.")
            if found.ready:
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _ask(self, question: str) -> Json:
        return api.output(*await self._post(question), self._service)

    async def _post(self, question: str) -> tuple[int, bytes]:
        # Not at the top: the window opens before anything needs the network.
        from app.engines.posting import post

        return await post(self._handshake, question)


class Vocabulary:
    """Hands a session's hotwords over to the service, and sees that they stay there.

    Args:
        words: those that need a list, each with its weight.
        service: its key is not known yet.
        turn: shared by all that make lists there: two at once would each make one of their own.
        left_out: what to tell about hotwords that the service does not take; empty where it takes all.
        beyond: what to tell about a context that it does not take whole; empty where it does.
        instead: what becomes of the words where there is no list, as the end of a sentence.
        crowded: as `beyond`, where there is no list.
    """

    def __init__(
        self,
        words: Mapping[str, int],
        service: Service,
        turn: asyncio.Lock,
        *,
        left_out: str = "",
        beyond: str = "",
        instead: str = "",
        crowded: str = "",
    ) -> None:
        self._words = words
        self._service = service
        self._turn = turn
        self._left_out = left_out
        self._beyond = beyond
        self._instead = instead
        self._crowded = crowded
        self._name = ""
        self._told: set[bool] = set()

    async def hand_over(self, key: Secret | None, emit: Emit) -> str:
        """The id of a list that acts; empty where none is needed or, which is told, none can be had.

        Whoever asks again gets the same list as long as the service has it, else another one. What was told
        is not told again.

        Raises:
            AccessError: the service does not accept the key.
        """
        if key != self._service.key:
            # Lists belong to an account.
            self._service, self._name = replace(self._service, key=key), ""
        problem = await self._provide() if self._words else ""
        self._tell(problem, emit)
        return self._name

    def _tell(self, problem: str, emit: Emit) -> None:
        if bool(problem) in self._told:
            return
        self._told.add(bool(problem))
        # One piece of advice: a second one would take the place of the first.
        beyond = self._crowded if problem else self._beyond
        if told := " ".join(filter(None, (self._left_out, problem, beyond))):
            emit(Advice(told))

    async def _provide(self) -> str:
        """See to it that there is a list; gives what to tell where there is none."""
        lists = HotwordLists(self._service)
        try:
            await self._look(lists)
            if not self._name:
                await self._make(lists)
        except CaptionError as error:
            if failures.concerns_key(error):
                raise
            problem: CaptionError = error
        except TimeoutError:
            problem = ServiceError("It takes too long to get the list ready.", "Start again in a moment.")
        # A list of which nobody says that it is gone is relied on.
        if self._name:
            return ""
        return f"The service has no list of the hotwords, so {self._instead}. {problem}"

    async def _look(self, lists: HotwordLists) -> None:
        """Forget the list where the service has it no longer."""
        if self._name:
            async with asyncio.timeout(GLANCE_SECONDS):
                if not await lists.has(self._name, self._words):
                    self._name = ""

    async def _make(self, lists: HotwordLists) -> None:
        patience = PATIENCE_AGAIN_SECONDS if self._told else PATIENCE_SECONDS
        async with asyncio.timeout(patience), self._turn:
            self._name = await lists.provide(self._words)
