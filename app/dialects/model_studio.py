"""What all of Alibaba Cloud Model Studio's languages have in common."""

from __future__ import annotations

from app.dialects.base import Service


def headers_for(service: Service) -> dict[str, str]:
    """What lets us in: the key, and the workspace where it is not the account's default one."""
    headers = {}
    if service.key is not None:
        headers["Authorization"] = f"Bearer {service.key.reveal()}"
    if service.workspace:
        headers["X-DashScope-WorkSpace"] = service.workspace
    return headers
