"""The seam between a connection and the language spoken over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from app.domain.audio import AudioFrame
from app.domain.events import Event
from app.domain.secret import Secret

Message: TypeAlias = str | bytes
"""A web socket message: text or binary."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is and how it lets us in.

    Attributes:
        endpoint: base of the service without a path of its own, such as `wss://dashscope.aliyuncs.com`.
        model: the service's name of the model.
        key: None where the service asks for none.
        workspace: id of the workspace within the account; empty for the default one.
        vocabulary: id of a list of hotwords that the service keeps; empty for none.
    """

    endpoint: str
    model: str
    key: Secret | None = None
    workspace: str = ""
    vocabulary: str = ""

    def bearer(self) -> dict[str, str]:
        """The header that shows the key; empty without one."""
        return {"Authorization": f"Bearer {self.key.reveal()}"} if self.key is not None else {}


@dataclass(frozen=True, slots=True)
class Handshake:
    """How to open the connection."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    subprotocols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """The service can take sound now."""


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more will come; the connection can be closed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service waits to hear before it goes on."""

    messages: tuple[Message, ...]


DialectEvent: TypeAlias = Event | Ready | Done | Reply


class Dialect(Protocol):
    """One service's language, for one connection. Pure: no socket, no clock, no await.

    Attributes:
        rate: samples a second of the frames it takes.
        greets: the service says when it is `Ready`; if not, sound may follow `open` at once.
    """

    rate: int
    greets: bool

    def handshake(self) -> Handshake:
        """How to open the connection."""

    def open(self) -> list[Message]:
        """What to say first."""

    def audio(self, frame: AudioFrame) -> list[Message]:
        """Say `frame`, of any length; the first one sets the times of events on the session clock."""

    def commit(self) -> list[Message]:
        """In manual mode the sentence ends here; nothing to say where no sound was, or in VAD mode."""

    def finish(self) -> list[Message]:
        """No more sound will come."""

    def receive(self, message: Message) -> list[DialectEvent]:
        """Understand what the service said.

        Raises:
            CaptionError: the service reports a failure, or speaks another language.
        """
