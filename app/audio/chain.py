"""From what a source delivers to what an engine hears: mono, denoised if wanted, at the lane's rate."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from app.audio.availability import denoise_problem
from app.audio.base import Block
from app.audio.denoise import Denoiser, denoiser
from app.audio.echo import ECHO_RATE, EchoCanceller
from app.audio.echo_reference import EchoReference
from app.audio.loudness import Loudness
from app.audio.mono import Mono
from app.audio.noise_estimate import NoiseJudge
from app.audio.resample import Resampler
from app.domain.audio import SILENCE, SPEECH_RATE, AudioFormat, AudioFrame
from app.domain.errors import InputError
from app.domain.noise import Denoising, Noise
from app.domain.request import Denoise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.domain.audio import Samples

_HISTORY_SECONDS = 0.5
"""Sound that a newly switched stage hears first, so that it starts in full swing."""
_RISE = np.linspace(0, 1, 160, dtype=np.float32)
"""10 ms in which one path takes over from another without a step in the sound."""
_NOTHING = np.empty(0, np.float32)
_HALF = 0.5
"""How much of the denoiser's output is heard where it was not the user who turned it on."""


class FrameChain:
    """Turns one source's blocks into frames, each beginning where the one before ended.

    However the denoise stage is switched, by the user or by itself, a frame's place is that of its sound in
    the input: after `flush`, round(input samples x lane's rate / source's rate) samples have come out.

    Args:
        fmt: what the source delivers.
        denoise: the stage to begin with.
        start: index of the first sample on the session clock, at `rate`.
        rate: samples a second of the frames.
        echo: what the speakers play meanwhile, which is taken out first; None where nothing is to be.

    Attributes:
        format: what the source delivers.
        level: how loud the last block was, before anything was done to it.
        mono: the last block as one channel at the source's rate, before anything else was done to it.
        denoising: what the denoise stage does just now.
        lost_seconds: sound that the source gave up; silence stands in for it.

    Raises:
        InputError: the stage, or taking out an echo, is not available on this computer.
    """

    def __init__(
        self,
        fmt: AudioFormat,
        denoise: Denoise = Denoise.OFF,
        start: int = 0,
        rate: int = SPEECH_RATE,
        echo: EchoReference | None = None,
    ) -> None:
        self.level = SILENCE
        self.mono: Samples = _NOTHING
        self.lost_seconds = 0.0
        self.denoise = denoise
        self.format = fmt
        self.rate = rate
        self.denoising = Denoising()
        self._mono = Mono(fmt.channels)
        self._loudness = Loudness(fmt.rate)
        self._echo = None if echo is None else _EchoStage(fmt.rate, round(start * ECHO_RATE / rate), echo)
        self._judge: NoiseJudge | None = None
        self._lane = _Lane(fmt.rate if echo is None else ECHO_RATE, rate)
        self._start = start

    @property
    def denoise(self) -> Denoise:
        """The denoise stage; may be switched from any thread and takes effect with the next block."""
        return self._denoise

    @denoise.setter
    def denoise(self, value: Denoise) -> None:
        problem = denoise_problem(value)
        if problem:
            raise InputError(problem, "Captions work without it.")
        self._denoise = value

    def process(self, block: Block) -> AudioFrame:
        """Take in a block; return the sound that is done by now, which may be empty."""
        clean = _clean(block.samples)
        mono = self._mono.mix(clean)
        self.level = self._loudness.take(clean, mono)
        if block.lost:
            self.lost_seconds += block.lost / self.format.rate
            mono = np.concatenate((np.zeros(block.lost, np.float32), mono))
        self.mono = mono
        self._decide(mono)
        return self._frame(self._lane.process(mono if self._echo is None else self._echo.process(mono)))

    def flush(self) -> AudioFrame:
        """Return the sound that was held back. Nothing may follow."""
        rest = _NOTHING if self._echo is None else self._lane.process(self._echo.flush())
        return self._frame(np.concatenate((rest, self._lane.flush())))

    def _decide(self, mono: Samples) -> None:
        """Switch the denoise stage, where the user or the noise wants it otherwise."""
        wanted = self._denoise
        if wanted is Denoise.AUTO:
            self._judge = self._judge or NoiseJudge(self.format.rate)
            self._judge.take(mono)
            steady = self._judge.noise is Noise.STEADY
            self._switch(Denoising(Denoise.RNNOISE if steady else Denoise.OFF, self._judge.noise), _HALF)
        else:
            self._judge = None
            self._switch(Denoising(wanted), 1.0)

    def _switch(self, denoising: Denoising, strength: float) -> None:
        if denoising != self.denoising:
            self.denoising = denoising
            self._lane.switch(denoising.stage, strength)

    def _frame(self, samples: Samples) -> AudioFrame:
        frame = AudioFrame(self._start, np.clip(samples, -1.0, 1.0), self.rate)
        self._start = frame.stop
        return frame


class _EchoStage:
    """Mono sound at the source's rate to sound at the canceller's, without the echo."""

    def __init__(self, rate: int, start: int, reference: EchoReference) -> None:
        self._resampler = Resampler(rate, ECHO_RATE)
        self._canceller = EchoCanceller(reference, start)

    def process(self, samples: Samples) -> Samples:
        return self._canceller.process(self._resampler.process(samples))

    def flush(self) -> Samples:
        rest = self._canceller.process(self._resampler.flush())
        return np.concatenate((rest, self._canceller.flush()))


class _Lane:
    """Mono sound at the source's rate to sound at the lane's, on a path that may be replaced midway."""

    def __init__(self, rate: int, target: int) -> None:
        self._rate = rate
        self._target = target
        self._stage = (Denoise.OFF, 1.0)
        self._path = _Path(rate, target)
        self._taken = 0
        """Samples that came in."""
        self._given = 0
        """Samples that went out."""
        self._reached = 0
        """Where the path's next sample belongs among them; behind `_given` after a switch."""
        self._history = _NOTHING
        self._primed = _NOTHING
        """What a new path made of the history."""
        self._last = np.float32(0)
        """The last sample that went out."""
        self._held = np.float32(0)
        """The last sample of the old path, from which the new one takes over."""
        self._rise = _NOTHING
        """How much of the new path is heard at first."""

    def process(self, samples: Samples) -> Samples:
        self._taken += len(samples)
        self._history = np.concatenate((self._history, samples))[-round(_HISTORY_SECONDS * self._rate) :]
        return self._give(self._path.process(samples))

    def flush(self) -> Samples:
        missing = self._place(self._taken) - self._given
        rest = self._give(self._path.flush())[:missing]
        return np.pad(rest, (0, missing - len(rest)))

    def switch(self, stage: Denoise, strength: float) -> None:
        """Let another path go on from here. What the old one held back, the new one says."""
        strength = 1.0 if stage is Denoise.OFF else strength
        if self._stage == (stage, strength):
            return
        self._stage = (stage, strength)
        origin = self._origin()
        self._path = _Path(
            self._rate, self._target, None if stage is Denoise.OFF else denoiser(stage, strength)
        )
        self._reached = self._place(origin)
        self._primed = self._path.process(self._history[len(self._history) - (self._taken - origin) :])
        self._held, self._rise = self._last, _RISE

    def _origin(self) -> int:
        # At a sample where both rates meet, so that the new path's samples fall where the old one's did.
        unit = self._rate // gcd(self._rate, self._target)
        origin = self._taken - len(self._history)
        shift = -origin % unit
        return origin + shift if shift < len(self._history) // 2 else origin

    def _place(self, taken: int) -> int:
        return (2 * taken * self._target + self._rate) // (2 * self._rate)

    def _give(self, samples: Samples) -> Samples:
        if len(self._primed):
            samples, self._primed = np.concatenate((self._primed, samples)), _NOTHING
        already = min(self._given - self._reached, len(samples))
        self._reached += len(samples)
        samples = samples[already:]
        if len(samples):
            samples = self._smooth(samples) if len(self._rise) else samples
            self._last = samples[-1]
        self._given += len(samples)
        return samples

    def _smooth(self, samples: Samples) -> Samples:
        # Between the two, so never louder than either.
        length = min(len(samples), len(self._rise))
        rise, self._rise = self._rise[:length], self._rise[length:]
        begin = samples[:length] + (self._held - samples[:length]) * (1 - rise)
        return np.concatenate((begin, samples[length:]))


class _Path:
    """The stages from the source's rate to the lane's."""

    def __init__(self, rate: int, target: int, denoise: Denoiser | None = None) -> None:
        self._stages: tuple[Resampler | Denoiser, ...] = (Resampler(rate, target),)
        if denoise is not None:
            self._stages = (Resampler(rate, denoise.rate), denoise, Resampler(denoise.rate, target))

    def process(self, samples: Samples) -> Samples:
        for stage in self._stages:
            samples = stage.process(samples)
        return samples

    def flush(self) -> Samples:
        rest = _NOTHING
        for stage in self._stages:
            rest = np.concatenate((stage.process(rest), stage.flush()))
        return rest


def _clean(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sound without what is no number or beyond full scale."""
    if max(samples.max(initial=0.0), -samples.min(initial=0.0)) <= 1.0:
        return samples
    # Above full scale, or not a number: then no comparison holds.
    return np.nan_to_num(np.clip(samples, -1.0, 1.0))
