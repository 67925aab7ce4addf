"""What events do to a verification call, and to a list of them."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.calls import CallAttempt, CallList, CallState, VerificationCall
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event

__all__ = ["lapsed", "list_made", "listed", "made"]


def list_made(data: ev.CallListMade, event: Event) -> CallList:
    return CallList(
        id=data.list,
        day=data.day,
        made_at=event.occurred_at,
        since=data.since,
        until=data.until,
        calls=data.calls,
        deliveries=data.deliveries,
        left_out=data.left_out,
    )


def listed(data: ev.CallListed, event: Event) -> VerificationCall:
    return VerificationCall(
        id=data.call,
        list=data.list,
        day=data.day,
        order=data.order,
        customer=data.customer,
        delivered_at=data.delivered_at,
        reason=data.reason,
        listed_at=event.occurred_at,
        not_before=data.not_before,
        due=data.due,
        until=data.until,
        allowed=data.allowed,
        carrier=data.carrier,
    )


def made(call: VerificationCall, data: ev.CallMade, event: Event) -> VerificationCall:
    attempt = CallAttempt(event.occurred_at, data.outcome, data.means, data.agent, data.team, data.note, data.cost)
    known = changed(call, attempts=(*call.attempts, attempt), incident=data.incident or call.incident)
    if data.again_from is not None:
        return changed(known, not_before=data.again_from)
    state = CallState.UNREACHED if data.means == "no_answer" else CallState.DONE
    return changed(known, state=state, ended_at=event.occurred_at)


def lapsed(call: VerificationCall, data: ev.CallLapsed, event: Event) -> VerificationCall:
    return changed(call, state=CallState.LAPSED, ended_at=event.occurred_at)
