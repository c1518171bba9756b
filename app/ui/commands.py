"""What the user's commands do: start and stop, sources, recordings, sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.request import MANUAL_PAUSE, Cut, Prefer, RecognitionRequest, SessionPlan, WordSet
from app.recognizer.status import Failed, Finishing, Idle, Paused, Status
from app.settings import SourceKind
from app.ui.languages import spoken
from app.ui.notice import Notice, Remedy, Tone
from app.ui.preferences import Preferences
from app.ui.sources import SourceChoice, choice_of
from app.ui.surroundings import Captioning, RecognizerRow, Surroundings
from app.ui.talk import Talking
from app.ui.tally import Tally

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

_SOUND = ("wav", "mp3", "flac", "ogg", "oga", "opus", "m4a", "aac", "wma")
_FILM = ("mp4", "mkv", "webm", "mov", "avi")


def is_running(status: Status) -> bool:
    """Whether something is being captioned."""
    return not isinstance(status, (Idle, Failed))


class Commands(QObject):
    """Turns what the user asks for into commands of the service; asks back where captions could be lost.

    Args:
        word_set: gives the hotwords and context in use.
    """

    told = Signal(object)
    """A `Notice`."""
    choice_changed = Signal(object)
    """The `SourceChoice` in use."""
    moved_on = Signal()
    """Something else is listened to, or begins: what was told or asked before is not about it."""
    export_asked = Signal()
    """Captions would go away that are in no file yet, and the user wants to keep them."""

    def __init__(
        self,
        service: Captioning,
        preferences: Preferences,
        surroundings: Surroundings,
        tally: Tally,
        word_set: Callable[[], WordSet],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._preferences = preferences
        self._surroundings = surroundings
        self._tally = tally
        self._word_set = word_set
        self._window = window
        self._choice = choice_of(preferences.settings)
        self._next: SourceChoice | None = None
        self._stays_paused = False
        """What begins next goes on with the user's pause."""
        self._plan: SessionPlan | None = None
        self._pinned = False

    @property
    def choice(self) -> SourceChoice:
        """What is listened to, or would be."""
        return self._choice

    @property
    def recognizer(self) -> RecognizerRow:
        """Who recognizes: the chosen one, or the first where that is not there any more."""
        rows = self._surroundings.recognizers
        return next((row for row in rows if row.id == self._preferences.settings.engine), rows[0])

    @property
    def talking(self) -> Talking:
        """How the user ends the sentences of what was begun last."""
        plan = self._plan
        if plan is None or plan.request.cut is not Cut.MANUAL or plan.request.commit_pause is not None:
            return Talking.HIDDEN
        return Talking.PUSH_TO_TALK if plan.push_to_talk else Talking.ENDS_SENTENCES

    @property
    def preferred(self) -> Prefer:
        """Who recognizes, of a service and its stand-in."""
        if self._pinned:
            return Prefer.STAND_IN
        return Prefer.AUTOMATIC if self._preferences.settings.stand_in else Prefer.SERVICE

    def prefer(self, prefer: Prefer) -> None:
        """Have one of the two, at once; the stand-in only until the program ends."""
        self._pinned = prefer is Prefer.STAND_IN
        if not self._pinned:
            self._preferences.change(stand_in=prefer is Prefer.AUTOMATIC)
        self._service.prefer(self.preferred)

    def start_or_stop(self) -> None:
        """The large button."""
        status = self._service.status
        if not is_running(status):
            self.begin(self._choice)
        elif not isinstance(status, Finishing):
            self._service.finish()

    def pause_or_resume(self) -> None:
        """The button beside it."""
        if isinstance(self._service.status, Paused):
            self._service.resume()
        else:
            self._service.pause()

    def cancel(self) -> None:
        """Stop at once."""
        self._next, self._stays_paused = None, False
        self._service.cancel()

    def choose(self, choice: SourceChoice) -> None:
        """Listen to something else: at once where live sound is heard, else at the next start."""
        if is_running(self._service.status):
            self._switch(choice)
        else:
            self._set_choice(choice)

    def choose_recognizer(self, engine: str) -> None:
        """Recognize with another engine; a live session goes on with it."""
        if engine == self.recognizer.id:
            return
        self._preferences.change(engine=engine)
        if not is_running(self._service.status):
            return
        if self._choice.kind.live:
            self._restart(self._choice)
        else:
            self.told.emit(Notice(self.tr("The next recording will be captioned with it."), Tone.CALM))

    def begin(self, choice: SourceChoice) -> None:
        """Caption `choice`; ask first where captions that are in no file would go away."""
        self._set_choice(choice)
        if choice.spec(self._preferences.settings.pace) is None:
            self.open_recording()
        elif not choice.kind.live and self._tally.unsaved:
            self._ask_to_replace(lambda: self._start(choice))
        else:
            self._start(choice)

    def caption_recording(self, path: Path) -> None:
        """Caption a recording that was opened or dropped."""
        if path.is_dir():
            self.told.emit(Notice(self.tr("{name} is a folder. Drop a recording.").format(name=path.name)))
            return
        self._preferences.change(folder=str(path.parent))
        choice = replace(self._choice, kind=SourceKind.RECORDING, path=path)
        if is_running(self._service.status):
            self._switch(choice)
        else:
            self.begin(choice)

    def open_recording(self) -> QFileDialog:
        """Let the user pick a recording; comes back at once."""
        # Not at the top: much of Qt is behind it.
        from app.ui.file_dialog import file_dialog

        title, folder = self.tr("Open a recording"), self._preferences.settings.folder
        dialog = file_dialog(self._window, title, folder)
        dialog.setOption(dialog.Option.ReadOnly)
        # A dozen patterns would not fit beside their name.
        dialog.setOption(dialog.Option.HideNameFilterDetails)
        patterns = " ".join(f"*.{suffix}" for suffix in _SOUND + _FILM)
        recordings = self.tr("Recordings ({patterns})").format(patterns=patterns)
        dialog.setNameFilters([recordings, self.tr("All files (*)")])
        dialog.fileSelected.connect(self._opened)
        dialog.show()
        return dialog

    def new_session(self) -> None:
        """Begin an empty transcript."""
        if is_running(self._service.status):
            return
        if self._tally.unsaved:
            self._ask_to_replace(self._service.new_session)
        else:
            self.moved_on.emit()
            self._service.new_session()

    def status_changed(self, status: Status) -> None:
        """Begin what waited for the end of the session before it."""
        if is_running(status) or self._next is None:
            return
        following, self._next = self._next, None
        if isinstance(status, Idle):
            self.begin(following)
        self._stays_paused = False

    def _opened(self, name: str) -> None:
        self.caption_recording(Path(name))

    def _set_choice(self, choice: SourceChoice) -> None:
        self._choice = choice
        kept: dict[str, object] = {"source": choice.kind}
        if choice.kind.has_microphone:
            kept |= {"microphone": choice.device, "microphone_name": choice.name}
        if choice.kind.has_output:
            kept |= {"output": choice.output, "output_name": choice.output_name}
        self._preferences.change(**kept)
        self.choice_changed.emit(choice)
        self.moved_on.emit()

    def _switch(self, choice: SourceChoice) -> None:
        """Another source while one is heard: live sound follows live sound without a question."""
        if choice == self._choice:
            self.moved_on.emit()
            return
        if choice.kind.live and self._choice.kind.live:
            self._restart(choice)
            return
        remedy = Remedy(self.tr("Stop and change"), lambda: self._restart(choice))
        text = self.tr("Captions are running. Stop them to change the source?")
        self.told.emit(Notice(text, Tone.CALM, (remedy,), passing=True))

    def _restart(self, choice: SourceChoice) -> None:
        """Begin `choice` once the last words of what runs are there."""
        if is_running(self._service.status):
            self._next, self._stays_paused = choice, isinstance(self._service.status, Paused)
            self._service.finish()
        else:
            self.begin(choice)

    def _start(self, choice: SourceChoice) -> None:
        settings, engine = self._preferences.settings, self.recognizer.id
        spec = choice.spec(settings.pace)
        if spec is None:
            return
        request = self._request(own_voice=choice.kind.has_microphone)
        push_to_talk = settings.service(engine).push_to_talk and request.cut is Cut.MANUAL
        self._plan = SessionPlan(
            spec,
            engine,
            request,
            settings.denoise,
            push_to_talk,
            settings.cancel_echo,
            # A pause of recordings would say nothing: they wait.
            paused=self._stays_paused and choice.kind.live,
        )
        self._service.start(self._plan)

    def _request(self, own_voice: bool) -> RecognitionRequest:
        """What to ask of the recognizer in use: to go on for ever, whatever becomes of the network."""
        settings, row = self._preferences.settings, self.recognizer
        choice = settings.service(row.id)
        traits = row.traits_of(choice.model)
        cut = choice.cut.possible(manual=traits.manual, semantic=traits.semantic)
        return replace(
            choice.request(spoken(settings.language, traits), self._word_set()),
            cut=cut,
            # Nobody presses a key at the sentences of others.
            commit_pause=MANUAL_PAUSE if cut is Cut.MANUAL and not own_voice else None,
            give_up=None,
            patience=settings.patience,
            prefer=self.preferred,
        )

    def _ask_to_replace(self, go_on: Callable[[], None]) -> None:
        count = self._tally.captions
        text = self.tr("The caption here is not exported yet. A new session takes its place.")
        if count != 1:
            text = self.tr("The {n} captions here are not exported yet. A new session takes their place.")
        text = text.format(n=count)
        remedies = (
            Remedy(self.tr("Export…"), self.export_asked.emit),
            Remedy(self.tr("Replace them"), go_on),
        )
        self.told.emit(Notice(text, Tone.WARN, remedies, passing=True))
