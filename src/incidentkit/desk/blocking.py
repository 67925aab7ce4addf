"""Commands about what the process does not allow."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from incidentkit.desk.calls import By, given
from incidentkit.desk.casework import Casework
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money, as_money
from incidentkit.rules import blocks as rules

__all__ = ["Blocking"]


class Blocking(Casework):
    """The part of `Incidents` about rules that stand in the way."""

    def blocked(
        self,
        incident_id: str,
        *,
        rule: str,
        wanted: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """The process does not allow what would make the case good.

        Args:
            rule: the code of the rule: one of ``[[rules]]``, or another, which is kept as it is named.
            wanted: what would have made the case good, in words; kept in the vault.

        Raises:
            InvalidInput: no code, or no words.
        """
        return self._change(
            "incidents.blocked",
            incident_id,
            lambda i, w: rules.block(i, rule, w.words(wanted), w.now),
            given(rule=rule, wanted=wanted),
            by,
            at,
            key,
        )

    def work_around(
        self,
        incident_id: str,
        block_id: str,
        *,
        how: str,
        allowed_by: str,
        cost: Money | Decimal | int | str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """There was a way around a block.

        Args:
            how: the way, in words; kept in the vault.
            allowed_by: the agent who allowed it: somebody else than ``by``, unless their role may approve.
            cost: what it cost; left out while nobody knows.

        Raises:
            RuleViolation: nobody allows that to themselves.
            UnknownIdError: no such block.
        """
        spent = None if cost is None else as_money(cost)
        return self._change(
            "incidents.work_around",
            incident_id,
            lambda i, w: rules.work_around(i, block_id, w.words(how), allowed_by, spent, w.now),
            given(block=block_id, how=how, allowed_by=allowed_by, cost=cost),
            by,
            at,
            key,
        )

    def leave_blocked(
        self,
        incident_id: str,
        block_id: str,
        *,
        reason: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """A block is left as it is.

        Args:
            reason: why, in words; kept in the vault.

        Raises:
            UnknownIdError: no such block.
        """
        return self._change(
            "incidents.leave_blocked",
            incident_id,
            lambda i, w: rules.leave_blocked(i, block_id, w.words(reason)),
            given(block=block_id, reason=reason),
            by,
            at,
            key,
        )
