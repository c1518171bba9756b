"""Sound that goes on while devices come and go."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.audio.audition import Audition
from app.audio.base import Block, Placed, SoundSource
from app.audio.kind import Kind, Refusals, Wish
from app.domain.audio import SPEECH_RATE, AudioFormat
from app.domain.errors import InputError
from app.domain.events import Advice, Trouble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.audio.devices import InputDevice
    from app.audio.fitting import Fitting
    from app.audio.server_watch import Watch

_SLICE = 0.05
"""How long nothing is said while there is no device; in seconds."""
_DEBT = 0.3
"""Silence stands in for a device only after this time: the next one may have recorded it by then."""
_CALM = 0.2
"""Seconds from an announcement to looking at what became of it: others follow at once."""
_LOOK_AGAIN = 0.5
"""Seconds between two looks for a device while there is none."""
_LONGEST = 1.0
"""Seconds of silence in one block; more of it comes in several."""
_STRAYS = (1.0, 60.0)
"""Seconds until a recording that was taken elsewhere is brought back once more: at first, and at most."""


class Following:
    """Hears the wanted device, else the next best one, and goes back to the wanted one when it returns.

    What it delivers keeps the format of the first device, and the pace of the clock on the wall: while there
    is no device at all, the time is given as lost. To be opened once.

    Args:
        kind: the devices among which one can stand in for another.
        wish: the one that is wanted.
        since: monotonic moment at which the session began; its first sound's own beginning when left out.
        clock: monotonic seconds.
    """

    live = True
    duration: float | None = None
    warning: str | None = None

    def __init__(
        self,
        kind: Kind,
        wish: Wish,
        *,
        since: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kind = kind
        self._wish = wish
        self._since = since
        self._clock = clock
        self._closing = threading.Event()
        self._guard = threading.Lock()
        self._watch: Watch | None = None
        self._source: SoundSource | None = None
        self._device: InputDevice | None = None
        self._lost: InputDevice | None = None
        """The device that went and has no successor yet."""
        self._why = ""
        """Why there was no sound before what comes next."""
        self._away: InputError | None = None
        """Why devices can't be asked for, when last they were."""
        self._audition: Audition | None = None
        self._refusals = Refusals()
        self._complained: set[str] = set()
        """Devices of which it was said that they can't be heard."""
        self._ready: deque[Block] = deque()
        self._news: list[Advice | Trouble] = []
        self._troubled = False
        self._look_at = math.inf
        self._stays_until = -math.inf
        """Until then it is left where others took it."""
        self._stray_wait, _ = _STRAYS
        self._heard_since: float | None = None
        """Since when the present device delivers."""

    def open(self) -> AudioFormat:
        """Start with the best device that can be opened.

        Raises:
            InputError: there is none; tells of the best one why.
        """
        # Not at the top: they load numpy and soxr, for which the window's own thread must not wait.
        import numpy as np

        from app.audio.steady import Steady

        self._watch = self._kind.watch()
        try:
            given = self._begin()
        except BaseException:
            self.close()
            raise
        # A telephone's headset must not make a telephone of what comes after it.
        self._format = AudioFormat(max(given.rate, SPEECH_RATE), given.channels)
        self._nothing = np.empty((0, self._format.channels), np.float32)
        self._fitting = self._fit(given)
        self._steady = Steady(self._format.rate, self._since)
        if self._closing.is_set():
            self.close()
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
            self._attend()
        return self._ready.popleft()

    def why_silent(self, digital: bool) -> str:
        """The likely reason for silence, and what to do about it."""
        device = self._device
        return self._kind.why_silent(device, digital) if device is not None else ""

    def close(self) -> None:
        """Stop, and let go of every device."""
        self._closing.set()
        with self._guard:
            audition, watch, source = self._audition, self._watch, self._source
            self._audition = None
        if source is not None:
            source.close()
        if audition is not None:
            audition.give_up()
        if watch is not None:
            watch.close()

    # What is heard.

    def _begin(self) -> AudioFormat:
        problem: InputError | None = None
        present = self._present()
        for device in self._wish.order(present):
            source = self._kind.make(device)
            try:
                given = source.open()
            except InputError as error:
                source.close()
                self._refusals.refuse(device, self._clock())
                problem = problem or error
                continue
            self._source, self._device = source, device
            missing = self._wish.missing(present)
            self._tell(f"{problem} " if problem else missing and f"“{missing}” is not connected. ", device)
            self._look_at = self._refusals.next_end(self._clock())
            return given
        raise problem or InputError(self._kind.why_none())

    def _tell(self, before: str, device: InputDevice) -> None:
        if before:
            self._news.append(Advice(f"{before}Listening to “{device.name}”."))

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

    def _deliver(self, block: Block) -> None:
        at = self._clock() if block.at is None else block.at
        lost = self._fitting.length(block.lost)
        done = self._steady.take(self._fitting.process(block.samples), at, lost)
        self._give(done.samples, done.lost, at)
        if len(done.samples):
            self._why = ""

    def _fit(self, given: AudioFormat) -> Fitting:
        from app.audio.fitting import Fitting

        return Fitting(given, self._format)

    def _give(self, samples: NDArray[np.float32], lost: int, at: float) -> None:
        longest = round(_LONGEST * self._format.rate)
        while lost > longest:
            self._put(Block(self._nothing, longest, at, self._why))
            lost -= longest
        if lost or len(samples) or self._news:
            self._put(Block(samples, lost, at, self._why))

    def _put(self, block: Block) -> None:
        news, self._news = tuple(self._news), []
        self._ready.append(Block(block.samples, block.lost, block.at, block.reason, news))

    # Who is heard.

    def _lose(self) -> None:
        source, device, now = self._source, self._device, self._clock()
        assert source is not None
        assert device is not None
        source.close()
        self._source, self._device, self._lost = None, None, device
        self._steady.renew()
        self._why = ""
        lived = 0.0 if self._heard_since is None else now - self._heard_since
        self._heard_since = None
        self._refusals.take(device, lived, now)
        self._look_at = now

    def _wait(self) -> None:
        """Let time pass without a device."""
        audition = self._audition
        if audition is not None:
            audition.wait(_SLICE)
        else:
            self._closing.wait(_SLICE)
        now = self._clock()
        self._give(self._nothing, self._steady.missing(now - _DEBT), now)

    def _attend(self) -> None:
        """Look after the devices, between two blocks."""
        audition, watch = self._audition, self._watch
        if self._closing.is_set() or watch is None:
            return
        if audition is not None and audition.over:
            self._conclude(audition)
        now = self._clock()
        if watch.changed():
            self._look_at = min(self._look_at, now + (_CALM if self._source else 0.0))
        if now >= self._look_at and self._audition is None:
            self._look(now)

    def _look(self, now: float) -> None:
        present = self._present()
        best = self._refusals.best(self._wish.order(present), now)
        device = self._device
        self._look_at = self._refusals.next_end(now)
        if self._lost is not None and not self._why:
            self._why = self._away.problem if self._away else self._kind.gone(self._lost, present)
        if best is not None and (device is None or best.key != device.key or self._strayed(now)):
            self._try_out(best)
        elif device is None:
            self._look_at = now + _LOOK_AGAIN
            self._miss(present)

    def _present(self) -> Sequence[InputDevice]:
        self._away = None
        try:
            return self._kind.present()
        except InputError as away:
            self._away = away
            return ()

    def _strayed(self, now: float) -> bool:
        """Whether the recording is to be brought back; ever less often, should somebody insist."""
        first, longest = _STRAYS
        if now < self._stays_until:
            self._look_at = min(self._look_at, self._stays_until)
            return False
        if not isinstance(self._source, Placed) or not self._source.strayed():
            return False
        calm = now - self._stays_until > longest
        self._stray_wait = first if calm else min(longest, 2 * self._stray_wait)
        self._stays_until = now + self._stray_wait
        return True

    def _try_out(self, device: InputDevice) -> None:
        audition = Audition(device, self._kind.make(device))
        with self._guard:
            self._audition = audition
        if self._closing.is_set():
            audition.give_up()

    def _miss(self, present: Sequence[InputDevice]) -> None:
        """There is nobody to hear: say so once."""
        if self._troubled:
            return
        self._troubled = True
        remedy = self._away.remedy if self._away else self._kind.waiting(present)
        self._news.append(Trouble(f"{self._why} {remedy}"))

    def _conclude(self, audition: Audition) -> None:
        with self._guard:
            self._audition = None
        now = self._clock()
        if audition.first is None or self._closing.is_set():
            audition.give_up()
            self._refuse(audition, now)
            self._look_at = now if self._source is None else self._refusals.next_end(now)
            return
        self._say(audition.device)
        self._hear_out()
        with self._guard:
            self._source = audition.source
        self._device, self._lost = audition.device, None
        self._fitting = self._fit(audition.format)
        self._heard_since = now
        self._refusals.accept(audition.device)
        self._complained.discard(audition.device.key)
        self._deliver(audition.first)
        # What was announced meanwhile may concern the new one.
        self._look_at = min(self._look_at, now + _CALM)
        if self._closing.is_set():
            self.close()

    def _refuse(self, audition: Audition, now: float) -> None:
        device, problem = audition.device, audition.problem
        self._refusals.refuse(device, now)
        if problem is not None and device.key not in self._complained:
            self._complained.add(device.key)
            self._news.append(Advice(str(problem)))

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

    def _say(self, device: InputDevice) -> None:
        if self._troubled:
            self._troubled = False
            self._news.append(Trouble(""))
        before = self._device or self._lost
        assert before is not None
        self._news.append(Advice(self._kind.succession(before, device, self._wish, self._why)))
