"""How far a device's clock is from the wall's, told from when its sound arrives."""

from __future__ import annotations

import math
from dataclasses import dataclass

_WINDOW = 10.0
"""Sound that is only delayed arrives in time at least once within this time; in seconds."""
_SETTLING = 10.0
"""How long the session's first sound may still show that it began earlier than believed; in seconds."""
_UNNOTICED = 0.015
"""A device that is off by less is left alone; in seconds."""
_HOLE = 0.04
"""Being late by more, all at once and for a whole window, is sound that was given up; in seconds."""
_EASE = 90.0
"""Seconds in which an error would be made up for. Were it faster, a meeting's canceller would lose the echo,
which is then stretched in one lane and not in the other."""
_STEEPEST = 600e-6
"""No stretch is ever stronger: a tone is then off by a hundredth of a semitone."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What to do with a block.

    Attributes:
        lost: samples of silence before it.
        seam: samples of silence before it that nobody need be told of: no change of devices is more exact.
        skipped: samples at its beginning that have been heard already.
        stretch: seconds more a second; 0 leaves it as it is.
    """

    lost: int = 0
    seam: int = 0
    skipped: int = 0
    stretch: float = 0.0


class Pace:
    """Keeps a lane within 50 ms of the wall's clock, whatever its devices do.

    Sound can arrive late (busy machines, bursts after a stall) but never early, so the earliest arrival
    within a window tells the truth. What drifts is stretched very slightly, never cut.

    Args:
        rate: samples a second.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._began: float | None = None
        """Monotonic moment at which the first sample was heard."""
        self._settled = False
        self._joining = False
        """The next block is of another device: its place is where the clock says."""
        self._drifting = False
        self._stretch = 0.0
        self._given = 0
        self._settling_ends = -math.inf
        self._window_ends = -math.inf
        self._least_late = math.inf

    @property
    def given(self) -> int:
        """Samples so far, silence included."""
        return self._given

    def take(self, samples: int, at: float, lost: int = 0) -> Correction:
        """Judge a block.

        Args:
            samples: its length.
            at: monotonic moment at which its last sample was handed over.
            lost: samples that the device is believed to have given up before it.
        """
        if self._began is None:
            self._start(samples + lost, at)
        if self._joining:
            return self._join(samples, at)
        late = self._late(samples, at)
        lost = self._believed(lost, late)
        if lost:
            self._open_window(at)
            late -= lost / self._rate
        late = self._settle(late, at)
        self._least_late = min(self._least_late, late)
        if at >= self._window_ends:
            lost += self._judge(at)
        return Correction(lost, stretch=self._stretch)

    def gave(self, samples: int) -> None:
        """So many samples became of the block, silence included."""
        self._given += samples

    def begin(self, at: float) -> None:
        """The session begins at `at`, though there is no device yet."""
        if self._began is None:
            self._start(0, at)
            self._joining = True

    def due(self, now: float) -> int:
        """Samples that are missing by `now`, while no device delivers any."""
        return 0 if self._began is None else max(0, round((now - self._began) * self._rate) - self._given)

    def renew(self) -> None:
        """Another device goes on: nothing is known of its clock."""
        self._drifting, self._stretch = False, 0.0
        # Where nothing was heard yet, the session begins with the other device.
        self._joining = self._began is not None

    def _start(self, samples: int, at: float) -> None:
        self._began = at - samples / self._rate
        self._settling_ends = at + _SETTLING
        self._open_window(at)

    def _join(self, samples: int, at: float) -> Correction:
        late = round(self._late(samples, at) * self._rate)
        # A block that has been heard as a whole already: the next one is of the other device, too.
        self._joining = -late >= samples
        self._settled = True
        self._open_window(at)
        if late < 0:
            return Correction(skipped=min(samples, -late))
        return Correction(seam=late) if late < _HOLE * self._rate else Correction(lost=late)

    def _late(self, samples: int, at: float) -> float:
        assert self._began is not None
        return at - self._began - (self._given + samples) / self._rate

    def _believed(self, lost: int, late: float) -> int:
        """Whoever counts what was given up may count twice; but time that did not pass can't be missing."""
        return min(lost, max(0, math.ceil(late * self._rate)))

    def _settle(self, late: float, at: float) -> float:
        """At first, sound that comes too early shows that the session began earlier."""
        self._settled |= at >= self._settling_ends
        if late >= 0 or self._settled:
            return late
        assert self._began is not None
        self._began += late
        self._least_late -= late
        return 0.0

    def _open_window(self, at: float) -> None:
        self._window_ends, self._least_late = at + _WINDOW, math.inf

    def _judge(self, at: float) -> int:
        error = self._least_late
        self._open_window(at)
        if error > _HOLE:
            return round(error * self._rate)
        self._drifting |= abs(error) > _UNNOTICED
        if self._drifting:
            self._stretch = max(-_STEEPEST, min(_STEEPEST, error / _EASE))
        return 0
