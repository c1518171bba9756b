"""A service tried out, over a real web socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from app.domain.errors import (
    AccessError,
    BusyError,
    CaptionError,
    CredentialError,
    RefusedError,
    RegionError,
    ServiceError,
)
from app.domain.request import Cut, RecognitionRequest
from app.domain.secret import Secret
from app.engines import trial
from app.engines.catalogue import Catalogue
from app.engines.reach import Reach
from app.engines.regions import WORKSPACE, Region
from app.engines.services import SERVICES
from app.engines.trial import try_service
from tests.simulator import Simulator

T = TypeVar("T")
KEY = Secret("sk-0123456789abcdef0123456789abcdef")
ENGINES = [row.id for row in SERVICES]
KEYED = [row.id for row in SERVICES if row.key]


def go(test: Callable[[], Awaitable[T]]) -> T:
    async def limited() -> T:
        async with asyncio.timeout(20):
            return await test()

    return asyncio.run(limited())


def reach(engine: str, *endpoints: str, **request: object) -> Reach:
    """The way to a service with a region at each of `endpoints`."""
    row = next(row for row in SERVICES if row.id == engine)
    regions = tuple(Region(f"Region {number}", one) for number, one in enumerate(endpoints))
    return Reach.of(replace(row, regions=regions), RecognitionRequest(**request))  # type: ignore[arg-type]


async def verdict(reach: Reach, key: Secret | None = KEY) -> CaptionError | None:
    try:
        await try_service(reach, key)
    except CaptionError as error:
        found = error
    else:
        return None
    assert KEY.reveal() not in f"{found} {found!r} {found.__cause__!r}"
    return found


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("cut", list(Cut))
def test_who_is_let_in_hears_nothing_and_the_service_has_no_complaint(engine: str, cut: Cut) -> None:
    async def test() -> None:
        async with Simulator() as sim:
            assert await verdict(reach(engine, sim.url, cut=cut)) is None
            assert sim.violations == {}
            assert sim.counts["connections"] == 1

    go(test)


@pytest.mark.parametrize("engine", KEYED)
def test_a_wrong_key(engine: str) -> None:
    async def test() -> None:
        async with Simulator(keys=frozenset({"sk-other"})) as sim:
            error = await verdict(reach(engine, sim.url))
            assert isinstance(error, CredentialError)
            assert "does not accept the key" in error.problem

    go(test)


@pytest.mark.parametrize("engine", KEYED)
def test_no_key_where_one_is_asked_for(engine: str) -> None:
    async def test() -> None:
        async with Simulator(keys=frozenset({KEY.reveal()})) as sim, Simulator() as other:
            error = await verdict(reach(engine, sim.url, other.url), None)
            assert isinstance(error, CredentialError)
            assert "there is none" in error.problem
            assert other.counts["connections"] == 0

    go(test)


@pytest.mark.parametrize(("key", "says"), [(None, "asks for a key"), (KEY, "may not use")])
def test_a_server_of_ones_own_that_closes_on_who_it_does_not_know(key: Secret | None, says: str) -> None:
    async def test() -> None:
        async with Simulator(faults=["close=1008"]) as sim:
            error = await verdict(reach("vllm", sim.url), key)
            assert isinstance(error, AccessError)
            assert says in error.problem

    go(test)


def test_a_key_of_another_region_is_told_with_the_region() -> None:
    async def test() -> None:
        keys = frozenset({KEY.reveal()})
        async with Simulator(keys=frozenset({"sk-a"})) as one, Simulator(keys=keys) as two:
            error = await verdict(reach("qwen-asr", one.url, two.url))
            assert isinstance(error, RegionError)
            assert error.problem == "This key is of the region Region 1."
            assert error.endpoint == two.url
            assert (one.counts["connections"], two.counts["connections"]) == (1, 1)

    go(test)


def test_a_key_of_another_region_is_recognized_whatever_else_is_wrong_there() -> None:
    async def test() -> None:
        keys = frozenset({KEY.reveal()})
        async with Simulator(keys=frozenset({"sk-a"})) as one, Simulator(keys=keys) as two:
            two.inject("error=Arrearage")
            assert isinstance(await verdict(reach("qwen-asr", one.url, two.url)), RegionError)

    go(test)


def test_a_key_that_no_region_accepts() -> None:
    async def test() -> None:
        keys = frozenset({"sk-a"})
        async with Simulator(keys=keys) as one, Simulator(keys=keys) as two:
            error = await verdict(reach("qwen-asr", one.url, two.url, "ws://127.0.0.1:9"))
            assert type(error) is CredentialError
            assert (one.counts["connections"], two.counts["connections"]) == (1, 1)

    go(test)


def test_a_region_of_workspaces_is_asked_only_with_one() -> None:
    async def test() -> None:
        keys = frozenset({KEY.reveal()})
        async with Simulator(keys=frozenset({"sk-a"})) as one, Simulator(keys=keys) as two:
            # The address of a workspace, as far as loopback has some.
            inside = two.url + "/" + WORKSPACE
            assert type(await verdict(reach("qwen-asr", one.url, inside))) is CredentialError
            assert two.counts["connections"] == 0
            error = await verdict(reach("qwen-asr", one.url, inside, workspace="ws-1"))
            assert isinstance(error, RegionError)
            assert error.endpoint == inside

    go(test)


def test_a_key_is_shown_to_no_region_where_the_user_chose_an_address() -> None:
    async def test() -> None:
        async with Simulator(keys=frozenset({"sk-a"})) as own, Simulator() as region:
            assert type(await verdict(reach("qwen-asr", region.url, endpoint=own.url))) is CredentialError
            assert region.counts["connections"] == 0

    go(test)


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        ("http=403", AccessError, "may not use"),
        ("http=429", BusyError, "limit"),
        ("http=500", ServiceError, "a problem of its own"),
        ("refuse", ServiceError, "broke before it stood"),
        ("drop", ServiceError, "was lost"),
        ("close=1007:Model not found", AccessError, "does not have the model"),
        ("error=ModelNotFound", AccessError, "does not have the model"),
        ("error=Arrearage", AccessError, "can't be charged"),
        ("error=InvalidApiKey", CredentialError, "does not accept the key"),
        ("throttle", BusyError, "limit"),
        ("not-json", RefusedError, "does not understand"),
        ("huge", RefusedError, "said more at once than 1 MB"),
        ("stall", ServiceError, "does not begin"),
        ("half-open", ServiceError, "does not begin"),
    ],
)
@pytest.mark.parametrize("engine", ["qwen-asr", "fun-asr"])
def test_each_verdict_has_its_sentence(
    engine: str, fault: str, kind: type[CaptionError], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "READY_SECONDS", 0.5)

    async def test() -> None:
        async with Simulator(faults=[fault]) as sim:
            error = await verdict(reach(engine, sim.url))
            assert type(error) is kind
            assert says in error.problem
            assert error.remedy

    go(test)


@pytest.mark.parametrize("engine", ["qwen-asr", "fun-asr", "qwen-omni", "openai-realtime"])
def test_a_model_that_is_not_there(engine: str) -> None:
    async def test() -> None:
        async with Simulator() as sim:
            error = await verdict(reach(engine, sim.url, model="no-such-model"))
            assert isinstance(error, AccessError)
            assert "model" in error.problem

    go(test)


def test_a_server_that_greets_first_and_looks_at_the_model_then() -> None:
    async def test() -> None:
        async with Simulator(faults=["error=ModelNotFound"]) as sim:
            error = await verdict(reach("vllm", sim.url, model="no-such-model"))
            assert "does not have the model" in str(error)

    go(test)


@pytest.mark.parametrize("engine", ["vllm", "funasr"])
def test_a_server_that_greets_first_and_says_too_much_then(engine: str) -> None:
    async def test() -> None:
        async with Simulator(faults=["huge"]) as sim:
            assert "said more at once than 1 MB" in str(await verdict(reach(engine, sim.url), None))

    go(test)


def test_a_server_that_says_nothing_of_itself_is_known_by_its_staying() -> None:
    async def test() -> None:
        async with Simulator(faults=["close=1011@0"]) as sim:
            assert isinstance(await verdict(reach("funasr", sim.url)), ServiceError)

    go(test)


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.1, 0.3])
def test_a_trial_can_be_given_up_at_any_moment(moment: float) -> None:
    async def test() -> None:
        async with Simulator() as sim:
            task = asyncio.create_task(try_service(reach("qwen-asr", sim.url), KEY))
            await asyncio.sleep(moment)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0.01)

    go(test)


def test_the_catalogue_tries_what_captions_would_use() -> None:
    async def test() -> None:
        async with Simulator(keys=frozenset({KEY.reveal()})) as sim:
            request = RecognitionRequest(endpoint=sim.url)
            await Catalogue(lambda _: KEY).try_out("fun-asr", request)
            with pytest.raises(CredentialError):
                await Catalogue(lambda _: Secret("sk-a")).try_out("fun-asr", request)
            with pytest.raises(CredentialError, match="no key for Fun-ASR"):
                await Catalogue().try_out("fun-asr", RecognitionRequest())

    go(test)
