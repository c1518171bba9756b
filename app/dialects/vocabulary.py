"""Hotword lists that Model Studio keeps for its users: the customization API, a POST for each question.

A list of ours is found again by its name alone: the service puts the prefix that a list was made with
into its id, and the prefix says that the list is Surtitle's and for which model it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from zlib import crc32

from app.dialects import failures
from app.dialects.base import Handshake, Service
from app.dialects.frames import Json, address, number_of, part, read_object, text_of, write_object
from app.dialects.model_studio import headers_for
from app.domain.errors import RefusedError

PATH: Final = "/api/v1/services/audio/asr/customization"
SPOKEN: Final = "/api-ws/"
"""Begins the paths of the web sockets, which users copy along with the host."""
MOST_LISTS: Final = 10
"""Lists of one account, whoever made them."""
PAGE: Final = 10
OURS: Final = "surtitle"
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_OUR_ID: Final = re.compile(f"vocab-{OURS}[{_DIGITS}]{{2}}-.+")


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list as it stands among all lists.

    Attributes:
        changed: when, as the service writes it; later times sort later.
    """

    id: str
    changed: str

    @property
    def is_ours(self) -> bool:
        """Whether Surtitle made it."""
        return _OUR_ID.fullmatch(self.id) is not None

    def is_for(self, model: str) -> bool:
        """Whether Surtitle made it, and it may be for `model`: the list itself says whether it is."""
        return self.id.startswith(f"vocab-{prefix_for(model)}-")


@dataclass(frozen=True, slots=True)
class WordList:
    """What is in a list.

    Attributes:
        words: each with its weight.
        model: the only one that it acts on.
        ready: it acts now.
    """

    words: Mapping[str, int]
    model: str
    ready: bool


def prefix_for(model: str) -> str:
    """What the ids of our lists for `model` begin with: at most 10 lower-case letters and digits."""
    number = crc32(model.encode()) % len(_DIGITS) ** 2
    return OURS + _DIGITS[number // len(_DIGITS)] + _DIGITS[number % len(_DIGITS)]


def handshake(service: Service) -> Handshake:
    """Where to ask, on the host of the web socket."""
    parts = urlsplit(service.endpoint)
    scheme = "http" if parts.scheme == "ws" else "https"
    base = parts._replace(scheme=scheme, path=f"{parts.path}/".partition(SPOKEN)[0])
    headers = headers_for(service) | {"Content-Type": "application/json"}
    return Handshake(address(base.geturl(), PATH), headers)


def create(model: str, words: Mapping[str, int]) -> str:
    """Make a list; `created` reads the answer."""
    return _asked(
        "create_vocabulary", target_model=model, prefix=prefix_for(model), vocabulary=_written(words)
    )


def show_all(page: int) -> str:
    """Name the lists of the account, `PAGE` at a time; `rows` reads the answer."""
    return _asked("list_vocabulary", page_index=page, page_size=PAGE)


def query(name: str) -> str:
    """Show what is in a list; `contents` reads the answer."""
    return _asked("query_vocabulary", vocabulary_id=name)


def update(name: str, words: Mapping[str, int]) -> str:
    """Put other words in the place of all those in the list."""
    return _asked("update_vocabulary", vocabulary_id=name, vocabulary=_written(words))


def delete(name: str) -> str:
    """Delete a list."""
    return _asked("delete_vocabulary", vocabulary_id=name)


def output(status: int, body: bytes, service: Service) -> Json:
    """What the service answers.

    Raises:
        CaptionError: it refuses, or speaks another language.
    """
    if status != 200:
        raise failures.of_status(status, body, service.key)
    answer = read_object(body)
    if not isinstance(answer.get("output"), dict):
        raise failures.reported(answer.get("code"), answer.get("message"), service.key)
    return part(answer, "output")


def created(answer: Json) -> str:
    """The id of the list that was made.

    Raises:
        RefusedError: there is none.
    """
    name = text_of(answer.get("vocabulary_id"))
    if not name:
        raise RefusedError("The service made a list of hotwords and does not say which.", "Start again.")
    return name


def rows(answer: Json) -> list[ListRow]:
    """The lists that the answer names."""
    found = answer.get("vocabulary_list")
    return [
        ListRow(name, text_of(one.get("gmt_modified")) or text_of(one.get("gmt_create")))
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict) and (name := text_of(one.get("vocabulary_id")))
    ]


def contents(answer: Json) -> WordList:
    """What is in the list."""
    found = answer.get("vocabulary")
    words = {
        text_of(one.get("text")): round(number_of(one.get("weight")) or 0)
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict)
    }
    return WordList(words, text_of(answer.get("target_model")), answer.get("status") == "OK")


def _asked(action: str, **given: Any) -> str:  # noqa: ANN401  # JSON
    return write_object({"model": "speech-biasing", "input": {"action": action, **given}})


def _written(words: Mapping[str, int]) -> list[Json]:
    return [{"text": text, "weight": weight} for text, weight in words.items()]
