"""What the tests of sound share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from app.audio import following as following_module
from app.audio.bundled import sample_path
from app.audio.following import Following
from app.audio.kind import Wish
from app.audio.media_file import MediaFile
from tests.audio.stage import Stage
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


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Following]]:
    # The test's own clock tells how long a wait was.
    monkeypatch.setattr(following_module, "_SLICE", 0.002)
    made: list[Following] = []

    def follow(stage: Stage, key: str | None = None, name: str = "") -> Following:
        def clock() -> float:
            # Waiting takes time, too.
            if following._source is None:
                stage.now += 0.01
            return stage.now

        following = Following(stage.kind(), Wish(key, name), clock=clock)
        stage.watching += 1
        made.append(following)
        return following

    yield follow
    for following in made:
        following.close()
