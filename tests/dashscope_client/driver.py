"""Runs the official client in a process of its own and tells what it saw.

One request a line on standard input, one answer a line on standard output. A process of its own,
because the client leaves timers and threads behind.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import dashscope
import numpy as np
from dashscope.audio.asr import Recognition, RecognitionCallback, VocabularyService
from dashscope.audio.asr.recognition import RecognitionResult
from dashscope.audio.qwen_omni import MultiModality, OmniRealtimeCallback, OmniRealtimeConversation
from dashscope.audio.qwen_omni.omni_realtime import TranscriptionParams

from tests.simulator.counting import count

PATIENCE = 5.0
CLOSING = 0.2
PACKET = 3_200
PAUSE = 0.005
"""Seconds between packets: twenty times as fast as speech."""
KEY = "sk-test"


class Recognized(RecognitionCallback):
    """Notes what the client calls back with."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.over = threading.Event()

    def on_open(self) -> None:
        self.seen.append(["open"])

    def on_complete(self) -> None:
        self.seen.append(["complete"])

    def on_close(self) -> None:
        self.seen.append(["close"])
        self.over.set()

    def on_error(self, result: RecognitionResult) -> None:
        self.seen.append(["error", result.status_code, result.code, result.message])
        self.over.set()

    def on_event(self, result: RecognitionResult) -> None:
        sentence = result.get_sentence()
        end = RecognitionResult.is_sentence_end(sentence)
        self.seen.append(["event", sentence, end, result.get_usage(sentence) if end else None])


class Conversed(OmniRealtimeCallback):
    """Notes what the client calls back with."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.events: list[dict[str, Any]] = []
        self.closed: list[Any] | None = None
        self._news = threading.Condition()

    def on_open(self) -> None:
        return

    def on_close(self, code: int | None, message: str | None) -> None:
        with self._news:
            self.closed = [code, message]
            self._news.notify_all()

    def on_event(self, event: dict[str, Any]) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def wait(self, kind: str, times: int = 1) -> None:
        """Until so many events of a kind came, or the connection ended."""

        def came() -> bool:
            return self.closed is not None or sum(one["type"] == kind for one in self.events) >= times

        with self._news:
            assert self._news.wait_for(came, self._patience), f"no {kind} came"


def packets(seconds: int, silence: float) -> list[bytes]:
    """Counting sound with silence behind it."""
    samples = np.concatenate((count(seconds), np.zeros(round(16_000 * silence), np.float32)))
    data = (samples * 32_767).astype("<i2").tobytes()
    return [data[start : start + PACKET] for start in range(0, len(data), PACKET)]


def recognition(
    url: str,
    *,
    model: str = "fun-asr-realtime",
    seconds: int = 3,
    silence: float = 0.0,
    context: str = "",
    key: str = KEY,
    workspace: str | None = None,
    patience: float = PATIENCE,
    **parameters: Any,
) -> dict[str, Any]:
    """One task with `Recognition`; what was called back, and what was raised."""
    dashscope.api_key = key
    callback = Recognized()
    address = f"{url}/api-ws/v1/inference"
    one = Recognition(model, callback, "pcm", 16_000, workspace=workspace, base_address=address, **parameters)
    raised = ""
    one.start()
    try:
        for packet in packets(seconds, silence):
            one.send_audio_frame(packet)
            time.sleep(PAUSE)
        if context:
            turn = {"role": "user", "content": [{"type": "input_text", "text": context}]}
            one.update_context({"context": [turn]})
        stopping = threading.Thread(target=_stop, args=(one, errors := []), daemon=True)
        stopping.start()
        stopping.join(patience)
        raised = "stop() hangs" if stopping.is_alive() else "".join(errors)
    except Exception as error:  # noqa: BLE001  # told to the test
        raised = str(error)
        callback.over.wait(patience)
    return {"seen": callback.seen, "raised": raised}


def vocabulary(url: str, steps: list[list[Any]], key: str = KEY) -> list[Any]:
    """Calls of `VocabularyService`, one after another; `$` stands for the last list created."""
    dashscope.base_http_api_url = url.replace("ws://", "http://") + "/api/v1"
    service, last, answers = VocabularyService(api_key=key), "", []
    for name, *arguments in steps:
        given = [last if argument == "$" else argument for argument in arguments]
        try:
            answer = getattr(service, name)(*given)
        except Exception as error:  # noqa: BLE001  # told to the test
            answer = {"raised": str(error)}
        else:
            last = answer if name == "create_vocabulary" else last
        answers.append(answer)
    return answers


def realtime(
    url: str,
    *,
    model: str = "qwen3-asr-flash-realtime",
    mode: str = "vad",
    corpus: str | None = None,
    items: int = 1,
    seconds: int = 2,
    timeout: float = PATIENCE,
    patience: float = PATIENCE,
) -> dict[str, Any]:
    """One session with `OmniRealtimeConversation`; every event, how it closed, what was raised."""
    callback = Conversed(patience)
    talk = OmniRealtimeConversation(model, callback, url=f"{url}/api-ws/v1/realtime", api_key=KEY)
    raised = ""
    try:
        talk.connect()
        _configure(talk, mode=mode, corpus=corpus, omni="omni" in model)
        for number in range(items):
            for packet in packets(seconds, 0.0):
                talk.append_audio(base64.b64encode(packet).decode())
                time.sleep(PAUSE)
            if mode == "manual":
                _commit(talk, callback, number + 1, omni="omni" in model)
        talk.end_session(timeout=timeout)
    except Exception as error:  # noqa: BLE001  # told to the test
        raised = f"{type(error).__name__}: {error}"
    if raised.startswith("ConnectionError"):
        # The thread that tells of a broken line must see it before we close.
        talk.thread.join(patience)
    talk.close()
    # Two threads of the client may read the closing frame; the one that does not get it never ends.
    talk.thread.join(CLOSING)
    return {"events": callback.events, "closed": callback.closed, "raised": raised}


def reuse(url: str, *, tasks: int, seconds: int = 2) -> list[str]:
    """Tasks one after another on one socket, with the second generation of the client; the finals."""
    # Its own half of the package: seconds to import, and only here needed.
    from dashscope.v2 import Client

    texts = []
    connection = Client(api_key=KEY).ws_connection(url=f"{url}/api-ws/v1/inference")
    try:
        for _ in range(tasks):
            asr = Client(api_key=KEY).audio.asr
            with asr.recognize(model="fun-asr-realtime", connection=connection) as one:
                for packet in packets(seconds, 0.0):
                    one.send_audio_frame(packet)
                one.stop()
                results = [result for result in one.results() if result.is_sentence_end()]
            texts += [(result.get_sentence() or {})["text"] for result in results]
    finally:
        connection.close()
    return texts


def _stop(one: Recognition, errors: list[str]) -> None:
    try:
        one.stop()
    except Exception as error:  # noqa: BLE001  # told to the test
        errors.append(str(error))


def _configure(talk: OmniRealtimeConversation, *, mode: str, corpus: str | None, omni: bool) -> None:
    vad = mode == "vad"
    if omni:
        talk.update_session(
            [MultiModality.TEXT],
            enable_turn_detection=vad,
            input_audio_transcription_model="gummy-realtime-v1",
            instructions=corpus or "Transcribe.",
        )
    else:
        given = TranscriptionParams(
            language="en", sample_rate=16_000, input_audio_format="pcm", corpus_text=corpus
        )
        talk.update_session([MultiModality.TEXT], enable_turn_detection=vad, transcription_params=given)


def _commit(talk: OmniRealtimeConversation, callback: Conversed, number: int, *, omni: bool) -> None:
    talk.commit()
    callback.wait("conversation.item.input_audio_transcription.completed", number)
    if omni:
        talk.create_response()
        callback.wait("response.done", number)


SCENARIOS: Mapping[str, Callable[..., Any]] = {
    "recognition": recognition,
    "vocabulary": vocabulary,
    "realtime": realtime,
    "reuse": reuse,
}


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    # Whatever the client prints must not end up between the answers.
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        answer = SCENARIOS[request["scenario"]](request["url"], **request["given"])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
    # The client's timers would keep the process for 23 seconds.
    os._exit(0)
