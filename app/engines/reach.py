"""A service as one request wants it: at which address, with which model, in which words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from app.dialects.base import Dialect, Service
from app.domain.request import Cut, RecognitionRequest
from app.domain.secret import Secret
from app.engines.endpoints import is_loopback
from app.engines.regions import WORKSPACE, Region
from app.engines.services import ServiceRow


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach a service for one session.

    Attributes:
        request: what is asked for, as far as the model can do it.
        service: where, still without a key.
    """

    row: ServiceRow
    request: RecognitionRequest
    service: Service

    @classmethod
    def of(cls, row: ServiceRow, request: RecognitionRequest) -> Self:
        """The way that `request` leads.

        Raises:
            UsageError: its endpoint or workspace makes no sense.
        """
        workspace = request.workspace.strip()
        model = request.model.strip() or row.model
        service = Service(row.address(request.endpoint, workspace), model, workspace=workspace)
        return cls(row, _adapted(request, row, model), service)

    @property
    def near(self) -> bool:
        """Whether the service is on this computer."""
        return is_loopback(self.service.endpoint)

    @property
    def key_needed(self) -> bool:
        """Whether nobody is let in without a key."""
        return self.row.key_needed and not self.near

    def dialect(self, key: Secret | None, vocabulary: str = "") -> Dialect:
        """A fresh dialect for one connection, with the id of a hotword list that the service keeps."""
        return self.row.dialect(self.request, replace(self.service, key=key, vocabulary=vocabulary))

    def elsewhere(self) -> list[tuple[Region, Reach]]:
        """The service's other regions, as far as they can be asked.

        None where the user named an address of their own: the key is meant for that one alone.
        """
        ways = [(region, self._to(region)) for region in self.row.regions if self._can_ask(region)]
        others = [(region, way) for region, way in ways if way.service.endpoint != self.service.endpoint]
        return others if len(others) < len(ways) else []

    def _can_ask(self, region: Region) -> bool:
        return WORKSPACE not in region.endpoint or bool(self.service.workspace)

    def _to(self, region: Region) -> Reach:
        endpoint = self.row.address(region.endpoint, self.service.workspace)
        return replace(self, service=replace(self.service, endpoint=endpoint))


def _adapted(request: RecognitionRequest, row: ServiceRow, model: str) -> RecognitionRequest:
    """What is asked for, as far as the model can do it."""
    traits = row.traits_of(model)
    rules = traits.hotwords
    request = replace(
        request,
        hotwords=rules.taken(request.hotwords) if rules else (),
        cut=request.cut.possible(manual=traits.manual, semantic=traits.semantic),
    )
    if request.cut is Cut.VAD and row.client_cuts and model.startswith(row.client_cuts):
        return replace(request, cut=Cut.MANUAL, commit_pause=request.vad_silence)
    return request
