"""Cases with offers and remedies as values, and shops whose roles are limited: what authority is decided by."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve

from incidentkit.domain.actors import Actor
from incidentkit.domain.authority import Authority, Granted
from incidentkit.domain.ids import CustomerId, IncidentId, OfferId, RemedyId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.rules.authority import total
from incidentkit.rules.decision import Circumstances
from tests.rules.lives import START, WORDS

__all__ = ["ANA", "EVA", "NOBODY", "SOON", "case", "euros", "granted", "made", "now", "offered", "remedy", "shop"]

ANA, EVA = Actor("agent", "ana"), Actor("agent", "eva")
SOON = date(2026, 3, 9)


def NOBODY(_: object) -> Decimal:  # noqa: N802 - a value like the others
    """Nothing stands granted."""
    return Decimal(0)


def euros(amount: str | int, currency: str = "EUR") -> Money:
    return Money(str(amount), currency)


def shop(**authority: Authority) -> Shop:
    """Ana and leo are agents, eva and sam supervisors, and lea leads."""
    roles = {"lead": Authority(), **authority}
    return Shop(
        zone="Europe/Madrid",
        teams=(Team("after-sales"), Team("warehouse")),
        agents=(
            Agent("ana", "after-sales"),
            Agent("leo", "warehouse"),
            Agent("eva", "after-sales", "supervisor"),
            Agent("sam", "warehouse", "supervisor"),
            Agent("lea", "after-sales", "lead"),
        ),
        authority=roles,
    )


def now(settings: Shop, by: Actor = ANA, days: float = 0) -> Circumstances:
    """So many days after the start."""
    return Circumstances(settings, START + timedelta(days=days), by)


def offered(place: int, worth: Money | str | int | None, turn: int | None = None, **given: Any) -> Offer:
    """An offer that stands: one of its own round, by ana, at the start."""
    amount = worth if isinstance(worth, Money) or worth is None else euros(worth)
    fields: dict[str, Any] = {"made_by": "agent:ana", "made_at": START, "round": place if turn is None else turn}
    return Offer("refund", SOON, amount or None, id=OfferId(f"offer-{place}"), worth=amount, **{**fields, **given})


def made(*worths: Money | str | int | None, **given: Any) -> tuple[Offer, ...]:
    """Offers as they would be made together."""
    return tuple(offered(9, worth, **given) for worth in worths)


def remedy(place: int, offer: int, worth: Money | str | int | None, **given: Any) -> Remedy:
    """What came of an offer."""
    amount = worth if isinstance(worth, Money) or worth is None else euros(worth)
    return Remedy(RemedyId(f"remedy-{place}"), OfferId(f"offer-{offer}"), "refund", SOON, amount, worth=amount, **given)


def case(*offers: Offer, **given: Any) -> Incident:
    """A case of c-1's, of which nobody knows the cause."""
    taken = {each.offer for each in given.get("remedies", ())}
    offers = tuple(evolve(offer, state=OfferState.ACCEPTED) if offer.id in taken else offer for offer in offers)
    fields: dict[str, Any] = {"phase": Phase.COMMUNICATED, "customer": CustomerId("c-1"), "currency": "EUR"}
    base = Incident(IncidentId("i-1"), "damaged", "critical", WORDS, START, Owner("after-sales"), offers=offers)
    return evolve(base, **{**fields, **given})


def granted(*cases: Incident) -> Granted:
    """What stands granted in these, in euros."""
    return total(cases, "EUR")
