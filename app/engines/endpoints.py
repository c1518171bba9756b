"""Which addresses a service may be reached at."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from app.domain.errors import UsageError
from app.domain.secret import looks_like_key

_LOOPBACK_NAME: Final = "localhost"
_PRIVATE_NAMES: Final = (".local", ".localhost", ".lan", ".home.arpa", ".internal")
_SHORTEST_KEY: Final = 16
"""Characters: names of hosts may begin like a key."""


def is_loopback(endpoint: str) -> bool:
    """Whether the endpoint is on this computer."""
    host = ""
    try:
        host = urlsplit(endpoint).hostname or ""
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _LOOPBACK_NAME


def is_near_by(endpoint: str) -> bool:
    """Whether the endpoint is on this computer or in a private network, where nobody signs certificates."""
    host = ""
    try:
        host = urlsplit(endpoint).hostname or ""
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_NAMES)


def checked(endpoint: str) -> str:
    """The endpoint, its scheme in small letters, if a key and a meeting may be sent there.

    Raises:
        UsageError: it is no address of a web socket, has a key in it, or is not encrypted.
    """
    endpoint = endpoint.strip()
    try:
        parts = urlsplit(endpoint)
        known = parts.hostname and (parts.port is None or parts.port > 0)
        loopback = is_loopback(endpoint)
    except ValueError:
        known = None
    if not known or any(not " " < character < "\x7f" for character in endpoint):
        raise UsageError(
            # Not shown: it may be a key that was put into the wrong field.
            "The endpoint is not the address of a service.",
            "An endpoint looks like wss://dashscope.aliyuncs.com.",
        )
    if parts.username or parts.password:
        raise UsageError(
            "The endpoint has a name or password in it.", "Leave it out; keys are kept elsewhere."
        )
    if parts.query or parts.fragment:
        raise UsageError(
            "The endpoint has more in it than host and path.",
            "Leave out everything from the question mark on; keys are kept elsewhere.",
        )
    if _holds_key(parts):
        raise UsageError("The endpoint has a key in it.", "Leave it out; keys are kept elsewhere.")
    if parts.scheme == "ws" and not loopback:
        raise UsageError(
            # Not the whole: whatever stands in the path may be a secret.
            f"ws://{parts.netloc} is not encrypted: everybody on the way could listen and read the key.",
            "Use wss://; ws:// is for services on this computer only.",
        )
    if parts.scheme not in ("ws", "wss"):
        raise UsageError(
            f"The endpoint at {parts.netloc} is not a web socket.",
            "An endpoint begins with wss://, or ws:// on this computer.",
        )
    return parts.scheme + endpoint[len(parts.scheme) :]


def _holds_key(parts: SplitResult) -> bool:
    """Whether a key stands in the path, or in the place of the host."""
    name = (parts.hostname or "").partition(".")[0]
    in_path = any(looks_like_key(part) for part in unquote(parts.path).split("/"))
    return in_path or (looks_like_key(name) and len(name) >= _SHORTEST_KEY)
