"""What PortAudio can't say on Linux: microphones and outputs of PulseAudio and PipeWire, by name."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.domain.audio import AudioFormat

_PATIENCE = 3.0
"""Seconds that the sound server's tool may take to answer."""
_WIRELESS = re.compile(
    r'^\t(?:Name: bluez_|\tdevice\.bus = "bluetooth"|\tdevice\.api = "bluez|\tapi\.bluez5?\.)', re.MULTILINE
)
"""What the servers say of Bluetooth devices, and of nothing else."""
_SETTLED = 1.0
"""Seconds after which the tool surely listens to what the server announces."""
BETWEEN_LOOKS = 0.1
"""Seconds between two looks at what the tool has said: each block asks, and looking is what costs."""


@dataclass(frozen=True, slots=True)
class PulseSource:
    """A microphone as the sound server knows it, or the monitor of an output: all that it plays.

    Attributes:
        index: the server's number for it; never used twice while the server runs.
        name: stays the same across restarts.
        description: what a person calls it.
        muted: the server lets nothing of it through.
        wireless: it is a Bluetooth device's.
    """

    index: int
    name: str
    description: str
    format: AudioFormat
    default: bool
    muted: bool = False
    wireless: bool = False


def list_sources() -> list[PulseSource] | None:
    """Every microphone, the monitors of speakers left out; None where no server answers."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        # Not its JSON: that has "(null)" for every name with a letter outside ASCII.
        listing = pactl("list", "sources")
        default = pactl("get-default-source").strip()
    except (OSError, subprocess.SubprocessError):
        return None
    # By name, so that a number behind a description stays with its microphone.
    return sorted(parse_sources(listing, default), key=_name)


def list_monitors() -> list[PulseSource] | None:
    """The monitor of every output, described as the output is; None where no server answers."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        sources, sinks = pactl("list", "sources"), pactl("list", "sinks")
        default = pactl("get-default-sink").strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return sorted(parse_monitors(sources, sinks, default), key=_name)


def lets_nobody_in() -> bool:
    """Whether there is a server that refuses to talk to us, as in a sandbox without that permission."""
    try:
        pactl("info")
    except subprocess.CalledProcessError as error:
        return "Access denied" in str(error.stderr)
    except (OSError, subprocess.SubprocessError):
        return False
    return False


def has_alsa_plugin() -> bool:
    """Whether ALSA's way to the sound server, which PortAudio takes, is surely installed."""
    plugins = ("lib/*/alsa-lib", "lib64/alsa-lib", "lib/alsa-lib")
    return any(any(Path("/usr").glob(f"{folder}/libasound_module_pcm_pulse.so")) for folder in plugins)


def parse_sources(listing: str, default: str) -> list[PulseSource]:
    """Read what `pactl list sources` says in the C locale; `default` is a source's name."""
    return [
        _source(entry, shape, entry.get("Description", ""), entry["Name"] == default)
        for entry, shape in _sources(listing)
        if entry.get("Monitor of Sink") == "n/a"
    ]


def parse_monitors(sources: str, sinks: str, default: str) -> list[PulseSource]:
    """Read what `pactl list` says of sources and sinks in the C locale; `default` is a sink's name."""
    # The monitor's own description says "Monitor of" in the language of whoever started the server.
    known = {sink.get("Name"): sink for sink in _entries(sinks, "Sink")}
    return [
        _source(
            {**entry, "text": known[sink]["text"]}, shape, known[sink].get("Description", ""), sink == default
        )
        for entry, shape in _sources(sources)
        if (sink := entry.get("Monitor of Sink")) in known
    ]


def _sources(listing: str) -> Iterator[tuple[dict[str, str], AudioFormat]]:
    for entry in _entries(listing, "Source"):
        shape = re.search(r"(\d+)ch (\d+)Hz", entry.get("Sample Specification", ""))
        if "Name" in entry and shape is not None:
            yield entry, AudioFormat(rate=int(shape[2]), channels=int(shape[1]))


def _entries(listing: str, kind: str) -> Iterator[dict[str, str]]:
    for index, text in re.findall(rf"^{kind} #(\d+)\n((?:\t.*\n?|\n)+)", listing, re.MULTILINE):
        fields = dict(re.findall(r"^\t([A-Z][\w ]+): (.*)$", text, re.MULTILINE))
        yield {**fields, "index": index, "text": text}


def _source(entry: dict[str, str], fmt: AudioFormat, description: str, default: bool) -> PulseSource:
    name = entry["Name"]
    told = description if description not in ("", "(null)") else name
    muted = entry.get("Mute") == "yes" or _turned_down(entry.get("Volume", ""))
    wireless = _WIRELESS.search(entry["text"]) is not None
    return PulseSource(int(entry["index"]), name, told, fmt, default, muted, wireless)


def _name(source: PulseSource) -> str:
    return source.name


def _turned_down(volume: str) -> bool:
    percents = re.findall(r"(\d+)%", volume)
    return bool(percents) and all(int(percent) == 0 for percent in percents)


class SourceWatch:
    """Notices that a microphone, or an output, was unplugged, which PulseAudio keeps to itself.

    The server silently hands another source to whoever recorded from the one that went.
    Needs no thread: `gone` looks at what the server's tool has printed so far.
    """

    def __init__(self, source: PulseSource) -> None:
        self._source = source
        self._needle = f"'remove' on source #{source.index}\n".encode()
        self._look_again = time.monotonic() + _SETTLED
        self._look_at = -math.inf
        self._gone = False
        self._heard = b""
        self._guard = threading.Lock()
        self._closed = False
        self._process = subprocess.Popen(
            ["pactl", "subscribe"],  # noqa: S607 - it lies where the distribution puts it
            env=tool_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        os.set_blocking(self._output, False)

    def gone(self) -> bool:
        """Whether the device has been taken away, as far as was known a tenth of a second ago.

        Costs a microsecond (once: a look at the list).
        """
        now = time.monotonic()
        if now >= self._look_at and not self._gone:
            self._look_at = now + BETWEEN_LOOKS
            self._gone = self._missed_it(now) or self._told()
        return self._gone

    def close(self) -> None:
        """Stop watching. May be called twice."""
        with self._guard:
            self._closed = True
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()

    def _told(self) -> bool:
        with self._guard, suppress(BlockingIOError):
            while not self._closed and (news := os.read(self._output, 65536)):
                self._heard += news
        told = self._needle in self._heard
        self._heard = self._heard[self._heard.rfind(b"\n") + 1 :]
        return told

    def _missed_it(self, now: float) -> bool:
        # It may have gone before the tool had begun to listen.
        if now < self._look_again:
            return False
        self._look_again = math.inf
        known = [list_sources(), list_monitors()]
        sources = [source for some in known for source in some or ()]
        return None not in known and all(source.index != self._source.index for source in sources)

    @property
    def _output(self) -> int:
        assert self._process.stdout is not None
        return self._process.stdout.fileno()


def pactl(*arguments: str) -> str:
    """What the sound server's own tool answers.

    Raises:
        OSError: the tool is missing.
        subprocess.SubprocessError: no server answers, or not so.
    """
    return subprocess.run(  # noqa: S603 - the arguments are ours
        ["pactl", *arguments],  # noqa: S607 - it lies where the distribution puts it
        env=tool_environment(),
        check=True,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_PATIENCE,
    ).stdout


def tool_environment() -> dict[str, str]:
    """What the sound server's own tool is run with."""
    # The tool's words are translated, and its numbers too; only this locale is the same everywhere.
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    if hasattr(sys, "_MEIPASS"):
        # A frozen program points the loader at its own libraries, which are not the tool's.
        environment.pop("LD_LIBRARY_PATH", None)
        if original := os.environ.get("LD_LIBRARY_PATH_ORIG"):
            environment["LD_LIBRARY_PATH"] = original
    return environment
