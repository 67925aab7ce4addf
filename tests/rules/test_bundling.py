"""Several messages as one: which, with which, and said again the same way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.effects import Intent
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.sending import SendPolicy
from incidentkit.domain.shop import Shop
from incidentkit.rules.bundling import MOST_IN_ONE, bundles, goes_along, patience

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
WAITS = Shop(sending=SendPolicy(bundle_within=timedelta(minutes=10)))
AT_ONCE = Shop(sending=SendPolicy(staff_bundle_within=timedelta(0)))


def message(key: str, step: str = "order.shipped", customer: str = "c-1", **given: Any) -> Intent:
    values = (("order", key.upper()),)
    return Intent(
        key, "message", "email", f"o-{key}", step, NOW, CustomerId(customer), values=given.pop("values", values), **given
    )


def grouped(*intents: Intent, shop: Shop = WAITS) -> list[list[str]]:
    return [[bundle.carrier.key, *(carried.key for carried in bundle.carried)] for bundle in bundles(intents, shop)]


def test_news_of_several_orders_of_one_person_is_one_message() -> None:
    """The first carries the others; what it says of each is numbered."""
    bundle, other = bundles((message("a"), message("b", "order.delivered"), message("c", customer="c-2")), WAITS)

    assert ("a", ["b"], "bundle.orders") == (bundle.carrier.key, [i.key for i in bundle.carried], bundle.step)
    assert {
        "item.1.step": "order.shipped",
        "item.1.order": "A",
        "item.2.step": "order.delivered",
        "item.2.order": "B",
    } == dict(bundle.values)
    assert ("c", (), "order.shipped", (("order", "C"),)) == (other.carrier.key, other.carried, other.step, other.values)


@pytest.mark.parametrize(
    "other",
    [
        message("b", customer="c-2"),
        evolve(message("b"), channel="sms"),
        message("b", purpose="legal"),
        message("b", "incident.detected"),
        message("b", "survey.csat"),
        message("b", attempts=2),
    ],
)
def test_some_messages_go_alone(other: Intent) -> None:
    """For others, elsewhere, for another purpose, about a case or a survey, or tried alone before."""
    assert [["a"], ["b"]] == grouped(message("a"), other)


def test_without_a_wait_nothing_is_bundled() -> None:
    """By default every message of an order goes by itself."""
    assert [["a"], ["b"]] == grouped(message("a"), message("b"), shop=Shop())


@pytest.mark.parametrize("reason", ["quiet_hours", "too_many"])
def test_what_was_put_off_together_goes_together(reason: str) -> None:
    """In the morning three messages are one, whether or not the shop waits otherwise."""
    assert [["a", "b"], ["c"]] == grouped(message("a", reason=reason), message("b", reason=reason), message("c"), shop=Shop())


def test_notices_for_one_agent_are_one_message() -> None:
    """For each agent one."""
    notices = [
        message(key, "staff.due", values=(("agent", agent),), purpose="staff")
        for key, agent in zip("abc", ("ana", "leo", "ana"), strict=True)
    ]

    assert [["a", "c"], ["b"]] == grouped(*notices, shop=Shop())
    assert [["a"], ["b"], ["c"]] == grouped(*notices, shop=AT_ONCE)
    assert "bundle.staff" == bundles(notices, Shop())[0].step


def test_what_was_carried_once_is_carried_by_the_same_again() -> None:
    """A second try says the same under the same key, and takes nothing new along."""
    again = (message("b", carrier="a", attempts=2), message("n"), message("a", attempts=2), message("m"))

    assert [["a", "b"], ["n", "m"]] == grouped(*again)


def test_what_has_lost_its_carrier_goes_together_still() -> None:
    """Where the carrier is not among them, the first stands in for it."""
    assert [["b", "c"]] == grouped(message("b", carrier="a"), message("c", carrier="a"))


def test_a_bundle_has_an_end() -> None:
    """So many in one, and the rest in the next."""
    some = [message(f"m{n}") for n in range(MOST_IN_ONE + 2)]

    assert [MOST_IN_ONE, 2] == [len(group) for group in grouped(*some)]


@pytest.mark.parametrize(
    ("expected", "step"), [(10, "order.placed"), (0, "incident.detected"), (0, "survey.csat"), (10, "staff.due")]
)
def test_only_some_messages_wait_for_others(expected: int, step: str) -> None:
    """Those of orders as long as the shop says, notices for staff ten minutes by default."""
    assert timedelta(minutes=expected) == patience(step, WAITS)
    assert bool(expected) is goes_along(message("a", step), WAITS)


@given(
    st.lists(
        st.builds(
            message,
            st.integers(0, 99).map(str),
            st.sampled_from(("order.placed", "incident.detected", "staff.due")),
            st.sampled_from(("c-1", "c-2")),
            carrier=st.none() | st.integers(0, 99).map(str),
            attempts=st.integers(1, 2),
        ),
        unique_by=lambda intent: intent.key,
        max_size=30,
    )
)
def test_every_message_is_in_exactly_one_bundle(intents: list[Intent]) -> None:
    """None is lost and none is said twice, whatever was carried by what before."""
    said = [intent for bundle in bundles(intents, WAITS) for intent in (bundle.carrier, *bundle.carried)]

    assert sorted(intent.key for intent in intents) == sorted(intent.key for intent in said)
