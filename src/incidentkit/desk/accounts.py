"""Commands and questions about accounts."""

from __future__ import annotations

from datetime import datetime

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Commands
from incidentkit.desk.paging import wanted
from incidentkit.desk.work import Work
from incidentkit.domain.accounts import Account
from incidentkit.domain.ids import AccountId
from incidentkit.domain.pages import Page
from incidentkit.errors import UnknownIdError
from incidentkit.rules import accounts as rules
from incidentkit.store.finding import find_accounts
from incidentkit.store.unit import Held, Unit

__all__ = ["Accounts", "account_of", "describe"]


class Accounts(Commands[Account]):
    """Accounts of one desk: companies whose people buy, each with the agent who looks after it."""

    _noun = Account
    _kind = "account"

    def describe(
        self,
        account: str,
        *,
        manager: str | None = None,
        name: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Account:
        """Say who looks after a company, and what it is called. What is not given stays as it is.

        Args:
            account: the shop's own name for the company, as orders and customers have it; one that is not known is new.
            manager: an agent's handle; empty for nobody.
            name: kept in the vault.
            by, at, key: as with every command.

        Raises:
            InvalidInput: no such agent, or a name for the company that is none.
        """

        def body(work: Work) -> Held:
            return describe(work, account, manager, name)

        arguments = given(account=account, manager=manager, name=name)
        return self._run("accounts.describe", arguments, body, by, at, key)

    def get(self, account: str) -> Account:
        """The account with that key of the shop's.

        Raises:
            UnknownIdError: nobody has described it, whether or not orders name it.
        """
        with self._runtime.store.reading() as unit:
            found = account_of(unit, account)
        if found is None:
            raise UnknownIdError(
                "The account", "must have been described", got=repr(account)[:40], next="Describe it: desk.accounts.describe()."
            )
        return found

    def find(self, *, manager: str | None = None, limit: int = 100, after: str | None = None) -> Page[Account]:
        """Accounts by their key.

        Args:
            manager: only those that this agent looks after; empty for those that nobody does.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        page = wanted(self._runtime, "accounts.find", {"manager": manager}, limit, after)
        with self._runtime.store.reading() as unit:
            return self._seen_all(unit, find_accounts(unit, page, manager=manager))


def account_of(unit: Unit, key: str) -> Account | None:
    """The account with that key of the shop's, if anybody has described it."""
    stream = unit.named("account", key) if isinstance(key, str) else None
    return None if stream is None else _account(unit, stream)


def describe(work: Work, key: str, manager: str | None, name: str | None) -> Held:
    """The body of describing an account, which importing shares."""
    known = account_of(work.unit, key)
    account = known or Account(AccountId(work.new_id()), key)
    same = name is None or (account.name is not None and account.name.value == name)
    decision = rules.describe(account, known is not None, manager, None if same else work.text(name), work.now.shop)
    if known is None:
        work.unit.name("account", key, account.id)
    return work.apply(account.id, decision)


def _account(unit: Unit, stream: str) -> Account:
    state = unit.load("account", stream).state
    assert isinstance(state, Account)
    return state
