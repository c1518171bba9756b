"""From codes to sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from app.dialects import failure_table, failures
from app.domain.errors import (
    AccessError,
    BusyError,
    CaptionError,
    CredentialError,
    NoSoundError,
    RefusedError,
    ServiceError,
)
from app.domain.secret import Secret

KEY = Secret("sk-0123456789abcdef")


@pytest.mark.parametrize(
    ("code", "message", "kind", "says"),
    [
        ("InvalidApiKey", "Invalid API-key provided.", CredentialError, "key"),
        ("invalid_api_key", "Incorrect API key provided: sk-...", CredentialError, "key"),
        ("AccessDenied", "Access denied.", AccessError, "may not use"),
        ("Workspace.AccessDenied", "Workspace access denied.", AccessError, "may not use"),
        (
            "Arrearage",
            "Access denied, please make sure your account is in good standing.",
            AccessError,
            "charged",
        ),
        ("", "Model not found", AccessError, "model"),
        ("InvalidParameter", "Model not exist.", AccessError, "model"),
        ("Throttling.BurstRate", "Request rate increased too quickly", BusyError, "limit"),
        ("rate_limit_exceeded", "", BusyError, "limit"),
        ("DataInspectionFailed", "Input data may contain inappropriate content.", RefusedError, "content"),
        ("CLIENT_ERROR", "request timeout after 23 seconds.", ServiceError, "heard nothing"),
        ("ResponseTimeout", "Response timeout!", ServiceError, "silence"),
        ("NO_VALID_AUDIO_ERROR", "", NoSoundError, "no sound"),
        ("UNSUPPORTED_FORMAT", "", RefusedError, "sound"),
        ("InvalidParameter", "task can not be null", RefusedError, "task can not be null"),
        (
            "",
            "Missing required parameter 'payload.model'! Please follow the protocol!",
            RefusedError,
            "payload.model",
        ),
        ("InternalError.Algo", "Inference internal error.", ServiceError, "problem of its own"),
        ("Whatever", "new in this version", ServiceError, "new in this version"),
        (None, None, ServiceError, "ended"),
    ],
)
def test_what_the_service_reports(code: object, message: object, kind: type[CaptionError], says: str) -> None:
    error = failures.reported(code, message, KEY)
    assert type(error) is kind
    assert says in error.problem
    assert error.remedy


QUOTA = "You exceeded your current quota, please check your plan and billing details."
STANDING = "Access denied, please make sure your account is in good standing."
PROTOCOL = "Missing required parameter 'payload.model'! Please follow the protocol!"
FORBIDDEN = ("AccessDenied", "Model.AccessDenied", "AccessDenied.Unpurchased")
ROWS: list[tuple[failure_table.Row, tuple[str, ...], tuple[str, ...]]] = [
    (failure_table.STARVED, (), ("request timeout after 23 seconds.",)),
    (failure_table.SILENT, ("ResponseTimeout",), ("Response timeout!",)),
    (failure_table.NO_SPEECH, ("NO_VALID_AUDIO_ERROR",), ()),
    (failure_table.FORMAT, ("UNSUPPORTED_FORMAT",), ("Failed to decode audio",)),
    (failure_table.REJECTED, (), ("task can not be null", PROTOCOL, "Invalid payload data")),
    (failure_table.MODEL, ("ModelNotFound", "model_not_found"), ("Model not found", "Model not exist.")),
    (failure_table.KEY, ("InvalidApiKey", "invalid_api_key"), ("Invalid API-key provided.",)),
    (
        failure_table.FORBIDDEN,
        FORBIDDEN,
        ("Access denied.",),
    ),
    (failure_table.BILLING, ("Arrearage", "insufficient_quota"), (STANDING,)),
    (
        failure_table.THROTTLED,
        ("Throttling", "Throttling.RateQuota", "Throttling.AllocationQuota", "Throttling.BurstRate"),
        (
            "Requests rate limit exceeded, please try again later.",
            "You exceeded your current requests list.",
            "Allocated quota exceeded, please increase your quota limit.",
            QUOTA,
            "Request rate increased too quickly, please slow down.",
        ),
    ),
    (failure_table.CONTENT, ("DataInspectionFailed",), ("Input data may contain inappropriate content.",)),
    (
        failure_table.BROKEN,
        ("InternalError", "InternalError.Algo", "InternalError.Timeout"),
        ("Internal server error",),
    ),
]
"""The table of failures in the description of the protocols: its codes and messages."""
MESSAGES = ["", "Access denied by upstream", *(message for _, _, messages in ROWS for message in messages)]
CODES = [
    (row, code)
    for row, codes, _ in ROWS
    # What is forbidden may be so for many reasons: see below.
    if row is not failure_table.FORBIDDEN
    for code in codes
]
VAGUE = (failure_table.REJECTED, failure_table.BROKEN)
TOLD = [(row, message) for row, _, messages in ROWS for message in messages]
RETRIED = (failure_table.STARVED, failure_table.SILENT, failure_table.THROTTLED, failure_table.BROKEN)


def says(row: failure_table.Row, error: CaptionError) -> bool:
    """Whether the error is of the row: what explains little is followed by the service's own words."""
    sentence = row.problem.rstrip(".")
    return type(error) is row.kind and error.problem.startswith(sentence) and error.remedy == row.remedy


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize(("row", "code"), CODES)
def test_a_code_says_what_it_is_whatever_the_message_is(
    row: failure_table.Row, code: str, message: str
) -> None:
    error = failures.reported(code, message, KEY)
    assert says(row, error), error
    assert error.retryable is (row in RETRIED)


@pytest.mark.parametrize("code", ["", "CLIENT_ERROR", "InvalidParameter", "invalid_request_error"])
@pytest.mark.parametrize(("row", "message"), TOLD)
def test_a_message_says_what_it_is_where_the_code_does_not(
    row: failure_table.Row, message: str, code: str
) -> None:
    error = failures.reported(code, message, KEY)
    assert says(row, error), error
    assert error.retryable is (row in RETRIED)


@pytest.mark.parametrize("code", FORBIDDEN)
@pytest.mark.parametrize(("row", "message"), TOLD)
def test_what_is_forbidden_is_so_for_the_reason_that_the_message_gives(
    row: failure_table.Row, message: str, code: str
) -> None:
    expected = failure_table.FORBIDDEN if row in VAGUE else row
    assert says(expected, failures.reported(code, message, KEY))


@pytest.mark.parametrize("code", FORBIDDEN)
@pytest.mark.parametrize("message", ["", "Access denied by upstream", "Not eligible for the model."])
def test_what_is_forbidden_without_a_reason_is_just_forbidden(message: str, code: str) -> None:
    assert says(failure_table.FORBIDDEN, failures.reported(code, message, KEY))


@pytest.mark.parametrize(("code", "row"), [("InvalidParameter", "REJECTED"), ("CLIENT_ERROR", "UNKNOWN")])
def test_a_code_that_says_little_with_a_message_that_says_nothing(code: str, row: str) -> None:
    assert says(getattr(failure_table, row), failures.reported(code, "Something."))


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (302, RefusedError, False),
        (400, RefusedError, False),
        (401, CredentialError, False),
        (402, AccessError, False),
        (403, AccessError, False),
        (404, AccessError, False),
        (407, AccessError, False),
        (408, ServiceError, True),
        (429, BusyError, True),
        (500, ServiceError, True),
        (503, ServiceError, True),
    ],
)
def test_the_status_of_a_refused_session(status: int, kind: type[CaptionError], retryable: bool) -> None:
    error = failures.of_status(status, key=KEY)
    assert type(error) is kind
    assert error.retryable is retryable
    assert error.remedy


@pytest.mark.parametrize(
    "tell",
    [
        partial(failures.of_status, 401),
        partial(failures.of_status, 401, b'{"code":"InvalidApiKey"}'),
        partial(failures.of_status, 403),
        partial(failures.of_close, 1008, ""),
        partial(failures.of_close, 1008, "Invalid API key"),
        partial(failures.reported, "InvalidApiKey", "Invalid API-key provided."),
        partial(failures.reported, "AccessDenied", "Access denied."),
    ],
)
def test_no_key_at_all_is_not_a_wrong_key(tell: Callable[..., CaptionError]) -> None:
    without, with_one = tell(), tell(key=KEY)
    assert type(without) is CredentialError
    assert without.problem == "The service asks for a key, and there is none."
    assert "The service does not accept the key." in with_one.problem or "may not use" in with_one.problem


def test_a_service_that_is_slow_to_let_us_in_has_heard_nothing_from_us_yet() -> None:
    error = failures.of_status(408)
    assert "did not answer in time" in error.problem
    assert says(
        failure_table.SLOW, failures.reported("RequestTimeOut", "Request timed out, please try again later.")
    )


def test_the_body_of_a_refusal_knows_more_than_its_status() -> None:
    body = json.dumps({"code": "Arrearage", "message": "Access denied"}).encode()
    assert "charged" in failures.of_status(403, body).problem
    body = json.dumps({"error": {"code": "model_not_found", "message": "no"}}).encode()
    assert "model" in failures.of_status(400, body).problem


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ({"message": "Access denied by upstream"}, failure_table.BROKEN),
        ({"code": "oops", "message": "Model not found"}, failure_table.BROKEN),
        ({"message": "Requests rate limit exceeded"}, failure_table.THROTTLED),
        ({"code": "Arrearage", "message": "no"}, failure_table.BILLING),
    ],
)
def test_a_service_with_a_problem_of_its_own_is_not_taken_at_its_word(
    body: dict[str, str], row: failure_table.Row
) -> None:
    assert says(row, failures.of_status(503, json.dumps(body).encode()))


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[1]", b'{"code":3,"message":null}'])
def test_a_body_that_is_no_report_is_passed_over(body: bytes) -> None:
    assert isinstance(failures.of_status(401, body), CredentialError)


@pytest.mark.parametrize(
    ("code", "reason", "kind", "retryable"),
    [
        (1007, "Model not found", AccessError, False),
        (1007, "Invalid payload data", RefusedError, False),
        (1008, "", AccessError, False),
        (1011, "", ServiceError, True),
        (1006, "", ServiceError, True),
        (None, "", ServiceError, True),
        (1000, "", ServiceError, True),
        (1001, "", ServiceError, True),
        (4000, "Requests rate limit exceeded", BusyError, True),
        (4000, "invalid_request_error.invalid_model", AccessError, False),
        (4000, "insufficient_quota", AccessError, False),
    ],
)
def test_the_code_of_a_closed_connection(
    code: int | None, reason: str, kind: type[CaptionError], retryable: bool
) -> None:
    error = failures.of_close(code, reason, KEY)
    assert type(error) is kind
    assert error.retryable is retryable


def test_no_sentence_shows_the_key_that_a_service_echoes() -> None:
    key = Secret("sk-0123456789abcdef")
    echo = f"header Bearer {key.reveal()} is odd " * 3
    for error in (
        failures.reported("Odd", echo, key),
        failures.of_close(4000, echo, key),
        failures.of_status(500, json.dumps({"message": echo}).encode(), key),
    ):
        assert key.reveal() not in str(error)
        assert "sk-0123" not in str(error)


def test_long_reports_are_shortened_to_one_line() -> None:
    error = failures.reported("Odd", "word\n" * 10_000)
    assert len(str(error)) < 300
    assert "\n" not in str(error)


def test_the_error_is_an_object_here_and_a_string_there() -> None:
    assert failures.error_of({"error": {"type": "t", "code": None, "message": "m"}}) == ("t", "m")
    assert failures.error_of({"error": "m", "code": "c"}) == ("c", "m")
    assert failures.error_of({"error": None}) == ("", "")
