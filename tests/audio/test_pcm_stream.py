from __future__ import annotations

import io
import os
import threading
import time

import numpy as np
import pytest

from app.audio.pcm_stream import PcmStream
from app.domain.errors import InputError


def all_of(stream: PcmStream) -> np.ndarray:
    stream.open()
    samples = np.concatenate([block.samples for block in iter(stream.read, None)])
    stream.close()
    return samples[:, 0]


def test_samples_are_scaled_to_one() -> None:
    data = np.array([0, 16384, -32768], "<i2").tobytes()
    np.testing.assert_array_equal(all_of(PcmStream(io.BytesIO(data))), [0, 0.5, -1])


def test_an_odd_last_byte_is_left_out() -> None:
    assert len(all_of(PcmStream(io.BytesIO(bytes(7))))) == 3


def test_samples_torn_apart_by_the_pipe_are_put_together() -> None:
    reader, writer = os.pipe()
    data = np.arange(1, 1000, dtype="<i2").tobytes()

    def send() -> None:
        with os.fdopen(writer, "wb", buffering=0) as out:
            for at in range(0, len(data), 333):
                out.write(data[at : at + 333])
                time.sleep(0.001)

    sender = threading.Thread(target=send)
    sender.start()
    with os.fdopen(reader, "rb") as stream:
        samples = all_of(PcmStream(stream))
    sender.join()
    np.testing.assert_array_equal(samples * 32768, np.arange(1, 1000))


def test_nothing_at_all_is_told() -> None:
    stream = PcmStream(io.BytesIO(b""))
    stream.open()
    with pytest.raises(InputError, match="No sound came"):
        stream.read()


def test_a_terminal_is_no_sound() -> None:
    terminal = io.BytesIO()
    terminal.isatty = lambda: True
    with pytest.raises(InputError, match="No sound is piped in"):
        PcmStream(terminal).open()


def test_no_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match="No sound is piped in"):
        PcmStream().open()


@pytest.mark.skipif(os.name == "nt", reason="Windows can't wait for a pipe and an alarm at once")
def test_closing_ends_a_wait_at_once() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as stream, os.fdopen(writer, "wb"):
        source = PcmStream(stream)
        source.open()
        closer = threading.Timer(0.05, source.close)
        closer.start()
        began = time.monotonic()
        assert source.read() is None
        assert time.monotonic() - began < 1
        closer.join()
        source.close()
