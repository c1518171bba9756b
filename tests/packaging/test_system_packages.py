from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from system_packages import Debian, Need, SetupError, install_command, needs, provide, root_prefix


class FakeTools:
    """dpkg-query, apt-cache and apt-get of a made-up machine."""

    def __init__(self, installed: set[str], available: set[str] | None = None) -> None:
        self.here = set(installed)
        self.available = set() if available is None else available
        self.commands: list[list[str]] = []

    def __call__(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        answer, status = "", 0
        if command[0] == "dpkg-query":
            answer = "".join(f"installed {name}\n" for name in command if name in self.here)
        elif command[0] == "apt-cache":
            answer = "".join(f"Package: {name}\nVersion: 1\n\n" for name in command if name in self.available)
        elif "install" in command:
            wanted = {word for word in command[command.index("install") + 1 :] if not word.startswith("-")}
            status = 0 if wanted <= self.available else 100
            self.here |= wanted if status == 0 else set()
        return subprocess.CompletedProcess(command, status, answer, "")

    def installs(self) -> list[list[str]]:
        return [command for command in self.commands if "install" in command]


def refuse() -> list[str] | None:
    return None


def as_root() -> list[str] | None:
    return []


names = st.sampled_from("abcdefgh")


@given(here=st.sets(names), wanted=st.lists(st.lists(names, min_size=1, max_size=3)))
def test_missing_are_exactly_the_needs_that_nothing_installed_meets(
    here: set[str], wanted: list[list[str]]
) -> None:
    all_needs = [Need(tuple(packages)) for packages in wanted]

    missing = Debian(FakeTools(here)).missing(all_needs)

    assert missing == [need for need in all_needs if not here & set(need.packages)]


def test_a_removed_package_of_which_only_settings_are_left_is_missing() -> None:
    def dpkg(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0, "config-files xvfb\ninstalled sox\n", "")

    assert Debian(dpkg).missing(needs("xvfb", "sox")) == [*needs("xvfb")]


def test_the_name_that_apt_knows_is_chosen() -> None:
    debian = Debian(FakeTools(set(), {"libglib2.0-0t64"}))

    assert debian.choose(needs("libglib2.0-0|libglib2.0-0t64")) == ["libglib2.0-0t64"]


def test_the_first_name_is_chosen_while_apt_has_no_lists() -> None:
    assert Debian(FakeTools(set())).choose(needs("a|b", "c")) == ["a", "c"]


@pytest.mark.parametrize(
    ("is_root", "has_sudo", "sudo_asks", "has_terminal", "prefix"),
    [
        (True, False, True, False, []),
        (True, True, False, True, []),
        (False, True, False, False, ["sudo"]),
        (False, True, True, True, ["sudo"]),
        (False, True, True, False, None),
        (False, False, True, True, None),
    ],
)
def test_the_way_to_become_root(
    is_root: bool, has_sudo: bool, sudo_asks: bool, has_terminal: bool, prefix: list[str] | None
) -> None:
    assert (
        root_prefix(is_root=is_root, has_sudo=has_sudo, sudo_asks=sudo_asks, has_terminal=has_terminal)
        == prefix
    )


def test_a_machine_that_has_everything_is_asked_once_and_left_alone() -> None:
    tools = FakeTools({"a"})

    provide(needs("a"), Debian(tools), as_root)

    assert [command[0] for command in tools.commands] == ["dpkg-query"]


def test_what_is_missing_is_installed_with_sudo() -> None:
    tools = FakeTools({"a"}, {"b", "c"})

    provide(needs("a", "b", "c"), Debian(tools), lambda: ["sudo"])

    assert [command[0] for command in tools.installs()] == ["sudo"]
    assert tools.here == {"a", "b", "c"}


def test_nothing_of_the_user_is_removed_for_it() -> None:
    tools = FakeTools(set(), {"a"})

    provide(needs("a"), Debian(tools), as_root)

    assert all("--no-remove" in command for command in tools.installs())


def test_without_rights_the_one_command_is_told() -> None:
    tools = FakeTools({"a"})

    with pytest.raises(SetupError) as raised:
        provide(needs("a", "b", "c"), Debian(tools), refuse)

    commands = [line for line in str(raised.value).splitlines() if "apt-get" in line]
    assert len(commands) == 1
    assert "install -y --no-install-recommends b c" in commands[0]
    assert not tools.installs()


def test_without_rights_the_unessential_stops_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    provide(needs("b", essential=False), Debian(FakeTools(set())), refuse)

    assert "apt-get install -y --no-install-recommends b" in capsys.readouterr().err


def test_an_essential_package_that_apt_fails_to_install_stops() -> None:
    with pytest.raises(SetupError, match=r"install .* b"):
        provide(needs("b"), Debian(FakeTools(set(), set())), as_root)


def test_an_unessential_package_that_apt_lacks_is_not_in_the_way_of_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tools = FakeTools(set(), {"a"})

    provide(needs("a") + needs("b", essential=False), Debian(tools), as_root)

    assert tools.here == {"a"}
    assert "install -y --no-install-recommends b" in capsys.readouterr().err


def test_the_command_fits_the_machine() -> None:
    assert install_command(["a", "b"], has_sudo=True).startswith(
        "sudo apt-get update && sudo apt-get install"
    )
    assert install_command(["a", "b"], has_sudo=False).startswith("su -c '")
