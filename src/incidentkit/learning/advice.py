"""Advice: what the history says to look out for with an order, and whether it has helped to say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Literal

from attrs import frozen

from incidentkit.domain.advice import ADVICE_CODES, Advice
from incidentkit.domain.ids import IncidentId
from incidentkit.measures.intervals import Difference, Interval, difference_of_rates, difference_of_shares, share_interval

__all__ = [
    "CUSTOMER_REACH",
    "PRODUCT_REACH",
    "SHORT",
    "AdviceScore",
    "AdviceVerdict",
    "CarrierHistory",
    "CustomerCase",
    "History",
    "ProductHistory",
    "advice_from",
    "score_of",
]

CUSTOMER_REACH = timedelta(days=365)
"""How far back a customer's own cases speak for more care."""

PRODUCT_REACH = timedelta(days=30)
"""How far back those of a product do."""

SHORT = "out_of_stock"
"""The type of case that says there was not enough of something."""

_REPEATED = 2
_LEAST_CASES = 3
_CHANCE = 0.01
"""How rarely a product or carrier like all others may be spoken of: one is asked about with every order."""

_LEAST_SCORED = 20
_SHOWN = 10


@frozen
class CustomerCase:
    """One earlier case of the order's customer."""

    id: IncidentId
    type: str
    open: bool


@frozen
class ProductHistory:
    """One product of the order, and one type of case, in the last `PRODUCT_REACH`.

    Args:
        cases, orders: cases of that type that are about the product, and orders with it.
        all_cases, all_orders: the same of every product together.
        incidents: the latest of those cases.
    """

    product: str
    type: str
    cases: int
    orders: int
    all_cases: int
    all_orders: int
    incidents: tuple[IncidentId, ...] = ()


@frozen
class CarrierHistory:
    """A carrier beside all others, in the last ``days`` days: cases that come from its part of the way, by orders it took."""

    carrier: str
    days: int
    cases: int
    orders: int
    other_cases: int
    other_orders: int


@frozen
class History:
    """What is known of those that an order has to do with.

    Args:
        customer: their cases of the last `CUSTOMER_REACH` that are not about this order, the latest first.
    """

    customer: tuple[CustomerCase, ...] = ()
    products: tuple[ProductHistory, ...] = ()
    carriers: tuple[CarrierHistory, ...] = ()


def advice_from(history: History) -> tuple[Advice, ...]:
    """The reasons to take care, the most pressing first; within one kind those with the most cases first.

    A customer's case is a reason while it is open, and two of one type are. A product was short with three cases or more, where
    they are no fewer by order than those of all products; it is trouble where it has significantly more of a type than the
    rest, and so is a carrier: what sells much is not blamed for it.
    """
    found = [*_of_customer(history.customer), *_of_products(history.products), *_of_carriers(history.carriers)]
    return tuple(sorted(found, key=lambda a: (ADVICE_CODES.index(a.code), -int(a.values.get("count", "0")), a.subject)))


def _of_customer(cases: Sequence[CustomerCase]) -> Iterator[Advice]:
    for type_ in dict.fromkeys(case.type for case in cases):
        same = [case for case in cases if case.type == type_]
        if any(case.open for case in same):
            ids = tuple(case.id for case in same if case.open)
            yield Advice("customer_in_case", type_, (("count", str(len(ids))), ("type", type_)), ids[:_SHOWN])
        if len(same) >= _REPEATED:
            reasons = (("count", str(len(same))), ("days", str(CUSTOMER_REACH.days)), ("type", type_))
            yield Advice("customer_repeat", type_, reasons, tuple(case.id for case in same[:_SHOWN]))


def _of_products(products: Iterable[ProductHistory]) -> Iterator[Advice]:
    worst: dict[str, ProductHistory] = {}
    for known in products:
        if known.cases < _LEAST_CASES or not known.orders or not known.all_orders:
            continue
        if known.type == SHORT:
            if known.cases * known.all_orders >= known.all_cases * known.orders:
                yield _of_product("product_short", known)
        elif _stands_out(known) and known.cases > getattr(worst.get(known.product), "cases", 0):
            worst[known.product] = known
    yield from (_of_product("product_trouble", known) for known in worst.values())


def _stands_out(known: ProductHistory) -> bool:
    rest = known.all_orders - known.orders
    return rest > 0 and _more(known.all_cases - known.cases, rest, known.cases, known.orders)


def _of_product(code: str, known: ProductHistory) -> Advice:
    reasons = (("count", known.cases), ("days", PRODUCT_REACH.days), ("orders", known.orders), ("type", known.type))
    return Advice(code, known.product, tuple((name, str(value)) for name, value in reasons), known.incidents[:_SHOWN])


def _of_carriers(carriers: Iterable[CarrierHistory]) -> Iterator[Advice]:
    for known in carriers:
        if known.cases < _LEAST_CASES or not known.orders or not known.other_orders:
            continue
        if _more(known.other_cases, known.other_orders, known.cases, known.orders):
            reasons = (("count", known.cases), ("days", known.days), ("orders", known.orders))
            yield Advice("carrier_trouble", known.carrier, tuple((name, str(value)) for name, value in reasons))


def _more(other_cases: int, other_orders: int, cases: int, orders: int) -> bool:
    if cases * other_orders <= other_cases * orders:
        return False
    found = difference_of_rates(max(other_cases, 0), other_orders, cases, orders, 1 - _CHANCE)
    return found is not None and found.p < _CHANCE


# --- What came of it ---------------------------------------------------------------------------------------------

AdviceVerdict = Literal["fewer", "more", "no_difference", "cannot_say"]


@frozen
class AdviceScore:
    """What came after one kind of advice.

    Args:
        given: orders about which it was shown; ``waiting`` of them are too young to tell.
        judged, trouble: the others, and those of them that had an incident afterwards; with the share and its interval.
        comparable, comparable_trouble: orders for which there was the same reason, and nobody was shown it.
        difference: the first share less the second, with its interval.
        verdict: ``fewer`` or ``more`` trouble where the interval lies on one side of 0; ``cannot_say`` with fewer than 20.
    """

    code: str
    given: int
    waiting: int
    judged: int
    trouble: int
    interval: Interval | None
    comparable: int
    comparable_trouble: int
    comparable_interval: Interval | None
    difference: Difference | None
    verdict: AdviceVerdict

    @property
    def rate(self) -> float | None:
        """The share of orders that had an incident though it was shown; None where none can be judged."""
        return self.trouble / self.judged if self.judged else None

    @property
    def comparable_rate(self) -> float | None:
        """That share of the comparable ones."""
        return self.comparable_trouble / self.comparable if self.comparable else None


def score_of(code: str, given: int, judged: int, trouble: int, comparable: int, comparable_trouble: int) -> AdviceScore:
    """What came after one kind of advice, from its counts."""
    difference = difference_of_shares(comparable_trouble, comparable, trouble, judged)
    enough = min(judged, comparable) >= _LEAST_SCORED
    return AdviceScore(
        code,
        given,
        given - judged,
        judged,
        trouble,
        share_interval(trouble, judged),
        comparable,
        comparable_trouble,
        share_interval(comparable_trouble, comparable),
        difference,
        _verdict(difference.interval) if enough and difference is not None else "cannot_say",
    )


def _verdict(interval: Interval) -> AdviceVerdict:
    if interval.high < 0:
        return "fewer"
    return "more" if interval.low > 0 else "no_difference"
