"""What a customer of a mass incident is written to: each text once in a round of their case, for all of their orders.

A message says how the case stands when it goes out, so that whatever came in the meantime is in it. What comes after it went
out is in the next text, and somebody is asked to tell of it.
"""

from __future__ import annotations

from datetime import timedelta

from incidentkit.domain.ids import OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.messages import Notice
from incidentkit.domain.remedies import OfferState

__all__ = ["BETWEEN", "had", "kept_back", "mass_values", "order_called", "patience_for", "round_of"]

BETWEEN = "\n"
"""Between two orders in the values of a message: no order's number holds it."""

_ANSWERING = timedelta(minutes=30)
"""How long it is waited for what the customer says about their other orders, before what they took is confirmed."""

_ANEW = ("incident.merged", "incident.unmerged")
"""Texts about what people decide of one case, as often as they do."""


def round_of(incident: Incident) -> int:
    """Which round of the case it is, from 1: each reopening begins another."""
    return incident.reopened + 1


def had(incident: Incident, step: str) -> bool:
    """Whether the customer has had that text in this round, whichever way it went; what is known to be lost they have not."""
    if incident.mass is None or step in _ANEW:
        return False
    if step in incident.mass.said and not incident.reopened:
        return True
    return any(notice.step == step and _round(notice) == round_of(incident) and not notice.lost for notice in incident.notices)


def kept_back(incident: Incident, step: str) -> bool:
    """Whether a text waits for the rest of what it will say: that all is done, for what is still to be done."""
    return incident.mass is not None and step == "incident.carried_out" and any(r.owed for r in incident.remedies)


def patience_for(incident: Incident, step: str) -> timedelta:
    """How long a text waits before it goes out, for what may be said along with it."""
    several = incident.mass is not None and step == "incident.accepted"
    return _ANSWERING if several and any(o.state is OfferState.OPEN for o in incident.offers) else timedelta(0)


def mass_values(incident: Incident) -> dict[str, str]:
    """The orders that a message names: ``orders`` where there are several."""
    labels = incident.mass.labels if incident.mass is not None else ()
    found = {"order": labels[0]} if labels else {}
    return found | ({"orders": BETWEEN.join(labels)} if len(labels) > 1 else {})


def order_called(incident: Incident, order: OrderId | None) -> str:
    """What one of several orders of a mass incident's case is called; empty where there is nothing to tell apart."""
    part = incident.mass
    if part is None or len(part.orders) < 2 or order not in part.orders:
        return ""
    return part.labels[part.orders.index(order)]


def _round(notice: Notice) -> int:
    """The round that a notice was written in, by the end of its key; one that was sent again has more behind it."""
    generation = notice.key.rpartition("/")[2].partition("+")[0]
    return int(generation) if generation.isdecimal() else 0
