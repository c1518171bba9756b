"""A service and the engine under it: who hears when, and what the user is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from app.domain.errors import CaptionError, CredentialError, EngineError, RefusedError, ServiceError
from app.domain.events import Advice, Connected, Disconnected, Event, Final, StandIn
from app.domain.request import Prefer
from app.engines.fallback import ALL, KEPT, LAST, NOT_UNDERSTOOD, NOT_YET, FallbackEngine
from app.recognizer.acknowledging import Acknowledging
from app.recognizer.spool import Spool
from tests.fakes.clock import at_once
from tests.fakes.lines import Faraway, Nearby, Network
from tests.fakes.numbers import Numbers, numbered
from tests.soak.standing_in import feed

GONE = "The network is gone."
LATE = 0.5


class Meeting:
    """Live sound, a service behind a network, and an engine that stands in.

    Attributes:
        told: what was said, and when.
    """

    def __init__(
        self,
        *,
        seconds: int = 30,
        up: bool = True,
        patience: float = 5.0,
        prefer: Prefer = Prefer.AUTOMATIC,
        understands: Callable[[str], bool] = lambda words: True,
        stand_in: Callable[[], Nearby] = lambda: Nearby(Numbers()),
    ) -> None:
        self.told: list[tuple[float, Event]] = []
        self.seconds = seconds
        self.network = Network(up=up, late=LATE)
        self.service = Faraway(self.network, Numbers())
        self.engine = FallbackEngine(
            self.service,
            stand_in,
            "Nearby",
            patience=patience,
            understands=understands,
            prefer=prefer,
        )

    async def held(self, *moments: tuple[float, Callable[[Meeting], None]]) -> Meeting:
        """From the first second to the last; something happens at each of the moments."""
        spool = Spool()
        frames = Acknowledging(spool)
        now = asyncio.get_running_loop().time

        def emit(event: Event) -> None:
            self.told.append((now(), event))
            frames.take(event)

        feeding = asyncio.create_task(feed(spool, self.seconds, numbered))
        for when, happens in moments:
            asyncio.get_running_loop().call_at(when, happens, self)
        try:
            await self.engine.run(frames, emit)
        finally:
            feeding.cancel()
            await asyncio.wait([feeding])
        return self

    @property
    def whole(self) -> bool:
        """Whether every second was said once, in order."""
        texts = [event.text for _, event in self.told if isinstance(event, Final) and event.text]
        return texts == [f"second {second}" for second in range(self.seconds)]

    @property
    def line(self) -> list[tuple[int, str]]:
        """Who is there when, in whole seconds."""
        names = {Connected: "service", Disconnected: "away", StandIn: "stand-in"}
        turns = [(int(when), names[type(event)]) for when, event in self.told if type(event) in names]
        return [turn for n, turn in enumerate(turns) if n == 0 or turn[1] != turns[n - 1][1]]

    @property
    def advice(self) -> list[str]:
        return [event.sentence for _, event in self.told if isinstance(event, Advice)]


def goes(meeting: Meeting) -> None:
    meeting.network.switch(False)


def comes(meeting: Meeting) -> None:
    meeting.network.switch(True)


def prefers(prefer: Prefer) -> Callable[[Meeting], None]:
    return lambda meeting: meeting.engine.prefer(prefer)


def meet(meeting: Meeting, *moments: tuple[float, Callable[[Meeting], None]]) -> Meeting:
    return at_once(meeting.held(*moments))


def test_a_short_outage_is_waited_for() -> None:
    # Tries fall at random: the last before the service is back may be ten seconds before the next.
    meeting = meet(Meeting(patience=15.0), (10.0, goes), (12.0, comes))
    assert meeting.whole
    assert [name for _, name in meeting.line] == ["service", "away", "service"]


def test_after_a_long_one_the_stand_in_hears_until_the_service_is_back_at_the_end_of_a_sentence() -> None:
    meeting = meet(Meeting(), (10.2, goes), (20.3, comes))
    assert meeting.whole
    (_, first), (away, gone), (took, second), (back, third) = meeting.line
    assert [first, gone, second, third] == ["service", "away", "stand-in", "service"]
    assert (away, took) == (10, 15)
    assert 20 <= back <= 29
    told = [event for _, event in meeting.told]
    final = told[told.index(Connected(), 1) - 1]
    assert isinstance(final, Final)
    assert StandIn("Nearby", GONE) in told


def test_a_service_that_does_not_answer_at_the_start_is_stood_in_for() -> None:
    meeting = meet(Meeting(up=False))
    assert meeting.whole
    assert meeting.line[-1] == (5, "stand-in")
    assert StandIn("Nearby", GONE) in [event for _, event in meeting.told]
    assert NOT_YET not in str(meeting.told)


def test_sound_that_ends_while_the_stand_in_hears_is_heard_to_its_end() -> None:
    meeting = meet(Meeting(), (10.0, goes))
    assert meeting.whole
    assert [name for _, name in meeting.line] == ["service", "away", "stand-in"]
    assert meeting.advice == [f"Nearby: {LAST} {GONE}"]


def test_a_service_that_lets_in_and_throws_out_is_away_all_the_while() -> None:
    def turns_hostile(meeting: Meeting) -> None:
        meeting.network.throws_out = 0.3
        meeting.network.switch(False)
        meeting.network.switch(True)

    meeting = meet(Meeting(), (10.0, turns_hostile))
    assert meeting.whole
    turns = dict(reversed([(name, when) for when, name in meeting.line]))
    assert turns["away"] == 10
    assert turns["stand-in"] in (15, 16)


def test_a_stand_in_that_made_all_captions_signs_them() -> None:
    assert meet(Meeting(up=False)).advice == [f"Nearby: {ALL} {GONE}"]


def test_a_stand_in_that_the_user_chose_need_not_sign() -> None:
    assert meet(Meeting(prefer=Prefer.STAND_IN)).advice == []


def test_a_key_refused_in_mid_session_is_stood_in_for() -> None:
    def refuse(meeting: Meeting) -> None:
        meeting.network.error = CredentialError("The service does not take the key.", "Check it.")
        meeting.network.switch(False)

    meeting = meet(Meeting(), (10.0, refuse))
    assert meeting.whole
    told = [event for _, event in meeting.told]
    assert Disconnected("The service does not take the key.", "Check it.") in told
    assert StandIn("Nearby", "The service does not take the key.", "Check it.") in told


@pytest.mark.parametrize("error", [CredentialError("No key.", "Check it."), RefusedError("No.", "Check it.")])
def test_a_refusal_in_mid_session_costs_no_word_where_nobody_stands_in(error: CaptionError) -> None:
    def refuse(meeting: Meeting) -> None:
        meeting.network.error = error
        meeting.network.switch(False)

    def mend(meeting: Meeting) -> None:
        comes(meeting)
        meeting.network.error = ServiceError(GONE)

    meeting = meet(Meeting(seconds=300, prefer=Prefer.SERVICE), (10.0, refuse), (200.0, mend))
    assert meeting.whole
    assert [name for _, name in meeting.line] == ["service", "away", "service"]
    assert Disconnected(error.problem, "Check it.") in [event for _, event in meeting.told]


def test_a_refusal_costs_no_word_where_the_stand_in_fails_too() -> None:
    def broken() -> Nearby:
        return Nearby(Numbers(), error=EngineError("The model is missing."), lasts=2.0)

    def refuse(meeting: Meeting) -> None:
        meeting.network.error = CredentialError("The service does not take the key.", "Check it.")
        meeting.network.switch(False)

    meeting = meet(Meeting(seconds=90, stand_in=broken), (10.0, refuse), (60.0, comes))
    assert meeting.whole
    assert [name for _, name in meeting.line] == ["service", "away", "stand-in", "away", "service"]


def test_a_wrong_key_at_the_start_is_raised() -> None:
    meeting = Meeting(up=False)
    meeting.network = meeting.service.network = Network(up=False)
    meeting.network.error = CredentialError("The service does not take the key.")
    with pytest.raises(CredentialError):
        meet(meeting)
    assert not meeting.line


def test_a_language_that_the_stand_in_does_not_know_is_said_once_and_kept_for_the_service() -> None:
    heard: list[str] = []

    def understands(words: str) -> bool:
        heard.append(words)
        return False

    meeting = meet(Meeting(seconds=40, understands=understands), (10.0, goes), (30.0, comes))
    assert meeting.whole
    assert meeting.advice == [f"Nearby: {NOT_UNDERSTOOD} {KEPT}"]
    assert [name for _, name in meeting.line] == ["service", "away", "service"]
    assert heard == ["second"]


def test_a_stand_in_that_fails_is_said_once_and_the_service_has_to_do() -> None:
    def broken() -> Nearby:
        return Nearby(Numbers(), error=EngineError("The model is missing."), lasts=2.0)

    meeting = meet(Meeting(seconds=60, stand_in=broken), (10.0, goes), (40.0, comes))
    assert meeting.whole
    assert meeting.advice == [f"Nearby: The model is missing. {KEPT}"]
    assert [name for _, name in meeting.line] == ["service", "away", "stand-in", "away", "service"]


def test_a_stand_in_that_fails_is_an_error_where_the_user_wants_nobody_else() -> None:
    def broken() -> Nearby:
        return Nearby(Numbers(), error=EngineError("The model is missing."))

    with pytest.raises(EngineError):
        meet(Meeting(prefer=Prefer.STAND_IN, stand_in=broken))


def test_a_defect_of_the_stand_in_is_not_hidden() -> None:
    def broken() -> Nearby:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        meet(Meeting(stand_in=broken), (10.0, goes))


def test_who_wants_the_stand_in_has_it_from_the_start_and_the_service_is_not_asked() -> None:
    meeting = meet(Meeting(prefer=Prefer.STAND_IN))
    assert meeting.whole
    assert [event for _, event in meeting.told if isinstance(event, StandIn)] == [StandIn("Nearby", "")]
    assert meeting.service.knocks == 0


def test_who_wants_the_service_waits_for_it() -> None:
    meeting = meet(Meeting(prefer=Prefer.SERVICE), (10.0, goes), (25.0, comes))
    assert meeting.whole
    assert [name for _, name in meeting.line] == ["service", "away", "service"]


def test_the_user_may_change_their_mind() -> None:
    meeting = meet(
        Meeting(seconds=40),
        (5.0, prefers(Prefer.STAND_IN)),
        (15.0, prefers(Prefer.SERVICE)),
        (25.0, prefers(Prefer.STAND_IN)),
        (33.0, prefers(Prefer.AUTOMATIC)),
    )
    assert meeting.whole
    assert [name for _, name in meeting.line] == ["service", "stand-in", "service", "stand-in", "service"]
    assert [when for when, _ in meeting.line][1] == 5


def test_a_service_that_was_back_without_a_word_is_asked_less_often() -> None:
    meeting = Meeting(seconds=120, patience=2.0)

    async def flap() -> None:
        while True:
            await asyncio.sleep(0.3)
            meeting.network.switch(not meeting.network.up)

    async def story() -> None:
        flapping = asyncio.create_task(flap())
        await meeting.held()
        flapping.cancel()
        await asyncio.wait([flapping])

    at_once(story())
    assert meeting.whole
    assert meeting.service.knocks < 40


@pytest.mark.parametrize("error", [ServiceError("Lost."), CaptionError("It is over.")])
def test_a_service_that_gives_up_before_it_was_there_is_an_error(error: CaptionError) -> None:
    meeting = Meeting()

    async def fails(*_: object) -> None:
        raise error

    meeting.service.run = fails  # type: ignore[method-assign]
    with pytest.raises(type(error)):
        meet(meeting)
