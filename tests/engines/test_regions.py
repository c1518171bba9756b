"""Addresses of regions and workspaces."""

import pytest

from app.domain.errors import UsageError
from app.engines.endpoints import checked
from app.engines.regions import MODEL_STUDIO, WORKSPACE, addressed


@pytest.mark.parametrize("region", MODEL_STUDIO, ids=lambda region: region.title)
def test_every_region_has_an_address_that_a_key_may_be_sent_to(region) -> None:
    assert checked(addressed(region.endpoint, "ws-1")).startswith("wss://")


def test_a_workspace_stands_in_the_address_where_the_region_asks_for_it() -> None:
    assert addressed(f"wss://{WORKSPACE}.us-east-1.maas.aliyuncs.com", "ab-9") == (
        "wss://ab-9.us-east-1.maas.aliyuncs.com"
    )
    assert addressed("wss://dashscope.aliyuncs.com", "ab-9") == "wss://dashscope.aliyuncs.com"


def test_a_region_of_workspaces_wants_one() -> None:
    with pytest.raises(UsageError, match="no workspace is named"):
        addressed(f"wss://{WORKSPACE}.example.com", "")


@pytest.mark.parametrize("workspace", ["a.b", "evil.com/", "-a", "a b", "x" * 65, "ä", "sk-0123456789"])
def test_a_workspace_that_can_be_no_part_of_an_address_is_refused(workspace: str) -> None:
    with pytest.raises(UsageError, match="not the id of a workspace"):
        addressed("wss://dashscope.aliyuncs.com", workspace)
