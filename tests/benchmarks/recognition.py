"""The embedded engine: right, early, calm, fast, and the same after hours.

`python -m tests.benchmarks.recognition [--long]`; the long part feeds two hours of sound and plays in real
time. Accuracy and delay need recordings with words: see `speech`.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.events import Event, Final
from app.domain.request import RecognitionRequest
from app.engines.listening import Listening
from app.engines.moonshine import MoonshineEngine, MoonshineModel
from app.engines.moonshine_native import Decoder, Library, SpeechDetector
from tests.benchmarks.recognition_live import (
    Seen,
    SimulatedClock,
    erased,
    first_shown,
    median,
    percentile,
    play,
)
from tests.benchmarks.rows import Row
from tests.benchmarks.speech import FOLDER_VARIABLE, Recording, errors, load, packaged, recordings

BUSY = "while True: pass"
HOURS = 2.0


def run(long: bool | None = None) -> list[Row]:
    """All figures; the long ones only where asked for, or with `SURTITLE_LONG` set."""
    long = bool(os.environ.get("SURTITLE_LONG")) if long is None else long
    spoken = recordings()
    rows = _accuracy(spoken) + _delay(spoken) if spoken else []
    if not (spoken and long):
        without = [FOLDER_VARIABLE] * (not spoken) + ["SURTITLE_LONG"] * (not long)
        sys.stderr.write(f"recognition: some figures are left out without {' and '.join(without)}\n")
    rows += _speed() + _beside_a_busy_core(spoken or [_unknown_words()])
    return rows + _memory() + _real_time(spoken) if long else rows


def _accuracy(spoken: list[Recording]) -> list[Row]:
    library = Library()
    handle = library.load({"return_audio_data": "false"})
    yardstick = _word_errors(spoken, lambda recording: _one_shot(library, handle, recording.samples))
    library.call("free_transcriber", handle)
    ours = _word_errors(spoken, lambda recording: caption_text(recording.samples))
    return [
        Row("word errors, library's own one-shot call", yardstick, "%"),
        Row("word errors, recordings", ours, "%"),
        Row("word errors, recordings, above the library's own", ours - yardstick, "points", 1.0),
    ]


def _delay(spoken: list[Recording]) -> list[Row]:
    library = Library()
    decoder = Decoder(library)
    seen = [(recording, _live(library, decoder, recording.samples)) for recording in spoken]
    decoder.close()
    delays = [delay for recording, one in seen for delay in first_shown(recording, one)]
    taken_back, stayed = (sum(counts) for counts in zip(*(erased(one) for _, one in seen), strict=True))
    finals = [now - final.end for _, one in seen for now, final in one.finals]
    wrong = [errors(recording.text, one.text) for recording, one in seen]
    return [
        Row("word errors, live", 100 * sum(w for w, _ in wrong) / sum(n for _, n in wrong), "%"),
        Row("first shown after it was said, median", median(delays), "s", 0.7),
        Row("first shown after it was said, 95 of 100", percentile(delays, 0.95), "s"),
        Row("final after the line was said, median", median(finals), "s"),
        Row("words taken back / words that stayed", taken_back / stayed, "", 0.3),
        Row("worker's share of the time", sum(o.busy for _, o in seen) / sum(r.seconds for r, _ in seen), ""),
    ]


def _speed() -> list[Row]:
    code = "from tests.benchmarks.recognition import one_core; print(one_core())"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [Row("recording, one core", float(answer.stdout), "x real time", 5.0)]


def one_core() -> float:
    """Times real time that the sample is captioned with all threads on one core."""
    samples = load(packaged("two_cities.wav"))

    async def caption() -> float:
        model = MoonshineModel()
        await model.prepare()
        _pin_all_threads(max(os.sched_getaffinity(0)))
        began = time.monotonic()
        await MoonshineEngine(model, RecognitionRequest()).run(_Frames(samples, 10.0), _nobody)
        seconds = time.monotonic() - began
        model.close()
        return seconds

    return len(samples) / SPEECH_RATE / asyncio.run(caption())


def _beside_a_busy_core(spoken: list[Recording]) -> list[Row]:
    library = Library()
    decoder = Decoder(library)
    with _busy_core():
        seen = [_live(library, decoder, recording.samples) for recording in spoken if recording.seconds > 9]
    decoder.close()
    lags = [lag for one in seen for lag in one.lags]
    return [
        Row("behind while the other core is busy, 95 of 100", percentile(lags, 0.95), "s"),
        Row("behind while the other core is busy, most", max(lags), "s", 3.0),
    ]


def _memory() -> list[Row]:
    samples = load(packaged("two_cities.wav"))
    process = psutil.Process()
    used: list[tuple[float, float]] = []

    def note(hours: float) -> None:
        used.append((hours, process.memory_info().rss / 1e6))

    _caption_all(_Repeated(samples, HOURS, note))
    settled = [(hours, megabytes) for hours, megabytes in used if hours > HOURS / 8]
    slope = float(np.polyfit(*map(np.array, zip(*settled, strict=True)), 1)[0])
    return [
        Row("memory after two hours", used[-1][1], "MB"),
        Row("memory's growth", slope, "MB an hour", 5.0),
    ]


def _real_time(spoken: list[Recording]) -> list[Row]:
    """The engine itself against the wall clock: what the simulated clock promises must hold there."""
    lags: list[float] = []
    silence = np.zeros(SPEECH_RATE, np.float32)
    for recording in [r for r in spoken if r.seconds > 9]:
        frames = _Frames(np.concatenate((recording.samples, silence)), 0.05, paced=True)

        def final(event: Event, frames: _Frames = frames) -> None:
            if isinstance(event, Final):
                lags.append(time.monotonic() - frames.began - event.end)

        _caption_all(frames, final)
    return [Row("final after the line was said, wall clock, median", median(lags), "s")] if lags else []


class _Frames:
    """Sound in runs of `seconds`, as fast as it is asked for or at its own pace."""

    def __init__(self, samples: NDArray[np.float32], seconds: float, paced: bool = False) -> None:
        self._samples = samples
        self._block = round(seconds * SPEECH_RATE)
        self._paced = paced
        self._position = 0
        self.began = 0.0

    async def read(self, least: float = 0.0) -> AudioFrame | None:
        if self._position >= len(self._samples):
            return None
        stop = self._position + self._block
        if self._paced:
            self.began = self.began or time.monotonic()
            arrived = int((time.monotonic() - self.began) * SPEECH_RATE)
            await asyncio.sleep(max(0.0, (stop - arrived) / SPEECH_RATE))
            stop = max(stop, arrived // self._block * self._block)
        frame = AudioFrame(self._position, self._samples[self._position : stop])
        self._position = frame.stop
        return frame

    def rewind(self) -> None:
        """Never asked for."""


class _Repeated:
    """The same recording again and again, for hours of the session clock."""

    def __init__(self, samples: NDArray[np.float32], hours: float, note: Callable[[float], None]) -> None:
        self._samples = samples
        self._end = round(hours * 3600 * SPEECH_RATE)
        self._note = note
        self._position = 0

    async def read(self, least: float = 0.0) -> AudioFrame | None:
        self._note(self._position / SPEECH_RATE / 3600)
        if self._position >= self._end:
            return None
        frame = AudioFrame(self._position, self._samples)
        self._position = frame.stop
        return frame

    def rewind(self) -> None:
        """Never asked for."""


def caption_text(samples: NDArray[np.float32]) -> str:
    """What the embedded engine makes of a recording."""
    return _text(_caption(samples))


def _caption(samples: NDArray[np.float32]) -> list[Event]:
    events: list[Event] = []
    _caption_all(_Frames(samples, 10.0), events.append)
    return events


def _caption_all(frames: _Frames | _Repeated, emit: Callable[[Event], None] | None = None) -> None:
    async def caption() -> None:
        model = MoonshineModel()
        await MoonshineEngine(model, RecognitionRequest()).run(frames, emit or _nobody)
        model.close()

    asyncio.run(caption())


def _live(library: Library, decoder: Decoder, samples: NDArray[np.float32]) -> Seen:
    def listen(clock: SimulatedClock) -> Listening:
        return Listening(lambda: SpeechDetector(library), decoder.decode, clock=clock)

    return play(samples, listen)


def _word_errors(spoken: list[Recording], hear: Callable[[Recording], str]) -> float:
    counts = [errors(recording.text, hear(recording)) for recording in spoken]
    return 100 * sum(wrong for wrong, _ in counts) / sum(said for _, said in counts)


def _one_shot(library: Library, handle: int, samples: NDArray[np.float32]) -> str:
    sound = samples.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
    lines = library.ask("transcribe_without_streaming", handle, sound, len(samples), SPEECH_RATE, 0)
    return " ".join((line.text or b"").decode() for line in lines)


def _text(events: Iterable[Event]) -> str:
    return " ".join(event.text for event in events if isinstance(event, Final))


def _unknown_words() -> Recording:
    path = packaged("two_cities.wav")
    return Recording(path.name, load(path), "", ())


@contextmanager
def _busy_core() -> Iterator[None]:
    cores = sorted(os.sched_getaffinity(0))
    hog = subprocess.Popen([sys.executable, "-c", BUSY])
    os.sched_setaffinity(hog.pid, cores[-1:])
    try:
        yield
    finally:
        hog.kill()
        hog.wait()


def _pin_all_threads(core: int) -> None:
    # The library ties a thread of its own to a core, whatever the process was given.
    for task in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(task.name), [core])


def _nobody(event: Event) -> None:
    """Nobody listens."""


if __name__ == "__main__":
    for row in run(long="--long" in sys.argv):
        goal = "" if row.goal is None else f"goal {row.goal:g}"
        sys.stdout.write(f"{row.name:58} {row.value:10.3f} {row.unit:12} {goal}\n")
