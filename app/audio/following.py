"""Sound that goes on while devices come and go."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.audio.base import Block, SoundSource
from app.audio.kind import Kind, Wish
from app.audio.scout import Scout
from app.domain.audio import AudioFormat
from app.domain.errors import InputError
from app.domain.events import Advice, Trouble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.audio.audition import Audition
    from app.audio.devices import InputDevice
    from app.audio.fitting import Fitting

_SLICE = 0.05
"""How long nothing is said while there is no device; in seconds."""
_DEBT = 0.3
"""Silence stands in for a device only after this time: the next one may have recorded it by then."""
_LONGEST = 1.0
"""Seconds of silence in one block; more of it comes in several."""
_UNSAID = 1.0
"""Seconds without sound after which it is said, though another device is being tried."""
_UNKNOWN = AudioFormat(48_000, 1)
"""Where no device is there yet: what most of them deliver, so that nothing of their sound is lost."""


class Following:
    """Hears the wanted device, else the next best one, and goes back to the wanted one when it returns.

    What it delivers keeps the format of the first device, raised to `at_least`, and the pace of the clock on
    the wall: while there is no device at all, be it from the start, the time is given as lost. To be opened
    once.

    Args:
        kind: the devices among which one can stand in for another.
        wish: the one that is wanted.
        clock: monotonic seconds.
    """

    live = True
    duration: float | None = None
    warning: str | None = None

    def __init__(self, kind: Kind, wish: Wish, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._kind = kind
        self._wish = wish
        self._clock = clock
        self._scout = Scout(kind, wish, clock)
        self._closing = threading.Event()
        self._source: SoundSource | None = None
        self._device: InputDevice | None = None
        self._rate: int | None = None
        """Samples a second of the present device itself, or the one before."""
        self._heard_since: float | None = None
        """Since when the present device delivers."""
        self._lost: InputDevice | None = None
        """The device that went and has no successor yet."""
        self._why = ""
        """Why there was no sound before what comes next."""
        self._trouble = ""
        """What was said of there being no device; empty where there is one."""
        self._silent_since = 0.0
        self._ready: deque[Block] = deque()
        self._news: list[Advice | Trouble] = []

    def open(self) -> AudioFormat:
        """Start with the best device that can be opened; without one, wait for it.

        Raises:
            InputError: none can ever be heard, whatever is plugged in.
        """
        try:
            begun = self._scout.begin()
        except BaseException:
            self.close()
            raise
        if begun is None:
            self._settle(_UNKNOWN)
            self._why = self._reason()
            self._silent_since = self._clock()
            self._steady.begin(self._silent_since)
        else:
            self._device, self._source, given = begun
            self._settle(given)
            self._complain()
            self._fitting = self._fit(given)
        if self._closing.is_set():
            self.close()
        return self._format

    def at_least(self, rate: int) -> AudioFormat:
        """Deliver no fewer samples a second than this, whatever the first device has; before any `read`."""
        given = self._format
        if given.rate < rate:
            self._settle(AudioFormat(rate, given.channels))
            self._fitting = self._fit(given)
        return self._format

    def read(self) -> Block | None:
        """Wait for what comes next, be it time without sound; None once closed and all has been read."""
        while not self._ready:
            source = self._source
            if source is not None:
                if not self._hear(source):
                    return None
            elif self._closing.is_set():
                return None
            else:
                self._wait()
            if not self._closing.is_set():
                self._attend()
        return self._ready.popleft()

    def why_silent(self, digital: bool) -> str:
        """The likely reason for silence, and what to do about it."""
        device = self._device
        return self._kind.why_silent(device, digital) if device is not None else ""

    def close(self) -> None:
        """Stop, and let go of every device."""
        self._closing.set()
        source = self._source
        if source is not None:
            source.close()
        self._scout.close()

    def _settle(self, fmt: AudioFormat) -> None:
        """Deliver sound of this format."""
        # Not at the top: they load numpy and soxr, for which the window's own thread must not wait.
        import numpy as np

        from app.audio.steady import Steady

        self._format = fmt
        self._nothing = np.empty((0, fmt.channels), np.float32)
        self._steady = Steady(fmt.rate)

    def _hear(self, source: SoundSource) -> bool:
        """Read from the present device; returns whether there may be more."""
        try:
            block = source.read()
        except InputError:
            # What became of it is told from the list: here it only stopped.
            block = None
        if block is not None:
            if self._heard_since is None:
                self._heard_since = self._clock()
            self._deliver(block)
        elif self._closing.is_set():
            return False
        else:
            self._lose()
        return True

    def _wait(self) -> None:
        """Let time pass without a device."""
        if not self._scout.wait(_SLICE):
            self._closing.wait(_SLICE)
        # What is given reaches so far, and no farther.
        until = self._clock() - _DEBT
        self._give(self._nothing, self._steady.missing(until), until)

    def _deliver(self, block: Block) -> None:
        at = self._clock() if block.at is None else block.at
        if self._check is not None and self._check.take(block.samples) and self._check.problem:
            assert self._device is not None
            self._news.append(Advice(f"“{self._device.name}”: {self._check.problem}"))
        lost = self._fitting.length(block.lost)
        done = self._steady.take(self._fitting.process(block.samples), at, lost)
        self._give(done.samples, done.lost, at)
        if len(done.samples):
            self._why = ""

    def _fit(self, given: AudioFormat) -> Fitting:
        from app.audio.fitting import Fitting
        from app.audio.input_check import InputCheck

        self._rate = given.rate
        self._check = InputCheck(given.rate) if self._kind.voices else None
        return Fitting(given, self._format)

    def _give(self, samples: NDArray[np.float32], lost: int, at: float) -> None:
        longest = round(_LONGEST * self._format.rate)
        while lost > longest:
            self._put(self._nothing, longest, at)
            lost -= longest
        if lost or len(samples) or self._news:
            self._put(samples, lost, at)

    def _put(self, samples: NDArray[np.float32], lost: int, at: float) -> None:
        news, self._news = tuple(self._news), []
        self._ready.append(Block(samples, lost, at, self._why, news, self._rate))

    def _lose(self) -> None:
        source, device = self._source, self._device
        assert source is not None
        assert device is not None
        source.close()
        self._source, self._device, self._lost, self._why = None, None, device, ""
        self._steady.renew()
        self._silent_since = self._clock()
        lived = 0.0 if self._heard_since is None else self._silent_since - self._heard_since
        self._heard_since = None
        self._scout.lost(device, lived)

    def _attend(self) -> None:
        """Look after the devices, between two blocks."""
        scout = self._scout
        found = scout.look_out(self._device, self._source)
        self._complain()
        if self._device is None and not self._why:
            self._why = self._reason()
        if found is not None:
            self._succeed(found)
        elif self._device is None and (scout.vain or self._unsaid):
            self._miss()

    @property
    def _unsaid(self) -> bool:
        """Whether it takes long to hear another device, and nothing was said of that."""
        return not self._trouble and self._clock() - self._silent_since > _UNSAID

    def _reason(self) -> str:
        """Why there is no device."""
        scout = self._scout
        if self._lost is None:
            return scout.absence().problem
        return scout.away.problem if scout.away else self._kind.gone(self._lost, scout.present)

    def _complain(self) -> None:
        complaints = self._scout.complaints()
        # Where nothing was heard yet, why that is so is said anyhow.
        if self._device is not None or self._lost is not None:
            self._news += [Advice(complaint) for complaint in complaints]

    def _miss(self) -> None:
        """There is nobody to hear: say so, and what to do, once for as long as that is so."""
        trouble = self._outlook()
        if trouble.sentence != self._trouble:
            self._trouble = trouble.sentence
            self._news.append(trouble)

    def _outlook(self) -> Trouble:
        kind, scout = self._kind, self._scout
        if self._lost is None:
            absence = scout.absence()
            return Trouble(kind.outlook(absence), absence.problem)
        if scout.awaited is not None:
            return Trouble(kind.patience(self._why), self._why)
        remedy = scout.away.remedy if scout.away else kind.waiting(scout.present)
        return Trouble(f"{self._why} {remedy}", self._why)

    def _succeed(self, found: Audition) -> None:
        """Hear another device from now on."""
        assert found.first is not None
        self._say(found.device)
        self._hear_out()
        self._source, self._device, self._lost = found.source, found.device, None
        self._fitting = self._fit(found.format)
        self._heard_since = self._clock()
        self._deliver(found.first)
        if self._closing.is_set():
            # Whoever closed may have seen the device before.
            found.source.close()

    def _say(self, device: InputDevice) -> None:
        if self._trouble:
            self._trouble = ""
            self._news.append(Trouble(""))
        before = self._device or self._lost
        if before is None:
            sentence = self._kind.beginning(device, self._wish.missing(self._scout.present))
        else:
            sentence = self._kind.succession(before, device, self._wish, self._why)
        self._news.append(Advice(sentence))

    def _hear_out(self) -> None:
        """Let go of the device before, after all that it has recorded."""
        source = self._source
        if source is None:
            return
        source.close()
        try:
            for block in iter(source.read, None):
                self._deliver(block)
        except InputError:
            # It went in the same moment.
            pass
        self._steady.renew()
