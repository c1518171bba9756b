"""A PipeWire of one's own, which speaks PulseAudio's language: the same devices, the same way to use it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress

from tests.harness import require
from tests.harness.pulse import MICROPHONE, MICROPHONE_NAME, SPEAKERS, PulseServer

# In this order, each as soon as the one before can be talked to.
_SCRIPT = """
pipewire &
for _ in $(seq 200); do [ -S "$XDG_RUNTIME_DIR/pipewire-0" ] && break; sleep 0.05; done
wireplumber &
pipewire-pulse &
wait
"""
# Without Bluetooth nobody needs systemd-logind, which a container or a chroot does not have.
_NO_BLUETOOTH = "bluez_monitor.enabled = false\n"


class PipeWireServer(PulseServer):
    """A private PipeWire with its session manager and PulseAudio's protocol, used as a context manager."""

    def __init__(self) -> None:
        super().__init__()
        self._settings["PULSE_SERVER"] = f"unix:{self.folder}/pulse/native"
        self._settings["PULSE_RUNTIME_PATH"] = str(self.folder / "pulse")
        self.env.update(self._settings)

    def kill(self) -> None:
        """Let all of it crash. May be called twice."""
        if self._server is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait(timeout=10)
            self._server = None

    def _start(self) -> None:
        require("pipewire", "wireplumber", "pipewire-pulse", "dbus-run-session", "pactl", "paplay")
        (self.folder / "pulse").mkdir(mode=0o700, exist_ok=True)
        for socket in (*self.folder.glob("pipewire-0*"), *(self.folder / "pulse").glob("*")):
            socket.unlink()
        wishes = self.folder / "wireplumber" / "bluetooth.lua.d"
        wishes.mkdir(parents=True, exist_ok=True)
        (wishes / "60-no-bluetooth.lua").write_text(_NO_BLUETOOTH)
        folder = str(self.folder)
        homes = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), folder)
        with (self.folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                ["dbus-run-session", "--", "sh", "-c", _SCRIPT],
                env={**self.env, **homes},
                stdout=log,
                stderr=log,
                # A group of its own, so that no part of it outlives a crash.
                start_new_session=True,
            )
        self._wait_for("info")
        self.load("module-null-sink", f"sink_name={SPEAKERS}", "rate=48000", "channels=2")
        self.add_microphone(MICROPHONE, MICROPHONE_NAME)
        self._wait_for("list", "short", "sources", word=MICROPHONE)
        # Only the session manager can keep these, and it may still be on its way.
        self._wait_for("set-default-sink", SPEAKERS)
        self._wait_for("set-default-source", MICROPHONE)
        self._wait_for("get-default-source", word=MICROPHONE)

    def _wait_for(self, *command: str, word: str = "") -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            ready = subprocess.run(
                ["pactl", *command], env=self.env, capture_output=True, text=True, check=False, timeout=10
            )
            if ready.returncode == 0 and word in ready.stdout:
                return
            time.sleep(0.05)
        log = (self.folder / "log").read_text(errors="replace")
        raise RuntimeError(f"PipeWire did not start:\n{log}")
