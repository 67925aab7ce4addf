"""Accounts: companies whose people buy, and who of the shop looks after them."""

from __future__ import annotations

from attrs import field, frozen

from incidentkit.domain.ids import AccountId
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput

__all__ = ["Account"]


def _company(account: Account, attribute: object, value: str) -> None:
    if not isinstance(value, str) or not 1 <= len(value) <= 64 or not value.isprintable():
        raise InvalidInput("An account's key", "must be the shop's own name for the company, 1 to 64 characters on one line")


@frozen
class Account:
    """A company whose people buy.

    Args:
        id: UUIDv7.
        key: the shop's own name for it, as orders and customers have it.
        manager: the handle of the agent who looks after it; empty for nobody.
        name: what it is called; kept in the vault.
    """

    id: AccountId
    key: str = field(validator=_company)
    manager: str = ""
    name: Text | None = None
