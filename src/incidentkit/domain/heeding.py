"""What an event means to the clocks of its case: since when the customer is waited for, and when the case rested."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve as changed

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.holds import Hold
from incidentkit.domain.incidents import Incident, Period, Phase
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.times import Due

__all__ = ["heeded"]


def heeded(before: Incident, after: Incident, event: Event) -> Incident:
    """The case after an event, with its holds and rests; an imported one has none."""
    if after.passive:
        return after
    holds, rests = _holds(after, event), _rests(before, after, event.occurred_at)
    if holds is after.holds and rests is after.rests:
        return after
    return changed(after, holds=holds, rests=rests)


def _rests(before: Incident, after: Incident, at: datetime) -> tuple[Period, ...]:
    if before.resolved_at is None or after.resolved_at is not None:
        return after.rests
    return (*after.rests, Period(before.resolved_at, max(at, before.resolved_at)))


def _holds(after: Incident, event: Event) -> tuple[Hold, ...]:
    """A customer who knows and was made an offer is waited for, until they say what wants an answer, or decide."""
    waits = after.holds[-1] if after.holds and after.holds[-1].until is None else None
    begun = _begun(after, event)
    if begun is not None and waits is None:
        return (*after.holds, begun)
    if begun is not None and waits is not None:
        # The clocks stand still already; it can only last longer now.
        return (*after.holds[:-1], changed(waits, at_most=max(waits.at_most, begun.at_most, key=_lasting)))
    if waits is None or not _over(after, event):
        return after.holds
    return (*after.holds[:-1], changed(waits, until=max(event.occurred_at, waits.since)))


def _begun(after: Incident, event: Event) -> Hold | None:
    data = event.data
    if after.phase is not Phase.COMMUNICATED:
        return None  # nobody waits for an answer of somebody who knows of nothing
    open_ = [offer.until or offer.by for offer in after.offers if offer.state is OfferState.OPEN]
    if open_ and isinstance(data, (ev.OffersMade, ev.CustomerTold)):
        return Hold(event.occurred_at, None, max(open_, key=_lasting), "offer")
    if isinstance(data, ev.CustomerAwaited):
        return Hold(event.occurred_at, None, data.until, "wait")
    return None


def _lasting(due: Due) -> tuple[str, int, str]:
    """Later for what lasts longer: a date lasts to its end, which is later than any instant of it."""
    text = due.isoformat()
    return text[:10], len(text) == 10, text


def _over(after: Incident, event: Event) -> bool:
    data = event.data
    if after.phase is not Phase.COMMUNICATED or isinstance(data, (ev.OfferAccepted, ev.OfferCountered, ev.WaitEnded)):
        return True
    if isinstance(data, (ev.OfferDeclined, ev.OffersExpired)):
        return not any(offer.state is OfferState.OPEN for offer in after.offers)
    # An automatic reply or a "thanks" says nothing that the shop could act on.
    return isinstance(data, ev.IncidentContactNoted) and data.direction == "in" and data.expects_answer and not data.automatic
