"""From a handshake to an open web socket, or to a sentence that says why there is none."""

from __future__ import annotations

import logging
import socket
import ssl
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    InvalidHandshake,
    InvalidMessage,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)
from websockets.frames import CloseCode
from websockets.typing import Subprotocol

from app import __version__
from app.dialects import failures
from app.dialects.base import Handshake
from app.domain.errors import CaptionError, RefusedError, ServiceError, UsageError
from app.domain.secret import Secret
from app.engines.endpoints import is_loopback, is_near_by
from app.engines.unhurried import Unhurried

OPEN_SECONDS: Final = 10.0
CLOSE_SECONDS: Final = 2.0
LARGEST_MESSAGE: Final = 2**20
"""Bytes; a service that says more at once is out of its mind."""

NETWORK: Final = "Check the network connection, and the endpoint."
STRANGER: Final = "Check the endpoint and this computer's clock; a company's proxy may be in between."
_OTHER_NAMES: Final = (62, 64)
"""OpenSSL's codes for a certificate of another host or IP address: trusting it would not help."""
PROXY: Final = "Check the proxy settings of this computer (HTTPS_PROXY)."


class _Silent(logging.LoggerAdapter[logging.Logger]):
    """Keeps the library from logging headers: the key is among them."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  # logging's own name
        return level >= logging.WARNING and super().isEnabledFor(level)

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:  # noqa: ANN401  # logging's own
        if self.isEnabledFor(level):
            super().log(level, msg, *args, **kwargs)


class _Direct(connect):
    """Follows no redirect: the key is meant for the address that the user chose."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def open_connection(handshake: Handshake, key: Secret | None) -> ClientConnection:
    """Connect.

    Raises:
        CaptionError: it did not work, and why.
    """
    try:
        return await _Direct(
            handshake.url,
            additional_headers=dict(handshake.headers),
            subprotocols=[Subprotocol(name) for name in handshake.subprotocols] or None,
            user_agent_header=f"surtitle/{__version__}",
            compression=None,
            # A proxy can't know what is on this computer.
            proxy=None if is_loopback(handshake.url) else True,
            ssl=ssl.create_default_context() if handshake.url.startswith("wss:") else None,
            open_timeout=OPEN_SECONDS,
            close_timeout=CLOSE_SECONDS,
            # The watchdog pings: whether services answer is not known.
            ping_interval=None,
            max_size=LARGEST_MESSAGE,
            create_connection=Unhurried,
            logger=_Silent(logging.getLogger(__name__)),
        )
    except (OSError, InvalidHandshake, InvalidURI, InvalidProxy, EOFError, ImportError, ValueError) as error:
        raise refusal(error, handshake, key) from None


def refusal(error: Exception, handshake: Handshake, key: Secret | None) -> CaptionError:
    """The sentence for a connection that did not come about."""
    host = handshake.url.split("/")[2]
    match error:
        case InvalidStatus():
            return failures.of_status(error.response.status_code, bytes(error.response.body or b""), key)
        case ProxyError() | InvalidProxy() | ImportError():
            return _proxy_refusal(error, host)
        case OSError() | InvalidMessage() | EOFError():
            return network_refusal(error, host)
        case InvalidURI() | ValueError():
            return UsageError(f"{host} is not the address of a service.", "Check the endpoint.")
        case _:
            return RefusedError(
                f"{host} does not speak the language of a web socket.",
                "Check that the endpoint belongs to the chosen recognizer.",
            )


def ending(connection: ClientConnection, key: Secret | None) -> CaptionError:
    """The sentence for a connection that is closed, and should not be yet."""
    if talked_too_much(connection):
        return too_talkative(LARGEST_MESSAGE)
    return failures.of_close(connection.close_code, connection.close_reason or "", key)


def talked_too_much(connection: ClientConnection) -> bool:
    """Whether we closed the connection, on a message that is too big."""
    sent = connection.protocol.close_sent
    return sent is not None and sent.code == CloseCode.MESSAGE_TOO_BIG


def too_talkative(limit: int) -> RefusedError:
    """The sentence for a service that says more than `limit` bytes at once."""
    return RefusedError(
        f"The service said more at once than {limit // 2**20} MB.",
        "Check that the endpoint belongs to the chosen recognizer.",
    )


def _proxy_refusal(error: Exception, host: str) -> CaptionError:
    match error:
        case InvalidProxyStatus() if error.response.status_code == 407:
            return failures.of_status(407)
        case InvalidProxy():
            return UsageError("The proxy's address makes no sense.", PROXY)
        case ImportError():
            return UsageError("Surtitle can't use this kind of proxy.", "Use an HTTP proxy instead of SOCKS.")
        case _:
            return blocked_by_proxy(host)


def blocked_by_proxy(host: str) -> CaptionError:
    """The sentence for a proxy that did not let us through to `host`."""
    return ServiceError(f"The proxy does not let us through to {host}.", PROXY)


def network_refusal(error: Exception, host: str) -> CaptionError:
    """The sentence for a network that did not let us through to `host`."""
    match error:
        case ssl.SSLCertVerificationError():
            return _unproven(error, host)
        case ssl.SSLError():
            return ServiceError(f"No encrypted connection to {host} came about.", NETWORK)
        case socket.gaierror():
            return ServiceError(f"{host} can't be found.", NETWORK)
        case TimeoutError():
            return ServiceError(f"{host} does not answer.", NETWORK)
        case ConnectionRefusedError() | OSError(errno=None) if not isinstance(error, ConnectionResetError):
            # Without a number it is one refusal for each of several addresses.
            return ServiceError(
                f"Nothing answers at {host}.", "Check that the service runs, and the endpoint."
            )
        case _:
            return ServiceError(f"The connection to {host} broke before it stood.", NETWORK)


def _unproven(error: ssl.SSLCertVerificationError, host: str) -> RefusedError:
    reason = error.verify_message or "its certificate is bad"
    remedy = STRANGER
    if is_near_by(f"wss://{host}"):
        first = "Let this computer trust the server's certificate"
        if error.verify_code in _OTHER_NAMES:
            first = f"Give the server a trusted certificate for {host}"
        remedy = (
            f"{first}; or start the server without TLS on this computer, and use ws:// instead of wss://."
        )
    return RefusedError(f"{host} can't prove that it is the service ({reason}).", remedy)
