"""The command line: words to values."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from app import __version__
from app.domain.request import Cut, Denoise, Pace

LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the user typed. `command` is None for the window.

    Attributes:
        listen: `mic`, `system`, `meeting`, `sample` or a recording, to be captioned as soon as the window
            is open.
        input: `sample`, `-` (standard input) or a recording.
    """

    command: str | None
    listen: str | None
    input: str | None
    outputs: tuple[Path, ...]
    pace: Pace
    quiet: bool
    json: bool
    engine: str | None
    model: str | None
    endpoint: str | None
    cut: Cut | None
    language: str | None
    hotwords: Path | None
    context: Path | None
    denoise: Denoise | None
    profile: Path | None
    trace: Path | None
    log_level: str | None


def parse(argv: list[str]) -> Arguments:
    """Read the command line; leaves the program with status 2 and a sentence where it makes no sense."""
    found = _parser().parse_args(argv)
    return Arguments(
        command=found.command,
        listen=getattr(found, "listen", None),
        input=getattr(found, "input", None),
        outputs=tuple(getattr(found, "output", None) or ()),
        pace=Pace(getattr(found, "pace", Pace.FAST)),
        quiet=getattr(found, "quiet", False),
        json=getattr(found, "json", False),
        engine=getattr(found, "engine", None),
        model=getattr(found, "model", None),
        endpoint=getattr(found, "endpoint", None),
        cut=Cut(found.cut) if getattr(found, "cut", None) else None,
        language=getattr(found, "language", None),
        hotwords=getattr(found, "hotwords", None),
        context=getattr(found, "context", None),
        denoise=Denoise(found.denoise) if getattr(found, "denoise", None) else None,
        profile=getattr(found, "profile_dir", None),
        trace=getattr(found, "trace", None),
        log_level=getattr(found, "log_level", None),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="surtitle",
        description="Live captions for meetings: on a floating overlay and in an editable transcript. "
        "Without a command, the window opens.",
        epilog="Exit status: 0 done, 1 a defect of ours, 2 wrong usage, 3 input can't be read, 4 not let in, "
        "5 the recognizer can't be reached or gave up, 6 output can't be written, 130 interrupted.",
        parents=[_program_options(), _recognition_options()],
    )
    parser.add_argument("--version", action="version", version=f"surtitle {__version__}")
    parser.add_argument(
        "--listen",
        metavar="SOURCE",
        help="open the window and start at once; SOURCE is mic, system (what this computer plays), "
        "meeting (both), sample or a recording",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_transcribe(commands)
    devices = commands.add_parser(
        "devices", help="what can be listened to", parents=[_program_options(again=True)]
    )
    devices.add_argument("--json", action="store_true", help="for programs to read")
    return parser


def _add_transcribe(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    transcribe = commands.add_parser(
        "transcribe",
        help="caption a recording without a window",
        description="Caption a recording. Finished captions go to standard output as they come.",
        parents=[_program_options(again=True), _recognition_options(again=True)],
    )
    transcribe.add_argument(
        "input", metavar="INPUT", help="a recording, 'sample', or - for s16le 16 kHz mono on standard input"
    )
    transcribe.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        action="append",
        help="write captions here; the suffix picks the format (.srt, .txt, .json); may be repeated",
    )
    transcribe.add_argument(
        "--pace",
        choices=[one.value for one in Pace],
        default=Pace.FAST,
        help="as fast as possible, or as it would be heard",
    )
    transcribe.add_argument(
        "--quiet", action="store_true", help="no progress and no remarks on standard error"
    )


def _recognition_options(*, again: bool = False) -> argparse.ArgumentParser:
    options = _options(again=again)
    group = options.add_argument_group("recognition")
    group.add_argument(
        "--engine",
        metavar="ID",
        help="the recognizer: moonshine (embedded; the default, until another is chosen in the window), "
        "qwen-asr, fun-asr, qwen-omni, openai-realtime, vllm or funasr; services take their key from "
        "DASHSCOPE_API_KEY, OPENAI_API_KEY or VLLM_API_KEY, else from the keyring",
    )
    group.add_argument("--model", metavar="NAME", help="the service's model; left out: its usual one")
    group.add_argument(
        "--endpoint",
        metavar="URL",
        help="where the service is: wss://host, or ws:// on this computer; its own path is added",
    )
    group.add_argument(
        "--cut",
        choices=[one.value for one in Cut],
        help="who ends a sentence: the service, at a pause (vad, the default) or by meaning (semantic, made "
        "for meetings: Fun-ASR, Paraformer v2, Qwen-Audio streaming), or you (manual; in the terminal: "
        "pauses)",
    )
    group.add_argument(
        "--language", metavar="CODE", help="what is spoken, such as en; left out: the recognizer decides"
    )
    group.add_argument(
        "--hotwords", metavar="FILE", type=Path, help="words to expect: one a line, optionally TAB weight"
    )
    group.add_argument("--context", metavar="FILE", type=Path, help="any text about what will be said")
    group.add_argument(
        "--denoise",
        choices=[one.value for one in Denoise],
        help="remove noise before recognition; auto does so only where it is loud and steady (default: off)",
    )
    group.add_argument(
        "--trace", metavar="FILE", type=Path, help="write what happened when, a JSON object a line"
    )
    return options


def _program_options(*, again: bool = False) -> argparse.ArgumentParser:
    options = _options(again=again)
    group = options.add_argument_group("program")
    group.add_argument(
        "--profile-dir",
        metavar="DIR",
        type=Path,
        help="keep settings, sessions and logs under DIR and nowhere else",
    )
    group.add_argument("--log-level", choices=LOG_LEVELS, help="to standard error and to the log file")
    return options


def _options(*, again: bool) -> argparse.ArgumentParser:
    """Options that stand before a command as well as behind it.

    Args:
        again: behind it: what is not said there is as it was said before.
    """
    return argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS if again else None)
