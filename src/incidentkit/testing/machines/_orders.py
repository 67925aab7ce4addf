"""Orders: placed, confirmed, sent, taken back, corrected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, initialize, multiple, rule

from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.testing.machines._base import INCIDENTS, ORDERS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, PRODUCTS, customers, numbers, person, units, who, words

__all__ = ["OrderRules"]

_MOVES = (("ship",), ("ship", "deliver"), ("ship", "deliver", "take_back"), ("deliver",), ("take_back",), ("cancel", "ship"))
_PAID = (None, None, "0", "3", "1000")


class OrderRules(Driven):
    """What happens to orders."""

    @initialize(target=ORDERS)
    def a_first_order(self) -> MultipleResults[str]:
        """There is something to work on from the start."""
        lines = [Line("A", 3, "10"), Line("B", 1, "5")]
        promised = self.clock.now.date() + timedelta(days=5)
        return multiple(self.desk.orders.place(person(0, mail=True), lines, promised, "1").id)

    @initialize(target=INCIDENTS)
    def a_first_incident(self) -> MultipleResults[str]:
        """An order of its own went wrong."""
        order = self.desk.orders.place(person(1, mail=True), [Line("A", 2, "10")])
        return multiple(self.desk.incidents.report(order.id, "damaged", f"{PERSONAL} found it broken").id)

    @rule(
        target=ORDERS,
        customer=customers(),
        lines=st.lists(
            st.builds(Line, st.sampled_from(PRODUCTS), st.integers(1, 3), st.sampled_from(("5", "9.90"))), max_size=2
        ),
        days=st.none() | st.integers(-1, 9),
        number=numbers(),
        by=who(),
    )
    def place(
        self, customer: Customer | None, lines: list[Line], days: int | None, number: str | None, by: str | None
    ) -> MultipleResults[str]:
        """A customer orders; the number may be taken, the promise over."""
        promised = None if days is None else self.clock.now.date() + timedelta(days=days)
        return self._id(self._try(lambda: self.desk.orders.place(customer, lines, promised, number, by=by)))

    @rule(order=ORDERS, hours_ago=st.sampled_from((0, 0, 48)))
    def confirm(self, order: str, hours_ago: int) -> None:
        """The shop accepts an order, perhaps told late."""
        at = self.clock.now - timedelta(hours=hours_ago)
        self._try(lambda: self.desk.orders.confirm(order, at=at))

    @rule(order=ORDERS, steps=st.sampled_from(_MOVES), units=st.none() | units())
    def move(self, order: str, steps: tuple[str, ...], units: dict[str, int] | None) -> None:
        """Units leave, arrive, come back, or are not sent after all."""
        desk = self.desk.orders
        commands: dict[str, Callable[[], Order]] = {
            "ship": lambda: desk.ship(order, units, "SEUR", "T-1"),
            "deliver": lambda: desk.deliver(order, units),
            "cancel": lambda: desk.cancel(order, units, reason=f"{PERSONAL} moved away"),
            "take_back": lambda: desk.take_back(order, units or {"A": 1}, reason=f"{PERSONAL} does not like it"),
        }
        for step in steps:
            self._then(commands[step])

    @rule(order=ORDERS, reason=words(), number=numbers(), days=st.none() | st.integers(-1, 9), paid=st.sampled_from(_PAID))
    def amend_order(self, order: str, reason: str, number: str | None, days: int | None, paid: str | None) -> None:
        """A correction, perhaps to less money than was given back; and a word that the customer can read."""
        promised = None if days is None else self.clock.now + timedelta(days=days)
        self._try(lambda: self.desk.orders.amend(order, reason=reason, number=number, promised=promised, paid=paid))
        self._then(lambda: self.desk.orders.publish_status(order, reason))

    @rule(
        account=st.sampled_from(("acme", "acme", "umbrella", "")), manager=st.sampled_from((None, "ana", "leo", "", "nobody"))
    )
    def describe_an_account(self, account: str, manager: str | None) -> None:
        """Who looks after a company."""
        self._try(lambda: self.desk.accounts.describe(account, manager=manager, name=PERSONAL))
