"""When a lane is listened to: pauses, mute, what we play ourselves, and talking with a key held down."""

from __future__ import annotations

from typing import Final

GRACE_SECONDS: Final = 0.3
"""Sound still heard after the key was let go: it is on its way here, and people are early."""


class Attention:
    """Says whether the sound of this moment is meant to be heard, and where the user's sentences end.

    Args:
        push_to_talk: only while the user holds a key.
    """

    def __init__(self, push_to_talk: bool) -> None:
        self.paused = self.muted = self.replaying = False
        self._push_to_talk = push_to_talk
        self._talking = False
        self._over_at: float | None = None

    @property
    def deaf(self) -> bool:
        """Whether the sound of this moment is not meant to be heard."""
        return self.paused or self.muted or self.replaying or (self._push_to_talk and not self._talking)

    def talk(self, talking: bool, now: float) -> bool:
        """The key goes down, or up, at `now` seconds of the session; returns whether a sentence ends here."""
        if not talking:
            self._over_at = now + GRACE_SECONDS if self._talking else None
            return False
        # Down again before the grace was over: that was one sentence, and this is another.
        ends = self._over_at is not None
        self._talking, self._over_at = True, None
        return ends

    def reached(self, now: float) -> bool:
        """Sound up to `now` has come; returns whether a sentence ends here."""
        if self._over_at is None or now < self._over_at:
            return False
        self._talking, self._over_at = False, None
        return True
