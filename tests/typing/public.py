"""The public surface as a type checker sees it. It is never run: mypy and pyright check it, and both must find nothing.

Each `assert_type` fails where a name loses its type, which users would notice before we do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import assert_type

import incidentkit as ik
from incidentkit.hooks import (
    AddressKind,
    Channel,
    ChannelFeatures,
    Event,
    Message,
    PluginContext,
    Receipt,
    ReceiptKind,
    Secret,
    hookimpl,
)


def desk_and_settings(path: Path) -> None:
    """A desk is opened by a URL, with settings from a file or in Python."""
    shop = ik.load_shop(path)
    assert_type(shop, ik.Shop)
    with ik.open_desk("sqlite://", shop, clock=lambda: datetime.now(UTC)) as desk:
        assert_type(desk, ik.Desk)
        assert_type(desk.clock(), datetime)
        assert_type(desk.queue(), ik.Page[ik.QueueItem])
        assert_type(desk.send_due(limit=10), ik.SendReport)
        assert_type(desk.people.opt_out("c-1", channel="sms"), ik.Preferences)
        assert_type(desk.people.explain_send("message/1"), ik.SendExplanation)


def needs(desk: ik.Desk) -> None:
    """A contact names its need; a need has a journey; an order has a context."""
    contact = desk.contacts.log(channel="phone", customer="eva-77", live=True, by="ana")
    assert_type(contact, ik.Contact)
    need = desk.needs.resolve(contact.need)
    assert_type(need, ik.Need)
    assert_type(need.journey, ik.Journey)
    assert_type(need.journey.cost, ik.Money | None)
    assert_type(desk.needs.find(customer="eva-77", open=True), ik.Page[ik.Need])
    assert_type(desk.context("o-1"), ik.Context)
    assert_type(ik.Rate("phone", "2.50"), ik.Rate)


def orders(desk: ik.Desk) -> None:
    """Commands on orders return orders."""
    eva = ik.Customer("eva-77", name="Eva", email="eva@example.com")
    order = desk.orders.place(eva, [ik.Line("mug", 2, "9.90")], promised=date(2026, 9, 5), number="1001", key="k")
    assert_type(order, ik.Order)
    assert_type(order.status, ik.OrderStatus)
    assert_type(order.lines, tuple[ik.Line, ...])
    assert_type(desk.orders.ship(order.id, carrier="Correos", by="ana"), ik.Order)
    assert_type(desk.orders.find(number="1001"), ik.Page[ik.Order])
    assert_type(desk.orders.timeline(order.id), ik.Page[ik.TimelineEntry])


def incidents(desk: ik.Desk, order: ik.Order) -> None:
    """Commands on cases return cases."""
    case = desk.incidents.report(order.id, "out_of_stock", "None left.", cause="oversold")
    assert_type(case, ik.Incident)
    assert_type(case.phase, ik.Phase)
    offer = ik.Offer("refund", date(2026, 9, 3), "5.00")
    assert_type(offer.kind, str)
    assert_type(desk.incidents.offer(case.id, [offer]), ik.Incident)
    assert_type(desk.incidents.log_conversation(case.id, channel="phone", summary="Told."), ik.Incident)
    ask = desk.surveys.ask(incident=case.id)
    assert_type(ask, ik.Ask)
    assert_type(desk.incidents.confirm_satisfaction(case.id, ik.Evidence.answer(ask.id)), ik.Incident)


def messages(desk: ik.Desk) -> None:
    """Messages come by their key; what is done about one returns it, or the one that goes out in its place."""
    message = desk.messages.get("message/1")
    assert_type(message, ik.Intent)
    assert_type(message.state, ik.IntentState)
    assert_type(desk.messages.dead(limit=10), ik.Page[ik.Intent])
    assert_type(desk.messages.repair(message.key, email="eva@example.com", by="ana"), ik.Intent)
    assert_type(desk.messages.resend(message.key, by="ana", reason="mended"), ik.Intent)
    assert_type(desk.messages.settle(message.key, sent=True), ik.Intent)
    taken = desk.messages.receipt(channel="paper", reference="p-1", receipt=Receipt(ReceiptKind.DELIVERED))
    assert_type(taken, bool)
    per_minute = ik.RateLimit(count=100, per=timedelta(minutes=1))
    assert_type(ik.ChannelSettings("paper", retry=ik.RetryPolicy(attempts=3), rate=per_minute), ik.ChannelSettings)


def errors(desk: ik.Desk) -> None:
    """Errors carry what they say as attributes."""
    try:
        desk.orders.get("none")
    except ik.TransitionRefused as refused:
        assert_type(refused.code, str)
    except ik.IncidentkitError as error:
        assert_type(error.subject, str)
        assert_type(error.next, str)


class Paper:
    """A channel as its author writes it."""

    name = "paper"
    address: AddressKind = "email"
    features = ChannelFeatures(confirms=False, idempotent=False)

    def send(self, message: Message) -> Receipt:
        """Nothing is sent."""
        assert_type(message.to, str)
        return Receipt(ReceiptKind.ACCEPTED)


class Settings:
    """Settings of a plugin."""

    token: Secret


@hookimpl
def incidentkit_register_channels(context: PluginContext) -> Iterable[Channel]:
    """What is returned fits the protocol."""
    assert_type(context.settings(Settings).token.reveal(), str)
    return [Paper()]


@hookimpl
def incidentkit_on_events(events: tuple[Event, ...]) -> None:
    """What is observed is typed."""
    for event in events:
        assert_type(event.type, str)
        assert_type(event.seq, int)


def working_time(since: datetime, until: datetime) -> None:
    """Calendars take hours as text, and answer in durations and instants."""
    hours = ik.Schedule(
        "Europe/Madrid", {"mon-fri": ["09:00-14:00"]}, dates={date(2026, 1, 5): []}, holidays=[ik.PublicHolidays("ES")]
    )
    calendar = ik.Calendar("office", hours, [ik.CalendarChange(since, ik.Schedule.always())])
    working = ik.WorkingTime(calendar)
    assert_type(hours.week, tuple[tuple[ik.Hours, ...], ...])
    assert_type(working.elapsed(since, until), timedelta)
    assert_type(working.deadline(since, timedelta(hours=4)), datetime)
    assert_type(working.explain(since, until), ik.Explanation)
    assert_type(ik.Shop().calendar_of("after-sales", "phone"), ik.Calendar)
