"""What the tests of sound share."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from app.audio.bundled import sample_path
from app.audio.media_file import MediaFile
from tests.harness.pipewire import PipeWireServer
from tests.harness.pulse import PulseServer


@pytest.fixture(scope="module")
def pulse() -> Iterator[PulseServer]:
    """A sound server with one microphone, kept through the tests of a file."""
    with PulseServer() as server:
        yield server


@pytest.fixture(params=[PulseServer, PipeWireServer], ids=["pulseaudio", "pipewire"])
def server(request: pytest.FixtureRequest) -> Iterator[PulseServer]:
    """A sound server of either kind, for one test that may do with it as it likes."""
    with request.param() as server:
        yield server


@pytest.fixture(scope="session")
def speech() -> np.ndarray:
    """Real speech: 44 s, mono, 48 kHz."""
    source = MediaFile(sample_path())
    source.open()
    samples = np.concatenate([block.samples[:, 0] for block in iter(source.read, None)])
    source.close()
    return samples
