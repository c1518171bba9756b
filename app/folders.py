"""Where the program keeps its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folders:
    """Folders of one user; made when something is first written into them."""

    settings: Path
    sessions: Path
    logs: Path

    @classmethod
    def of_platform(cls) -> Folders:
        """Where this platform wants them."""
        # Not at the top: with --profile-dir it is not needed.
        from platformdirs import PlatformDirs

        places = PlatformDirs("surtitle", appauthor=False)
        return cls(places.user_config_path, places.user_data_path / "sessions", places.user_log_path)

    @classmethod
    def below(cls, profile: Path) -> Folders:
        """Everything under `profile`."""
        return cls(profile / "settings", profile / "sessions", profile / "logs")
