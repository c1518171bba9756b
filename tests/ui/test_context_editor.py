"""Hotwords and context are judged while they are typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.domain.context_rules import ContextRules
from app.domain.hotword_rules import HotwordRules
from app.domain.request import Hotword, WordSet
from app.settings import Settings
from app.settings_store import SettingsStore
from app.ui.context_editor import ContextEditor
from app.ui.look import Look
from app.ui.text import Label
from tests.fakes.service import FakeTraits

TALK = WordSet("Talk", (Hotword("Bulge Bracket", 5), Hotword("高血压")), "关于银行")


MESSAGES = ContextRules(characters=400, turns=5)


@pytest.fixture
def editor(qtbot: QtBot, look: Look) -> ContextEditor:
    editor = ContextEditor(look)
    qtbot.addWidget(editor)
    editor.show_set(TALK)
    return editor


def field(editor: ContextEditor, name: str) -> QPlainTextEdit:
    return next(one for one in editor.findChildren(QPlainTextEdit) if one.accessibleName() == name)


def texts(editor: ContextEditor) -> list[str]:
    return [label.text() for label in editor.findChildren(Label) if label.isVisibleTo(editor)]


def test_a_set_is_shown_and_given_back(editor: ContextEditor) -> None:
    assert editor.word_set == TALK
    assert field(editor, "Hotwords").toPlainText() == "Bulge Bracket\t5\n高血压"
    assert field(editor, "Context").toPlainText() == "关于银行"


def test_what_is_wrong_is_there_with_its_mark_after_the_next_start(
    qtbot: QtBot, look: Look, store: SettingsStore, editor: ContextEditor
) -> None:
    text = "Bulge Bracket\t9\n\nBoutique\t0\nBoutique\n league  table \t4\n"
    field(editor, "Hotwords").setPlainText(text)
    problem = field(editor, "Hotwords").accessibleDescription()
    assert "from 1 to 5, not 9" in problem
    assert "2 more lines" in problem
    store.save(Settings(word_sets=(editor.word_set,)))
    settings, complaint = SettingsStore(store._folder).load()
    assert not complaint
    again = ContextEditor(look)
    qtbot.addWidget(again)
    again.show_set(settings.word_sets[0])
    assert field(again, "Hotwords").toPlainText() == text
    assert field(again, "Hotwords").accessibleDescription() == problem
    words = (Hotword("Bulge Bracket"), Hotword("Boutique"), Hotword("league table", 4))
    assert again.word_set.hotwords == words


def test_words_and_tokens_are_counted(editor: ContextEditor) -> None:
    editor.show_traits("Qwen", FakeTraits())
    assert "2" in texts(editor)
    assert "4 of 10,000 tokens" in texts(editor)


def test_the_context_is_counted_as_the_recognizer_takes_it(editor: ContextEditor, look: Look) -> None:
    editor.show_traits("Moonshine", FakeTraits(context=None))
    # It is kept for a recognizer that takes context, and nobody is told that anything is left out.
    assert "4 of 10,000 tokens" in texts(editor)
    field(editor, "Context").setPlainText("语" * 20_000)
    assert field(editor, "Context").accessibleDescription() == ""
    field(editor, "Context").setPlainText("关于银行")
    editor.show_traits("Fun", FakeTraits(context=MESSAGES))
    assert "4 of 2,000 characters" in texts(editor)
    field(editor, "Context").setPlainText("语" * 2000)
    assert "2,000 of 2,000 characters" in texts(editor)
    assert field(editor, "Context").accessibleDescription() == ""
    field(editor, "Context").setPlainText("语" * 2000 + "行")
    count = next(one for one in editor.findChildren(Label) if one.text() == "2,001 of 2,000 characters")
    assert count.palette().color(count.foregroundRole()).name() == look.theme.bad
    told = field(editor, "Context").accessibleDescription()
    assert "from “行” on is left out" in told
    assert told in texts(editor)


def test_hotwords_that_go_into_the_context_are_counted_with_it(editor: ContextEditor) -> None:
    assert "with hotwords" not in texts(editor)
    editor.show_traits("Qwen", FakeTraits(context=ContextRules(tokens=10_000, hotwords=True)))
    assert "with hotwords" in texts(editor)
    alone = next(text for text in texts(editor) if text.endswith(" of 10,000 tokens"))
    assert int(alone.split()[0]) > 4
    field(editor, "Hotwords").setPlainText("\n".join(f"word number {number}" for number in range(3000)))
    assert any("hotwords and context together" in text for text in texts(editor))
    field(editor, "Hotwords").setPlainText("")
    assert "4 of 10,000 tokens" in texts(editor)
    editor.show_traits("Fun", FakeTraits(context=MESSAGES))
    assert "with hotwords" not in texts(editor)


def test_showing_a_set_is_no_edit(qtbot: QtBot, editor: ContextEditor) -> None:
    with qtbot.assertNotEmitted(editor.changed, wait=500):
        editor.show_set(WordSet("Other", (Hotword("Boutique"),), "text"))


def test_typing_is_told_once_it_rests(qtbot: QtBot, editor: ContextEditor) -> None:
    told: list[bool] = []
    editor.changed.connect(lambda: told.append(True))
    qtbot.keyClicks(field(editor, "Context"), "more")
    qtbot.waitUntil(lambda: bool(told), timeout=2000)
    assert told == [True]
    assert editor.word_set.context.startswith("more")


def test_what_was_just_typed_can_be_had_at_once(qtbot: QtBot, editor: ContextEditor) -> None:
    qtbot.keyClicks(field(editor, "Hotwords"), "New ")
    assert editor.word_set.hotwords[0] == Hotword("New Bulge Bracket", 5)
    with qtbot.waitSignal(editor.changed, timeout=50):
        editor.flush()


def test_a_wrong_weight_is_said_and_underlined(editor: ContextEditor) -> None:
    field(editor, "Hotwords").setPlainText("Boutique\t9")
    assert "Line 1: A weight is a whole number from 1 to 5, not 9." in texts(editor)
    assert len(field(editor, "Hotwords").extraSelections()) == 1
    field(editor, "Hotwords").setPlainText("Boutique\t4")
    assert not any("Line 1" in text for text in texts(editor))
    assert field(editor, "Hotwords").extraSelections() == []


STRICT = FakeTraits(hotwords=HotwordRules(most=3, pieces=2, characters=4))


def test_what_the_recognizer_does_not_take_is_told_word_by_word(editor: ContextEditor) -> None:
    hotwords = field(editor, "Hotwords")
    hotwords.setPlainText("Boutique\nthree words here\n高血压病人\nfour of them now\ndeal")
    assert not any("Line" in text for text in texts(editor))
    editor.show_traits("Fun", STRICT)
    # Of those beyond the limit the first one says it for all.
    assert len(hotwords.extraSelections()) == 3
    seen = {}
    for line in range(5):
        hotwords.setTextCursor(QTextCursor(hotwords.document().findBlockByNumber(line)))
        seen[line] = next(text for text in texts(editor) if text.startswith("Line"))
        assert hotwords.accessibleDescription() == seen[line]
    assert seen[0] == seen[1]
    assert seen[1].startswith("Line 2: “three words here” is left out: it has 3 words")
    assert seen[2].startswith("Line 3: “高血压病人” is left out: it has 5 characters")
    assert seen[3].startswith("Line 4: From here on hotwords are left out: this recognizer takes 3.")
    assert "2 more lines are underlined" in seen[1]
    assert editor.word_set.hotwords[1] == Hotword("three words here")


def test_another_recognizer_takes_other_words(editor: ContextEditor) -> None:
    field(editor, "Hotwords").setPlainText("three words here")
    editor.show_traits("Fun", STRICT)
    assert "1 of 3" in texts(editor)
    assert any("Line 1" in text for text in texts(editor))
    editor.show_traits("Qwen", FakeTraits())
    assert "1" in texts(editor)
    assert not any("Line 1" in text for text in texts(editor))


def test_more_hotwords_than_the_recognizer_takes_are_counted_in_red(
    editor: ContextEditor, look: Look
) -> None:
    editor.show_traits("Fun", STRICT)
    field(editor, "Hotwords").setPlainText("a\nb\nc\nd")
    count = next(one for one in editor.findChildren(Label) if one.text() == "4 of 3")
    assert count.palette().color(count.foregroundRole()).name() == look.theme.bad


@pytest.mark.parametrize(
    ("traits", "text"),
    [
        (FakeTraits(hotwords=None, context=None), "uses neither hotwords nor context"),
        (FakeTraits(hotwords=None), "does not use hotwords"),
        (FakeTraits(context=None), "does not use context"),
    ],
)
def test_a_recognizer_that_cannot_use_them_is_named(
    editor: ContextEditor, traits: FakeTraits, text: str
) -> None:
    editor.show_traits("Moonshine", traits)
    said = [one for one in texts(editor) if "Moonshine" in one]
    assert len(said) == 1
    assert text in said[0]
    editor.show_traits("Qwen", FakeTraits())
    assert not any("Qwen" in one for one in texts(editor))


def test_tab_leads_to_the_weight_and_then_on(qtbot: QtBot, editor: ContextEditor) -> None:
    hotwords = field(editor, "Hotwords")
    hotwords.setPlainText("Boutique")
    hotwords.moveCursor(QTextCursor.MoveOperation.End)
    with qtbot.waitActive(editor):
        editor.show()
        editor.activateWindow()
    hotwords.setFocus()
    qtbot.keyClick(hotwords, Qt.Key.Key_Tab)
    qtbot.keyClicks(hotwords, "4")
    assert editor.word_set.hotwords == (Hotword("Boutique", 4),)
    qtbot.keyClick(hotwords, Qt.Key.Key_Tab)
    assert field(editor, "Context").hasFocus()
    qtbot.keyClick(field(editor, "Context"), Qt.Key.Key_Backtab)
    assert hotwords.hasFocus()


def test_weights_stand_at_the_right_edge(qtbot: QtBot, editor: ContextEditor) -> None:
    editor.resize(300, 400)
    editor.show()
    hotwords = field(editor, "Hotwords")
    edge = hotwords.document().defaultTextOption().tabs()[0].position
    assert hotwords.viewport().width() - 20 < edge <= hotwords.viewport().width()
