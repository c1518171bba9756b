"""An engine that is a service somewhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from app.dialects.base import Dialect
from app.domain.errors import AccessError, CaptionError, CredentialError
from app.domain.events import Disconnected, Event, Final, Understood
from app.domain.secret import Secret
from app.engines.aside import aside
from app.engines.backoff import Throttling, remedy_for
from app.engines.base import USUAL, Emit, FrameSource, Tuning
from app.engines.continuity import Continuity
from app.engines.pace import Pace
from app.engines.packets import PACKET_SECONDS
from app.engines.persistence import Persistence
from app.engines.starts import Starts

if TYPE_CHECKING:
    from app.engines.conversation import Conversation
    from app.engines.speech_gain import SpeechGain

HandOver: TypeAlias = Callable[[Secret | None, Emit], Awaitable[str]]
"""Takes hotwords to where the service keeps them; gives the id of their list, empty for none."""


@dataclass(frozen=True, slots=True)
class Line:
    """How a service is spoken to.

    Attributes:
        pace: seconds of sound that it takes in a second.
        replay: the same, of sound that it has missed.
        commit_pause: in manual mode, seconds of silence that end a sentence; None leaves it to the user.
        asked_only: it says nothing before a sentence is committed.
        longest: seconds that it lets a session live; None where it sets no limit.
        give_up: seconds of vain trying after which captioning ends; None for never, 0 for no second try.
    """

    pace: float = 1.0
    replay: float = 1.0
    commit_pause: float | None = None
    asked_only: bool = False
    longest: float | None = None
    give_up: float | None = 0.0


class RemoteEngine:
    """Recognizes over a web socket, in a service's own language, over as many connections as it takes.

    Args:
        new_dialect: makes a fresh dialect for each connection, from the key and the id of the hotword list.
        find_key: finds the service's key; may take its time, and raise a CaptionError.
        hand_over: called before each connection, since lists may go; keeps nobody waiting for long.
        line: how the service is spoken to.
        starts: shared by all that connect to the service.
        tuning: which sound it would rather hear.
    """

    def __init__(
        self,
        new_dialect: Callable[[Secret | None, str], Dialect],
        find_key: Callable[[], Secret | None],
        hand_over: HandOver,
        line: Line,
        starts: Starts,
        tuning: Tuning = USUAL,
    ) -> None:
        self.tuning = tuning
        self._new_dialect = new_dialect
        self._find_key = find_key
        self._hand_over = hand_over
        self._line = line
        self._starts = starts
        self._established = False
        self._gain: SpeechGain | None = None

    async def run(self, frames: FrameSource, emit: Emit) -> None:
        """Recognize until `frames` ends and the last words are in.

        Raises:
            CaptionError: the service can't be reached, refuses, or is lost, and another try is in vain.
        """
        pace, gain = Pace(self._line.pace), self._speech_gain()
        # A keyring may ask the user first.
        key = await aside(self._find_key, "key")
        vocabulary = ""
        continuity = Continuity(emit)
        persistence = Persistence(self._line.give_up, established=self._established)
        throttling = Throttling()

        def take(event: Event) -> None:
            if isinstance(event, Final):
                throttling.over()
            for told in persistence.told(event):
                continuity.take(told)
            self._established = persistence.established

        while True:
            vocabulary = await self._handed_over(key, vocabulary, emit)
            await self._starts.wait()
            conversation = self._conversation(pace, gain, key, vocabulary, persistence.patience)
            try:
                if await conversation.run(frames, take):
                    continuity.finish()
                    return
            except CaptionError as error:
                persistence.failed(error, conversation)
                emit(Disconnected(error.problem, remedy_for(error)))
                wordless = persistence.wordless()
                if wordless is not None:
                    emit(wordless)
                    continuity.take(Understood(wordless.end))
                await asyncio.sleep(max(persistence.delay(error), throttling.delay(error)))
                if isinstance(error, AccessError):
                    key = await self._key_by_now(key)
            pace.catch_up(self._line.replay)
            continuity.switch()
            frames.rewind()
            if not await _goes_on(frames, conversation.sent if conversation.idle else 0.0):
                continuity.finish()
                return

    async def knock(self) -> None:
        """Find out whether the service would let us in now.

        Raises:
            CaptionError: it would not.
        """
        # Not at the top: the window opens before anything needs the web socket library.
        from app.engines.trial import visit

        key = await aside(self._find_key, "key")
        await self._starts.wait()
        await visit(self._new_dialect(key, ""), key)

    async def _key_by_now(self, key: Secret | None) -> Secret | None:
        """The key as it is now, since the user may have mended it."""
        try:
            return await aside(self._find_key, "key")
        except CredentialError:
            return key

    async def _handed_over(self, key: Secret | None, vocabulary: str, emit: Emit) -> str:
        """The id of the hotword list for the next connection; so far it was `vocabulary`.

        Raises:
            CaptionError: the service has never let us in, and does not accept the key.
        """
        try:
            return await self._hand_over(key, emit)
        except CaptionError:
            if not self._established:
                raise
            # The connection tells, and is tried again as ever: the user may mend the key.
            return vocabulary

    def _speech_gain(self) -> SpeechGain:
        # Not at the top: the window opens before anything needs numpy.
        from app.engines.speech_gain import SpeechGain

        # It still knows the voices when a stand-in hands back.
        self._gain = self._gain or SpeechGain()
        return self._gain

    def _conversation(
        self, pace: Pace, gain: SpeechGain, key: Secret | None, vocabulary: str, patience: float
    ) -> Conversation:
        # Not at the top: the window opens before anything needs the web socket library.
        from app.engines.conversation import Conversation

        return Conversation(
            self._new_dialect(key, vocabulary),
            pace=pace,
            gain=gain,
            commit_pause=self._line.commit_pause,
            asked_only=self._line.asked_only,
            patience=patience,
            longest=self._line.longest,
            key=key,
        )


async def _goes_on(frames: FrameSource, behind: float) -> bool:
    """Wait until there is something to connect for: sound behind a moment, or what ends there.

    Args:
        frames: rewound, and again afterwards.
        behind: in seconds of the session.

    Returns:
        Whether there is any sound.
    """
    found = False
    while (frame := await frames.read()) is not None:
        found = True
        # One packet may have been left behind, as it was not whole.
        if frame.stop_seconds >= behind + 2 * PACKET_SECONDS:
            break
    frames.rewind()
    return found
