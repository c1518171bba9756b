"""Takes what the speakers play out of what the microphone hears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from app.audio.availability import echo_problem, webrtc_available
from app.audio.echo_delay import REACH, SPAN, EchoDelay
from app.audio.echo_reference import EchoReference
from app.audio.echo_residue import EchoResidue
from app.audio.webrtc import FRAME, WEBRTC_RATE, AudioProcessing

if TYPE_CHECKING:
    from app.domain.audio import Samples

ECHO_RATE: Final = WEBRTC_RATE
_DELAY: Final = 128
"""Samples by which the canceller's output comes later than its input."""
PATIENCE: Final = 8000
"""Samples of the microphone that wait at most for what the speakers played meanwhile, on a busy computer:
half a second. The canceller has to begin anew where it goes on without."""
_BEHIND: Final = 480
"""How far behind the microphone it is with the speakers, so that their blocks are there by then: 30 ms. An
echo comes later still."""
_LEAD: Final = 480
"""How much earlier than its echo the canceller likes to know a sound: 30 ms."""
_LEAST_LEAD: Final = 160
_MOST_LEAD: Final = 3520
"""Outside of these it jumps: 10 to 220 ms; the canceller itself finds an echo within 500."""
_GOOD_LEAD: Final = (320, 3200)
"""A lead between these is left alone: 20 to 200 ms."""
_SLEW: Final = 32
"""Frames after which the lead may be moved by a sample: as fast as clocks drift, which it follows easily."""
_PLAIN_TO_SEE: Final = 50
"""Frames of the speakers' sound, half a second, in which an echo is found, where there is one: who wears a
headset must lose no word to a canceller that has nothing to do."""
_LOOK: Final = WEBRTC_RATE
"""Samples from one look for the echo's delay to the next."""
_AUDIBLE: Final = 1e-4
"""Root mean square of a frame that may have an echo: -80 dBFS."""
_TAIL: Final = 1.5 * WEBRTC_RATE
"""Samples after which nothing is left of the last echo."""
_RISE: Final = np.linspace(0, 1, FRAME, dtype=np.float32)
"""In which the canceller's output takes over from the plain sound, and the other way round."""


class EchoCanceller:
    """The microphone's sound at 16 kHz without the echo of the speakers', which are another lane.

    As many samples come out as go in, in time: what is not done yet is held back until `flush`, at most
    30 ms where the speakers' sound is there in time, at most half a second where it is not. Sound during
    which the speakers are silent comes out as it went in.

    Both lanes count their samples from the same moment, but their devices are later than one another,
    by a time that nobody says and that grows or shrinks by some hundred parts in a million. It is looked
    for in the sound (`EchoDelay`) and followed sample by sample.

    Args:
        reference: what the speakers play; may be filled by another thread meanwhile.
        start: index of the microphone's first sample on the session clock, at 16 kHz.

    Raises:
        InputError: echo cancellation is not available on this computer.
    """

    def __init__(self, reference: EchoReference, start: int = 0) -> None:
        if not webrtc_available():
            raise echo_problem()
        self._reference = reference
        self._near = _Near(start)
        self._position = _FarPosition()
        self._processing: AudioProcessing | None = None
        self._residue = EchoResidue()
        self._waiting = np.empty(0, np.float32)
        self._heard: int | None = None
        """Where the speakers' last sound was, on their lane."""
        self._frames = 0
        self._needless = False
        """There is no echo in what the microphone hears."""

    def process(self, samples: Samples) -> Samples:
        """Take in the microphone's sound; return what is done, which may be nothing."""
        self._waiting = np.concatenate((self._waiting, samples))
        done = []
        while len(self._waiting) >= FRAME and self._may_go_on():
            frame, self._waiting = self._waiting[:FRAME], self._waiting[FRAME:]
            done.append(self._frame(frame))
        return np.concatenate(done) if done else np.empty(0, np.float32)

    def flush(self) -> Samples:
        """Return what was held back. Nothing may follow."""
        count = len(self._waiting)
        rest = np.pad(self._waiting, (0, -count % FRAME + 2 * FRAME))
        missing = self._near.missing + count
        done = [self._frame(frame) for frame in rest.reshape(-1, FRAME)]
        return np.concatenate(done)[:missing]

    def _may_go_on(self) -> bool:
        if self._heard is None or len(self._waiting) >= FRAME + PATIENCE:
            return True
        return self._position.of(self._near.stop) + FRAME <= self._reference.stop

    def _frame(self, near: Samples) -> Samples:
        far = self._far()
        if self._heard is None:
            return self._near.plain(near)
        if self._processing is None:
            self._processing = AudioProcessing(echo_cancellation=True)
        self._processing.far(far)
        self._processing.expect_delay(round(1000 * _LEAD / WEBRTC_RATE))
        clean = self._residue.silenced(near, self._processing.near(near))
        self._frames += 1
        done = self._near.plain(near) if self._needless else self._near.cleaned(near, clean)
        self._follow()
        return done

    def _far(self) -> Samples:
        """What the speakers played that may come as an echo within this frame or a little later."""
        start = self._position.of(self._near.stop)
        far = self._reference.take(start, FRAME)
        if _is_audible(far) or (self._heard is None and self._begins(start)):
            self._heard = start
        elif self._heard is not None and start - self._heard > _TAIL:
            self._heard = None
        return far

    def _begins(self, start: int) -> bool:
        """Whether the speakers have begun to play, although what belongs to this frame has not come yet."""
        stop = self._reference.stop
        return start - PATIENCE < stop < start + FRAME and _is_audible(
            self._reference.take(stop - FRAME, FRAME)
        )

    def _follow(self) -> None:
        often = _LOOK if self._position.known else _LOOK // 4
        if self._near.stop % often < FRAME and self._near.known >= _LOOK // 2:
            first = self._near.stop - SPAN
            far = self._reference.take(first - REACH, SPAN + 2 * REACH)
            self._position.look(self._near.last(SPAN), far)
            if self._position.known or self._frames >= _PLAIN_TO_SEE:
                self._needless = self._position.known is False
        if self._frames % _SLEW == 0:
            self._position.slew()


def _is_audible(far: Samples) -> bool:
    return float(np.sqrt(np.mean(np.square(far)))) > _AUDIBLE


class _FarPosition:
    """Which sound of the speakers goes together with a moment of the microphone."""

    def __init__(self) -> None:
        self._ahead = -_BEHIND
        """Samples by which it is later than the microphone's on the session clock."""
        self._delay = EchoDelay()

    def of(self, near: int) -> int:
        """Index on the speakers' lane, for the index `near` on the microphone's."""
        return near + self._ahead

    @property
    def known(self) -> bool | None:
        """Whether there is an echo in the microphone at all; None while nothing was heard there."""
        return True if self._delay.samples is not None else (False if self._delay.looked else None)

    def look(self, near: Samples, far: Samples) -> None:
        """Look for the delay; where the echo is out of reach, jump."""
        if self._delay.look(near, far) and not _LEAST_LEAD <= self._lead <= _MOST_LEAD:
            self._ahead += _LEAD - self._lead

    def slew(self) -> None:
        """Come closer to a good lead, by a sample."""
        least, most = _GOOD_LEAD
        if self._delay.samples is None:
            return
        if self._lead > most:
            self._ahead -= 1
        elif self._lead < least:
            self._ahead += 1

    @property
    def _lead(self) -> int:
        """How much later the echo comes than the sound that was given to the canceller."""
        return self._ahead + (self._delay.samples or 0)


class _Near:
    """The microphone's sound, plain and without echo, and which of the two comes out."""

    def __init__(self, start: int) -> None:
        self.stop = start
        """Index after the last sample that came in."""
        self.known = 0
        """Samples that came in."""
        self._history = np.zeros(SPAN, np.float32)
        self._given = 0
        """Samples that went out."""
        self._last = np.float32(0)
        self._share = 0.0
        """How much of the canceller's sound is in what goes out."""

    @property
    def missing(self) -> int:
        """Samples that came in and did not go out yet."""
        return self.known - self._given

    def last(self, count: int) -> Samples:
        """The last samples that came in, at most `SPAN`."""
        return self._history[-count:]

    def plain(self, near: Samples) -> Samples:
        """A frame that holds no echo; all of it may go out."""
        self._take(near)
        held = self._history[len(self._history) - self.missing :].copy()
        # The canceller's sound stops where it is, and the plain sound rises from there.
        return self._give(held, np.full(len(held), self._last, np.float32), 0.0)

    def cleaned(self, near: Samples, clean: Samples) -> Samples:
        """A frame and what the canceller made of it, which belongs `_DELAY` samples earlier."""
        self._take(near)
        stop = self.known - _DELAY
        count = stop - self._given
        if count <= 0:
            return np.empty(0, np.float32)
        plain = self._history[len(self._history) - _DELAY - count : len(self._history) - _DELAY]
        missed = max(0, count - len(clean))
        clean = np.concatenate((plain[:missed], clean[len(clean) - (count - missed) :]))
        return self._give(plain, clean, 1.0)

    def _take(self, near: Samples) -> None:
        self._history = np.concatenate((self._history[len(near) :], near))
        self.stop += len(near)
        self.known += len(near)

    def _give(self, plain: Samples, clean: Samples, share: float) -> Samples:
        self._given += len(plain)
        done = (clean if share else plain) if share == self._share else self._blend(plain, clean, share)
        self._last = done[-1]
        return done

    def _blend(self, plain: Samples, clean: Samples, share: float) -> Samples:
        rise = np.clip(self._share + (share - self._share) * np.resize(_RISE, len(plain)), 0.0, 1.0)
        rise[FRAME:] = share
        self._share = share if len(plain) >= FRAME else float(rise[-1])
        blend: Samples = plain + (clean - plain) * rise
        return blend
