"""Where a service has its doors: one address a region, and one for each workspace of a customer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.domain.errors import UsageError
from app.domain.secret import looks_like_key

WORKSPACE: Final = "{workspace}"
"""Stands in an address for the id of the workspace."""

_WORKSPACE_ID: Final = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Region:
    """A region of a service.

    Attributes:
        title: what people read.
        endpoint: its address; `WORKSPACE` stands in it where only workspaces are let in.
    """

    title: str
    endpoint: str


# Keys belong to a region: one from another region is refused like a wrong one. Three regions have an address
# that lets everybody in, and one for each workspace, which the newest models are said to want.
MODEL_STUDIO: Final = (
    Region("China (Beijing)", "wss://dashscope.aliyuncs.com"),
    Region("Singapore", "wss://dashscope-intl.aliyuncs.com"),
    Region("Hong Kong", "wss://cn-hongkong.dashscope.aliyuncs.com"),
    Region("China (Beijing), by workspace", f"wss://{WORKSPACE}.cn-beijing.maas.aliyuncs.com"),
    Region("Singapore, by workspace", f"wss://{WORKSPACE}.ap-southeast-1.maas.aliyuncs.com"),
    Region("Hong Kong, by workspace", f"wss://{WORKSPACE}.cn-hongkong.maas.aliyuncs.com"),
    Region("USA (Virginia)", f"wss://{WORKSPACE}.us-east-1.maas.aliyuncs.com"),
    Region("Germany (Frankfurt)", f"wss://{WORKSPACE}.eu-central-1.maas.aliyuncs.com"),
    Region("Japan (Tokyo)", f"wss://{WORKSPACE}.ap-northeast-1.maas.aliyuncs.com"),
)


def addressed(endpoint: str, workspace: str) -> str:
    """The endpoint with the workspace in its place.

    Raises:
        UsageError: the workspace is missing, or can't be part of an address.
    """
    if workspace and (looks_like_key(workspace) or not _WORKSPACE_ID.fullmatch(workspace)):
        raise UsageError(
            # Not shown: it may be a key that was put into the wrong field.
            "That is not the id of a workspace.",
            "Copy the id from the service's console.",
        )
    if WORKSPACE in endpoint and not workspace:
        raise UsageError(
            "This region lets in workspaces only, and no workspace is named.",
            "Copy the workspace's id from the service's console.",
        )
    return endpoint.replace(WORKSPACE, workspace)
