"""Facts say of an order, incident or ask what measures and the queue need, in whole microseconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import AskId, CustomerId, IncidentId, LineId, OrderId
from incidentkit.domain.incidents import Deadlines, Handover, Incident, Owner, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Answer, Ask, Scale
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due, micros
from incidentkit.measures.facts import answer_fact, incident_fact, incident_orders, order_fact
from incidentkit.store.facts import FACT_TABLES

PLACED = datetime(2024, 3, 30, 10, tzinfo=UTC)
HOUR = 3_600_000_000
SHOP = Shop()


def an_order(**changes: Any) -> Order:
    """An order of one unit."""
    line = Line("P-1", 1, Money("9.50", "EUR"), id=LineId("1"))
    return Order(id=OrderId("o-1"), placed_at=PLACED, captured=Money("9.50", "EUR"), lines=(line,), **changes)


def promised(due: Due, id: str = "p-1", replaced_by: str | None = None) -> Promise:
    """A delivery promise."""
    return Promise(id, "delivery", due, PLACED, "host:host", replaced_by=replaced_by)


def an_incident(**changes: Any) -> Incident:
    """A detected incident on two orders."""
    given: dict[str, Any] = {
        "id": IncidentId("i-1"),
        "type": "late",
        "severity": "minor",
        "description": Text("t-1"),
        "detected_at": PLACED,
        "owner": Owner("after-sales"),
        "orders": (OrderId("o-1"), OrderId("o-2")),
    }
    return Incident(**(given | changes))


def an_ask(**changes: Any) -> Ask:
    """A question that nobody has answered."""
    given: dict[str, Any] = {
        "id": AskId("a-1"),
        "survey": "csat",
        "scale": Scale(1, 5),
        "asked_at": PLACED,
        "order": OrderId("o-1"),
    }
    return Ask(**(given | changes))


def columns(table: str) -> set[str]:
    """The columns of a table of facts, without the tenant."""
    return {c.name for c in FACT_TABLES[table].columns} - {"tenant"}


def test_rows_fit_their_tables() -> None:
    """A fact has exactly the columns of its table, so that it is written as it is."""
    answered = answer_fact(an_ask(answer=Answer(3, PLACED)))

    assert answered is not None
    assert {
        "facts_orders": columns("facts_orders"),
        "facts_incidents": columns("facts_incidents"),
        "facts_incident_orders": columns("facts_incident_orders"),
        "facts_answers": columns("facts_answers"),
    } == {
        "facts_orders": set(order_fact(an_order(), "UTC")),
        "facts_incidents": set(incident_fact(an_incident(), SHOP)),
        "facts_incident_orders": set(incident_orders(an_incident())[0]),
        "facts_answers": set(answered),
    }


def test_an_order_has_its_durations() -> None:
    """Confirmation and delivery are counted from the moment the order was placed, also backwards."""
    fact = order_fact(
        an_order(confirmed_at=PLACED + timedelta(hours=2), delivered_at=PLACED - timedelta(microseconds=1)), "Europe/Madrid"
    )

    assert (2 * HOUR, -1) == (fact["confirmation"], fact["delivery"])


def test_an_order_that_stands_still_has_no_durations() -> None:
    """What has not happened is None, never zero; so is what was not given."""
    fact = order_fact(an_order(), "Europe/Madrid")

    assert {None} == {fact[c] for c in ("confirmation", "delivery", "on_time", "promised_due", "number", "account", "customer")}


@pytest.mark.parametrize(
    ("due", "late_by", "on_time"),
    [
        # Madrid's clocks go forward on 31 March: the day ends at 22:00 UTC.
        (date(2024, 3, 31), timedelta(microseconds=-1), 1),
        (date(2024, 3, 31), timedelta(0), 0),
        (datetime(2024, 3, 31, 22, tzinfo=UTC), timedelta(0), 1),
        (datetime(2024, 3, 31, 22, tzinfo=UTC), timedelta(microseconds=1), 0),
    ],
)
def test_on_time_is_by_the_end_of_the_day_or_the_instant(due: Due, late_by: timedelta, on_time: int) -> None:
    """A date lasts to the end of that day in the shop's zone; an instant is that instant."""
    order = an_order(promises=(promised(due),), delivered_at=datetime(2024, 3, 31, 22, tzinfo=UTC) + late_by)

    assert on_time == order_fact(order, "Europe/Madrid")["on_time"]


def test_on_time_is_by_the_first_promise() -> None:
    """A later promise replaces the first in the queue, never in the judgement."""
    first, second = PLACED + timedelta(days=1), PLACED + timedelta(days=5)
    order = an_order(promises=(promised(first, replaced_by="p-2"), promised(second, "p-2")), delivered_at=second)
    fact = order_fact(order, "UTC")

    assert (0, micros(first), micros(second)) == (fact["on_time"], fact["promised_first"], fact["promised_due"])


def test_a_cancelled_order_is_marked() -> None:
    """An order with nothing left of it counts as cancelled, with its time and status."""
    line = Line("P-1", 1, Money("9.50", "EUR"), id=LineId("1"), cancelled=1)
    fact = order_fact(
        Order(
            id=OrderId("o-1"),
            placed_at=PLACED,
            captured=Money("9.50", "EUR"),
            lines=(line,),
            cancelled_at=PLACED + timedelta(hours=1),
        ),
        "UTC",
    )

    assert (1, micros(PLACED) + HOUR, "cancelled") == (fact["cancelled"], fact["cancelled_at"], fact["status"])


def test_an_incident_has_what_the_queue_sorts_by() -> None:
    """Group, severity rank, cause's category, owner, hand-over and deadlines are in the row."""
    incident = an_incident(
        severity="critical",
        cause="carrier_delay",
        owner=Owner("after-sales", "ana"),
        handover=Handover("luis", "agent:ana", PLACED),
        deadlines=Deadlines(PLACED + timedelta(hours=4), PLACED + timedelta(days=2)),
        customer=CustomerId("c-1"),
        reported_by="customer",
    )
    expected = {
        "order_id": "o-1",
        "customer": "c-1",
        "group": "logistics",
        "severity_rank": 0,
        "cause": "carrier_delay",
        "cause_category": "carrier",
        "owner_team": "after-sales",
        "owner_agent": "ana",
        "handover_to": "luis",
        "communicate_by": micros(PLACED) + 4 * HOUR,
        "resolve_by": micros(PLACED) + 48 * HOUR,
        "reported_by": "customer",
        "open": 1,
    }

    assert expected.items() <= incident_fact(incident, SHOP).items()


def test_what_the_settings_no_longer_name_is_still_a_fact() -> None:
    """A type, severity or cause that the shop dropped has no group or category, and ranks last."""
    fact = incident_fact(an_incident(type="old", severity="old", cause="old", orders=()), SHOP)

    assert (None, None, 2, None) == (fact["group"], fact["cause_category"], fact["severity_rank"], fact["order_id"])


def test_a_resolution_that_stands_has_its_duration() -> None:
    """Resolved is counted from detection to the resolution that was not undone."""
    at = PLACED + timedelta(hours=3)
    fact = incident_fact(an_incident(phase=Phase.RESOLVED, resolved_at=at, first_resolved_at=at, claimed=True), SHOP)

    assert (3 * HOUR, 1, 1, 0) == (fact["resolution"], fact["ever_resolved"], fact["claimed"], fact["reopened"])


def test_a_reopened_incident_was_once_resolved() -> None:
    """An undone resolution leaves no duration, but that there was one stays known."""
    fact = incident_fact(an_incident(phase=Phase.COMMUNICATED, first_resolved_at=PLACED, reopened=2), SHOP)

    assert (None, 1, 2) == (fact["resolution"], fact["ever_resolved"], fact["reopened"])


@pytest.mark.parametrize("phase", Phase)
def test_withdrawn_and_merged_incidents_count_nowhere(phase: Phase) -> None:
    """Withdrawn and merged incidents don't count, neither themselves nor for their orders."""
    incident = an_incident(phase=phase, evidence=Evidence.answer("a-1"))
    counts = int(phase not in ("withdrawn", "merged"))
    is_open = int(phase in ("detected", "communicated", "resolved"))
    links = [{"order_id": o, "incident_id": "i-1", "counts": counts, "open": is_open} for o in ("o-1", "o-2")]
    fact = incident_fact(incident, SHOP)

    assert (counts, is_open, links) == (fact["counts"], fact["open"], incident_orders(incident))


@pytest.mark.parametrize(("score", "top"), [(4, 0), (5, 1)])
def test_an_answer_knows_whether_it_is_the_top(score: int, top: int) -> None:
    """The top is the highest value of the ask's own scale."""
    fact = answer_fact(an_ask(answer=Answer(score, PLACED + timedelta(hours=1)), customer=CustomerId("c-1")))

    assert fact is not None
    assert (score, top, micros(PLACED) + HOUR, "c-1") == (fact["score"], fact["top"], fact["answered_at"], fact["customer"])


def test_an_unanswered_ask_is_no_fact() -> None:
    """What nobody answered has no row."""
    assert answer_fact(an_ask()) is None
