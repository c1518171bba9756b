"""From codes to sentences."""

from __future__ import annotations

import json

import pytest

from app.dialects import failures
from app.domain.errors import (
    AccessError,
    BusyError,
    CaptionError,
    CredentialError,
    RefusedError,
    ServiceError,
)
from app.domain.secret import Secret


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
        ("NO_VALID_AUDIO_ERROR", "", RefusedError, "no sound"),
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
    error = failures.reported(code, message)
    assert type(error) is kind
    assert says in error.problem
    assert error.remedy


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
        (429, BusyError, True),
        (500, ServiceError, True),
        (503, ServiceError, True),
    ],
)
def test_the_status_of_a_refused_session(status: int, kind: type[CaptionError], retryable: bool) -> None:
    error = failures.of_status(status)
    assert type(error) is kind
    assert error.retryable is retryable
    assert error.remedy


def test_no_key_at_all_is_not_a_wrong_key() -> None:
    assert "there is none" in failures.of_status(401, b'{"code":"InvalidApiKey"}').problem
    assert "does not accept" in failures.of_status(401, key=Secret("sk-x")).problem


def test_the_body_of_a_refusal_knows_more_than_its_status() -> None:
    body = json.dumps({"code": "Arrearage", "message": "Access denied"}).encode()
    assert "charged" in failures.of_status(403, body).problem
    body = json.dumps({"error": {"code": "model_not_found", "message": "no"}}).encode()
    assert "model" in failures.of_status(400, body).problem


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
    error = failures.of_close(code, reason)
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
