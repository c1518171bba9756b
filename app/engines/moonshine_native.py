"""The part of Moonshine's C interface that the embedded engine needs.

The package's own Python wrapper is left aside: it turns sound into Python lists while holding the
interpreter, sends each line again at every update, and probes the network when imported. Every call
here blocks, lets other threads run, and must come from one thread at a time.
"""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from app.domain.audio import SPEECH_RATE
from app.domain.errors import EngineError

if TYPE_CHECKING:
    from app.domain.audio import Samples

HOP: Final = 512
"""Samples that the speech detector judges at a time."""
HOP_SECONDS: Final = HOP / SPEECH_RATE

PACKAGE: Final = "moonshine_voice"
REINSTALL: Final = "Install the program again."

_HEADER_VERSION: Final = 30000
_TINY: Final = 0
_FORCE_UPDATE: Final = 1
_WARM_UP: Final = SPEECH_RATE // 2 // HOP * HOP
_SHORTEST: Final = 8 * HOP

_LIBRARIES: Final = {"Darwin": "libmoonshine.dylib", "Windows": "moonshine.dll"}

# All that is handed over is one line: where lines begin and end is decided elsewhere.
_DECODER_OPTIONS: Final = {
    "vad_threshold": "0",
    "vad_max_segment_duration": "0",
    "return_audio_data": "false",
}
# With a window of one hop and no limits, the "segments" are the detector's bare verdicts.
_DETECTOR_OPTIONS: Final = {
    "skip_transcription": "true",
    "vad_window_duration": "0.032",
    "vad_hop_size": str(HOP),
    "vad_look_behind_sample_count": str(HOP),
    "vad_max_segment_duration": "0",
    "return_audio_data": "false",
}

_Floats = ctypes.POINTER(ctypes.c_float)


class _Option(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("value", ctypes.c_char_p))


class _Line(ctypes.Structure):
    _fields_ = (
        ("text", ctypes.c_char_p),
        ("audio", _Floats),
        ("audio_count", ctypes.c_size_t),
        ("start", ctypes.c_float),
        ("duration", ctypes.c_float),
        ("id", ctypes.c_uint64),
        ("complete", ctypes.c_int8),
        ("updated", ctypes.c_int8),
        ("new", ctypes.c_int8),
        ("text_changed", ctypes.c_int8),
        ("speakers_changed", ctypes.c_int8),
        ("speakers", ctypes.c_void_p),
        ("speaker_count", ctypes.c_uint64),
        ("latency_ms", ctypes.c_uint32),
        ("words", ctypes.c_void_p),
        ("word_count", ctypes.c_uint64),
    )


class _Transcript(ctypes.Structure):
    _fields_ = (("lines", ctypes.POINTER(_Line)), ("line_count", ctypes.c_uint64))


_Answer = ctypes.POINTER(_Transcript)

_SIGNATURES: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "get_version": (ctypes.c_int32, ()),
    "error_to_string": (ctypes.c_char_p, (ctypes.c_int32,)),
    "load_transcriber_from_files": (
        ctypes.c_int32,
        (ctypes.c_char_p, ctypes.c_uint32, ctypes.POINTER(_Option), ctypes.c_uint64, ctypes.c_int32),
    ),
    "free_transcriber": (None, (ctypes.c_int32,)),
    "transcribe_without_streaming": (
        ctypes.c_int32,
        (ctypes.c_int32, _Floats, ctypes.c_uint64, ctypes.c_int32, ctypes.c_uint32, ctypes.POINTER(_Answer)),
    ),
    "create_stream": (ctypes.c_int32, (ctypes.c_int32, ctypes.c_uint32)),
    "free_stream": (ctypes.c_int32, (ctypes.c_int32, ctypes.c_int32)),
    "start_stream": (ctypes.c_int32, (ctypes.c_int32, ctypes.c_int32)),
    "transcribe_add_audio_to_stream": (
        ctypes.c_int32,
        (ctypes.c_int32, ctypes.c_int32, _Floats, ctypes.c_uint64, ctypes.c_int32, ctypes.c_uint32),
    ),
    "transcribe_stream": (
        ctypes.c_int32,
        (ctypes.c_int32, ctypes.c_int32, ctypes.c_uint32, ctypes.POINTER(_Answer)),
    ),
}


class Library:
    """The native library, loaded.

    Attributes:
        last_heard: which detector judged last. They all share one memory inside the library.

    Args:
        folder: where the package is, if not where Python finds it.

    Raises:
        EngineError: the package is missing or its library does not load on this machine.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.last_heard: object = None
        self._folder = folder or _package()
        path = self._folder / _LIBRARIES.get(platform.system(), "libmoonshine.so")
        try:
            self._functions = _functions(ctypes.CDLL(str(path)))
        except (OSError, AttributeError) as error:
            raise EngineError(f"The embedded recognizer does not load here: {error}.", REINSTALL) from error
        version = self._functions["get_version"]()
        if version != _HEADER_VERSION:
            raise EngineError(f"The embedded recognizer has an unexpected version: {version}.", REINSTALL)

    def load(self, options: dict[str, str]) -> int:
        """Load the English model with `options`; returns the transcriber's handle.

        Raises:
            EngineError: the model's files are missing or damaged.
        """
        pairs = [_Option(name.encode(), value.encode()) for name, value in options.items()]
        model = str(self._folder / "assets" / "tiny-en").encode()
        try:
            return self.call(
                "load_transcriber_from_files",
                model, _TINY, (_Option * len(pairs))(*pairs), len(pairs), _HEADER_VERSION,
            )  # fmt: skip
        except EngineError as error:
            raise EngineError("The embedded recognizer's model does not load.", REINSTALL) from error

    def call(self, function: str, *arguments: object) -> int:
        """Call a function that answers with a handle or, below zero, with an error.

        Raises:
            EngineError: the library refused.
        """
        answer = self._functions[function](*arguments)
        if answer is not None and answer < 0:
            said = self._functions["error_to_string"](answer)
            reason = said.decode(errors="replace") if said else f"error {answer}"
            raise EngineError(f"The embedded recognizer failed: {reason}.", "Start captions again.")
        return int(answer or 0)

    def ask(self, function: str, *arguments: object) -> list[_Line]:
        """Call a function that answers with lines; they are good until the next call.

        Raises:
            EngineError: the library refused.
        """
        answer = _Answer()
        self.call(function, *arguments, ctypes.byref(answer))
        return answer.contents.lines[: answer.contents.line_count] if answer else []


class Decoder:
    """Turns a stretch of sound into text, all at once.

    Raises:
        EngineError: the model does not load.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._handle = library.load(_DECODER_OPTIONS)

    def decode(self, samples: Samples) -> str:
        """Text of `samples`, shape (n,) at 16 kHz; empty where nothing was said.

        Raises:
            EngineError: the library refused.
        """
        # The library leaves out what does not fill its last hop, and fails on less than two.
        padding = max(-len(samples) % HOP, _SHORTEST - len(samples))
        whole = np.pad(samples, (0, padding)).astype(np.float32, copy=False)
        lines = self._library.ask(
            "transcribe_without_streaming",
            self._handle, whole.ctypes.data_as(_Floats), len(whole), SPEECH_RATE, 0,
        )  # fmt: skip
        text = b" ".join(line.text or b"" for line in lines).decode(errors="ignore")
        # The model sometimes doubles its commas, or answers a noise with a lone full stop.
        return text.replace(",,", ",").strip() if any(map(str.isalnum, text)) else ""

    def close(self) -> None:
        """Free the model."""
        self._library.call("free_transcriber", self._handle)


class SpeechDetector:
    """Says of each hop of a lane whether somebody speaks; remembers what came before.

    Args:
        lifetime: hops after which the library's stream is renewed, so that hours cost what minutes do.

    Raises:
        EngineError: the library refused.
    """

    def __init__(self, library: Library, lifetime: int = 60 * SPEECH_RATE // HOP) -> None:
        self._library = library
        self._lifetime = lifetime
        self._handle = library.load(_DETECTOR_OPTIONS)
        self._stream = library.call("create_stream", self._handle, 0)
        self._hops = 0
        self._recent: Samples = np.zeros(_WARM_UP, np.float32)
        self._start()

    def judge(self, samples: Samples) -> list[bool]:
        """Verdict on each hop of `samples`, shape (n,), n a multiple of `HOP`.

        Raises:
            EngineError: the library refused.
        """
        if self._hops >= self._lifetime:
            # The library lists every stretch of speech of a stream and copies the list at each call.
            self._start()
        if self._library.last_heard is not self or not self._hops:
            # What was heard last is heard again: then the verdicts are as if nothing came in between.
            self._library.last_heard = self
            self._judge(self._recent)
        self._recent = np.concatenate((self._recent, samples))[-_WARM_UP:]
        return self._judge(samples)

    def close(self) -> None:
        """Free the detector."""
        self._library.call("free_stream", self._handle, self._stream)
        self._library.call("free_transcriber", self._handle)

    def _start(self) -> None:
        self._library.call("start_stream", self._handle, self._stream)
        self._hops = 0

    def _judge(self, samples: Samples) -> list[bool]:
        before = self._hops
        self._hops += len(samples) // HOP
        stream = self._handle, self._stream
        sound = np.ascontiguousarray(samples, np.float32)
        self._library.call(
            "transcribe_add_audio_to_stream",
            *stream,
            sound.ctypes.data_as(_Floats),
            len(sound),
            SPEECH_RATE,
            0,
        )
        verdicts = [False] * (self._hops - before)
        for line in self._library.ask("transcribe_stream", *stream, _FORCE_UPDATE):
            first = round(line.start / HOP_SECONDS)
            # The hop that ended a stretch is counted in, though it is silent.
            last = round((line.start + line.duration) / HOP_SECONDS) - bool(line.complete)
            for hop in range(max(first, before), last):
                verdicts[hop - before] = True
        return verdicts


def _package() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EngineError("The embedded recognizer is not installed.", REINSTALL)
    return Path(spec.submodule_search_locations[0])


def give_back_memory() -> None:
    """Hand back what only the loading of a model needed: glibc would keep it for good (15 MB)."""
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _functions(library: ctypes.CDLL) -> dict[str, Any]:
    functions = {}
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, f"moonshine_{name}")
        function.restype, function.argtypes = result, arguments
        functions[name] = function
    return functions
