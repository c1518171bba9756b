"""The front door: arguments to window or headless command."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from app.arguments import Arguments, parse
from app.domain.errors import CaptionError, InputError, UsageError
from app.folders import Folders
from app.logs import logging_to
from app.streams import ensure_streams

log = logging.getLogger(__name__)


def main(argv: list[str] | None = None) -> int:
    """Run the program and return its exit status. No traceback ever reaches the user."""
    ensure_streams()
    arguments = parse(sys.argv[1:] if argv is None else argv)
    folders = Folders.below(arguments.profile) if arguments.profile else Folders.of_platform()
    with logging_to(folders.logs, arguments.log_level) as problem:
        if problem is not None:
            print(f"surtitle: {problem}", file=sys.stderr)
        with _defects_noted(folders.logs):
            status = _told(arguments, folders)
    # A folder that the user named is output that was asked for; the platform's own one is not.
    return _status(problem) if problem and arguments.profile and not status else status


def _told(arguments: Arguments, folders: Folders) -> int:
    """Run; whatever goes wrong becomes a sentence and an exit status."""
    try:
        return _run(arguments, folders)
    except CaptionError as error:
        print(f"surtitle: {error}", file=sys.stderr)
        return _status(error)
    except KeyboardInterrupt:
        return 130
    except Exception:
        log.exception("ended by a defect")
        print(
            f"surtitle: stopped by a mistake of its own; {folders.logs} holds the details.", file=sys.stderr
        )
        return 1


@contextmanager
def _defects_noted(logs: Path) -> Iterator[None]:
    """Defects that nobody waits for, as in a slot of Qt's or a thread, go to the log, not the terminal."""

    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.error("a defect", exc_info=(kind, error, trace))
        print(f"surtitle: a mistake of its own; {logs} holds the details.", file=sys.stderr)

    def note_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            note(args.exc_type, args.exc_value, args.exc_traceback)

    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = note, note_of_thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before


def _status(error: CaptionError) -> int:
    # Not at the top: the window has no need of the headless commands.
    from app.cli import exit_status

    return exit_status(error)


def _run(arguments: Arguments, folders: Folders) -> int:
    match arguments.command:
        case "transcribe":
            from app.cli import transcribe

            return transcribe(arguments)
        case "devices":
            from app.cli import devices

            return devices(arguments)
        case _:
            return _open_window(arguments, folders)


def _open_window(arguments: Arguments, folders: Folders) -> int:
    """Run the window until it is closed."""
    from app.ui.display import check_display

    check_display()
    _check_listen(arguments.listen)
    # Not at the top, as headless commands build nothing of it, and not after Qt, which reads the source
    # of all that is loaded later.
    from app.desktop import Desktop

    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        raise UsageError(
            f"The window needs libraries that this system does not have ({error}).",
            "Install those that Qt 6 needs (on Debian: libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0), "
            "or use `surtitle transcribe`.",
        ) from error
    from PySide6.QtCore import QSettings

    from app.event_loop import EventLoop

    if arguments.profile is not None:
        # Qt's own file dialog remembers things: in the profile too, not in the user's home.
        profile = str(arguments.profile / "qt")
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, profile)
    # The same style on every platform: it follows the palette to the last arrow.
    application = QApplication([sys.argv[0], "-style", "fusion"])
    application.setApplicationName("surtitle")
    application.setDesktopFileName("surtitle")
    # Quitting is ours: hiding the last window must not end captioning.
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        if not runner.run(Desktop(arguments, folders).run()):
            # The model is inside a call that can't be interrupted, or a device hangs. Everything is on
            # disk, and a process must not outlive its window.
            logging.shutdown()
            os._exit(0)
    return 0


def _check_listen(listen: str | None) -> None:
    if listen is None or listen in ("mic", "system", "meeting", "sample"):
        return
    if not Path(listen).exists():
        raise InputError(
            f"There is no recording {listen}.", "Use mic, system, meeting, sample or the path of a recording."
        )
    from app.audio.media_errors import check_file

    check_file(Path(listen))


if __name__ == "__main__":
    sys.exit(main())
