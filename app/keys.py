"""Keys of services: in the environment, else in the keyring of the operating system, never in a file."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from app.domain.errors import AccessError
from app.domain.secret import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

SERVICE: Final = "surtitle"
"""What the keyring calls this program."""
_PLAIN_FILES: Final = "keyrings.alt"
"""Backends that write keys into plain files."""


class Keys:
    """Finds and keeps keys by name, such as `DASHSCOPE_API_KEY`.

    Args:
        keyring: whether the keyring of the operating system may be touched.
    """

    def __init__(self, *, keyring: bool = True, environment: Mapping[str, str] = os.environ) -> None:
        self._keyring = keyring
        self._environment = environment
        self._for_this_run: dict[str, Secret] = {}

    def find(self, name: str) -> Secret | None:
        """The key called `name`: of the environment, of this run, of the keyring. May wait for the user.

        Raises:
            AccessError: it can't be a key as it stands.
        """
        if self._environment.get(name, "").strip():
            return checked(self._environment[name], f"The key in {name}")
        if name in self._for_this_run:
            return self._for_this_run[name]
        backend = self._backend()
        try:
            kept = backend.get_password(SERVICE, name) if backend else None
        except Exception:  # noqa: BLE001  # backends are others' code, and raise what they like
            log.warning("the keyring could not be read")
            return None
        return checked(kept, "The key in the keyring") if kept else None

    def keep(self, name: str, text: str) -> str:
        """Keep a key; returns a sentence where it is for this run only, else an empty one.

        Raises:
            AccessError: it can't be a key.
        """
        key = checked(text, "The key")
        self._for_this_run[name] = key
        backend = self._backend()
        if backend is not None:
            try:
                backend.set_password(SERVICE, name, key.reveal())
            except Exception:  # noqa: BLE001  # backends are others' code, and raise what they like
                log.warning("the keyring could not be written to")
            else:
                return ""
        return "This computer has no keyring to keep the key in: it is kept until Surtitle is closed."

    def forget(self, name: str) -> None:
        """Remove a key from this run and from the keyring."""
        self._for_this_run.pop(name, None)
        backend = self._backend()
        try:
            if backend is not None and backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)
        except Exception:  # noqa: BLE001  # backends are others' code, and raise what they like
            log.warning("the keyring could not be written to")

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
        AccessError: blanks or foreign characters are inside, or it is empty.
    """
    key = text.strip()
    if not key:
        raise AccessError(f"{what} is empty.", "Copy it from the service's console.")
    if any(not "!" <= character <= "~" for character in key):
        raise AccessError(
            f"{what} has blanks, line breaks or foreign characters in it.",
            "Copy it again from the service's console, the key alone.",
        )
    return Secret(key)
