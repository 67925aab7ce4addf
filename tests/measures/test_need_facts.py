"""The facts of needs: one row for each need and contact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.ids import ContactId, IncidentId, NeedId, RemedyId
from incidentkit.domain.money import Money
from incidentkit.domain.needs import Need, Remedied
from incidentkit.measures.fact import Fact
from incidentkit.measures.need_facts import contact_facts, need_fact, need_rows
from tests.rules.needs_world import SHOP, START, contact

HOUR = 3_600_000_000


def a_need(*said: dict[str, Any], **more: Any) -> Need:
    """A need whose contacts came an hour apart."""
    contacts = tuple(
        contact(START + timedelta(hours=n), **{"id": ContactId(f"k-{n}"), "cost": Money(1, "EUR"), **each})
        for n, each in enumerate(said)
    )
    return evolve(Need(NeedId("n-1"), START, contacts=contacts), **more)


def fact(*said: dict[str, Any], **more: Any) -> Fact:
    """The row of such a need."""
    return need_fact(a_need(*said, **more), SHOP)


def test_a_need_has_its_response() -> None:
    """From the first question to the first answer; none without either."""
    out: dict[str, Any] = {"direction": "out"}
    told: tuple[tuple[dict[str, Any], ...], ...] = (({}, out), ({},), ({"live": True}, out))

    assert [HOUR, None, 0] == [fact(*said)["first_response"] for said in told]
    assert (None, None) == ((row := fact(out))["asked_at"], row["first_response"])


@pytest.mark.parametrize(
    ("expected", "later", "more"),
    [
        (1, None, {}),
        (0, timedelta(days=7), {}),
        (1, timedelta(days=7, microseconds=1), {}),
        (0, None, {"reopened": 1}),
        (0, None, {"resolved_at": None}),
    ],
)
def test_one_question_was_enough(expected: int, later: timedelta | None, more: dict[str, object]) -> None:
    """For a week after the resolution, to the microsecond; and nothing was reopened."""
    resolved_at = START + timedelta(hours=1)
    need = a_need({}, **{"resolved_at": resolved_at, **more})
    again = () if later is None else (contact(resolved_at + later, id=ContactId("k-9")),)

    assert expected == need_fact(evolve(need, contacts=need.contacts + again), SHOP)["first_contact"]


def test_inbound_contacts_are_a_persons() -> None:
    """Thanks are contacts too; what a machine sent is none."""
    assert 2 == fact({}, {"expects_answer": False}, {"automatic": True}, {"direction": "out"})["inbound"]


@pytest.mark.parametrize(
    ("expected", "said", "paid"),
    [
        (20_000, ({}, {}), None),
        (70_000, ({}, {}), Money(5, "EUR")),
        (None, ({}, {"cost": None}), None),
        (None, ({},), Money(5, "USD")),
        (None, ({"cost": Money(1, "USD")},), None),
    ],
)
def test_a_cost_is_known_in_full_or_not(expected: int | None, said: tuple[dict[str, object], ...], paid: Money | None) -> None:
    """In ten thousandths of the shop's currency; nothing is left out, and nothing converted."""
    remedied = () if paid is None else (Remedied(IncidentId("i-1"), RemedyId("r-1"), paid),)

    assert expected == fact(*said, remedied=remedied)["cost"]


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (("warehouse", "leo"), ({}, {"direction": "out", "agent": "leo", "team": "warehouse"})),
        (("warehouse", "leo"), ({"agent": "leo", "team": "warehouse"},)),
        (("after-sales", None), ({},)),
    ],
)
def test_a_need_has_a_team(expected: tuple[str, str | None], said: tuple[dict[str, object], ...]) -> None:
    """Of the first answer, else of whoever had it last, else the shop's."""
    row = fact(*said)

    assert expected == (row["team"], row["agent"])


def test_a_joined_need_counts_nowhere() -> None:
    """And has no contacts left."""
    gone = Need(NeedId("n-1"), START, joined=NeedId("n-2"))

    assert (0, 0, None, []) == (
        (row := need_fact(gone, SHOP))["counts"],
        row["open"],
        row["channel"],
        need_rows(gone, SHOP)["facts_contacts"],
    )


def test_a_contact_has_its_row() -> None:
    """With what it cost, and in which currency."""
    (row,) = contact_facts(a_need({"channel": "phone"}))

    assert ("n-1", "k-0", "phone", 10_000, "EUR") == (
        row["need_id"],
        row["contact_id"],
        row["channel"],
        row["cost"],
        row["currency"],
    )
