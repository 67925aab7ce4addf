"""Strategies for what remedies claim of orders, and for the events that say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import IncidentId, LineId, OfferId, OrderId, RemedyId
from incidentkit.domain.ledger import Claim, ClaimState, Part, Replaced
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.remedy_kinds import KINDS, RemedyKind
from incidentkit.rules.ledger import Ledger
from incidentkit.testing.strategies._basics import codes, currencies, ids, money, texts
from incidentkit.testing.strategies._incidents import offers, remedies
from incidentkit.testing.strategies._orders import units

__all__ = ["LEDGER_HAPPENINGS", "agree", "claims", "end_claim", "open_claims", "parts", "remedy_kinds", "replaced", "spare"]


def _remedy_ids() -> st.SearchStrategy[RemedyId]:
    return st.integers(1, 9).map(lambda place: RemedyId(f"remedy-{place}"))


def _offer_ids() -> st.SearchStrategy[OfferId]:
    return st.integers(1, 9).map(lambda place: OfferId(f"offer-{place}"))


def parts(currency: str | None = None) -> st.SearchStrategy[Part]:
    """Units of a line, and what they cost; in any currency by default."""
    lines = st.integers(1, 4).map(lambda place: LineId(str(place)))
    value = money(currency) if currency is not None else currencies().flatmap(money)
    return st.builds(Part, lines, st.integers(1, 5), value)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """What a remedy claims: money, units or both; agreed, done or dropped."""
    currency, kind = draw(currencies()), draw(st.sampled_from(list(KINDS.values())))
    by = draw(st.none() | ids().map(OrderId)) if kind.gives == "goods" else None
    ends: tuple[ClaimState, ...] = ("agreed", "done", "dropped") if by is None else ("done",)
    state = draw(st.sampled_from(ends))
    return Claim(
        incident=IncidentId(draw(ids())),
        remedy=draw(_remedy_ids()),
        kind=kind.name,
        of=OrderId(draw(ids())),
        parts=tuple(draw(st.lists(parts(currency), max_size=2, unique_by=lambda part: part.line))),
        amount=draw(money(currency, above_zero=True)) if kind.gives == "money" else None,
        awaited=state == "agreed" and draw(st.booleans()),
        state=state,
        moved=kind.takes_amount or by is not None,
        by=by,
        sent=() if by is None else draw(units()),
    )


def replaced() -> st.SearchStrategy[Replaced]:
    """What an order was sent for."""
    orders, worth = ids().map(OrderId), currencies().flatmap(money)
    return st.builds(Replaced, orders, ids().map(IncidentId), _remedy_ids(), orders, worth)


def remedy_kinds() -> st.SearchStrategy[RemedyKind]:
    """Kinds that come with every desk, and kinds of a host's."""
    gives, evidence = st.sampled_from(("money", "credit", "goods", "nothing")), st.sampled_from(("none", "order", "coupon"))
    own = st.builds(
        RemedyKind,
        codes().map(lambda code: f"own_{code}"),
        gives,
        st.booleans(),
        evidence,
        st.sampled_from(("", "same", "other")),
    )
    return st.sampled_from(list(KINDS.values())) | own


@st.composite
def _countered(draw: st.DrawFn) -> Happening:
    countered = draw(_offer_ids())
    asked = draw(offers(id="offer-10", state=OfferState.ASKED, answers=countered))
    return ev.OfferCountered(countered, asked)


@st.composite
def _received(draw: st.DrawFn) -> Happening:
    rest = draw(st.none() | remedies(id="remedy-10", done=False))
    amount = draw(st.none() | currencies().flatmap(lambda currency: money(currency, above_zero=True)))
    return ev.RemedyReceived(draw(_remedy_ids()), draw(units()), amount, amount, rest)


LEDGER_HAPPENINGS: Mapping[str, Callable[[], st.SearchStrategy[Happening]]] = {
    "incident.offer_countered": _countered,
    "incident.offers_expired": lambda: st.builds(
        ev.OffersExpired, st.lists(_offer_ids(), min_size=1, max_size=2, unique=True).map(tuple)
    ),
    "incident.remedy_dropped": lambda: st.builds(ev.RemedyDropped, _remedy_ids(), texts()),
    "incident.remedy_received": _received,
    "order.remedy_agreed": lambda: st.builds(ev.ClaimMade, claims()),
    "order.remedy_done": lambda: st.builds(ev.ClaimDone, ids().map(IncidentId), _remedy_ids()),
    "order.remedy_dropped": lambda: st.builds(ev.ClaimDropped, ids().map(IncidentId), _remedy_ids()),
    "order.remedy_received": lambda: st.builds(ev.ClaimReceived, claims(), st.none() | claims()),
    "order.replaced": lambda: st.builds(ev.OrderReplaced, ids().map(IncidentId), _remedy_ids(), ids().map(OrderId), units()),
    "order.sent_instead": lambda: st.builds(ev.OrderSentInstead, replaced()),
}
"""Strategies for these events, by type."""


# --- As they follow from an order --------------------------------------------------------------------------------


def spare(order: Order) -> Money:
    """The money of an order that nothing has claimed."""
    return Ledger(order, order).left


def open_claims(order: Order) -> list[Claim]:
    """The claims of an order that are agreed on."""
    return [claim for claim in order.claims if claim.state == "agreed"]


def agree(draw: st.DrawFn, order: Order, now: datetime) -> tuple[Happening, ...]:
    """A remedy claims some of its money."""
    amount = draw(money(at_most=spare(order), above_zero=True))
    remedy = RemedyId(f"remedy-{draw(st.integers(1, 9))}")
    return (ev.ClaimMade(Claim(IncidentId(draw(ids())), remedy, "refund", order.id, amount=amount, moved=True)),)


def end_claim(draw: st.DrawFn, order: Order, now: datetime) -> tuple[Happening, ...]:
    """A claim is paid, or dropped."""
    claim = draw(st.sampled_from(open_claims(order)))
    if draw(st.booleans()) and claim.amount is not None:
        return (ev.MoneyReturned(claim.amount, claim.incident, claim.remedy),)
    return (ev.ClaimDropped(claim.incident, claim.remedy),)
