"""A desktop of our own: Xvfb, a window manager and a compositor, away from anybody's real screen."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.harness import require

PATIENCE = 10.0
"""Seconds that anything on the display may take to happen."""

T = TypeVar("T")

_REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Display:
    """A running virtual display.

    Attributes:
        name: as in DISPLAY, e.g. `:7`.
    """

    name: str

    @property
    def env(self) -> dict[str, str]:
        """Environment for programs that shall appear on it."""
        kept = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
        return kept | {
            "DISPLAY": self.name,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_SESSION_TYPE": "x11",
            "LC_ALL": "C.UTF-8",
        }

    def run(self, *command: str) -> str:
        """Run a tool on the display; returns what it printed."""
        done = subprocess.run(
            command, env=self.env, check=True, capture_output=True, text=True, timeout=PATIENCE
        )
        return done.stdout.strip()

    def screenshot(self, path: Path) -> Path:
        """Write all of the screen as an image; the suffix picks the format."""
        self.run("import", "-window", "root", str(path))
        return path

    def color_at(self, x: int, y: int) -> tuple[int, int, int]:
        """Red, green and blue of a pixel, 0 to 255, as a person would see it."""
        pixel = subprocess.run(
            ["import", "-window", "root", "-crop", f"1x1+{x}+{y}", "-depth", "8", "rgb:-"],
            env=self.env,
            check=True,
            capture_output=True,
            timeout=PATIENCE,
        ).stdout
        return pixel[0], pixel[1], pixel[2]

    def window(self, title: str) -> str:
        """Wait for a visible window and return its id."""
        exact = f"^{title}$"
        return wait_for(lambda: self._tried("xdotool", "search", "--onlyvisible", "--name", exact), title)

    def active_window(self) -> str:
        """Id of the window that has the keyboard; empty if none has."""
        return self._tried("xdotool", "getactivewindow")

    def drag(self, start: tuple[int, int], stop: tuple[int, int]) -> None:
        """Press at `start`, pull to `stop` as a hand would, and let go."""
        self.run("xdotool", "mousemove", "--sync", *map(str, start), "mousedown", "1")
        for step in range(1, 9):
            x, y = (a + (b - a) * step // 8 for a, b in zip(start, stop, strict=True))
            self.run("xdotool", "mousemove", str(x), str(y), "sleep", "0.02")
        self.run("xdotool", "sleep", "0.1", "mouseup", "1")

    def _tried(self, *command: str) -> str:
        try:
            return self.run(*command).split("\n")[0]
        except subprocess.CalledProcessError:
            return ""


@contextmanager
def virtual_display(size: str = "1280x800x24", *, compositor: bool = True) -> Iterator[Display]:
    """Start a display, its window manager and its compositor; all are gone afterwards."""
    require("Xvfb", "openbox", "picom", "xdotool", "import")
    with ExitStack() as stack:
        display = stack.enter_context(_x_server(size))
        stack.enter_context(running(["openbox"], display.env))
        wait_for(lambda: display._tried("xdotool", "get_num_desktops"), "openbox")
        if compositor:
            stack.enter_context(
                running(["picom", "--backend", "xrender", "--config", "/dev/null"], display.env)
            )
            wait_for(lambda: _has_compositor(display), "picom")
        yield display


@contextmanager
def running(
    command: Sequence[str], env: dict[str, str], *, output: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[str]]:
    """Start a program; it is ended and waited for afterwards. `output` as in Popen's `stdout`."""
    with subprocess.Popen(
        command, env=env, cwd=_REPOSITORY, stdout=output, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(condition: Callable[[], T], what: str) -> T:
    """Wait until `condition` is true and return what it said."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := condition()):
        if time.monotonic() >= deadline:
            raise TimeoutError(f"{what} did not come within {PATIENCE:.0f} s")
        time.sleep(0.05)
    return answer


@contextmanager
def _x_server(size: str) -> Iterator[Display]:
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        try:
            with os.fdopen(reader) as numbers:
                number = numbers.readline().strip()
            if not number:
                raise RuntimeError("Xvfb did not start")
            yield Display(f":{number}")
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _has_compositor(display: Display) -> bool:
    """Whether somebody owns the selection that compositors must own."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = x11.XGetSelectionOwner.restype = ctypes.c_ulong
    connection = x11.XOpenDisplay(display.name.encode())
    if not connection:
        return False
    try:
        atom = x11.XInternAtom(ctypes.c_void_p(connection), b"_NET_WM_CM_S0", 0)
        return bool(x11.XGetSelectionOwner(ctypes.c_void_p(connection), ctypes.c_ulong(atom)))
    finally:
        x11.XCloseDisplay(ctypes.c_void_p(connection))
