"""Whole files, as other programs get them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.errors import OutputError, UsageError
from app.domain.events import Gap, Word
from app.domain.lanes import LaneLabels
from app.domain.transcript import Entry, Segment
from app.export.formats import export
from app.export.record import Record


def record(*entries: Entry) -> Record:
    return Record("A meeting", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), 65.5, "moonshine", "en", entries)


TWO_LANES = record(
    Segment(1, "Them", 0.5, 2.0, "Shall we begin?", words=(Word("Shall", 0.5, 0.7),)),
    Segment(2, "Me", 2.5, 3.5, "Yes.", edited=True),
    Gap(60.0, 61.5, "The disk was full."),
)


def test_srt(tmp_path: Path) -> None:
    export(TWO_LANES, tmp_path / "a.srt")
    assert (tmp_path / "a.srt").read_text() == (
        "1\n00:00:00,500 --> 00:00:02,000\nThem: Shall we begin?\n\n"
        "2\n00:00:02,500 --> 00:00:03,500\nMe: Yes.\n\n"
        "3\n00:01:00,000 --> 00:01:01,500\n[1.5 s without captions]\n\n"
    )


def test_one_lane_is_not_named_in_srt_and_txt(tmp_path: Path) -> None:
    one = record(Segment(1, "Me", 3661.0, 3662.0, "Hello."), Segment(2, "Note", 3663.0, 3664.0, "Ask Ann."))
    export(one, tmp_path / "a.srt")
    export(one, tmp_path / "a.txt")
    assert (tmp_path / "a.srt").read_text().startswith("1\n01:01:01,000 --> 01:01:02,000\nHello.\n")
    assert (tmp_path / "a.txt").read_text() == "Hello.\nAsk Ann.\n"


def test_txt_names_the_lanes_where_there_are_several(tmp_path: Path) -> None:
    export(TWO_LANES, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "Them: Shall we begin?\nMe: Yes.\n[1.5 s without captions]\n"


def test_a_gap_is_told_of_by_lane_and_not_where_no_word_fits_in(tmp_path: Path) -> None:
    gaps = (Gap(4.0, 64.0, "No disk.", lane="Me"), Gap(70.0, 70.2, "Another device."))
    said = (Segment(1, "Them", 0.0, 1.0, "One."), Segment(2, "Me", 2.0, 3.0, "Two."))
    for suffix in (".srt", ".txt"):
        export(record(*said, *gaps), tmp_path / f"a{suffix}")
    assert (tmp_path / "a.txt").read_text() == "Them: One.\nMe: Two.\nMe: [60.0 s without captions]\n"
    last = (tmp_path / "a.srt").read_text().strip().split("\n\n")[-1]
    assert last == "3\n00:00:04,000 --> 00:00:11,000\nMe: [60.0 s without captions]"


def test_json(tmp_path: Path) -> None:
    export(TWO_LANES, tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text()) == {
        "format": "surtitle",
        "version": 1,
        "title": "A meeting",
        "created": "2026-01-02T03:04:05+00:00",
        "duration": 65.5,
        "engine": "moonshine",
        "language": "en",
        "segments": [
            {
                "id": 1,
                "lane": "Them",
                "start": 0.5,
                "end": 2.0,
                "text": "Shall we begin?",
                "edited": False,
                "words": [{"text": "Shall", "start": 0.5, "end": 0.7}],
            },
            {"id": 2, "lane": "Me", "start": 2.5, "end": 3.5, "text": "Yes.", "edited": True, "words": []},
        ],
        "gaps": [{"start": 60.0, "end": 61.5, "reason": "The disk was full."}],
    }


def test_json_says_how_it_was_said_where_that_is_known(tmp_path: Path) -> None:
    one = record(Segment(1, "Me", 0.0, 1.0, "好。", language="zh"), Segment(2, "Me", 1.0, 2.0, "Well."))
    export(one, tmp_path / "a.json")
    first, second = json.loads((tmp_path / "a.json").read_text())["segments"]
    assert first["language"] == "zh"
    assert first.keys() - second.keys() == {"language"}


def test_an_arrow_in_the_text_does_not_break_the_subtitles(tmp_path: Path) -> None:
    export(record(Segment(1, "Me", 0.0, 1.0, "a --> b\n\nc")), tmp_path / "a.srt")
    assert (tmp_path / "a.srt").read_text() == "1\n00:00:00,000 --> 00:00:01,000\na → b c\n\n"


def test_empty_lines_are_left_out(tmp_path: Path) -> None:
    export(record(Segment(1, "Me", 0.0, 1.0, " ")), tmp_path / "a.srt")
    assert (tmp_path / "a.srt").read_text() == ""


def test_what_can_not_be_written_promises_nothing_that_only_the_window_keeps(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as told:
        export(TWO_LANES, tmp_path / "none" / "a.srt")
    assert told.value.remedy == "Choose another folder, or make room."


def test_an_unknown_suffix_names_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.srt, \.txt, \.json"):
        export(TWO_LANES, tmp_path / "a.doc")


def test_a_failed_export_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.srt"
    target.write_text("earlier")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        export(TWO_LANES, target)
    assert target.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="can't be written"):
        export(TWO_LANES, tmp_path / "none" / "a.srt")


def test_a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    export(TWO_LANES, tmp_path / "a.srt")
    (tmp_path / "usual").touch()
    assert (tmp_path / "a.srt").stat().st_mode == (tmp_path / "usual").stat().st_mode
    (tmp_path / "a.srt").chmod(0o600)
    export(TWO_LANES, tmp_path / "a.srt")
    assert (tmp_path / "a.srt").stat().st_mode & 0o777 == 0o600


def test_lanes_go_by_the_labels_that_the_user_chose(tmp_path: Path) -> None:
    labeled = replace(TWO_LANES, labels=LaneLabels(me="Ann", them="The team"))
    for suffix in (".srt", ".txt", ".json"):
        export(labeled, tmp_path / f"a{suffix}")
    assert "The team: Shall we begin?" in (tmp_path / "a.srt").read_text()
    assert (
        tmp_path / "a.txt"
    ).read_text() == "The team: Shall we begin?\nAnn: Yes.\n[1.5 s without captions]\n"
    lanes = [one["lane"] for one in json.loads((tmp_path / "a.json").read_text())["segments"]]
    assert lanes == ["The team", "Ann"]


def test_a_label_leaves_words_their_times_in_srt(tmp_path: Path) -> None:
    long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen."
    said = [Word(word, 10.0 + place, 10.5 + place) for place, word in enumerate(long.split())]
    first = Segment(1, "Me", 1.0, 2.0, "Count.")
    counted = Segment(2, "Them", 10.0, 25.5, long, words=tuple(said))
    export(replace(record(first, counted), labels=LaneLabels(them="The team")), tmp_path / "a.srt")
    cues = (tmp_path / "a.srt").read_text().split("\n\n")[1:-1]
    starts = {cue.split("\n")[2].split()[0]: cue.split("\n")[1][:12] for cue in cues[1:]}
    assert all(start == f"00:00:{10 + long.split().index(word):02d},000" for word, start in starts.items())
    assert len(starts) >= 2


def test_subtitles_of_two_who_talk_at_once_overlap_and_those_of_one_never_do(tmp_path: Path) -> None:
    both = [
        Segment(1, "Them", 0.0, 5.0, "A long story."),
        Segment(2, "Me", 1.0, 2.0, "Oh."),
        Segment(3, "Me", 2.1, 3.0, "No."),
    ]
    export(record(*both), tmp_path / "a.srt")
    cues = [cue.split("\n") for cue in (tmp_path / "a.srt").read_text().split("\n\n")[:-1]]
    assert [cue[2] for cue in cues] == ["Them: A long story.", "Me: Oh.", "Me: No."]
    assert cues[0][1] == "00:00:00,000 --> 00:00:05,000"
    assert cues[1][1].split(" --> ")[1] <= cues[2][1].split(" --> ")[0]


def test_a_gap_in_a_meeting_says_whose_sound_it_was(tmp_path: Path) -> None:
    gaps = (Gap(1.0, 2.0, "It was unplugged.", "Me"), Gap(3.0, 4.0, "The disk was full."))
    export(replace(record(*gaps), labels=LaneLabels(me="Ann")), tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text())["gaps"] == [
        {"start": 1.0, "end": 2.0, "reason": "It was unplugged.", "lane": "Ann"},
        {"start": 3.0, "end": 4.0, "reason": "The disk was full."},
    ]


def test_who_goes_on_after_somebody_else_is_named_again_in_srt(tmp_path: Path) -> None:
    long = "It was the best of times, it was the worst of times. " * 6
    said = (Segment(1, "Them", 0.0, 24.0, long), Segment(2, "Me", 10.0, 11.0, "Oh."))
    export(record(*said), tmp_path / "a.srt")
    bodies = [cue.split("\n", 2)[2] for cue in (tmp_path / "a.srt").read_text().strip().split("\n\n")]
    place = bodies.index("Me: Oh.")
    assert 1 < place < len(bodies) - 2
    named = [0, place, place + 1]
    assert [n for n, body in enumerate(bodies) if body.startswith(("Them: ", "Me: "))] == named
    assert all(len(line) <= 42 for body in bodies for line in body.split("\n"))
