"""Looks out for the device that should be heard, and tries it out."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from app.audio.audition import Audition, Auditions
from app.audio.base import Placed, SoundSource
from app.audio.kind import Kind, Refusals, Wish
from app.domain.errors import InputError

if TYPE_CHECKING:
    from app.audio.devices import InputDevice
    from app.audio.server_watch import Watch
    from app.domain.audio import AudioFormat

_CALM = 0.2
"""Seconds from an announcement to looking at what became of it: others follow at once."""
_AFTERMATH = 2.0
"""Seconds from an announcement to a second look: PipeWire announces before it is done."""
_LOOK_AGAIN = 0.5
"""Seconds between two looks for a device while there is none."""
_STRAYS = (1.0, 60.0)
"""Seconds until a recording that was taken elsewhere is brought back once more: at first, and at most."""
_GRACE = 3.0
"""Seconds for which a wireless device that lost its connection is waited for before another one is heard."""
_TRIAL = 1.0
"""Seconds for which one that is back has the trial for itself, even where the grace ends meanwhile."""
_IMPATIENCE = 0.4
"""Seconds without any sound after which the next one is tried out beside one that has not been heard yet."""


class Scout:
    """Knows at each moment whether another device should be heard, and hears it before anybody else does.

    For one thread, but for `close`.

    Args:
        kind: the devices among which one can stand in for another.
        wish: the one that is wanted.
        clock: monotonic seconds.

    Attributes:
        present: the devices that were there at the last look.
        away: why devices could not be asked for then; None where they could.
        vain: there was none then that could be tried.
        awaited: a wireless device that lost its connection, and may be back in a moment.
    """

    def __init__(self, kind: Kind, wish: Wish, clock: Callable[[], float]) -> None:
        self.present: Sequence[InputDevice] = ()
        self.away: InputError | None = None
        self.vain = False
        self.awaited: InputDevice | None = None
        self._kind = kind
        self._wish = wish
        self._clock = clock
        self._guard = threading.Lock()
        self._closed = False
        self._watch: Watch | None = None
        self._auditions = Auditions()
        self._refusals = Refusals()
        self._complained: set[str] = set()
        """Devices of which it was said that they can't be heard."""
        self._complaints: list[str] = []
        self._problems: dict[str, InputError] = {}
        """Why devices could not be heard when they were tried last, by their keys."""
        self._none: InputError | None = None
        self._patient_until = -math.inf
        """Until then the awaited device is waited for, and until `_trial_until` while one is tried out."""
        self._trial_until = -math.inf
        self._impatient_at = -math.inf
        """From then on the next one is tried out beside those that have not been heard yet."""
        self._look_at = math.inf
        self._second_look = math.inf
        self._stays_until = -math.inf
        """Until then a recording is left where others took it."""
        self._stray_wait, _ = _STRAYS

    def begin(self) -> tuple[InputDevice, SoundSource, AudioFormat] | None:
        """Open the best device there is; None where there is none that can be heard, and one may yet come.

        Whatever stood in the way of a better one is a complaint.

        Raises:
            InputError: no device can ever be heard.
        """
        with self._guard:
            self._watch = None if self._closed else self._kind.watch()
        self._ask()
        for device in self._wish.order(self.present):
            source = self._kind.make(device)
            try:
                given = source.open()
            except InputError as error:
                source.close()
                self._refusals.refuse(device, self._clock())
                self._problems[device.key] = error
                continue
            self._look_at = self._refusals.next_end(self._clock())
            problem = next(iter(self._problems.values()), None)
            reproach = str(problem or "") or self._wish.missing(self.present)
            if reproach:
                self._complaints.append(self._kind.beginning(device, reproach))
            return device, source, given
        obstacle = self._kind.obstacle()
        if obstacle is not None:
            raise obstacle
        self.vain, self._look_at = True, self._clock() + _LOOK_AGAIN
        return None

    def absence(self) -> InputError:
        """Why there is nothing to hear, where nothing was heard yet. May take some 10 ms once."""
        if self.away is not None:
            return self.away
        for device in self._wish.order(self.present):
            if device.key in self._problems:
                return self._problems[device.key]
        if self._none is None:
            self._none = self._kind.why_none()
        return self._none

    def look_out(self, device: InputDevice | None, source: SoundSource | None) -> Audition | None:
        """Look whether another device should be heard than this one; return it once it was heard."""
        found = self._concluded(device)
        now = self._clock()
        if self._watch is not None and self._watch.changed():
            self._look_at = min(self._look_at, now + (0.0 if device is None else _CALM))
            self._second_look = now + _AFTERMATH
        if found is not None:
            # What was announced meanwhile may concern the new one.
            self._look_at = min(self._look_at, now + _CALM)
        elif now >= self._look_at and (device is None or device.key not in self._auditions.keys):
            self._look(device, source, now)
        return found

    def lost(self, device: InputDevice, lived: float) -> None:
        """The device went after it had been heard for so many seconds: the next look is due."""
        now = self._clock()
        self._refusals.take(device, lived, now)
        self._look_at = now
        self.awaited = device if device.wireless and self._kind.patient else None
        self._patient_until = now + _GRACE

    def wait(self, seconds: float) -> bool:
        """Wait for a device that is being tried out, at most so long; returns whether there is one."""
        return self._auditions.wait(seconds)

    def complaints(self) -> list[str]:
        """What is to be said of devices that can't be heard; each once."""
        complaints, self._complaints = self._complaints, []
        return complaints

    def close(self) -> None:
        """Stop, and let go of what is being tried out. May be called twice, from any thread."""
        with self._guard:
            self._closed = True
            watch = self._watch
        self._auditions.close()
        if watch is not None:
            watch.close()

    def _ask(self) -> None:
        self.present, self.away = (), None
        try:
            self.present = self._kind.present()
        except InputError as away:
            self.away = away

    def _look(self, device: InputDevice | None, source: SoundSource | None, now: float) -> None:
        self._ask()
        tried = self._auditions.keys
        asked = self._in_question(now) & self._promising(device, now) - tried
        best = self._refusals.best(self._wish.order(self.present), now, asked)
        if now >= self._second_look:
            self._second_look = math.inf
        self._look_at = min(self._refusals.next_end(now), self._second_look)
        self.vain = best is None and not tried
        if best is None:
            self._look_at = self._next_look(now) if device is None else self._look_at
        elif device is None or best.key != device.key or self._strayed(source, now):
            self._try_out(best, now)
            self._look_at = self._impatient_at if device is None else self._look_at

    def _promising(self, device: InputDevice | None, now: float) -> set[str]:
        """Keys of those that are no worse than the one that is heard, or was begun with a moment ago."""
        ranks = self._ranks()
        if device is not None:
            return set(_down_to({device.key}, ranks))
        return set(_down_to(self._auditions.keys, ranks) if now < self._impatient_at else ranks)

    def _ranks(self) -> list[str]:
        """Keys of the devices, the best first."""
        return [device.key for device in self._wish.order(self.present)]

    def _next_look(self, now: float) -> float:
        """While there is no device."""
        again = now + _LOOK_AGAIN
        if now < self._impatient_at:
            again = min(again, self._impatient_at)
        return again if self.awaited is None else min(again, self._waits_until)

    @property
    def _waits_until(self) -> float:
        """When other devices than the awaited one are in question."""
        return max(self._patient_until, self._trial_until if self._auditions.keys else -math.inf)

    def _in_question(self, now: float) -> set[str]:
        """Keys of the devices that may be tried."""
        # Where the whole server went, it was not the connection that was lost.
        if self.awaited is None or self.away is not None or now >= self._waits_until:
            self.awaited = None
            return {device.key for device in self.present}
        # With another profile it has another key, and the same name.
        awaited = (self.awaited.key, self._wish.key, self.awaited.name)
        return {device.key for device in self.present if device.key in awaited or device.name in awaited}

    def _strayed(self, source: SoundSource | None, now: float) -> bool:
        """Whether the recording is to be brought back; ever less often, should somebody insist."""
        first, longest = _STRAYS
        if now < self._stays_until:
            self._look_at = min(self._look_at, self._stays_until)
            return False
        if not isinstance(source, Placed) or not source.strayed():
            return False
        calm = now - self._stays_until > longest
        self._stray_wait = first if calm else min(longest, 2 * self._stray_wait)
        self._stays_until = now + self._stray_wait
        return True

    def _try_out(self, device: InputDevice, now: float) -> None:
        self._trial_until = max(self._patient_until, now + _TRIAL)
        self._impatient_at = now + _IMPATIENCE
        self._auditions.begin(device, self._kind.make(device))

    def _concluded(self, device: InputDevice | None) -> Audition | None:
        """The best of those that were heard by now, where it is no worse than the one that is being heard."""
        over = self._auditions.take_over()
        if not over:
            return None
        ranks = self._ranks()
        heard = [audition for audition in over if audition.first is not None]
        if device is not None:
            wanted = _down_to({device.key}, ranks)
            heard = [audition for audition in heard if audition.device.key in wanted]
        best = min(heard, key=lambda audition: len(_down_to({audition.device.key}, ranks)), default=None)
        for audition in over:
            if audition is not best:
                audition.give_up()
            if audition.first is None:
                self._refuse(audition)
        if best is None:
            now = self._clock()
            due = min(self._look_at, self._second_look, self._refusals.next_end(now))
            self._look_at = now if device is None else due
            return None
        self.awaited = None
        self._refusals.accept(best.device)
        self._complained.discard(best.device.key)
        # One that is better may yet be heard.
        self._auditions.drop(self._auditions.keys - set(_down_to({best.device.key}, ranks)))
        return best

    def _refuse(self, audition: Audition) -> None:
        device, problem = audition.device, audition.problem
        self._refusals.refuse(device, self._clock())
        if problem is None:
            return
        self._problems[device.key] = problem
        if device.key not in self._complained:
            self._complained.add(device.key)
            self._complaints.append(str(problem))


def _down_to(keys: Collection[str], ranks: Sequence[str]) -> Sequence[str]:
    """The best of `ranks`, down to the first of `keys`; all where there is none of them."""
    return ranks[: 1 + min((ranks.index(key) for key in keys if key in ranks), default=len(ranks))]
