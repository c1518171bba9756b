"""The theme as Qt's own widgets take it: a palette and a style sheet."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from app.ui.look import Look
from app.ui.theme import Theme


def palette(theme: Theme) -> QPalette:
    """Colors for every widget that paints itself by the system's rules."""
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.surface,
        role.WindowText: theme.ink,
        role.Base: theme.surface,
        role.AlternateBase: theme.background,
        role.Text: theme.ink,
        role.PlaceholderText: theme.soft,
        role.Button: theme.surface,
        role.ButtonText: theme.ink,
        role.BrightText: theme.bad,
        role.ToolTipBase: theme.surface,
        role.ToolTipText: theme.ink,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.Light: theme.line,
        role.Midlight: theme.line,
        role.Mid: theme.line,
        role.Dark: theme.muted,
    }
    result = QPalette()
    for one, color in colors.items():
        result.setColor(one, QColor(color))
    for one in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, one, QColor(theme.muted))
    return result


def style_sheet(look: Look) -> str:
    """Rules for what the palette can't say: borders, radii, hover."""
    values = {name: getattr(look.theme, name) for name in ("surface", "background", "line", "ink", "muted")}
    values |= {name: getattr(look.theme, name) for name in ("selection", "accent", "on_accent", "soft")}
    values["handle"] = _half(look.theme.muted)
    for number in (1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 28):
        values[f"px{number}"] = f"{look.px(number)}px"
    # Qt draws a square where a radius is more than half of a side, be it by a rounded pixel.
    radius = look.px(2) + look.px(6)
    values |= {"groove": f"{2 * look.px(2)}px", "knob": f"{2 * radius}px", "round": f"{radius}px"}
    sheet = _SHEET
    # Longest names first: px1 is the beginning of px10.
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", values[name])
    return sheet


def _half(color: str) -> str:
    """The color, half transparent, as style sheets write it."""
    full = QColor(color)
    return f"rgba({full.red()}, {full.green()}, {full.blue()}, 50%)"


_SHEET = """
QMenu { background: @surface; color: @ink; border: 1px solid @line; border-radius: @px8; padding: @px6;
        font-size: @px14; }
QMenu::item { padding: @px6 @px20 @px6 @px10; border-radius: @px6; }
QMenu::item:selected { background: @selection; color: @ink; }
QMenu::item:disabled { color: @muted; }
QMenu::icon { padding-left: @px8; }
QMenu::separator { height: 1px; background: @line; margin: @px6 @px4; }
QToolTip { background: @surface; color: @ink; border: 1px solid @line; padding: @px4; font-size: @px12; }
QPlainTextEdit#words, QLineEdit { background: @surface; color: @ink; border: 1px solid @line;
        border-radius: @px8; padding: @px6 @px8; selection-background-color: @accent;
        selection-color: @on_accent; }
QLineEdit { padding: @px8 @px12; font-size: @px14; }
QPlainTextEdit#words:focus, QLineEdit:focus { border: 1px solid @accent; }
QLineEdit:disabled { background: @background; color: @muted; }
QComboBox { combobox-popup: 0; font-size: @px14; }
QComboBox QAbstractItemView { background: @surface; color: @ink; border: 1px solid @line; padding: @px4;
        outline: 0; font-size: @px14; selection-background-color: @selection; selection-color: @ink; }
QComboBox QAbstractItemView::item { min-height: @px28; padding: 0 @px8; border-radius: @px6; }
QComboBox QAbstractItemView::item:selected { background: @selection; color: @ink; }
QSlider::groove:horizontal { background: @line; height: @groove; border-radius: @px2; }
QSlider::sub-page:horizontal { background: @accent; border-radius: @px2; }
QSlider::handle:horizontal { background: @accent; width: @knob; margin: -@px6 0; border-radius: @round; }
QSlider::handle:horizontal:focus { background: @ink; }
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled { background: @muted; }
QScrollBar:vertical { background: transparent; width: @px12; margin: 0; }
QScrollBar::handle:vertical { background: @handle; margin: 3px; border-radius: 3px;
        min-height: @px28; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: @line; }
QDialog { background: @background; }
"""
