"""Named word sets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.domain.request import Hotword, WordSet
from app.ui.look import Look
from app.ui.menu_button import MenuButton
from app.ui.side_panel import SidePanel

BANK = WordSet("Bank", (Hotword("Boutique", 4),), "money")
HEART = WordSet("Heart", (Hotword("高血压"),), "medicine")


@pytest.fixture
def panel(qtbot: QtBot, look: Look) -> SidePanel:
    panel = SidePanel(look, (BANK, HEART), "Heart")
    qtbot.addWidget(panel)
    return panel


def name_field(panel: SidePanel) -> QLineEdit:
    field = panel.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    return field


def choose(panel: SidePanel, text: str) -> None:
    button = panel.findChild(MenuButton)
    assert isinstance(button, MenuButton)
    button.open_menu()
    menu = button.findChild(QMenu)
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def test_the_set_of_the_last_time_is_shown(panel: SidePanel) -> None:
    assert panel.word_set == HEART


def test_a_first_start_has_an_empty_set_to_write_in(qtbot: QtBot, look: Look) -> None:
    panel = SidePanel(look, (), "")
    qtbot.addWidget(panel)
    assert panel.word_set.hotwords == ()


def test_another_set_is_one_choice_away(qtbot: QtBot, panel: SidePanel) -> None:
    with qtbot.waitSignal(panel.changed, timeout=1000) as told:
        choose(panel, "Bank")
    assert told.args == [(BANK, HEART), "Bank"]
    assert panel.word_set == BANK


def test_an_edit_changes_its_set_alone(qtbot: QtBot, panel: SidePanel) -> None:
    context = next(one for one in panel.findChildren(QPlainTextEdit) if one.accessibleName() == "Context")
    with qtbot.waitSignal(panel.changed, timeout=2000) as told:
        context.setPlainText("surgery")
    assert told.args == [(BANK, WordSet("Heart", HEART.hotwords, "surgery")), "Heart"]


def test_an_edit_just_made_is_not_lost_by_choosing_another_set(qtbot: QtBot, panel: SidePanel) -> None:
    context = next(one for one in panel.findChildren(QPlainTextEdit) if one.accessibleName() == "Context")
    context.setPlainText("surgery")
    choose(panel, "Bank")
    choose(panel, "Heart")
    assert panel.word_set.context == "surgery"


def test_a_new_set_is_named_in_place(qtbot: QtBot, panel: SidePanel) -> None:
    choose(panel, "New set…")
    name_field(panel).setText("  Town   hall ")
    with qtbot.waitSignal(panel.changed, timeout=1000) as told:
        qtbot.keyClick(name_field(panel), Qt.Key.Key_Return)
    assert told.args == [(BANK, HEART, WordSet("Town hall")), "Town hall"]
    assert name_field(panel).isHidden()


def test_escape_makes_no_set(qtbot: QtBot, panel: SidePanel) -> None:
    choose(panel, "New set…")
    with qtbot.assertNotEmitted(panel.changed):
        qtbot.keyClick(name_field(panel), Qt.Key.Key_Escape)
    assert name_field(panel).isHidden()


def test_a_set_can_be_renamed(qtbot: QtBot, panel: SidePanel) -> None:
    choose(panel, "Rename…")
    name_field(panel).setText("Cardiology")
    with qtbot.waitSignal(panel.changed, timeout=1000) as told:
        qtbot.keyClick(name_field(panel), Qt.Key.Key_Return)
    assert [one.name for one in told.args[0]] == ["Bank", "Cardiology"]
    assert panel.word_set.hotwords == HEART.hotwords


def test_two_sets_never_share_a_name(qtbot: QtBot, panel: SidePanel) -> None:
    choose(panel, "Rename…")
    name_field(panel).setText("Bank")
    with qtbot.waitSignal(panel.changed, timeout=1000) as told:
        qtbot.keyClick(name_field(panel), Qt.Key.Key_Return)
    assert [one.name for one in told.args[0]] == ["Bank", "Bank 2"]


def test_a_deleted_set_can_be_brought_back(qtbot: QtBot, panel: SidePanel) -> None:
    undo: list[Callable[[], None]] = []
    panel.deleted.connect(lambda name, bring_back: undo.append(bring_back))
    choose(panel, "Delete")
    assert panel.word_set == BANK
    with qtbot.waitSignal(panel.changed, timeout=1000) as told:
        undo[0]()
    assert told.args == [(BANK, HEART), "Heart"]
    assert panel.word_set == HEART


def test_the_last_set_deleted_leaves_an_empty_one(qtbot: QtBot, panel: SidePanel) -> None:
    choose(panel, "Delete")
    choose(panel, "Delete")
    assert panel.word_set.hotwords == ()
    assert panel.word_set.context == ""


def test_a_long_name_is_whole_in_the_tool_tip(qtbot: QtBot, look: Look) -> None:
    long = WordSet("Weekly meeting of the editors of the reading group for A Tale of Two Cities")
    panel = SidePanel(look, (long,), long.name)
    qtbot.addWidget(panel)
    button = panel.findChild(MenuButton)
    assert isinstance(button, MenuButton)
    assert button.toolTip() == button.accessibleDescription() == long.name
