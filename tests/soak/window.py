"""The window in an outage: the service is killed and started again, with pictures.

`python -m tests.soak.window FOLDER [RUN ...]`

The real program hears the sample through a virtual microphone; the service really recognizes. Prints
how many words differ from those of a run without a fault.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.audio.bundled import sample_path
from app.settings import Settings
from tests.benchmarks.speech import errors
from tests.harness.display import Display, running, virtual_display, wait_for
from tests.harness.program import kept_words
from tests.harness.pulse import PulseServer
from tests.screenshot import SETTINGS
from tests.simulator import Process

SIZE = "1180x880x24"
SAMPLE_SECONDS = 44.5
SETTLED_SECONDS = 8.0
LAST_WORDS_SECONDS = 120.0
KEY = "sk-0123456789abcdef"


@dataclass(frozen=True)
class Outage:
    """One run.

    Attributes:
        times: how often the sample is played.
        dies, returns: seconds after the sound began at which the service goes and comes back.
        pictures: seconds at which one is taken.
    """

    name: str
    stand_in: bool
    times: int = 1
    dies: float | None = None
    returns: float = 0.0
    pictures: Sequence[float] = ()


CALM = Outage("calm", stand_in=False, pictures=(20,))
OUTAGES = (
    Outage("restart", stand_in=False, dies=9, returns=24, pictures=(8, 12, 22, 27, 32, 44)),
    Outage("minute", stand_in=True, times=2, dies=9, returns=69, pictures=(8, 11, 17, 40, 67, 74, 85)),
)


def main(folder: Path, names: Sequence[str]) -> None:
    """Run one after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    calm = caption(CALM, folder)
    print(f"{CALM.name}: {calm}", flush=True)
    for outage in OUTAGES:
        if not names or outage.name in names:
            heard = caption(outage, folder)
            wrong, said = errors(" ".join([calm] * outage.times), heard)
            print(f"{outage.name}: {wrong} of {said} words differ: {heard}", flush=True)


def caption(outage: Outage, folder: Path) -> str:
    """Let the program hear the sample while the service fails; returns what was captioned."""
    with tempfile.TemporaryDirectory() as home, PulseServer() as sound, virtual_display(SIZE) as display:
        profile, trace = Path(home) / "profile", Path(home) / "trace"
        (profile / "settings").mkdir(parents=True)
        (profile / "settings" / "settings.json").write_text(json.dumps(asdict(_settings(outage))))
        with _service() as (url, port), _program(display, sound, url, profile, trace):
            wait_for(lambda: trace.exists() and '"audio"' in trace.read_text(), "sound")
            _play(outage, sound, display, folder, port)
            display.run("xdotool", "key", "F5")
            text = _last_words(profile / "sessions")
            display.screenshot(folder / f"{outage.name}-end.png")
            (folder / f"{outage.name}.jsonl").write_text(trace.read_text())
        return text


def _settings(outage: Outage) -> Settings:
    return replace(SETTINGS, word_sets=(), chosen_set="", stand_in=outage.stand_in)


class _Service:
    """A service that can be killed and started again at the same address."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self.port = "0"
        self.start()

    def start(self) -> None:
        self._process = Process("--recognize", "speech", "--port", self.port)
        self._process.__enter__()
        self.url = self._process.url
        self.port = self.url.rsplit(":", 1)[1]

    def kill(self) -> None:
        if self._process is not None:
            self._process.__exit__()
            self._process = None


@contextmanager
def _service() -> Iterator[tuple[str, _Service]]:
    service = _Service()
    try:
        yield service.url, service
    finally:
        service.kill()


@contextmanager
def _program(display: Display, sound: PulseServer, url: str, profile: Path, trace: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "app", "--listen", "mic", "--engine", "qwen-asr", "--endpoint", url]
    command += ["--profile-dir", str(profile), "--trace", str(trace)]
    with running(command, {**sound.env, **display.env, "DASHSCOPE_API_KEY": KEY}):
        yield


def _play(outage: Outage, sound: PulseServer, display: Display, folder: Path, service: _Service) -> None:
    moments = [(at, "picture") for at in outage.pictures]
    moments += [(SAMPLE_SECONDS * n, "play") for n in range(outage.times)]
    if outage.dies is not None:
        moments += [(outage.dies, "kill"), (outage.returns, "start")]
    moments.append((SAMPLE_SECONDS * outage.times + 1, "end"))
    began = time.monotonic()
    players = []
    for at, what in sorted(moments):
        time.sleep(max(0.0, began + at - time.monotonic()))
        match what:
            case "picture":
                display.screenshot(folder / f"{outage.name}-{at:02.0f}.png")
            case "play":
                players.append(sound.play(sample_path()))
            case "kill":
                service.kill()
            case "start":
                service.start()
    for player in players:
        player.wait()


def _last_words(sessions: Path) -> str:
    """The captions, once no more come."""
    text, since, began = "", time.monotonic(), time.monotonic()
    while time.monotonic() - since < SETTLED_SECONDS and time.monotonic() - began < LAST_WORDS_SECONDS:
        now = kept_words(sessions)
        if now != text:
            text, since = now, time.monotonic()
        time.sleep(0.2)
    return text


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.soak.window", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("runs", nargs="*", help=", ".join(one.name for one in OUTAGES))
    wanted = parser.parse_args()
    main(wanted.folder, wanted.runs)
