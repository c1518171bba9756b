"""The window and everything behind it, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.arguments import Arguments
from app.domain.errors import CaptionError, InputError, OutputError
from app.domain.segment import Segment
from app.engines.aside import look_up_aside
from app.engines.catalogue import Catalogue, EngineRow
from app.export.formats import FORMATS
from app.folders import Folders
from app.keys import Keys
from app.recognizer.errands import Errands
from app.recognizer.recorder import Recorder
from app.recognizer.service import CaptionService
from app.recognizer.sound_thread import hanging
from app.recognizer.trace import Trace
from app.sessions.journal import Journal
from app.settings_store import SettingsStore
from app.signals import endings

if TYPE_CHECKING:
    from app.audio.base import SoundSource
    from app.audio.devices import InputDevice
    from app.domain.request import Denoise, LaneSource, WordSet
    from app.export.record import Record
    from app.settings import Settings
    from app.ui.overlay import Overlay
    from app.ui.sources import SourceChoice
    from app.ui.surroundings import Surroundings

PATIENCE_SECONDS = 0.3
"""How long the end of the program waits for the model to finish what it is at."""
_DEVICE_PATIENCE_SECONDS = 0.8
"""How long it waits for devices that are being closed."""


class Desktop:
    """The window and everything behind it, for as long as it is open.

    Raises:
        UsageError: the command line asks for a recognizer that there is not.
    """

    def __init__(self, arguments: Arguments, folders: Folders) -> None:
        self._arguments = arguments
        self._folders = folders
        # A profile of its own keeps to its folder: the user's keyring is outside.
        self._keys = Keys(keyring=arguments.profile is None)
        self._catalogue = Catalogue(self._keys.find)
        if arguments.engine:
            self._catalogue.row(arguments.engine)
        self._trace = Trace(arguments.trace, self._tell) if arguments.trace else None
        self._errands = Errands(self._catalogue.try_out, self._keys)
        self.service = CaptionService(_open_source, self._catalogue.engine, self._trace, folders.sessions)
        self._closed = asyncio.Event()
        self.painted = asyncio.Event()

    async def run(self) -> bool:
        """Show the window and serve it until it is closed; returns whether nothing is running any more."""
        loop = asyncio.get_running_loop()
        # Journals, sound on disk, and devices, of which the two of a meeting may be slow to close: four
        # threads do, qasync would start ten.
        loop.set_default_executor(ThreadPoolExecutor(4, thread_name_prefix="worker"))
        look_up_aside(loop)
        for number in endings():
            # Windows' loop takes no signals; closing the window is the way there.
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, self._closed.set)
        self._build()
        try:
            async with asyncio.TaskGroup() as tasks:
                service = tasks.create_task(self.service.run(), name="service")
                tasks.create_task(self._errands.run(), name="errands")
                after_paint = tasks.create_task(self._after_paint(), name="after the first paint")
                devices = tasks.create_task(self._watch_devices(), name="devices")
                await self._closed.wait()
                after_paint.cancel()
                devices.cancel()
                self._errands.close()
                self.service.close()
                _, late = await asyncio.wait([service], timeout=_DEVICE_PATIENCE_SECONDS)
                if late:
                    service.cancel()
        finally:
            self._take_down()
        _, running = await asyncio.wait(
            [asyncio.create_task(asyncio.to_thread(self._catalogue.close))], timeout=PATIENCE_SECONDS
        )
        # A keyring that waits for the user, or a device that hangs, must not hold the program either.
        return not (running or self._keys.waiting or hanging())

    def _build(self) -> None:
        # Not at the top: Qt reads the source of all that is loaded after it.
        from app.ui.bridge import Bridge
        from app.ui.garbage import GarbageCollector
        from app.ui.main_window import MainWindow
        from app.ui.preferences import Preferences
        from app.ui.theme import Appearance

        self._garbage = GarbageCollector()
        store = SettingsStore(self._folders.settings)
        settings, problem = store.load()
        if problem:
            # What could be read is kept now: the next start finds a sound file and says nothing more.
            with suppress(OutputError):
                store.save(settings)
        service = self.service
        self._bridge = Bridge(service)
        self._preferences = Preferences(
            settings, store, _this_time(self._arguments), _this_service(self._arguments)
        )
        self.window = MainWindow(
            service, self._bridge, self._preferences, self._surroundings(), Appearance(settings.appearance)
        )
        self._recorder = Recorder(
            service,
            lambda session: Journal(self._folders.sessions, session.title, session.created, session.kept),
            self._tell,
        )
        self.window.closed.connect(self._closed.set)
        self.window.exported.connect(self._recorder.exported)
        self.window.painted.connect(self.painted.set)
        if self._trace is not None:
            self.window.overlay.made.connect(self._trace_overlay)
        self.window.show()
        if problem:
            self.window.tell(problem)

    def _surroundings(self) -> Surroundings:
        from app.ui.surroundings import RecognizerRow, Surroundings

        rows = self._catalogue.rows
        return Surroundings(
            microphones=_microphones,
            outputs=_outputs,
            recognizers=[RecognizerRow(row.id, row.title, row.traits, row.service) for row in rows],
            errands=self._errands,
            formats=FORMATS,
            export=self._export,
            denoise_stages=_denoise_stages,
            words=_words(self._arguments),
        )

    def _export(self, path: Path, told: Callable[[CaptionError | None], None]) -> None:
        from app.export.formats import export

        # The captions as they stand now, off the thread that draws: those of a day take seconds.
        self._errands.carry_out(partial(export, self._record(), path), told)

    def _record(self) -> Record:
        """The session as a writer is given it: its lanes as the user calls them."""
        return replace(self.service.record(), labels=self._preferences.settings.labels)

    async def _after_paint(self) -> None:
        """What is heavy, now that the window can be seen."""
        from app.sessions.holding import prepare

        await self.painted.wait()
        if remarks := self._remarks():
            self.window.tell(remarks)
        await asyncio.to_thread(prepare)
        if self._arguments.listen:
            self.window.commands.begin(_choice(self._arguments.listen, self._preferences.settings))
        else:
            await self._offer_last_session()
        try:
            await self._row().prepare()
        except CaptionError as error:
            self._tell(error)
        self._garbage.settle()

    def _remarks(self) -> str:
        """What the command line asks of the recognizer that it can't do."""
        given, settings = self._arguments, self._preferences.settings
        if not (given.language or given.cut or given.hotwords or given.context):
            return ""
        from app.cli import request_of

        row = self._row()
        try:
            _, remarks = request_of(replace(given, model=settings.service(row.id).model), row)
        except CaptionError as error:
            return str(error)
        return " ".join(remarks)

    def _row(self) -> EngineRow:
        """Who recognizes; the settings may name one that another version of the program had."""
        return self._catalogue.row(self.window.commands.recognizer.id)

    async def _watch_devices(self) -> None:
        """Keep the list of what can be listened to current."""
        await self.painted.wait()
        from app.recognizer.device_watch import watch_devices

        await watch_devices(self.window.devices_changed)

    def _tell(self, error: CaptionError) -> None:
        self.window.tell(str(error))

    def _trace_overlay(self, overlay: Overlay) -> None:
        overlay.painted.connect(self._trace_painted)

    def _trace_painted(self, text: str) -> None:
        if self._trace is not None:
            self._trace.write("painted", text=text)

    async def _offer_last_session(self) -> None:
        from app.sessions.journal import last_session
        from app.ui.surroundings import LastSession

        kept = await asyncio.to_thread(last_session, self._folders.sessions)
        if kept is not None:
            captions = sum(isinstance(entry, Segment) for entry in kept.entries)
            self.window.offer(LastSession(captions, partial(self.service.reopen, kept)))

    def _take_down(self) -> None:
        self.window.close()
        self._recorder.close()
        self._bridge.close()
        self.window.deleteLater()
        self._garbage.stop()
        if self._trace is not None:
            self._trace.close()


def _open_source(spec: LaneSource) -> SoundSource:
    # Not at the top: the sound libraries load after the first paint.
    from app.audio.sources import open_source

    return open_source(spec)


def _choice(listen: str, settings: Settings) -> SourceChoice:
    from app.settings import SourceKind
    from app.ui.sources import choice_of

    chosen = choice_of(settings)
    match listen:
        case "mic":
            return replace(chosen, kind=SourceKind.MICROPHONE)
        case "system" | "meeting" | "sample":
            return replace(chosen, kind=SourceKind(listen))
        case path:
            return replace(chosen, kind=SourceKind.RECORDING, path=Path(path))


def _words(arguments: Arguments) -> WordSet | None:
    """The words that the command line gives, in the place of the user's sets."""
    if arguments.hotwords is None and arguments.context is None:
        return None
    from app.cli import read_text
    from app.domain.hotwords import read_hotwords
    from app.domain.request import WordSet

    hotwords, _ = read_hotwords(read_text(arguments.hotwords))
    return WordSet("", hotwords, read_text(arguments.context))


def _microphones() -> Sequence[InputDevice]:
    from app.audio.devices import list_inputs, why_no_inputs

    found = list_inputs()
    if not found:
        raise InputError(why_no_inputs())
    return found


def _denoise_stages() -> Sequence[Denoise]:
    from app.audio.availability import denoise_stages

    return denoise_stages()


def _outputs() -> Sequence[InputDevice]:
    from app.audio.system_sound import outputs

    system = outputs()
    found = system.found()
    if not found:
        raise system.why_none()
    return found


def _this_time(arguments: Arguments) -> dict[str, object]:
    """Settings that the command line gives for this run."""
    return _given(engine=arguments.engine, language=arguments.language, denoise=arguments.denoise)


def _this_service(arguments: Arguments) -> dict[str, object]:
    """How the command line wants the recognizer in use to be used in this run."""
    return _given(model=arguments.model, endpoint=arguments.endpoint, cut=arguments.cut)


def _given(**words: object) -> dict[str, object]:
    return {name: value for name, value in words.items() if value is not None}
