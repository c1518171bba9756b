"""Who ends a sentence, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.request import Cut
from app.settings import SILENCES, ServiceChoice
from app.ui.controls import Button, Kind
from app.ui.form import Form, ValueSlider
from app.ui.look import Look
from app.ui.segmented import Segmented
from app.ui.surroundings import Traits
from app.ui.talk import KEY_NAME

_STEPS = 10
"""Of a slider, in a second or in one unit of a threshold."""


class SentencePane(QWidget):
    """Shows as much of it as the recognizer can be told.

    Args:
        changed: takes the choice, changed.
    """

    def __init__(
        self, look: Look, changed: Callable[[ServiceChoice], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._changed = changed
        self._choice = ServiceChoice("")
        self._form = Form(look, self.tr("Sentences"), self)
        self._cut = self._segmented(
            self.tr("Ended"),
            (
                (Cut.VAD, self.tr("By the recognizer")),
                (Cut.SEMANTIC, self.tr("By meaning")),
                (Cut.MANUAL, self.tr("By me")),
            ),
        )
        self._by_meaning = self._form.note(
            self.tr("The service ends a sentence by its meaning, not at a pause. This is made for meetings.")
        )
        self._by_me = self._form.note(
            self.tr("A sentence ends when you press {key} or its button.").format(key=KEY_NAME)
        )
        self._talk = self._segmented(
            self.tr("Push to talk"), ((False, self.tr("Off")), (True, self.tr("On")))
        )
        self._hold = self._form.note(
            self.tr("On: sound is heard only while you hold {key} or its button.").format(key=KEY_NAME)
        )
        self._silence = self._slider(self.tr("Pause"), self.tr("{n} s"))
        self._long = self._form.note(self.tr("How much silence ends a sentence."))
        self._threshold = self._slider(self.tr("Threshold"), "{n}")
        self._loud = self._form.note(
            self.tr("Higher: only clear speech is heard. Lower: quiet speech is too, and more noise.")
        )
        self._usual = Button(look, self.tr("Usual values"), kind=Kind.QUIET, parent=self)
        self._usual.setAutoDefault(False)
        self._form.row("", self._usual)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        self._cut.chosen.connect(self._set_cut)
        self._talk.chosen.connect(self._set_talk)
        self._silence.moved.connect(self._set_silence)
        self._threshold.moved.connect(self._set_threshold)
        self._usual.clicked.connect(self._set_usual)

    def show_choice(self, traits: Traits, choice: ServiceChoice) -> None:
        """Show how sentences end with a recognizer that can do `traits`."""
        self._choice = choice
        cut = choice.cut.possible(manual=traits.manual, semantic=traits.semantic)
        cuts = [one for one in Cut if one.possible(manual=traits.manual, semantic=traits.semantic) is one]
        manual, semantic = cut is Cut.MANUAL, cut is Cut.SEMANTIC
        silence, threshold = traits.silence and cut is Cut.VAD, None if manual else traits.threshold
        self._cut.offer(cuts)
        self._cut.show_chosen(cut)
        self._talk.show_chosen(choice.push_to_talk)
        self._silence.show_value(*(round(one * _STEPS) for one in (choice.vad_silence, *SILENCES)))
        if threshold:
            level = threshold.usual if choice.vad_threshold is None else choice.vad_threshold
            self._threshold.show_value(*(round(x * _STEPS) for x in (level, threshold.low, threshold.high)))
        self._show(len(cuts) > 1, self._cut)
        self._show(semantic, self._by_meaning)
        self._show(manual, self._by_me, self._talk, self._hold)
        self._show(silence, self._silence, self._long)
        self._show(threshold is not None, self._threshold, self._loud)
        self._show((silence or threshold is not None) and self._without_values() != choice, self._usual)
        self.setVisible(len(cuts) > 1 or silence or threshold is not None)

    def _show(self, shown: bool, *controls: QWidget) -> None:
        for control in controls:
            self._form.show_row(control, shown)

    def _without_values(self) -> ServiceChoice:
        usual = ServiceChoice("")
        return replace(self._choice, vad_silence=usual.vad_silence, vad_threshold=usual.vad_threshold)

    def _set_cut(self, cut: Cut) -> None:
        self._changed(replace(self._choice, cut=cut))

    def _set_talk(self, on: bool) -> None:
        self._changed(replace(self._choice, push_to_talk=on))

    def _set_silence(self, value: int) -> None:
        self._changed(replace(self._choice, vad_silence=value / _STEPS))

    def _set_threshold(self, value: int) -> None:
        self._changed(replace(self._choice, vad_threshold=value / _STEPS))

    def _set_usual(self) -> None:
        self._changed(self._without_values())

    def _segmented(self, name: str, rows: tuple[tuple[Cut | bool, str], ...]) -> Segmented:
        segmented = Segmented(self._look, rows, rows[0][0], self)
        self._form.row(name, segmented)
        return segmented

    def _slider(self, name: str, unit: str) -> ValueSlider:
        def say(value: int) -> str:
            return unit.format(n=f"{value / _STEPS:.1f}")

        slider = ValueSlider(self._look, name, say, self)
        self._form.row(name, slider)
        return slider
