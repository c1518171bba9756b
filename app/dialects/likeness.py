"""Whether two recognizers heard the same."""

from __future__ import annotations

from collections import Counter
from typing import Final

COMPARED: Final = 400
"""Characters of a text that are compared."""


def alike(one: str, other: str) -> float:
    """How much two texts have in common, from 0 to 1; whatever is no letter and no digit counts nothing."""
    ours, theirs = _pieces(one), _pieces(other)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if ours and theirs else 0.0


def _pieces(text: str) -> Counter[str]:
    words = "".join(one if one.isalnum() else " " for one in text[:COMPARED].casefold()).split()
    padded = f"  {' '.join(words)} " if words else ""
    return Counter(padded[at : at + 3] for at in range(len(padded) - 2))
