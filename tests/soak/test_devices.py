"""Some minutes of microphones that come and go, made short; `make soak` runs the long ones."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.harness.pipewire import PipeWireServer
from tests.harness.pulse import PulseServer
from tests.soak.devices import session
from tests.soak.humming import hums

pytestmark = pytest.mark.xdist_group("sound")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [PulseServer, PipeWireServer], ids=["pulseaudio", "pipewire"])
def test_captions_go_on_whatever_is_pulled_out(kind: type[PulseServer], tmp_path: Path) -> None:
    hums(tmp_path)
    with kind() as server:
        report = asyncio.run(session(server, tmp_path, minutes=0.2, events=5, seed=8))
    assert report.faults == []
    assert len(report.took) >= 3
