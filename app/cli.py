"""The headless commands: transcribe and devices."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.arguments import Arguments
from app.domain.errors import (
    AccessError,
    CaptionError,
    EngineError,
    InputError,
    OutputError,
    ServiceError,
    UsageError,
    reason,
)
from app.domain.hotwords import read_hotwords
from app.domain.request import (
    MANUAL_PAUSE,
    Cut,
    Denoise,
    RecognitionRequest,
    RecordingSource,
    SampleSource,
    SessionPlan,
    SourceSpec,
    StreamSource,
    base_language,
)
from app.domain.transcript import Segment
from app.engines.aside import look_up_aside
from app.engines.catalogue import Catalogue, EngineRow
from app.export.formats import export, format_of
from app.keys import Keys
from app.recognizer.news import News, Progress, Remark, StatusChanged, TranscriptChanged
from app.recognizer.service import CaptionService
from app.recognizer.sound_thread import hanging
from app.recognizer.status import Finishing, Reconnecting
from app.recognizer.trace import Trace
from app.signals import endings
from app.terminal import Terminal, give_up_stdout

GIVE_UP = 15.0
"""Seconds of vain trying after which a service that was there is given up: scripts wait for an end."""
INTERRUPTED = 130
"""Exit status after Ctrl+C."""

_STATUSES: tuple[tuple[type[CaptionError], int], ...] = (
    (UsageError, 2),
    (InputError, 3),
    (AccessError, 4),
    (ServiceError, 5),
    (EngineError, 5),
    (OutputError, 6),
)


def exit_status(error: CaptionError) -> int:
    """The exit status that scripts may count on for `error`."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 1)


def devices(arguments: Arguments) -> int:
    """Print what can be listened to.

    Raises:
        OutputError: standard output takes no more.
    """
    # Not at the top: transcribing needs no sound card.
    from app.audio.devices import list_inputs, why_no_inputs
    from app.audio.system_sound import outputs

    system = outputs()
    found = {"microphone": list_inputs(), "output": system.found()}
    rows = [(kind, device) for kind, devices in found.items() for device in devices]
    if arguments.json:
        facts = [{"id": d.key, "name": d.name, "kind": kind, "default": d.default} for kind, d in rows]
        _print([json.dumps(facts, ensure_ascii=False, indent=1)])
    else:
        remarks = [[kind] * (kind == "output") + ["default"] * device.default for kind, device in rows]
        _print(
            f"{device.name}  ({', '.join(said)})" if said else device.name
            for (_, device), said in zip(rows, remarks, strict=True)
        )
    if not found["microphone"]:
        print(f"surtitle: {why_no_inputs()} Recordings can be captioned all the same.", file=sys.stderr)
    if not found["output"]:
        print(f"surtitle: {system.why_none()}", file=sys.stderr)
    return 0


def _print(lines: Iterable[str]) -> None:
    """Write to standard output; whether that can be done is found out now, not when the program ends."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except OSError as error:
        give_up_stdout()
        if not isinstance(error, BrokenPipeError):
            raise OutputError(f"Standard output can't be written: {reason(error)}.", "Make room.") from error


def transcribe(arguments: Arguments) -> int:
    """Caption a recording, write what was asked for, and return the exit status.

    Raises:
        CaptionError: it could not be done; what was captioned until then has been written.
    """
    for path in arguments.outputs:
        _check_output(path)
    with asyncio.Runner() as runner:
        status = runner.run(_Transcription(arguments).run())
        if hanging():
            # A drive that does not answer would hold the process. All is written.
            logging.shutdown()
            os._exit(status)
        return status


def request_of(arguments: Arguments, row: EngineRow) -> tuple[RecognitionRequest, list[str]]:
    """What the command line asks of the recognizer, and remarks about what it can't do.

    Raises:
        UsageError: the recognizer does not know the language.
        InputError: a file of hotwords or context can't be read.
    """
    traits = row.traits_of(arguments.model or "")
    languages = traits.languages
    if arguments.language and languages and base_language(arguments.language) not in languages:
        raise UsageError(
            f"{row.title} does not understand the language {arguments.language!r}.",
            f"It understands {', '.join(languages)}.",
        )
    hotwords, problems = read_hotwords(read_text(arguments.hotwords), traits.hotwords)
    remarks = [f"{arguments.hotwords}, line {problem.line + 1}: {problem.problem}" for problem in problems]
    context = read_text(arguments.context)
    if hotwords and traits.hotwords is None:
        remarks.append(f"{row.title} can't use hotwords; they are left out.")
    # Each of the others has its remark above.
    hotwords = traits.hotwords.taken(hotwords) if traits.hotwords else hotwords
    if context and not traits.context:
        remarks.append(f"{row.title} can't use context; it is left out.")
    if arguments.cut is Cut.MANUAL and not traits.manual:
        remarks.append(f"{row.title} ends sentences by itself; --cut manual changes nothing.")
    if arguments.cut is Cut.SEMANTIC and not traits.semantic:
        remarks.append(
            f"{row.title} can't end sentences by their meaning with this model; "
            "--cut semantic changes nothing."
        )
    if arguments.language and not traits.told_language and len(languages) != 1:
        remarks.append(f"{row.title} finds out the language by itself; --language changes nothing.")
    if row.service is None and (arguments.model or arguments.endpoint):
        remarks.append(f"{row.title} has neither models nor an endpoint to choose.")
    request = RecognitionRequest(
        traits.language(arguments.language),
        hotwords,
        context,
        model=arguments.model or "",
        endpoint=arguments.endpoint or "",
        cut=arguments.cut or Cut.VAD,
        commit_pause=MANUAL_PAUSE,
        give_up=GIVE_UP,
    )
    return request, remarks


class _Transcription:
    """One run of `transcribe`."""

    def __init__(self, arguments: Arguments) -> None:
        self._arguments = arguments
        # A profile of its own keeps to its folder: the user's keyring is outside.
        self._catalogue = Catalogue(Keys(keyring=arguments.profile is None).find)
        self._row = self._catalogue.row(arguments.engine)
        self._request, remarks = request_of(arguments, self._row)
        self._failures: list[OutputError] = []
        self._trace = Trace(arguments.trace, self._failures.append) if arguments.trace else None
        # Not at the top: the window imports this module's neighbours before its first paint.
        from app.audio.sources import open_source

        self._service = CaptionService(open_source, self._catalogue.engine, self._trace)
        self._service.subscribe(self._take)
        self._terminal = Terminal(quiet=arguments.quiet, failed=self._failures.append)
        for remark in remarks:
            self._terminal.remark(remark)

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(2, thread_name_prefix="worker"))
        look_up_aside(loop)
        plan = SessionPlan(
            _source(self._arguments), self._row.id, self._request, self._arguments.denoise or Denoise.OFF
        )
        task = asyncio.create_task(self._service.caption(plan))
        _on_interrupt(task)
        try:
            await task
        except asyncio.CancelledError:
            self._write()
            return INTERRUPTED
        except Exception:
            # A defect of ours must not cost what was captioned either.
            self._write()
            raise
        finally:
            self._terminal.clear_bar()
            self._catalogue.close()
            if self._trace is not None:
                self._trace.close()
        self._write(empty=True)
        return 0

    def _write(self, empty: bool = False) -> None:
        """Write every file that can be written, then say what could not.

        Raises:
            OutputError: of the last file that could not be written; the others are told of.
        """
        record = self._service.record()
        if not (record.segments or empty):
            return
        failures = self._failures
        for path in self._arguments.outputs:
            try:
                export(record, path)
            except OutputError as error:
                failures.append(error)
        if failures:
            for failure in failures[:-1]:
                print(f"surtitle: {failure}", file=sys.stderr)
            raise failures[-1]

    def _take(self, news: News) -> None:
        match news:
            case TranscriptChanged(change):
                for entry in change.added:
                    if isinstance(entry, Segment):
                        self._terminal.caption(entry.text)
            case Progress():
                self._terminal.draw(news.recognized, news.total)
            case Remark(sentence):
                self._terminal.remark(sentence)
            case StatusChanged(Reconnecting(reason) | Finishing(reason)) if reason:
                self._terminal.remark(f"{reason} Trying again.")
            case _:
                pass


def _source(arguments: Arguments) -> SourceSpec:
    match arguments.input:
        case "sample":
            return SampleSource(arguments.pace)
        case "-":
            return StreamSource()
        case name:
            return RecordingSource(Path(name or ""), arguments.pace)


def read_text(path: Path | None) -> str:
    """The text in `path`; empty without one.

    Raises:
        InputError: it can't be read.
    """
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} can't be read: {reason(error)}.", "Check the name.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a text in UTF-8.", "Save it as UTF-8.") from error


def _check_output(path: Path) -> None:
    """Find out now, not after an hour of captions, that `path` can't be written."""
    format_of(path)
    folder = path.parent
    if path.is_dir() or not folder.is_dir():
        problem = "is a folder" if path.is_dir() else f"can't be written: there is no folder {folder}"
        raise OutputError(f"{path} {problem}.", "Choose another name.")
    # What stands there is replaced as a whole, which its folder has to allow too.
    places = [path] * path.exists() + [folder] * (path.is_file() or not path.exists())
    if not all(os.access(place, os.W_OK) for place in places):
        raise OutputError(f"{path} can't be written: you may not write there.", "Choose another folder.")


def _on_interrupt(task: asyncio.Task[None]) -> None:
    loop = asyncio.get_running_loop()
    for number in endings():
        try:
            loop.add_signal_handler(number, task.cancel)
        except NotImplementedError:
            # Windows: the loop takes no signals; the handler hands over to it.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(task.cancel))
