"""The embedded engine: Moonshine's English model, on this computer, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.errors import EngineError, UsageError
from app.domain.events import Connected
from app.domain.request import RecognitionRequest, base_language
from app.engines.base import Emit, EngineTraits, FrameSource
from app.engines.packets import Resampler

if TYPE_CHECKING:
    from app.domain.audio import Samples
    from app.engines.listening import Listening
    from app.engines.moonshine_native import Decoder, Library

P = ParamSpec("P")
T = TypeVar("T")

TRAITS: Final = EngineTraits(languages=("en",), offline=True)

ENGLISH_LETTERS: Final = 0.9
"""Share of letters without accents in what may be English."""
SHUT_DOWN: Final = "The embedded recognizer has been shut down."

LEAST: Final = SPEECH_RATE // 10
"""Samples worth a trip to the worker thread."""
MOST: Final = 2 * SPEECH_RATE
"""Samples taken there at once: what is said of them comes out before more is looked at."""


class MoonshineModel:
    """The model and the one thread that works with it; shared by sessions.

    Nothing is loaded and no thread runs before `prepare`.
    """

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="moonshine")
        self._loaded: tuple[Library, Decoder] | None = None

    async def prepare(self) -> None:
        """Load the model, unless it is loaded.

        Raises:
            EngineError: it is missing or does not load on this machine.
        """
        await self.work(self._load)

    async def work(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `job` in the worker thread. A caller that is cancelled does not wait for it.

        Raises:
            EngineError: the model was closed.
        """
        try:
            future = self._worker.submit(job, *args, **kwargs)
        except RuntimeError as error:
            raise EngineError(SHUT_DOWN) from error
        return await asyncio.wrap_future(future)

    def listen(self, start: int) -> Listening:
        """Begin to hear a lane whose first sample is `start`; after `prepare`.

        Raises:
            EngineError: the model was closed.
        """
        from app.engines.listening import Listening
        from app.engines.moonshine_native import SpeechDetector

        if self._loaded is None:
            raise EngineError(SHUT_DOWN)
        library, decoder = self._loaded
        return Listening(lambda: SpeechDetector(library), decoder.decode, start=start)

    def release(self, listening: Listening) -> None:
        """Let go of a lane once the worker thread is through with it; returns at once."""
        try:
            self._worker.submit(listening.close)
        except RuntimeError:
            # The model was closed, and everything with it.
            return

    def close(self) -> None:
        """Finish the work in hand, free the model and end the thread. May be called twice."""
        try:
            self._worker.submit(self._free)
        except RuntimeError:
            return
        self._worker.shutdown()

    def _load(self) -> tuple[Library, Decoder]:
        if self._loaded is None:
            # numpy and 90 MB of library and model: only now, and not on the loop's thread.
            from app.engines.moonshine_native import Decoder, Library, give_back_memory

            library = Library()
            self._loaded = library, Decoder(library)
            give_back_memory()
        return self._loaded

    def _free(self) -> None:
        if self._loaded is not None:
            self._loaded[1].close()
            self._loaded = None


def understands(language: str | None, words: str) -> bool:
    """Whether the model can do what is spoken: English.

    Args:
        language: what the user says is spoken; None where the user does not say.
        words: what another recognizer heard last; empty where nobody has heard anything.
    """
    if language:
        return base_language(language) in TRAITS.languages
    letters = [character for character in words if character.isalpha()]
    return sum(map(str.isascii, letters)) >= ENGLISH_LETTERS * len(letters)


class MoonshineEngine:
    """Recognizes English on this computer.

    Looks at the open line again and again, as often as the computer can, and always at the newest
    sound; so it may get later by a look, never without bound.

    Args:
        model: shared, loaded when first needed.
    """

    def __init__(self, model: MoonshineModel, request: RecognitionRequest) -> None:
        self._model = model
        self._request = request

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        """Recognize until `frames` ends and the last final is out.

        Raises:
            EngineError: the model is missing, does not load, or failed.
            UsageError: a language other than English was asked for.
        """
        if not understands(self._request.language, ""):
            raise UsageError(
                "The embedded recognizer understands English only.",
                "Choose English, or another recognizer.",
            )
        await self._model.prepare()
        emit(Connected())
        sound = _Sound(frames)
        await sound.gather()
        listening = self._model.listen(sound.start)
        try:
            while sound.pending:
                waiting = sound.pending / SPEECH_RATE
                for event in await self._model.work(listening.hear, sound.take(), waiting):
                    emit(event)
                await sound.gather()
            for event in await self._model.work(listening.finish):
                emit(event)
        finally:
            self._model.release(listening)


class _Sound:
    """Gathers frames into stretches that are worth a trip to the worker thread."""

    def __init__(self, frames: FrameSource) -> None:
        self.start = 0
        self._frames = frames
        self._resampler: Resampler | None = None
        self._pending: list[Samples] = []
        self._ended = False

    @property
    def pending(self) -> int:
        """Samples waiting to be taken."""
        return sum(map(len, self._pending))

    async def gather(self) -> None:
        """Wait until there is enough, or no more."""
        while self.pending < LEAST and not self._ended:
            frame = await self._frames.read((LEAST - self.pending) / SPEECH_RATE)
            if frame is None:
                self._end()
            else:
                self._keep(frame)

    def take(self) -> Samples:
        """The oldest sound, shape (n,)."""
        import numpy as np

        samples = np.concatenate(self._pending)
        self._pending = [samples[MOST:]] if len(samples) > MOST else []
        return samples[:MOST]

    def _keep(self, frame: AudioFrame) -> None:
        if self._resampler is None:
            self._resampler = Resampler(frame.rate, SPEECH_RATE)
            self.start = round(frame.start_seconds * SPEECH_RATE)
        self._pending.append(self._resampler.process(frame.samples))

    def _end(self) -> None:
        self._ended = True
        if self._resampler is not None:
            self._pending.append(self._resampler.flush())
