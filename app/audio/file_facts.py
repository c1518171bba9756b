"""What a recording's own bytes say and FFmpeg does not pass on."""

from __future__ import annotations

from pathlib import Path

_PROTECTED_TRACKS = (b"enca", b"encv", b"drms", b"aavd")
_LARGEST_INDEX = 64 * 2**20
_UNKNOWN_SIZES = (range(0x7FFF_0000, 0x8000_0000), range(0xFFFF_0000, 0x1_0000_0000))
"""What programs write into a WAV file whose length they don't know yet."""


def is_protected(path: Path) -> bool:
    """Whether an MP4 file is encrypted. Its decoder would take it for a damaged one."""
    index = dict(_boxes(path)).get(b"moov", b"")
    return any(track in index for track in _PROTECTED_TRACKS)


def is_unfinished(path: Path) -> bool:
    """Whether an MP4 file lacks its index, which is written last."""
    names = [name for name, _ in _boxes(path)]
    return names[:1] == [b"ftyp"] and b"moov" not in names


def wav_duration(path: Path, present: float | None) -> float | None:
    """How many seconds a WAV file should hold, by its header, where `present` are left of them."""
    with path.open("rb") as file:
        header = file.read(8)
    size = int.from_bytes(header[4:8], "little")
    if present is None or header[:4] != b"RIFF" or any(size in unknown for unknown in _UNKNOWN_SIZES):
        return present
    return present * max(1.0, (size + 8) / path.stat().st_size)


def _boxes(path: Path) -> list[tuple[bytes, bytes]]:
    """The outermost boxes of an MP4 file: name and, of its index alone, content."""
    found: list[tuple[bytes, bytes]] = []
    try:
        with path.open("rb") as file:
            while len(header := file.read(8)) == 8:
                size, name, begun = int.from_bytes(header[:4], "big"), header[4:], 8
                if not found and name != b"ftyp":
                    break
                if size == 1:
                    size, begun = int.from_bytes(file.read(8), "big"), 16
                if size < begun:
                    found.append((name, b""))
                    break
                content = min(size - begun, _LARGEST_INDEX) if name == b"moov" else 0
                found.append((name, file.read(content)))
                file.seek(size - begun - content, 1)
    except (OSError, ValueError, OverflowError):
        pass
    return found
