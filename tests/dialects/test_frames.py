"""What is written into the messages of services."""

from __future__ import annotations

import base64
import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.dialects.frames import write_sound
from app.domain.audio import AudioFrame, pcm


@given(
    st.dictionaries(st.text(), st.text() | st.integers(), min_size=1, max_size=4),
    st.lists(st.floats(-2, 2, width=32), max_size=50),
)
def test_sound_is_written_as_any_other_text_would_be(
    content: dict[str, str | int], samples: list[float]
) -> None:
    content.pop("audio", None)
    content["type"] = "append"
    sound = np.array(samples, np.float32)
    audio = base64.b64encode(pcm(sound)).decode()
    assert json.loads(write_sound(content, AudioFrame(0, sound))) == {**content, "audio": audio}
