"""Why a recording can't be captioned, in words for the person who chose it."""

from __future__ import annotations

import errno
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from app.audio.file_facts import is_protected, is_unfinished
from app.domain.errors import InputError

_ANOTHER = "Choose another recording."
_READABLE = "Recordings such as wav, mp3, flac, ogg, m4a, mp4, mkv and webm can be opened."


def check_file(path: Path) -> None:
    """Refuse what plainly is no recording.

    Raises:
        InputError: says what it is instead.
    """
    try:
        status = path.stat()
        if S_ISREG(status.st_mode):
            path.open("rb").close()
    except (OSError, ValueError) as error:
        raise explain(path, error) from error
    if S_ISDIR(status.st_mode):
        raise InputError(f"“{path.name}” is a folder.", "Choose a recording inside it.")
    if not S_ISREG(status.st_mode):
        raise InputError(f"“{path.name}” is not a file.", _ANOTHER)
    if status.st_size == 0:
        raise InputError(f"“{path.name}” is empty.", _ANOTHER)
    if is_protected(path):
        raise InputError(
            f"“{path.name}” is protected against copying, so no other program can play it.",
            "Choose a recording without copy protection.",
        )


def explain(path: Path, error: Exception) -> InputError:
    """Say why a recording did not open."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"There is no file “{path}”.", "Check its name and folder.")
    if isinstance(error, PermissionError):
        return InputError(
            f"You are not allowed to read “{path.name}”.", "Ask its owner, or copy it to a folder of yours."
        )
    if isinstance(error, IsADirectoryError):
        return InputError(f"“{path.name}” is a folder.", "Choose a recording inside it.")
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        return InputError(f"“{path.name}” can't be read: {error.strerror}.", "Check the drive that holds it.")
    if is_unfinished(path):
        return InputError(
            f"“{path.name}” is incomplete: its end, without which it can't be read, is missing.",
            "It was probably cut off while it was recorded or copied; copy it again.",
        )
    return InputError(f"“{path.name}” is not a recording, or is damaged.", _READABLE)


def interrupted(path: Path) -> InputError:
    """Say that a recording became unreadable midway."""
    return InputError(
        f"“{path.name}” can't be read any further.",
        "Check the drive that holds it. The captions so far are kept.",
    )


def no_sound(path: Path) -> InputError:
    """Say that there are only pictures or text."""
    return InputError(f"There is no sound in “{path.name}”.", _ANOTHER)


def nothing_decoded(path: Path, *, damaged: bool) -> InputError:
    """Say that a recording opened, but not one sample came."""
    if damaged:
        return InputError(f"“{path.name}” is not a recording, or is damaged.", _READABLE)
    return InputError(f"“{path.name}” is zero seconds long.", _ANOTHER)
