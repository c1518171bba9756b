"""How close together the parts of a control stand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Density:
    """Measures of a button, in design pixels.

    Attributes:
        side: width of a button that shows its icon alone.
        padding: between the frame and what is in it.
        gap: between icon, text, meter and chevron.
        chevron: whether a button that opens a menu shows one.
        bars: of a level meter beside other things.
    """

    side: int
    padding: int
    gap: int
    chevron: bool
    bars: int


ROOMY = Density(side=36, padding=12, gap=8, chevron=True, bars=12)
TIGHT = Density(side=32, padding=7, gap=4, chevron=False, bars=4)
"""Where every pixel counts: a window as narrow as it can be, a screen with very large text."""
