"""How an order goes: confirmed, packed, carried, and what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from attrs import define, field, frozen

from incidentkit.domain.people import Customer
from incidentkit.testing.simulator.cases import Fate, Report, case
from incidentkit.testing.simulator.courses import Cancellation, Course, Item, Parcel, Poll, Return, Score, Trouble, Units
from incidentkit.testing.simulator.days import in_hours, last_instant, local_day, minutes, noon, sent_after
from incidentkit.testing.simulator.shop import CARRIERS, PRODUCTS
from incidentkit.testing.simulator.words import say

__all__ = ["Fortune", "course"]


@frozen
class Fortune:
    """What the month has in store for one order.

    Args:
        pace: how slow the shop is that week at confirming; 1 is usual.
        troubles: the types of what goes wrong, each with how its case ends.
    """

    number: str
    customer: Customer
    language: str
    placed_at: datetime
    pace: float = 1.0
    troubles: tuple[tuple[str, Fate], ...] = ()


def course(rng: Random, fortune: Fortune) -> Course:
    """The course of an order with that fortune."""
    making = _Making(rng, fortune, _basket(rng), _promise(rng, fortune))
    if fortune.troubles:
        (type_, fate), *further = fortune.troubles
        _TROUBLED[type_](making, type_, fate)
        for type_, fate in further:
            kind = "billing" if type_ == "late" else type_  # whether it is late is for the promise to say
            making.trouble(kind, fate, making.placed_at + minutes(rng, 300, 6000), modest=True)
    else:
        _untroubled(making)
    _noticed(making)
    return making.course()


def _basket(rng: Random) -> tuple[Item, ...]:
    products = rng.sample(list(PRODUCTS), rng.choices((1, 2, 3, 4), (50, 28, 15, 7))[0])
    return tuple(
        Item(str(place), product, rng.choices((1, 2, 3), (80, 15, 5))[0], Decimal(PRODUCTS[product]))
        for place, product in enumerate(products, start=1)
    )


_PROMISED: Mapping[str, tuple[int, int, int]] = {"late": (85, 10, 0), "lost": (0, 0, 1)}
"""How often a day, an instant or nothing is promised, where it matters to what goes wrong."""


def _promise(rng: Random, fortune: Fortune) -> date | datetime | None:
    day = local_day(fortune.placed_at) + timedelta(days=rng.choice((4, 5, 5, 6)))
    first = fortune.troubles[0][0] if fortune.troubles else ""
    kind = rng.choices(("day", "instant", "none"), _PROMISED.get(first, (85, 10, 5)))[0]
    return {"day": day, "instant": noon(day, 18), "none": None}[kind]


@define
class _Making:
    """A course in the making."""

    rng: Random
    fortune: Fortune
    items: tuple[Item, ...]
    promised: date | datetime | None
    confirmed_at: datetime | None = None
    parcels: list[Parcel] = field(factory=list)
    cancellations: list[Cancellation] = field(factory=list)
    returns: list[Return] = field(factory=list)
    promised_again: tuple[datetime, date] | None = None
    published_at: datetime | None = None
    polls: list[Poll] = field(factory=list)
    troubles: list[Trouble] = field(factory=list)

    @property
    def placed_at(self) -> datetime:
        return self.fortune.placed_at

    def course(self) -> Course:
        return Course(
            number=self.fortune.number,
            customer=self.fortune.customer,
            language=self.fortune.language,
            placed_at=self.placed_at,
            items=self.items,
            promised=self.promised,
            confirmed_at=self.confirmed_at,
            parcels=tuple(self.parcels),
            cancellations=tuple(self.cancellations),
            returns=tuple(self.returns),
            promised_again=self.promised_again,
            published_at=self.published_at,
            polls=tuple(self.polls),
            troubles=tuple(self.troubles),
        )

    def words(self, what: str) -> str:
        return say(what, self.fortune.language)

    def all_units(self) -> Units:
        return {item.line: item.quantity for item in self.items}

    def split(self) -> tuple[Units, Units]:
        """The units in two parts, of which the first is empty where there is only one unit."""
        units = dict(self.all_units())
        last = self.items[-1]
        rest = {last.line: last.quantity if len(self.items) > 1 else 1}
        units[last.line] -= rest[last.line]
        return {line: count for line, count in units.items() if count}, rest

    def confirm(self) -> datetime:
        took = timedelta(seconds=int(60 * 30 * self.fortune.pace * self.rng.lognormvariate(0, 0.9)))
        self.confirmed_at = in_hours(self.rng, self.placed_at + took, 7, 22)
        return self.confirmed_at

    def leaves(self, since: datetime) -> datetime:
        return in_hours(self.rng, since + minutes(self.rng, 90, 1800), 9, 18, sundays=False)

    def arrives(self, since: datetime) -> datetime:
        slow = self.rng.uniform(2000, 6000) if self.rng.random() < 0.06 else 0
        return in_hours(self.rng, since + minutes(self.rng, 900 + slow, 4300 + slow), 9, 21, sundays=False)

    def parcel(self, units: Units, shipped_at: datetime, delivered_at: datetime | None) -> None:
        if units:
            tracking = f"{self.rng.randrange(10**10):010}" if self.rng.random() < 0.9 else ""
            self.parcels.append(Parcel(units, shipped_at, delivered_at, self.rng.choice(CARRIERS), tracking))

    def carry(self, units: Units, since: datetime) -> datetime:
        """A parcel that goes as usual; when it arrives."""
        shipped_at = self.leaves(since)
        delivered_at = self.arrives(shipped_at)
        self.parcel(units, shipped_at, delivered_at)
        return delivered_at

    def late(self, fate: Fate, at: datetime) -> None:
        """The desk sees by itself that a promise is broken."""
        self.trouble("late", fate, at, by_rule=True)

    def trouble(
        self, type_: str, fate: Fate, at: datetime, lines: Units | None = None, *, modest: bool = False, by_rule: bool = False
    ) -> Trouble:
        """Something goes wrong at ``at``."""
        about_order = type_ != "other" or self.rng.random() < 0.5
        report = Report(
            type=type_,
            fate=fate,
            at=at,
            reported_by="customer" if not by_rule and self.rng.random() < _BY_CUSTOMER[type_] else "shop",
            lines=tuple(lines or ()) if about_order else (),
            money=sum((item.price * item.quantity for item in self.items), Decimal(0)),
            language=self.fortune.language,
            reachable=bool(self.fortune.customer.email),
            about_order=about_order,
            modest=modest,
            by_rule=by_rule,
        )
        self.troubles.append(case(self.rng, report))
        return self.troubles[-1]


_BY_CUSTOMER: Mapping[str, float] = {
    "out_of_stock": 0.0,
    "damaged": 0.9,
    "wrong_product": 0.9,
    "missing_item": 0.9,
    "late": 0.0,
    "lost": 0.5,
    "not_received": 1.0,
    "wrong_address": 0.3,
    "quality": 1.0,
    "billing": 0.7,
    "other": 0.8,
}
"""How often the customer is the first to say so."""


# --- Nothing goes wrong that anybody reports -------------------------------------------------------------------------


def _untroubled(m: _Making) -> None:
    if m.rng.random() < 0.015:
        at = m.placed_at + minutes(m.rng, 2, 60)
        m.cancellations.append(Cancellation(at, None, m.words("changed")))
        return
    confirmed_at = m.confirm()
    if m.rng.random() < 0.03:
        m.published_at = confirmed_at + minutes(m.rng, 10, 1200)
    _TRIPS[m.rng.choices(range(len(_TRIPS)), (86, 8, 3, 2, 1))[0]](m, confirmed_at)
    _polled(m)


def _in_one(m: _Making, since: datetime) -> None:
    m.carry(m.all_units(), since)


def _in_two(m: _Making, since: datetime) -> None:
    first, rest = m.split()
    arrived_at = m.carry(first, since) if first else since
    m.carry(rest, max(since, arrived_at - timedelta(hours=20)))


def _in_part(m: _Making, since: datetime) -> None:
    """A part never comes in: cancelled before or after the rest has arrived."""
    first, rest = m.split()
    if first:
        arrived_at = m.carry(first, since)
        at = since + (arrived_at - since) * m.rng.uniform(0.2, 1.5)
        m.cancellations.append(Cancellation(at.replace(microsecond=0), rest, m.words("sold_out")))
    else:
        _called_off(m, since)


def _called_off(m: _Making, since: datetime) -> None:
    m.cancellations.append(Cancellation(since + minutes(m.rng, 5, 80), None, m.words("changed")))


def _never(m: _Making, since: datetime) -> None:
    """It leaves, does not arrive, and nobody has noticed yet."""
    m.parcel(m.all_units(), m.leaves(since), None)


_TRIPS = (_in_one, _in_two, _in_part, _called_off, _never)


def _polled(m: _Making) -> None:
    arrivals = [p.delivered_at for p in m.parcels]
    last = max((a for a in arrivals if a is not None), default=None)
    if last is None or None in arrivals:
        return
    if m.rng.random() < 0.3:
        m.polls.append(_poll(m, "csat", last, (3, 5, 12, 35, 45)))
    if m.rng.random() < 0.03:
        m.polls.append(_poll(m, "nps", last, (1, 0, 1, 1, 1, 4, 6, 15, 25, 26, 20)))


def _poll(m: _Making, survey: str, since: datetime, weights: tuple[int, ...]) -> Poll:
    asked_at = since + minutes(m.rng, 600, 3000)
    least = 1 if survey == "csat" else 0
    answers: list[Score] = []
    at = asked_at
    while m.rng.random() < (0.06 if answers else 0.45):
        at += minutes(m.rng, 20, 2500)
        score = m.rng.choices(range(least, least + len(weights)), weights)[0]
        comment = m.words("good" if score > least + 2 else "bad") if m.rng.random() < 0.2 else None
        answers.append(Score(at, score, comment))
    by_hand = bool(answers) and m.rng.random() < 0.1
    return Poll(survey, None if by_hand else asked_at, tuple(answers))


# --- A promise is broken -------------------------------------------------------------------------------------------

_FATES_OF_LATE: tuple[Fate, ...] = ("answered", "answered", "spoken", "silent", "waiting")


def _noticed(m: _Making) -> None:
    """What is not there in time: mostly another day is agreed on before; else the desk opens a case by itself."""
    if m.promised is None or m.promised_again is not None or any(t.by_rule for t in m.troubles):
        return
    due, there_at = last_instant(m.promised), _there_at(m)
    found_at = sent_after(due)
    if there_at is not None and there_at < found_at:
        return
    again_at = due.replace(microsecond=0) - minutes(m.rng, 300, 1200)
    known = there_at is not None and m.confirmed_at is not None and m.confirmed_at < again_at
    if known and there_at is not None and m.rng.random() < 0.7:
        m.promised_again = (again_at, local_day(there_at) + timedelta(days=1))
    elif not any(_pursued(t, found_at) for t in m.troubles):
        m.late(m.rng.choice(_FATES_OF_LATE), found_at)


def _there_at(m: _Making) -> datetime | None:
    """From when on nothing is left to come, for it arrived or was cancelled."""
    ordered = sum(m.all_units().values())
    arrived = [(p.delivered_at, sum(p.units.values())) for p in m.parcels if p.delivered_at is not None]
    gone = [(c.at, ordered if c.units is None else sum(c.units.values())) for c in m.cancellations]
    for at, units in sorted([*arrived, *gone]):
        ordered -= units
        if ordered <= 0:
            return at
    return None


def _pursued(trouble: Trouble, at: datetime) -> bool:
    """Whether somebody is already after the delivery."""
    ends = [trouble.withdrawn_at, trouble.rounds[-1].closed_at if trouble.rounds else None]
    over = any(end is not None and end < at for end in ends)
    return trouble.about_order and trouble.type in ("lost", "not_received") and trouble.detected_at < at and not over


# --- Something does ------------------------------------------------------------------------------------------------


def _out_of_stock(m: _Making, type_: str, fate: Fate) -> None:
    """Found when packing: the rest goes; what is missing follows, or is cancelled, once that is agreed and done."""
    confirmed_at = m.confirm()
    first, rest = m.split()
    if first:
        m.carry(first, confirmed_at)
    found_at = in_hours(m.rng, confirmed_at + minutes(m.rng, 10, 400))
    trouble = m.trouble(type_, fate, found_at, rest)
    agreed = _carried_out(trouble)
    if not agreed:
        return
    kind, at = agreed[0]
    if kind == "refund":
        m.cancellations.append(Cancellation(at + minutes(m.rng, 1, 20), rest if first else None, m.words("sold_out")))
    else:
        m.carry(rest, max([at, *(p.delivered_at for p in m.parcels if p.delivered_at is not None)]))


def _carried_out(trouble: Trouble) -> list[tuple[str, datetime]]:
    """What was done for the customer, and when."""
    proposals = (p for round_ in trouble.rounds for p in round_.proposals)
    return [(p.kind, p.carried_out_at) for p in proposals if p.carried_out_at is not None]


def _after_delivery(m: _Making, type_: str, fate: Fate) -> None:
    delivered_at = m.carry(m.all_units(), m.confirm())
    affected = {m.items[-1].line: 1}
    trouble = m.trouble(type_, fate, delivered_at + minutes(m.rng, 20, 4000), affected)
    agreed = _carried_out(trouble)
    if type_ != "not_received" and agreed and m.rng.random() < 0.4:
        m.returns.append(Return(agreed[0][1] + minutes(m.rng, 1000, 6000), affected, m.words("returned")))


def _late(m: _Making, type_: str, fate: Fate) -> None:
    """The promised time passes; a while after, it arrives."""
    assert m.promised is not None, "only what was promised can be late"
    due = last_instant(m.promised)
    shipped_at = m.leaves(m.confirm())
    delivered_at = in_hours(m.rng, max(due, shipped_at) + minutes(m.rng, 300, 6000), 9, 21, sundays=False)
    m.parcel(m.all_units(), shipped_at, delivered_at.replace(microsecond=0))
    found_at = sent_after(due)
    m.late(fate, found_at)
    if m.rng.random() < 0.5:
        again_at = found_at + minutes(m.rng, 20, 120)
        m.promised_again = (again_at, local_day(max(delivered_at, again_at)) + timedelta(days=1))


def _lost(m: _Making, type_: str, fate: Fate) -> None:
    shipped_at = m.leaves(m.confirm())
    m.parcel(m.all_units(), shipped_at, None)
    m.trouble(type_, fate, in_hours(m.rng, shipped_at + minutes(m.rng, 5000, 11_000)))


def _wrong_address(m: _Making, type_: str, fate: Fate) -> None:
    shipped_at = m.leaves(m.confirm())
    found_at = shipped_at + minutes(m.rng, 300, 1500)
    m.parcel(m.all_units(), shipped_at, in_hours(m.rng, found_at + minutes(m.rng, 1200, 5000), 9, 21, sundays=False))
    m.trouble(type_, fate, found_at)


def _beside(m: _Making, type_: str, fate: Fate) -> None:
    """It has nothing to do with the goods: they go as usual."""
    m.carry(m.all_units(), m.confirm())
    m.trouble(type_, fate, m.placed_at + minutes(m.rng, 60, 5000))


_TROUBLED: Mapping[str, Callable[[_Making, str, Fate], None]] = {
    "out_of_stock": _out_of_stock,
    "damaged": _after_delivery,
    "wrong_product": _after_delivery,
    "missing_item": _after_delivery,
    "late": _late,
    "lost": _lost,
    "not_received": _after_delivery,
    "wrong_address": _wrong_address,
    "quality": _after_delivery,
    "billing": _beside,
    "other": _beside,
}
