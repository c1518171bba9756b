"""What all of Alibaba Cloud Model Studio's languages have in common."""

from __future__ import annotations

from typing import Final

from app.dialects.base import Handshake, Service
from app.dialects.frames import Json, address
from app.domain.request import Cut, RecognitionRequest

REALTIME: Final = "/api-ws/v1/realtime"
SILENCES: Final = (200, 6000)
"""Milliseconds of silence that they can be told to end a sentence at."""


def headers_for(service: Service) -> dict[str, str]:
    """What lets us in: the key, and the workspace where it is not the account's default one."""
    headers = service.bearer()
    if service.workspace:
        headers["X-DashScope-WorkSpace"] = service.workspace
    return headers


def handshake(service: Service, path: str, **query: str) -> Handshake:
    """The way in to a web socket."""
    return Handshake(address(service.endpoint, path, **query), headers_for(service))


def silence_of(request: RecognitionRequest) -> int:
    """Milliseconds of silence that end a sentence."""
    return min(max(round(request.vad_silence * 1000), SILENCES[0]), SILENCES[1])


def turn_detection(request: RecognitionRequest, threshold: float) -> Json | None:
    """Who ends a sentence; `threshold` where the user has not chosen one."""
    # An explicit null is what switches to manual; left out, the service would cut.
    if request.cut is Cut.MANUAL:
        return None
    wanted = threshold if request.vad_threshold is None else request.vad_threshold
    return {
        "type": "server_vad",
        "threshold": min(max(wanted, -1.0), 1.0),
        "silence_duration_ms": silence_of(request),
    }
