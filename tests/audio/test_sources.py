from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.audio.following import Following
from app.audio.media_file import MediaFile
from app.audio.pcm_stream import PcmStream
from app.audio.play_along import PlayAlong
from app.audio.sources import open_source
from app.domain.request import (
    LaneSource,
    MicrophoneSource,
    Pace,
    RecordingSource,
    SampleSource,
    StreamSource,
    SystemSource,
)


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        (MicrophoneSource("a"), Following),
        (RecordingSource(Path("a.wav")), MediaFile),
        (RecordingSource(Path("a.wav"), Pace.REALTIME), PlayAlong),
        (SampleSource(), MediaFile),
        (StreamSource(), PcmStream),
    ],
)
def test_every_choice_has_its_source(spec: LaneSource, kind: type) -> None:
    assert isinstance(open_source(spec), kind)


def test_only_a_device_sets_its_own_pace() -> None:
    specs = (MicrophoneSource(), SystemSource(), SampleSource(), StreamSource())
    assert [open_source(spec).live for spec in specs] == [True, True, False, False]


def test_the_window_need_not_wait_for_sound_libraries() -> None:
    code = """
import sys
import app.audio.availability, app.audio.bundled, app.audio.devices, app.audio.rnnoise, app.audio.sources
import app.audio.monitors
app.audio.availability.denoise_stages()
heavy = {"numpy", "av", "sounddevice", "soxr", "moonshine_voice", "livekit.rtc"}
sys.exit(", ".join(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=30)
    assert done.stderr.decode().strip() == ""
