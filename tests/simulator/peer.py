"""One web socket as the simulator holds it: what it says goes through the faults."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from websockets.exceptions import ConnectionClosed

from tests.simulator.faults import AT_OPENING, ERRORS, Fault, FaultKind
from tests.simulator.options import Variant

if TYPE_CHECKING:
    from tests.simulator.http import Front
    from tests.simulator.shared import Shared

HUGE: Final = 20_000_000
SLOW: Final = 1.0
PINGS: Final = 100_000
CRUMBS: Final = 2_000

Fail = Callable[[str, str], Awaitable[None]]
"""Report an error code and its message in the words of the protocol spoken."""


class Peer:
    """Says things in order, late, wrongly or not at all.

    Attributes:
        number: of the connection, from 1.
        audio: seconds of sound received.
        over: nothing more is to be done with what the client says.
    """

    def __init__(self, connection: Front, shared: Shared, number: int) -> None:
        self.number = number
        self.audio = 0.0
        self.over = False
        self._connection = connection
        self._shared = shared
        self._outbox: asyncio.Queue[tuple[float, Any]] = asyncio.Queue()
        self._struck: set[Fault] = set()
        self._delay = 0.0
        self._mute = False
        self._nulls = False

    @property
    def path(self) -> str:
        """Path and query the client asked for."""
        assert self._connection.request is not None
        return self._connection.request.path

    def say(self, message: Mapping[str, Any]) -> None:
        """Send an event, once what was said before is out."""
        if self._mute:
            return
        named = _renamed(message, self._shared.options.rename)
        if self._nulls:
            named = _nulled(named)
        elif Variant.EXTRA_KEYS in self._shared.options.variants:
            named = {**named, "x_trace": {"zone": None, "hops": [1, 2]}, "created_at": 1}
        self._put(json.dumps(named, ensure_ascii=False))

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame, once what was said before is out."""
        self.over = True
        if not self._mute:
            self._put((code, reason))

    def abort(self) -> None:
        """Reset the connection."""
        self.over = True
        reset(self._connection.transport)

    async def deliver(self) -> None:
        """Send what is to be said, until the connection ends."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                due, message = await self._outbox.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if isinstance(message, tuple):
                    self._shared.record.frame(self.number, "s>c", "close", message[0])
                    await self._connection.close(*message)
                    return
                await self._connection.send(message)
                self._note(message)
        except ConnectionClosed:
            return

    async def strike(self, fail: Fail, *, opening: bool = False, finishing: bool = False) -> bool:
        """Let happen what is due; says whether the session is over with it."""
        for fault in self._shared.faults:
            due = fault.meets(self.number) and fault.due(self.audio, finishing=finishing)
            early = opening and (fault.kind not in AT_OPENING or fault.after)
            if due and not early and fault not in self._struck:
                self._struck.add(fault)
                await self._happen(fault, fail)
        return self.over

    async def _happen(self, fault: Fault, fail: Fail) -> None:
        match fault.kind:
            case FaultKind.STALL:
                self._mute = self.over = True
            case FaultKind.HALF_OPEN:
                self._mute = self.over = True
                self._connection.freeze()
            case FaultKind.DROP:
                self.abort()
            case FaultKind.CLOSE:
                code, _, reason = fault.value.partition(":")
                self.close(int(code or 1000), reason)
            case FaultKind.THROTTLE:
                await fail("Throttling.RateQuota", ERRORS["Throttling.RateQuota"])
            case FaultKind.ERROR:
                await fail(fault.value, ERRORS[fault.value])
            case FaultKind.SLOW:
                self._delay = float(fault.value or SLOW)
            case FaultKind.NULLS:
                self._nulls = True
            case _:
                self._garble(fault)

    def _garble(self, fault: Fault) -> None:
        match fault.kind:
            case FaultKind.TORN_FRAME:
                # A text frame of 500 bytes, of which 20 come.
                self._connection.transport.write(
                    struct.pack(">BBH", 0x81, 126, 500) + b'{"type":"session.upd'
                )
                self._connection.transport.close()
                self.over = True
            case FaultKind.NOT_JSON:
                self._put('{"type": "session.upd\x00')
            case FaultKind.HUGE:
                self._put(json.dumps({"type": "pad", "pad": "x" * int(fault.value or HUGE)}))
            case FaultKind.PINGS:
                self._connection.transport.write(b"\x89\x00" * int(fault.value or PINGS))
            case FaultKind.CRUMBS:
                self._connection.transport.write(b"\x81\x02{}" * int(fault.value or CRUMBS))
            case FaultKind.UNKNOWN:
                self._put(
                    json.dumps({"type": "mystery.event", "header": {"event": "mystery"}, "payload": [1]})
                )

    def _put(self, message: Any) -> None:
        self._outbox.put_nowait((asyncio.get_running_loop().time() + self._delay, message))

    def _note(self, message: str) -> None:
        try:
            content = json.loads(message) if len(message) < HUGE // 10 else {"bytes": len(message)}
        except ValueError:
            content = {"bytes": len(message)}
        self._shared.record.frame(self.number, "s>c", "text", content)


def reset(transport: asyncio.BaseTransport) -> None:
    """End a TCP connection without a good-bye: the other side sees a reset."""
    # Linger for no time: closing sends RST.
    raw = transport.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()  # type: ignore[attr-defined]  # every transport of a stream has it


def _renamed(message: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    header = message.get("header")
    if isinstance(header, Mapping) and header.get("event") in names:
        return {**message, "header": {**header, "event": names[header["event"]]}}
    if message.get("type") in names:
        return {**message, "type": names[message["type"]]}
    return dict(message)


def _nulled(message: Mapping[str, Any]) -> dict[str, Any]:
    """Every value but the one that says what the message is becomes null."""
    nulled: dict[str, Any] = dict.fromkeys(message)
    if "type" in message:
        nulled["type"] = message["type"]
    if isinstance(message.get("header"), Mapping):
        nulled["header"] = {**dict.fromkeys(message["header"]), "event": message["header"].get("event")}
    return nulled
