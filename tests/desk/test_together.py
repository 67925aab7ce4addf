"""Writers at the same moment: what may be in the record once is in it once, and its numbers have no gaps."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line, Order
from incidentkit.errors import RuleViolation
from incidentkit.testing._audit import Copy, faults
from tests.desk.conftest import Opened
from tests.desk.world import LINES, MARTA, SHOP, placed, reported

Record = Callable[[], Copy]
T = TypeVar("T")

ROUNDS = 5


def together(desks: list[Desk], act: Callable[[Desk, int], T]) -> list[T]:
    """What each desk's act returns in each round; in a round, all begin at the same moment."""
    barrier = Barrier(len(desks))

    def rounds(desk: Desk) -> list[T]:
        found = []
        for number in range(ROUNDS):
            barrier.wait(timeout=60)
            found.append(act(desk, number))
        return found

    with ThreadPoolExecutor(len(desks)) as pool:
        return [each for found in pool.map(rounds, desks) for each in found]


def test_a_number_goes_to_one(opened: Opened, record: Record) -> None:
    """Of orders placed with the same number at the same moment one is there, and the others are refused by the rule."""

    def place(desk: Desk, number: int) -> str:
        try:
            return placed(desk, number=f"A-{number}").id
        except RuleViolation as error:
            return f"refused: {error.stream}"

    found = together([opened() for _ in range(3)], place)
    made = {each for each in found if not each.startswith("refused")}

    assert (ROUNDS, {f"refused: {order}" for order in made}) == (len(made), set(found) - made)
    assert [] == faults(record(), SHOP)


def test_a_key_has_one_effect(opened: Opened, record: Record) -> None:
    """The same call with the same key at the same moment gives all callers the one order."""
    found = together([opened() for _ in range(3)], lambda desk, number: placed(desk, key=f"k-{number}"))

    assert ROUNDS == len({order.id for order in found}) == len(record().tables["streams"])
    assert [] == faults(record(), SHOP)


def test_a_key_with_two_meanings_is_refused_to_one(opened: Opened) -> None:
    """With other arguments at the same moment, one is done, and the other told that the key was used."""
    desks = [opened(), opened()]

    def differing(desk: Desk, number: int) -> bool:
        try:
            placed(desk, key=f"k-{number}", account=f"a-{desks.index(desk)}")
        except RuleViolation:
            return False
        return True

    assert ROUNDS == sum(together(desks, differing))


def test_a_person_is_one(opened: Opened, record: Record) -> None:
    """First orders of the same new customer at the same moment are one person's."""
    found = together([opened() for _ in range(3)], lambda desk, number: placed(desk, customer=f"c-{number}").customer)

    assert ROUNDS == len(set(found)) == len(record().tables["people"])


def test_every_glimpse_of_the_record_is_without_gaps(opened: Opened, record: Record) -> None:
    """While others write, whoever reads finds every number up to the last: what comes later is numbered later."""
    desks = [opened() for _ in range(4)]
    watcher = desks.pop()
    orders = [placed(desk, customer=MARTA) for desk in desks]
    seen: list[list[int]] = []

    def glimpse() -> None:
        with watcher._runtime.store.reading() as unit:
            seen.append([row[0] for row in unit.connection.exec_driver_sql("SELECT seq FROM events ORDER BY seq")])

    def act(desk: Desk, number: int) -> None:
        if desk is watcher:
            glimpse()
        else:
            reported(desk, orders[desks.index(desk)])

    together([*desks, watcher], act)
    glimpse()

    assert [list(range(1, len(each) + 1)) for each in seen] == seen
    assert [] == faults(record(), SHOP)


def test_cases_and_their_order_move_together(opened: Opened, record: Record) -> None:
    """Commands that read and write several streams in any order neither block each other nor lose anything."""
    desks = [opened() for _ in range(3)]
    order = placed(desks[0], lines=(Line("A", 30, "1"), *LINES[1:]))

    def act(desk: Desk, number: int) -> Order:
        if desk is desks[0]:
            return desk.orders.ship(order.id, {"A": 1})
        case = reported(desk, order)
        desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
        return desk.orders.amend(order.id, reason=f"{number}", promised=None, paid=f"{30 + number}.00")

    together(desks, act)

    assert ROUNDS == len(desks[0].orders.get(order.id).shipments)
    assert 2 * ROUNDS == len(desks[0].incidents.find(order=order.id))
    assert [] == faults(record(), SHOP)
