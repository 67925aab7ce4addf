"""Accounts: companies, known by the shop's own key."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from incidentkit.domain.accounts import Account
from incidentkit.domain.ids import AccountId
from incidentkit.errors import InvalidInput
from incidentkit.testing.strategies import accounts


@given(accounts())
def test_an_account_has_a_key(account: Account) -> None:
    """Any company has a name of 1 to 64 characters."""
    assert 1 <= len(account.key) <= 64


@pytest.mark.parametrize("key", ["", "a" * 65, "two\nlines", None, 5])
def test_an_accounts_key_is_checked(key: Any) -> None:
    """An empty or long key, one of several lines, or what is no text, is refused."""
    with pytest.raises(InvalidInput, match="An account's key"):
        Account(AccountId("a"), key)
