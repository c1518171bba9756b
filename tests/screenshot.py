"""`python -m tests.screenshot FILE [--dark]`: the picture in the README, from the real program at work.

A virtual display with a window manager and a compositor, speakers that play the sample, a virtual
microphone that somebody answers into, the window with the overlay below it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from app.audio.bundled import sample_path
from app.domain.request import Hotword, WordSet
from app.settings import AppearanceMode, OverlaySettings, Place, Settings
from tests.harness.display import running, virtual_display, wait_for
from tests.harness.pulse import SPEAKERS, PulseServer

SIZE = (1180, 880)
SPEECH_SECONDS = 27.5
"""How much of the sample is heard before the picture is taken."""
ANSWER_AFTER = 13.0
"""When somebody answers."""

SETTINGS = Settings(
    window=Place(left=50, top=40, width=1080, height=620),
    overlay=OverlaySettings(x=150, y=715, width=880),
    word_sets=(
        WordSet(
            "Reading group",
            (
                Hotword("Dickens", 5),
                Hotword("Tellson's Bank", 4),
                Hotword("Manette", 4),
                Hotword("Carton", 3),
            ),
            "A reading of A Tale of Two Cities, with talk about London and Paris in 1775.",
        ),
    ),
    chosen_set="Reading group",
)


WALLPAPER = f"""
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
desktop = QWidget()
desktop.setAttribute(Qt.WidgetAttribute.WA_X11NetWmWindowTypeDesktop)
desktop.setStyleSheet("background: qlineargradient(x1:0, y1:0, x2:1, y2:1, stop:0 #dbe4f0, stop:1 #4a5c80)")
desktop.setGeometry(0, 0, {SIZE[0]}, {SIZE[1]})
desktop.show()
application.exec()
"""
"""Neither light nor dark, so that the overlay can be seen to be translucent."""


def main(target: Path, appearance: AppearanceMode) -> None:
    """Let the program caption a meeting, and take the picture."""
    with tempfile.TemporaryDirectory() as folder, PulseServer() as sound:
        profile, trace = Path(folder) / "profile", Path(folder) / "trace"
        (profile / "settings").mkdir(parents=True)
        settings = asdict(replace(SETTINGS, appearance=appearance))
        (profile / "settings" / "settings.json").write_text(json.dumps(settings))
        with virtual_display(f"{SIZE[0]}x{SIZE[1]}x24") as display:
            command = [
                sys.executable,
                "-m",
                "app",
                "--listen",
                "meeting",
                "--profile-dir",
                profile,
                "--trace",
                trace,
            ]
            env = {**sound.env, **display.env}
            with running([sys.executable, "-c", WALLPAPER], env), running([*map(str, command)], env):
                wait_for(lambda: trace.exists() and '"audio"' in trace.read_text(), "sound")
                players = [sound.play(sample_path(), SPEAKERS)]
                time.sleep(ANSWER_AFTER)
                players.append(sound.play(sample_path().with_name("beckett.wav")))
                time.sleep(SPEECH_SECONDS - ANSWER_AFTER)
                target.parent.mkdir(parents=True, exist_ok=True)
                display.screenshot(target)
                for player in players:
                    player.kill()
                    player.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--dark", action="store_true")
    words = parser.parse_args()
    main(words.file, AppearanceMode.DARK if words.dark else AppearanceMode.LIGHT)
