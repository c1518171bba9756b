"""What all dialects read and write: JSON objects, numbers, text and sound."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

from app.dialects.base import Message
from app.domain.audio import AudioFrame, pcm
from app.domain.errors import RefusedError

Json: TypeAlias = Mapping[str, Any]

LONGEST_TEXT: Final = 20_000
"""Characters of an unfinished utterance that are shown, or of a name: any number of such may come. So many
take 0.1 s to lay out; it takes twenty minutes to say them."""
LONGEST_WHOLE: Final = 200_000
"""Characters of a text that is final: four hours of speech. Who says more than anybody can have said in the
sound that was sent is refused, so that it costs little that each text may be long."""

# Line ends and tabs, and halves of surrogate pairs, which no file could hold.
_BLANK: Final = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029\ud800-\udfff]")
# The other control characters, and those that turn around what follows. The marks and joiners from U+200C to
# U+200F stay: they touch only what is beside them, and Persian, Hindi or an emoji needs them.
_UNSEEN: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")

# Made once: ten packets a second are written with it.
_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_NAME: Final = re.compile("[A-Za-z][A-Za-z-]{1,19}")


def read_object(message: Message) -> Json:
    """The JSON object in `message`.

    Raises:
        RefusedError: there is none.
    """
    try:
        found = json.loads(message)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RefusedError(
            "The service answered something that Surtitle does not understand.",
            "Check that the endpoint belongs to the chosen recognizer.",
        )
    return found


def write_object(content: Json) -> str:
    """`content` as compact JSON."""
    return _COMPACT.encode(content)


def part(content: Json, *path: str) -> Json:
    """The object found by going down `path`; empty where there is none."""
    for name in path:
        inner = content.get(name)
        if not isinstance(inner, dict):
            return {}
        content = inner
    return content


def text_of(value: object) -> str:
    """`value` as text that any screen and file can hold; empty where it is no text."""
    return (text_or_none(value) or "")[:LONGEST_TEXT]


def text_or_none(value: object) -> str | None:
    """The same, but None where it is no text: an empty one says that nothing was said, a null does not."""
    return _UNSEEN.sub("", _BLANK.sub(" ", value[:LONGEST_WHOLE])) if isinstance(value, str) else None


def name_of(value: object) -> str | None:
    """`value` as a short name, such as `zh`, `en-US` or `happy`; None where it is none."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) else None


def number_of(value: object) -> float | None:
    """`value` as a finite number; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def base64_pcm(frame: AudioFrame) -> str:
    """The frame's samples as signed 16-bit integers, little end first, as text that JSON takes as it is."""
    return base64.b64encode(pcm(frame.samples)).decode("ascii")


def silence(seconds: float, rate: int) -> str:
    """Silence as base64 text."""
    return base64.b64encode(bytes(2 * round(seconds * rate))).decode("ascii")


def address(endpoint: str, path: str, **query: str) -> str:
    """The endpoint with as much of `path` behind it as it does not end in already, and `query`."""
    base, _, given = endpoint.partition("?")
    base = base.rstrip("/")
    steps = path.split("/")
    for count in range(len(steps), 1, -1):
        if base.endswith("/".join(steps[:count])):
            base = base.removesuffix("/".join(steps[:count]))
            break
    both = "&".join(filter(None, (given, urlencode(query))))
    return f"{base}{path}?{both}" if both else base + path
