"""Any interleaving of claims, replacements, partial returns and repeated calls keeps the ledger that a child could keep.

The oracle knows every unit as a thing of its own: what it cost, and whether something makes it good. It counts, and shares
nothing out; the desk's amounts are held against it by their sums.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import TypeVar

import pytest
from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.ids import OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.laws import broken_laws
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.errors import MoneyError, QuantityError, RuleViolation
from incidentkit.rules.ledger import Ledger
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import MARTA, SHOP

KINDS = st.sampled_from(("refund", "replacement", "substitution", "store_credit", "restock"))
PAID = Decimal("10.00")
T = TypeVar("T")


@define
class Books:
    """What a child would write down: how many units of each order nothing makes good, and the money that went or goes out.

    Args:
        free: units by order.
        with_customer: those that can still come back, by order.
        claims: by case and remedy: of which order, how many units, how much money, whether it waits for them to come back.
    """

    free: dict[OrderId, int] = field(factory=dict)
    with_customer: dict[OrderId, int] = field(factory=dict)
    claims: dict[tuple[str, str], tuple[OrderId, int, Decimal, bool]] = field(factory=dict)
    out: Decimal = Decimal()

    @property
    def agreed(self) -> Decimal:
        return sum((amount for _, _, amount, _ in self.claims.values()), Decimal())


class Remedies(RuleBasedStateMachine):
    """One order of three units for ten euros, its replacements, and a case on each."""

    url: str
    tenants = count()

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.desk: Desk = open_desk(
            type(self).url, SHOP, plugins=(Post(),), clock=self.clock, tenant=f"shop-{next(self.tenants)}"
        )
        self.books = Books()
        self.cases: dict[OrderId, str] = {}
        self.money = self._arrived(self.desk.orders.place(MARTA, [Line("A", 3, "10.00")], paid=PAID)).id
        self.calls = 0

    def teardown(self) -> None:
        self.desk.close()

    # --- What happens ---

    @rule(data=st.data(), kind=KINDS, units=st.integers(1, 3), waits=st.booleans())
    def take(self, data: st.DataObject, kind: str, units: int, waits: bool) -> None:
        """Something is offered for units of an order, previewed, taken and so agreed on; or there are not so many left."""
        order = data.draw(st.sampled_from(sorted(self.cases)))
        case, by = self._case(order), self.clock().date() + timedelta(days=9)
        offers = [Offer(kind, by, lines={"1": units}, order=order, after_return=waits), Offer("apology", by)]
        try:
            preview = self.desk.incidents.preview(case.id, offers)
        except (MoneyError, QuantityError):
            spent = self.books.out + self.books.agreed >= PAID
            assert units > self.books.free[order] or (spent and kind == "refund") or kind in ("refund", "store_credit")
            return
        made = self._twice(lambda key: self.desk.incidents.offer(case.id, offers, key=key)).offers[-2:]
        assert [(o.amount, o.worth, o.lines) for o in preview.offers] == [(o.amount, o.worth, o.lines) for o in made]
        after = self._twice(lambda key: self.desk.incidents.accept(case.id, made[0].id, by="customer", key=key))
        with pytest.raises(RuleViolation, match="must be open; got accepted"):
            self.desk.incidents.accept(case.id, made[0].id, by="customer")
        assert units <= self.books.free[order]
        self._agreed(after, after.remedies[-1], order, units)

    @rule(data=st.data(), amount=st.integers(1, 400))
    def discount(self, data: st.DataObject, amount: int) -> None:
        """Money alone is agreed on, as far as it is there; the customer had asked for it instead of an apology."""
        order = data.draw(st.sampled_from(sorted(self.cases)))
        case, by, cents = self._case(order), self.clock().date() + timedelta(days=9), Decimal(amount) / 100
        put = self.desk.incidents.offer(case.id, [Offer("apology", by)]).offers[-1]
        asked = Offer("discount", by, cents, order=order)
        try:
            asked_id = self.desk.incidents.counter(case.id, put.id, asked).offers[-1].id
        except MoneyError:
            assert self.books.out + self.books.agreed + cents > PAID
            self.desk.incidents.decline(case.id, put.id)
            return
        after = self.desk.incidents.agree(case.id, asked_id, by="eva")
        self._agreed(after, after.remedies[-1], order, 0)

    @precondition(lambda self: self.books.claims)
    @rule(data=st.data())
    def do(self, data: st.DataObject) -> None:
        """A remedy is carried out, by an order of its own where goods are sent; or it waits for what must come back."""
        case_id, remedy_id = data.draw(st.sampled_from(sorted(self.books.claims)))
        order, units, amount, waits = self.books.claims[case_id, remedy_id]
        remedy = self._remedy(case_id, remedy_id)
        if waits:
            with pytest.raises(RuleViolation, match="once its units are back"):
                self.desk.incidents.carry_out(case_id, remedy_id, reference="too early")
            return
        del self.books.claims[case_id, remedy_id]
        self.books.out += amount
        if remedy.kind in ("replacement", "substitution") and data.draw(st.booleans()):
            sent = self._twice(lambda key: self.desk.orders.place(replaces=(order, case_id, remedy_id), key=key))
            self._arrived(sent)
            return
        if not amount and remedy.kind != "store_credit":
            self.books.free[order] += units  # another one has taken its place
        done = self._twice(lambda key: self.desk.incidents.carry_out(case_id, remedy_id, reference="R-1", key=key))
        assert done == self.desk.incidents.carry_out(case_id, remedy_id, reference="R-1")

    @precondition(lambda self: self.books.claims)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        """A remedy is given up: its units and its money are free again."""
        case_id, remedy_id = data.draw(st.sampled_from(sorted(self.books.claims)))
        order, units, _, _ = self.books.claims.pop((case_id, remedy_id))
        self._twice(lambda key: self.desk.incidents.drop(case_id, remedy_id, reason="not any more", key=key))
        with pytest.raises(RuleViolation, match="must be owed; got dropped"):
            self.desk.incidents.drop(case_id, remedy_id, reason="not any more")
        self.books.free[order] += units

    @rule(data=st.data(), units=st.integers(1, 3))
    def come_back(self, data: st.DataObject, units: int) -> None:
        """Units come back: those agreed on first get what came, and are owed the rest as a remedy of its own."""
        order = data.draw(st.sampled_from(sorted(self.cases)))
        if units > self.books.with_customer[order]:
            with pytest.raises(QuantityError):
                self.desk.orders.take_back(order, {"1": units})
            return
        self._twice(lambda key: self.desk.orders.take_back(order, {"1": units}, key=key))
        self.books.with_customer[order] -= units
        for claim in self._in_the_order_agreed():
            of, wanted, _, waits = self.books.claims[claim]
            came = min(wanted, units) if waits and of == order else 0
            if came:
                units -= came
                self._came(claim, came)

    @rule(data=st.data())
    def turn(self, data: st.DataObject) -> None:
        """A case that owes nothing is resolved and opened again, or merged into a new one of the same order."""
        order = data.draw(st.sampled_from(sorted(self.cases)))
        case = self._case(order)
        open_ = [offer for offer in case.offers if offer.state is OfferState.OPEN]
        if open_ or any(remedy.owed for remedy in case.remedies):
            return
        if data.draw(st.booleans()):
            self.desk.incidents.resolve(case.id, reason="all is well")
            self.desk.incidents.reopen(case.id, reason="it is not")
        else:
            self.desk.incidents.merge(case.id, into=self._told(order).id)

    # --- What always holds ---

    @invariant()
    def the_money_adds_up(self) -> None:
        """What went out and what is agreed are what the child wrote down, and never more than was paid."""
        order = self.desk.orders.get(self.money)
        ledger = Ledger(order, order)

        assert (self.books.out, self.books.agreed) == (order.refunded.amount, ledger.agreed.amount)
        assert self.books.out + self.books.agreed <= PAID
        assert () == broken_laws(order)

    @invariant()
    def the_units_add_up(self) -> None:
        """Of every order, replacements of replacements too, as many units are left as the child counted."""
        money = self.desk.orders.get(self.money)
        left = {order: Ledger(self.desk.orders.get(order), money).free() for order in self.cases}

        assert {order: {"1": count} for order, count in self.books.free.items()} == left

    # --- Helpers ---

    def _twice(self, call: Callable[[str], T]) -> T:
        """The same call with the same key comes to the same, however often it is submitted."""
        self.calls += 1
        first, again = call(f"key-{self.calls}"), call(f"key-{self.calls}")

        assert first == again
        return first

    def _arrived(self, order: Order) -> Order:
        self.desk.orders.ship(order.id)
        arrived = self.desk.orders.deliver(order.id)
        units = sum(line.quantity for line in arrived.lines)
        self.books.free[order.id] = self.books.with_customer[order.id] = units
        self._told(order.id)
        return arrived

    def _told(self, order: OrderId) -> Incident:
        case = self.desk.incidents.report(order, "damaged", "broken")
        self.cases[order] = case.id
        return self.desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")

    def _case(self, order: OrderId) -> Incident:
        return self.desk.incidents.get(self.cases[order])

    def _remedy(self, case: str, remedy: str) -> Remedy:
        found = self.desk.incidents.get(case).remedy(remedy)
        assert found is not None
        return found

    def _agreed(self, case: Incident, remedy: Remedy, order: OrderId, units: int) -> None:
        money = remedy.amount.amount if remedy.amount is not None and remedy.kind in ("refund", "discount") else Decimal()
        self.books.claims[case.id, remedy.id] = (order, units, money, remedy.after_return)
        self.books.free[order] -= units

    def _in_the_order_agreed(self) -> list[tuple[str, str]]:
        money = self.desk.orders.get(self.money)
        return [(c.incident, c.remedy) for c in money.claims if (c.incident, c.remedy) in self.books.claims]

    def _came(self, claim: tuple[str, str], came: int) -> None:
        order, wanted, money, _ = self.books.claims.pop(claim)
        mine = self._remedy(*claim)
        paid = mine.amount.amount if mine.amount is not None and money else Decimal()
        self.books.claims[claim] = (order, came, paid, False)
        if came < wanted:
            rest = self.desk.incidents.get(claim[0]).remedies[-1]
            self.books.claims[claim[0], rest.id] = (order, wanted - came, money - paid, True)


@pytest.mark.parametrize("examples", [8, pytest.param(60, marks=pytest.mark.long)])
def test_any_interleaving_keeps_the_ledger(new_store_url: str, examples: int) -> None:
    """On every store: money and units are conserved, previews are what is done, and what is repeated is done once."""

    class Machine(Remedies):
        url = new_store_url

    run_state_machine_as_test(Machine, settings=settings(max_examples=examples, stateful_step_count=25, deadline=None))
