"""Authority: what stands granted, what is left of each budget, and whether somebody may grant something.

A grant is what offers that stand could come to: of those that were made together the largest, of an accepted one its remedy. It
is given back when the offer is declined, countered, expired or passed over, and when the remedy is dropped. What nobody knows
the worth of, and money in another currency than the shop's, is within no budget: the desk never converts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from incidentkit.domain.actors import Actor
from incidentkit.domain.authority import Authority, Budget, Grant, Granted, Scope, Verdict
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.times import due_instant
from incidentkit.rules.decision import Circumstances

__all__ = [
    "UNKNOWN_CAUSE",
    "approvers",
    "authority_of",
    "beside",
    "budgets",
    "cause_of",
    "grants_of",
    "may_approve",
    "role_of",
    "total",
    "verdict",
]

UNKNOWN_CAUSE = "unknown"
"""The cause that a case counts for until somebody says what it was."""

_TICK = timedelta(microseconds=1)


def role_of(actor: Actor, shop: Shop) -> str:
    """The role that somebody acts in: an agent's own, also where their name was only said at a terminal.

    Whoever the settings do not name as an agent acts for the host, unless it is a rule of the desk's or somebody at a terminal.
    """
    agent = shop.agent(actor.name) if actor.kind in ("agent", "cli") else None
    if agent is not None:
        return agent.role
    return actor.kind if actor.kind in ("agent", "rule", "cli") else "host"


def authority_of(actor: Actor, shop: Shop) -> Authority | None:
    """What the settings say somebody may grant; None for anything."""
    return shop.authority.get(role_of(actor, shop))


def cause_of(incident: Incident) -> str:
    """The cause whose budget a case counts for."""
    return incident.cause or UNKNOWN_CAUSE


# --- What stands granted -----------------------------------------------------------------------------------------


def grants_of(incident: Incident) -> tuple[Grant, ...]:
    """What stands granted in a case: one for each round of offers that could still come to something, or has.

    A withdrawn case was none: nothing of it can be accepted any more. In one that is over in another way an open offer can,
    once it is reopened or unmerged.
    """
    given = (_grant(offers, incident) for offers in _rounds(incident))
    return tuple(grant for grant in given if grant is not None)


def _rounds(incident: Incident) -> Iterable[Sequence[Offer]]:
    """Offers that were made together. Before rounds were kept, each stood by itself."""
    rounds: dict[str, list[Offer]] = {}
    for offer in incident.offers:
        rounds.setdefault(f"round {offer.round}" if offer.round else offer.id, []).append(offer)
    return rounds.values()


def _grant(offers: Sequence[Offer], incident: Incident) -> Grant | None:
    agreed = [remedy for remedy in incident.remedies if remedy.offer in {offer.id for offer in offers}]
    if agreed:
        return _agreed(agreed, {offer.id: offer for offer in offers}, incident)
    open_ = [offer for offer in offers if offer.state is OfferState.OPEN]
    if not open_ or incident.phase is Phase.WITHDRAWN:
        return None
    first = max(open_, key=_by_worth)
    return Grant(first.id, first.worth, first.approved_by or first.made_by, first.made_at or incident.detected_at)


def _agreed(agreed: Sequence[Remedy], offers: Mapping[str, Offer], incident: Incident) -> Grant | None:
    standing = [remedy for remedy in agreed if remedy.dropped_at is None]
    if not standing:
        return None
    offer = offers[standing[0].offer]
    worths = [remedy.worth or remedy.amount for remedy in standing]
    known = [worth for worth in worths if worth is not None]
    worth = sum(known[1:], known[0]) if len(known) == len(worths) else None
    if offer.answers is not None:
        # The customer's own offer was granted when it was agreed to.
        at, by = standing[0].agreed_at, offer.approved_by or standing[0].agreed_by
    else:
        at, by = offer.made_at, offer.approved_by or offer.made_by
    return Grant(offer.id, worth, by, at or incident.detected_at)


def _by_worth(offer: Offer) -> tuple[bool, Decimal]:
    """What nobody knows the worth of comes first: it could be anything."""
    return (True, Decimal(0)) if offer.worth is None else (False, offer.worth.amount)


def total(cases: Iterable[Incident], currency: str) -> Granted:
    """Sums what stands granted in these cases, in that currency; as the store sums it over all that it has."""
    known: dict[str, Incident] = {case.id: case for case in cases}

    def of(scope: Scope) -> Decimal:
        grants = ((grant, case) for case in known.values() for grant in grants_of(case))
        return sum((_counted(g, c, scope, currency, _survivor(c, known).id) for g, c in grants), Decimal(0))

    return of


def beside(incident: Incident, made: Sequence[Offer], granted: Granted, shop: Shop) -> Granted:
    """The same sums without what offers take the place of: a counter-offer that is agreed to ends the round that it is of."""
    replaced = {offer.round for offer in made if offer.answers is not None}
    if not replaced:
        return granted
    rounds = {offer.id: offer.round for offer in incident.offers}
    gone = [grant for grant in grants_of(incident) if rounds[grant.id] in replaced]
    return lambda scope: (
        granted(scope) - sum((_counted(grant, incident, scope, shop.currency, incident.id) for grant in gone), Decimal(0))
    )


def _counted(grant: Grant, case: Incident, scope: Scope, currency: str, survivor: str) -> Decimal:
    """How much a grant counts within a scope.

    Args:
        survivor: the case that goes on for its own, which may be itself.
    """
    of = {"incident": survivor, "customer": case.customer, "cause": cause_of(case), "day": grant.by.partition(":")[2]}
    within = (scope.since is None or grant.at >= scope.since) and (scope.until is None or grant.at < scope.until)
    if grant.worth is None or grant.worth.currency != currency or not within or of[scope.kind] != scope.of:
        return Decimal(0)
    return grant.worth.amount


def _survivor(case: Incident, known: Mapping[str, Incident]) -> Incident:
    while case.merged_into is not None and case.merged_into in known:
        case = known[case.merged_into]
    return case


# --- What is left ------------------------------------------------------------------------------------------------


def budgets(actor: Actor, incident: Incident, granted: Granted, now: Circumstances) -> tuple[Budget, ...]:
    """What somebody may still grant in a case, one for each limit; none where nothing limits them.

    Args:
        granted: asked once for each; not at all where there are none.
    """
    authority = authority_of(actor, now.shop)
    if authority is None:
        return ()
    return tuple(
        Budget(scope.kind, Money(limit, now.shop.currency), Money(granted(scope), now.shop.currency), scope.of, scope.since)
        for limit, scope in _limits(actor, authority, incident, now)
    )


def _limits(actor: Actor, authority: Authority, incident: Incident, now: Circumstances) -> Iterator[tuple[Decimal, Scope]]:
    cause = cause_of(incident)
    if authority.per_incident is not None:
        yield authority.per_incident, Scope("incident", incident.id)
    if authority.per_customer is not None and incident.customer is not None:
        since = now.at - timedelta(days=authority.customer_days)
        yield authority.per_customer, Scope("customer", incident.customer, since)
    if authority.per_day is not None:
        yield authority.per_day, Scope("day", actor.name, *_day(now.at, now.shop))
    if cause in authority.per_cause:
        yield authority.per_cause[cause], Scope("cause", cause, now.at - timedelta(days=authority.cause_days))


def _day(at: datetime, shop: Shop) -> tuple[datetime, datetime]:
    """The calendar day of an instant in the shop's zone."""
    day = at.astimezone(shop.tzinfo).date()
    begins, ends = due_instant(day - timedelta(days=1), shop.zone), due_instant(day, shop.zone)
    return begins + _TICK, ends + _TICK


# --- Whether it may be granted -----------------------------------------------------------------------------------


def verdict(actor: Actor, offers: Sequence[Offer], incident: Incident, granted: Granted, now: Circumstances) -> Verdict:
    """Whether somebody may make offers, of which one of each round will be taken; and where not, who may.

    Args:
        offers: as they would be made: with their rounds, and what each is worth.
        granted: what stands granted already; of a case, what was merged into it counts.
    """
    exceeded = tuple(_exceeded(actor, offers, incident, granted, now))
    if not exceeded:
        return Verdict()
    return Verdict(exceeded, tuple(a.name for a in approvers(actor, offers, incident, granted, now)))


def approvers(
    asking: Actor, offers: Sequence[Offer], incident: Incident, granted: Granted, now: Circumstances
) -> Iterator[Agent]:
    """The agents who may grant it for somebody else, and have enough left for it; as the settings list them."""
    for agent in now.shop.agents:
        if agent.name != asking.name and may_approve(agent, now.shop):
            as_them = Actor("agent", agent.name)
            if not any(_exceeded(as_them, offers, incident, granted, now)):
                yield agent


def may_approve(agent: Agent, shop: Shop) -> bool:
    """Whether an agent may grant what others ask for: by what the settings say of their role, else where they supervise."""
    given = shop.authority.get(agent.role)
    return shop.supervises(agent) if given is None or given.may_approve is None else given.may_approve


def _most(offers: Sequence[Offer], currency: str) -> Decimal:
    """What offers could come to: of each round the largest."""
    rounds: dict[int, Decimal] = {}
    for offer in offers:
        if offer.worth is not None and offer.worth.currency == currency:
            rounds[offer.round] = max(rounds.get(offer.round, Decimal(0)), offer.worth.amount)
    return sum(rounds.values(), Decimal(0))


def _exceeded(
    actor: Actor, offers: Sequence[Offer], incident: Incident, granted: Granted, now: Circumstances
) -> Iterator[Budget]:
    authority, currency = authority_of(actor, now.shop), now.shop.currency
    if authority is None:
        return
    nothing = Money.zero(currency)
    for kind in dict.fromkeys(offer.kind for offer in offers):
        if authority.kinds and kind not in authority.kinds:
            yield Budget("kind", nothing, nothing, kind)
    if not authority.limited:
        return
    worths = [offer.worth for offer in offers]
    if None in worths:
        yield Budget("worth", nothing, nothing)
    foreign = dict.fromkeys(worth.currency for worth in worths if worth and worth.currency != currency)
    yield from (Budget("currency", nothing, nothing, other) for other in foreign)
    most = _most(offers, currency)
    if most:
        yield from (each for each in budgets(actor, incident, granted, now) if most > each.remaining.amount)
