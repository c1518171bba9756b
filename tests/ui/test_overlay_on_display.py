"""What only a desktop shows: translucency, stacking, focus, and who moves the window."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.ui.theme import OverlayColours
from tests.harness.display import Display, running, virtual_display, wait_for
from tests.ui.overlay_on_display import PLACE

pytestmark = pytest.mark.desktop

RED, BLUE = (255, 0, 0), (0, 0, 255)
BARE = (700, 420)
"""On the overlay, clear of the words and of the corners."""


@dataclass(frozen=True)
class Seen:
    """The overlay on a display, above a red window that has the keyboard."""

    display: Display
    log: Path
    red: str
    overlay: str

    def told(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def wait_for_news(self, key: str) -> dict[str, object]:
        return wait_for(lambda: next((news for news in self.told() if key in news), None), key)

    def place(self) -> tuple[int, int, int]:
        """Left and top edge and width, as the desktop has it."""
        lines = self.display.run("xdotool", "getwindowgeometry", "--shell", self.overlay).split("\n")
        values = dict(line.split("=") for line in lines)
        return int(values["X"]), int(values["Y"]), int(values["WIDTH"])


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with virtual_display() as started:
        yield started


@pytest.fixture
def seen(display: Display, tmp_path: Path) -> Iterator[Seen]:
    log = tmp_path / "log"
    display.run("xdotool", "mousemove", "1200", "700")
    with running([sys.executable, "-m", "tests.ui.overlay_on_display", str(log)], display.env):
        red = display.window("Red")
        found = Seen(display, log, red, display.window("Surtitle captions"))
        wait_for(log.exists, "a first paint")
        wait_for(lambda: display.color_at(*BARE) != RED, "the overlay on screen")
        yield found


def test_what_is_behind_shines_through(seen: Seen) -> None:
    ink = (0x0A, 0x0C, 0x10)
    expected = [0.82 * dark + 0.18 * light for dark, light in zip(ink, RED, strict=True)]
    assert seen.display.color_at(*BARE) == pytest.approx(expected, abs=4)


def test_a_dialog_lies_above_it(seen: Seen) -> None:
    seen.display.run("xdotool", "key", "d")
    wait_for(lambda: seen.display.color_at(*BARE) == BLUE, "the dialog in sight")


def test_the_corners_are_round(seen: Seen) -> None:
    assert seen.display.color_at(PLACE.x + 1, PLACE.y + 1) == RED


def test_it_stays_above_a_window_that_is_activated(seen: Seen) -> None:
    before = seen.display.color_at(*BARE)
    seen.display.run("xdotool", "windowactivate", "--sync", seen.red, "windowraise", seen.red, "sleep", "0.3")
    assert seen.display.color_at(*BARE) == before


def test_it_never_takes_the_keyboard(seen: Seen) -> None:
    assert seen.display.active_window() == seen.red
    seen.display.run("xdotool", "mousemove", "--sync", *map(str, BARE), "click", "1", "sleep", "0.3")
    assert seen.display.active_window() == seen.red


def test_dragging_moves_it_and_the_place_is_told(seen: Seen) -> None:
    seen.display.drag(BARE, (BARE[0] + 80, BARE[1] + 40))
    x, y, width = seen.place()
    # A slow machine may tell of a rest on the way.
    told = {"x": x, "y": y, "width": width}
    wait_for(lambda: any(told.items() <= news.items() for news in seen.told()), "the new place")
    # A desktop takes over only after the pointer has gone a little way.
    assert (x, y) == (pytest.approx(PLACE.x + 80, abs=16), pytest.approx(PLACE.y + 40, abs=16))


def test_dragging_its_right_edge_resizes_it(seen: Seen) -> None:
    edge = (PLACE.x + PLACE.width - 3, BARE[1])
    seen.display.drag(edge, (edge[0] + 100, edge[1]))
    # A slow machine may tell of a rest on the way.
    wanted = pytest.approx(PLACE.width + 100, abs=16)
    wait_for(lambda: any(news.get("width") == wanted for news in seen.told()), "the new width")
    assert seen.place()[:2] == (PLACE.x, PLACE.y)


def test_the_tools_come_with_the_pointer_and_go_with_it(seen: Seen) -> None:
    close = (PLACE.x + PLACE.width - 40, PLACE.y + 12)
    tool = tuple(bytes.fromhex(OverlayColours().tool.removeprefix("#")))
    assert seen.display.color_at(*close) != tool
    seen.display.run("xdotool", "mousemove", "--sync", *map(str, BARE))
    wait_for(lambda: seen.display.color_at(*close) == tool, "the close tool")
    seen.display.run("xdotool", "mousemove", "--sync", "1200", "700")
    wait_for(lambda: seen.display.color_at(*close) != tool, "the close tool's leaving")


def test_the_close_tool_closes_it(seen: Seen) -> None:
    close = (PLACE.x + PLACE.width - 28, PLACE.y + 22)
    seen.display.run("xdotool", "mousemove", "--sync", *map(str, BARE), "sleep", "0.2")
    seen.display.run("xdotool", "mousemove", "--sync", *map(str, close), "click", "1")
    seen.wait_for_news("closed")
    wait_for(lambda: seen.display.color_at(*BARE) == RED, "the red window alone")
