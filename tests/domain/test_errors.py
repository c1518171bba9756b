"""Failures in words for people."""

from __future__ import annotations

import errno
import os

import pytest

from app.domain.errors import InputError, reason


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the folder can only be read"),
        (errno.EMFILE, os.strerror(errno.EMFILE)),
    ],
)
def test_why_a_file_failed_is_said_in_plain_words(number: int, said: str) -> None:
    assert reason(OSError(number, os.strerror(number))) == said


def test_an_error_without_a_number_says_what_it_says() -> None:
    assert reason(OSError("gone")) == "gone"


def test_problem_and_remedy_make_a_sentence() -> None:
    assert str(InputError("It is empty.")) == "It is empty."
    assert str(InputError("It is empty.", "Choose another.")) == "It is empty. Choose another."
