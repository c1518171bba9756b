"""From a service's codes to sentences that a user can act on."""

from __future__ import annotations

from typing import Final

from app.dialects.failure_table import (
    BROKEN,
    CLOSE_CODES,
    FORBIDDEN,
    KEY,
    NO_KEY,
    REJECTED,
    ROWS,
    STATUSES,
    UNKNOWN,
    Row,
)
from app.dialects.frames import Json, part, read_object, text_of
from app.domain.errors import CaptionError, RefusedError, ServiceError
from app.domain.secret import Secret

LONGEST_QUOTE: Final = 160
"""Characters of the service's own words that are shown."""


def reported(code: object, message: object, key: Secret | None = None) -> CaptionError:
    """The failure that the service reports with an error code and a message."""
    row = _row(text_of(code), text_of(message)) or UNKNOWN
    return _error(row, f"{text_of(code)} {text_of(message)}", key)


def known(code: object, message: object) -> bool:
    """Whether this is a failure of the session, not only of one message."""
    row = _row(text_of(code), text_of(message))
    return row not in (None, REJECTED)


def concerns_key(error: CaptionError) -> bool:
    """Whether the service lets nobody in with this key, or without one."""
    return error.problem in (KEY.problem, NO_KEY.problem)


def of_status(status: int, body: bytes = b"", key: Secret | None = None) -> CaptionError:
    """The failure behind the HTTP status that a web socket was refused with."""
    code, message = _read_body(body)
    row = _row(code, message) or STATUSES.get(status)
    if status >= 500 and not _named(code) and not (row and row.kind.retryable):
        # The status is a code, too: what is broken there says many things.
        row = BROKEN
    elif row is None:
        row = Row(
            RefusedError,
            f"The endpoint answered with HTTP status {status} instead of opening a session.",
            "Check that the endpoint belongs to the chosen recognizer.",
        )
    return _error(row, f"{code} {message}", key)


def of_close(code: int | None, reason: str, key: Secret | None = None) -> CaptionError:
    """The failure behind the code that a connection was closed with; None where it just broke."""
    # OpenAI's reasons are codes: `invalid_request_error.invalid_model`.
    told = "" if " " in reason else reason.rpartition(".")[2]
    row = _row(told, reason) or CLOSE_CODES.get(code or 0)
    if row is None and code in (None, 1006):
        return ServiceError("The connection to the service was lost.", "Check the network and start again.")
    return _error(row or UNKNOWN, reason, key)


def _row(code: str, message: str) -> Row | None:
    named, message = _named(code), message.lower()
    if named not in (None, REJECTED, FORBIDDEN):
        return named
    # A parameter was bad, or something is forbidden: the message says which, and why.
    said = next((row for row in ROWS if any(words in message for words in row.fragments)), None)
    vaguer = named is FORBIDDEN and said in (REJECTED, BROKEN)
    return named if said is None or vaguer else said


def _named(code: str) -> Row | None:
    code = code.lower()
    return next((row for row in ROWS if code.startswith(row.codes)), None)


def _error(row: Row, quote: str, key: Secret | None) -> CaptionError:
    """What `row` says; where that explains little, with the service's own words."""
    if key is None and row in (KEY, FORBIDDEN):
        # It can't be the key.
        row = NO_KEY
    if row not in (UNKNOWN, REJECTED, BROKEN):
        return row.kind(row.problem, row.remedy)
    quote = " ".join(text_of(quote).split())
    quote = key.hidden_in(quote) if key else quote
    if not quote:
        return row.kind(row.problem, row.remedy)
    if len(quote) > LONGEST_QUOTE:
        quote = quote[:LONGEST_QUOTE].rstrip() + "…"
    return row.kind(f"{row.problem.rstrip('.')} (“{quote}”).", row.remedy)


def _read_body(body: bytes) -> tuple[str, str]:
    try:
        found = read_object(body)
    except CaptionError:
        return "", ""
    inner = part(found, "error") or found
    return text_of(inner.get("code")) or text_of(inner.get("type")), text_of(inner.get("message"))


def error_of(content: Json) -> tuple[str, str]:
    """Code and message of an `error` event: the error is an object here, a string there."""
    error = content.get("error")
    if isinstance(error, dict):
        return text_of(error.get("code")) or text_of(error.get("type")), text_of(error.get("message"))
    return text_of(content.get("code")), text_of(error) or text_of(content.get("message"))
