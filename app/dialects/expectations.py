"""What to expect, told to a service that takes one text: context with the hotwords in it."""

from __future__ import annotations

from app.domain.request import CONTEXT_TOKEN_LIMIT, RecognitionRequest
from app.domain.tokens import estimate_tokens


def corpus(request: RecognitionRequest, limit: int = CONTEXT_TOKEN_LIMIT) -> str:
    """Hotwords and context as one text of at most `limit` tokens; the hotwords come first."""
    words = ", ".join(word.text for word in request.hotwords)
    text = "\n\n".join(filter(None, (words, request.context.strip())))
    return _clipped(text, limit)


def language_of(request: RecognitionRequest) -> str | None:
    """The language without its region: `zh-CN` is `zh`."""
    return request.language.replace("_", "-").split("-")[0].lower() if request.language else None


def _clipped(text: str, limit: int) -> str:
    """The longest beginning of `text` that fits; a service would cut it without a word."""
    if estimate_tokens(text) <= limit:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if estimate_tokens(text[:middle]) <= limit else (low, middle - 1)
    return text[:low].rstrip()
