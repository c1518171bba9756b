"""Writes `app/domain/token_table.py` from the vendor's own tokenizer.

`python -m tests.domain.token_table` does it; a test compares what stands there with what this would write.
"""

from __future__ import annotations

import re
import textwrap
import zlib
from base64 import b64decode, b85encode
from functools import cache
from pathlib import Path
from typing import Any

import dashscope
from dashscope.tokenizers import get_tokenizer

TABLE = Path(__file__).parents[2] / "app" / "domain" / "token_table.py"
MERGES = 4000
"""How many of the tokenizer's first merges are looked at; more would count closer and weigh more."""
CHARACTERS = 0x10000
LINE = 96

# Rare tokens end with the first bytes of a character, or begin with its last: neighbors of these may
# fall into more tokens than they would alone. All pairs were tried; these are the ones that did.
_TORN = (range(0x1780, 0x17C0), range(0x2A7D, 0x2A7E), range(0xD000, 0xE000))
_WORD = re.compile(rb"[ -/:-@[-`{-~]?[A-Za-z]+")

_HEAD = '''"""What the tokenizer of the Qwen family makes of words and characters, enough to count.

Written by `python -m tests.domain.token_table`.
"""

from __future__ import annotations

from typing import Final

MERGES: Final = (
{merges}
)
"""The first pieces of words that it learned, in order; a dot stands for a blank."""

COSTS: Final = (
{costs}
)
"""How many tokens each character below U+10000 is at most: one byte each, zlib, base85."""
'''


@cache
def tokenizer() -> Any:
    """The vendor's own."""
    return get_tokenizer("qwen-turbo")


def count(text: str) -> int:
    """How many tokens the vendor counts; what looks like a special token is text, as in a context."""
    return len(tokenizer().encode(text, allowed_special=set()))


def merges() -> list[str]:
    """Pieces of words among the first merges, in their order."""
    lines = (Path(dashscope.__file__).parent / "resources" / "qwen.tiktoken").read_bytes().split()
    tokens = [b64decode(token) for token in lines[0 : 2 * MERGES : 2]]
    return [token.decode() for token in tokens if len(token) > 1 and _WORD.fullmatch(token)]


def costs() -> bytes:
    """Tokens of each character that stands alone."""
    return bytes(_cost(code) for code in range(CHARACTERS))


def table() -> str:
    """The module's whole text."""
    words = " ".join(piece.replace(" ", "·") for piece in merges())
    packed = b85encode(zlib.compress(costs(), 9)).decode()
    return _HEAD.format(
        merges="\n".join(f"    {_quoted(line + ' ')}" for line in textwrap.wrap(words, LINE, **_WHOLE)),
        costs="\n".join(f'    "{packed[at : at + LINE]}"' for at in range(0, len(packed), LINE)),
    )


_WHOLE: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}


def _cost(code: int) -> int:
    if any(code in torn for torn in _TORN):
        return 3
    return count(chr(code))


def _quoted(line: str) -> str:
    escaped = line.replace("\\", "\\\\")
    return f"'{escaped}'" if '"' in line and "'" not in line else '"' + escaped.replace('"', '\\"') + '"'


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
