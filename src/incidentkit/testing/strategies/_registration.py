"""Which strategy draws what: what ``from_type`` looks up."""

from __future__ import annotations

from collections.abc import Callable
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

__all__ = ["REGISTERED", "register_all"]

Make = Callable[[], st.SearchStrategy[Any]]


def _by(name: str, *arguments: Any) -> Make:
    """Loads the strategy only when it is drawn from."""
    return lambda: getattr(ours, name)(*arguments)


def _changes() -> st.SearchStrategy[events.Change]:
    from incidentkit.testing.strategies._events import changes

    return changes()


def _portions() -> st.SearchStrategy[events.Portion]:
    from incidentkit.testing.strategies._events import portions

    return portions()


def _answers_of_incidents() -> st.SearchStrategy[evidence.IncidentAnswer]:
    return st.builds(evidence.IncidentAnswer, ours.ids(), st.sampled_from(("csat", "nps")), st.integers(0, 10), ours.instants())


def _source_statuses() -> st.SearchStrategy[orders.SourceStatus]:
    return st.builds(orders.SourceStatus, ours.handles(), ours.instants())


def _periods() -> st.SearchStrategy[incidents.Period]:
    return st.builds(incidents.Period, ours.instants(), ours.instants())


def _standings() -> st.SearchStrategy[surveys.Standing]:
    handles = ours.handles()
    return st.builds(surveys.Standing, handles, handles, st.none() | handles, handles, st.just("") | handles)


def _counted(kind: str) -> Make:
    return lambda: st.integers(1, 9).map(lambda place: f"{kind}-{place}")


_NOUNS: dict[type, Make] = {
    actors.Actor: _by("actors"),
    causes.Cause: lambda: st.sampled_from(list(causes.CAUSES.values())),
    contacts.Contact: _by("contacts"),
    effects.Intent: _by("intents"),
    effects.Receipt: _by("receipts"),
    effects.Timer: _by("timers"),
    events.Change: _changes,
    events.Event: _by("events"),
    events.Happening: _by("happenings"),
    events.Portion: _portions,
    evidence.Evidence: _by("evidence"),
    evidence.IncidentAnswer: _answers_of_incidents,
    incidents.Deadlines: _by("deadlines"),
    incidents.Handover: _by("handovers"),
    incidents.Incident: _by("incidents"),
    incidents.Owner: _by("owners"),
    incidents.Period: _periods,
    messages.Conversation: _by("conversations"),
    messages.Notice: _by("notices"),
    money.Money: _by("money"),
    orders.Line: lambda: ours.lines() | ours.lines(moved=True),
    orders.Order: _by("orders"),
    orders.SourceStatus: _source_statuses,
    people.Account: _by("accounts"),
    people.Customer: _by("customers"),
    promises.Promise: _by("promises"),
    remedies.Offer: _by("offers"),
    remedies.Remedy: _by("remedies"),
    shipments.Shipment: _by("shipments"),
    secrets.Secret: lambda: st.builds(secrets.Secret, ours.handles()),
    shop.Agent: _by("agents"),
    shop.Protocol: _by("protocols"),
    shop.ScoreboardLine: _by("scoreboard_lines"),
    shop.Shop: _by("shops"),
    shop.Survey: _by("surveys"),
    shop.Team: _by("teams"),
    surveys.Answer: _by("answers"),
    surveys.Ask: _by("asks"),
    surveys.Scale: _by("scales"),
    surveys.Standing: _standings,
    texts.Text: lambda: ours.texts() | ours.texts(forgotten=True),
}

_IDS: dict[Any, Make] = {
    **dict.fromkeys((ids.OrderId, ids.IncidentId, ids.CustomerId, ids.AskId), _by("ids")),
    ids.LineId: lambda: st.integers(1, 9).map(str),
    ids.OfferId: _counted("offer"),
    ids.RemedyId: _counted("remedy"),
    ids.NoticeId: _counted("notice"),
    ids.ConversationId: _counted("conversation"),
}

REGISTERED: dict[Any, Make] = {
    **_NOUNS,
    **_IDS,
    **{kind: _by("happenings", name) for name, kind in events.EVENT_TYPES.items()},
}
"""What ``from_type`` draws, by type; each strategy is made when it is first asked for."""


def register_all() -> None:
    """Tell Hypothesis of all of them."""
    for kind, make in REGISTERED.items():
        st.register_type_strategy(kind, _resolver(make))


def _resolver(make: Make) -> Callable[[object], st.SearchStrategy[Any]]:
    return lambda _: make()
