from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.audio.base import Block
from app.audio.media_errors import explain
from app.audio.media_file import MediaFile
from app.domain.errors import InputError
from tests.audio.sounds import chatter, hum, write_media, write_wav

SECONDS = 5.0
CODECS = {
    "wav": "pcm_s16le",
    "mp3": "libmp3lame",
    "flac": "flac",
    "ogg": "libopus",
    "m4a": "aac",
    "mp4": "aac",
    "mkv": "libopus",
    "webm": "libopus",
}


def read(path: Path) -> tuple[MediaFile, np.ndarray]:
    """Open and read it all, as mono."""
    source = MediaFile(path)
    source.open()
    samples = np.concatenate([block.samples for block in iter(source.read, None)])
    source.close()
    return source, samples.mean(axis=1)


def cut(path: Path, part: float) -> Path:
    """Cut a file off."""
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * part)])
    return path


@pytest.fixture
def voice() -> np.ndarray:
    return chatter(SECONDS)


@pytest.mark.parametrize("suffix", CODECS)
def test_every_common_kind_is_heard_in_time(tmp_path: Path, voice: np.ndarray, suffix: str) -> None:
    path = write_media(tmp_path / f"a.{suffix}", voice, CODECS[suffix])
    source, samples = read(path)
    assert source.duration == pytest.approx(SECONDS, abs=0.05)
    assert source.warning is None
    assert len(samples) == pytest.approx(len(voice), abs=1500)
    assert np.corrcoef(samples[: len(voice)], voice[: len(samples)])[0, 1] > 0.9


def test_blocks_are_between_half_a_second_and_a_second(tmp_path: Path, voice: np.ndarray) -> None:
    source = MediaFile(write_media(tmp_path / "a.mp3", voice, "libmp3lame"))
    rate = source.open().rate
    blocks: list[Block] = list(iter(source.read, None))
    source.close()
    assert all(0.5 * rate <= len(block.samples) <= rate for block in blocks[:-1])
    assert all(block.samples.dtype == np.float32 for block in blocks)
    assert all(block.samples.flags.writeable for block in blocks)


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 96000])
def test_its_own_rate_is_kept(tmp_path: Path, rate: int) -> None:
    source = MediaFile(write_wav(tmp_path / "a.wav", hum(1, rate), rate))
    assert source.open().rate == rate
    source.close()


def test_stereo_keeps_its_channels(tmp_path: Path) -> None:
    sides = np.stack((hum(1), hum(1, pitch=500)), 1)
    source = MediaFile(write_wav(tmp_path / "a.wav", sides))
    assert source.open().channels == 2
    # Half a second, however much the file holds in one piece.
    np.testing.assert_allclose(source.read().samples, sides[:24000], atol=1e-3)
    source.close()


def test_surround_sound_becomes_mono_without_clipping(tmp_path: Path) -> None:
    loud = np.repeat(hum(1, loud=0.99)[:, None], 6, axis=1)
    source = MediaFile(write_wav(tmp_path / "a.wav", loud))
    assert source.open().channels == 1
    assert np.abs(source.read().samples).max() <= 1
    source.close()


def test_silence_stands_where_a_film_has_no_sound(tmp_path: Path) -> None:
    path = write_media(tmp_path / "film.mkv", hum(4), "flac", holes={0.0: 1.0, 2.0: 3.0}, picture_seconds=8)
    source, samples = read(path)
    loud = np.abs(samples).reshape(-1, 4800).max(axis=1) > 0.1
    expected = [False] * 10 + [True] * 20 + [False] * 30 + [True] * 20
    assert source.duration == pytest.approx(8, abs=0.1)
    assert sum(loud != expected) <= 1


def test_sound_that_ends_before_the_film_is_not_called_cut_off(tmp_path: Path, voice: np.ndarray) -> None:
    source, _ = read(write_media(tmp_path / "film.mp4", voice, "aac", picture_seconds=9))
    assert source.warning is None


@pytest.mark.parametrize("suffix", ["wav", "mp3", "flac", "mkv"])
def test_what_is_left_of_a_cut_off_recording_is_heard(tmp_path: Path, voice: np.ndarray, suffix: str) -> None:
    path = cut(write_media(tmp_path / f"a.{suffix}", voice, CODECS[suffix]), 0.5)
    source, samples = read(path)
    assert 1.5 < len(samples) / 48000 < 3.5
    assert "seems to be cut off" in str(source.warning)


def test_damage_in_the_middle_is_told_and_does_not_end_it(tmp_path: Path, voice: np.ndarray) -> None:
    path = write_media(tmp_path / "a.mp3", voice, "libmp3lame")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = np.random.default_rng(1).bytes(4000)
    path.write_bytes(data)
    source, samples = read(path)
    assert len(samples) / 48000 > 4
    assert "damaged" in str(source.warning)


def no_file(folder: Path) -> Path:
    return folder / "missing.wav"


def a_folder(folder: Path) -> Path:
    return folder


def nothing(folder: Path) -> Path:
    path = folder / "a.wav"
    path.touch()
    return path


def zero_seconds(folder: Path) -> Path:
    return write_wav(folder / "a.wav", np.zeros(0, np.float32))


def text(folder: Path) -> Path:
    path = folder / "a.wav"
    path.write_text("This is not a recording.\n" * 50)
    return path


def garbage(folder: Path) -> Path:
    path = folder / "a.mp3"
    path.write_bytes(np.random.default_rng(1).bytes(50_000))
    return path


def addresses(folder: Path) -> Path:
    path = folder / "a.m3u8"
    path.write_text("#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n")
    return path


def only_pictures(folder: Path) -> Path:
    return write_media(folder / "a.mp4", np.zeros(0, np.float32), "aac", picture_seconds=1)


def without_its_end(folder: Path) -> Path:
    return cut(write_media(folder / "a.m4a", chatter(2), "aac"), 0.6)


def protected(folder: Path) -> Path:
    options = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
        "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
    }
    return write_media(folder / "a.mp4", chatter(2), "aac", options=options)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (no_file, "There is no file"),
        (a_folder, "is a folder"),
        (nothing, "is empty"),
        (zero_seconds, "zero seconds long"),
        (text, "is not a recording, or is damaged"),
        (garbage, "is not a recording, or is damaged"),
        (addresses, "is not a recording, or is damaged"),
        (only_pictures, "There is no sound in"),
        (without_its_end, "is incomplete"),
        (protected, "is protected against copying"),
    ],
)
def test_what_can_not_be_captioned_is_refused_with_the_reason(tmp_path: Path, make, sentence: str) -> None:
    path = make(tmp_path)
    with pytest.raises(InputError, match=sentence) as refusal:
        MediaFile(path).open()
    assert refusal.value.remedy


def test_a_device_is_no_recording() -> None:
    with pytest.raises(InputError, match="is not a file"):
        MediaFile(Path(os.devnull)).open()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "not allowed to read"),
        (OSError(errno.EIO, "Input/output error"), "can't be read: Input/output error"),
    ],
)
def test_the_system_refusing_is_explained(tmp_path: Path, error: OSError, sentence: str) -> None:
    assert sentence in str(explain(tmp_path / "a.wav", error))


def test_a_name_that_looks_like_an_address_is_a_file(tmp_path: Path, voice: np.ndarray) -> None:
    source, _ = read(write_wav(tmp_path / "http: 10:30 meeting 会议.wav", voice))
    assert source.duration == pytest.approx(SECONDS)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps an open file from being removed")
def test_a_file_removed_meanwhile_is_read_to_its_end(tmp_path: Path, voice: np.ndarray) -> None:
    path = write_wav(tmp_path / "a.wav", voice)
    source = MediaFile(path)
    source.open()
    path.unlink()
    assert sum(len(block.samples) for block in iter(source.read, None)) == len(voice)
    source.close()


def test_a_drive_that_goes_away_ends_it_with_the_reason(tmp_path: Path, voice: np.ndarray) -> None:
    source = MediaFile(write_wav(tmp_path / "a.wav", voice))
    source.open()
    decoder = source._decoder

    class Failing:
        def __getattr__(self, name: str) -> object:
            return getattr(container, name)

        def demux(self, stream: object):
            yield from list(container.demux(stream))[:20]
            raise OSError(errno.EIO, "Input/output error")

    container, decoder._container = decoder._container, Failing()
    source._blocks = decoder.blocks()
    assert source.read() is not None
    with pytest.raises(InputError, match=r"can't be read any further.*The captions so far are kept"):
        list(iter(source.read, None))
    source.close()


def test_closing_from_another_thread_ends_the_reading(tmp_path: Path) -> None:
    source = MediaFile(write_wav(tmp_path / "a.wav", chatter(60, 8000), 8000))
    source.open()
    started = threading.Event()

    def read_on() -> None:
        while source.read() is not None:
            started.set()

    thread = threading.Thread(target=read_on)
    thread.start()
    started.wait(5)
    source.close()
    thread.join(5)
    assert not thread.is_alive()
    assert source.read() is None
    source.close()


def test_nothing_stays_open(tmp_path: Path, voice: np.ndarray) -> None:
    path = write_wav(tmp_path / "a.wav", voice)
    read(path)
    before = {one.path for one in psutil.Process().open_files()}
    for _ in range(20):
        source = MediaFile(path)
        source.open()
        source.read()
        source.close()
    assert {one.path for one in psutil.Process().open_files()} == before
