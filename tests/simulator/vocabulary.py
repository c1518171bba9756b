"""Hotword lists: the customization API with every limit it has."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.simulator.models import INFERENCE

MOST_LISTS: Final = 10
MOST_WORDS: Final = 500
MOST_SUPER: Final = 50
SUPER: Final = 50
MOST_CHARACTERS: Final = 15
MOST_PIECES: Final = 7
MOST_ON_A_PAGE: Final = 100
LANGUAGES: Final = {
    "fun-asr": frozenset({"zh", "en", "ja"}),
    "paraformer": frozenset({"zh", "en", "ja", "yue", "ko", "de", "fr", "ru"}),
}
_PREFIX: Final = re.compile(r"[a-z0-9]{1,10}")


class Refused(Exception):  # noqa: N818  # an answer of the service, no error of ours
    """The service answers with an error.

    Attributes:
        status: of the HTTP answer.
        code, message: of its body.
    """

    def __init__(self, message: str, *, code: str = "InvalidParameter", status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(slots=True)
class Vocabulary:
    """One hotword list.

    Attributes:
        status: `OK`, or `UNDEPLOYED` where it can't be used.
        looks: queries that still find it undeployed; 0 with `UNDEPLOYED`: all of them.
    """

    id: str
    target_model: str
    words: list[dict[str, Any]]
    status: str = "OK"
    looks: int = 0
    created: str = field(default_factory=lambda: _now())
    modified: str = field(default_factory=lambda: _now())

    def deploy(self, looks: int) -> None:
        """Become usable after so many queries."""
        self.looks = looks
        self.status = "UNDEPLOYED" if looks else "OK"

    def looked_at(self) -> None:
        """A query was answered."""
        if self.looks:
            self.deploy(self.looks - 1)

    def listed(self) -> dict[str, Any]:
        """As `list_vocabulary` shows it."""
        return {
            "vocabulary_id": self.id,
            "gmt_create": self.created,
            "gmt_modified": self.modified,
            "status": self.status,
        }


class Vocabularies:
    """All lists of the account.

    Attributes:
        looks: queries that find a new or changed list undeployed.
    """

    def __init__(self) -> None:
        self.lists: dict[str, Vocabulary] = {}
        self.looks = 0

    def answer(self, body: Any) -> dict[str, Any]:
        """The `output` for a request body.

        Raises:
            Refused: a limit is broken, or there is no such list.
        """
        request = _mapping(body, "request body")
        if request.get("model") != "speech-biasing":
            raise Refused("Model not exist.", code="ModelNotFound", status=404)
        given = _mapping(request.get("input"), "input")
        match given.get("action"):
            case "create_vocabulary":
                return self._create(given)
            case "list_vocabulary":
                return self._list(given)
            case "query_vocabulary":
                return self._query(given)
            case "update_vocabulary":
                return self._update(given)
            case "delete_vocabulary":
                del self.lists[self._named(given).id]
                return {}
        raise Refused(f"Unknown action: {given.get('action')}")

    def effective(self, vocabulary_id: str, model: str) -> list[str]:
        """The words that act on `model`; none where the list is another model's."""
        vocabulary = self.lists.get(vocabulary_id)
        if vocabulary is None or vocabulary.target_model != model or vocabulary.status != "OK":
            return []
        return [word["text"] for word in vocabulary.words]

    def _create(self, given: Mapping[str, Any]) -> dict[str, Any]:
        model, prefix = given.get("target_model"), given.get("prefix")
        if model not in INFERENCE:
            raise Refused(f"target_model {model!r} is not supported.")
        if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
            raise Refused("prefix must be lowercase letters and digits, at most 10 characters.")
        words = checked_words(given.get("vocabulary"), model)
        if len(self.lists) >= MOST_LISTS:
            raise Refused(
                f"The number of vocabularies exceeds the limit of {MOST_LISTS}.",
                code="Throttling.AllocationQuota",
                status=429,
            )
        vocabulary = Vocabulary(f"vocab-{prefix}-{uuid.uuid4().hex}", model, words)
        vocabulary.deploy(self.looks)
        self.lists[vocabulary.id] = vocabulary
        return {"vocabulary_id": vocabulary.id}

    def _list(self, given: Mapping[str, Any]) -> dict[str, Any]:
        index, size = given.get("page_index", 0), given.get("page_size", 10)
        if type(index) is not int or type(size) is not int or index < 0 or not 1 <= size <= MOST_ON_A_PAGE:
            raise Refused("page_index or page_size is invalid.")
        start = f"vocab-{given.get('prefix') or ''}"
        found = [one.listed() for one in self.lists.values() if one.id.startswith(start)]
        return {"vocabulary_list": found[index * size : (index + 1) * size]}

    def _query(self, given: Mapping[str, Any]) -> dict[str, Any]:
        vocabulary = self._named(given)
        listed = vocabulary.listed()
        del listed["vocabulary_id"]
        vocabulary.looked_at()
        return {**listed, "vocabulary": vocabulary.words, "target_model": vocabulary.target_model}

    def _update(self, given: Mapping[str, Any]) -> dict[str, Any]:
        vocabulary = self._named(given)
        vocabulary.words = checked_words(given.get("vocabulary"), vocabulary.target_model)
        vocabulary.modified = _now()
        vocabulary.deploy(self.looks)
        return {}

    def _named(self, given: Mapping[str, Any]) -> Vocabulary:
        vocabulary = self.lists.get(str(given.get("vocabulary_id")))
        if vocabulary is None:
            raise Refused("The vocabulary does not exist.", code="BadRequest.ResourceNotExist")
        return vocabulary


def checked_words(words: Any, model: str) -> list[dict[str, Any]]:
    """The words of a list, each within the limits.

    Raises:
        Refused: one of them is not.
    """
    if not isinstance(words, Sequence) or isinstance(words, str) or not words:
        raise Refused("vocabulary must be a list of words.")
    if len(words) > MOST_WORDS:
        raise Refused(f"vocabulary holds {len(words)} words, at most {MOST_WORDS} are allowed.")
    checked = [_checked_word(word, model) for word in words]
    if sum(word["weight"] == SUPER for word in checked) > MOST_SUPER:
        raise Refused(f"At most {MOST_SUPER} words of weight {SUPER} are allowed.")
    return checked


def check_text(text: Any) -> None:
    """Refuse a hotword that is too long.

    Raises:
        Refused: it is empty, too long, or no text.
    """
    if not isinstance(text, str) or not text.strip():
        raise Refused("text of a hotword must not be empty.")
    if text.isascii() and len(text.split(" ")) > MOST_PIECES:
        raise Refused(f"hotword {text!r} has more than {MOST_PIECES} words.")
    if not text.isascii() and len(text) > MOST_CHARACTERS:
        raise Refused(f"hotword {text!r} has more than {MOST_CHARACTERS} characters.")


def check_weight(weight: Any, model: str) -> None:
    """Refuse a weight that `model` does not take.

    Raises:
        Refused: it is no whole number from 1 to 5, nor 50 where that is allowed.
    """
    allowed = type(weight) is int and (1 <= weight <= 5 or (weight == SUPER and INFERENCE[model].inline))
    if not allowed:
        raise Refused(f"weight {weight!r} is not an integer from 1 to 5.")


def _checked_word(word: Any, model: str) -> dict[str, Any]:
    given = _mapping(word, "hotword")
    check_text(given.get("text"))
    check_weight(given.get("weight"), model)
    language = given.get("lang")
    languages = next((known for family, known in LANGUAGES.items() if model.startswith(family)), None)
    if language is not None and languages is not None and language not in languages:
        raise Refused(f"lang {language!r} is not supported by {model}.")
    return {key: given[key] for key in ("text", "weight", "lang") if given.get(key) is not None}


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Refused(f"{name} must be an object.")
    return value


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
