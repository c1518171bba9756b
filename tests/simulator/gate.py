"""Who is let in, and to what: everything that is decided before a session."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from tests.simulator.faults import Fault, FaultKind
from tests.simulator.funasr_runtime import FunAsrRuntime
from tests.simulator.http import Front, Post, as_json, key, refusal, refused, success
from tests.simulator.inference import Inference
from tests.simulator.models import is_omni
from tests.simulator.openai_realtime import OpenAiRealtime
from tests.simulator.peer import Peer, reset
from tests.simulator.qwen_asr import QwenAsr
from tests.simulator.qwen_omni import QwenOmni
from tests.simulator.record import Violation
from tests.simulator.vllm import Vllm
from tests.simulator.vocabulary import Refused

if TYPE_CHECKING:
    from websockets.datastructures import Headers
    from websockets.typing import Subprotocol

    from tests.simulator.session import Session
    from tests.simulator.shared import Shared

INFERENCE: Final = "/api-ws/v1/inference"
REALTIME: Final = "/api-ws/v1/realtime"
SELF_HOSTED: Final = "/v1/realtime"
CUSTOMIZATION: Final = "/api/v1/services/audio/asr/customization"
INSIDE: Final = "/simulator"
"""Where the simulator itself is asked and told: `GET .../state`, `POST .../faults`."""
BINARY: Final = "binary"
_KEY: Final = re.compile(r"(sk|st)-[\w.-]+")


class Gate:
    """Answers upgrades and POST requests.

    Attributes:
        closing: set when the simulator ends, so that nothing hangs.
    """

    def __init__(self, shared: Shared) -> None:
        self.closing = asyncio.Event()
        self._shared = shared
        self._numbers: dict[ServerConnection, int] = {}
        self._starts: deque[float] = deque()

    async def upgrade(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse an upgrade, or None to let it through."""
        path = urlsplit(request.path).path.rstrip("/")
        if path == f"{INSIDE}/state":
            return as_json(200, self._state())
        self._shared.record.counts["connections"] += 1
        number = self._shared.record.counts["connections"]
        self._numbers[connection] = number
        self._shared.record.frame(number, "c>s", "handshake", request.path)
        return await self._fault(connection, number) or self._refuse(path, request)

    def post(self, post: Post) -> Response | None:
        """Answer a POST request; None for never."""
        path = urlsplit(post.path).path.rstrip("/")
        if path == f"{INSIDE}/faults":
            self._shared.faults.extend(map(Fault.parse, post.body.decode().split()))
            return as_json(200, {})
        record = self._shared.record
        record.counts["post"] += 1
        if not path.endswith(CUSTOMIZATION):
            record.violate(Violation.NO_SUCH_PATH)
            return refusal(404, "InvalidParameter", "url error")
        for fault in self._shared.faults:
            if fault.kind is FaultKind.POST and fault.meets(record.counts["post"]):
                return None if fault.value == "hang" else refusal(int(fault.value or 500))
        return self._unauthorized(post.headers) or self._customize(post)

    def session(self, connection: Front) -> tuple[Session, Peer]:
        """The session for a connection that was let through."""
        assert connection.request is not None
        peer = Peer(connection, self._shared, self._numbers.pop(connection))
        asked = urlsplit(connection.request.path)
        path, query = asked.path.rstrip("/"), parse_qs(asked.query)
        if path.endswith(INFERENCE):
            return Inference(peer, self._shared), peer
        if path.endswith(REALTIME):
            model = query.get("model", [""])[0]
            kind = QwenOmni if is_omni(model) else QwenAsr
            return kind(model, peer, self._shared), peer
        if path.endswith(SELF_HOSTED):
            openai = "transcription" in query.get("intent", []) or "model" in query
            return (OpenAiRealtime if openai else Vllm)(peer, self._shared), peer
        return FunAsrRuntime(peer, self._shared), peer

    @staticmethod
    def subprotocol(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        """FunASR's server speaks `binary`; the others speak none."""
        del connection
        return next((name for name in offered if name == BINARY), None)

    async def _fault(self, connection: ServerConnection, number: int) -> Response | None:
        for fault in self._shared.faults:
            if not fault.meets(number):
                continue
            match fault.kind:
                case FaultKind.REFUSE:
                    reset(connection.transport)
                    return refusal(503)
                case FaultKind.HTTP:
                    return refusal(int(fault.value or 500))
                case FaultKind.HANG:
                    await self.closing.wait()
                    return refusal(503)
        return None

    def _refuse(self, path: str, request: Request) -> Response | None:
        ours = path.endswith((INFERENCE, REALTIME))
        if not ours and not path.endswith(SELF_HOSTED):
            if BINARY in request.headers.get("Sec-WebSocket-Protocol", ""):
                return None
            self._shared.record.violate(Violation.NO_SUCH_PATH)
            return refusal(404, "InvalidParameter", "url error")
        if ours or self._shared.options.keys:
            return self._unauthorized(request.headers) or self._throttled()
        return None

    def _unauthorized(self, headers: Headers) -> Response | None:
        options, shown = self._shared.options, key(headers)
        if shown in options.denied_keys:
            self._shared.record.violate(Violation.FORBIDDEN)
            return refusal(403)
        if shown not in options.keys if options.keys else not _KEY.fullmatch(shown):
            self._shared.record.violate(Violation.UNAUTHORIZED)
            return refusal(401)
        workspace = headers.get("X-DashScope-WorkSpace")
        if workspace and options.workspaces is not None and workspace not in options.workspaces:
            self._shared.record.violate(Violation.FORBIDDEN)
            return refusal(403, "Workspace.AccessDenied", "Workspace access denied.")
        return None

    def _throttled(self) -> Response | None:
        now = time.monotonic()
        while self._starts and now - self._starts[0] >= 1.0:
            self._starts.popleft()
        self._starts.append(now)
        if len(self._starts) <= self._shared.options.starts_per_second:
            return None
        self._shared.record.violate(Violation.THROTTLED)
        return refusal(429)

    def _customize(self, post: Post) -> Response:
        try:
            body = json.loads(post.body)
        except ValueError:
            return refusal(400, "InvalidParameter", "The request body is not valid JSON.")
        self._shared.record.frame(0, "c>s", "http", body)
        try:
            return success(self._shared.vocabularies.answer(body))
        except Refused as error:
            self._shared.record.counts["refused vocabularies"] += 1
            return refused(error)

    def _state(self) -> dict[str, Any]:
        record = self._shared.record
        sessions = [
            {
                "connection": one.connection,
                "protocol": one.protocol,
                "model": one.model,
                "settings": one.settings,
                "hints": one.hints,
                "rate": one.rate,
                "audio": one.audio,
                "ahead": one.ahead,
                "transcripts": one.transcripts,
                "finished": one.finished,
            }
            for one in record.sessions
        ]
        return {
            "counts": dict(record.counts),
            "violations": record.violations,
            "sessions": sessions,
            "vocabularies": list(self._shared.vocabularies.lists),
        }
