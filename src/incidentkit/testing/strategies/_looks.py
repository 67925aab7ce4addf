"""Strategies for what is shown: pages, health, the inbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from incidentkit.domain.health import CommandSeen, Health, MessageSeen, Problem, Waiting
from incidentkit.domain.inbound import FILE_TYPES, Arrival, InboundPolicy, InboxOutcome, InboxState, ReceivedFile
from incidentkit.domain.incidents import EarlierTeam
from incidentkit.domain.orders import OrderStatus
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.domain.views import (
    CaseView,
    DeliveryPromise,
    HistoryEntry,
    LineView,
    OfferView,
    OrderView,
    ParcelView,
    RemedyView,
    Stands,
    StatusView,
)
from incidentkit.testing.strategies._basics import handles, ids, instants
from incidentkit.testing.strategies._channels import retry_policies

__all__ = ["PARTS"]

_COUNTS = st.integers(0, 50)
_SPANS = st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds))
_KINDS = st.sampled_from(tuple(KINDS))
_PROBLEMS = ("messages_late", "timers_late", "inbox_late", "dead_letters", "messages_unknown", "channels_paused")


def _waiting() -> st.SearchStrategy[Waiting]:
    return st.just(Waiting()) | st.builds(Waiting, st.integers(1, 50), instants())


def _problems() -> st.SearchStrategy[Problem]:
    return st.builds(Problem, st.sampled_from(_PROBLEMS), st.booleans(), st.integers(1, 50), st.none() | instants())


def _healths() -> st.SearchStrategy[Health]:
    return st.builds(
        Health,
        instants(),
        st.just("default"),
        st.sampled_from(("sqlite", "postgresql")),
        st.integers(1, 9),
        _COUNTS,
        *(_waiting() for _ in range(4)),
        *(_COUNTS for _ in range(3)),
        paused=st.lists(handles(), max_size=2).map(tuple),
        problems=st.lists(_problems(), max_size=3).map(tuple),
    )


def _commands() -> st.SearchStrategy[CommandSeen]:
    return st.builds(
        CommandSeen, st.just("incidents.offer"), st.sampled_from(("done", "refused", "failed")), st.just(""), _COUNTS, _SPANS
    )


def _messages() -> st.SearchStrategy[MessageSeen]:
    step, state = st.just("order.shipped"), st.sampled_from(("done", "planned", "failed"))
    return st.builds(MessageSeen, handles(), step, st.just("service"), state, st.just(""), _SPANS)


def _offers() -> st.SearchStrategy[OfferView]:
    state = st.sampled_from(OfferState)
    return st.builds(OfferView, ids(), _KINDS, instants(), st.none(), handles(), state, st.booleans())


def _remedies() -> st.SearchStrategy[RemedyView]:
    return st.builds(RemedyView, _KINDS, instants(), st.none(), handles(), st.none() | instants(), st.booleans())


def _cases() -> st.SearchStrategy[CaseView]:
    told = st.none() | instants()
    return st.builds(
        CaseView,
        ids(),
        st.just("damaged"),
        st.just("packaging"),
        st.just("after-sales"),
        st.sampled_from(get_args(Stands)),
        instants(),
        told,
        st.lists(_offers(), max_size=2).map(tuple),
        st.lists(_remedies(), max_size=1).map(tuple),
    )


def _promises() -> st.SearchStrategy[DeliveryPromise]:
    outcome = st.sampled_from(("kept", "broken", "replaced", "pending"))
    return st.builds(DeliveryPromise, instants(), instants(), outcome, st.none() | instants())


def _lines() -> st.SearchStrategy[LineView]:
    return st.builds(LineView, handles(), st.integers(1, 9))


def _parcels() -> st.SearchStrategy[ParcelView]:
    return st.builds(ParcelView, instants(), handles(), handles(), st.none() | instants())


def _entries() -> st.SearchStrategy[HistoryEntry]:
    return st.builds(HistoryEntry, instants(), st.just("order.shipped"))


def _orders() -> st.SearchStrategy[OrderView]:
    parts = (st.lists(made(), max_size=2).map(tuple) for made in (_lines, _parcels, _promises))
    return st.builds(OrderView, handles(), st.sampled_from(OrderStatus), *parts)


def _statuses() -> st.SearchStrategy[StatusView]:
    cases, history = (st.lists(made(), max_size=2).map(tuple) for made in (_cases, _entries))
    return st.builds(StatusView, instants(), st.none() | _orders(), cases, history)


def _arrivals() -> st.SearchStrategy[Arrival]:
    state, outcome = st.sampled_from(InboxState), st.sampled_from(InboxOutcome)
    return st.builds(Arrival, handles(), ids(), ids(), instants(), state, _COUNTS, st.none() | instants(), outcome)


def _files() -> st.SearchStrategy[ReceivedFile]:
    return st.builds(ReceivedFile, ids(), handles(), st.sampled_from(FILE_TYPES), st.integers(0, 10**7))


def _inbound() -> st.SearchStrategy[InboundPolicy]:
    return st.builds(InboundPolicy, per_sender=st.integers(1, 100), retry=retry_policies())


PARTS: Mapping[type, Callable[[], st.SearchStrategy[Any]]] = {
    Arrival: _arrivals,
    CaseView: _cases,
    CommandSeen: _commands,
    DeliveryPromise: _promises,
    EarlierTeam: lambda: st.builds(EarlierTeam, handles(), instants()),
    Health: _healths,
    HistoryEntry: _entries,
    InboundPolicy: _inbound,
    LineView: _lines,
    MessageSeen: _messages,
    OfferView: _offers,
    OrderView: _orders,
    ParcelView: _parcels,
    Problem: _problems,
    ReceivedFile: _files,
    RemedyView: _remedies,
    StatusView: _statuses,
    Waiting: _waiting,
}
"""By class: what draws it."""
