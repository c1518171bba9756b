"""What Qwen-Omni says of sentences, and of their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.dialects.qwen_omni import QwenOmni
from app.domain.events import Final
from app.domain.request import Cut, RecognitionRequest
from tests.dialects.wire import hear, ids, service

TRANSCRIPTION = "conversation.item.input_audio_transcription"
BUFFER = "input_audio_buffer"
SENTENCES = (
    "The harvest was poor this year.",
    "Nobody knows who built it!",
    "Quick, bring me my umbrella.",
    "我们明天去图书馆吧。",
    "Yes.",
    "Wie spät ist es eigentlich?",
    "Please mute your microphones now.",
)
NOISE = "(a keyboard is heard)"
LENGTH = 4.0
"""Seconds from one sentence to the next; each is half as long."""

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of one sentence.

    Attributes:
        noise: nobody says anything.
        answer: "good", "none", "failed", or "refused": the request for it is answered by an error.
        tie: what tells the sentence of the answer: nothing, or a message.
        named: the answer has an id.
    """

    noise: bool
    answer: str
    tie: str
    named: bool


def dialect(cut: Cut = Cut.VAD) -> QwenOmni:
    one = QwenOmni(RecognitionRequest(cut=cut), service("qwen3-omni-flash-realtime"), ids())
    hear(one, {"type": "session.updated"})
    return one


def words(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def item(number: int) -> str:
    return f"item_{number}"


def committed(number: int) -> Message:
    return {"type": f"{BUFFER}.committed", "item_id": item(number), "previous_item_id": item(number - 1)}


def heard(number: int, text: str) -> Message:
    return {"type": f"{TRANSCRIPTION}.completed", "item_id": item(number), "transcript": text}


def spoken(number: int) -> list[Message]:
    start = round(number * LENGTH * 1000)
    return [
        {"type": f"{BUFFER}.speech_started", "item_id": item(number), "audio_start_ms": start},
        {
            "type": f"{BUFFER}.speech_stopped",
            "item_id": item(number),
            "audio_end_ms": start + round(LENGTH * 500),
        },
        committed(number),
    ]


def answer(number: int, text: str, turn: Turn) -> list[Message]:
    """A response, as services word it."""
    name, written = f"resp_{number}", f"answer_{number}"
    of = {"response_id": name} if turn.named else {}
    response = {"id": name} if turn.named else {}
    added: Message = {"type": "response.output_item.added", "item": {"id": written}, **of}
    created = {
        "type": "conversation.item.created",
        "item": {"id": written, "role": "assistant"},
        "previous_item_id": item(number),
    }
    if turn.tie == "added":
        added["previous_item_id"] = item(number)
    between = {"nothing": [added], "added": [added], "after": [added, created], "before": [created, added]}
    status = "failed" if turn.answer == "failed" else "completed"
    half = len(text) // 2
    return [
        {"type": "response.created", "response": {**response, "status": "in_progress"}},
        *between[turn.tie],
        {"type": "response.text.delta", "item_id": written, "delta": text[:half], **of},
        {"type": "response.text.delta", "item_id": written, "delta": text[half:], **of},
        {"type": "response.text.done", "item_id": written, "text": text, **of},
        {"type": "response.done", "response": {**response, "status": status}},
    ]


def finals(events: list[Any]) -> list[Final]:
    return [event for event in events if isinstance(event, Final) and event.text]


def refusal(event: str | None) -> Message:
    error = {"type": "invalid_request_error", "message": "Conversation already has an active response"}
    return {"type": "error", "error": {**error, "event_id": event}}


def plain(noise: bool = False) -> Turn:
    return Turn(noise, "good", "nothing", named=True)
