"""Hotwords in a list that the service keeps: found, made or changed before a session begins."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.dialects import failures
from app.dialects import vocabulary as api
from app.dialects.base import Service
from app.dialects.frames import Json
from app.dialects.vocabulary import ListRow
from app.domain.errors import CaptionError, RefusedError, ServiceError
from app.domain.events import Advice
from app.domain.secret import Secret
from app.engines.base import Emit

PATIENCE_SECONDS: Final = 8.0
"""How long captions wait for their list."""
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
            if found.model != model:
                continue
            if found.ready and found.words == words:
                return row.id
            ours = ours or row.id
        if ours:
            await self._ask(api.update(ours, words))
        else:
            await self._make_room(rows)
            ours = api.created(await self._ask(api.create(model, words)))
        await self._until_ready(ours)
        return ours

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
        # Not at the top: the window opens before anything needs the network.
        from app.engines.posting import post

        return api.output(*await post(self._handshake, question), self._service)


class Vocabulary:
    """Hands a session's hotwords over to the service.

    Args:
        words: those that need a list, each with its weight.
        service: its key is not known yet.
        left_out: what to tell about hotwords that the service does not take; empty where it takes all.
        beyond: what to tell about a context that it does not take whole; empty where it does.
        instead: what becomes of the words where there is no list, as the end of a sentence.
        crowded: as `beyond`, where there is no list.
    """

    def __init__(
        self,
        words: Mapping[str, int],
        service: Service,
        *,
        left_out: str = "",
        beyond: str = "",
        instead: str = "",
        crowded: str = "",
    ) -> None:
        self._words = words
        self._service = service
        self._left_out = left_out
        self._beyond = beyond
        self._instead = instead
        self._crowded = crowded

    async def hand_over(self, key: Secret | None, emit: Emit) -> str:
        """The id of a list that acts; empty where none is needed or, which is told, none can be had.

        Raises:
            AccessError: the service does not accept the key.
        """
        name, problem = await self._try(key) if self._words else ("", "")
        # One piece of advice: a second one would take the place of the first.
        beyond = self._crowded if problem else self._beyond
        if told := " ".join(filter(None, (self._left_out, problem, beyond))):
            emit(Advice(told))
        return name

    async def _try(self, key: Secret | None) -> tuple[str, str]:
        """The id of the list, and what to tell where there is none."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await HotwordLists(replace(self._service, key=key)).provide(self._words), ""
        except CaptionError as error:
            if failures.concerns_key(error):
                raise
            problem: CaptionError = error
        except TimeoutError:
            problem = ServiceError("It takes too long to get the list ready.", "Start again in a moment.")
        return "", f"The service has no list of the hotwords, so {self._instead}. {problem}"
