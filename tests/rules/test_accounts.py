"""What is said of a company, and what the shop knows of it then."""

from __future__ import annotations

import pytest

import incidentkit as ik
from incidentkit.domain import events as ev
from incidentkit.domain.accounts import Account
from incidentkit.domain.ids import AccountId
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput
from incidentkit.rules.accounts import describe

SHOP = ik.Shop(agents=(ik.Agent("ana", "after-sales"), ik.Agent("leo", "after-sales")))
SOL = Account(AccountId("a-1"), "hotel-sol", "ana", Text("text:1", "Hotel Sol"))


def test_a_new_account_is_described_even_by_its_key_alone() -> None:
    """That the shop knows of it is worth recording."""
    decision = describe(Account(AccountId("a-2"), "cafe"), False, None, None, SHOP)

    assert (ev.AccountDescribed(AccountId("a-2"), "cafe"),) == decision.events


def test_what_is_not_given_stays() -> None:
    """A new manager leaves the name, a new name leaves the manager; each event says all of it."""
    name = Text("text:2", "Hotel Sol y Mar")

    assert (ev.AccountDescribed(SOL.id, SOL.key, "leo", SOL.name),) == describe(SOL, True, "leo", None, SHOP).events
    assert (ev.AccountDescribed(SOL.id, SOL.key, "ana", name),) == describe(SOL, True, None, name, SHOP).events


def test_nobody_can_look_after_it() -> None:
    """An empty manager takes the last one away."""
    assert (ev.AccountDescribed(SOL.id, SOL.key, "", SOL.name),) == describe(SOL, True, "", None, SHOP).events


def test_the_same_again_says_nothing() -> None:
    """The same manager and the same words are no news, whatever the words' reference."""
    assert () == describe(SOL, True, "ana", Text("text:9", "Hotel Sol"), SHOP).events


@pytest.mark.parametrize(("shop", "known"), [(SHOP, "Known: ana, leo"), (ik.Shop(), "Known: none")])
def test_a_manager_is_an_agent(shop: ik.Shop, known: str) -> None:
    """Somebody whom the shop does not have is refused."""
    with pytest.raises(InvalidInput, match=known):
        describe(SOL, True, "nobody", None, shop)
