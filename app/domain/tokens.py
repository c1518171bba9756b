"""How much of a service's context limit a text may use."""

from __future__ import annotations

import re

_PIECES = re.compile(r"[A-Za-z]+|[0-9]|\n+|[^\S\n]{2,}|[^\x00-\x7f]+|[^\w\s]|_")

_LETTERS_A_TOKEN = 4
_WIDE_CHARACTER_TOKENS = 1.5
_OTHER_CHARACTER_TOKENS = 1.0


def estimate_tokens(text: str) -> int:
    """Say how many tokens `text` has at most.

    An upper estimate for byte-pair tokenizers of the Qwen family, which keep every digit apart: an
    estimate that is too low would let the service cut the context without a word.
    """
    total = sum(_piece(match.group()) for match in _PIECES.finditer(text))
    return int(total) + (total > int(total))


def _piece(piece: str) -> float:
    if not piece.isascii():
        return sum(_character(character) for character in piece)
    if piece.isalpha():
        # A rare name falls into shorter pieces than a common word: one token is added for it.
        return 1 if len(piece) <= _LETTERS_A_TOKEN else -(-len(piece) // _LETTERS_A_TOKEN) + 1
    return 1


def _character(character: str) -> float:
    """Tokens of one character outside ASCII: CJK often is one, rare ones are two or three bytes."""
    code = ord(character)
    if code > 0xFFFF:
        return 3
    return _WIDE_CHARACTER_TOKENS if code >= 0x0800 else _OTHER_CHARACTER_TOKENS
