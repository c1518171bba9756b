"""Sound made for tests, and recordings made of it."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000


def hum(seconds: float, rate: int = RATE, pitch: float = 300.0, loud: float = 0.5) -> NDArray[np.float32]:
    """A steady tone."""
    times = np.arange(round(seconds * rate)) / rate
    return (loud * np.sin(2 * np.pi * pitch * times)).astype(np.float32)


def chatter(seconds: float, rate: int = RATE, seed: int = 1) -> NDArray[np.float32]:
    """Noise as dull as speech that comes in syllables: no stretch of it looks like another."""
    random = np.random.default_rng(seed)
    noise = np.convolve(random.standard_normal(round(seconds * rate)), np.ones(rate // 2000), "same")
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * np.arange(len(noise)) / rate)
    return (0.5 * noise * syllables / np.abs(noise).max()).astype(np.float32)


def write_wav(path: Path, samples: NDArray[np.float32], rate: int = RATE) -> Path:
    """Write samples of shape (n,) or (n, channels) as 16-bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def write_media(
    path: Path,
    samples: NDArray[np.float32],
    codec: str,
    *,
    rate: int = RATE,
    holes: dict[float, float] | None = None,
    picture_seconds: float = 0.0,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a recording as the suffix of `path` says.

    Args:
        samples: shape (n,).
        holes: at so many seconds of sound, its time stamps jump by so many seconds.
        picture_seconds: length of a film that goes with it.
        options: of the container.
    """
    with av.open(str(path), "w", options=options or {}) as container:
        pictures = container.add_stream("mpeg4", 10) if picture_seconds else None
        if pictures is not None:
            pictures.width = pictures.height = 64
            pictures.pix_fmt = "yuv420p"
        if len(samples):
            _write_sound(container, samples, codec, rate, holes or {})
        for number in range(round(picture_seconds * 10)):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
            picture.pts = number
            container.mux(pictures.encode(picture))
        if pictures is not None:
            container.mux(pictures.encode(None))
    return path


def _write_sound(container, samples, codec, rate, holes) -> None:
    stream = container.add_stream(codec, rate, layout="mono")
    converter = av.AudioResampler(stream.format.name, "mono", rate, frame_size=stream.frame_size or 1024)
    shift = 0
    for begin in range(0, len(samples), 960):
        for seconds in [at for at in holes if begin >= at * rate]:
            shift += round(holes.pop(seconds) * rate)
        frame = av.AudioFrame.from_ndarray(samples[None, begin : begin + 960], "flt", "mono")
        frame.rate, frame.pts = rate, begin
        _mux(container, stream, converter.resample(frame), shift)
    _mux(container, stream, converter.resample(None), shift)
    container.mux(stream.encode(None))


def _mux(container, stream, pieces, shift) -> None:
    for piece in pieces:
        piece.pts += shift
        container.mux(stream.encode(piece))
