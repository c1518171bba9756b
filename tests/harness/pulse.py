"""A PulseAudio of one's own: speakers, and a microphone into which tests can play."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.harness import require

SPEAKERS = "speakers"
"""The sink that is the default output; its monitor is `speakers.monitor`."""
SPEAKERS_NAME = "Test Speakers"
MICROPHONE_FEED = "micfeed"
"""The sink whose sound comes out of the microphone."""
MICROPHONE = "fakemic"
MICROPHONE_NAME = "Test Microphone"

# Without `norewinds` a null sink sends its first block only after up to 2 seconds.
_SETUP = f"""
load-module module-native-protocol-unix auth-anonymous=1 socket={{socket}}
load-module module-null-sink sink_name={SPEAKERS} norewinds=1 rate=48000 channels=2 \
sink_properties="device.description='{SPEAKERS_NAME}'"
load-module module-null-sink sink_name={MICROPHONE_FEED} norewinds=1 rate=48000 channels=1
load-module module-remap-source source_name={MICROPHONE} master={MICROPHONE_FEED}.monitor \
source_properties="device.description='{MICROPHONE_NAME}'"
set-default-sink {SPEAKERS}
set-default-source {MICROPHONE}
"""


class PulseServer:
    """A private sound server, used as a context manager.

    While it runs, this process and what it starts see its devices and no others.

    Attributes:
        env: what a subprocess needs to use this server, the rest of the environment included.
        folder: where its socket and its log are.
    """

    def __init__(self) -> None:
        # Not pytest's folder: the path of a socket must be shorter than 108 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="surtitle-pulse-"))
        self._settings = {
            "PULSE_SERVER": f"unix:{self.folder}/native",
            "PULSE_RUNTIME_PATH": str(self.folder),
            "PULSE_STATE_PATH": str(self.folder),
            "PULSE_COOKIE": str(self.folder / "cookie"),
        }
        self.env = {**os.environ, **self._settings}
        self.env.pop("PULSE_SOURCE", None)
        self._before: dict[str, str | None] = {}
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        self._before = {name: os.environ.get(name) for name in self._settings}
        os.environ.update(self._settings)
        _restart_portaudio()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _restart_portaudio()

    @contextmanager
    def halted(self) -> Iterator[None]:
        """The server hangs: it is there, and answers nobody."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._server.send_signal(signal.SIGCONT)

    def play(self, path: Path, sink: str = MICROPHONE_FEED) -> subprocess.Popen[bytes]:
        """Play a sound file; returns at once. Wait for the process to hear it all."""
        return subprocess.Popen(["paplay", "-d", sink, str(path)], env=self.env)

    def pactl(self, *arguments: str) -> str:
        """Run one command of the server's own tool."""
        command = ["pactl", *arguments]
        return subprocess.run(
            command, env=self.env, check=True, capture_output=True, text=True, timeout=10
        ).stdout.strip()

    def load(self, module: str, *arguments: str) -> str:
        """Load a module, such as one more sink or source, and return its number."""
        return self.pactl("load-module", module, *arguments)

    def add_microphone(
        self, name: str, description: str, channels: int = 1, rate: int = 48000, properties: str = ""
    ) -> str:
        """Plug in one more microphone and return the number to unload it by.

        What is played to the sink `<name>feed` comes out of it. `properties` are more of them than its name.
        """
        shape = (f"channels={channels}", f"rate={rate}")
        feed = self.load("module-null-sink", f"sink_name={name}feed", "norewinds=1", *shape)
        told = f"source_properties=\"device.description='{description}' {properties}\""
        self.load("module-remap-source", f"source_name={name}", f"master={name}feed.monitor", *shape, told)
        return feed

    def add_output(self, name: str, description: str, channels: int = 2, rate: int = 48000) -> str:
        """Plug in one more output and return the number to unload it by."""
        shape = (f"channels={channels}", f"rate={rate}")
        properties = f"sink_properties=\"device.description='{description}'\""
        return self.load("module-null-sink", f"sink_name={name}", "norewinds=1", *shape, properties)

    def unload(self, number: str) -> None:
        """Take away what `load` brought."""
        self.pactl("unload-module", number)

    def unplug(self, name: str) -> None:
        """Take away a microphone that `add_microphone` or `start_again` brought, with its feed."""
        lines = [line.split("\t") for line in self.pactl("list", "short", "modules").splitlines()]
        for number, _, arguments in (line[:3] for line in reversed(lines) if len(line) > 2):
            if f"source_name={name} " in f"{arguments} ":
                self.unload(number)
        for number, _, arguments in (line[:3] for line in reversed(lines) if len(line) > 2):
            if f"sink_name={name}feed " in f"{arguments} ":
                self.unload(number)

    def sources(self) -> list[str]:
        """Names of the microphones, and of the monitors of speakers."""
        return [line.split("\t")[1] for line in self.pactl("list", "short", "sources").splitlines()]

    def kill(self) -> None:
        """Let the server crash. May be called twice."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(timeout=10)
            self._server = None

    def start_again(self) -> None:
        """Start the server anew, as the system does after a crash."""
        self._start()

    def stop(self) -> None:
        """End the server, as a crash would for those who use it. May be called twice."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        require("pulseaudio", "pactl", "paplay")
        script = self.folder / "setup.pa"
        script.write_text(_SETUP.format(socket=self.folder / "native"), encoding="utf-8")
        command = ["pulseaudio", "-n", "-F", str(script), "--exit-idle-time=-1", "--daemonize=no"]
        command += ["--use-pid-file=no", "--disable-shm=yes"]
        environment = {**self.env, "XDG_RUNTIME_DIR": str(self.folder), "HOME": str(self.folder)}
        log = (self.folder / "log").open("wb")
        with log:
            self._server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            ready = subprocess.run(
                ["pactl", "info"], env=self.env, capture_output=True, check=False, timeout=10
            )
            if ready.returncode == 0 and MICROPHONE in ready.stdout.decode():
                return
            time.sleep(0.02)
        log = (self.folder / "log").read_text(errors="replace")
        raise RuntimeError(f"PulseAudio did not start:\n{log}")


def _restart_portaudio() -> None:
    """PortAudio looks at the devices once, when it starts."""
    sounddevice = sys.modules.get("sounddevice")
    if sounddevice is not None:
        sounddevice._terminate()
        sounddevice._initialize()
