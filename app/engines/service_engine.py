"""From a service and a request to the engine that speaks to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from app.domain.request import Cut, RecognitionRequest
from app.domain.secret import Secret
from app.engines.base import Engine, Tuning
from app.engines.fallback import FallbackEngine
from app.engines.moonshine import understands
from app.engines.reach import Reach
from app.engines.remote import Line, RemoteEngine
from app.engines.starts import Starts
from app.engines.vocabulary import Vocabulary

STAND_IN: Final = "Embedded recognizer"
LOOPBACK_PACE: Final = 8.0
"""Seconds of sound a second that a service on this computer takes."""
LOOPBACK_REPLAY: Final = 12.0


def service_engine(
    request: RecognitionRequest,
    reach: Reach,
    find_key: Callable[[], Secret | None],
    starts: Starts,
    lists: asyncio.Lock,
    embedded: Callable[[RecognitionRequest], Engine],
) -> Engine:
    """An engine for one session.

    Args:
        request: what the user asks for.
        reach: the service, and what of that it can do.
        find_key: finds its key; may take its time, and raise a CaptionError.
        starts: shared by all that connect to the service.
        lists: shared by all that make lists of hotwords there, such as the lanes of a meeting.
        embedded: makes what stands in while the service is away, where that is wanted.
    """
    hand_over = _vocabulary(request, reach, lists).hand_over
    remote = RemoteEngine(reach.dialect, find_key, hand_over, _line(reach), starts, _tuning(reach))
    patience = request.patience
    return remote if patience is None else _backed(remote, reach.request, patience, embedded)


def _backed(
    service: RemoteEngine,
    request: RecognitionRequest,
    patience: float,
    embedded: Callable[[RecognitionRequest], Engine],
) -> Engine:
    """The service, with the embedded recognizer under it."""
    # Where the language is left to the service, what was heard tells whether it is English.
    english = replace(request, language=None)
    return FallbackEngine(
        service,
        lambda: embedded(english),
        STAND_IN,
        patience=patience,
        understands=partial(understands, request.language),
        prefer=request.prefer,
    )


def _line(reach: Reach) -> Line:
    """How the service is spoken to."""
    row, request = reach.row, reach.request
    quick, manual = reach.near and row.tells_times, request.cut is Cut.MANUAL
    return Line(
        pace=LOOPBACK_PACE if quick else row.pace,
        replay=LOOPBACK_REPLAY if quick else row.replay,
        commit_pause=request.commit_pause if manual else None,
        asked_only=manual,
        longest=row.longest,
        give_up=request.give_up,
    )


def _tuning(reach: Reach) -> Tuning:
    """Which sound the model would rather hear, and what to tell where another model would."""
    row, model = reach.row, reach.service.model
    return Tuning(row.traits_of(model).rates[0], partial(row.advice, model, reach.request.language))


def _vocabulary(asked: RecognitionRequest, reach: Reach, lists: asyncio.Lock) -> Vocabulary:
    """How the hotwords reach the service before a connection, and what to tell about them and the context."""
    row, service = reach.row, reach.service
    traits, words = row.traits_of(service.model), reach.request.hotwords
    rules = traits.context
    crowded = replace(rules, hotwords=True) if rules else None
    return Vocabulary(
        row.listed(service.model, words),
        service,
        lists,
        left_out=traits.hotwords.left_out(asked.hotwords) if traits.hotwords else "",
        beyond=rules.share(words, asked.context).left_out if rules else "",
        instead="they go into the context" if rules else "they are left out",
        crowded=crowded.share(words, asked.context).left_out if crowded else "",
    )
