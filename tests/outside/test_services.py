"""`surtitle transcribe --engine ...` against a service on this computer, as scripts use it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.request import Cut
from app.engines.services import SERVICES
from tests.harness.program import run
from tests.outside.talk import ENVIRONMENT, KEY, OPENING, words, write_talk
from tests.simulator import Process

# One process: what they share is costly.
pytestmark = pytest.mark.xdist_group("services")

NO_KEYS = dict.fromkeys(ENVIRONMENT, "")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first sentences of the sample."""
    path = tmp_path_factory.mktemp("sound") / "talk.wav"
    write_talk(path)
    return path


@pytest.fixture(scope="module")
def listening() -> Iterator[Process]:
    """A service that really recognizes."""
    with Process("--recognize", "speech") as process:
        yield process


@pytest.fixture(scope="module")
def strict() -> Iterator[Process]:
    """A service that lets in one key only."""
    with Process("--key", KEY) as process:
        yield process


@pytest.fixture(scope="module")
def faulty() -> Iterator[Process]:
    """A service for which each test picks what goes wrong."""
    with Process() as process:
        yield process


@pytest.mark.parametrize(
    ("engine", "cut"),
    [
        (row.id, cut.value)
        for row in SERVICES
        for cut in Cut
        if cut.possible(manual=row.traits.manual, semantic=row.traits.semantic) is cut
    ],
)
def test_each_engine_captions_what_was_said(
    engine: str, cut: str, talk: Path, listening: Process, tmp_path: Path
) -> None:
    arguments = ["transcribe", talk, "--engine", engine, "--cut", cut, "--endpoint", listening.url]
    out = tmp_path / "a.srt"
    result = run(*arguments, "-o", out, profile=tmp_path / "p", env=ENVIRONMENT)
    assert (result.returncode, result.stderr) == (0, "")
    assert words(result.stdout).startswith(OPENING)
    assert OPENING in words(re.sub(r"[\d:,]+ --> [\d:,]+", "", out.read_text()))
    assert not listening.state()["violations"]


def test_the_language_that_the_service_heard_is_told(talk: Path, listening: Process, tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    arguments = ["transcribe", talk, "--engine", "qwen-asr", "--endpoint", listening.url, "-o", out]
    run(*arguments, profile=tmp_path / "p", env=ENVIRONMENT)
    told = json.loads(out.read_text())
    assert (told["language"], {one["language"] for one in told["segments"]}) == ("en", {"en"})


def transcribe(talk: Path, faulty: Process, fault: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """A run whose first connection meets `fault`, that leaves the key nowhere."""
    faulty.inject(f"{fault}#{faulty.state()['counts'].get('connections', 0) + 1}")
    result = run(
        *("transcribe", talk, "--engine", "fun-asr", "--endpoint", faulty.url),
        *("--log-level", "debug", "--trace", tmp_path / "trace"),
        profile=tmp_path / "p",
        env=ENVIRONMENT,
    )
    assert "Traceback" not in result.stderr
    assert KEY not in result.stdout + result.stderr
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()
    return result


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        ("http=401", 4, "does not accept the key"),
        ("http=403", 4, "may not use"),
        ("http=404", 4, "does not have the model"),
        ("http=429", 5, "limit"),
        ("http=500", 5, "a problem of its own"),
        ("refuse", 5, "broke before it stood"),
        ("error=ModelNotFound@0.5", 4, "does not have the model"),
        ("error=Arrearage@0.5", 4, "can't be charged"),
        ("error=InvalidApiKey@0.5", 4, "does not accept the key"),
        ("error=DataInspectionFailed@0.5", 5, "content check"),
        ("error=NO_VALID_AUDIO_ERROR@0.5", 5, "no sound that it could use"),
        ("error=UNSUPPORTED_FORMAT@0.5", 5, "can't read the kind of sound"),
        ("error=InvalidParameter@0.5", 5, "did not understand"),
        ("not-json@0.5", 5, "does not understand"),
        ("huge@0.5", 5, "at once"),
    ],
)
def test_each_failure_that_no_other_try_mends_has_its_sentence_and_its_status(
    fault: str, status: int, says: str, talk: Path, faulty: Process, tmp_path: Path
) -> None:
    result = transcribe(talk, faulty, fault, tmp_path)
    assert result.returncode == status
    assert says in result.stderr.splitlines()[-1]


@pytest.fixture(scope="module")
def undisturbed(talk: Path, faulty: Process, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The captions of a line that never breaks."""
    arguments = ("transcribe", talk, "--engine", "fun-asr", "--endpoint", faulty.url)
    result = run(*arguments, profile=tmp_path_factory.mktemp("undisturbed"), env=ENVIRONMENT)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("drop@1", "was lost"),
        ("error=CLIENT_ERROR@0.5", "heard nothing from us"),
        ("error=ResponseTimeout@0.5", "a long silence"),
        ("error=InternalError@0.5", "a problem of its own"),
        ("throttle@0.5", "limit"),
    ],
)
def test_a_line_that_breaks_costs_no_word(
    fault: str, says: str, undisturbed: str, talk: Path, faulty: Process, tmp_path: Path
) -> None:
    result = transcribe(talk, faulty, fault, tmp_path)
    assert (result.returncode, result.stdout) == (0, undisturbed)
    assert says in result.stderr
    assert "Trying again." in result.stderr


def test_a_service_that_does_not_come_back_is_given_up(talk: Path, tmp_path: Path) -> None:
    with Process("--fault", "drop@6#1", "--fault", "http=503#2-") as process:
        result = run(
            *("transcribe", talk, "--engine", "fun-asr", "--endpoint", process.url),
            *("-o", tmp_path / "a.srt"),
            profile=tmp_path / "p",
            env=ENVIRONMENT,
        )
    assert result.returncode == 5
    assert "was lost" in result.stderr.splitlines()[0]
    assert "a problem of its own" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
    assert "Good morning" in (tmp_path / "a.srt").read_text()


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "says"),
    [
        (["--engine", "qwen-asr"], NO_KEYS, 4, "no key for Qwen-ASR"),
        (["--engine", "openai-realtime"], NO_KEYS, 4, "OPENAI_API_KEY"),
        (["--engine", "qwen-asr"], {"DASHSCOPE_API_KEY": "sk-12 34"}, 4, "has blanks"),
        (
            ["--engine", "qwen-asr", "--endpoint", "ws://dashscope.aliyuncs.com"],
            ENVIRONMENT,
            2,
            "not encrypted",
        ),
        (["--engine", "qwen-asr", "--endpoint", "hello"], ENVIRONMENT, 2, "not the address"),
        (["--engine", "qwen-asr", "--endpoint", "https://host.example"], ENVIRONMENT, 2, "wss://"),
        (["--engine", "qwen-asr", "--endpoint", "ws://127.0.0.1:9"], ENVIRONMENT, 5, "Nothing answers"),
        (
            ["--engine", "qwen-asr", "--endpoint", "wss://no-such-host.invalid"],
            ENVIRONMENT,
            5,
            "can't be found",
        ),
        (["--engine", "qwen-asr", "--language", "xx"], ENVIRONMENT, 2, "does not understand the language"),
        (
            ["--engine", "fun-asr", "--model", "fun-asr-flash-8k-realtime", "--language", "en"],
            ENVIRONMENT,
            2,
            "It understands zh.",
        ),
        (["--engine", "fun-asr", "--language", "tr"], ENVIRONMENT, 2, "It understands zh, en, ja,"),
    ],
)
def test_what_can_not_work_is_told(
    arguments: list[str], environment: dict[str, str], status: int, says: str, talk: Path, tmp_path: Path
) -> None:
    result = run("transcribe", talk, *arguments, profile=tmp_path / "p", env=environment)
    assert result.returncode == status
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert "12 34" not in result.stderr


def test_a_wrong_key_a_wrong_model_and_the_right_ones(strict: Process, talk: Path, tmp_path: Path) -> None:
    def status(key: str, *more: str) -> int:
        arguments = ("transcribe", talk, "--engine", "qwen-asr", "--endpoint", strict.url, *more)
        return run(*arguments, profile=tmp_path / "p", env={"DASHSCOPE_API_KEY": key}).returncode

    assert status("sk-other") == 4
    assert status("") == 4
    assert status(KEY, "--model", "no-such-model") == 4
    assert status(f" {KEY}\n") == 0


def test_a_model_that_openai_does_not_have(strict: Process, talk: Path, tmp_path: Path) -> None:
    arguments = ("transcribe", talk, "--engine", "openai-realtime", "--endpoint", strict.url)
    result = run(*arguments, "--model", "no-such-model", profile=tmp_path / "p", env=ENVIRONMENT)
    assert result.returncode == 4
    assert "does not have the model" in result.stderr.splitlines()[-1]


def test_expectations_reach_the_service(strict: Process, talk: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Boutique\t5\n")
    (tmp_path / "context.txt").write_text("Nine banks, the Bulge Bracket among them.")
    result = run(
        *("transcribe", talk, "--engine", "qwen-asr", "--endpoint", strict.url),
        *("--hotwords", tmp_path / "words.txt", "--context", tmp_path / "context.txt"),
        profile=tmp_path / "p",
        env=ENVIRONMENT,
    )
    assert "Bulge Bracket" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("model", ["fun-asr-realtime", "paraformer-realtime-v2"])
def test_hotwords_become_a_list_at_the_service(
    model: str, strict: Process, talk: Path, tmp_path: Path
) -> None:
    (tmp_path / "words.txt").write_text("Bulge Bracket\t5\n语音实验室\n")
    arguments = ("transcribe", talk, "--engine", "fun-asr", "--endpoint", strict.url, "--model", model)
    without = run(*arguments, profile=tmp_path / "p", env=ENVIRONMENT)
    assert "Bird Rock" in without.stdout
    before = strict.state()["vocabularies"]
    for _ in range(2):
        result = run(
            *(*arguments, "--hotwords", tmp_path / "words.txt"),
            *("--log-level", "debug", "--trace", tmp_path / "trace"),
            profile=tmp_path / "p",
            env=ENVIRONMENT,
        )
        assert "Bulge Bracket" in result.stdout
        assert KEY not in result.stdout + result.stderr
        assert len(strict.state()["vocabularies"]) == len(before) + 1
    assert not strict.state()["violations"].get("vocabulary without effect")
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()


def test_each_hotword_that_is_left_out_has_its_line_and_reason(
    strict: Process, talk: Path, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text(f"a b c d e f g h\nBulge Bracket\n{'语' * 16}\nBoutique\t9\n")
    arguments = ("transcribe", talk, "--endpoint", strict.url, "--hotwords", words, "--engine")
    result = run(*arguments, "fun-asr", profile=tmp_path / "p", env=ENVIRONMENT)
    assert result.returncode == 0
    assert "Bulge Bracket" in result.stdout
    first, second, third = result.stderr.splitlines()
    assert first.startswith(f"surtitle: {words}, line 1: “a b c d e f g h” is left out: it has 8 words")
    assert f"{words}, line 3: " in second
    assert "is left out: it has 16 characters" in second
    assert f"{words}, line 4: A weight is a whole number from 1 to 5, not 9." in third
    # Another recognizer takes the first two.
    result = run(*arguments, "qwen-asr", profile=tmp_path / "p", env=ENVIRONMENT)
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [f"{words}, line 4"]


@pytest.mark.parametrize(
    ("engine", "count", "says"),
    [
        ("fun-asr", 900, "takes 2,000 characters of context, and here are "),
        ("qwen-asr", 2200, "takes 10,000 tokens of hotwords and context together, and here are "),
    ],
)
def test_a_context_that_is_too_long_is_told_with_what_is_left_out(
    engine: str, count: int, says: str, strict: Process, talk: Path, tmp_path: Path
) -> None:
    (tmp_path / "words.txt").write_text("Boutique\n")
    (tmp_path / "context.txt").write_text(" ".join(f"term{number}" for number in range(count)))
    result = run(
        *("transcribe", talk, "--engine", engine, "--endpoint", strict.url),
        *("--hotwords", tmp_path / "words.txt", "--context", tmp_path / "context.txt"),
        profile=tmp_path / "p",
        env=ENVIRONMENT,
    )
    assert result.returncode == 0
    # Once, and before anything else.
    (sentence,) = result.stderr.splitlines()
    assert says in sentence
    assert re.search(r"the end of the context, from “term\d+ .*” on is left out\. Shorten", sentence)


def test_captions_come_although_no_list_can_be_kept(talk: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Bulge Bracket\n")
    with Process("--fault", "post=403") as process:
        result = run(
            *("transcribe", talk, "--engine", "fun-asr", "--endpoint", process.url),
            *("--hotwords", tmp_path / "words.txt"),
            profile=tmp_path / "p",
            env=ENVIRONMENT,
        )
    assert result.returncode == 0
    assert "Bulge Bracket" in result.stdout
    assert "no list of the hotwords, so they go into the context" in result.stderr


def test_hotwords_without_a_list_take_their_share_of_the_context(talk: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Bulge Bracket\n")
    (tmp_path / "context.txt").write_text("语" * 1995)
    arguments = ("--hotwords", tmp_path / "words.txt", "--context", tmp_path / "context.txt")
    told = []
    for faults in ([], ["--fault", "post=403"]):
        with Process(*faults) as process:
            result = run(
                *("transcribe", talk, "--engine", "fun-asr", "--endpoint", process.url, *arguments),
                profile=tmp_path / "p",
                env=ENVIRONMENT,
            )
        assert "Bulge Bracket" in result.stdout
        told.append(result.stderr)
    assert told[0] == ""
    assert "so they go into the context" in told[1]
    assert "2,000 characters of hotwords and context together, and here are 2,010: the end" in told[1]


def test_what_an_engine_can_not_do_is_remarked(strict: Process, talk: Path, tmp_path: Path) -> None:
    arguments = ("transcribe", talk, "--engine", "fun-asr", "--endpoint", strict.url, "--cut", "manual")
    result = run(*arguments, profile=tmp_path / "p", env=ENVIRONMENT)
    assert result.returncode == 0
    assert "ends sentences by itself" in result.stderr
    arguments = ("transcribe", talk, "--engine", "qwen-asr", "--endpoint", strict.url, "--cut", "semantic")
    result = run(*arguments, profile=tmp_path / "p", env=ENVIRONMENT)
    assert result.returncode == 0
    assert "can't end sentences by their meaning" in result.stderr
    arguments = ("transcribe", talk, "--engine", "funasr", "--endpoint", strict.url, "--language", "en")
    result = run(*arguments, profile=tmp_path / "p", env=ENVIRONMENT)
    assert result.returncode == 0
    assert "finds out the language by itself" in result.stderr
