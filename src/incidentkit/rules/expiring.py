"""Offers that can be taken until a day, and what is left of them after it."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Timer
from incidentkit.domain.incidents import Incident
from incidentkit.domain.remedies import ANSWERABLE, Offer
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import due_instant
from incidentkit.rules.around import Around
from incidentkit.rules.cases import WORKABLE
from incidentkit.rules.decision import Circumstances, Decision

__all__ = ["EXPIRY", "expire", "expires_at", "expires_first", "too_late"]

EXPIRY = "offer"
"""The timer of the offer that can be taken for the shortest time."""

_TICK = timedelta(microseconds=1)


def expires_at(offer: Offer, shop: Shop) -> datetime | None:
    """The last instant at which an offer can be taken; None where nothing says so."""
    return None if offer.until is None else due_instant(offer.until, shop.zone)


def too_late(offer: Offer, shop: Shop, at: datetime) -> bool:
    """Whether its last day is over, be it that nobody has looked yet."""
    last = expires_at(offer, shop)
    return last is not None and last < at


def expires_first(incident: Incident, shop: Shop) -> datetime | None:
    """The first instant that is too late for one of the offers that wait for an answer; None where none ever is."""
    if incident.phase not in WORKABLE:
        return None
    ends = [expires_at(offer, shop) for offer in incident.offers if offer.state in ANSWERABLE]
    last = min((end for end in ends if end is not None), default=None)
    return None if last is None else last + _TICK


def expire(incident: Incident, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """Nobody took these offers while they could be taken."""
    late = tuple(o.id for o in incident.offers if o.state in ANSWERABLE and too_late(o, now.shop, now.at))
    return Decision((ev.OffersExpired(late),)) if late and incident.phase in WORKABLE else Decision()
