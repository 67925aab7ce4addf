"""Blocked by the process: a rule that kept somebody from making a case good, and what they did about it."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from incidentkit.domain.ids import BlockId
from incidentkit.domain.money import Money
from incidentkit.domain.texts import Text

__all__ = ["Block", "BlockState", "ProcessRule", "is_rule_code"]

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.ASCII)


def is_rule_code(code: str) -> bool:
    """Whether it can be the code of a rule: small letters, digits, ``_`` and ``.``, at most 64 of them."""
    return isinstance(code, str) and len(code) <= 64 and _CODE.fullmatch(code) is not None


class BlockState(StrEnum):
    """What came of it: nothing yet, a way around, or it was left as it is."""

    OPEN = "open"
    WORKED_AROUND = "worked_around"
    LEFT = "left"


@frozen
class ProcessRule:
    """A rule of the shop's process that can stand in the way.

    Args:
        code: by which blocks name it, e.g. ``returns_30_days``.
        title: what the shop calls it.
        owner: the team or agent who may change it; empty for nobody by name.
    """

    code: str
    title: str = ""
    owner: str = ""


@frozen
class Block:
    """What the process did not allow, and what came of it.

    Args:
        id: unique in its case.
        rule: the code of the rule; one that the settings don't know is kept as it was named.
        wanted: what would have made the case good, in words; kept in the vault.
        at, by: when it stood in the way, and in whose: the actor, as text.
        how: the way around, in words.
        allowed_by: the agent who allowed it.
        cost: what it cost; None while nobody knows.
        reason: why it was left as it is, in words.
        ended_at, ended_by: when that was, and who said so.
    """

    id: BlockId
    rule: str
    wanted: Text
    at: datetime
    by: str
    state: BlockState = BlockState.OPEN
    how: Text | None = None
    allowed_by: str = ""
    cost: Money | None = None
    reason: Text | None = None
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def open(self) -> bool:
        """Whether nothing has come of it yet."""
        return self.state is BlockState.OPEN

    @property
    def worked_around_at(self) -> datetime | None:
        """When there was a way around; None without one."""
        return self.ended_at if self.state is BlockState.WORKED_AROUND else None
