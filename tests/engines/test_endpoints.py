"""Where a key may be sent."""

from __future__ import annotations

import pytest

from app.domain.errors import UsageError
from app.engines.endpoints import checked, is_loopback, is_near_by


@pytest.mark.parametrize(
    "endpoint",
    [
        "wss://dashscope.aliyuncs.com",
        "wss://dashscope-intl.aliyuncs.com:443/prefix",
        " wss://host.example ",
        "ws://127.0.0.1:8000",
        "ws://127.8.9.1",
        "ws://localhost:8000/v1",
        "ws://[::1]:8000",
    ],
)
def test_encrypted_or_on_this_computer(endpoint: str) -> None:
    assert checked(endpoint) == endpoint.strip()


def test_the_scheme_alone_is_written_small() -> None:
    assert checked("WSS://Host.example/Path") == "wss://Host.example/Path"
    assert checked("Ws://LOCALHOST:8000/V1") == "ws://LOCALHOST:8000/V1"


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "hello",
        "dashscope.aliyuncs.com",
        "https://dashscope.aliyuncs.com",
        "wss://",
        "wss://host:port",
        "wss://host:99999999",
        "wss://ho st",
        "wss://höst.example",
        "wss://[::1",
        "wss://host\n.example",
        "file:///etc/passwd",
        "wss://user:sk-1@host.example",
        "wss://host.example?api_key=sk-1",
        "wss://host.example/#sk-1",
    ],
)
def test_what_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked(endpoint)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "endpoint",
    ["ws://dashscope.aliyuncs.com", "ws://192.168.1.4:8000", "ws://127.0.0.1.example", "ws://0.0.0.0"],
)
def test_nothing_goes_unencrypted_over_a_network(endpoint: str) -> None:
    with pytest.raises(UsageError, match="not encrypted"):
        checked(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "sk-0123456789abcdef",
        "sk-0123456789abcdef://host.example",
        "wss://sk-0123456789abcdef",
        "wss://sk-0123456789ABCDEF.example",
        "wss://sk-0123456789abcdef:x",
        "wss://user:sk-0123456789abcdef@host.example",
        "wss://sk-0123456789abcdef@host.example",
        "wss://host.example/sk-0123456789abcdef",
        "wss://host.example/v1/st-0123456789abcdef/x",
        "wss://host.example/%73k-0123456789abcdef",
        "ws://host.example/sk-0123456789abcdef",
        "https://host.example/sk-0123456789abcdef",
        "ws://host.example?api_key=sk-0123456789abcdef",
        "ws://user:0123456789abcdef@host.example/",
        "https://user:0123456789abcdef@host.example",
        "ws://host.example/0123456789abcdef",
        "https://host.example/0123456789abcdef",
        "https://host.example/?token=0123456789abcdef",
        "https://host.example/#0123456789abcdef",
    ],
)
def test_a_secret_in_the_wrong_place_is_refused_and_not_repeated(endpoint: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked(endpoint)
    assert "0123456789abcdef" not in str(caught.value).lower()
    assert caught.value.remedy


@pytest.mark.parametrize("endpoint", ["ws://host.example:1/x", "https://host.example:1/x"])
def test_the_host_is_told_where_it_is_no_secret(endpoint: str) -> None:
    with pytest.raises(UsageError, match=r"host\.example:1\b"):
        checked(endpoint)


@pytest.mark.parametrize("endpoint", ["wss://sk-lab:8000", "wss://st-asr.company.example/task-1"])
def test_names_may_begin_like_a_key(endpoint: str) -> None:
    assert checked(endpoint) == endpoint


def test_this_computer_is_known_by_its_addresses() -> None:
    assert is_loopback("ws://127.0.0.1:1")
    assert not is_loopback("wss://10.0.0.1")
    assert not is_loopback("ws://[")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:1",
        "localhost",
        "[::1]:1",
        "192.168.1.4",
        "10.0.0.1",
        "[fd00::1]",
        "100.64.0.1",
        "box",
        "box.local",
    ],
)
def test_near_by_is_this_computer_and_the_private_network(host: str) -> None:
    assert is_near_by(f"wss://{host}")


@pytest.mark.parametrize("host", ["dashscope.aliyuncs.com", "8.8.8.8", "[2001:4860:4860::8888]"])
def test_the_internet_is_not_near_by(host: str) -> None:
    assert not is_near_by(f"wss://{host}")
