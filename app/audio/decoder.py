"""FFmpeg's libraries: a recording to blocks of samples with their time kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error
import numpy as np

from app.audio.file_facts import wav_duration
from app.audio.media_errors import explain, interrupted, no_sound, nothing_decoded
from app.audio.timeline import Timeline
from app.domain.audio import AudioFormat

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame as Decoded
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

_BLOCK_SECONDS = 0.5
_MICROSECONDS = 1_000_000
_CUT_OFF = 1.0
"""Seconds that may be missing at the end before it is worth a word."""
_UNSURE = 0.02
"""Part of the length by which a file that only estimates it may be wrong."""
_SEAMLESS = ("flac", "mp3", "aac")
"""Formats in which time stamps only count samples, so that a hole is damage."""
_FULL_SCALE = np.float32(2**31)
_NOTHING = np.empty(0, np.float32)
# Nothing but files: some formats are lists of addresses, which would be fetched.
_ONLY_FILES = {"protocol_whitelist": "file"}


class Decoder:
    """Decodes the first sound track of a recording.

    Attributes:
        format: its own rate; its own channels up to two, or one.
        duration: seconds as the file says; None where it does not.
        warning: what is wrong with the recording, known after the last block.
        damages: how many places could not be decoded so far.

    Raises:
        InputError: it can't be opened, or has no sound track.
    """

    def __init__(self, path: Path) -> None:
        self.warning: str | None = None
        self.damages = 0
        self._path = path
        try:
            self._container: InputContainer = av.open(str(path.absolute()), options=_ONLY_FILES)
        except (OSError, ValueError, av.error.FFmpegError) as error:
            raise explain(path, error) from error
        try:
            self._stream = self._choose()
        except BaseException:
            self._container.close()
            raise
        channels = self._stream.channels
        self.format = AudioFormat(self._stream.rate, channels if channels <= 2 else 1)
        self.duration = self._duration()
        # Now, as the file may be gone at its end.
        self._declared = self._declared_duration()

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._container.close()

    def blocks(self) -> Iterator[Sound]:
        """Blocks of half a second, shape (n, channels); the last one may be shorter.

        Raises:
            InputError: the file can't be read any further.
        """
        enough = round(_BLOCK_SECONDS * self.format.rate)
        waiting: list[Sound] = []
        for piece in self._pieces():
            waiting.append(piece)
            while sum(map(len, waiting)) >= enough:
                # Exactly: whoever plays along would have a short slice to wait for at the end of each.
                sound = np.concatenate(waiting)
                yield sound[:enough]
                waiting = [sound[enough:]] if len(sound) > enough else []
        if waiting:
            yield np.concatenate(waiting)

    def _pieces(self) -> Iterator[Sound]:
        began = (self._container.start_time or 0) / _MICROSECONDS
        timeline = Timeline(self.format.rate, began, self.duration)
        converter = _Converter(self.format)
        for packet in self._packets():
            for frame in self._frames(packet):
                sound = converter.convert(frame)
                hole = timeline.hole_before(frame.time)
                if hole and timeline.position and self._container.format.name in _SEAMLESS:
                    self.damages += 1
                for piece in chain(self._silence(hole), [sound]):
                    timeline.advance(len(piece))
                    yield piece
        self._judge_end(timeline.position / self.format.rate)

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        try:
            yield from self._container.demux(self._stream)
        except av.error.InvalidDataError:
            self.warning = f"“{self._path.name}” is damaged; what comes after the damage can't be captioned."
        except (OSError, av.error.FFmpegError) as error:
            raise interrupted(self._path) from error

    def _frames(self, packet: Packet[AudioStream]) -> list[Decoded]:
        try:
            return list(packet.decode())
        except (OSError, ValueError, av.error.FFmpegError):
            self.damages += 1
            return []

    def _silence(self, samples: int) -> Iterator[Sound]:
        # In pieces, as a hole may be minutes long.
        piece = max(1, round(_BLOCK_SECONDS * self.format.rate))
        for begin in range(0, samples, piece):
            yield np.zeros((min(piece, samples - begin), self.format.channels), np.float32)

    def _judge_end(self, seconds: float) -> None:
        declared = self._declared
        short = declared is not None and declared - seconds > max(_CUT_OFF, _UNSURE * declared)
        # Where a recording was cut off, its last piece is broken, too.
        if declared is not None and short and self.damages <= 1:
            self.warning = (
                f"“{self._path.name}” seems to be cut off: "
                f"it ends after {_clock(seconds)}, but should be {_clock(declared)} long."
            )
        elif self.damages:
            self.warning = f"Parts of “{self._path.name}” are damaged; words may be missing there."

    def _choose(self) -> AudioStream:
        if not self._container.streams.audio:
            raise no_sound(self._path)
        chosen = self._container.streams.audio[0]
        if chosen.rate <= 0 or chosen.channels <= 0:
            raise nothing_decoded(self._path, damaged=True)
        for stream in self._container.streams:
            if stream is not chosen:
                # Pictures are not even read, where the format allows it.
                stream.discard = av.stream.Discard.all
        return chosen

    def _duration(self) -> float | None:
        if self._container.duration is not None:
            return self._container.duration / _MICROSECONDS
        return self._sound_duration()

    def _sound_duration(self) -> float | None:
        stream = self._stream
        if stream.duration is not None and stream.time_base is not None:
            return float(stream.duration * stream.time_base)
        # Matroska and WebM: `00:01:02.500000000`.
        parts = stream.metadata.get("DURATION", "").split(":")
        try:
            hours, minutes, seconds = map(float, parts)
        except ValueError:
            return None
        return hours * 3600 + minutes * 60 + seconds

    def _declared_duration(self) -> float | None:
        if self._container.format.name == "wav":
            return wav_duration(self._path, self.duration)
        # Pictures may go on after the sound has ended.
        return self._sound_duration() if self._container.streams.video else self.duration


class _Converter:
    """Decoded frames to samples, whatever their kind; it may change midway in a recorded broadcast."""

    def __init__(self, fmt: AudioFormat) -> None:
        self._format = fmt
        self._resamplers: dict[tuple[str, str, int], av.AudioResampler] = {}

    def convert(self, frame: Decoded) -> Sound:
        surround = frame.layout.nb_channels > 2
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind not in self._resamplers:
            # FFmpeg's mix of surround sound stays within full scale only for integers.
            layout = "stereo" if self._format.channels == 2 else "mono"
            self._resamplers[kind] = av.AudioResampler(
                "s32" if surround else "flt", layout, self._format.rate
            )
        pieces = [piece.to_ndarray().reshape(-1) for piece in self._resamplers[kind].resample(frame)]
        samples = np.concatenate(pieces, dtype=np.float32, casting="same_kind") if pieces else _NOTHING
        if surround:
            samples /= _FULL_SCALE
        return samples.reshape(-1, self._format.channels)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
