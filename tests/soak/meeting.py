"""A meeting over loudspeakers: `SURTITLE_SPEECH=FOLDER python -m tests.soak.meeting [--times 3]`.

One person's speech comes out of a real sound server's output; a virtual microphone carries another's and the
echo of the first at -6 dB from a synthetic room. Both lanes are captioned by the embedded recognizer, as the
program does it: first in turns, then both at once. Where the sound begins some milliseconds later, the
recognizer mishears other words, which alone is worth three points of the word error rate: all figures but the
last are means of several hearings. Ends with status 1 where more than one in a hundred of the speakers' words
stands under *Me*, or where the other's word error rate is 3 points above that alone.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from app.audio.sources import open_source
from app.domain.audio import SPEECH_RATE
from app.domain.request import LANE_ME, LANE_THEM, MeetingSource, SessionPlan
from app.domain.segment import Segment
from app.engines.catalogue import Catalogue
from app.recognizer.news import News, StatusChanged
from app.recognizer.service import CaptionService
from app.recognizer.status import Listening
from tests.audio.rooms import echo
from tests.audio.sounds import write_wav
from tests.benchmarks.noises import Talk, talks
from tests.benchmarks.speech import errors, plain, recordings
from tests.harness.pulse import MICROPHONE_FEED, SPEAKERS, PulseServer

DELAY = 0.06
"""Seconds from the speakers to the microphone, beside what the sound server adds."""
ALONE = 12.0
"""Seconds that the speakers play before both talk at once."""
MOST_SLIPPED = 0.01
MOST_WORSE = 0.03
FAR, NEAR = "two", ("vctk", "libri")

Sound = NDArray[np.float32]


@dataclass
class Heard:
    """What stands under each name.

    Attributes:
        began: when the sound began, on the session clock.
    """

    segments: tuple[Segment, ...]
    began: float

    def text(self, lane: str, since: float = 0.0, until: float = 1e9) -> str:
        """The words of a lane that begin within these seconds of the sound."""
        return " ".join(
            one.text for one in self.segments if one.lane == lane and since <= one.start - self.began < until
        )


def main(times: int) -> int:
    """Hold the meetings, each so many times."""
    spoken = {talk.name: talk for talk in talks(recordings())}
    if not {FAR, *NEAR} <= set(spoken):
        print("left out: SURTITLE_SPEECH names no folder of recordings with words", flush=True)
        return 0
    return max([_meet(spoken[FAR], spoken[name], times) for name in NEAR])


def _meet(speakers: Talk, room: Talk, times: int) -> int:
    voice = _as_loud(room.samples, speakers.samples)
    length = len(speakers.samples) / SPEECH_RATE
    near = echo(speakers.samples, DELAY)
    turns = np.concatenate((near, np.zeros(SPEECH_RATE // 2, np.float32), voice))
    far = np.resize(speakers.samples, round(ALONE * SPEECH_RATE) + len(voice))
    both = echo(far, DELAY)
    both[len(both) - len(voice) :] += voice

    quiet = [hold(np.zeros(SPEECH_RATE, np.float32), voice) for _ in range(times)]
    ones = [hold(speakers.samples, turns) for _ in range(times)]
    other = hold(far, both)

    alone = mean(_rate(room.text, one.text(LANE_ME)) for one in quiet)
    under_me = [one.text(LANE_ME, until=length) for one in ones]
    slipped = mean(len(plain(text)) for text in under_me) / len(plain(speakers.text))
    theirs = mean(_rate(speakers.text, one.text(LANE_THEM)) for one in ones)
    in_turns = mean(_rate(room.text, one.text(LANE_ME, since=length)) for one in ones)
    at_once = _rate(room.text, other.text(LANE_ME, since=ALONE - 0.5))
    print(
        f"{room.name}: {100 * slipped:.1f} % of the speakers' words under Me {under_me}; "
        f"word errors: {100 * theirs:.1f} % under Them; under Me {100 * alone:.1f} % alone, "
        f"{100 * in_turns:.1f} % in turns, {100 * at_once:.1f} % at once",
        flush=True,
    )
    return int(slipped > MOST_SLIPPED or in_turns - alone > MOST_WORSE)


def hold(far: Sound, near: Sound) -> Heard:
    """Caption a meeting in which this comes out of the speakers and that into the microphone."""
    with PulseServer() as server, tempfile.TemporaryDirectory() as folder:
        files = [
            write_wav(Path(folder) / name, np.clip(sound, -1, 1), SPEECH_RATE)
            for name, sound in (("far.wav", far), ("near.wav", near))
        ]
        return asyncio.run(_hold(server, *files))


async def _hold(server: PulseServer, far: Path, near: Path) -> Heard:
    service, listening = CaptionService(open_source, Catalogue(lambda _: None).engine), asyncio.Event()

    def take(news: News) -> None:
        if isinstance(news, StatusChanged) and isinstance(news.status, Listening):
            listening.set()

    service.subscribe(take)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(service.run())
        await asyncio.sleep(0)
        service.start(SessionPlan(MeetingSource(), "moonshine"))
        await listening.wait()
        await asyncio.sleep(1.0)
        began = service.elapsed
        players = [server.play(far, SPEAKERS), server.play(near, MICROPHONE_FEED)]
        while any(player.poll() is None for player in players):
            await asyncio.sleep(0.1)
        await asyncio.sleep(1.5)
        service.finish()
        while service.busy:
            await asyncio.sleep(0.1)
        service.close()
    entries = service.transcript.entries
    return Heard(tuple(one for one in entries if isinstance(one, Segment)), began)


def _rate(text: str, heard: str) -> float:
    wrong, said = errors(text, heard)
    return wrong / said


def _as_loud(samples: Sound, other: Sound) -> Sound:
    factor = np.sqrt(np.mean(np.square(other)) / np.mean(np.square(samples)))
    return np.clip(samples * factor, -1, 1).astype(np.float32)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="how often each is heard")
    sys.exit(main(parser.parse_args().times))
