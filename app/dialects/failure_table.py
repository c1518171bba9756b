"""The kinds of failures of services: which codes and messages mean them, and what the user is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.domain.errors import (
    AccessError,
    BusyError,
    CaptionError,
    CredentialError,
    NoSoundError,
    RefusedError,
    ServiceError,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of failure.

    Attributes:
        codes: beginnings of error codes, in lower case.
        fragments: parts of error messages, in lower case.
    """

    kind: type[CaptionError]
    problem: str
    remedy: str
    codes: tuple[str, ...] = ()
    fragments: tuple[str, ...] = ()


KEY: Final = Row(
    CredentialError,
    "The service does not accept the key.",
    "Check that the key is complete, still valid, and of the same region as the endpoint.",
    ("invalidapikey", "invalid_api_key", "authentication_error", "unauthorized"),
    ("incorrect api key", "invalid api-key", "invalid api key", "api-key is invalid", "no api-key provided"),
)
NO_KEY: Final = Row(
    CredentialError,
    "The service asks for a key, and there is none.",
    "Put the key into the recognizer's settings, or into its environment variable.",
)
BILLING: Final = Row(
    AccessError,
    "The account can't be charged, so the service does not let us in.",
    "Settle the account's balance or quota with the service.",
    ("arrearage", "insufficient_quota", "billing"),
    ("account is in good standing", "in arrears", "overdue", "check your plan and billing"),
)
MODEL: Final = Row(
    AccessError,
    "The service does not have the model.",
    "Check the model's name, and that the endpoint is in a region that has it.",
    ("modelnotfound", "model_not_found", "model_not_validated", "invalid_model"),
    (
        "model not found",
        "model not exist",
        "model does not exist",
        "does not exist or you do not have access",
        "not supported in transcription mode",
    ),
)
FORBIDDEN: Final = Row(
    AccessError,
    "The key may not use this service or model.",
    "Check the workspace, the region and the model's permissions in the service's console.",
    ("accessdenied", "access_denied", "model.accessdenied", "workspace.accessdenied", "permission_denied"),
    ("access denied", "permission denied"),
)
THROTTLED: Final = Row(
    BusyError,
    "The service limits how much may be asked of it, and the limit is reached.",
    "Wait a minute and start again; other programs with the same key count as well.",
    ("throttling", "rate_limit", "limit_requests", "limitrequests"),
    (
        "rate limit exceeded",
        "exceeded your current requests",
        "exceeded your current quota",
        "allocated quota exceeded",
        "request rate increased too quickly",
    ),
)
CONTENT: Final = Row(
    RefusedError,
    "The service's content check stopped the captions.",
    "Start again, or choose a recognizer without such a check.",
    ("datainspectionfailed", "data_inspection_failed", "content_filter"),
    ("inappropriate content",),
)
STARVED: Final = Row(
    ServiceError,
    "The service heard nothing from us for too long and ended the session.",
    "Check the network connection and start again.",
    (),
    ("request timeout after",),
)
SLOW: Final = Row(
    ServiceError,
    "The service did not answer in time.",
    "Try again in a moment.",
    (),
    ("request timed out",),
)
SILENT: Final = Row(
    ServiceError,
    "The service ended the session after a long silence.",
    "Start again when somebody speaks.",
    ("responsetimeout", "response_idle_timeout", "idle_timeout"),
    ("response timeout", "idle timeout"),
)
NO_SPEECH: Final = Row(
    NoSoundError,
    "The service found no sound that it could use.",
    "Check that the source is not silent and that the model fits its sample rate.",
    ("no_valid_audio", "novalidaudio"),
    ("no valid audio",),
)
FORMAT: Final = Row(
    RefusedError,
    "The service can't read the kind of sound that was sent.",
    "Choose another model: this one may need another sample rate.",
    ("unsupported_format", "unsupportedformat", "invalid_audio"),
    ("failed to decode audio", "unsupported audio"),
)
LANGUAGE: Final = Row(
    RefusedError,
    "The service does not know the language.",
    "Choose another language, or let the recognizer decide.",
    ("unsupported_language", "invalid_language"),
    ("unsupported language", "language is not supported", "invalid language"),
)
REJECTED: Final = Row(
    RefusedError,
    "The service did not understand what it was asked for.",
    "Check that model and endpoint belong to the chosen recognizer.",
    (
        "invalidparameter",
        "invalid_parameter",
        "invalid_request",
        "invalid_value",
        "invalid_json",
        "invalid_event",
        "unknown_event",
        "missing_required",
        "unknown_parameter",
    ),
    (
        "missing required parameter",
        "invalid payload data",
        "task can not be null",
        "too big for the output buffer",
    ),
)
BROKEN: Final = Row(
    ServiceError,
    "The service has a problem of its own.",
    "Try again in a moment.",
    (
        "internalerror",
        "internal_error",
        "server_error",
        "processing_error",
        "system_error",
        "serviceunavailable",
    ),
    ("internal server error", "internal error"),
)
UNKNOWN: Final = Row(ServiceError, "The service ended the session.", "Start again.")

ROWS: Final = (
    # Before billing: the same words come with both, and what passes by itself is worth another try.
    THROTTLED,
    # Before what is forbidden: an account in arrears is told "access denied, please ...".
    BILLING,
    KEY,
    MODEL,
    FORBIDDEN,
    CONTENT,
    STARVED,
    SLOW,
    SILENT,
    NO_SPEECH,
    FORMAT,
    LANGUAGE,
    REJECTED,
    BROKEN,
)
"""In the order in which messages are looked through. The code, where there is one that says enough, wins."""

STATUSES: Final = {
    401: KEY,
    402: BILLING,
    403: FORBIDDEN,
    404: Row(
        AccessError,
        "There is no such service at the endpoint.",
        "Check the endpoint and the model's name, and that they belong to the chosen recognizer.",
    ),
    407: Row(
        AccessError,
        "The proxy asks for a name and password.",
        "Put them into the proxy's address, or ask its owner.",
    ),
    408: SLOW,
    429: THROTTLED,
}
CLOSE_CODES: Final = {
    1003: REJECTED,
    1007: REJECTED,
    1008: FORBIDDEN,
    1009: REJECTED,
    1011: BROKEN,
    1013: BROKEN,
}
