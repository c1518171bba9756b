"""Keys of services: in the environment, else in the keyring of the operating system, never in a file."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from app.domain.errors import CredentialError
from app.domain.secret import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

SERVICE: Final = "surtitle"
"""What the keyring calls this program."""
_PLAIN_FILES: Final = "keyrings.alt"
"""Backends that write keys into plain files."""


class KeyPlace(StrEnum):
    """Where a key is."""

    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    RUN = "run"
    NOWHERE = "nowhere"


class Keys:
    """Finds and keeps keys by name, such as `DASHSCOPE_API_KEY`. May be called from any thread.

    Args:
        keyring: whether the keyring of the operating system may be touched.
    """

    def __init__(self, *, keyring: bool = True, environment: Mapping[str, str] = os.environ) -> None:
        self._keyring = keyring
        self._environment = environment
        self._given: dict[str, tuple[Secret, KeyPlace]] = {}
        self._waiting: set[int] = set()
        # Keyrings are not all made for several at once, and the user is asked once, not for each lane.
        self._turn = threading.RLock()

    @property
    def waiting(self) -> bool:
        """Whether a thread waits for the keyring, which may wait for the user."""
        return bool(self._waiting)

    def find(self, name: str) -> Secret | None:
        """The key called `name`: of the environment, of this run, of the keyring. May wait for the user.

        Raises:
            CredentialError: it can't be a key as it stands.
        """
        if self._environment.get(name, "").strip():
            return checked(self._environment[name], f"The key in {name}")
        if name in self._given:
            return self._given[name][0]
        kept = self._read(name)
        return checked(kept, "The key in the keyring") if kept else None

    def where(self, name: str) -> KeyPlace:
        """Where `find` would find the key. May wait for the user."""
        if self._environment.get(name, "").strip():
            return KeyPlace.ENVIRONMENT
        if name in self._given:
            return self._given[name][1]
        return KeyPlace.KEYRING if self._read(name) else KeyPlace.NOWHERE

    def keep(self, name: str, text: str) -> KeyPlace:
        """Keep a key: in the keyring where there is one, else for this run. May wait for the user.

        Raises:
            CredentialError: it can't be a key.
        """
        key = checked(text, "The key")
        place = KeyPlace.RUN
        with self._opened("written to") as backend:
            if backend is not None:
                backend.set_password(SERVICE, name, key.reveal())
                place = KeyPlace.KEYRING
        self._given[name] = key, place
        return place

    def forget(self, name: str) -> KeyPlace:
        """Remove a key from this run and from the keyring; returns where there is one all the same."""
        self._given.pop(name, None)
        with self._opened("written to") as backend:
            if backend is not None and backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)
        return self.where(name)

    def _read(self, name: str) -> str | None:
        with self._opened("read") as backend:
            return backend.get_password(SERVICE, name) if backend else None
        return None

    @contextmanager
    def _opened(self, what: str) -> Iterator[KeyringBackend | None]:
        """The keyring, where there is one; whatever goes wrong in it is logged and no more."""
        thread = threading.get_ident()
        self._waiting.add(thread)
        try:
            with self._turn:
                yield self._backend()
        except Exception:  # noqa: BLE001  # backends are others' code, and raise what they like
            # Without the exception: it may have the key in it.
            log.warning("the keyring could not be %s", what)
        finally:
            self._waiting.discard(thread)

    def _backend(self) -> KeyringBackend | None:
        """The keyring, where there is a safe one."""
        if not self._keyring:
            return None
        try:
            # Not at the top: it looks for backends for some 100 ms, and most sessions need none.
            import keyring
            from keyring.backends import fail, null

            backend = keyring.get_keyring()
        except Exception:  # noqa: BLE001  # backends are others' code, and raise what they like
            log.warning("the keyring could not be opened")
            return None
        unsafe = type(backend).__module__.startswith(_PLAIN_FILES)
        return None if unsafe or isinstance(backend, fail.Keyring | null.Keyring) else backend


def checked(text: str, what: str) -> Secret:
    """`text` as a key, without the blanks around it that copying leaves behind.

    Raises:
        CredentialError: blanks or foreign characters are inside, or it is empty.
    """
    key = text.strip()
    if not key:
        raise CredentialError(f"{what} is empty.", "Copy it from the service's console.")
    if any(not "!" <= character <= "~" for character in key):
        raise CredentialError(
            f"{what} has blanks, line breaks or foreign characters in it.",
            "Copy it again from the service's console, the key alone.",
        )
    return Secret(key)
