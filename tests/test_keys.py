"""Where keys come from and where they are kept."""

from __future__ import annotations

import threading
import time

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail

from app.domain.errors import CredentialError
from app.domain.secret import Secret
from app.keys import KeyPlace, Keys, checked

NAME = "DASHSCOPE_API_KEY"
KEY = "sk-0123456789abcdef"


class Memory(KeyringBackend):
    """A keyring that lasts as long as a test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Broken(KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(f"no bus, and the key was {KEY}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"no bus for {password}")


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Memory:
    memory = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: memory)
    return memory


def test_the_environment_goes_before_the_keyring(ring: Memory) -> None:
    ring.set_password("surtitle", NAME, "sk-kept")
    assert Keys(environment={NAME: KEY}).find(NAME) == Secret(KEY)
    assert Keys(environment={}).find(NAME) == Secret("sk-kept")
    assert Keys(environment={NAME: "  "}).find(NAME) == Secret("sk-kept")


def test_what_was_kept_is_found_again_and_forgotten(ring: Memory) -> None:
    assert Keys(environment={}).keep(NAME, f" {KEY}\n") is KeyPlace.KEYRING
    assert Keys(environment={}).find(NAME) == Secret(KEY)
    assert Keys(environment={}).forget(NAME) is KeyPlace.NOWHERE
    assert Keys(environment={}).find(NAME) is None
    assert ring.kept == {}


@pytest.mark.parametrize("backend", [fail.Keyring(), Broken()])
def test_without_a_keyring_a_key_is_kept_for_this_run_and_that_is_said(
    backend: KeyringBackend, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    keys = Keys(environment={})
    assert keys.find(NAME) is None
    assert keys.keep(NAME, KEY) is KeyPlace.RUN
    assert keys.where(NAME) is KeyPlace.RUN
    assert keys.find(NAME) == Secret(KEY)
    keys.forget(NAME)
    assert keys.find(NAME) is None
    assert KEY not in caplog.text


def test_where_a_key_is(ring: Memory) -> None:
    assert Keys(environment={}).where(NAME) is KeyPlace.NOWHERE
    ring.set_password("surtitle", NAME, KEY)
    assert Keys(environment={}).where(NAME) is KeyPlace.KEYRING
    assert Keys(environment={NAME: "  "}).where(NAME) is KeyPlace.KEYRING
    assert Keys(environment={NAME: "sk-other"}).where(NAME) is KeyPlace.ENVIRONMENT
    keys = Keys(environment={})
    assert keys.keep(NAME, "sk-another") is keys.where(NAME) is KeyPlace.KEYRING


def test_a_keyring_that_does_not_let_go_is_told(
    ring: Memory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError(f"locked, and the key was {KEY}")

    ring.set_password("surtitle", NAME, KEY)
    monkeypatch.setattr(ring, "delete_password", refuse)
    assert Keys(environment={}).forget(NAME) is KeyPlace.KEYRING
    assert "keyring" in caplog.text
    assert KEY not in caplog.text


def test_that_a_keyring_keeps_somebody_waiting_can_be_seen(
    ring: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    keys = Keys(environment={})
    monkeypatch.setattr(ring, "get_password", lambda *_: seen.append(keys.waiting))
    assert keys.find(NAME) is None
    assert seen == [True]
    assert not keys.waiting


def test_two_lanes_ask_the_keyring_one_after_the_other(ring: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, []

    def ask(*_: object) -> str:
        nonlocal inside
        inside += 1
        most.append(inside)
        time.sleep(0.05)
        inside -= 1
        return KEY

    keys = Keys(environment={})
    monkeypatch.setattr(ring, "get_password", ask)
    lanes = [threading.Thread(target=keys.find, args=(NAME,)) for _ in range(2)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    assert most == [1, 1]


def test_a_keyring_that_is_a_plain_file_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = type("PlaintextKeyring", (Memory,), {"__module__": "keyrings.alt.file"})()
    monkeypatch.setattr(keyring, "get_keyring", lambda: plain)
    assert Keys(environment={}).keep(NAME, KEY) is KeyPlace.RUN
    assert plain.kept == {}


def test_a_profile_of_its_own_never_touches_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    def touched() -> None:
        raise AssertionError("the keyring was touched")

    monkeypatch.setattr(keyring, "get_keyring", touched)
    keys = Keys(keyring=False, environment={})
    assert keys.find(NAME) is None
    assert keys.keep(NAME, KEY) is KeyPlace.RUN
    keys.forget(NAME)


@pytest.mark.parametrize("text", [KEY, f"  {KEY}", f"{KEY}\r\n", f"\t{KEY}\u00a0"])
def test_blanks_around_a_key_are_left_out(text: str) -> None:
    assert checked(text, "The key") == Secret(KEY)


@pytest.mark.parametrize("text", ["", " ", "sk-12 34", "sk-12\n34", "sk-钥匙", "Bearer sk-1", "sk-\x00"])
def test_what_can_not_be_a_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(CredentialError) as caught:
        checked(text, "The key")
    assert caught.value.remedy
    assert "sk-" not in str(caught.value)
