"""What a worker did."""

from __future__ import annotations

from attrs import define

from incidentkit.domain.effects import IntentState

__all__ = ["SendReport"]

_NAMES = {IntentState.PLANNED: "retried", IntentState.ABANDONED: "failed"}


@define
class SendReport:
    """What one call of `Desk.send_due` did: messages and payments by what became of them.

    Args:
        done: handed over, or paid.
        failed: given up, for good or after the last attempt.
        suppressed: not to be sent any more.
        unknown: handed over perhaps; nobody knows.
        retried: to be tried again later.
        deferred: not to be sent yet.
        payments: how many of all these were payments.
    """

    done: int = 0
    failed: int = 0
    suppressed: int = 0
    unknown: int = 0
    retried: int = 0
    deferred: int = 0
    payments: int = 0

    @property
    def total(self) -> int:
        """Messages and payments that something became of."""
        return self.done + self.failed + self.suppressed + self.unknown + self.retried + self.deferred

    def count(self, state: IntentState, *, deferred: bool = False, payment: bool = False) -> None:
        """One more."""
        self.payments += payment
        name = "deferred" if deferred else _NAMES.get(state, state.value)
        setattr(self, name, getattr(self, name) + 1)

    def add(self, other: SendReport) -> None:
        """As many more as another worker did."""
        for name in ("done", "failed", "suppressed", "unknown", "retried", "deferred", "payments"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
