"""The sentence of the first screen that says why there is no microphone."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.announcing import announce
from app.ui.look import Look
from app.ui.text import Label


class MicrophoneProblem(Label):
    """Hidden while there are microphones."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, look.font(14), "warn", parent=parent)

    def show_problem(self, problem: str) -> None:
        """Say why there is none; nothing where `problem` is empty."""
        self.set_ink("warn")
        self.setText(problem)
        self.setVisible(bool(problem))

    def insist(self, problem: str) -> bool:
        """Say it louder, to somebody who wanted to start; says whether this is what `problem` says."""
        if problem != self.text():
            return False
        self.set_ink("bad")
        announce(self, problem)
        return True
