"""What to expect, told to a service that takes one text: context with the hotwords in it."""

from __future__ import annotations

from app.domain.request import CONTEXT_TOKEN_LIMIT, RecognitionRequest, base_language
from app.domain.tokens import clip_to_tokens


def corpus(request: RecognitionRequest, limit: int = CONTEXT_TOKEN_LIMIT) -> str:
    """Hotwords and context as one text of at most `limit` tokens; the hotwords come first.

    A service would cut a longer one without a word.
    """
    words = ", ".join(word.text for word in request.hotwords)
    text = "\n\n".join(filter(None, (words, request.context.strip())))
    return clip_to_tokens(text, limit)


def language_of(request: RecognitionRequest) -> str | None:
    """The language to tell, without its region; None where the service finds it out."""
    return base_language(request.language) if request.language else None
