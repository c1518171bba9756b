"""The virtual environment `.venv`: made once from a hashed lock, repaired when broken, else left alone."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from system_packages import SetupError, note

# Each lock holds everything of the one before it.
LOCKS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}


@dataclass(frozen=True)
class Stamp:
    """What was installed into an environment: a digest for each lock, and the names it left there."""

    digests: dict[str, str] = field(default_factory=dict)
    contents: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, file: Path) -> Stamp:
        """The stamp in the file; an empty one where there is none that can be read."""
        try:
            return cls(**json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()

    def write(self, file: Path) -> None:
        """Keep it in the file."""
        file.write_text(json.dumps({"digests": self.digests, "contents": self.contents}), "utf-8")


class Environment:
    """`.venv` under the folder of the project."""

    def __init__(self, root: Path, call: Callable[[list[str]], int] = subprocess.call) -> None:
        self.root = root
        self.folder = root / ".venv"
        self._call = call
        self._stamp = self.folder / "surtitle-setup.json"
        self._unfinished = self.folder / "surtitle-unfinished"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.tool("python")

    def tool(self, name: str) -> Path:
        """A program in it."""
        if sys.platform == "win32":
            return self.folder / "Scripts" / f"{name}.exe"
        return self.folder / "bin" / name

    def ensure(self, lock: str) -> None:
        """Have everything of the lock (`runtime` or `dev`) installed; costs next to nothing when it is.

        Raises:
            SetupError: the environment can't be made.
        """
        if self.is_fresh(lock):
            return
        if not self._is_sound():
            self._make()
        self._unfinished.touch()
        self._install(lock)
        done = list(LOCKS)[: list(LOCKS).index(lock) + 1]
        Stamp({name: self._digest(name) for name in done}, sorted(self._contents())).write(self._stamp)
        self._unfinished.unlink()

    def is_fresh(self, lock: str) -> bool:
        """Whether the lock was installed here, and nothing has gone missing since."""
        digest = Stamp.read(self._stamp).digests.get(lock)
        return digest == self._digest(lock) and self._is_whole()

    def _is_whole(self) -> bool:
        """Whether no installation was cut short, and all that it left is still there."""
        if self._unfinished.exists() or not self.python.exists():
            return False
        return self._contents().issuperset(Stamp.read(self._stamp).contents)

    def _is_sound(self) -> bool:
        """Whether packages can be installed into what is there."""
        has_pip = "import importlib.util as u, sys; sys.exit(u.find_spec('pip') is None)"
        if not self._is_whole() or not self._fits_this_python():
            return False
        try:
            return self._call([str(self.python), "-c", has_pip]) == 0
        except OSError:
            return False

    def _fits_this_python(self) -> bool:
        try:
            lines = (self.folder / "pyvenv.cfg").read_text("utf-8").splitlines()
        except OSError:
            return False
        settings = dict(line.split(" = ", 1) for line in lines if " = " in line)
        return settings.get("version", "").split(".")[:2] == [str(part) for part in sys.version_info[:2]]

    def _make(self) -> None:
        note(f"Making {self.folder.name}")
        base = getattr(sys, "_base_executable", sys.executable)
        if self._call([base, "-m", "venv", "--clear", str(self.folder)]):
            raise SetupError(f"{self.folder} can't be made; the reason is given above.")

    def _install(self, lock: str) -> None:
        note(f"Installing Python packages ({LOCKS[lock]}); the first time this takes a minute")
        pip = [str(self.python), "-m", "pip", "--disable-pip-version-check", "--no-input", "-q", "install"]
        pinned = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(self._lock_file(lock))]
        # compat: a plain path file, where the default may run a finder at every start of Python.
        itself = ["--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "-e"]
        for arguments in (pinned, [*itself, str(self.root)]):
            if self._call([*pip, *arguments]):
                raise SetupError(
                    "The Python packages could not be installed; pip says why above. "
                    "Check the network connection, then run the same command again."
                )

    def _lock_file(self, lock: str) -> Path:
        return self.root / "packaging" / LOCKS[lock]

    def _digest(self, lock: str) -> str:
        """Changes with the lock, the project's own settings, the interpreter and the place."""
        digest = hashlib.sha256(f"{sys.version_info[:2]} {self.folder}".encode())
        for file in (self._lock_file(lock), self.root / "pyproject.toml"):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def _contents(self) -> set[str]:
        """Names of the files and folders in the environment's place for packages."""
        pattern = "Lib/site-packages" if sys.platform == "win32" else "lib/python*/site-packages"
        places = self.folder.glob(pattern)
        return {entry.name for place in places for entry in place.iterdir() if entry.name != "__pycache__"}
