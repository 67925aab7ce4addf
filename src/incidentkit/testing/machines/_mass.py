"""One cause, many orders: reported, worked on, joined, and what is done for everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, rule

from incidentkit.domain.mass import OrderRule
from incidentkit.domain.remedies import Offer
from incidentkit.testing.machines._base import INCIDENTS, ORDERS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, who, words

__all__ = ["MassRules"]


class MassRules(Driven):
    """What happens to mass incidents."""

    @rule(
        target=INCIDENTS,
        orders=st.lists(ORDERS, max_size=3, unique=True),
        product=st.sampled_from(("", "", "A", "B")),
        words=words(),
        type_=st.sampled_from(("late", "damaged", "no such type")),
    )
    def report_many(self, orders: list[str], product: str, words: str, type_: str) -> MultipleResults[str]:
        """One cause for some orders, or for all of a product; each customer gets a case."""
        found = OrderRule(product=product, undelivered=False) if product else None
        mass = self._try(lambda: self.desk.mass.open(type_, words, orders=orders, rule=found))
        if mass is None:
            return self._new_cases(len(self.post.seen))
        seen = len(self.post.seen)
        self.desk.mass.work(mass.id)
        return self._new_cases(seen)

    @rule(
        target=INCIDENTS,
        place=st.integers(0, 9),
        what=st.sampled_from(("add", "extend", "work", "notify", "offer", "carry out", "resolve")),
        order=ORDERS,
        words=words(),
        by=who(),
    )
    def do_for_everybody(self, place: int, what: str, order: str, words: str, by: str | None) -> MultipleResults[str]:
        """Orders join, or something is done for all; what one case refuses stops no other."""
        seen = len(self.post.seen)
        if not self.desk.mass.find():
            self._try(lambda: self.desk.mass.open("damaged", PERSONAL, orders=[order]))
            self.the_record_holds()
        found = self.desk.mass.find()
        mass, desk = found[place % len(found)].id, self.desk.mass
        offers = [Offer("refund", self.clock.now + timedelta(days=3)), Offer("restock", self.clock.now + timedelta(days=9))]
        commands: dict[str, Callable[[], object]] = {
            "add": lambda: desk.add(mass, order, by=by),
            "extend": lambda: desk.extend(mass, by=by),
            "work": lambda: desk.work(mass, again=place % 2 == 0),
            "notify": lambda: desk.notify(mass, by=by),
            "offer": lambda: desk.offer(mass, offers[: 1 + place % 2], by=by),
            "carry out": lambda: desk.carry_out(mass, reference="GR-{order}", by=by),
            "resolve": lambda: desk.resolve(mass, reason=words or None, by=by),
        }
        self._try(commands[what])
        return self._new_cases(seen)
