"""Key Results that are ready to use, for the goals that shops begin with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from attrs import evolve

from incidentkit.domain.goals import Baseline
from incidentkit.errors import InvalidInput
from incidentkit.goals.objectives import KeyResultDraft
from incidentkit.measures.catalogue import BUILT_IN

__all__ = ["READY", "ready_key_result"]

_HOUR = 3600.0
_BASELINE = timedelta(weeks=13)
_SIX_WEEKS = timedelta(weeks=6)

READY: Mapping[str, KeyResultDraft] = MappingProxyType(
    {
        "first_response": KeyResultDraft(
            measure="first_response_time",
            id="first_response",
            title="First answer within 4 working hours, from 24 hours",
            start=24 * _HOUR,
            start_clock="elapsed",
            target=4 * _HOUR,
            clock="working",
        ),
        "first_contact": KeyResultDraft(
            measure="first_contact_resolution_rate",
            id="first_contact",
            title="Three of four questions solved with one contact",
            start=0.40,
            target=0.75,
            lead_measures=("first_response_time", "unowned_time"),
        ),
        "order_errors": KeyResultDraft(
            measure="order_error_claim_rate",
            id="order_errors",
            title="Half as many claims for errors in the order",
            kind="relative",
            change=-0.5,
            lead_measures=("commitments_kept_rate",),
        ),
        "one_ticket_system": KeyResultDraft(
            measure="ticket_coverage_rate",
            id="one_ticket_system",
            title="Every question about an order is in one ticket system within 6 weeks",
            target=1.0,
        ),
        "order_confirmation": KeyResultDraft(
            measure="order_confirmation_time",
            id="order_confirmation",
            title="An order is confirmed within an hour",
            target=1 * _HOUR,
        ),
        "status_before_asking": KeyResultDraft(
            measure="proactive_update_rate",
            id="status_before_asking",
            title="Nine of ten orders show how they stand before the customer asks",
            target=0.90,
        ),
    }
)
"""By name. Those without a start take it from the record: from the thirteen weeks before they begin."""


def ready_key_result(name: str, since: date | None) -> KeyResultDraft:
    """One that is ready to use, with the days that its start is read off.

    Args:
        since: the first day of its goal; without it there is no baseline yet. The baseline ends so long before it as its
            measure takes to be complete.

    Raises:
        InvalidInput: there is none of that name.
    """
    found = READY.get(name)
    if found is None:
        raise InvalidInput("A ready Key Result", f"must be one of {', '.join(READY)}", got=repr(name)[:40])
    if since is None:
        return found
    if found.start is None:
        weeks = -(-BUILT_IN.named(found.measure).maturity // timedelta(weeks=1))
        until = since - timedelta(weeks=weeks)
        found = evolve(found, baseline=Baseline(until - _BASELINE, until))
    return evolve(found, by_date=since + _SIX_WEEKS) if name == "one_ticket_system" else found
