"""Times as people read them."""

from __future__ import annotations


def long_clock(seconds: float) -> str:
    """Hours, minutes and seconds: `00:12:41`."""
    whole = max(0, int(seconds))
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def short_clock(seconds: float) -> str:
    """As short as it can be: `0:41`, `12:41`, `1:02:03`."""
    whole = max(0, int(seconds))
    if whole >= 3600:
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{whole // 60}:{whole % 60:02}"
