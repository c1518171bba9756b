"""What can go wrong, said so that a person can act on it."""

from __future__ import annotations

import errno
from typing import ClassVar

_REASONS = {
    errno.EACCES: "access is not allowed",
    errno.EPERM: "access is not allowed",
    errno.EROFS: "the folder can only be read",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.ENOENT: "the folder or file is not there",
    errno.ENOTDIR: "one of its folders is a file",
    errno.EISDIR: "it is a folder",
    errno.EIO: "the drive does not answer",
    errno.ENAMETOOLONG: "the name is too long",
}


def reason(error: OSError) -> str:
    """Why a file can't be read or written, in plain words and without a full stop."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


class CaptionError(Exception):
    """A failure to tell the user about.

    Args:
        problem: one plain sentence: what happened.
        remedy: one plain sentence: what the user can do. Empty where nothing can be done.
    """

    retryable: ClassVar[bool] = False
    """Whether the same attempt may succeed a little later."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class UsageError(CaptionError):
    """The user asked for something that makes no sense as it stands."""


class InputError(CaptionError):
    """The sound can't be read: no device, no permission, a broken or empty file."""


class DeviceLostError(InputError):
    """A device that was delivering stopped."""

    retryable = True


class AccessError(CaptionError):
    """The service does not let us in: key, account or region."""


class CredentialError(AccessError):
    """There is no key, or the service does not take it."""


class RegionError(CredentialError):
    """The key is of another region of the service.

    Args:
        region: what people call the region.
        endpoint: the address at which the key is let in.
    """

    def __init__(self, region: str, endpoint: str) -> None:
        super().__init__(f"This key is of the region {region}.", f"Choose the region {region}.")
        self.region = region
        self.endpoint = endpoint


class ServiceError(CaptionError):
    """The service can't be reached, or gave up."""

    retryable = True


class BusyError(ServiceError):
    """The service has too much to do, or has had too much from us: better in some seconds."""


class RefusedError(ServiceError):
    """The service refuses what it was asked for, and would again."""

    retryable = False


class NoSoundError(RefusedError):
    """The service found nothing that it could use in what was sent."""


class OutputError(CaptionError):
    """Captions can't be written where the user wants them."""


class PlaybackError(CaptionError):
    """Sound can't be played to the user."""


class EngineError(CaptionError):
    """The embedded engine is missing or does not start on this machine."""


def first_of(errors: BaseExceptionGroup[CaptionError]) -> CaptionError:
    """The first failure of several that happened at once: people are told of one."""
    error = errors.exceptions[0]
    return first_of(error) if isinstance(error, BaseExceptionGroup) else error
