"""What a role may grant, as a value: what it can be, what it can't, and what the settings say of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from incidentkit.domain.authority import Authority, Budget, Verdict, bad_authority
from incidentkit.domain.money import Money
from incidentkit.domain.shop import Agent, Shop
from incidentkit.errors import ConfigurationError, MoneyError

CAUSES = ("defect", "picking")


def bad(currency: str = "EUR", **authority: Authority) -> list[str]:
    """What is wrong with it, in a shop with a lead."""
    return bad_authority(authority, ("agent", "lead"), currency, CAUSES)


def test_amounts_are_given_as_numbers_or_text() -> None:
    """Whole numbers, decimals, and decimals in words; never a float."""
    given = Authority(per_incident=25, per_customer="100.50", per_day=Decimal(60), per_cause={"defect": 5})

    assert (Decimal(25), Decimal("100.50"), Decimal(60), {"defect": Decimal(5)}) == (
        given.per_incident,
        given.per_customer,
        given.per_day,
        given.per_cause,
    )
    for odd in (0.1, -1, "much"):
        with pytest.raises(MoneyError):
            Authority(per_day=odd)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "limited"),
    [
        ({}, False),
        ({"kinds": ("refund",), "supervises": True}, False),
        ({"per_incident": 0}, True),
        ({"per_customer": 1}, True),
        ({"per_day": 1}, True),
        ({"per_cause": {"defect": 1}}, True),
    ],
)
def test_a_sum_of_any_kind_limits(given: dict[str, Any], limited: bool) -> None:
    """Kinds and powers are no sums."""
    assert limited == Authority(**given).limited


def test_what_is_left_is_never_less_than_nothing() -> None:
    """Where more was granted than there is now."""
    budgets = [Budget("day", Money("5", "EUR"), Money(used, "EUR")) for used in ("3", "5", "7")]

    assert ["2.00", "0.00", "0.00"] == [str(budget.remaining.amount) for budget in budgets]


def test_a_verdict_without_anything_exceeded_allows() -> None:
    """Whoever else may."""
    beyond = Budget("day", Money("5", "EUR"), Money("5", "EUR"))

    assert [True, False] == [Verdict().allowed, Verdict((beyond,)).allowed]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"customer_days": 0}, "customer_days: expected 1 to 3653 days, found 0"),
        ({"customer_days": 3_654}, "customer_days: expected 1 to 3653 days, found 3654"),
        ({"cause_days": 0}, "cause_days: expected 1 to 3653 days, found 0"),
        ({"approve_within": timedelta(0)}, "approve_within: expected more than nothing, found 0:00:00"),
        ({"per_incident": "1.005"}, "per_incident: expected at most 2 digits after the point, found 1.005"),
        ({"per_customer": "1.005"}, "per_customer: expected at most 2 digits after the point, found 1.005"),
        ({"per_day": "1.005"}, "per_day: expected at most 2 digits after the point, found 1.005"),
        ({"per_cause": {"defect": "1.005"}}, "per_cause.defect: expected at most 2 digits after the point, found 1.005"),
        ({"per_cause": {"magic": 1}}, "per_cause.magic: expected one of defect, picking, found 'magic'"),
    ],
)
def test_each_mistake_has_its_place(given: dict[str, Any], problem: str) -> None:
    """By role and key."""
    assert [f"authority.agent.{problem}"] == bad(agent=Authority(**given))


def test_what_can_be_meant_is_left_alone() -> None:
    """Up to the longest time, the finest coin of the currency, and requests that wait for ever."""
    edges = Authority(customer_days=3_653, cause_days=1, approve_within=None, per_day="1.05", may_approve=True)

    assert [] == bad(agent=edges, lead=Authority(supervises=True), host=Authority(per_day=0), rule=Authority(), cli=Authority())
    assert ["authority.agent.per_day: expected at most 0 digits after the point, found 1.05"] == bad("JPY", agent=edges)


def test_all_mistakes_come_at_once() -> None:
    """Of every role, whatever else is wrong."""
    odd = {"agnet": Authority(), "agent": Authority(cause_days=0, per_day="1.005"), "host": Authority(supervises=True)}
    found = bad_authority(odd, (), "EUR", CAUSES)

    assert ["authority.agnet", "authority.agent.cause_days", "authority.agent.per_day", "authority.host"] == [
        problem.partition(":")[0] for problem in found
    ]


def test_a_role_that_nobody_has_is_a_slip() -> None:
    """It would limit nobody."""
    assert [
        "authority.agnet: expected a role that an agent has, or one of agent, supervisor, host, rule, cli, found no such"
    ] == bad(agnet=Authority())


@pytest.mark.parametrize("given", [Authority(supervises=True), Authority(may_approve=True)])
@pytest.mark.parametrize("role", ["host", "rule", "cli"])
def test_no_machine_has_power_over_people(role: str, given: Authority) -> None:
    """They grant for themselves at the most."""
    assert [f"authority.{role}: expected no powers over others, found supervises or may_approve"] == bad_authority(
        {role: given}, (), "EUR", CAUSES
    )


def test_a_shop_checks_the_roles_of_its_agents() -> None:
    """One of its own has a table."""
    with pytest.raises(ConfigurationError) as refused:
        Shop(agents=(Agent("lea", "after-sales", "lead"),))

    assert ("agents.lea.role: expected one of agent, supervisor, found 'lead'",) == refused.value.problems
    assert "lead" == Shop(agents=(Agent("lea", "after-sales", "lead"),), authority={"lead": Authority()}).agents[0].role


def test_a_machine_is_no_role_of_an_agent() -> None:
    """Although it may have a table."""
    with pytest.raises(ConfigurationError, match="expected one of agent, supervisor, found 'host'"):
        Shop(agents=(Agent("lea", "after-sales", "host"),), authority={"host": Authority()})


@pytest.mark.parametrize(
    ("role", "table", "expected"),
    [
        ("supervisor", None, True),
        ("supervisor", Authority(), True),
        ("agent", Authority(), False),
        ("lead", Authority(), False),
        ("lead", Authority(supervises=True), True),
    ],
)
def test_a_supervisor_is_whoever_has_that_role_or_its_powers(role: str, table: Authority | None, expected: bool) -> None:
    """By the settings."""
    agent = Agent("lea", "after-sales", role)
    shop = Shop(agents=(agent,), authority={} if table is None else {role: table})

    assert (expected, (agent,) if expected else ()) == (shop.supervises(agent), shop.supervisors)
