"""A network that goes and comes, and an engine that stands in: `python -m tests.soak.standing_in [--seed N]`.

Outages begin and end at random moments. Ends with status 1 where a second was lost, doubled or moved.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from app.domain.audio import SPEECH_RATE, AudioFrame
from app.domain.errors import BusyError, CaptionError, CredentialError, ServiceError
from app.domain.events import Connected, Event, Gap, StandIn
from app.domain.segment import Segment
from app.domain.transcript import Transcript
from app.engines.fallback import FallbackEngine
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.captioning import Captioning
from app.recognizer.news import CaptionChanged, News
from app.recognizer.spool import Spool
from tests.fakes.clock import at_once
from tests.fakes.lines import Faraway, Nearby, Network
from tests.simulator import Counting
from tests.simulator.counting import encode

if TYPE_CHECKING:
    from app.domain.audio import Samples
    from tests.simulator.hearing import Recognition

PACKET: Final = 0.1
ERRORS: Final = (
    ServiceError("The network is gone."),
    CredentialError("The key is refused."),
    BusyError("There is too much to do."),
)


@dataclass(frozen=True, slots=True)
class Outage:
    """The service is away from `begin` to `end`.

    Attributes:
        mute: seconds for which the connection seems to live.
    """

    begin: float
    end: float
    error: CaptionError
    mute: float


@dataclass(slots=True)
class Outcome:
    """What a session came to.

    Attributes:
        numbers: the seconds in the transcript, in its order.
        stood_in: how often the other engine stood in.
        open: the most captions that were not final at once.
        returned: how often the service was there again, or for the first time.
        gaps: sound that was given up.
    """

    numbers: list[int] = field(default_factory=list)
    stood_in: int = 0
    open: int = 0
    returned: int = 0
    gaps: int = 0


def main() -> int:
    """One session, heard at once."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.standing_in", description=__doc__)
    parser.add_argument("--minutes", type=float, default=25.0, help="of sound")
    parser.add_argument("--outages", type=int, default=50)
    parser.add_argument(
        "--seed", type=int, default=random.randrange(10_000), help="of the outages and delays"
    )
    parser.add_argument("--patience", type=float, default=3.0, help="seconds until the stand-in")
    wanted = parser.parse_args()
    seconds = round(60 * wanted.minutes)
    outages = draw(wanted.outages, seconds, wanted.seed)
    outcome = replay(seconds, outages, wanted.seed, patience=wanted.patience)
    whole = outcome.numbers == list(range(seconds)) and not outcome.gaps and outcome.open <= 1
    print(
        f"{wanted.outages} outages in {wanted.minutes:g} min, seed {wanted.seed}: "
        f"{'whole' if whole else outcome}; stood in {outcome.stood_in} times",
        flush=True,
    )
    return 0 if whole else 1


def replay(seconds: int, outages: Sequence[Outage], seed: int, **how: Any) -> Outcome:
    """A session that goes the same way each time."""
    before = random.getstate()
    random.seed(seed)
    try:
        return at_once(session(seconds, outages, **how))
    finally:
        random.setstate(before)


def draw(count: int, seconds: float, seed: int) -> list[Outage]:
    """`count` outages at random moments, one in each of as many equal parts of the session."""
    dice, part = random.Random(seed), seconds / count
    outages = []
    for number in range(count):
        begin, end = sorted(dice.uniform(number * part, (number + 1) * part) for _ in range(2))
        mute = dice.choice((0.0, 0.0, dice.uniform(0.5, 15.0)))
        outages.append(Outage(begin, end, dice.choice(ERRORS), mute))
    return outages


async def session(
    seconds: int,
    outages: Sequence[Outage],
    *,
    patience: float,
    late: float = 0.7,
    recognition: Recognition | None = None,
    sound: Callable[[int], Samples] = encode,
) -> Outcome:
    """Caption `seconds` of sound that says its number, live, through the outages; for `at_once`.

    Args:
        late: seconds between sound and its words.
        recognition: what both the service and the stand-in hear with.
        sound: one second of it.
    """
    recognition = recognition or Counting()
    outcome, spool, transcript, open_now = Outcome(), Spool(), Transcript(), set[int]()

    def tell(news: News) -> None:
        if isinstance(news, CaptionChanged):
            caption = news.caption
            (open_now.discard if caption.final else open_now.add)(caption.utterance)
            outcome.open = max(outcome.open, len(open_now))

    captioning = Captioning("Me", transcript, tell, base=0, trace=None)
    frames = Acknowledging(spool)

    def emit(event: Event) -> None:
        outcome.stood_in += isinstance(event, StandIn)
        outcome.returned += isinstance(event, Connected)
        frames.take(event)
        captioning.take(event)

    network = Network(late=late)
    engine = FallbackEngine(
        Faraway(network, recognition),
        partial(Nearby, recognition),
        "Nearby",
        patience=patience,
        understands=lambda words: True,
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(feed(spool, seconds, sound))
        failing = tasks.create_task(_fail(network, outages))
        await engine.run(frames, emit)
        failing.cancel()
    entries = transcript.entries
    outcome.numbers = [int(one.text.split()[-1]) for one in entries if isinstance(one, Segment)]
    outcome.gaps = sum(isinstance(one, Gap) for one in entries)
    return outcome


async def feed(spool: Spool, seconds: int, sound: Callable[[int], Samples]) -> None:
    """Sound comes as it is spoken, and ends."""
    length = round(PACKET * SPEECH_RATE)
    for second in range(seconds):
        samples = sound(second)
        for begin in range(0, SPEECH_RATE, length):
            spool.put(AudioFrame(spool.written, np.array(samples[begin : begin + length])))
            await asyncio.sleep(PACKET)
    spool.finish()


async def _fail(network: Network, outages: Sequence[Outage]) -> None:
    now = asyncio.get_running_loop().time
    for outage in outages:
        await asyncio.sleep(outage.begin - now())
        network.error, network.mute = outage.error, outage.mute
        network.switch(False)
        await asyncio.sleep(outage.end - now())
        network.switch(True)


if __name__ == "__main__":
    sys.exit(main())
