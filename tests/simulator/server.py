"""The simulator itself: listens, serves, and lets a test look inside."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TextIO

from websockets.asyncio.server import Server, serve
from websockets.exceptions import ConnectionClosed

from tests.simulator.ears import Scripted
from tests.simulator.faults import Fault
from tests.simulator.gate import Gate
from tests.simulator.http import Front
from tests.simulator.openai_realtime import OpenAiRealtime
from tests.simulator.options import Options
from tests.simulator.record import Frame, Record, SessionRecord
from tests.simulator.shared import Shared
from tests.simulator.vllm import Vllm

if TYPE_CHECKING:
    from collections import Counter

    from tests.simulator.hearing import Recognition
    from tests.simulator.peer import Peer
    from tests.simulator.session import Session
    from tests.simulator.vocabulary import Vocabularies

HOST = "127.0.0.1"


class Simulator:
    """A DashScope on loopback, for `async with`.

    Args:
        recognition: how sound is understood; a script by default. Closed with the simulator.
        faults: what goes wrong, each a `Fault` or its spelling, such as `drop@2.5#1`.
        port: 0 for any that is free.
        host: address to listen at.
        log: where each message goes as one line of JSON.
        options: fields of `Options`.
    """

    def __init__(
        self,
        recognition: Recognition | None = None,
        *,
        faults: Iterable[Fault | str] = (),
        port: int = 0,
        host: str = HOST,
        log: TextIO | None = None,
        **options: Any,
    ) -> None:
        self.recognition = recognition or Scripted()
        self._shared = Shared(Options(**options), self.recognition, record=Record(log))
        self._port = port
        self._host = host
        self._gate: Gate | None = None
        self._server: Server | None = None
        self._peers: set[Peer] = set()
        self.inject(*faults)

    async def __aenter__(self) -> Self:
        await self.recognition.prepare()
        self._gate = gate = Gate(self._shared)
        # What is not well said on the wire is part of the game: no word about it in the log.
        quiet = logging.getLogger("tests.simulator.websockets")
        quiet.setLevel(logging.CRITICAL)
        self._server = await serve(
            self._handle,  # type: ignore[arg-type]  # create_connection makes a Front of each
            self._host,
            self._port,
            process_request=gate.upgrade,
            select_subprotocol=gate.subprotocol,
            create_connection=partial(Front, answer=gate.post),  # type: ignore[arg-type]  # a factory will do
            compression=None,
            open_timeout=None,
            ping_interval=None,
            close_timeout=1,
            max_size=None,
            logger=quiet,
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._server is not None
        assert self._gate is not None
        self._gate.closing.set()
        for peer in tuple(self._peers):
            peer.abort()
        self._server.close()
        await self._server.wait_closed()
        self.recognition.close()

    @property
    def port(self) -> int:
        """The port listened on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """Base of all web sockets; any path may stand behind it as a prefix."""
        return f"ws://{self._host}:{self.port}"

    @property
    def counts(self) -> Counter[str]:
        """`connections`, `sessions`, `post`, and each breach under its name."""
        return self._shared.record.counts

    @property
    def violations(self) -> dict[str, int]:
        """The breaches of protocol so far; empty for a good client."""
        return self._shared.record.violations

    @property
    def sessions(self) -> list[SessionRecord]:
        """Every session and task, in order."""
        return self._shared.record.sessions

    @property
    def log(self) -> list[Frame]:
        """Every message of either side, in order."""
        return list(self._shared.record.frames)

    @property
    def vocabularies(self) -> Vocabularies:
        """The hotword lists of the account."""
        return self._shared.vocabularies

    @property
    def said(self) -> list[str]:
        """The finals of all sessions, in the order they were sent within each."""
        return [text for session in self.sessions for text in session.transcripts]

    def inject(self, *faults: Fault | str) -> None:
        """Let something go wrong from now on; on open connections with the next message."""
        self._shared.faults.extend(
            fault if isinstance(fault, Fault) else Fault.parse(fault) for fault in faults
        )

    def heal(self) -> None:
        """No more faults, but those that have begun."""
        self._shared.faults.clear()

    def drop(self) -> None:
        """Reset all connections now."""
        for peer in tuple(self._peers):
            peer.abort()

    async def _handle(self, connection: Front) -> None:
        assert self._gate is not None
        session, peer = self._gate.session(connection)
        self._peers.add(peer)
        try:
            async with asyncio.TaskGroup() as tasks:
                others = [tasks.create_task(peer.deliver()), tasks.create_task(session.watch())]
                try:
                    await self._converse(connection, session, peer)
                finally:
                    for task in others:
                        task.cancel()
        finally:
            self._peers.discard(peer)
            session.close()

    async def _converse(self, connection: Front, session: Session, peer: Peer) -> None:
        if not await peer.strike(session.fail, opening=True):
            await session.open()
        try:
            async for message in connection:
                if isinstance(session, Vllm) and _is_openai(message):
                    session = OpenAiRealtime(peer, self._shared)
                    await session.open()
                await session.receive(message)
                if connection.frozen:
                    # The queue must stay full: taking from it would make the library read on.
                    await connection.wait_closed()
        except ConnectionClosed:
            return
        finally:
            session.close()


def _is_openai(message: str | bytes) -> bool:
    """Whether a client that did not say so in its URL speaks the OpenAI shape."""
    return isinstance(message, str) and "session.update" in message and '"session"' in message
