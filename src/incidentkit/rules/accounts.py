"""Who of the shop looks after a company."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.accounts import Account
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput
from incidentkit.rules.decision import Decision

__all__ = ["describe"]


def describe(account: Account, known: bool, manager: str | None, name: Text | None, shop: Shop) -> Decision:
    """What the shop knows of a company from now on; None leaves a part as it is, and nothing happens where nothing changes.

    Args:
        account: as it stands; where it is not ``known``, no more than its key.
        manager: an agent's handle; empty for nobody.

    Raises:
        InvalidInput: the shop has no such agent.
    """
    if manager and shop.agent(manager) is None:
        agents = ", ".join(agent.name for agent in shop.agents) or "none"
        raise InvalidInput(
            "An account's manager", "must be an agent of the shop", got=repr(manager)[:40], next=f"Known: {agents}."
        )
    wanted = account.manager if manager is None else manager
    called = account.name if name is None else name
    if known and (wanted, _words(called)) == (account.manager, _words(account.name)):
        return Decision()
    return Decision((ev.AccountDescribed(account.id, account.key, wanted, called),))


def _words(text: Text | None) -> str:
    return text.value or "" if text is not None else ""
