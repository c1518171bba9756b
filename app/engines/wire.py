"""HTTP over a socket that can be cut from outside, however slowly a server drips."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from threading import Lock
from typing import Any
from urllib.request import HTTPHandler, HTTPSHandler, Request


class Wire:
    """The socket of one question, to be cut while a thread waits at it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def hold(self, connected: socket.socket) -> None:
        """Remember the socket: the first one, which others are only wrapped around.

        Raises:
            TimeoutError: the wire was cut before it stood.
        """
        with self._lock:
            if self._is_cut:
                raise TimeoutError
            if self._socket is None:
                # Of our own: encryption takes the other one apart, and the library closes it when it likes.
                self._socket = connected.dup()

    def cut(self) -> None:
        """Let nobody wait here any longer."""
        with self._lock:
            self._is_cut = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
                self._socket.close()


class _Held(HTTPConnection):
    """Hands its socket to the wire as soon as there is one: a proxy may drip as well."""

    def __init__(self, *arguments: Any, wire: Wire, **options: Any) -> None:  # noqa: ANN401  # the library's own
        self._wire = wire
        super().__init__(*arguments, **options)

    @property
    def sock(self) -> Any:  # noqa: ANN401  # the library's own
        """The socket that is spoken over."""
        return self._sock

    @sock.setter
    def sock(self, connected: socket.socket | None) -> None:
        self._sock = connected
        if connected is not None:
            self._wire.hold(connected)


class _HeldEncrypted(_Held, HTTPSConnection):
    """The same, encrypted."""


class PlainHandler(HTTPHandler):
    """Opens `http://` over a wire."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def http_open(self, req: Request) -> HTTPResponse:
        """Ask; the library's own name."""
        return self.do_open(partial(_Held, wire=self._wire), req)


class EncryptedHandler(HTTPSHandler):
    """Opens `https://` over a wire; the certificate is always verified."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def https_open(self, req: Request) -> HTTPResponse:
        """Ask; the library's own name."""
        context = ssl.create_default_context()
        return self.do_open(partial(_HeldEncrypted, context=context, wire=self._wire), req)
