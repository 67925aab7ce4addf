"""Authority in shop.toml: as it is written, and each slip at its place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_to_json
from incidentkit.domain.authority import Authority
from incidentkit.domain.shop import Shop
from incidentkit.errors import ConfigurationError

FILE = """
[[teams]]
name = "after-sales"

[[agents]]
name = "ana"
team = "after-sales"

[[agents]]
name = "lea"
team = "after-sales"
role = "lead"

[authority.agent]
per_incident = 25
per_customer = "100.50"
customer_days = 90
per_day = 60.25
cause_days = 7
kinds = ["refund", "discount"]
approve_within = "2h"

[authority.agent.per_cause]
defect = 500

[authority.lead]
supervises = true
may_approve = false
approve_within = "none"
"""


def problems(text: str) -> list[str]:
    """Every mistake of a file, as it is told."""
    with pytest.raises(ConfigurationError) as refused:
        parse_shop(text)
    return [str(problem) for problem in refused.value.problems]


def test_it_is_read_as_it_is_written() -> None:
    """Amounts as numbers or text, exactly."""
    agent = Authority(25, "100.50", 90, "60.25", {"defect": 500}, 7, ("refund", "discount"), approve_within=timedelta(hours=2))
    lead = Authority(supervises=True, may_approve=False, approve_within=None)

    assert {"agent": agent, "lead": lead} == parse_shop(FILE).authority


def test_it_is_kept_as_it_is() -> None:
    """In the store too."""
    shop = parse_shop(FILE)

    assert shop == shop_from_json(shop_to_json(shop))


@given(st.from_type(Shop))
def test_any_shop_keeps_its_authority(shop: Shop) -> None:
    """Whatever it says."""
    assert shop.authority == shop_from_json(shop_to_json(shop)).authority


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[authority.agent]\nper_dya = 3", "authority.agent.per_dya: expected one of the keys per_incident"),
        (
            "[authority.agent]\nper_day = -3",
            'authority.agent.per_day: expected an amount of at least 0, such as "2.50", found -3',
        ),
        ("[authority.agent]\nper_day = true", "authority.agent.per_day: expected an amount"),
        ("[authority.agnet]\nper_day = 3", "authority.agnet: expected a role that an agent has"),
        ("[authority.agent.per_cause]\nmagic = 3", "authority.agent.per_cause.magic: expected one of absent"),
        (
            "[authority.agent]\nper_day = 3.005",
            "authority.agent.per_day: expected at most 2 digits after the point, found 3.005",
        ),
        ("[authority.agent]\ncustomer_days = 1.5", "authority.agent.customer_days: expected a whole number"),
        ('[authority.agent]\napprove_within = "soon"', "authority.agent.approve_within: expected a duration"),
        ("[authority]\nagent = 3", "authority.agent: expected a table"),
    ],
)
def test_a_slip_is_named_at_its_place(text: str, expected: str) -> None:
    """With what was expected there."""
    (found,) = problems(text)

    assert found.startswith(expected)


def test_a_role_of_an_agent_who_has_another_mistake_is_none_of_them() -> None:
    """Only what is wrong is named."""
    assert ["agents[1].team: expected a text, found 3"] == problems(
        FILE.replace('team = "after-sales"\nrole', "team = 3\nrole")
    )


def test_an_agent_of_a_role_whose_table_has_a_mistake_has_none() -> None:
    """Only what is wrong is named."""
    assert ["authority.lead.supervises: expected true or false, found 3"] == problems(
        FILE.replace("supervises = true", "supervises = 3")
    )


def test_an_agent_of_a_role_without_a_table_is_named() -> None:
    """With the roles that there are."""
    (found,) = problems(FILE.replace('role = "lead"', 'role = "boss"').replace("[authority.lead]", "[authority.supervisor]"))

    assert "agents.lea.role: expected one of agent, supervisor, found 'boss'" == found
