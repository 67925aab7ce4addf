"""Profiles of contacts, promises and accounts, and their mistakes."""

from __future__ import annotations

import pytest

from incidentkit.codec.profile import load_profile, parse_profile
from incidentkit.domain.import_dealings import ContactRule
from incidentkit.domain.picks import Pick
from incidentkit.errors import ConfigurationError

SOURCES = """
name = "small"
[sources.orders]
files = "orders.csv"
[sources.said]
files = "said.csv"
"""
ORDERS = '[[orders]]\nsource = "orders"\nkey = "id"\nplaced = "at"\n'
TICKETS = '[[incidents]]\nname = "{}"\nsource = "said"\nkey = {}\ntype = "t"\ndetected = "d"\n'
CONTACTS = '[[contacts]]\nname = "mail"\nsource = "said"\nkey = "id"\nat = "at"\nchannel = { value = "email" }\n'
PROMISES = '[[promises]]\nname = "date"\nsource = "said"\nkey = "id"\norder = "o"\npromised = "p"\n'
ACCOUNTS = '[[accounts]]\nsource = "said"\nkey = "code"\nname = "n"\n'


def problems_of(text: str) -> list[str]:
    """What is wrong with a profile."""
    with pytest.raises(ConfigurationError) as caught:
        parse_profile(SOURCES + text)
    return [str(problem) for problem in caught.value.problems]


def test_a_profile_of_contacts_alone() -> None:
    """It needs no orders and no incidents; it knows the columns that it reads."""
    read = parse_profile(SOURCES + CONTACTS + "[contacts.customer]\nkey = 'who'")

    assert ("mail", Pick(value="email")) == (read.contacts[0].name, read.contacts[0].channel)
    assert {"id", "at", "who"} == read.columns("said")


def test_the_columns_of_what_a_rule_names() -> None:
    """Those of its order and its incident too."""
    text = (
        ORDERS
        + TICKETS.format("ticket", '["a", "b"]')
        + CONTACTS
        + 'order = "o"\nincident = ["x", "y"]\n'
        + PROMISES
        + ACCOUNTS
    )
    read = parse_profile(SOURCES + text)

    assert {"a", "b", "x", "y", "o", "p", "code", "n", "t", "d", "id", "at"} == read.columns("said")
    assert "ticket" == read.case_of(read.contacts[0])


def test_of_several_rules_for_incidents_one_is_named() -> None:
    """Otherwise it is not clear whose keys a contact has."""
    two = TICKETS.format("ticket", '"t"') + TICKETS.format("claim", '"t"')
    rule = "contacts[0].case: expected the name of a rule for incidents, ticket, claim, found "

    assert [f"{rule}''"] == problems_of(two + CONTACTS + 'incident = "x"')
    assert [f"{rule}'other'"] == problems_of(two + CONTACTS + 'incident = "x"\ncase = "other"')
    assert isinstance(parse_profile(SOURCES + two + CONTACTS + 'incident = "x"\ncase = "claim"').contacts[0], ContactRule)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (CONTACTS + 'incident = "x"', "contacts[0].case: expected the name of a rule for incidents, none, found ''"),
        (
            TICKETS.format("ticket", '["a", "b"]') + CONTACTS + 'incident = "x"',
            "contacts[0].incident: expected as many columns as the key of ticket has, found 1",
        ),
        (CONTACTS + 'order = "o"', "contacts[0].order: expected nothing, since the profile has no orders, found ['o']"),
        (PROMISES, "promises[0].order: expected nothing, since the profile has no orders, found ['o']"),
        (ORDERS + PROMISES + PROMISES, "promises[1].name: expected a name of its own, found 'date'"),
        (CONTACTS + CONTACTS, "contacts[1].name: expected a name of its own, found 'mail'"),
        (
            CONTACTS.replace('"said"', '"sad"'),
            "contacts[0].source: expected one of orders, said, found 'sad' (did you mean said?)",
        ),
        (ACCOUNTS.replace('"code"', '["code", "n"]'), "accounts[0].key: expected one column"),
    ],
)
def test_a_mistake_is_told_with_its_path(text: str, problem: str) -> None:
    """As in any other part of a profile."""
    assert any(found.startswith(problem) for found in problems_of(text)), problems_of(text)


def test_the_help_desks_profile_has_every_kind_of_rule() -> None:
    """It is the example to copy from."""
    read = load_profile("help_desk")

    assert all((read.orders, read.accounts, read.promises, read.incidents, read.answers, read.contacts))
