"""A service that talks without end takes neither all of the time nor all of the memory."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from app.domain.errors import RefusedError
from app.domain.events import Event, Final, Partial
from app.domain.request import RecognitionRequest
from app.domain.secret import Secret
from app.engines.catalogue import Catalogue
from app.engines.restraint import AT_ONCE, TURN, Restraint
from tests.engines.sound import Frames
from tests.simulator.counting import count

TRANSCRIPTION = "conversation.item.input_audio_transcription"
MESSAGES = 400


@asynccontextmanager
async def talker(*messages: dict[str, object]) -> AsyncIterator[str]:
    """A service that says all of that at once, as soon as it is spoken to."""

    async def talk(client: ServerConnection) -> None:
        await client.recv()
        await client.send(json.dumps({"type": "session.updated"}))
        for message in messages:
            await client.send(json.dumps(message))
        async for said in client:
            if json.loads(said)["type"] == "session.finish":
                await client.send(json.dumps({"type": "session.finished"}))

    async with serve(talk, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def hear(endpoint: str, emit: list[Event]) -> None:
    engine = Catalogue(lambda _: Secret("sk-0")).engine("qwen-asr", RecognitionRequest(endpoint=endpoint))
    await engine.run(Frames(count(1)), emit.append)


@pytest.mark.parametrize("length", [200, TURN])
def test_everybody_has_a_turn_between_some_messages_and_behind_a_long_one(length: int) -> None:
    turns = 0
    heard: list[int] = []

    class Listener(list[Event]):
        def append(self, event: Event) -> None:
            if isinstance(event, Partial):
                heard.append(turns)

    async def watch() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def test() -> None:
        said = [
            {"type": f"{TRANSCRIPTION}.text", "item_id": "a", "stash": str(n), "x": "x" * length}
            for n in range(MESSAGES)
        ]
        watching = asyncio.create_task(watch())
        async with asyncio.timeout(30), talker(*said) as endpoint:
            await hear(endpoint, Listener())
        watching.cancel()

    asyncio.run(test())
    assert len(heard) == MESSAGES
    assert max(Counter(heard).values()) <= TURN / length


@pytest.mark.parametrize(
    ("kind", "key", "event"),
    [
        pytest.param("completed", "transcript", Final, id="final"),
        pytest.param("text", "text", Partial, id="never final"),
    ],
)
def test_more_than_anybody_can_have_said_is_not_taken(
    kind: str, key: str, event: type[Final | Partial]
) -> None:
    async def test() -> list[Event]:
        events: list[Event] = []
        said = [
            {"type": f"{TRANSCRIPTION}.{kind}", "item_id": str(n), key: "word " * 1000}
            for n in range(MESSAGES)
        ]
        async with asyncio.timeout(30), talker(*said) as endpoint:
            with pytest.raises(RefusedError, match="more words than anybody"):
                await hear(endpoint, events)
        return events

    taken = sum(len(one.text) for one in asyncio.run(test()) if isinstance(one, event))
    assert 0 < taken <= AT_ONCE + 1000


def test_a_partial_counts_by_what_it_adds() -> None:
    restraint = Restraint()
    for utterance in range(4):
        for length in [*range(0, AT_ONCE // 4, 10), *range(AT_ONCE // 4, 0, -10), AT_ONCE // 4]:
            restraint.weigh(Partial(utterance, 0.0, 1.0, "x" * length), 0.0)
    restraint.weigh(Final(3, 0.0, 1.0, "y" * (AT_ONCE // 4)), 0.0)
    with pytest.raises(RefusedError, match="more words than anybody"):
        restraint.weigh(Final(2, 0.0, 1.0, "y" * (AT_ONCE // 4 + 1)), 0.0)


def test_what_is_over_is_forgotten() -> None:
    restraint = Restraint()
    restraint.weigh(Partial(1, 0.0, 1.0, "x" * AT_ONCE), 0.0)
    restraint.weigh(Final(1, 0.0, 1.0, "x"), 0.0)
    with pytest.raises(RefusedError, match="more words than anybody"):
        restraint.weigh(Partial(1, 0.0, 1.0, "x"), 0.0)


def test_the_fastest_speaker_may_go_on_for_hours() -> None:
    restraint = Restraint()
    for minute in range(600):
        said = "x" * 60 * 40
        for length in range(0, len(said), 400):
            restraint.weigh(Partial(minute, 0.0, 1.0, said[:length]), 60.0 * minute)
        restraint.weigh(Final(minute, 0.0, 1.0, said), 60.0 * (minute + 1))
