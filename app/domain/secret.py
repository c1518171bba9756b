"""What nobody may read by accident."""

from __future__ import annotations

import re
from typing import Final

SHOWN: Final = "***"
_UNSEEN: Final = "[^ -~]*+"
"""What may stand between the characters of a key that is still read as one."""

_BEGINNINGS: Final = ("sk-", "st-")


class Secret:
    """A key. Only `reveal` shows it: no `repr`, no log, no error, no copy in a file.

    Not a dataclass: `asdict` would write it out.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return SHOWN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> str:
        raise TypeError("a secret is not to be written down")

    def reveal(self) -> str:
        """The key itself, for the one header it belongs in."""
        return self._value

    def hidden_in(self, text: str) -> str:
        """`text` with the key made unreadable, wherever it stands in it, also with what nobody sees in it."""
        if not self._value:
            return text
        text = text.replace(self._value, SHOWN)
        if text.isascii() and text.isprintable():
            return text
        return re.sub(_UNSEEN.join(map(re.escape, self._value)), SHOWN, text)


def looks_like_key(text: str) -> bool:
    """Whether a key was put where none belongs, by how the services' keys begin."""
    return text.strip().startswith(_BEGINNINGS)
