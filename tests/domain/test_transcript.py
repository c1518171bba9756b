"""The transcript keeps its order and the user's words, whatever engine and user do to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.domain.events import Final, Gap, Word
from app.domain.request import LANE_NOTE
from app.domain.segment import most_heard
from app.domain.transcript import Change, Entry, Segment, Transcript, edited_spans


def said(text: str, start: float = 0.0, end: float | None = None, utterance: int = 1) -> Final:
    """A final whose words take a second each."""
    words = tuple(Word(word, start + i, start + i + 1) for i, word in enumerate(text.split()))
    return Final(utterance, start, start + len(words) if end is None else end, text, words)


def transcript_of(*texts: str) -> Transcript:
    """One segment of the lane Me for each text, each ten seconds after the one before."""
    transcript = Transcript()
    for number, text in enumerate(texts):
        transcript.apply("Me", said(text, 10.0 * number, utterance=number))
    return transcript


def segment(transcript: Transcript, index: int) -> Segment:
    entry = transcript[index]
    assert isinstance(entry, Segment)
    return entry


def told(transcript: Transcript, index: int) -> tuple[str | None, str | None]:
    """What the engine told of how it was said."""
    return segment(transcript, index).language, segment(transcript, index).emotion


def texts(transcript: Transcript) -> list[str]:
    return [entry.text if isinstance(entry, Segment) else entry.reason for entry in transcript.entries]


def test_the_language_most_heard_is_the_one_spoken_longest() -> None:
    entries = [
        Segment(1, "Me", 0.0, 1.0, "Hello.", language="en"),
        Gap(1.0, 50.0, "No sound."),
        Segment(2, "Me", 50.0, 53.0, "你好。", language="zh"),
        Segment(3, "Me", 53.0, 54.5, "Bye.", language="en"),
        Segment(4, "Me", 60.0, 90.0, "Hm."),
    ]
    assert most_heard(entries) == "zh"
    assert most_heard(entries[-1:]) is None


class TestEngine:
    def test_final_becomes_a_segment(self) -> None:
        transcript = Transcript()
        change = transcript.apply("Me", said("good morning", 2))
        words = (Word("good", 2, 3), Word("morning", 3, 4))
        segment = Segment(1, "Me", 2, 4, "good morning", "good morning", words)
        assert change == Change(0, (), (segment,))
        assert transcript.entries == (segment,)

    @pytest.mark.parametrize("text", ["", "  ", "\n"])
    def test_empty_final_changes_nothing(self, text: str) -> None:
        transcript = Transcript()
        assert transcript.apply("Me", Final(1, 0, 1, text)) is None
        assert len(transcript) == 0

    def test_line_breaks_within_a_final_become_blanks(self) -> None:
        transcript = Transcript()
        transcript.apply("Me", Final(1, 0, 1, " one\ntwo "))
        assert texts(transcript) == ["one two"]

    def test_late_final_is_put_where_it_was_said(self) -> None:
        transcript = transcript_of("first", "third")
        change = transcript.apply("Them", said("second", 5, utterance=9))
        assert change is not None
        assert change.index == 1
        assert texts(transcript) == ["first", "second", "third"]

    def test_gap_is_put_where_it_was(self) -> None:
        transcript = transcript_of("first", "third")
        gap = Gap(5, 6, "The line was down.")
        assert transcript.apply("Me", gap) == Change(1, (), (gap,))

    def test_segments_of_one_lane_do_not_overlap(self) -> None:
        transcript = transcript_of("one two three four")
        transcript.apply("Me", Final(2, 2.0, 6.0, "five"))
        assert (segment(transcript, 1).start, segment(transcript, 1).end) == (4.0, 6.0)

    def test_segments_of_different_lanes_may_overlap(self) -> None:
        transcript = transcript_of("one two three four")
        transcript.apply("Them", Final(2, 2.0, 6.0, "five"))
        assert (segment(transcript, 1).start, segment(transcript, 1).end) == (2.0, 6.0)

    def test_second_final_takes_the_place_of_the_first(self) -> None:
        transcript = transcript_of("recognize beach")
        old = segment(transcript, 0)
        change = transcript.apply("Me", Final(0, 0.0, 2.0, "recognize speech"))
        assert change is not None
        assert (change.index, change.removed) == (0, (old,))
        assert (segment(transcript, 0).id, segment(transcript, 0).text) == (old.id, "recognize speech")

    def test_second_final_that_says_the_same_changes_nothing(self) -> None:
        transcript = transcript_of("the same")
        assert transcript.apply("Me", said("the same", utterance=0)) is None

    def test_third_final_takes_the_place_of_the_second(self) -> None:
        transcript = transcript_of("recognize beach")
        for text in ("recognize speed", "recognize speech"):
            transcript.apply("Me", Final(0, 0.0, 2.0, text))
        assert texts(transcript) == ["recognize speech"]

    def test_retracted_final_is_gone(self) -> None:
        transcript = transcript_of("first", "second", "third")
        before = list(transcript.entries)
        change = transcript.retract("Me", 1)
        assert texts(transcript) == ["first", "third"]
        assert change is not None
        assert replayed(before, change) == list(transcript.entries)
        assert transcript.retract("Me", 1) is None
        assert transcript.retract("Them", 0) is None

    def test_retracted_final_that_comes_again_is_taken(self) -> None:
        transcript = transcript_of("heard twice")
        transcript.retract("Me", 0)
        transcript.apply("Me", Final(0, 0.0, 2.0, "heard anew"))
        assert texts(transcript) == ["heard anew"]

    def test_edited_segment_is_not_retracted(self) -> None:
        transcript = transcript_of("recognize beach")
        transcript.rewrite(0, 1, ["recognize speech"])
        assert transcript.retract("Me", 0) is None
        assert transcript.apply("Me", Final(0, 0.0, 2.0, "wreck a nice beach")) is None
        assert texts(transcript) == ["recognize speech"]

    def test_second_final_may_move_a_segment(self) -> None:
        transcript = transcript_of("one two three four")
        transcript.apply("Them", said("aside", 2, utterance=1))
        before = list(transcript.entries)
        change = transcript.apply("Me", said("three four", 3, utterance=0))
        assert texts(transcript) == ["aside", "three four"]
        assert change is not None
        assert replayed(before, change) == list(transcript.entries)

    def test_number_used_again_at_another_time_loses_nothing(self) -> None:
        transcript = transcript_of("before the break")
        transcript.apply("Me", said("after the break", 60, utterance=0))
        assert texts(transcript) == ["before the break", "after the break"]

    def test_edited_segment_is_not_overwritten(self) -> None:
        transcript = transcript_of("recognize beach")
        transcript.rewrite(0, 1, ["wreck a nice beach"])
        assert transcript.apply("Me", said("recognize speech", utterance=0)) is None
        assert texts(transcript) == ["wreck a nice beach"]

    def test_removed_segment_does_not_come_back(self) -> None:
        transcript = transcript_of("um")
        transcript.rewrite(0, 1, [])
        assert transcript.apply("Me", said("um", utterance=0)) is None
        assert len(transcript) == 0


class TestRewrite:
    def test_changed_word_keeps_times_lane_and_origin(self) -> None:
        transcript = transcript_of("league table")
        old = segment(transcript, 0)
        change = transcript.rewrite(0, 1, ["league tables"])
        new = replace(old, text="league tables", words=(), edited=True)
        assert change == Change(0, (old,), (new,))

    def test_change_that_leaves_the_words_keeps_their_times(self) -> None:
        transcript = transcript_of("so it goes")
        words = segment(transcript, 0).words
        transcript.rewrite(0, 1, ["so  it goes..."])
        assert segment(transcript, 0).words == words

    def test_same_text_changes_nothing(self) -> None:
        transcript = transcript_of("one", "two")
        assert transcript.rewrite(0, 2, ["one", "two"]) is None
        assert not segment(transcript, 0).edited

    def test_neighbours_with_the_same_text_are_not_touched(self) -> None:
        transcript = transcript_of("one", "two", "three")
        change = transcript.rewrite(0, 3, ["one", "2", "three"])
        assert change is not None
        assert (change.index, len(change.removed), len(change.added)) == (1, 1, 1)
        assert [segment(transcript, i).edited for i in range(3)] == [False, True, False]

    def test_split_shares_time_by_the_words(self) -> None:
        transcript = transcript_of("one two three")
        transcript.rewrite(0, 1, ["one", "two three"])
        first, second = segment(transcript, 0), segment(transcript, 1)
        assert [(first.start, first.end), (second.start, second.end)] == [(0, 1), (1, 3)]
        assert [word.text for word in second.words] == ["two", "three"]

    def test_split_shares_time_by_length_without_words(self) -> None:
        transcript = Transcript()
        transcript.apply("Me", Final(1, 0.0, 4.0, "a bcd"))
        transcript.rewrite(0, 1, ["a", "bcd"])
        assert [segment(transcript, i).end for i in range(2)] == [1.0, 4.0]

    def test_split_keeps_the_id_in_front_and_shares_what_was_heard(self) -> None:
        transcript = transcript_of("one two three four")
        old = segment(transcript, 0)
        transcript.rewrite(0, 1, ["one 2", "three four"])
        first, second = segment(transcript, 0), segment(transcript, 1)
        assert first.id == old.id != second.id
        assert (first.heard, second.heard) == ("one two", "three four")

    def test_split_stays_in_front_of_what_follows(self) -> None:
        transcript = transcript_of("one two three four")
        transcript.apply("Them", said("hm", 1, utterance=1))
        transcript.rewrite(0, 1, ["one two", "three four"])
        assert texts(transcript) == ["one two", "three four", "hm"]
        assert segment(transcript, 1).start == 1

    def test_merge_covers_both(self) -> None:
        transcript = transcript_of("one two", "three")
        change = transcript.rewrite(0, 2, ["one two three"])
        assert change is not None
        merged = segment(transcript, 0)
        assert (merged.start, merged.end, merged.heard) == (0, 11, "one two three")
        assert len(merged.words) == 3

    def test_note_that_joins_speech_is_the_speakers(self) -> None:
        transcript = transcript_of("hello")
        transcript.rewrite(0, 0, ["note"])
        transcript.rewrite(0, 2, ["note hello"])
        assert segment(transcript, 0).lane == "Me"

    def test_edits_keep_how_it_was_said(self) -> None:
        transcript = Transcript()
        transcript.apply("Me", Final(1, 0.0, 2.0, "one two", language="en", emotion="happy"))
        transcript.rewrite(0, 1, ["one", "2"])
        assert [told(transcript, i) for i in range(2)] == [("en", "happy")] * 2

    def test_merge_keeps_what_holds_for_all_of_it(self) -> None:
        transcript = Transcript()
        transcript.apply("Me", Final(1, 0.0, 1.0, "one", language="en", emotion="happy"))
        transcript.apply("Me", Final(2, 1.0, 2.0, "two", language="en", emotion="sad"))
        transcript.rewrite(2, 0, ["note"])
        transcript.rewrite(0, 3, ["one two note"])
        assert told(transcript, 0) == ("en", None)

    def test_removal(self) -> None:
        transcript = transcript_of("one", "two", "three")
        transcript.rewrite(0, 2, [])
        assert texts(transcript) == ["three"]

    def test_lines_between_are_notes(self) -> None:
        transcript = transcript_of("one", "two")
        transcript.rewrite(1, 0, ["a", "b"])
        assert texts(transcript) == ["one", "a", "b", "two"]
        assert {segment(transcript, i).lane for i in (1, 2)} == {LANE_NOTE}

    def test_first_words_in_an_empty_transcript_are_a_note(self) -> None:
        transcript = Transcript()
        transcript.rewrite(0, 0, ["hello"])
        assert segment(transcript, 0).lane == LANE_NOTE

    def test_gap_can_not_be_rewritten(self) -> None:
        transcript = Transcript([Gap(0, 1, "No sound.")])
        with pytest.raises(ValueError, match="gap"):
            transcript.rewrite(0, 1, ["sound"])

    @pytest.mark.parametrize(("index", "count"), [(-1, 1), (0, 3), (2, 1)])
    def test_entries_that_do_not_exist(self, index: int, count: int) -> None:
        with pytest.raises(ValueError, match="no entries"):
            transcript_of("one", "two").rewrite(index, count, [])


class TestHistory:
    def test_undo_and_redo(self) -> None:
        transcript = transcript_of("one two")
        before = transcript.entries
        transcript.rewrite(0, 1, ["one", "two"])
        after = transcript.entries
        transcript.undo()
        assert transcript.entries == before
        transcript.redo()
        assert transcript.entries == after

    def test_nothing_to_undo(self) -> None:
        transcript = transcript_of("one")
        assert transcript.undo() is None
        assert transcript.redo() is None

    def test_new_edit_ends_redo(self) -> None:
        transcript = transcript_of("one", "two")
        transcript.rewrite(0, 1, ["1"])
        transcript.undo()
        transcript.rewrite(1, 1, ["2"])
        assert transcript.redo() is None

    def test_undo_after_the_engine_went_on(self) -> None:
        transcript = transcript_of("one two", "later")
        transcript.rewrite(0, 1, ["one", "two"])
        transcript.apply("Them", said("aside", 0.5, utterance=7))
        transcript.undo()
        assert texts(transcript) == ["one two", "aside", "later"]

    def test_removed_segment_comes_back_into_what_its_lane_has_left(self) -> None:
        transcript = transcript_of("one two three four")
        transcript.rewrite(0, 1, [])
        transcript.apply("Me", said("new", 2, utterance=7))
        transcript.undo()
        assert texts(transcript) == ["one two three four", "new"]
        assert segment(transcript, 0).end == 2

    def test_lines_at_one_moment_come_back_in_their_order(self) -> None:
        transcript = transcript_of("one")
        transcript.rewrite(1, 0, ["a", "b", "c"])
        transcript.rewrite(2, 1, [])
        transcript.undo()
        assert texts(transcript) == ["one", "a", "b", "c"]

    def test_typing_is_undone_word_by_word(self) -> None:
        transcript = transcript_of("x")
        for length in range(1, len("x new word") + 1):
            transcript.rewrite(0, 1, ["x new word"[:length]])
        transcript.undo()
        assert texts(transcript) == ["x new "]
        transcript.undo()
        assert texts(transcript) == ["x "]

    def test_deleting_letters_is_one_edit(self) -> None:
        transcript = transcript_of("word")
        for length in (3, 2, 1):
            transcript.rewrite(0, 1, ["word"[:length]])
        transcript.undo()
        assert texts(transcript) == ["word"]

    def test_note_never_filled_leaves_no_trace(self) -> None:
        transcript = transcript_of("one", "two")
        transcript.rewrite(0, 1, ["1"])
        transcript.add_note(5.0)
        transcript.rewrite(1, 1, [])
        transcript.undo()
        assert texts(transcript) == ["one", "two"]

    def test_clear_can_be_undone(self) -> None:
        transcript = transcript_of("one", "two")
        transcript.apply("Me", Gap(5, 6, "No sound."))
        before = transcript.entries
        transcript.clear()
        assert transcript.entries == ()
        transcript.undo()
        assert transcript.entries == before
        transcript.redo()
        assert transcript.entries == ()

    def test_utterances_after_clear_are_new(self) -> None:
        transcript = transcript_of("one")
        transcript.clear()
        transcript.apply("Me", said("one", utterance=0))
        assert texts(transcript) == ["one"]


class TestRestoring:
    def test_ids_go_on_after_the_largest(self) -> None:
        transcript = Transcript([Segment(7, "Me", 0, 1, "one"), Segment(3, "Me", 1, 2, "two")])
        transcript.add_note(5.0)
        assert segment(transcript, 2).id == 8

    def test_ids_go_on_after_a_splice(self) -> None:
        transcript = Transcript()
        transcript.splice(Change(0, (), (Segment(7, "Me", 0, 1, "one"),)))
        transcript.add_note(5.0)
        assert segment(transcript, 1).id == 8

    def test_load_forgets_the_past(self) -> None:
        transcript = transcript_of("one")
        transcript.rewrite(0, 1, ["1"])
        transcript.load()
        assert transcript.undo() is None
        transcript.apply("Me", said("again", utterance=0))
        assert texts(transcript) == ["again"]


class TestEditedSpans:
    @pytest.mark.parametrize(
        ("heard", "text", "marked"),
        [
            ("the same", "the same", []),
            ("do they follow the same lead tables", "do they follow the same league tables", ["league"]),
            ("one two three", "one 2 2 three", ["2 2"]),
            ("one two three", "one three", []),
            ("it is late", "it is late!", ["!"]),
            ("\u4eca\u5929\u5929\u6c14", "\u4eca\u5929\u5f88\u597d", ["\u5f88\u597d"]),
            ("well", "naïve well-known café", ["naïve well-known café"]),
        ],
    )
    def test_words_that_differ(self, heard: str, text: str, marked: list[str]) -> None:
        spans = edited_spans(Segment(1, "Me", 0, 1, text, heard, edited=True))
        assert [text[start : start + length] for start, length in spans] == marked

    def test_own_line_is_not_marked(self) -> None:
        assert edited_spans(Segment(1, LANE_NOTE, 0, 0, "mine", edited=True)) == ()


def replayed(entries: list[Entry], change: Change | None) -> list[Entry]:
    """What a listener that only hears of changes makes of one."""
    if change is None:
        return entries
    stop = change.index + len(change.removed)
    assert tuple(entries[change.index : stop]) == change.removed
    return [*entries[: change.index], *change.added, *entries[stop:]]


LANES = st.sampled_from(["Me", "Them"])
MOMENTS = st.integers(0, 40).map(lambda half: half / 2)
LENGTHS = st.integers(0, 10).map(lambda half: half / 2)
TEXTS = st.lists(st.sampled_from(["a", "b", "cc", "d.", "\u8bcd"]), min_size=1, max_size=4).map(" ".join)
EDITS = st.lists(st.one_of(st.just(""), TEXTS), max_size=3)


class TranscriptMachine(RuleBasedStateMachine):
    """Any mix of what engine and user may do."""

    def __init__(self) -> None:
        super().__init__()
        self.transcript = Transcript()
        self.entries: list[Entry] = []
        self.journal = Transcript()
        self.spans: list[tuple[str, int, float, float]] = []

    def take(self, change: Change | None) -> None:
        self.entries = replayed(self.entries, change)
        if change is not None:
            assert change.removed != change.added
            self.journal.splice(change)

    def engine(self, lane: str, event: Final | Gap) -> Change | None:
        touched = [entry for entry in self.entries if isinstance(entry, Segment) and entry.edited]
        change = self.transcript.apply(lane, event)
        self.take(change)
        assert [e for e in self.transcript.entries if isinstance(e, Segment) and e.edited] == touched
        return change

    @rule(lane=LANES, start=MOMENTS, length=LENGTHS, text=TEXTS)
    def final(self, lane: str, start: float, length: float, text: str) -> None:
        utterance = len(self.spans)
        self.spans.append((lane, utterance, start, start + length))
        change = self.engine(lane, said(text, start, start + length, utterance))
        assert change is not None
        assert [entry.text for entry in change.added if isinstance(entry, Segment)] == [text]

    @precondition(lambda self: self.spans)
    @rule(data=st.data(), shift=st.floats(-1, 1), text=TEXTS)
    def final_again(self, data: st.DataObject, shift: float, text: str) -> None:
        lane, utterance, start, end = data.draw(st.sampled_from(self.spans))
        start = max(0.0, start + shift)
        self.engine(lane, Final(utterance, start, max(start, end), text))

    @precondition(lambda self: self.spans)
    @rule(data=st.data())
    def retract(self, data: st.DataObject) -> None:
        lane, utterance, _, _ = data.draw(st.sampled_from(self.spans))
        edited = [entry for entry in self.entries if isinstance(entry, Segment) and entry.edited]
        self.take(self.transcript.retract(lane, utterance))
        assert [e for e in self.transcript.entries if isinstance(e, Segment) and e.edited] == edited

    @rule(start=MOMENTS, length=LENGTHS)
    def gap(self, start: float, length: float) -> None:
        self.engine("Me", Gap(start, start + length, "No sound."))

    @rule(data=st.data(), texts=EDITS)
    def rewrite(self, data: st.DataObject, texts: list[str]) -> None:
        index = data.draw(st.integers(0, len(self.entries)))
        reach = 0
        while index + reach < len(self.entries) and isinstance(self.entries[index + reach], Segment):
            reach += 1
        count = data.draw(st.integers(0, min(reach, 4)))
        self.take(self.transcript.rewrite(index, count, texts))
        shown = self.entries[index : index + len(texts)]
        assert [entry.text for entry in shown if isinstance(entry, Segment)] == texts

    @rule(now=MOMENTS)
    def note(self, now: float) -> None:
        self.take(self.transcript.add_note(now))

    @rule()
    def undo(self) -> None:
        self.take(self.transcript.undo())

    @rule()
    def redo(self) -> None:
        self.take(self.transcript.redo())

    @rule()
    def undo_and_redo_all(self) -> None:
        before = self.transcript.entries
        steps = 0
        while (change := self.transcript.undo()) is not None:
            self.take(change)
            steps += 1
        for _ in range(steps):
            self.take(self.transcript.redo())
        assert len(self.transcript) == len(before)

    @precondition(lambda self: len(self.entries) > 5)
    @rule()
    def clear(self) -> None:
        self.take(self.transcript.clear())
        self.spans.clear()

    @invariant()
    def changes_tell_everything(self) -> None:
        assert self.transcript.entries == tuple(self.entries) == self.journal.entries

    @invariant()
    def entries_are_in_order(self) -> None:
        assert all(a.start <= b.start for a, b in pairwise(self.entries))

    @invariant()
    def lanes_run_forward(self) -> None:
        segments = [entry for entry in self.entries if isinstance(entry, Segment)]
        assert all(segment.start <= segment.end for segment in segments)
        for lane in {segment.lane for segment in segments}:
            mine = [segment for segment in segments if segment.lane == lane]
            assert all(a.end <= b.start for a, b in pairwise(mine))

    @invariant()
    def ids_are_unique(self) -> None:
        ids = [entry.id for entry in self.entries if isinstance(entry, Segment)]
        assert len(set(ids)) == len(ids)


TestTranscriptMachine = TranscriptMachine.TestCase
TestTranscriptMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
