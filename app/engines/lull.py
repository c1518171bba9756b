"""Manual mode: the silence between two sentences, which a service need not hear."""

from __future__ import annotations

from typing import Final

from app.domain.audio import AudioFrame

KEEP_ALIVE_SECONDS: Final = 10.0
"""A packet of silence so often shows a service that somebody is still here."""


class Lull:
    """With push-to-talk most of a meeting is digital silence, in front of the next sentence.

    A service would take all of it for a part of that sentence.
    """

    def __init__(self) -> None:
        self._sounds = False
        self._sent: float | None = None

    def spares(self, packet: AudioFrame) -> bool:
        """Whether the packet need not be sent: nothing sounds yet, neither in it nor before."""
        self._sounds = self._sounds or bool(packet.samples.any())
        now = packet.stop_seconds
        if self._sounds or self._sent is None or now - self._sent >= KEEP_ALIVE_SECONDS:
            self._sent = now
            return False
        return True

    def end_sentence(self) -> bool:
        """The sentence ends here; false where nothing of it sounded."""
        sounded, self._sounds = self._sounds, False
        return sounded
