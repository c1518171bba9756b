"""The service from outside: commands in, news out, nothing lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import CaptionError, DeviceLostError, InputError, OutputError
from app.domain.events import Connected, Disconnected, Event, Final, Gap, Partial, StandIn
from app.domain.noise import Denoising, Noise
from app.domain.request import Denoise, MicrophoneSource, RecordingSource, SessionPlan, SourceSpec
from app.domain.transcript import Segment
from app.engines.base import FrameSource
from app.recognizer.captioning import UNHEARD
from app.recognizer.news import (
    CaptionChanged,
    DenoisingChanged,
    LevelChanged,
    Progress,
    SessionBegan,
)
from app.recognizer.service import CaptionService
from app.recognizer.status import (
    Connecting,
    Failed,
    Finishing,
    Idle,
    Listening,
    Offline,
    Paused,
    Reconnecting,
    Status,
)
from app.recognizer.trace import Trace
from tests.fakes.engine import CountingEngine
from tests.fakes.sound import FakeSource
from tests.recognizer.captioned import Captioned

MIC = SessionPlan(MicrophoneSource(), "counting")
FILE = SessionPlan(RecordingSource(Path("talk.wav")), "counting")


class Bench(Captioned):
    """A service with fakes around it."""

    def __init__(self, source: FakeSource | CaptionError, engine: CountingEngine | None = None) -> None:
        self.source = source
        self.engine = engine or CountingEngine()
        super().__init__(CaptionService(self._open, lambda name, request: self.engine))

    def _open(self, spec: SourceSpec) -> FakeSource:
        if isinstance(self.source, CaptionError):
            raise self.source
        return self.source

    @property
    def kinds(self) -> list[type[Status]]:
        return [type(status) for status in self.statuses]

    @property
    def texts(self) -> list[str]:
        return [entry.text for entry in self.service.transcript.entries if isinstance(entry, Segment)]


def test_a_recording_is_captioned_to_its_end() -> None:
    bench = Bench(FakeSource(3.5, live=False))

    bench.caption_all(FILE)
    assert bench.texts == ["second 0", "second 1", "second 2", "second 3"]
    assert bench.kinds[:2] == [Connecting, Listening]
    assert bench.kinds[-1] is Idle
    last = [news for news in bench.news if isinstance(news, Progress)][-1]
    assert (last.heard, last.recognized, last.total, last.lost) == (3.5, 3.5, 3.5, 0.0)
    assert bench.service.record().title == "talk"


def test_a_recording_that_can_not_be_read_costs_nobody_the_captions_before_it() -> None:
    bench = Bench(FakeSource(1.5, live=False))

    async def story() -> None:
        bench.service.start(FILE)
        await bench.ended()
        bench.source = FakeSource(0, live=False, fails=InputError("It is empty."))
        bench.engine = CountingEngine()
        bench.service.start(SessionPlan(RecordingSource(Path("empty.wav")), "counting"))
        await bench.ended()

    bench.run(story)
    assert isinstance(bench.service.status, Failed)
    assert bench.texts == ["second 0", "second 1"]
    record = bench.service.record()
    assert (record.title, record.duration) == ("talk", 1.5)


def test_what_is_done_about_noise_is_told() -> None:
    bench = Bench(FakeSource())

    def told() -> list[DenoisingChanged]:
        return [news for news in bench.news if isinstance(news, DenoisingChanged)]

    async def story() -> None:
        await bench.until(lambda: len(told()) == 1)
        bench.service.set_denoise(Denoise.OFF)
        await bench.until(lambda: len(told()) == 2)

    bench.caption(replace(MIC, denoise=Denoise.AUTO), story)
    assert told() == [
        DenoisingChanged("Me", Denoising(Denoise.OFF, Noise.UNKNOWN)),
        DenoisingChanged("Me", Denoising(Denoise.OFF, None)),
    ]


def test_stop_keeps_what_was_heard() -> None:
    bench = Bench(FakeSource())

    async def story() -> None:
        bench.service.start(MIC)
        await bench.until(lambda: bench.service.elapsed > 1.2)
        bench.service.finish()
        bench.service.finish()
        await bench.ended()

    bench.run(story)
    assert bench.texts[:2] == ["second 0", "second 1"]
    assert Finishing in bench.kinds
    assert any(
        isinstance(news, LevelChanged) and news.level.peak == pytest.approx(0.5) for news in bench.news
    )


def test_live_sound_goes_on_in_the_same_transcript_and_clock() -> None:
    bench = Bench(FakeSource())

    async def story() -> None:
        for source in (bench.source, FakeSource()):
            bench.source, bench.engine = source, CountingEngine()
            before = bench.service.elapsed
            bench.service.start(MIC)
            await bench.until(lambda before=before: bench.service.elapsed > before + 1.1)
            bench.service.finish()
            await bench.ended()

    bench.run(story)
    assert bench.texts.count("second 0") == 2
    starts = [entry.start for entry in bench.service.transcript.entries]
    assert starts == sorted(starts)
    assert not any(isinstance(news, SessionBegan) for news in bench.news)


def test_a_recording_begins_a_new_session() -> None:
    bench = Bench(FakeSource(1.0, live=False))

    async def story() -> None:
        for _ in range(2):
            bench.source, bench.engine = FakeSource(1.0, live=False), CountingEngine()
            bench.service.start(FILE)
            await bench.ended()

    bench.run(story)
    assert bench.texts == ["second 0", "second 1"]
    assert bench.service.elapsed == 1.0


def test_cancel_keeps_what_was_on_screen() -> None:
    bench = Bench(FakeSource(1.5, live=False), CountingEngine(hangs=True))

    async def story() -> None:
        bench.service.start(FILE)
        await bench.until(
            lambda: any(isinstance(n, CaptionChanged) and "1" in n.caption.text for n in bench.news)
        )
        bench.service.cancel()
        await bench.ended()

    bench.run(story)
    assert bench.texts == ["second 0", "second 1"]


def test_pause_lets_live_time_go_on_in_silence() -> None:
    bench = Bench(FakeSource())

    async def story() -> None:
        await bench.until(lambda: bench.service.elapsed > 0.2)
        bench.service.pause()
        await asyncio.sleep(0.05)
        bench.engine.heard.clear()
        paused_at = bench.service.elapsed
        await bench.until(lambda: bench.service.elapsed > paused_at + 0.3)
        assert set(bench.engine.heard) == {0.0}
        bench.service.resume()
        await bench.until(lambda: bench.engine.heard[-1] > 0)

    bench.caption(MIC, story)
    assert [status for status in bench.kinds if status in (Paused, Listening)] == [
        Listening,
        Paused,
        Listening,
    ]


def test_what_begins_with_a_pause_hears_nothing_until_the_user_goes_on() -> None:
    bench = Bench(FakeSource())

    async def story() -> None:
        await bench.until(lambda: len(bench.engine.heard) > 9)
        assert isinstance(bench.service.status, Paused)
        assert set(bench.engine.heard) == {0.0}
        bench.service.resume()
        await bench.until(lambda: bench.engine.heard[-1] > 0)

    bench.caption(replace(MIC, paused=True), story)
    assert [status for status in bench.kinds if status in (Paused, Listening)] == [Paused, Listening]


def test_pause_holds_a_recording() -> None:
    bench = Bench(FakeSource(400.0, live=False))

    async def story() -> None:
        await bench.until(lambda: bench.service.elapsed > 1)
        bench.service.pause()
        await asyncio.sleep(0.05)
        held = bench.service.elapsed
        await asyncio.sleep(0.1)
        assert bench.service.elapsed == held

    bench.caption(FILE, story)


def test_a_device_that_breaks_off_costs_nothing_heard_before() -> None:
    bench = Bench(FakeSource(1.5, fails=DeviceLostError("The microphone is gone.", "Plug it in.")))

    bench.caption_all(MIC)
    assert bench.texts == ["second 0", "second 1"]
    assert isinstance(bench.service.status, Failed)
    assert str(bench.service.status.error) == "The microphone is gone. Plug it in."


def test_sound_that_never_came_is_said_without_waiting_for_the_engine() -> None:
    broken = InputError("There is no sound in it.", "Choose another.")
    bench = Bench(FakeSource(0.0, live=False, fails=broken), CountingEngine(hangs=True))

    bench.caption_all(FILE)
    assert isinstance(bench.service.status, Failed)
    assert bench.service.status.error is broken


def test_a_source_that_can_not_be_opened_is_said() -> None:
    bench = Bench(InputError("No microphone was found."))

    bench.caption_all(MIC)
    assert bench.kinds == [Connecting, Failed]


def test_an_engine_that_fails_ends_the_capture_and_keeps_the_captions() -> None:
    bench = Bench(FakeSource(), CountingEngine(fails_after=1.2))

    bench.caption_all(MIC)
    assert bench.texts == ["second 0", "second 1"]
    assert isinstance(bench.service.status, Failed)
    assert str(bench.service.status.error) == "The engine gave up."
    assert isinstance(bench.source, FakeSource)
    assert bench.source.closed


def test_a_defect_becomes_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(FakeSource())

    def broken(*_: object) -> CountingEngine:
        raise ZeroDivisionError

    bench.replace(CaptionService(bench._open, broken))

    bench.caption_all(MIC)
    assert isinstance(bench.service.status, Failed)
    assert "mistake in Surtitle" in str(bench.service.status.error)
    assert "ZeroDivisionError" in caplog.text


def test_lost_sound_is_a_gap_in_the_transcript() -> None:
    bench = Bench(FakeSource(1.0, lost=8000))

    bench.caption_all(MIC)
    gaps = [entry for entry in bench.service.transcript.entries if isinstance(entry, Gap)]
    assert [(gap.start, gap.end) for gap in gaps] == [(0.0, 0.5)]
    assert bench.service.elapsed == 1.5


def test_closing_at_any_moment_leaves_nothing() -> None:
    for moment in (0.0, 0.001, 0.01, 0.05):
        bench = Bench(FakeSource())

        async def story(moment: float = moment, bench: Bench = bench) -> None:
            bench.service.start(MIC)
            await asyncio.sleep(moment)

        bench.run(story)
        assert isinstance(bench.source, FakeSource)
        assert bench.source.closed >= bench.source.opened


def test_a_trace_that_breaks_is_told_of_once_and_costs_no_caption() -> None:
    failures: list[OutputError] = []
    bench = Bench(FakeSource(1.0, live=False))
    trace = Trace(Path("/dev/full"), failures.append)
    bench.replace(CaptionService(bench._open, lambda name, request: bench.engine, trace))

    bench.caption_all(FILE)
    trace.close()
    assert [str(error).split(":")[0] for error in failures] == ["The trace can't be written to /dev/full"]
    assert len(bench.service.transcript) == 2


def test_the_trace_tells_what_happened_when(tmp_path: Path) -> None:
    bench = Bench(FakeSource(1.0, live=False))
    trace = Trace(tmp_path / "trace.jsonl", pytest.fail)
    bench.replace(CaptionService(bench._open, lambda name, request: bench.engine, trace))

    bench.caption_all(FILE)
    trace.close()
    import json

    lines = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines()]
    assert {line["kind"] for line in lines} == {"audio", "event"}
    assert [line["t"] for line in lines] == sorted(line["t"] for line in lines)
    assert [line["event"] for line in lines if line["kind"] == "event"][:3] == [
        "connected",
        "speechstarted",
        "partial",
    ]


class ToldEngine:
    """Says what a test lets it say, and ends with the sound."""

    def __init__(self) -> None:
        self.emit: Callable[[Event], None] = lambda event: None
        self.may_end = asyncio.Event()

    async def run(self, frames: FrameSource, emit: Callable[[Event], None]) -> None:
        self.emit = emit
        emit(Connected())
        while await frames.read() is not None:
            pass
        await self.may_end.wait()


def told_bench() -> tuple[Bench, ToldEngine]:
    bench, engine = Bench(FakeSource()), ToldEngine()
    bench.engine = engine  # type: ignore[assignment]
    return bench, engine


def test_a_stop_while_the_service_is_away_says_what_it_waits_for() -> None:
    bench, engine = told_bench()

    async def story() -> None:
        bench.service.start(MIC)
        await bench.until(lambda: bench.service.status == Listening())
        engine.emit(Disconnected("The network is gone."))
        assert bench.service.status == Reconnecting("The network is gone.")
        bench.service.finish()
        assert bench.service.status == Finishing("The network is gone.")
        engine.emit(Disconnected("The service does not answer."))
        assert bench.service.status == Finishing("The service does not answer.")
        engine.emit(Connected())
        assert bench.service.status == Finishing()
        engine.may_end.set()
        await bench.ended()
        assert bench.service.status == Idle()

    bench.run(story)
    assert Listening not in bench.kinds[bench.kinds.index(Finishing) :]


def test_a_line_that_comes_or_goes_does_not_end_a_pause() -> None:
    bench, engine = told_bench()

    async def story() -> None:
        bench.service.start(MIC)
        await bench.until(lambda: bench.service.status == Listening())
        engine.emit(Disconnected("The network is gone."))
        bench.service.pause()
        assert bench.service.status == Paused()
        engine.emit(Connected())
        assert bench.service.status == Paused()
        engine.emit(Disconnected("It is gone again."))
        bench.service.resume()
        assert bench.service.status == Reconnecting("It is gone again.")
        engine.emit(StandIn("Embedded", "It is gone again."))
        assert bench.service.status == Offline("Embedded", "It is gone again.")
        bench.service.pause()
        bench.service.finish()
        assert bench.service.status == Finishing()
        bench.service.resume()
        assert bench.service.status == Finishing()
        engine.may_end.set()
        await bench.ended()

    bench.run(story)


def test_what_was_cut_short_ends_with_a_mark() -> None:
    bench, engine = told_bench()

    async def story() -> None:
        bench.service.start(MIC)
        await bench.until(lambda: bench.service.elapsed > 4.0)
        engine.emit(Final(1, 0.0, 1.0, "one"))
        engine.emit(Partial(2, 1.0, 2.0, "half a"))
        bench.service.cancel()
        await bench.ended()

    bench.run(story)
    *spoken, gap = bench.service.transcript.entries
    assert [one.text for one in spoken if isinstance(one, Segment)] == ["one", "half a"]
    assert isinstance(gap, Gap)
    assert (gap.start, gap.reason) == (2.0, UNHEARD)
    assert gap.end == pytest.approx(bench.service.elapsed)


def test_speech_that_the_engine_has_no_words_for_is_a_gap_behind_those_it_has() -> None:
    bench, engine = told_bench()

    async def story() -> None:
        bench.service.start(MIC)
        await bench.until(lambda: bench.service.elapsed > 4.0)
        engine.emit(Final(1, 0.0, 3.0, "half a", hole=Gap(2.0, 3.0, "No words.")))
        engine.emit(Final(2, 3.0, 4.0, "", hole=Gap(3.2, 4.0, "No words.")))
        bench.service.finish()
        engine.may_end.set()
        await bench.ended()

    bench.run(story)
    spoken, *gaps = bench.service.transcript.entries
    assert isinstance(spoken, Segment)
    assert spoken.text == "half a"
    assert gaps[:2] == [Gap(2.0, 3.0, "No words."), Gap(3.2, 4.0, "No words.")]


def test_a_flood_of_partials_costs_next_to_nothing_and_no_final() -> None:
    bench, engine = told_bench()

    async def story() -> None:
        bench.service.start(MIC)
        await bench.until(lambda: bench.service.elapsed > 0.5)
        for number in range(5):
            for word in range(1000):
                engine.emit(Partial(number, 0.1 * number, 0.1 * number + 0.1, f"word {word}"))
            engine.emit(Final(number, 0.1 * number, 0.1 * number + 0.1, f"sentence {number}"))
        engine.emit(Partial(5, 0.5, 0.6, "old"))
        engine.emit(Partial(5, 0.5, 0.6, "newest"))
        bench.service.cancel()
        await bench.ended()

    bench.run(story)
    assert bench.texts == [*(f"sentence {number}" for number in range(5)), "newest"]
    shown = [news for news in bench.news if isinstance(news, CaptionChanged)]
    assert len(shown) < 20 + 6


def test_what_has_its_words_ends_without_a_mark() -> None:
    bench, engine = told_bench()

    async def story() -> None:
        bench.service.start(MIC)
        await bench.until(lambda: bench.service.elapsed > 2.0)
        bench.service.finish()
        engine.emit(Final(1, 0.0, bench.service.elapsed, "all of it"))
        engine.may_end.set()
        await bench.ended()

    bench.run(story)
    assert bench.texts == ["all of it"]
    assert len(bench.service.transcript) == 1
