"""Two cases that are one: merged by people, taken back by people. What the customer says follows; what we decide does not.

Each customer keeps their own closing: only cases of the same customer are merged, or one whose customer nobody knows.
"""

from __future__ import annotations

from collections.abc import Sequence

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Happening
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import ANSWERABLE
from incidentkit.domain.texts import Text
from incidentkit.errors import RuleViolation, TransitionRefused
from incidentkit.rules.cases import in_words, name, refused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.ownership import watch
from incidentkit.rules.telling import tell

__all__ = ["lives_elsewhere", "merge", "unmerge"]

_PEOPLE = ("agent", "host", "cli")


def merge(incident: Incident, chain: Sequence[Incident], order: Order | None, now: Circumstances) -> Decision:
    """It is the same trouble as another case, which goes on for both. A customer who was told hears of that case.

    Args:
        chain: the other case, what that was merged into, and so on to the one that lives on.
        order: of the one that lives on.
    """
    survivor = chain[-1]
    _by_people(incident, "merge", now)
    _check_no_cycle(incident, chain)
    INCIDENT.check(name(incident), incident.phase, "merge")
    _check_survivor(incident, survivor)
    _check_settled(incident)
    took_in = _took_in(incident, survivor, now)
    after = changed(survivor, customer=survivor.customer or incident.customer)
    told = tell(after, "incident.merged", order, now) if incident.told else Decision()
    elsewhere: tuple[tuple[str, Happening], ...] = tuple((survivor.id, event) for event in (took_in, *told.events))
    return Decision((ev.IncidentMerged(survivor.id),), elsewhere, told.intents)


def unmerge(incident: Incident, parent: Incident | None, reason: Text, order: Order | None, now: Circumstances) -> Decision:
    """It is a case of its own after all: it stands where it stood, and the other gives back what it brought.

    Args:
        parent: the case that it was merged into; None where it was not.
        order: its own.
    """
    _by_people(incident, "unmerge", now)
    INCIDENT.check(name(incident), incident.phase, "unmerge")
    assert parent is not None, "a merged case says into what"
    assert incident.merged_from is not None, "a merged case says from where"
    if parent.phase is Phase.MERGED:
        raise RuleViolation(
            name(incident),
            "is taken back from a case that lives on",
            got=f"{parent.id}, which was merged too",
            next=f"unmerge() {parent.id} first.",
        )
    _check_money(incident, parent)
    in_words(reason, name(incident), "reason")
    told = tell(incident, "incident.unmerged", order, now) if incident.told else Decision()
    elsewhere: tuple[tuple[str, Happening], ...] = ((parent.id, ev.IncidentGaveBack(incident.id)),)
    return Decision((ev.IncidentUnmerged(reason), *told.events), elsewhere, told.intents, watch(incident, now))


def _check_money(incident: Incident, parent: Incident) -> None:
    """The orders of a case's remedies must stay with it; money that was given back without one is of its first."""
    standing = [remedy for remedy in parent.remedies if remedy.dropped_at is None]
    paid = [r for r in standing if r.order is None and r.carried_out_at is not None and r.amount is not None]
    of = {r.order for r in standing if r.order is not None} | {order for order in parent.orders[:1] if paid}
    if not of <= set(parent.own_orders):
        raise RuleViolation(
            name(incident),
            "is not taken back with an order that a remedy is of",
            got=f"a remedy agreed on {parent.id}",
            next="Report a new case that follows this one.",
        )


def lives_elsewhere(incident: Incident, survivor: Incident, attempted: str) -> TransitionRefused:
    """The error for what is decided about a case that another one goes on for."""
    rule = "is decided on the case that goes on for it"
    return refused(incident, attempted, rule, f"{incident.phase.value} into {survivor.id}", f"Ask for {survivor.id}.")


def _by_people(incident: Incident, what: str, now: Circumstances) -> None:
    if now.actor.kind not in _PEOPLE:
        raise RuleViolation(name(incident), f"{what} is for people to decide", got=f"by={now.actor}", next="Give by=.")


def _check_no_cycle(incident: Incident, chain: Sequence[Incident]) -> None:
    ids = [case.id for case in chain]
    if incident.id in ids:
        path = (incident.id, *ids[: ids.index(incident.id) + 1])
        raise RuleViolation(
            name(incident),
            "is not merged into itself, by whatever way",
            got=" → ".join(path),
            next="Name another case.",
            path=path,
        )


def _check_survivor(incident: Incident, survivor: Incident) -> None:
    if not survivor.open:
        raise refused(
            survivor,
            "merge",
            "a case that takes in another must be open",
            survivor.phase.value,
            f"reopen() {survivor.id} first, or merge it into {incident.id}.",
        )
    if survivor.passive and not incident.passive:
        raise RuleViolation(
            name(incident),
            "is not merged into an imported case, which is silent",
            got=survivor.id,
            next="Merge that into this.",
        )
    if None not in (incident.customer, survivor.customer) and incident.customer != survivor.customer:
        raise RuleViolation(
            name(incident),
            "each customer keeps their own closing",
            got=f"another customer than that of {survivor.id}",
            next="Leave both cases, and give them the same cause.",
        )


def _check_settled(incident: Incident) -> None:
    """What was put to the customer in writing must not get lost with the case."""
    owed: list[str] = [r.id for r in incident.remedies if r.owed]
    offered: list[str] = [o.id for o in incident.offers if o.state in ANSWERABLE]
    if owed or offered:
        raise refused(
            incident,
            "merge",
            "a case with an open offer or an agreed remedy goes on by itself",
            ", ".join(owed + offered),
            "carry_out(), drop() or decline() first, or merge the other case into this one.",
        )


def _took_in(incident: Incident, survivor: Incident, now: Circumstances) -> ev.IncidentTookIn:
    own = survivor.own_orders
    unknown = survivor.customer is None or any(joined.customer for joined in survivor.took_in)
    graver = now.shop.rank(incident.severity) < now.shop.rank(survivor.severity)
    return ev.IncidentTookIn(
        incident.id,
        tuple(order for order in incident.orders if order not in own),
        incident.customer if unknown else None,
        incident.severity if graver else "",
        tuple(need for need in incident.needs if need not in survivor.needs),
    )
