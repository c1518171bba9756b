"""By which signals others ask the program to end."""

from __future__ import annotations

import signal


def endings() -> list[signal.Signals]:
    """Ctrl+C, a request to end, and the terminal that is closed, unless the user wanted to outlive that."""
    found = [signal.SIGINT, signal.SIGTERM]
    hangup = getattr(signal, "SIGHUP", None)
    # `nohup` and `disown` have it ignored from the start.
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        found.append(hangup)
    return found
