"""Does the frozen program do its job on its own? It is started with an empty environment and must caption.

python packaging/smoke.py [the program]
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FROZEN = ROOT / "dist" / "surtitle" / ("surtitle.exe" if sys.platform == "win32" else "surtitle")
# Windows can't start anything without its own folder.
EMPTY = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
PATIENCE = 60


class SmokeError(Exception):
    """The frozen program did not do what it should."""


def frozen(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end with nothing in its environment."""
    return subprocess.run(
        [program, *arguments],
        env=EMPTY,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def expect(condition: bool, what: str, seen: object) -> None:
    """Stop with what was seen, unless it holds."""
    if not condition:
        raise SmokeError(f"{what}; seen: {seen}")


def says_its_version(program: Path, folder: Path) -> None:
    """`--version` names the version of the source tree."""
    version = re.search(r'__version__ = "(.+)"', (ROOT / "app" / "__init__.py").read_text("utf-8"))
    answer = frozen(program, "--version")
    expect(answer.returncode == 0 and version is not None, "--version succeeds", answer)
    expect(version is not None and version[1] in answer.stdout, "--version names the version", answer.stdout)


def captions_the_sample(program: Path, folder: Path) -> None:
    """The model, the decoder and the sample are all inside."""
    out = folder / "sample.srt"
    answer = frozen(program, "transcribe", "sample", "-o", str(out), "--profile-dir", str(folder / "profile"))
    expect(answer.returncode == 0, "captioning the sample succeeds", answer)
    text = out.read_text("utf-8")
    words = re.sub(r"[^a-z ]", "", text.lower().replace("\n", " "))
    for phrase in ("best of times", "worst of times", "season of light", "before us"):
        expect(phrase in words, f"the captions hold '{phrase}'", text)
    times = re.findall(r"(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})", text)
    expect(bool(times) and times == sorted(times), "the captions are in order", times)
    expect(
        all(start < end for start, end in times) and times[-1][1] < "00:00:46", "the times are sane", times
    )


def reduces_noise(program: Path, folder: Path) -> None:
    """The native parts against noise are inside, too."""
    for stage in ("rnnoise", "webrtc"):
        answer = frozen(
            program, "transcribe", "sample", "--denoise", stage, "--profile-dir", str(folder / "profile")
        )
        expect(
            answer.returncode == 0 and "times" in answer.stdout, f"captioning with {stage} succeeds", answer
        )


def says_what_it_cannot_read(program: Path, folder: Path) -> None:
    """A missing file is a sentence and status 3, not a traceback."""
    answer = frozen(
        program, "transcribe", str(folder / "missing.wav"), "--profile-dir", str(folder / "profile")
    )
    expect(
        answer.returncode == 3 and "Traceback" not in answer.stderr, "a missing file is said plainly", answer
    )


def captions_in_the_window(program: Path, folder: Path) -> None:
    """The window opens (on no screen), paints a caption of the sample, and ends when it is told to."""
    trace, log, profile = folder / "trace.jsonl", folder / "window.log", folder / "profile"
    command = [str(program), "--listen", "sample", "--trace", str(trace), "--profile-dir", str(profile)]
    environ = {**EMPTY, "QT_QPA_PLATFORM": "offscreen"}
    with log.open("wb") as output:
        window = subprocess.Popen(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        seen = wait_for(lambda: painted(trace) or window.poll() is not None)
        alive = window.poll() is None
        ended = end(window)
    logs = [log, *sorted((profile / "logs").glob("*"))]
    said = "\n".join(file.read_text("utf-8", "replace") for file in logs)
    expect(seen and alive, "the window shows a caption", said)
    expect(ended, "the window ends when it is told to", said)


def wait_for(happened: Callable[[], bool]) -> bool:
    """Whether it happens within `PATIENCE` seconds."""
    last = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > last:
            return False
        time.sleep(0.1)
    return True


def end(window: subprocess.Popen[bytes]) -> bool:
    """Stop a program; whether it did so by itself."""
    window.terminate()
    try:
        window.wait(timeout=10)
    except subprocess.TimeoutExpired:
        window.kill()
        window.wait()
        return False
    return True


def painted(trace: Path) -> bool:
    """Whether the trace tells of a caption on the screen."""
    return trace.exists() and '"painted"' in trace.read_text("utf-8")


def main(program: Path) -> int:
    """Try all of it; the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        for check in (
            says_its_version,
            captions_the_sample,
            reduces_noise,
            says_what_it_cannot_read,
            captions_in_the_window,
        ):
            try:
                check(program, Path(folder))
            except (SmokeError, OSError, subprocess.TimeoutExpired) as error:
                print(f"FAILED {check.__name__}: {error}")
                return 1
            print(f"passed {check.__name__}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else FROZEN))
