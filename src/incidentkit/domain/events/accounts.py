"""Events of accounts."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import AccountId
from incidentkit.domain.texts import Text

__all__ = ["AccountDescribed"]


@frozen
class AccountDescribed(Happening):
    """What the shop knows of a company, all of it: ``manager`` is the agent who looks after it, empty for nobody."""

    type = "account.described"
    account: AccountId
    key: str
    manager: str = ""
    name: Text | None = None
