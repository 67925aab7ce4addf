"""Which strategy draws what: what ``from_type`` looks up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st

from incidentkit.domain import (
    actors,
    causes,
    contacts,
    effects,
    events,
    evidence,
    ids,
    incidents,
    messages,
    money,
    orders,
    people,
    promises,
    remedies,
    secrets,
    shipments,
    shop,
    surveys,
    texts,
)
from incidentkit.testing import strategies as ours
from incidentkit.testing.strategies import _events

__all__ = ["REGISTERED", "register_all"]

Make = Callable[[], st.SearchStrategy[Any]]


def _answers_of_incidents() -> st.SearchStrategy[evidence.IncidentAnswer]:
    return st.builds(evidence.IncidentAnswer, ours.ids(), st.sampled_from(("csat", "nps")), st.integers(0, 10), ours.instants())


def _source_statuses() -> st.SearchStrategy[orders.SourceStatus]:
    return st.builds(orders.SourceStatus, ours.handles(), ours.instants())


def _counted(kind: str) -> Make:
    return lambda: st.integers(1, 9).map(lambda place: f"{kind}-{place}")


_NOUNS: dict[type, Make] = {
    actors.Actor: ours.actors,
    causes.Cause: lambda: st.sampled_from(list(causes.CAUSES.values())),
    contacts.Contact: ours.contacts,
    effects.Intent: ours.intents,
    effects.Receipt: ours.receipts,
    effects.Timer: ours.timers,
    events.Change: _events.changes,
    events.Event: ours.events,
    events.Happening: ours.happenings,
    events.Portion: _events.portions,
    evidence.Evidence: ours.evidence,
    evidence.IncidentAnswer: _answers_of_incidents,
    incidents.Deadlines: ours.deadlines,
    incidents.Handover: ours.handovers,
    incidents.Incident: ours.incidents,
    incidents.Owner: ours.owners,
    messages.Conversation: ours.conversations,
    messages.Notice: ours.notices,
    money.Money: ours.money,
    orders.Line: lambda: ours.lines() | ours.lines(moved=True),
    orders.Order: ours.orders,
    orders.SourceStatus: _source_statuses,
    people.Account: ours.accounts,
    people.Customer: ours.customers,
    promises.Promise: ours.promises,
    remedies.Offer: ours.offers,
    remedies.Remedy: ours.remedies,
    shipments.Shipment: ours.shipments,
    secrets.Secret: lambda: st.builds(secrets.Secret, ours.handles()),
    shop.Agent: ours.agents,
    shop.Protocol: ours.protocols,
    shop.ScoreboardLine: ours.scoreboard_lines,
    shop.Shop: ours.shops,
    shop.Survey: ours.surveys,
    shop.Team: ours.teams,
    surveys.Answer: ours.answers,
    surveys.Ask: ours.asks,
    surveys.Scale: ours.scales,
    texts.Text: lambda: ours.texts() | ours.texts(forgotten=True),
}

_IDS: dict[Any, Make] = {
    **dict.fromkeys((ids.OrderId, ids.IncidentId, ids.CustomerId, ids.AskId), ours.ids),
    ids.LineId: lambda: st.integers(1, 9).map(str),
    ids.OfferId: _counted("offer"),
    ids.RemedyId: _counted("remedy"),
    ids.NoticeId: _counted("notice"),
    ids.ConversationId: _counted("conversation"),
}

REGISTERED: dict[Any, Make] = {
    **_NOUNS,
    **_IDS,
    **{kind: partial(ours.happenings, name) for name, kind in events.EVENT_TYPES.items()},
}
"""What ``from_type`` draws, by type; each strategy is made when it is first asked for."""


def register_all() -> None:
    """Tell Hypothesis of all of them."""
    for kind, make in REGISTERED.items():
        st.register_type_strategy(kind, _resolver(make))


def _resolver(make: Make) -> Callable[[object], st.SearchStrategy[Any]]:
    return lambda _: make()
