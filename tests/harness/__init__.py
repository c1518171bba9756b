"""What tests stand on: virtual displays, virtual sound cards, the program started from outside."""

from __future__ import annotations

import os
import shutil

import pytest


def require(*tools: str) -> None:
    """Skip where a tool is missing, with the reason; on CI that is a failure instead."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if not missing:
        return
    reason = f"needs {', '.join(missing)}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, which CI must have")
    pytest.skip(reason)
