"""Where sound goes with a recognizer."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication

from app.settings import ServiceChoice
from app.ui.surroundings import RecognizerRow, Service


def title(row: RecognizerRow, choice: ServiceChoice) -> str:
    """The recognizer's title and its place."""
    place = _place(row.service, choice.endpoint) if row.service else ""
    return f"{row.title} · {place}" if place else row.title


def privacy(row: RecognizerRow, choice: ServiceChoice) -> str:
    """What leaves the computer, in one sentence."""
    if row.service is None:
        return QCoreApplication.translate("Whereabouts", "Nothing leaves this computer.")
    if row.service.is_near(choice.endpoint):
        return QCoreApplication.translate(
            "Whereabouts", "“{title}” is on this computer: nothing leaves it."
        ).format(title=row.title)
    # Where a service has one place of its own, that says more than the kind of service.
    where = title(row, choice) if len(row.service.regions) > 1 else _place(row.service, choice.endpoint)
    return QCoreApplication.translate(
        "Whereabouts", "Sound leaves this computer and goes to {where}."
    ).format(where=where)


def _place(service: Service, endpoint: str) -> str:
    """The region, or the host of an address of the user's own."""
    if service.is_near(endpoint):
        return QCoreApplication.translate("Whereabouts", "this computer")
    for region in service.regions:
        if endpoint in ("", region.endpoint):
            return region.title
    try:
        return urlsplit(endpoint).hostname or ""
    except ValueError:
        return ""
