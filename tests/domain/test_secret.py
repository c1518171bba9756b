"""A key is seen by nobody who does not ask for it."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from dataclasses import asdict, dataclass

import pytest

from app.domain.secret import Secret

KEY = "sk-0123456789abcdef"


@dataclass(frozen=True)
class Holder:
    key: Secret


def test_no_text_shows_it() -> None:
    secret = Secret(KEY)
    record = logging.LogRecord("x", 20, "f", 1, "key %s %r", (secret, secret), None)
    shown = f"{secret} {secret!r} {[secret]} {Holder(secret)} {record.getMessage()}"
    assert KEY not in shown
    assert "***" in shown


@pytest.mark.parametrize("write", [json.dumps, pickle.dumps, copy.deepcopy, lambda key: asdict(Holder(key))])
def test_nothing_writes_it_down(write: object) -> None:
    with pytest.raises(TypeError):
        write(Secret(KEY))  # type: ignore[operator]


def test_it_can_be_told_from_others_and_hidden_in_a_text() -> None:
    assert Secret(KEY) == Secret(KEY) != Secret("other")
    assert Secret(KEY).hidden_in(f"Bearer {KEY}!") == "Bearer ***!"
    assert Secret("").hidden_in("abc") == "abc"
