from __future__ import annotations

from pathlib import Path

import pytest

from app.audio import availability
from app.audio.availability import denoise_problem, denoise_stages, webrtc_available
from app.domain.request import Denoise


@pytest.mark.parametrize(
    ("rnnoise", "webrtc", "stages"),
    [
        (True, True, tuple(Denoise)),
        (False, True, (Denoise.OFF, Denoise.WEBRTC)),
        (True, False, (Denoise.OFF, Denoise.RNNOISE, Denoise.AUTO)),
        (False, False, (Denoise.OFF,)),
    ],
)
def test_what_can_be_had_is_told_before_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch, rnnoise: bool, webrtc: bool, stages: tuple[Denoise, ...]
) -> None:
    monkeypatch.setattr(availability, "rnnoise_available", lambda: rnnoise)
    monkeypatch.setattr(availability, "webrtc_available", lambda: webrtc)
    assert denoise_stages() == stages
    for stage in Denoise:
        assert bool(denoise_problem(stage)) is (stage not in stages)


def test_webrtc_for_another_system_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "rtc" / "resources").mkdir(parents=True)
    monkeypatch.setattr(availability, "package_folder", lambda name: tmp_path)
    assert not webrtc_available()
    for name in ("liblivekit_ffi.so", "liblivekit_ffi.dylib", "livekit_ffi.dll"):
        (tmp_path / "rtc" / "resources" / name).touch()
    assert webrtc_available()
