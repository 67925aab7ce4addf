"""Surveys by rule: who is asked, when, and who is left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.desk.importing import shop_for
from incidentkit.domain.events import SurveyAsked
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Survey
from incidentkit.domain.surveys import Asking, Scale
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.importing import asked as waiting
from tests.desk.importing import only, order, small, write
from tests.desk.importing import opened as opened_with
from tests.desk.world import JOAN, MARTA, SHOP, placed, reported

Opened = Callable[..., Desk]

DAY = timedelta(days=1)
AFTER_DELIVERY = Survey("nps", Scale(0, 10), asking=Asking("after_delivery", after=2 * DAY))
REGULARLY = Survey("nps", Scale(0, 10), asking=Asking("regularly", after=DAY, every=90 * DAY, rest=30 * DAY))


@pytest.fixture
def asking(opened: Opened) -> Callable[..., Desk]:
    """Opens a desk whose shop asks by these surveys."""
    return lambda *surveys: opened(shop=evolve(SHOP, surveys=(Survey("csat"), *surveys)))


def delivered(desk: Desk, **given: Any) -> Order:
    """An order that has arrived."""
    order = desk.orders.ship(placed(desk, **given).id)
    return desk.orders.deliver(order.id)


def asked(desk: Desk, order: Order) -> list[str]:
    """The surveys that were put about an order."""
    return [entry.data.survey for entry in desk.orders.timeline(order.id) if isinstance(entry.data, SurveyAsked)]


def days(desk: Desk, clock: ManualClock, number: int) -> None:
    """Time goes by, day by day, and each day the desk looks."""
    for _ in range(number):
        clock.advance(days=1)
        desk.tick()


def test_a_delivered_order_asks_once_in_its_time(asking: Callable[..., Desk], clock: ManualClock, post: Post) -> None:
    """Not before the delay, then once, and never again."""
    desk = asking(AFTER_DELIVERY)
    order = delivered(desk)
    days(desk, clock, 1)
    early = asked(desk, order)
    days(desk, clock, 300)
    desk.send_due()

    assert ([], ["nps"]) == (early, asked(desk, order))
    assert 1 == sum("survey.nps" in key for key in post.post.sent)


def test_a_shop_that_has_not_switched_it_on_asks_nobody(desk: Desk, clock: ManualClock) -> None:
    """The defaults ask nothing by rule, and wait for nothing."""
    order = delivered(desk)
    days(desk, clock, 30)

    assert [] == asked(desk, order)


def test_nobody_is_asked_while_a_case_is_open(asking: Callable[..., Desk], clock: ManualClock) -> None:
    """The question waits for the end of the case, and is not put once its time is over."""
    desk = asking(AFTER_DELIVERY)
    order = delivered(desk)
    case = reported(desk, order)
    days(desk, clock, 4)
    waiting = asked(desk, order)
    desk.incidents.withdraw(case.id, reason="a slip")
    days(desk, clock, 2)
    late = delivered(desk, customer=JOAN)
    reported(desk, late)
    days(desk, clock, 30)

    assert ([], ["nps"], []) == (waiting, asked(desk, order), asked(desk, late))


def test_a_person_is_asked_again_only_after_a_rest(asking: Callable[..., Desk], clock: ManualClock) -> None:
    """Two orders in a week are one question; one after the rest and the survey's own span is another."""
    desk = asking(AFTER_DELIVERY)
    first, second = delivered(desk), delivered(desk)
    days(desk, clock, 200)
    third = delivered(desk)
    days(desk, clock, 5)

    assert [1, 1] == [len(asked(desk, first)) + len(asked(desk, second)), len(asked(desk, third))]


def test_who_has_opted_out_is_not_asked(asking: Callable[..., Desk], clock: ManualClock) -> None:
    """Neither a message nor an ask that would lower the response rate."""
    desk = asking(AFTER_DELIVERY)
    order = delivered(desk)
    desk.people.opt_out(MARTA, purpose="survey")
    days(desk, clock, 10)

    assert [] == asked(desk, order)


def test_who_has_no_address_is_not_asked(asking: Callable[..., Desk], clock: ManualClock) -> None:
    """Nobody to write to is nobody to ask."""
    desk = asking(AFTER_DELIVERY)
    order = delivered(desk, customer="c-nobody")
    days(desk, clock, 10)

    assert [] == asked(desk, order)


def test_a_customer_is_asked_regularly_by_their_last_order(asking: Callable[..., Desk], clock: ManualClock) -> None:
    """Every so often, as long as somebody is a customer, and by one order only."""
    desk = asking(REGULARLY)
    first = delivered(desk)
    days(desk, clock, 100)
    second = delivered(desk)
    days(desk, clock, 500)

    assert [2, 4] == [len(asked(desk, first)), len(asked(desk, second))]


def test_another_question_gives_a_rest(asking: Callable[..., Desk], clock: ManualClock) -> None:
    """Whatever was asked before, by hand or by rule, counts."""
    desk = asking(AFTER_DELIVERY)
    order = delivered(desk)
    desk.surveys.ask("csat", order=order.id)
    days(desk, clock, 30)

    assert ["csat"] == asked(desk, order)


def test_an_order_that_was_imported_is_never_asked_about(tmp_path: Path) -> None:
    """What a source says of a delivery sets no timer."""
    profile = small()
    shop = evolve(shop_for(profile), surveys=(Survey("csat"), AFTER_DELIVERY))
    row = order(person="p", status="delivered", delivered="2024-05-29 10:00:00")
    with opened_with(profile, shop=shop) as desk:
        desk.imports.run(profile, [write(tmp_path, orders=[row], people=[{"person": "p", "key": "k", "name": "Eva"}])])

        assert only(desk).delivered_at is not None
        assert [] == waiting(desk, "SELECT name FROM timers WHERE name = 'ask'")


def test_what_was_switched_off_meanwhile_is_not_asked(opened: Opened, clock: ManualClock) -> None:
    """What the shop switched off since the delivery is not asked."""
    shop = evolve(SHOP, surveys=(Survey("csat"), AFTER_DELIVERY))
    order = delivered(opened(shop=shop))
    later = opened(shop=SHOP)
    days(later, clock, 10)

    assert [] == asked(later, order)
