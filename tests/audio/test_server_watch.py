from __future__ import annotations

from app.audio.server_watch import LateWatch, parse_recordings

LISTING = """Source Output #57
\tDriver: PipeWire
\tSource: 51
\tProperties:
\t\tmedia.name = "loopback"
\t\ttarget.object = "surtitle.stream = 9"

Source Output #95
\tDriver: PipeWire
\tSource: 73
\tProperties:
\t\tapplication.name = "ALSA plug-in [python3.11]"
\t\tsurtitle.stream = "12-34"

Source Output #96
\tSource: 51
\tProperties:
\t\tsurtitle.stream = "12-56"
"""


def test_our_recordings_are_known_by_their_marks() -> None:
    assert parse_recordings(LISTING) == {"12-34": 73, "12-56": 51}


def test_no_recordings_are_none() -> None:
    assert parse_recordings("") == {}


def test_where_no_server_is_nothing_changes() -> None:
    watch = LateWatch(lambda: False)
    assert not watch.changed()
    watch.close()
    assert not watch.changed()
