"""What is sent of the silence between sentences that the user ends."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.engines.lull import Lull

PACKET = SPEECH_RATE // 10


def packet(number: int, level: float) -> AudioFrame:
    return AudioFrame(number * PACKET, np.full(PACKET, level, np.float32), SPEECH_RATE)


def test_an_hour_of_silence_is_hardly_sent_at_all() -> None:
    lull = Lull()
    sent = [n for n in range(36_000) if not lull.spares(packet(n, 0.0))]
    assert sent[0] == 0
    # Ten seconds apart, as far as tenths of a second can be added up.
    assert {later - before for before, later in pairwise(sent)} <= {100, 101}
    assert not lull.end_sentence()


def test_a_sentence_is_sent_whole_with_its_pauses() -> None:
    lull = Lull()
    lull.spares(packet(0, 0.0))
    assert lull.spares(packet(1, 0.0))
    levels = [0.1, 0.0, 0.0, 0.001, 0.0]
    assert not any(lull.spares(packet(2 + n, level)) for n, level in enumerate(levels))
    assert lull.end_sentence()
    assert not lull.end_sentence()
    assert lull.spares(packet(8, 0.0))
