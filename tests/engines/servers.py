"""Servers that say what a test wants, and nothing else."""

from __future__ import annotations

import asyncio
import re
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.harness import require


@asynccontextmanager
async def server(
    answer: bytes, encryption: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Answers everything with the same bytes; gives its port and what it was asked."""
    asked: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.read(65_536)
        while _lacks_its_end(request) and (more := await reader.read(65_536)):
            request += more
        asked.append(request)
        writer.write(answer)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=encryption)
    async with listening:
        yield listening.sockets[0].getsockname()[1], asked


def _lacks_its_end(request: bytes) -> bool:
    """Whether the body, which often travels by itself, has yet to come."""
    head, _, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head.lower())
    return length is not None and len(body) < int(length[1])


def certificate(folder: Path) -> ssl.SSLContext:
    """Encryption with a certificate that nobody signed."""
    require("openssl")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=127.0.0.1",
    ]
    paths = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*command, *paths], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
