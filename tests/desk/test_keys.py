"""Idempotency keys: the same key and arguments once in effect, however often they come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.errors import InvalidInput, KeyReusedError, QuantityError
from incidentkit.testing._audit import Copy
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import LINES, MARTA, SHOP, placed, reported, told

Record = Callable[[], Copy]


def test_the_same_call_again_returns_the_first_result(desk: Desk, record: Record) -> None:
    """The same key and arguments give an equal order, and write nothing."""
    first = placed(desk, key="k")
    before = record()

    assert first == placed(desk, key="k")
    assert before == record()


def test_the_first_result_stays_whatever_came_later(desk: Desk, clock: ManualClock) -> None:
    """An order that has since been confirmed, shipped and gone wrong comes back as it was placed."""
    first = placed(desk, key="k")
    clock.advance(hours=1)
    desk.orders.confirm(first.id)
    desk.orders.ship(first.id)
    reported(desk, first)

    assert first == placed(desk, key="k")
    assert desk.orders.get(first.id).in_incident


def test_the_first_result_was_in_incident_and_stays_so(desk: Desk) -> None:
    """What is derived is part of the result too: an incident that was closed since still shows."""
    order = placed(desk)
    case = reported(desk, order)
    first = desk.orders.confirm(order.id, key="k")
    desk.incidents.withdraw(case.id, reason="it was another order")

    assert (True, True) == (first.in_incident, desk.orders.confirm(order.id, key="k").in_incident)
    assert not desk.orders.get(order.id).in_incident


def test_the_first_result_of_an_incident_stays(desk: Desk) -> None:
    """A case comes back in the phase that it had."""
    case = reported(desk)
    first = desk.incidents.log_conversation(case.id, channel="phone", summary="said so", key="k")
    desk.incidents.resolve(case.id, reason="they kept it")

    assert first == desk.incidents.log_conversation(case.id, channel="phone", summary="said so", key="k")


def test_words_come_back_with_the_first_result(desk: Desk) -> None:
    """The words lie in the vault, and are there when the result is given again."""
    order = placed(desk)
    reported(desk, order, key="k", description="crushed")

    assert "crushed" == str(reported(desk, order, key="k", description="crushed").description)


def test_a_call_that_changes_nothing_can_be_repeated(desk: Desk) -> None:
    """A second confirmation changes nothing, and its key remembers that."""
    order = placed(desk)
    desk.orders.confirm(order.id)
    first = desk.orders.confirm(order.id, key="k")
    desk.orders.ship(order.id)

    assert first == desk.orders.confirm(order.id, key="k")


CHANGED: list[dict[str, Any]] = [
    {"lines": (Line("A", 2, "10.00"),)},
    {"lines": (*LINES, Line("C", 1, "1.00"))},
    {"customer": "c-joan"},
    {"number": "7"},
    {"paid": "35.00"},
    {"by": "ana"},
    {"account": "acme"},
]


@pytest.mark.parametrize("changed", CHANGED, ids=lambda changed: next(iter(changed)))
def test_other_arguments_are_refused(desk: Desk, record: Record, changed: dict[str, Any]) -> None:
    """The same key with any other argument is an error, and the record stays as it was."""
    placed(desk, key="k")
    before = record()
    with pytest.raises(KeyReusedError, match="goes with the arguments"):
        placed(desk, key="k", **changed)

    assert before == record()


def test_another_command_is_refused(desk: Desk) -> None:
    """A key belongs to the command that it was given to."""
    order = placed(desk)
    desk.orders.confirm(order.id, key="k")
    with pytest.raises(KeyReusedError):
        desk.orders.ship(order.id, key="k")


def test_another_subject_is_refused(desk: Desk) -> None:
    """A key belongs to the order that it was given for."""
    first, second = placed(desk), placed(desk)
    desk.orders.confirm(first.id, key="k")
    with pytest.raises(KeyReusedError):
        desk.orders.confirm(second.id, key="k")


def test_the_clock_is_no_argument(desk: Desk, clock: ManualClock) -> None:
    """Compared is what the caller gave; when the call is made is not."""
    first = placed(desk, key="k")
    clock.advance(days=1)

    assert first == placed(desk, key="k")


def test_a_default_is_no_argument(opened: Opened) -> None:
    """A setting that fills in what was not given may change between two calls with the same key."""
    order = placed(opened())
    first = opened().incidents.report(order.id, "damaged", "crushed", key="k")
    stricter = evolve(SHOP, protocols=tuple(evolve(p, severity="minor") for p in SHOP.protocols))

    assert first == opened(shop=stricter).incidents.report(order.id, "damaged", "crushed", key="k")


def test_the_same_instant_in_another_zone_is_the_same_argument(desk: Desk, clock: ManualClock) -> None:
    """``at`` is compared as an instant."""
    at = clock.now - timedelta(hours=3)
    first = placed(desk, key="k", at=at)

    assert first == placed(desk, key="k", at=at.astimezone(ZoneInfo("Asia/Tokyo")))


def test_lines_may_be_any_sequence(desk: Desk) -> None:
    """A list and a tuple of the same lines are the same argument."""
    first = placed(desk, key="k", lines=list(LINES))

    assert first == placed(desk, key="k", lines=LINES)


def test_a_key_is_kept_for_ninety_days(desk: Desk, clock: ManualClock) -> None:
    """At the end of the ninetieth day, by the desk's clock, it still stands for its first result."""
    first = placed(desk, key="k")
    clock.advance(days=90)

    assert first == placed(desk, key="k")


def test_a_key_can_be_used_anew_after_ninety_days(desk: Desk, clock: ManualClock) -> None:
    """After that it is a new key, for whatever it is given with, and is kept anew."""
    first = placed(desk, key="k")
    clock.advance(days=90, microseconds=1)
    second = placed(desk, key="k", lines=())
    clock.advance(days=90)

    assert first.id != second.id
    assert second == placed(desk, key="k", lines=())


def test_a_refused_command_leaves_its_key_free(desk: Desk) -> None:
    """Nothing is remembered of what did not happen."""
    order = placed(desk)
    with pytest.raises(QuantityError):
        desk.orders.deliver(order.id, key="k")

    desk.orders.ship(order.id, key="k")


def test_keys_hold_inside_a_batch(desk: Desk) -> None:
    """A key given twice in one batch has one effect, and another argument is refused there too."""
    with desk.batch():
        first = placed(desk, key="k")
        desk.orders.confirm(first.id)
        again = placed(desk, key="k")
        with pytest.raises(KeyReusedError):
            placed(desk, key="k", number="7")

    assert first == again
    assert 1 == len(desk.orders.find())


def test_a_batch_that_fails_forgets_its_keys(desk: Desk) -> None:
    """A key from a batch that left nothing is free again."""
    with pytest.raises(QuantityError), desk.batch():
        desk.orders.deliver(placed(desk, key="k").id)

    assert "7" == placed(desk, key="k", number="7").number


def test_a_key_holds_for_every_desk_on_the_store(opened: Opened) -> None:
    """Another process that retries the same call finds the same result."""
    first = placed(opened(), key="k")

    assert first == placed(opened(), key="k")


def test_two_threads_with_the_same_key_have_one_effect(desk: Desk) -> None:
    """Of calls made at the same time one takes effect, and all return it."""
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: placed(desk, key="k"), range(8)))

    assert 1 == len({order.id for order in results})
    assert 1 == len(desk.orders.find())


def test_two_desks_with_the_same_key_have_one_effect(opened: Opened) -> None:
    """The same across desks on one file."""
    desks = [opened() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda desk: placed(desk, key="k"), desks))

    assert 1 == len({order.id for order in results})


@pytest.mark.parametrize("key", ["", "   ", "x" * 201, 7])
def test_a_key_is_a_text_of_reasonable_length(desk: Desk, key: Any) -> None:
    """An empty, overlong or other key is refused."""
    with pytest.raises(InvalidInput, match="1 to 200 characters"):
        placed(desk, key=key)


def test_no_argument_can_be_read_from_the_record(desk: Desk, record: Record) -> None:
    """Fingerprints are keyed: what was given is not in the table of keys, nor can it be guessed by hashing."""
    placed(desk, customer=MARTA, key="k")
    told(desk)
    row = record().tables["keys"][0]

    assert 64 == len(row["fingerprint"])
    assert [] == record().holding("marta@example.com")


def test_the_key_of_fingerprints_can_be_the_shops_own(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ``fingerprint_key`` the environment names it, and the same call is known by it."""
    monkeypatch.setenv("FINGERPRINTS", "a secret of the shop's")
    shop = evolve(SHOP, fingerprint_key={"env": "FINGERPRINTS"})
    first = placed(opened(shop=shop), key="k")

    assert first == placed(opened(shop=shop), key="k")
