from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import rollup as rollup_module
from app.domain.captions import Caption
from app.domain.line_breaking import Token, glyphs, needs_blank, tokens
from app.domain.rollup import NEW_LINE_AFTER, Line, RollUp


def wide(text: str) -> float:
    """A terminal's idea of width: ideographs and their marks take two cells."""
    return sum(2 if character > "\u2e7f" else 1 for character in text)


def caption(
    settled: str,
    soft: str = "",
    *,
    utterance: int = 1,
    lane: str = "Me",
    final: bool = False,
    start: float = 0.0,
) -> Caption:
    return Caption(lane, utterance, start, settled, soft, final)


def shown(rollup: RollUp) -> list[str]:
    """Each line with its soft words in brackets."""
    return ["".join(f"[{run.text}]" if run.soft else run.text for run in line.runs) for line in rollup.lines]


def test_nothing_is_shown_before_the_first_word() -> None:
    assert RollUp(len, 20).lines == ()


def test_soft_words_follow_settled_ones_on_the_line() -> None:
    rollup = RollUp(len, 40)
    rollup.show(caption("It was the best", " of times"))
    assert shown(rollup) == ["It was the best[ of times]"]


def test_words_break_at_blanks_by_measured_width() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("It was the best of"))
    assert shown(rollup) == ["It was the", "best of"]


def test_a_third_line_pushes_the_first_out() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("It was the best of"))
    numbers = [line.number for line in rollup.lines]
    rollup.show(caption("It was the best of times, it"))
    assert shown(rollup) == ["best of", "times, it"]
    assert rollup.lines[0].number == numbers[1]


def test_shrinking_soft_text_never_rolls_back_down() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("It was the best of", " times and"))
    assert shown(rollup) == ["best of", "[times and]"]
    rollup.show(caption("It was the best of"))
    assert shown(rollup) == ["best of", ""]


def test_an_emptied_line_is_filled_before_a_new_one_begins() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("It was", " the best"))
    rollup.show(caption("It was", ""))
    assert shown(rollup) == ["It was", ""]
    rollup.show(caption("It was old", "", final=True))
    rollup.show(caption("No", lane="Them"))
    assert shown(rollup) == ["It was old", "No"]


def test_a_mark_that_settles_late_finds_room_on_its_line() -> None:
    rollup = RollUp(len, 10)
    rollup.show(caption("It was the", " end"))
    assert shown(rollup) == ["It was", "the[ end]"]
    rollup.show(caption("It was the? No", ""))
    assert shown(rollup) == ["It was", "the? No"]


def test_a_word_that_is_still_growing_stays_soft() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("It was heli", "copter"))
    assert shown(rollup) == ["It was", "[helicopter]"]


def test_a_settled_word_that_grows_stays_where_it_is() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("It was heli"))
    rollup.show(caption("It was helicopter"))
    assert shown(rollup) == ["It was heli", "copter"]


def test_a_word_wider_than_the_line_is_broken_hard() -> None:
    rollup = RollUp(len, 8, lines=4)
    rollup.show(caption("a Donaudampfschifffahrt b"))
    assert shown(rollup) == ["a", "Donaudam", "pfschiff", "fahrt b"]


def test_a_glyph_wider_than_the_line_has_a_line_of_its_own() -> None:
    rollup = RollUp(wide, 1, lines=3)
    rollup.show(caption("我们"))
    assert shown(rollup) == ["我", "们"]


def test_chinese_breaks_between_characters() -> None:
    rollup = RollUp(wide, 13)
    rollup.show(caption("所以利润主要", "来自"))
    assert shown(rollup) == ["所以利润主", "要[来自]"]


def test_a_line_never_begins_with_a_closing_mark() -> None:
    rollup = RollUp(wide, 12)
    rollup.show(caption("所以利润主，要来", ""))
    assert shown(rollup) == ["所以利润主，", "要来"]


def test_the_same_lane_continues_on_its_line_with_a_blank() -> None:
    rollup = RollUp(len, 30)
    rollup.show(caption("Good morning.", final=True))
    rollup.show(caption("Hello", utterance=2, start=2.0))
    assert shown(rollup) == ["Good morning. Hello"]


def test_chinese_sentences_continue_without_a_blank() -> None:
    rollup = RollUp(wide, 30)
    rollup.show(caption("你好。", final=True))
    rollup.show(caption("谢谢", utterance=2, start=2.0))
    assert shown(rollup) == ["你好。谢谢"]


def test_after_a_long_pause_a_new_line_begins() -> None:
    rollup = RollUp(len, 30)
    rollup.show(caption("Good morning.", final=True))
    rollup.show(caption("Hello", utterance=2, start=NEW_LINE_AFTER))
    assert shown(rollup) == ["Good morning.", "Hello"]


def test_another_lane_begins_a_line_with_its_label() -> None:
    rollup = RollUp(len, 30)
    rollup.show(caption("Good morning.", final=True))
    rollup.show(caption("Hello", lane="Them"))
    assert [(line.label, line.text) for line in rollup.lines] == [("Me", "Good morning."), ("Them", "Hello")]


def test_a_label_stands_only_where_the_lane_changes() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("It was the best of times"))
    assert [line.label for line in rollup.lines] == ["Me", ""]


def test_lanes_that_speak_at_once_keep_lines_of_their_own() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("Well", " yes"))
    rollup.show(caption("No", " but", lane="Them"))
    rollup.show(caption("Well yes", " I"))
    rollup.show(caption("No but", " it", lane="Them"))
    assert shown(rollup) == ["Well yes[ I]", "No but[ it]"]


def test_words_of_a_lane_whose_line_went_out_of_sight_come_at_the_bottom() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("Well", " yes"))
    rollup.show(caption("No it was the", lane="Them"))
    rollup.show(caption("Well yes indeed", final=True))
    assert shown(rollup) == ["the", "indeed"]


def test_soft_words_that_went_out_of_sight_and_changed_are_shown_again() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("Well", " yes"))
    rollup.show(caption("No it was the", lane="Them"))
    rollup.show(caption("Well perhaps", final=True))
    assert shown(rollup) == ["the", "perhaps"]


def test_a_final_without_words_leaves_its_line_to_the_next() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("", "um"))
    rollup.show(caption("", final=True))
    rollup.show(caption("No", lane="Them"))
    assert [(line.label, line.text) for line in rollup.lines] == [("Them", "No")]


def test_a_final_is_not_taken_twice() -> None:
    rollup = RollUp(len, 30)
    rollup.show(caption("Hello.", final=True))
    rollup.show(caption("Hello.", final=True))
    assert shown(rollup) == ["Hello."]


def test_a_late_final_of_an_older_utterance_is_not_lost() -> None:
    rollup = RollUp(len, 30)
    rollup.show(caption("Second", utterance=2))
    rollup.show(caption("First.", utterance=1, final=True))
    assert shown(rollup) == ["Second", "First."]


def test_clearing_makes_room_for_a_new_session() -> None:
    rollup = RollUp(len, 30)
    rollup.show(caption("Hello.", final=True))
    rollup.clear()
    assert rollup.lines == ()
    rollup.show(caption("Again.", final=True))
    assert shown(rollup) == ["Again."]


def test_resizing_lays_everything_out_anew() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("It was the best of times, it was", " the worst"))
    rollup.resize(60)
    assert shown(rollup) == ["It was the best of times, it was[ the worst]"]
    rollup.show(caption("It was the best of times, it was the worst", final=True))
    assert shown(rollup) == ["It was the best of times, it was the worst"]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("being received,", "For good or evil", "being received, For good or evil"),
        ("这是最好的时代，", "这是最坏的时代", "这是最好的时代，这是最坏的时代"),
    ],
)
def test_an_utterance_that_began_on_a_line_of_its_own_stays_apart_when_there_is_room(
    first: str, second: str, joined: str
) -> None:
    rollup = RollUp(wide, 18)
    rollup.show(caption(first, final=True))
    rollup.show(caption(second, utterance=2, final=True))
    assert shown(rollup) == [first, second]
    rollup.resize(40)
    assert shown(rollup) == [joined]


def test_a_narrow_moment_while_resizing_loses_nothing() -> None:
    rollup = RollUp(len, 40)
    rollup.show(caption("It was the best of times, it was the worst", " of times"))
    before = shown(rollup)
    rollup.resize(6)
    rollup.resize(40)
    assert shown(rollup) == before


@pytest.mark.parametrize("narrow", range(1, 8))
def test_what_is_seen_again_after_a_narrow_moment_begins_with_a_whole_word(narrow: int) -> None:
    rollup = RollUp(len, 40)
    words = [f"incredulity{number}" for number in range(30)]
    rollup.show(caption(" ".join(words), final=True))
    rollup.resize(narrow)
    rollup.resize(400)
    assert " ".join(words).endswith(" ".join(shown(rollup)))
    assert set(" ".join(shown(rollup)).split()) <= set(words)


def test_resizing_keeps_lanes_apart() -> None:
    rollup = RollUp(len, 12)
    rollup.show(caption("Well", " yes"))
    rollup.show(caption("No", " but", lane="Them"))
    rollup.resize(30)
    assert [(line.label, line.text) for line in rollup.lines] == [("Me", "Well yes"), ("Them", "No but")]


def test_an_update_costs_the_same_late_in_a_session() -> None:
    measured: list[str] = []

    def measure(text: str) -> float:
        measured.append(text)
        return len(text)

    rollup = RollUp(measure, 40)
    costs: list[int] = []
    for utterance in range(2000):
        rollup.show(caption("It was the", " best", utterance=utterance, start=utterance * 30.0))
        rollup.show(caption("It was the best", utterance=utterance, start=utterance * 30.0, final=True))
        costs.append(len(measured))
        measured.clear()
    assert max(costs[1000:]) <= max(costs[:10])


def test_a_huge_word_is_measured_in_reasonable_pieces() -> None:
    longest = 0

    def measure(text: str) -> float:
        nonlocal longest
        longest = max(longest, len(text) if len(text) < 5000 else 0)
        return len(text)

    RollUp(measure, 40).show(caption("x" * 5000))
    assert longest <= 128


def test_what_rolled_out_of_sight_is_not_cut_up_again_for_each_word(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = 0

    def counted(text: str, start: int = 0) -> Iterator[Token]:
        nonlocal cut
        for token in tokens(text, start):
            cut += 1
            yield token

    rollup = RollUp(len, 40)
    words = "今天天气很好" * 500
    rollup.show(caption("", words))
    monkeypatch.setattr(rollup_module, "tokens", counted)
    rollup.show(caption(words, final=True))
    assert cut <= 3 * len(words)


# What must hold whatever is said. Lines are told apart by number, so a test can follow each of them.

WORDS = st.sampled_from(["I", "was", "times,", "incomprehensibility", "我们", "的，", "“Yes”", "end.", "é́"])
SENTENCES = st.lists(WORDS, max_size=8)


@st.composite
def utterances(draw: st.DrawFn, lane: str) -> list[Caption]:
    """The captions of one lane, one utterance after the other."""
    found: list[Caption] = []
    for number in range(draw(st.integers(1, 4))):
        said = " ".join(draw(SENTENCES))
        start = draw(st.floats(0, 15)) + number * 15
        settled = 0
        for _ in range(draw(st.integers(0, 4))):
            settled = draw(st.integers(settled, len(said)))
            guess = said[settled:] if draw(st.booleans()) else " " + " ".join(draw(SENTENCES))
            found.append(Caption(lane, number, start, said[:settled], guess.rstrip()))
        found.append(Caption(lane, number, start, said, "", final=True))
    return found


@st.composite
def conversations(draw: st.DrawFn) -> list[Caption]:
    """Two lanes, interleaved."""
    waiting = [draw(utterances(lane)) for lane in ("Me", "Them")]
    mixed: list[Caption] = []
    while any(waiting):
        lane = draw(st.sampled_from([captions for captions in waiting if captions]))
        mixed.append(lane.pop(0))
    return mixed


def snapshots(rollup: RollUp, captions: list[Caption]) -> Iterator[tuple[Line, ...]]:
    for each in captions:
        rollup.show(each)
        yield rollup.lines


def settled(line: Line) -> str:
    return "".join(run.text for run in line.runs if not run.soft)


@given(conversations(), st.integers(6, 40))
def test_settled_words_move_only_by_rolling_up(captions: list[Caption], width: int) -> None:
    before: tuple[Line, ...] = ()
    for lines in snapshots(RollUp(wide, width), captions):
        now = {line.number: line for line in lines}
        for line in before:
            if line.number in now:
                assert settled(now[line.number]).startswith(settled(line))
        if before and lines:
            assert lines[-1].number >= before[-1].number
            assert [line.number for line in lines] == list(range(lines[0].number, lines[-1].number + 1))
        before = lines


@given(conversations(), st.integers(1, 40))
def test_no_line_is_wider_than_its_room(captions: list[Caption], width: int) -> None:
    for lines in snapshots(RollUp(wide, width), captions):
        for line in lines:
            assert wide(line.text) <= width or len(glyphs(line.text)) == 1


@given(conversations(), st.integers(1, 40))
def test_every_word_is_laid_once_and_in_order(captions: list[Caption], width: int) -> None:
    rollup = RollUp(wide, width, lines=1000)
    *_, lines = snapshots(rollup, captions)
    for lane in ("Me", "Them"):
        laid = "".join(line.text for line in lines if line.lane == lane)
        said = "".join(each.settled for each in captions if each.final and each.lane == lane)
        assert laid.replace(" ", "") == said.replace(" ", "")
    assert not any(run.soft for line in lines for run in line.runs)


@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=12), max_size=8), st.integers(14, 40))
def test_every_word_is_seen_when_words_come_one_by_one(speech: list[list[int]], width: int) -> None:
    rollup = RollUp(len, width)
    words = iter(f"w{number:03}" for number in range(1000))
    seen: set[str] = set()
    spoken: set[str] = set()
    for number, doubts in enumerate(speech):
        said = [next(words) for _ in doubts]
        spoken.update(said)
        for count, doubt in enumerate(doubts):
            soft = "".join(f" x{doubt}" for _ in range(doubt))
            rollup.show(caption(" ".join(said[: count + 1]), soft, utterance=number, lane=f"{number % 2}"))
            seen.update(word for line in rollup.lines for word in line.text.split())
        if number % 3:
            rollup.show(caption(" ".join(said), utterance=number, lane=f"{number % 2}", final=True))
    assert spoken <= seen


@given(conversations(), st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_resizing_at_any_moment_keeps_order_and_room(captions: list[Caption], widths: list[int]) -> None:
    rollup = RollUp(wide, widths[0], lines=1000)
    for index, each in enumerate(captions):
        rollup.show(each)
        width = widths[index % len(widths)]
        rollup.resize(width)
        assert all(wide(line.text) <= width or len(glyphs(line.text)) == 1 for line in rollup.lines)
    for lane in ("Me", "Them"):
        laid = "".join(line.text for line in rollup.lines if line.lane == lane)
        said = "".join(each.settled for each in captions if each.final and each.lane == lane)
        assert laid.replace(" ", "") == said.replace(" ", "")


@given(st.text(max_size=30))
def test_tokens_hold_every_character_that_is_not_blank(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was", ["It", "was"]),
        ("AI技术，很好。", ["AI", "技", "术，", "很", "好。"]),
        ("他说：“好”", ["他", "说：", "“好”"]),
        ("《AI》书", ["《AI》", "书"]),
        ("カードは", ["カー", "ド", "は"]),
        ("한국어 말", ["한국어", "말"]),
        ("(yes) 3.5%", ["(yes)", "3.5%"]),
    ],
)
def test_where_a_line_may_break(text: str, expected: list[str]) -> None:
    assert [token.text for token in tokens(text)] == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Yes.", "No", True),
        ("好。", "你", False),
        ("好。", "No", False),
        ("", "No", False),
        ("말", "네", True),
    ],
)
def test_where_sentences_need_a_blank(before: str, after: str, expected: bool) -> None:
    assert needs_blank(before, after) is expected


def test_glyphs_keep_what_combines_together() -> None:
    assert glyphs("e\u0301a👍🏽👩\u200d💻") == ["e\u0301", "a", "👍🏽", "👩\u200d💻"]


@pytest.mark.parametrize("end", [" ", "（“", "“", "「"])
def test_a_text_with_a_tail_that_goes_with_nothing_is_read_once(end: str) -> None:
    """Each sign looking through all the others would take the better part of an hour here."""
    text = "one" + end * (300_000 // len(end))
    assert "".join(token.text for token in tokens(text)) == text.rstrip()
