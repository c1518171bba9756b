"""What Surtitle needs from a Debian-like system, what of it is missing, and how it gets installed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


class SetupError(Exception):
    """Setting up can't go on; the message says what the user can do."""


@dataclass(frozen=True)
class Need:
    """One thing the system must bring: any of these packages brings it, the first is asked for first."""

    packages: tuple[str, ...]
    essential: bool = True


def needs(*packages: str, essential: bool = True) -> tuple[Need, ...]:
    """One need for each argument; `a|b` means that either package will do."""
    return tuple(Need(tuple(names.split("|")), essential) for names in packages)


# Debian renamed some libraries when their times became 64 bits wide ("t64"); Ubuntu 24.04 has the new names.
WINDOW = needs(
    "libglib2.0-0|libglib2.0-0t64",
    "libgl1",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libdbus-1-3",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libwayland-cursor0",
    "libwayland-egl1",
)
# Without a font there would be no letters at all; any desktop has one already.
FONTS = needs("fonts-dejavu-core|fonts-noto-core|fonts-liberation|fonts-liberation2|fonts-ubuntu|fonts-inter")
# Recordings can be captioned without these, so nobody is stopped for want of them.
SOUND = needs("libportaudio2", "libasound2-plugins|pipewire-alsa", "pulseaudio-utils", essential=False)
# A machine whose sound already runs on PipeWire keeps it: `pulseaudio` would push it out.
TESTS = needs(
    "xvfb",
    "openbox",
    "picom",
    "xdotool",
    "imagemagick",
    "iproute2",
    "pulseaudio|pipewire-pulse",
    # The other sound server, which tests start for themselves; neither is in the other's way.
    "pipewire",
    "pipewire-pulse",
    "wireplumber",
    "dbus",
    essential=False,
)
FREEZING = needs("binutils")


class Debian:
    """The package tools of Debian and its children."""

    def __init__(self, run: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run) -> None:
        self._run = run

    @staticmethod
    def present() -> bool:
        """Whether this system has these tools."""
        return sys.platform == "linux" and bool(shutil.which("dpkg-query") and shutil.which("apt-get"))

    def installed(self, names: Iterable[str]) -> set[str]:
        """Those of the packages that are installed."""
        query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\n", *names]
        answer = self._run(query, capture_output=True, text=True, check=False).stdout
        lines = (line.split() for line in answer.splitlines())
        return {line[1] for line in lines if line[0] == "installed"}

    def available(self, names: Iterable[str]) -> set[str]:
        """Those of the packages that apt could install, as far as its lists tell."""
        command = ["apt-cache", "show", "--no-all-versions", *names]
        answer = self._run(command, capture_output=True, text=True, check=False).stdout
        return {line.split()[1] for line in answer.splitlines() if line.startswith("Package: ")}

    def missing(self, wanted: Iterable[Need]) -> list[Need]:
        """The needs that no installed package meets."""
        wanted = list(wanted)
        here = self.installed(name for need in wanted for name in need.packages)
        return [need for need in wanted if here.isdisjoint(need.packages)]

    def choose(self, missing: Sequence[Need]) -> list[str]:
        """One package for each need: the first that apt knows, else the first by name."""
        known = self.available(name for need in missing for name in need.packages)
        return [next((name for name in need.packages if name in known), need.packages[0]) for need in missing]

    def renew_lists(self, prefix: Sequence[str]) -> None:
        """Fetch apt's lists; without a network what apt knows already may still do."""
        self._apt(prefix, "update")

    def install(self, names: Sequence[str], prefix: Sequence[str]) -> None:
        """Install the packages; `prefix` makes the command run as root. Nothing is ever removed for them."""
        self._apt(prefix, "install", "-y", "--no-install-recommends", "--no-remove", *names)

    def _apt(self, prefix: Sequence[str], *arguments: str) -> None:
        apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
        # Someone who watches sees apt at work; a log has its hundreds of lines only when it fails.
        output = None if sys.stderr.isatty() else subprocess.PIPE
        done = self._run(
            [*prefix, *apt, *arguments],
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output and subprocess.STDOUT,
        )
        if done.returncode and done.stdout:
            note(done.stdout)


def root_prefix(*, is_root: bool, has_sudo: bool, sudo_asks: bool, has_terminal: bool) -> list[str] | None:
    """What to put before a command to run it as root; None where there is no way."""
    if is_root:
        return []
    if has_sudo and (has_terminal or not sudo_asks):
        return ["sudo"]
    return None


def root_prefix_here() -> list[str] | None:
    """`root_prefix` for this user on this machine."""
    has_sudo = shutil.which("sudo") is not None
    return root_prefix(
        is_root=os.geteuid() == 0,
        has_sudo=has_sudo,
        sudo_asks=has_sudo and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode != 0,
        has_terminal=sys.stdin.isatty() and sys.stderr.isatty(),
    )


def install_command(names: Sequence[str], *, has_sudo: bool) -> str:
    """The one line a user types to install the packages."""
    packages = shlex.join(names)
    if has_sudo:
        return f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}"
    return f"su -c 'apt-get update && apt-get install -y --no-install-recommends {packages}'"


def provide(wanted: Sequence[Need], system: Debian, prefix: Callable[[], list[str] | None]) -> None:
    """Install what is missing; where that can't be done, say how, and stop if it is essential.

    Raises:
        SetupError: something essential is missing and can't be installed from here.
    """
    missing = system.missing(wanted)
    if not missing:
        return
    how = prefix()
    if how is not None:
        note(f"Installing system packages: {' '.join(need.packages[0] for need in missing)}")
        install(missing, system, how)
        missing = system.missing(missing)
    if missing:
        report(missing, system)


def install(missing: Sequence[Need], system: Debian, prefix: Sequence[str]) -> None:
    """Install what is essential first, so that nothing else can be in its way."""
    system.renew_lists(prefix)
    for essential in (True, False):
        group = [need for need in missing if need.essential is essential]
        if group:
            system.install(system.choose(group), prefix)


def report(missing: Sequence[Need], system: Debian) -> None:
    """Say what to type for the missing packages.

    Raises:
        SetupError: one of them is essential.
    """
    command = install_command(system.choose(missing), has_sudo=shutil.which("sudo") is not None)
    if any(need.essential for need in missing):
        raise SetupError(
            f"Some system packages are missing. Run this one command, then try again:\n\n    {command}\n"
        )
    note(f"Some things will not work until these packages are installed:\n\n    {command}\n")


def note(text: str) -> None:
    """Tell the user what is going on, beside the program's own output."""
    print(text, file=sys.stderr, flush=True)
