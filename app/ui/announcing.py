"""What a screen reader is told: it does not notice by itself what changes away from the focus."""

from __future__ import annotations

from PySide6.QtCore import QObject


def announce(origin: QObject, text: str) -> None:
    """Have `text` read aloud, as said by `origin`."""
    # Not at the top: the window can be seen before there is anything to say.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(origin, text))
