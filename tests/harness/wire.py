"""A network that a test owns, down to the packet: it delays, loses, reorders, and goes dark.

The kernel's TCP speaks to itself through a device whose other end is here: each packet that leaves
for `FAR` comes back from it, addressed to `NEAR`, as soon and as sure as the weather allows. So a
server at `NEAR` is reached at `FAR`, over a line as bad as can be. Needs root in a network namespace
of its own; nothing else of the machine is touched.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

NEAR: Final = "10.213.7.1"
FAR: Final = "10.213.7.2"
DEVICE: Final = "surtitle0"
_TUNSETIFF: Final = 0x400454CA
_TUN_WITHOUT_INFO: Final = 0x1001
_LARGEST: Final = 65_536


@dataclass(frozen=True, slots=True)
class Weather:
    """How the line is for a while.

    Attributes:
        seconds: how long.
        delay: seconds that a packet takes, one way.
        jitter: seconds within which it takes longer; so packets overtake one another.
        loss: share of the packets that never arrive; all of them where it is 1.
        moves: connections that stand by now are gone, as when a computer changes to another network.
    """

    seconds: float
    delay: float = 0.0
    jitter: float = 0.0
    loss: float = 0.0
    moves: bool = False


class Wire:
    """The line, for `with`. Once there is no more weather, it is fair.

    Args:
        seed: of what is lost and late.

    Attributes:
        counts: packets `carried`, `lost`, `overtaken` and `stranded`.
    """

    def __init__(self, forecast: Iterable[Weather], seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self._forecast: Iterator[Weather] = iter(forecast)
        self._dice = random.Random(seed)
        self._weather = Weather(0.0)
        self._until = 0.0
        self._ports: set[bytes] = set()
        self._stranded: set[bytes] = set()
        self._waiting: list[tuple[float, int, bytes]] = []
        self._delivered = 0
        self._read_end, self._write_end = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="wire")

    def __enter__(self) -> Self:
        self._device = os.open("/dev/net/tun", os.O_RDWR)
        wanted = struct.pack("16sH22x", DEVICE.encode(), _TUN_WITHOUT_INFO)
        fcntl.ioctl(self._device, _TUNSETIFF, wanted)
        for command in (f"addr add {NEAR}/30 dev {DEVICE}", f"link set {DEVICE} up"):
            subprocess.run(["ip", *command.split()], check=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._write_end)
        self._thread.join()
        os.close(self._read_end)
        os.close(self._device)

    def _carry(self) -> None:
        while True:
            self._look_out()
            self._deliver()
            left = self._waiting[0][0] - time.monotonic() if self._waiting else 0.05
            ready, _, _ = select.select([self._device, self._read_end], [], [], max(left, 0.0))
            if self._read_end in ready:
                return
            if self._device in ready:
                self._take(os.read(self._device, _LARGEST))

    def _look_out(self) -> None:
        if time.monotonic() >= self._until:
            self._weather = next(self._forecast, Weather(1.0))
            self._until = time.monotonic() + self._weather.seconds
            if self._weather.moves:
                self._stranded |= self._ports

    def _take(self, packet: bytes) -> None:
        if packet[0] >> 4 != 4:
            return
        ports = _ports(packet)
        self._ports.add(ports)
        if ports in self._stranded:
            self.counts["stranded"] += 1
        elif self._dice.random() < self._weather.loss:
            self.counts["lost"] += 1
        else:
            late = self._weather.delay + self._dice.uniform(0.0, self._weather.jitter)
            self.counts["carried"] += 1
            heapq.heappush(self._waiting, (time.monotonic() + late, self.counts["carried"], packet))

    def _deliver(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            _, number, packet = heapq.heappop(self._waiting)
            self.counts["overtaken"] += number < self._delivered
            self._delivered = max(self._delivered, number)
            # Both addresses change places: the checksums stay what they were.
            os.write(self._device, packet[:12] + packet[16:20] + packet[12:16] + packet[20:])


def _ports(packet: bytes) -> bytes:
    """The two ends of a connection, the same for either direction."""
    header = 4 * (packet[0] & 15)
    return b"".join(sorted((packet[header : header + 2], packet[header + 2 : header + 4])))
