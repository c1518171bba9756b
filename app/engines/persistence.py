"""What the connections to a service so far have taught: whether, when and how to try another one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Final as Constant

from app.domain.errors import CaptionError, RefusedError
from app.domain.events import Connected, Event, Final, Gap, Partial
from app.engines.backoff import REFUSALS, delays, least_delay, worth_another_try
from app.engines.ledger import LastWordsError

if TYPE_CHECKING:
    from app.engines.conversation import Conversation

MUTE_CONNECTIONS: Constant = 3
MUTE_SECONDS: Constant = 300.0
"""What so many connections in a row, over so long, had no word for is given up, and that is said."""
MOST_PATIENCE: Constant = 8.0
"""Times the usual."""
WORDLESS: Constant = "The service heard this several times and had no words for it."


class Persistence:
    """Remembers how it went.

    Args:
        give_up: seconds of vain trying after which it is over; None for never, 0 for no second try.
        established: the service has taken our sound before.
    """

    def __init__(self, give_up: float | None, *, established: bool = False) -> None:
        self.established = established
        self._give_up = give_up
        self._delays = delays()
        self._refusals = 0
        self._refused = self._refused_before = False
        self._trouble_since: float | None = None
        self._mute: list[tuple[float, float]] = []
        self._worded = False
        self._hides_connected = False

    def failed(self, error: CaptionError, conversation: Conversation) -> None:
        """A connection failed; goes on where another may not.

        Raises:
            CaptionError: the same error, where there is nothing to be gained.
        """
        # Not at the top: the window opens before anything needs the web socket library.
        from app.engines.watchdog import StalledError

        self._trouble_since = _now() if self._trouble_since is None else self._trouble_since
        self._refused_before, self._refused = self._refused, isinstance(error, RefusedError)
        # Last words that do not come are a refusal too: the service has none for that sound. Who is not
        # even let in may be in another network than before, and better luck comes with the next.
        if conversation.sent:
            self._refusals += isinstance(error, RefusedError | LastWordsError)
        if isinstance(error, StalledError):
            self._mute.append((conversation.began, conversation.sent))
            self._hides_connected = True
        give_up = self._give_up
        if give_up and isinstance(error, StalledError) and self._worded:
            # Music in a recording is no reason to end: the service has had words for what was said before.
            give_up = max(give_up, MUTE_SECONDS)
        if self._refusals >= REFUSALS or not worth_another_try(error, established=self.established):
            raise error
        if give_up is not None and self._is_hopeless(error, give_up):
            raise error

    def told(self, event: Event) -> Sequence[Event]:
        """What to tell of `event`: a service that took sound and said nothing is back with its first word."""
        if isinstance(event, Final):
            self._delays, self._refusals, self._mute, self._trouble_since = delays(), 0, [], None
            self._refused = False
            self._worded |= bool(event.text)
        if isinstance(event, Connected):
            self.established = True
            return () if self._hides_connected else (event,)
        if self._hides_connected and isinstance(event, Partial | Final):
            self._hides_connected = False
            return Connected(), event
        return (event,)

    @property
    def patience(self) -> float:
        """How many times as long as usual the next connection may say nothing.

        What sounds may be music: who hears it again, and more behind it, is given time to come to the words.
        """
        return min(2.0 ** len(self._mute), MOST_PATIENCE)

    def wordless(self) -> Gap | None:
        """The sound of which no word will come, although it was sent again and again."""
        if len(self._mute) < MUTE_CONNECTIONS or self._in_vain < MUTE_SECONDS:
            return None
        (start, *_), ends = zip(*self._mute, strict=True)
        self._mute = []
        return Gap(start, min(ends), WORDLESS)

    def delay(self, error: CaptionError) -> float:
        """Seconds before the next connection."""
        return max(next(self._delays), least_delay(error, again=self._refused_before))

    def _is_hopeless(self, error: CaptionError, give_up: float) -> bool:
        """Whether somebody who does not wait for ever had better be told now."""
        return not (error.retryable and self.established) or self._in_vain >= give_up

    @property
    def _in_vain(self) -> float:
        """Seconds since the first failure after which the service had no more word for us."""
        return 0.0 if self._trouble_since is None else _now() - self._trouble_since


def _now() -> float:
    return asyncio.get_running_loop().time()
