"""`surtitle transcribe` and `surtitle devices`, as scripts use them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soxr

from app.audio.bundled import sample_path
from tests.harness.program import ROOT, run, start
from tests.outside.talk import write_talk

# One process: what they share is costly.
pytestmark = pytest.mark.xdist_group("transcribe")

OPENING = "it was the best of times it was the worst of times"


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def wav(path: Path, samples: bytes, rate: int = 16_000, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return path


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("sample")
    outputs = [argument for suffix in ("srt", "txt", "json") for argument in ("-o", folder / f"a.{suffix}")]
    result = run(
        "transcribe", "sample", *outputs, "--trace", folder / "trace.jsonl", profile=folder / "profile"
    )
    return result, folder


def test_the_sample_is_captioned_from_start_to_srt(
    sample: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    result, folder = sample
    assert (result.returncode, result.stderr) == (0, "")
    assert words(result.stdout).startswith(OPENING)
    srt = (folder / "a.srt").read_text()
    assert srt.startswith("1\n00:00:0")
    assert OPENING in words(re.sub(r"[\d:,]+ --> [\d:,]+", "", srt))
    assert words((folder / "a.txt").read_text()) == words(result.stdout)


def test_the_times_are_those_of_the_recording(sample: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    document = json.loads((sample[1] / "a.json").read_text())
    assert document["format"] == "surtitle"
    assert document["duration"] == pytest.approx(44.4, abs=0.1)
    segments = document["segments"]
    assert segments[0]["start"] == pytest.approx(1.17, abs=0.5)
    for one, following in pairwise(segments):
        assert one["start"] < one["end"] <= following["start"]
    assert segments[-1]["end"] <= document["duration"]


def test_the_trace_holds_sound_and_events(sample: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    lines = [json.loads(line) for line in (sample[1] / "trace.jsonl").read_text().splitlines()]
    heard = [line for line in lines if line["kind"] == "audio"]
    assert heard[0]["start"] == 0
    assert heard[-1]["end"] == pytest.approx(44.4, abs=0.1)
    # No word of partials: of a recording read fast, a computer may look at finished lines alone.
    events = [line["event"] for line in lines if line["kind"] == "event"]
    assert events.count("speechstarted") == events.count("final") >= len(sample[0].stdout.splitlines()) > 0


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    write_talk(path)
    return path


def test_standard_input_is_captioned(tmp_path: Path) -> None:
    with wave.open(str(sample_path())) as file:
        rate = file.getframerate()
        sound = np.frombuffer(file.readframes(round(rate * 5.5)), np.int16)
    speech = soxr.resample(sound, rate, 16_000).tobytes()
    process = start("transcribe", "-", "-o", tmp_path / "a.json", profile=tmp_path, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.buffer.write(speech + b"odd")
    process.stdin.close()
    process.stdin = None
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert words(out).startswith(OPENING)
    assert json.loads((tmp_path / "a.json").read_text())["duration"] == pytest.approx(5.5, abs=0.01)


def test_silence_is_no_error_and_says_so(tmp_path: Path) -> None:
    quiet = wav(tmp_path / "quiet.wav", bytes(64_000))
    result = run("transcribe", quiet, "-o", tmp_path / "a.srt", profile=tmp_path / "p")
    assert result.returncode == 0
    assert "No speech was found." in result.stderr
    assert (tmp_path / "a.srt").read_text() == ""


@pytest.mark.parametrize(
    "content", [None, b"", b"no recording at all\n" * 100], ids=["missing", "empty", "not a recording"]
)
def test_what_can_not_be_read_ends_with_3_and_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "talk.wav"
    if content is not None:
        path.write_bytes(content)
    result = run("transcribe", path, "-o", tmp_path / "a.srt", profile=tmp_path / "p")
    assert result.returncode == 3
    assert "talk.wav" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "a.srt").exists()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["transcribe", "sample", "-o", "captions.doc"], 2),
        (["transcribe", "sample", "--engine", "none"], 2),
        (["transcribe", "sample", "--language", "zh"], 2),
        (["transcribe", "sample", "--pace", "slow"], 2),
        (["transcribe"], 2),
        (["transcribe", "sample", "-o", "no/such/folder/a.srt"], 6),
        (["transcribe", "sample", "--hotwords", "none.txt"], 3),
    ],
)
def test_wrong_usage_is_told_before_anything_is_heard(
    tmp_path: Path, arguments: list[str], status: int
) -> None:
    result = run(*arguments, profile=tmp_path)
    assert result.returncode == status
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_a_file_that_can_not_be_written_in_the_end_costs_neither_the_captions_nor_the_other_file(
    tmp_path: Path,
) -> None:
    quiet = wav(tmp_path / "quiet.wav", bytes(32_000))
    result = run("transcribe", quiet, "-o", "/proc/a.srt", "-o", tmp_path / "b.srt", profile=tmp_path / "p")
    assert result.returncode == 6
    assert "/proc/a.srt can't be written" in result.stderr
    assert (tmp_path / "b.srt").exists()


def test_an_interrupt_writes_what_was_captioned_so_far(tmp_path: Path) -> None:
    process = start(
        "transcribe", "sample", "--pace", "realtime", "-o", tmp_path / "a.srt", profile=tmp_path / "p"
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert words(first) in words((tmp_path / "a.srt").read_text())


def test_a_reader_that_goes_away_does_not_cost_the_file(talk: Path, tmp_path: Path) -> None:
    process = start("transcribe", talk, "-o", tmp_path / "a.srt", profile=tmp_path / "p")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert OPENING in words((tmp_path / "a.srt").read_text().replace("-->", ""))


def test_a_full_disk_behind_standard_output_does_not_cost_the_file(talk: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = start("transcribe", talk, "-o", tmp_path / "a.srt", profile=tmp_path / "p", stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 6
    assert "standard output" in err
    assert OPENING in words((tmp_path / "a.srt").read_text().replace("-->", ""))


def test_a_trace_on_a_full_disk_costs_the_trace_alone(tmp_path: Path) -> None:
    quiet = wav(tmp_path / "quiet.wav", bytes(32_000))
    result = run(
        "transcribe", quiet, "-o", tmp_path / "a.srt", "--trace", "/dev/full", profile=tmp_path / "p"
    )
    assert result.returncode == 6
    assert "The trace can't be written to /dev/full: the disk is full." in result.stderr
    assert (tmp_path / "a.srt").exists()


def test_every_output_that_could_not_be_written_is_told_of(tmp_path: Path) -> None:
    quiet = wav(tmp_path / "quiet.wav", bytes(32_000))
    result = run("transcribe", quiet, "-o", "/proc/a.srt", "--trace", "/dev/full", profile=tmp_path / "p")
    assert result.returncode == 6
    assert len(re.findall(r"^surtitle: .*(?:/proc/a.srt|/dev/full)", result.stderr, re.MULTILINE)) == 2


def test_a_profile_folder_that_can_not_be_written_costs_the_log_alone(tmp_path: Path) -> None:
    quiet = wav(tmp_path / "quiet.wav", bytes(32_000))
    result = run("transcribe", quiet, "-o", tmp_path / "a.srt", profile=quiet / "p")
    assert result.returncode == 6
    assert result.stderr.startswith("surtitle: The log can't be kept in ")
    assert "one of its folders is a file" in result.stderr
    assert (tmp_path / "a.srt").exists()


def test_a_log_that_nobody_asked_for_is_no_failure(tmp_path: Path) -> None:
    quiet = wav(tmp_path / "quiet.wav", bytes(32_000))
    env = {**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(quiet)}
    command = [sys.executable, "-m", "app", "transcribe", str(quiet)]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert result.stderr.count("The log can't be kept") == 1


def test_nothing_outside_the_profile_folder_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    quiet = wav(tmp_path / "quiet.wav", bytes(3200))
    env = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": "",
        "XDG_DATA_HOME": "",
        "XDG_STATE_HOME": "",
        "XDG_CACHE_HOME": "",
    }
    assert run("transcribe", quiet, profile=tmp_path / "p", env=env).returncode == 0
    assert list(home.iterdir()) == []


def test_a_name_that_is_no_text_costs_no_captions(tmp_path: Path) -> None:
    named = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    wav(named, bytes(32_000))
    outputs = ("-o", tmp_path / "a.json", "-o", tmp_path / "a.srt")
    result = run("transcribe", named, *outputs, profile=tmp_path / "p")
    assert result.returncode == 0, result.stderr
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["title"] == "caf\N{REPLACEMENT CHARACTER}"
    assert (tmp_path / "a.srt").exists()


def test_devices_that_nobody_can_be_told_of_end_with_6(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = start("devices", "--json", profile=tmp_path, stdout=full)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 6
    assert "Standard output can't be written: the disk is full." in told
    assert "Exception" not in told


def test_a_recognizer_that_there_is_not_ends_with_2(tmp_path: Path) -> None:
    result = run("--engine", "nonsense", profile=tmp_path, env={"QT_QPA_PLATFORM": "offscreen"})
    assert result.returncode == 2
    assert "There is no recognizer called 'nonsense'." in result.stderr


def test_devices_are_listed_for_programs(tmp_path: Path) -> None:
    result = run("devices", "--json", profile=tmp_path, env={"PULSE_SERVER": "unix:/nowhere"})
    assert result.returncode == 0
    assert isinstance(json.loads(result.stdout), list)


@pytest.mark.parametrize("platform", ["", "xcb", "wayland"])
@pytest.mark.parametrize("display", ["", ":4711", "nonsense"])
@pytest.mark.parametrize("wayland", ["", "wayland-4711"])
def test_without_a_display_the_window_says_what_to_do(
    platform: str, display: str, wayland: str, tmp_path: Path
) -> None:
    env = {"DISPLAY": display, "WAYLAND_DISPLAY": wayland, "QT_QPA_PLATFORM": platform}
    result = run(profile=tmp_path, env=env)
    assert result.returncode == 2
    assert "surtitle transcribe" in result.stderr


def test_version_and_help_are_quick_and_import_nothing_heavy() -> None:
    code = """
import sys, app.__main__ as front_door
try:
    front_door.main(["--help"])
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(result.stderr.split())
    assert not loaded & {"numpy", "PySide6", "av", "moonshine_voice", "sounddevice", "soxr"}
    assert "transcribe" in result.stdout
