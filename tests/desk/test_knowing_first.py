"""Who knew first, the customer or the shop: the figures that say so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.importing import order as order_row
from tests.desk.test_importing_contacts import READ, desk_at, folder_with, message, ticket
from tests.desk.world import placed, reported

HOUR = timedelta(hours=1)


def share(desk: Desk, measure: str) -> tuple[int, float | None]:
    """How many count, and which part of them is as it should be."""
    row = desk.measure(measure).rows[0]
    return row.n, row.value


# --- Told first --------------------------------------------------------------------------------------------------


def test_a_case_of_which_nobody_has_spoken_does_not_count(desk: Desk) -> None:
    """As long as nobody has said anything, nobody was first."""
    reported(desk)

    assert (0, None) == share(desk, "told_first_rate")


def test_a_customer_who_hears_it_from_the_shop_was_told_first(desk: Desk) -> None:
    """A message that arrived counts."""
    desk.incidents.notify(reported(desk).id)
    desk.send_due()

    assert (1, 1.0) == share(desk, "told_first_rate")


def test_a_question_before_the_message_is_a_miss(desk: Desk, clock: ManualClock) -> None:
    """The customer asked about the order, and was told afterwards."""
    case = reported(desk)
    clock.advance(hours=1)
    desk.contacts.log(channel="phone", order=case.orders[0])
    clock.advance(hours=1)
    desk.incidents.notify(case.id)
    desk.send_due()

    assert (1, 0.0) == share(desk, "told_first_rate")


def test_a_question_after_the_message_changes_nothing(desk: Desk, clock: ManualClock) -> None:
    """Who answers a message was told first."""
    case = reported(desk)
    desk.incidents.notify(case.id)
    desk.send_due()
    clock.advance(hours=1)
    desk.contacts.log(channel="email", order=case.orders[0])

    assert (1, 1.0) == share(desk, "told_first_rate")


def test_at_the_same_instant_is_a_miss(desk: Desk) -> None:
    """A tie is not first."""
    case = reported(desk)
    desk.contacts.log(channel="phone", order=case.orders[0])
    desk.incidents.notify(case.id)
    desk.send_due()

    assert (1, 0.0) == share(desk, "told_first_rate")


def test_what_the_customer_reports_is_a_miss(desk: Desk, clock: ManualClock) -> None:
    """They knew it before the shop did."""
    case = reported(desk, reported_by="customer")
    clock.advance(hours=1)
    desk.incidents.log_conversation(case.id, channel="phone", summary="We are sorry.", by="ana")

    assert (1, 0.0) == share(desk, "told_first_rate")


def test_a_message_that_came_back_told_nobody(desk: Desk, post: Post) -> None:
    """A bounce is no notice."""
    post.post.mood = "bounced"
    desk.incidents.notify(reported(desk).id)
    desk.send_due()

    assert (0, None) == share(desk, "told_first_rate")


def test_an_automatic_reply_is_no_question(desk: Desk, clock: ManualClock) -> None:
    """No person got in touch."""
    case = reported(desk)
    desk.contacts.log(channel="email", order=case.orders[0], automatic=True)
    clock.advance(hours=1)
    desk.incidents.notify(case.id)
    desk.send_due()

    assert (1, 1.0) == share(desk, "told_first_rate")


def test_a_kept_figure_hears_of_a_later_question(desk: Desk, clock: ManualClock) -> None:
    """A week's figure that was asked for before is computed anew when the customer turns out to have asked first."""
    case = reported(desk)
    clock.advance(hours=2)
    desk.incidents.notify(case.id)
    desk.send_due()
    clock.advance(days=21)
    before = desk.measure("told_first_rate", by="week").rows[0].value
    desk.contacts.log(channel="phone", order=case.orders[0], at=clock.now - timedelta(days=21, hours=1))

    assert (1.0, 0.0) == (before, desk.measure("told_first_rate", by="week").rows[0].value)


# --- Before the delivery -----------------------------------------------------------------------------------------


def test_told_before_the_parcel_came(desk: Desk, clock: ManualClock) -> None:
    """The customer knows when they open the box."""
    order = desk.orders.ship(placed(desk).id)
    case = reported(desk, order)
    clock.advance(hours=1)
    desk.incidents.notify(case.id)
    desk.send_due()
    clock.advance(hours=1)
    desk.orders.deliver(order.id)

    assert (1, 1.0) == share(desk, "communicated_before_delivery_rate")


def test_told_after_the_parcel_came(desk: Desk, clock: ManualClock) -> None:
    """The customer found out by themselves."""
    order = desk.orders.ship(placed(desk).id)
    case = reported(desk, order)
    clock.advance(hours=1)
    desk.orders.deliver(order.id)
    clock.advance(hours=1)
    desk.incidents.notify(case.id)
    desk.send_due()

    assert (1, 0.0) == share(desk, "communicated_before_delivery_rate")


def test_what_is_found_after_the_delivery_does_not_count(desk: Desk, clock: ManualClock) -> None:
    """Nobody could have told them before."""
    order = desk.orders.deliver(desk.orders.ship(placed(desk).id).id)
    clock.advance(hours=1)
    reported(desk, order)

    assert (0, None) == share(desk, "communicated_before_delivery_rate")


def test_another_lines_parcel_is_not_meant(desk: Desk, clock: ManualClock) -> None:
    """Only what a case is about decides: what came before and is not in it leaves it to the promise."""
    order = placed(desk, promised=clock.now + 5 * HOUR)
    reported(desk, order, lines=[order.lines[1].id])
    clock.advance(hours=1)
    desk.orders.ship(order.id, {order.lines[0].id: 3})
    desk.orders.deliver(order.id)
    pending = share(desk, "communicated_before_delivery_rate")
    clock.advance(hours=5)

    assert ((0, None), (1, 0.0)) == (pending, share(desk, "communicated_before_delivery_rate"))


# --- News before a question --------------------------------------------------------------------------------------


def test_an_order_is_judged_once_it_is_finished(desk: Desk, clock: ManualClock) -> None:
    """News that came in time count from the delivery on."""
    order = desk.orders.confirm(placed(desk).id)
    clock.advance(hours=1)
    desk.orders.ship(order.id)
    desk.send_due()
    pending = share(desk, "proactive_update_rate")
    desk.orders.deliver(order.id)

    assert ((0, None), (1, 1.0)) == (pending, share(desk, "proactive_update_rate"))


@pytest.mark.parametrize(("days", "found"), [(29, (0, None)), (30, (1, 0.0))])
def test_an_order_without_news_is_a_miss_after_thirty_days(
    desk: Desk, clock: ManualClock, days: int, found: tuple[int, float | None]
) -> None:
    """Also where its customer never asked."""
    desk.orders.confirm(placed(desk).id)
    clock.advance(days=days)

    assert found == share(desk, "proactive_update_rate")


def test_a_question_before_the_news_is_a_miss(desk: Desk, clock: ManualClock) -> None:
    """The status was published when the customer had asked already."""
    order = desk.orders.confirm(placed(desk).id)
    clock.advance(hours=1)
    desk.contacts.log(channel="phone", order=order.id)
    clock.advance(hours=1)
    desk.orders.publish_status(order.id, "It waits for a lid.")
    clock.advance(days=30)

    assert (1, 0.0) == share(desk, "proactive_update_rate")


def test_news_before_the_confirmation_are_none(desk: Desk, clock: ManualClock) -> None:
    """A status that was published before does not count, one after it does."""
    order = placed(desk)
    desk.orders.publish_status(order.id, "We have it.")
    clock.advance(hours=1)
    desk.orders.confirm(order.id)
    clock.advance(days=30)
    before = share(desk, "proactive_update_rate")
    desk.orders.publish_status(order.id, "It is packed.")

    assert ((1, 0.0), (1, 1.0)) == (before, share(desk, "proactive_update_rate"))


def test_news_that_came_back_are_none(desk: Desk, post: Post, clock: ManualClock) -> None:
    """A bounced message told nobody how the order stands."""
    order = desk.orders.confirm(placed(desk).id)
    desk.send_due()
    post.post.mood = "bounced"
    desk.orders.ship(order.id)
    desk.send_due()
    clock.advance(days=30)

    assert (1, 0.0) == share(desk, "proactive_update_rate")


# --- Contacts with a case ----------------------------------------------------------------------------------------


def test_what_is_taken_down_here_has_a_case(desk: Desk) -> None:
    """A contact about an order counts; one about none, one of ours and one of a machine do not."""
    order = placed(desk)
    desk.contacts.log(channel="phone", order=order.id)
    desk.contacts.log(channel="phone", customer="somebody")
    desk.contacts.log(channel="phone", order=order.id, direction="out")
    desk.contacts.log(channel="email", order=order.id, automatic=True)

    assert (1, 1.0) == share(desk, "ticket_coverage_rate")


def test_what_is_found_later_has_one_only_by_number(tmp_path: Path) -> None:
    """Of mails that an import found, one with a ticket's number and one about an incident are covered, the third is not."""
    mails = [
        message("1", 1, order="A", case="T-7"),
        message("2", 2, order="B"),
        message("3", 3, order="C", ticket="1"),
    ]
    orders = [order_row(id=name, person=person) for name, person in (("A", "eva"), ("B", "ben"), ("C", "cem"))]
    with desk_at() as desk:
        desk.imports.run(READ, [folder_with(tmp_path, mails, [ticket("1", 0, order="C")], orders)])

        assert pytest.approx((3, 2 / 3)) == share(desk, "ticket_coverage_rate")
