"""What all connections of one simulator share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.simulator.options import Options
from tests.simulator.record import Record
from tests.simulator.vocabulary import Vocabularies

if TYPE_CHECKING:
    from tests.simulator.faults import Fault
    from tests.simulator.hearing import Recognition


@dataclass(slots=True)
class Shared:
    """The inside of a simulator, handed to every connection."""

    options: Options
    recognition: Recognition
    faults: list[Fault] = field(default_factory=list)
    record: Record = field(default_factory=Record)
    vocabularies: Vocabularies = field(default_factory=Vocabularies)
