"""What events do to an account."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.accounts import Account
from incidentkit.domain.events import Event

__all__ = ["described"]


def described(data: ev.AccountDescribed, event: Event) -> Account:
    return Account(data.account, data.key, data.manager, data.name)
