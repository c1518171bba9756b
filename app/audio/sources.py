"""From what the user chose to what delivers the sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.request import (
    LaneSource,
    MicrophoneSource,
    Pace,
    RecordingSource,
    SampleSource,
    StreamSource,
    SystemSource,
)

if TYPE_CHECKING:
    from app.audio.base import SoundSource


def open_source(spec: LaneSource) -> SoundSource:
    """Make the source that `spec` describes. It is opened by whoever reads it.

    Raises:
        InputError: the sample recording is missing.
    """
    # Each loads libraries that the window must not wait for, and no session needs them all.
    match spec:
        case MicrophoneSource(device=device, name=name):
            from app.audio.following import Following
            from app.audio.kind import Wish
            from app.audio.microphones import microphones

            return Following(microphones(), Wish(device, name))
        case SystemSource(device=device, name=name):
            from app.audio.following import Following
            from app.audio.kind import Wish
            from app.audio.system_sound import played

            return Following(played(), Wish(device, name))
        case RecordingSource(path=path):
            return _recording(path, spec)
        case SampleSource():
            from app.audio.bundled import sample_path

            return _recording(sample_path(), spec)
        case StreamSource():
            from app.audio.pcm_stream import PcmStream

            return PcmStream()


def _recording(path: Path, spec: RecordingSource | SampleSource) -> SoundSource:
    from app.audio.media_file import MediaFile

    if spec.pace is Pace.FAST:
        return MediaFile(path)
    from app.audio.play_along import PlayAlong

    return PlayAlong(MediaFile(path), spec.aloud)
