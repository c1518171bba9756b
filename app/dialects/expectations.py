"""What to expect, told to a service that takes one text: context with the hotwords in it."""

from __future__ import annotations

from typing import Final

from app.domain.context_rules import ContextRules
from app.domain.request import CONTEXT_TOKEN_LIMIT, RecognitionRequest, base_language

CORPUS: Final = ContextRules(tokens=CONTEXT_TOKEN_LIMIT, hotwords=True)
"""What such a service takes."""


def corpus(request: RecognitionRequest) -> str:
    """Hotwords and context as one text, as much as is taken of it; the hotwords come first."""
    return "".join(CORPUS.share(request.hotwords, request.context).texts)


def language_of(request: RecognitionRequest) -> str | None:
    """The language to tell, without its region; None where the service finds it out."""
    return base_language(request.language) if request.language else None
