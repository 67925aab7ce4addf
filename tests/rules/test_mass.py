"""One cause, many orders, as rules: what a case of it is told, when, and what its people are spared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given

from incidentkit.domain.ids import IncidentId, MassId, NoticeId, OrderId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.mass import MassIncident, MassPart, OrderRule
from incidentkit.domain.messages import Notice, ReceiptKind
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.remedies import Offer
from incidentkit.errors import InvalidInput
from incidentkit.rules.mass import MOST_ORDERS, NewStage, add_orders, begin_stage, joins, list_orders
from incidentkit.rules.mass_texts import had, kept_back, mass_values, order_called, patience_for
from incidentkit.testing.strategies import incidents, mass_incidents
from tests.rules.lives import START as NOW
from tests.rules.lives import WORDS
from tests.rules.test_merging import now, open_case

MASS = MassPart(MassId("m-1"), (OrderId("o-1"), OrderId("o-2")), ("S-1", "S-2"))


def a_case() -> Incident:
    """One of its own."""
    return open_case("i-1")


def one_of_many(**given_: object) -> Incident:
    """A case of a mass incident over two orders."""
    return evolve(a_case(), **{"orders": MASS.orders, "mass": MASS, **given_})  # type: ignore[arg-type]


def notice(step: str, generation: int = 1, **given_: object) -> Notice:
    """One that was planned in that round."""
    key = f"message/default/i-1/{step}/c-1/post/{generation}"
    return evolve(Notice(NoticeId("notice-1"), step, "post", key, confirms=True, planned_at=NOW), **given_)  # type: ignore[arg-type]


def test_a_text_is_had_once_in_a_round() -> None:
    """Whichever way it went; a reopened case begins anew, and what is known to be lost was not had."""
    told = one_of_many(notices=(notice("incident.detected"),))
    lost = one_of_many(notices=(notice("incident.detected", receipt=ReceiptKind.BOUNCED),))

    assert had(told, "incident.detected")
    assert not had(lost, "incident.detected")
    assert not had(told, "incident.offered")
    assert not had(evolve(told, reopened=1), "incident.detected")
    assert not had(evolve(told, mass=None), "incident.detected")


def test_what_an_earlier_case_said_is_had() -> None:
    """In the same mass incident, until this one is reopened."""
    later = one_of_many(mass=evolve(MASS, said=("incident.detected",)))

    assert had(later, "incident.detected")
    assert not had(evolve(later, reopened=1), "incident.detected")


def test_a_message_names_all_orders() -> None:
    """One order alone is said as ever."""
    alone = evolve(MASS, orders=MASS.orders[:1], labels=MASS.labels[:1])

    assert {"order": "S-1", "orders": "S-1\nS-2"} == mass_values(one_of_many())
    assert {"order": "S-1"} == mass_values(one_of_many(mass=alone))
    assert {} == mass_values(a_case())
    assert ("S-2", "", "") == (
        order_called(one_of_many(), OrderId("o-2")),
        order_called(one_of_many(mass=alone), OrderId("o-1")),
        order_called(one_of_many(), None),
    )


def test_an_ordinary_case_waits_for_nothing() -> None:
    """Neither that all is done, nor for what else is said."""
    assert not kept_back(a_case(), "incident.carried_out")
    assert timedelta(0) == patience_for(a_case(), "incident.accepted")


def test_orders_are_listed_once_and_some_thousand_at_a_time() -> None:
    """Each event holds a thousand; beyond the most it is refused."""
    mass = MassIncident(MassId("m-1"), "late", WORDS, NOW, orders=(OrderId("o-1"),))
    many = [OrderId(f"o-{number}") for number in range(2500)]
    events = list_orders(mass, many).events

    assert [1000, 1000, 499] == [len(event.orders) for event in events]  # type: ignore[attr-defined]
    with pytest.raises(InvalidInput, match="200,000"):
        list_orders(mass, [OrderId(f"x-{number}") for number in range(MOST_ORDERS)])


@pytest.mark.parametrize(
    "new",
    [
        NewStage("offer"),
        NewStage("offer", (Offer("refund", date(2020, 1, 1)),)),
        NewStage("offer", (Offer("miracle", date(2099, 1, 1)),)),
        NewStage("offer", (Offer("refund", date(2099, 1, 1), lines={"1": 1}),)),
        NewStage("notify", channel="pigeon"),
        NewStage("carry_out"),
    ],
)
def test_what_nobody_could_be_given_is_refused_for_all(new: NewStage) -> None:
    """Before it is done for anybody."""
    with pytest.raises(InvalidInput):
        begin_stage(MassIncident(MassId("m-1"), "late", WORDS, NOW), new, now())


@pytest.mark.parametrize("given_", [{}, {"product": 5}, {"product": "x" * 201, "carrier": "seur"}])
def test_a_rule_names_something_that_orders_have(given_: dict[str, object]) -> None:
    """Every open order would be too many."""
    with pytest.raises(InvalidInput):
        OrderRule(**given_)  # type: ignore[arg-type]


def test_what_joins_again_changes_nothing() -> None:
    """An order is in a case once."""
    case = one_of_many()
    known = Order(OrderId("o-1"), NOW, Money("10.00", "EUR"), (Line("mug", 1, "10.00"),))

    assert () == add_orders(case, [known], "t-1", now()).events
    assert case is joins([evolve(case, phase=Phase.CLOSED), case])
    assert joins([]) is None


@given(mass_incidents(), incidents())
def test_stages_are_numbered_as_they_began(mass: MassIncident, case: Incident) -> None:
    """From 1, and a case covers only orders that it is about."""
    assert list(range(1, len(mass.stages) + 1)) == [stage.number for stage in mass.stages]
    assert case.mass is None or set(case.mass.orders) <= set(case.orders)
    assert IncidentId(case.id)
