"""Steps of drawn histories that judge a case: silence, waivers, mergers, links, places of the shop's own."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import AskId, CustomerId, IncidentId, OrderId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.merges import Joined
from incidentkit.domain.substates import Substate
from incidentkit.testing.strategies._basics import codes, ids, texts

__all__ = [
    "ask_again",
    "enter_place",
    "give_back",
    "joins",
    "lapse",
    "link",
    "merge",
    "merge_and_back",
    "places",
    "silent",
    "take_in",
    "waive",
]

Happenings = tuple[Happening, ...]


def joins() -> st.SearchStrategy[Joined]:
    """What a case gained by a merger."""
    orders = st.lists(ids().map(OrderId), max_size=2, unique=True).map(tuple)
    return st.builds(Joined, ids().map(IncidentId), orders, st.none() | ids().map(CustomerId))


def places() -> st.SearchStrategy[Substate]:
    """Places in the phases of open cases that hold nothing back."""
    return st.builds(Substate, codes(), st.sampled_from(("detected", "communicated", "resolved")))


def silent(incident: Incident) -> bool:
    """Whether a live case waits for its customer's word."""
    unheard = incident.evidence is None and not incident.heard and not incident.unreached
    return incident.phase is Phase.RESOLVED and unheard and not incident.passive


def ask_again(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """Asked once more; now and then it turns out that nobody was reached."""
    asked = ev.IncidentAttempted(AskId(draw(ids())), incident.attempts + 1)
    lost = draw(st.booleans())
    return (asked, ev.IncidentUnreached()) if lost else (asked,)


def lapse(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """Asked in vain."""
    return (ev.IncidentLapsed(),)


def waive(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """Without the customer's word."""
    return (ev.IncidentWaived(draw(texts())),)


def merge(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """Into another case."""
    return (ev.IncidentMerged(IncidentId(draw(ids()))),)


def merge_and_back(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """Into another case, and out of it again."""
    return (*merge(draw, incident, now), ev.IncidentUnmerged(draw(texts())))


def take_in(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """Another case about the same orders."""
    severity = draw(st.sampled_from(("", "critical")))
    return (ev.IncidentTookIn(IncidentId(draw(ids())), severity="" if incident.severity == severity else severity),)


def give_back(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """One that was taken in."""
    return (ev.IncidentGaveBack(draw(st.sampled_from(incident.took_in)).incident),)


def link(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """A later case goes on from it."""
    return (ev.IncidentLinked(IncidentId(draw(ids()))),)


def enter_place(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """A place of the shop's own."""
    return (ev.SubstateEntered(draw(codes())),)
