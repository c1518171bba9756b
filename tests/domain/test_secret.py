"""A key is seen by nobody who does not ask for it."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import time
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


@pytest.mark.parametrize(
    "unseen", ["\u00ad", "\u200b", "\u200e", "\u2060", "\ufe0f", "\U000e0041", "\x00", "\x7f"]
)
def test_it_is_hidden_with_what_nobody_sees_in_it(unseen: str) -> None:
    for echoed in (unseen.join(KEY), KEY.replace("-", f"-{unseen}{unseen}"), f"{KEY[:9]}{unseen}{KEY[9:]}"):
        assert Secret(KEY).hidden_in(f"Schlüssel {echoed}!") == "Schlüssel ***!"


def test_what_is_not_it_stays() -> None:
    for text in (f"Schlüssel {KEY[:-1]}", f"語{KEY[1:]}", "s\u200b k-", " ".join(KEY)):
        assert Secret(KEY).hidden_in(text) == text


def test_a_text_made_to_be_searched_for_long_is_not() -> None:
    began = time.perf_counter()
    for key in (KEY, "é" * 40, "sss" + KEY):
        for text in (
            "s\u200b" * 50_000,
            "s" + "\u200b" * 100_000,
            "é" * 100_000,
            f"{KEY[:-1]}\u200b" * 5_000,
        ):
            Secret(key).hidden_in(text)
    assert time.perf_counter() - began < 2.0
