"""Verification calls: which deliveries are asked about, when somebody may be rung, and what follows from what they say.

Laws: a delivery is listed once, and nobody is rung twice within the policy's rest, nor who said no, nor about an order with a
case that is being worked on. With the same record and the same key the same deliveries are chosen. A call that found something
wrong has a case; one that nobody answered is tried again as often as the policy says, and no call stays open for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from attrs import evolve, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.call_policy import CallOutcome, CallPolicy, CallReason
from incidentkit.domain.calls import CallState, VerificationCall
from incidentkit.domain.effects import Timer
from incidentkit.domain.ids import CallId, CallListId, CustomerId, IncidentId, OrderId
from incidentkit.domain.sending import Standing
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.hours import hours_of, somebody_there
from incidentkit.rules.quiet import quiet_until, zone_of

__all__ = [
    "CALL_OVER",
    "Chosen",
    "Delivery",
    "Looked",
    "begins",
    "call_over",
    "check_recorded",
    "drawn",
    "listed_from",
    "make_list",
    "may_ring_from",
    "next_day_end",
    "outcome_named",
    "outcomes_of",
    "ranked",
    "record",
    "rings_not",
    "team_of",
    "working_day_begun",
]

CALL_OVER = "call_over"
"""The timer of a call at which it lapses."""

_FARTHEST = timedelta(days=14)
"""However long no list was made: what arrived before that is not asked about any more."""

_ASKS = ("survey", "service")
"""What a verification call is for, as far as wishes go: a question that nobody asked for, about an order."""

_PHONES = ("phone", "call")


@frozen
class Delivery:
    """An order that has arrived whole, as somebody sees it who chooses whom to ring.

    Args:
        first: its customer had ordered nothing before. ``troubled``: they had a case within the policy's ``repeat_within``.
        in_case: a case on it is being worked on. ``rested``: they were to be rung within the policy's ``rest``.
        refused: they were rung once and did not want to be.
        draw: from 0 to below 1; the same for one order whenever it is looked at.
    """

    order: OrderId
    customer: CustomerId
    delivered_at: datetime
    first: bool = False
    troubled: bool = False
    carriers: tuple[str, ...] = ()
    in_case: bool = False
    rested: bool = False
    refused: bool = False
    draw: float = 0.0


@frozen
class Looked:
    """A delivery that there is a reason to ask about; ``carrier``: the risky one, where that is it."""

    delivery: Delivery
    reason: CallReason
    carrier: str = ""


@frozen
class Chosen:
    """A delivery that is listed, under a fresh id; ``zone``: of its customer, empty for the shop's."""

    call: CallId
    looked: Looked
    zone: str = ""


# --- Choosing ----------------------------------------------------------------------------------------------------


def ranked(
    deliveries: Iterable[Delivery], risky: Container[str], policy: CallPolicy
) -> tuple[tuple[Looked, ...], dict[str, int]]:
    """Those that there is a reason to ask about, the most telling first; and why the others are left out, with how many.

    First by the policy's order of reasons; those with one reason as they were drawn, so that no day's first deliveries are
    preferred.
    """
    found: list[Looked] = []
    left: Counter[str] = Counter()
    for delivery in deliveries:
        against = _against(delivery)
        looked = None if against else _reason(delivery, risky, policy)
        if looked is None:
            left[against or "no_reason"] += 1
        else:
            found.append(looked)
    place = {reason: number for number, reason in enumerate(policy.reasons)}
    return tuple(sorted(found, key=lambda one: (place[one.reason], one.delivery.draw, one.delivery.order))), dict(left)


def _against(delivery: Delivery) -> str:
    if delivery.refused:
        return "objects"
    if delivery.in_case:
        return "in_case"
    return "rested" if delivery.rested else ""


def _reason(delivery: Delivery, risky: Container[str], policy: CallPolicy) -> Looked | None:
    carrier = next((name for name in delivery.carriers if name in risky or name in policy.carriers), "")
    holds: dict[CallReason, bool] = {
        "repeat": delivery.troubled,
        "carrier": bool(carrier),
        "new": delivery.first,
        "random": delivery.draw < policy.share,
    }
    for reason in policy.reasons:
        if holds[reason]:
            return Looked(delivery, reason, carrier if reason == "carrier" else "")
    return None


def rings_not(standing: Standing, shop: Shop) -> str:
    """Why somebody is not rung, by code; empty where they may be.

    ``no_phone``: no number is known that works. ``objects``: they said no to questions or to news, to all or by telephone, or
    have not agreed where the shop asks for that.
    """
    person, wishes = standing.person, standing.preferences
    if person is None or not person.phone or (wishes is not None and wishes.failure("phone", person.phone) is not None):
        return "no_phone"
    for channel in _PHONES if wishes is not None else ():
        if any(wishes is not None and wishes.objection(purpose, channel, person.phone) is not None for purpose in _ASKS):
            return "objects"
    if "survey" in shop.sending.consent:
        said = wishes.consent("survey", "phone") if wishes is not None else None
        return "" if said is not None and said.given else "objects"
    return ""


def drawn(delivery: Delivery, draw: float) -> Delivery:
    """The same with what chance says of it."""
    return evolve(delivery, draw=draw)


# --- When --------------------------------------------------------------------------------------------------------


def team_of(shop: Shop) -> str:
    """The team that rings."""
    return shop.verification_calls.team or shop.default_team


def begins(day: date, shop: Shop) -> datetime:
    """When a day begins, in the shop's zone."""
    return datetime.combine(day, time(), shop.tzinfo).astimezone(UTC)


def working_day_begun(shop: Shop, at: datetime) -> bool:
    """Whether the team that rings works that day, and has begun."""
    day, hours = _day(at, shop), hours_of(shop, team_of(shop))
    start = begins(day, shop)
    opens = somebody_there(hours, start)
    return opens <= at and (opens > start or hours.is_open(start)) and _day(opens, shop) == day


def next_day_end(day: date, shop: Shop) -> datetime:
    """The end of the next day, after that one, on which the team that rings works."""
    opens = somebody_there(hours_of(shop, team_of(shop)), begins(day + timedelta(days=1), shop))
    return begins(_day(opens, shop) + timedelta(days=1), shop)


def listed_from(day: date, last_until: datetime | None, shop: Shop) -> datetime:
    """Since when deliveries may stand on a day's list: since the last list, and a little longer for what became known late."""
    start = begins(day, shop)
    floor = start - shop.verification_calls.look_back
    since = floor if last_until is None else min(last_until, floor)
    return max(since, min(floor, start - _FARTHEST))


def may_ring_from(zone: str, shop: Shop, at: datetime) -> datetime:
    """The first instant from ``at`` on at which somebody may be rung: one of ours works, and it is not their quiet time."""
    hours, quiet, of = hours_of(shop, team_of(shop)), shop.sending.quiet("call", "phone"), zone_of(zone, shop.zone)
    for _ in range(14):
        opens = somebody_there(hours, at)
        loud = quiet_until(quiet, of, opens)
        if loud is None:
            return opens
        at = loud
    return at  # their days are our nights: better late than never


def _day(at: datetime, shop: Shop) -> date:
    return at.astimezone(shop.tzinfo).date()


# --- Listing -----------------------------------------------------------------------------------------------------


def make_list(
    list_id: CallListId,
    day: date,
    since: datetime,
    chosen: Sequence[Chosen],
    left_out: dict[str, int],
    now: Circumstances,
) -> Decision:
    """A day's list, and each call on it."""
    shop = now.shop
    deliveries = len(chosen) + sum(left_out.values())
    calls = tuple(one.call for one in chosen)
    made = ev.CallListMade(list_id, day, since, begins(day, shop), calls, deliveries, tuple(sorted(left_out.items())))
    return Decision((made,), tuple((one.call, _listed(list_id, day, one, now)) for one in chosen))


def _listed(list_id: CallListId, day: date, chosen: Chosen, now: Circumstances) -> ev.CallListed:
    policy, delivery = now.shop.verification_calls, chosen.looked.delivery
    due = next_day_end(day, now.shop)
    return ev.CallListed(
        call=chosen.call,
        list=list_id,
        day=day,
        order=delivery.order,
        customer=delivery.customer,
        delivered_at=delivery.delivered_at,
        reason=chosen.looked.reason,
        not_before=may_ring_from(chosen.zone, now.shop, now.at),
        due=due,
        until=due + policy.keep,
        allowed=policy.attempts,
        carrier=chosen.looked.carrier,
    )


# --- Recording ---------------------------------------------------------------------------------------------------


def outcomes_of(shop: Shop) -> tuple[CallOutcome, ...]:
    """What can come of a call: what opens a case does so by a protocol of the shop's."""
    known = {protocol.type for protocol in shop.protocols}
    return tuple(outcome for outcome in shop.verification_calls.outcomes if not outcome.type or outcome.type in known)


def outcome_named(code: str, shop: Shop) -> CallOutcome:
    """The outcome with that code.

    Raises:
        InvalidInput: there is none, or none that the shop has a protocol for.
    """
    found = next((outcome for outcome in outcomes_of(shop) if outcome.code == code), None)
    if found is None:
        known = ", ".join(outcome.code for outcome in outcomes_of(shop))
        raise InvalidInput("An outcome", "must be one of the shop's", got=repr(code)[:40], next=f"Known: {known}.")
    return found


def check_recorded(call: VerificationCall, outcome: CallOutcome) -> None:
    """Refuse what can't be said of a call any more.

    Raises:
        RuleViolation: it is done; or nobody answered, and it is over.
    """
    if call.state is CallState.DONE:
        raise RuleViolation(
            f"Call {call.id}", "has one outcome", got=f"{outcome.code} after {call.outcome}", next="What is new is reported."
        )
    if not call.open and outcome.means == "no_answer":
        raise RuleViolation(f"Call {call.id}", "is not tried any more", got=call.state.value, next="Leave it.")


def record(
    call: VerificationCall,
    outcome: CallOutcome,
    now: Circumstances,
    *,
    zone: str = "",
    note: Text | None = None,
    incident: IncidentId | None = None,
    counted: bool = False,
) -> Decision:
    """What came of ringing.

    Args:
        zone: of its customer; empty for the shop's.
        incident: the case that what is wrong has.
        counted: it was taken down as a contact, which has its cost.

    Raises:
        RuleViolation: it is done; or nobody answered, and it is over.
    """
    check_recorded(call, outcome)
    agent = now.shop.agent(now.actor.name)
    return Decision(
        (
            ev.CallMade(
                outcome=outcome.code,
                means=outcome.means,
                agent=agent.name if agent is not None else "",
                team=agent.team if agent is not None else "",
                note=note,
                cost=None if counted else now.shop.cost("phone", "out", now.at),
                incident=incident,
                again_from=_again(call, outcome, zone, now),
            ),
        )
    )


def _again(call: VerificationCall, outcome: CallOutcome, zone: str, now: Circumstances) -> datetime | None:
    if outcome.means != "no_answer" or len(call.attempts) + 1 >= call.allowed:
        return None
    again = may_ring_from(zone, now.shop, now.at + now.shop.verification_calls.again_after)
    return again if again < call.until else None


def call_over(call: VerificationCall, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """What nobody did while it was of use lapses; it counts as listed all the same."""
    return Decision((ev.CallLapsed(),)) if call.open and now.at >= call.until else Decision()
