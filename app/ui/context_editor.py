"""Where the user writes which words to expect and what the talk is about."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QResizeEvent, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from app.domain.context_rules import ContextRules
from app.domain.hotword_rules import HotwordRules
from app.domain.hotwords import HotwordProblem, read_hotwords, read_set, written
from app.domain.request import CONTEXT_TOKEN_LIMIT, Hotword, WordSet
from app.ui.look import Look
from app.ui.surroundings import Traits
from app.ui.text import Label

_TELL_AFTER_MS = 400
_USUAL = ContextRules(tokens=CONTEXT_TOKEN_LIMIT)
"""Counted against while the recognizer takes no context: it is kept for one that does."""


class HotwordEditor(QPlainTextEdit):
    """One hotword a line; a tab after it leads to its weight at the right edge."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._problems: tuple[HotwordProblem, ...] = ()
        self.setObjectName("words")
        self.setAccessibleName(self.tr("Hotwords"))
        self.setPlaceholderText(
            self.tr("One word or phrase a line.\nTab, then 1 to 5: how strongly to expect it.")
        )
        self.setFont(look.font(13))
        self.setAcceptDrops(False)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        # A weight stands at the very edge: a bar would come for its last pixel and hide a whole line.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        look.changed.connect(self._mark)

    def mark(self, problems: tuple[HotwordProblem, ...]) -> None:
        """Underline the lines that can't be taken, or not as they stand."""
        self._problems = problems
        self._mark()

    @property
    def problem(self) -> str:
        """What is wrong with the line of the cursor, else with the first wrong one; and how many more are."""
        lines = dict.fromkeys(problem.line for problem in self._problems)
        if not lines:
            return ""
        here = self.textCursor().blockNumber()
        line = here if here in lines else next(iter(lines))
        why = " ".join(problem.problem for problem in self._problems if problem.line == line)
        text = self.tr("Line {n}: {problem}").format(n=line + 1, problem=why)
        match len(lines) - 1:
            case 0:
                return text
            case 1:
                more = self.tr("One more line is underlined: put the cursor there to read why.")
            case count:
                more = self.tr("{n} more lines are underlined: put the cursor there to read why.")
                more = more.format(n=count)
        return f"{text}\n{more}"

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Stay where Tab leads to a weight: after a word that has none yet."""
        cursor = self.textCursor()
        line = cursor.block().text()
        if forward and cursor.atBlockEnd() and line.strip() and "\t" not in line:
            return False
        return super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A Tab that arrives here was not wanted for moving on."""
        if event.key() == Qt.Key.Key_Tab:
            self.insertPlainText("\t")
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the weights at the right edge."""
        super().resizeEvent(event)
        # The event is the viewport's.
        edge = event.size().width() - 2 * self.document().documentMargin()
        option = self.document().defaultTextOption()
        option.setTabs([QTextOption.Tab(edge, QTextOption.TabType.RightTab)])
        self.document().setDefaultTextOption(option)

    def _mark(self) -> None:
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(QColor(self._look.theme.bad))
        marks = []
        for problem in self._problems:
            mark = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document().findBlockByNumber(problem.line))
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor = cursor
            mark.format = form
            marks.append(mark)
        self.setExtraSelections(marks)


class ContextEditor(QWidget):
    """Hotwords and context of one word set, each with its count."""

    changed = Signal()
    """The user stopped typing for a moment."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._name = ""
        self._rules = HotwordRules()
        self._context_rules, self._takes_context = _USUAL, False
        self._showing = False
        self._hotwords = HotwordEditor(look, self)
        self._context = self._make_context()
        self._hotword_count = Label(look, look.figures(12), "muted", parent=self)
        # In a narrow panel the numbers must stay.
        self._context_count = Label(look, look.figures(12), "muted", elide=True, parent=self)
        self._context_count.setAlignment(Qt.AlignmentFlag.AlignRight)
        # On a line of its own: beside the count there is no room for it.
        self._counted_too = Label(look, look.font(12), "muted", self.tr("with hotwords"), parent=self)
        self._counted_too.hide()
        self._problem = Label(look, look.font(12), "bad", parent=self)
        self._problem.setWordWrap(True)
        self._beyond = Label(look, look.font(12), "bad", parent=self)
        self._beyond.setWordWrap(True)
        self._unused = Label(look, look.font(12), "muted", parent=self)
        self._unused.setWordWrap(True)
        # A margin, as it goes away with the label.
        self._unused.setContentsMargins(0, 0, 0, look.px(8))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TELL_AFTER_MS)
        self._timer.timeout.connect(self.changed)
        self._arrange()
        self._hotwords.textChanged.connect(self._typed)
        self._hotwords.cursorPositionChanged.connect(self._tell_problem)
        self._context.textChanged.connect(self._typed)
        self._judge()

    @property
    def word_set(self) -> WordSet:
        """What stands in the editors now."""
        return read_set(self._name, self._hotwords.toPlainText(), self._context.toPlainText())

    def show_set(self, words: WordSet) -> None:
        """Put `words` into the editors, unless they say the same already."""
        if words == self.word_set:
            return
        self._showing = True
        self._name = words.name
        self._hotwords.setPlainText(written(words))
        self._context.setPlainText(words.context)
        self._showing = False
        self._judge()

    def show_traits(self, title: str, traits: Traits) -> None:
        """Say where the recognizer can't use what is written here."""
        text = ""
        if traits.hotwords is None and not traits.context:
            text = self.tr("“{title}” uses neither hotwords nor context. They are kept for one that does.")
        elif traits.hotwords is None:
            text = self.tr("“{title}” does not use hotwords. They are kept for one that does.")
        elif not traits.context:
            text = self.tr("“{title}” does not use context. It is kept for one that does.")
        self._unused.setText(text.format(title=title))
        self._unused.setVisible(bool(text))
        self._rules = traits.hotwords or HotwordRules()
        self._context_rules, self._takes_context = traits.context or _USUAL, traits.context is not None
        self._counted_too.setVisible(self._context_rules.hotwords)
        self._judge()

    def flush(self) -> None:
        """Tell at once what was typed a moment ago."""
        if self._timer.isActive():
            self._timer.stop()
            self.changed.emit()

    def _make_context(self) -> QPlainTextEdit:
        editor = QPlainTextEdit(self)
        editor.setObjectName("words")
        editor.setAccessibleName(self.tr("Context"))
        editor.setPlaceholderText(self.tr("What the talk is about: names, places, terms, in any words."))
        editor.setFont(self._look.font(13))
        editor.setTabChangesFocus(True)
        editor.setAcceptDrops(False)
        return editor

    def _arrange(self) -> None:
        look = self._look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addWidget(self._unused)
        column.addLayout(self._heading(self.tr("Hotwords"), self._hotword_count))
        column.addWidget(self._hotwords, 2)
        column.addWidget(self._problem)
        column.addSpacing(look.px(8))
        heading = self._heading(self.tr("Context"), self._context_count)
        heading.addWidget(self._counted_too, 1, 1, Qt.AlignmentFlag.AlignRight)
        heading.setVerticalSpacing(0)
        column.addLayout(heading)
        column.addWidget(self._context, 3)
        column.addWidget(self._beyond)
        for editor in (self._hotwords, self._context):
            editor.setMinimumHeight(look.px(64))
            # All there is, and no more: what an editor would like to have must not make the panel scroll.
            editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)

    def _heading(self, text: str, count: Label) -> QGridLayout:
        line = QGridLayout()
        font = self._look.font(12, QFont.Weight.DemiBold)
        line.addWidget(Label(self._look, font, "muted", text, parent=self), 0, 0)
        line.addWidget(count, 0, 1, Qt.AlignmentFlag.AlignRight)
        return line

    def _typed(self) -> None:
        self._judge()
        if not self._showing:
            self._timer.start()

    def _judge(self) -> None:
        """Count, and say what is wrong, while it is typed."""
        words, problems = read_hotwords(self._hotwords.toPlainText(), self._rules)
        self._hotwords.mark(problems)
        self._tell_problem()
        self._count(self._hotword_count, len(words), self._rules.most, self.tr("{n} of {limit}"))
        self._judge_context(words)

    def _judge_context(self, words: tuple[Hotword, ...]) -> None:
        share = self._context_rules.share(self._rules.taken(words), self._context.toPlainText())
        of = self.tr("{n} of {limit} tokens")
        if self._context_rules.characters is not None:
            of = self.tr("{n} of {limit} characters")
        self._count(self._context_count, share.used, self._context_rules.limit, of)
        left_out = share.left_out if self._takes_context else ""
        self._beyond.setText(left_out)
        self._beyond.setVisible(bool(left_out))
        self._context.setAccessibleDescription(left_out)

    def _tell_problem(self) -> None:
        problem = self._hotwords.problem
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._hotwords.setAccessibleDescription(problem)

    def _count(self, label: Label, count: int, limit: int | None, of: str) -> None:
        text = f"{count:,}" if limit is None else of.format(n=f"{count:,}", limit=f"{limit:,}")
        label.setText(text)
        label.set_ink("bad" if limit is not None and count > limit else "muted")
