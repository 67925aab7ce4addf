"""What was offered in a case, what was agreed and done, and what is left of the money and units of its orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attrs import frozen

from incidentkit.cli.deals import deal
from incidentkit.cli.plain import plain
from incidentkit.cli.values import Values
from incidentkit.domain.ids import LineId

if TYPE_CHECKING:
    from incidentkit.cli.screen import Screen
    from incidentkit.delivery.templates.language import Language
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.previewing import OfferPreview
    from incidentkit.domain.incidents import Incident
    from incidentkit.domain.orders import Order
    from incidentkit.domain.remedies import Offer, Remedy
    from incidentkit.rules.ledger import Ledger

__all__ = ["ledgers_as_dict", "offers_as_dict", "preview_as_dict", "show_offers", "show_preview"]

Line = tuple[str, str]
"""A line, and its style."""


def show_offers(screen: Screen, desk: Desk, case: Incident) -> None:
    """Everything about the offers of a case."""
    page = _Page(desk, case, screen, Values(screen.words, desk.shop.tzinfo), desk.catalogue.language(screen.words.language))
    page.show()


def offers_as_dict(desk: Desk, case: Incident) -> dict[str, Any]:
    """The offers and remedies of a case."""
    return {
        "as_of": desk.clock().isoformat(),
        "incident": case.id,
        "offers": plain(case.offers),
        "remedies": plain(case.remedies),
    }


def ledgers_as_dict(desk: Desk, case: Incident) -> list[dict[str, Any]]:
    """What is left of each of its orders."""
    return [
        {
            "order": ledger.order.id,
            "money_of": ledger.money.id,
            "captured": str(ledger.money.captured),
            "refunded": str(ledger.money.refunded),
            "agreed": str(ledger.agreed),
            "left": str(ledger.left),
            "units": {str(line): count for line, count in ledger.free().items()},
        }
        for ledger in _ledgers(desk, case)
    ]


def preview_as_dict(desk: Desk, case: Incident, preview: OfferPreview) -> dict[str, Any]:
    """What offers would come to."""
    return {
        "as_of": desk.clock().isoformat(),
        "incident": case.id,
        "offers": plain(preview.offers),
        "worth": None if preview.worth is None else str(preview.worth),
        "left": [
            {"offer": left.offer, "money": None if left.money is None else str(left.money), "units": dict(left.units)}
            for left in preview.left
        ],
        "allowed": preview.needs.allowed,
        "may": list(preview.needs.may),
    }


def show_preview(screen: Screen, desk: Desk, case: Incident, preview: OfferPreview) -> None:
    """What offers would come to, in words."""
    values, labels = Values(screen.words, desk.shop.tzinfo), desk.catalogue.language(screen.words.language)
    screen.line((screen.words.say("offers.preview"), "bold"), " · ", (case.id, "dim"))
    for offer, left in zip(preview.offers, preview.left, strict=True):
        screen.hanging("", deal(offer, values, labels))
        money = "" if left.money is None else values.money(left.money)
        units = _units(left.units, _order_of(desk, case, offer.order))
        for line in screen.words.say("offers.leaves", money=money, units=units).split("\n"):
            if line:
                screen.hanging("  ", line)
    if not preview.needs.allowed:
        screen.say("offers.needs", may=", ".join(preview.needs.may))


def _units(units: Iterable[tuple[str, int]], order: Order | None) -> str:
    products = {line.id: line.product for line in order.lines} if order is not None else {}
    return ", ".join(f"{products.get(LineId(line), line)}: {count}" for line, count in units)


def _order_of(desk: Desk, case: Incident, named: str | None) -> Order | None:
    order = named or next(iter(case.orders), None)
    return None if order is None else desk.orders.get(order)


def _ledgers(desk: Desk, case: Incident) -> list[Ledger]:
    from incidentkit.rules.ledger import Ledger, money_order

    orders = [desk.orders.get(order) for order in case.orders]
    return [Ledger(order, order if order.replaces is None else desk.orders.get(money_order(order))) for order in orders]


@frozen
class _Page:
    _desk: Desk
    _case: Incident
    _screen: Screen
    _values: Values
    _labels: Language

    def show(self) -> None:
        words, case = self._screen.words, self._case
        self._screen.line((words.say("offers.title"), "bold"), " · ", (case.id, "dim"))
        for name, lines in (("offered", self._offers()), ("agreed", self._remedies()), ("left", self._left())):
            found = list(lines)
            if found:
                self._screen.section(words.say(f"offers.{name}"), found)
        if not case.offers:
            self._screen.say("offers.none")

    def _offers(self) -> Iterator[Line]:
        for offer in self._case.offers:
            yield self._offer(offer), ""

    def _offer(self, offer: Offer) -> str:
        said = self._screen.words.say(f"incident.offer.{offer.state.value}", what=self._deal(offer), id=offer.id)
        until = self._values.due(offer.until) if offer.until is not None else ""
        worth = self._values.money(offer.worth) if offer.worth else ""
        more = self._screen.words.say("offers.more", until=until, worth=worth).split("\n")
        return " · ".join([said, *(line for line in more if line)])

    def _remedies(self) -> Iterator[Line]:
        for remedy in self._case.remedies:
            yield self._remedy(remedy), "" if remedy.carried_out_at or remedy.dropped_at else "bold"

    def _remedy(self, remedy: Remedy) -> str:
        say, what = self._screen.words.say, self._deal(remedy)
        if remedy.dropped_at is not None:
            return say("offers.dropped", what=what, id=remedy.id, moment=self._values.moment(remedy.dropped_at))
        if remedy.carried_out_at is not None:
            moment = self._values.moment(remedy.carried_out_at)
            return " · ".join(
                filter(None, say("offers.done", what=what, id=remedy.id, moment=moment, reference=remedy.reference).split("\n"))
            )
        return say("offers.owed" if remedy.payable else "offers.awaits_return", what=what, id=remedy.id)

    def _left(self) -> Iterator[Line]:
        for ledger in _ledgers(self._desk, self._case):
            yield (
                self._screen.words.say(
                    "offers.ledger",
                    order=ledger.order.label,
                    left=self._values.money(ledger.left),
                    captured=self._values.money(ledger.money.captured),
                    units=_units(ledger.free().items(), ledger.order),
                ),
                "",
            )

    def _deal(self, thing: Offer | Remedy) -> str:
        said = deal(thing, self._values, self._labels)
        return f"{said} ({_units(thing.lines, _order_of(self._desk, self._case, thing.order))})" if thing.lines else said
