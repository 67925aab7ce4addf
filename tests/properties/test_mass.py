"""One cause, many orders, in whatever order things happen: every affected order covered once, and nobody written to twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import MassIncident, OrderRule
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.errors import RuleViolation
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.conftest import MEMORY
from tests.desk.world import SHOP, SOON
from tests.services.postgresql import empty

PEOPLE = (
    Customer("c-0", name="Marta", email="m@example.com", language="es"),
    Customer("c-1", name="Joan", email="j@example.com"),
    Customer("c-2", name="Ana", email="a@example.com"),
    None,
)
OFFERS = [Offer("refund", SOON), Offer("restock", SOON)]

STEPS = (
    *("place", "place", "place", "add", "extend", "work", "work some", "send", "send", "hours pass"),
    *("notify", "offer", "carry out", "resolve", "accept", "talk", "withdraw", "cancel", "merge", "order again"),
)


class World:
    """A shop in which a product has run out."""

    def __init__(self, desk: Desk, post: Post, clock: ManualClock) -> None:
        self.desk, self.post, self.clock = desk, post, clock
        self.affected: set[str] = set()
        for person in (0, 0, 1):
            self.place(person)
        self.mass: MassIncident = desk.mass.open("out_of_stock", "it has run out", rule=OrderRule(product="mug"))
        self.affected = set(self.mass.orders)

    def place(self, person: int) -> str:
        """Somebody buys a mug, and perhaps a cup."""
        lines = [Line("mug", 2, "10.00"), Line("cup", 1, "5.00")]
        return self.desk.orders.place(customer=PEOPLE[person % len(PEOPLE)], lines=lines).id

    def do(self, what: str, number: int) -> None:
        """One thing happens; what is refused has not."""
        steps: dict[str, Callable[[], object]] = {
            "place": lambda: self.place(number),
            "add": lambda: self._list(lambda: self.desk.mass.add(self.mass.id, self.place(number))),
            "extend": lambda: self._list(lambda: self.desk.mass.extend(self.mass.id)),
            "order again": lambda: self._list(lambda: self.desk.mass.add(self.mass.id, sorted(self.affected)[number % 3])),
            "work": lambda: self.desk.mass.work(self.mass.id),
            "work some": lambda: self.desk.mass.work(self.mass.id, limit=1 + number % 2, again=number % 3 == 0),
            "send": self.desk.send_due,
            "hours pass": lambda: self.clock.advance(hours=2),
            "notify": lambda: self.desk.mass.notify(self.mass.id),
            "offer": lambda: self.desk.mass.offer(self.mass.id, OFFERS[: 1 + number % 2]),
            "carry out": lambda: self.desk.mass.carry_out(self.mass.id, reference="GR-{order}", remedy="restock"),
            "resolve": lambda: self.desk.mass.resolve(self.mass.id, reason="it is there again"),
            "accept": lambda: self._accept(number),
            "talk": lambda: self.desk.incidents.log_conversation(
                self._case(number).id, channel="phone", summary="told", by="ana"
            ),
            "withdraw": lambda: self.desk.incidents.withdraw(self._case(number).id, reason="no"),
            "cancel": lambda: self.desk.orders.cancel(sorted(self.affected)[number % 3], reason="no longer wanted"),
            "merge": lambda: self._merge(number),
        }
        with suppress(RuleViolation, LookupError, StopIteration):
            steps[what]()

    def _list(self, command: Callable[[], MassIncident]) -> None:
        self.affected |= set(command().orders)

    def _case(self, number: int) -> Incident:
        found = self.cases()
        return found[number % len(found)] if found else self.desk.incidents.get("nobody's")

    def _accept(self, number: int) -> None:
        case = self._case(number)
        taken = next(offer.id for offer in case.offers if offer.state is OfferState.OPEN)
        self.desk.incidents.accept(case.id, taken, by="customer")

    def _merge(self, number: int) -> None:
        case = self._case(number)
        own = self.desk.incidents.report(case.orders[0], "damaged", "crushed")
        self.desk.incidents.merge(case.id, into=own.id) if number % 2 else self.desk.incidents.merge(own.id, into=case.id)

    def cases(self) -> list[Incident]:
        """Those of the mass incident."""
        return [case for case in self.desk.incidents.find(limit=1000) if case.mass is not None]

    def holds(self) -> None:
        """Every affected order is in one case, of its own customer; of each thing a customer was written to once."""
        report = self.desk.mass.work(self.mass.id)
        cases = self.cases()
        covered = Counter(order for case in cases if case.mass is not None for order in case.mass.orders)
        assert dict.fromkeys(self.affected, 1) == covered, f"{report}"
        for case in cases:
            assert {case.customer} == {self.desk.orders.get(order).customer for order in case.mass.orders}  # type: ignore[union-attr]
        self.clock.advance(hours=2)
        self.desk.send_due()
        self._nobody_twice(cases)
        worked_on = Counter(case.customer for case in cases if case.phase in ("detected", "communicated") and case.customer)
        assert set(worked_on.values()) <= {1}, "two cases of one customer are worked on"

    def _nobody_twice(self, cases: list[Incident]) -> None:
        streams = {case.id for case in cases}
        letters: Counter[tuple[str, str]] = Counter()
        for letter in self.post.post.letters:
            _, _, stream, step, *_ = letter.key.split("/")
            if stream in streams and step not in ("incident.merged", "incident.unmerged", "incident.withdrawn"):
                letters[letter.to, step] += 1
        assert set(letters.values()) <= {1}, f"{letters}"


@contextmanager
def shop(url: str) -> Iterator[World]:
    """A desk on a new store."""
    post, clock = Post(), ManualClock()
    with open_desk(url, SHOP, plugins=(post,), clock=clock) as desk:
        yield World(desk, post, clock)


steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), min_size=4, max_size=14)


@settings(max_examples=25)
@given(steps)
def test_every_order_is_covered_once_and_nobody_is_written_to_twice(happens: list[tuple[str, int]]) -> None:
    """Whatever joins, is repeated, is refused, is withdrawn or merged in between; and the record is whole."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder, shop(f"sqlite:///{folder}/s.db") as world:
        for what, number in happens:
            world.do(what, number)
        world.holds()

        assert world.desk.verify().ok


@pytest.mark.usefixtures("postgresql_store")
@settings(max_examples=6)
@given(steps)
def test_the_same_holds_on_a_server(postgresql_store: str, happens: list[tuple[str, int]]) -> None:
    """On PostgreSQL too."""
    empty(postgresql_store)
    with shop(postgresql_store) as world:
        for what, number in happens:
            world.do(what, number)
        world.holds()

        assert world.desk.verify().ok
