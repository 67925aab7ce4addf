"""Units that come back: what was agreed for them is due for those that came, and owed for those that did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.effects import Intent
from incidentkit.domain.events import Happening
from incidentkit.domain.incidents import Incident, next_remedy
from incidentkit.domain.ledger import Claim, Part
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import Remedy
from incidentkit.domain.shipments import Units
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.ledger import line_shares, split
from incidentkit.rules.paying import payment

__all__ = ["awaited_by", "received"]


def awaited_by(money: Order, order: Order) -> tuple[Claim, ...]:
    """The claims that wait for units of an order to come back, those agreed first before others."""
    return tuple(c for c in money.claims if c.of == order.id and c.awaited and c.state == "agreed")


def received(order: Order, money: Order, cases: Mapping[str, Incident], units: Units, now: Circumstances) -> Decision:
    """What follows from units of an order that come back. A return that nothing was agreed for needs nothing.

    Args:
        money: the order that its money is of.
        cases: those whose remedies wait for units of it, by id.
    """
    came, standing = dict(units), dict(cases)
    elsewhere: list[tuple[str, Happening]] = []
    intents: list[Intent] = []
    for claim in awaited_by(money, order):
        took: dict[str, int] = {part.line: min(part.units, came.get(part.line, 0)) for part in claim.parts}
        case = standing.get(claim.incident)
        remedy = case.remedy(claim.remedy) if case is not None else None
        if case is None or remedy is None or not any(took.values()):
            continue
        came = {line: count - took.get(line, 0) for line, count in came.items()}
        standing[case.id], events, due = _received(case, remedy, claim, took, money, now)
        elsewhere += events
        intents += due
    return Decision(elsewhere=tuple(elsewhere), intents=tuple(intents))


def _received(
    case: Incident, remedy: Remedy, claim: Claim, took: Mapping[str, int], money: Order, now: Circumstances
) -> tuple[Incident, list[tuple[str, Happening]], tuple[Intent, ...]]:
    here, gone, amount = split(claim, took, remedy.amount)
    rest = _rest(case, remedy, gone, amount, money.currency) if gone else None
    worth = _worth(remedy, here, amount, money.currency)
    mine = changed(claim, parts=here, amount=amount if claim.amount is not None else None, awaited=False)
    other = None
    if rest is not None:
        other = changed(claim, remedy=rest.id, parts=gone, amount=rest.amount if claim.amount is not None else None)
    came = ev.RemedyReceived(remedy.id, _units(here), amount, worth, rest)
    now_owed = changed(remedy, lines=_units(here), amount=amount, worth=worth, received_at=now.at)
    remedies = tuple(now_owed if r.id == remedy.id else r for r in case.remedies)
    after = changed(case, remedies=(*remedies, *(() if rest is None else (rest,))))
    due = payment(after, now_owed, money, now, line_shares(mine)) if mine.amount else ()
    return after, [(case.id, came), (money.id, ev.ClaimReceived(mine, other))], due


def _rest(case: Incident, remedy: Remedy, gone: Sequence[Part], given: Money | None, currency: str) -> Remedy:
    """What is still owed for the units that did not come, as a remedy of its own."""
    amount = None if remedy.amount is None or given is None else remedy.amount - given
    return changed(
        remedy, id=next_remedy(case), lines=_units(gone), amount=amount, worth=_worth(remedy, gone, amount, currency)
    )


def _worth(remedy: Remedy, parts: Sequence[Part], amount: Money | None, currency: str) -> Money | None:
    """Of what a remedy gives away, what it gives for these units."""
    if amount is not None:
        return amount
    return sum((part.value for part in parts), Money.zero(currency)) if remedy.worth else remedy.worth


def _units(parts: Sequence[Part]) -> Units:
    return tuple((part.line, part.units) for part in parts)
