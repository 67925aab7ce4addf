"""Surveys: an ask to one customer, and the answer that counts."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from incidentkit.domain.ids import AskId, CustomerId, IncidentId, OrderId
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput

__all__ = ["Answer", "Ask", "Scale", "Standing"]


@frozen
class Scale:
    """The survey's own scale, both ends included. CSAT is usually 1 to 5, NPS 0 to 10."""

    low: int = field(default=1)
    high: int = field(default=5)

    def __attrs_post_init__(self) -> None:
        if not (isinstance(self.low, int) and isinstance(self.high, int) and self.low < self.high):
            raise InvalidInput("A survey's scale", "must go up from low to high", got=f"{self.low} to {self.high}")

    def check(self, score: int) -> int:
        """``score`` if it is on the scale.

        Raises:
            InvalidInput: it is not.
        """
        if not isinstance(score, int) or isinstance(score, bool) or not self.low <= score <= self.high:
            raise InvalidInput("A score", f"must be a whole number from {self.low} to {self.high}", got=repr(score)[:20])
        return score


@frozen
class Standing:
    """How the case stood that an answer is about, when it was given: a later owner does not answer for it."""

    type: str
    severity: str
    cause: str | None
    team: str
    agent: str = ""


@frozen
class Answer:
    """What the customer answered; the comment lies in the vault. ``standing`` is its case's, where it is about one."""

    score: int
    at: datetime
    comment: Text | None = None
    standing: Standing | None = None


@frozen
class Ask:
    """One question put to one customer. A later answer to the same ask replaces the earlier one.

    ``lost`` is True once it is known that it reached nobody.
    """

    id: AskId
    survey: str
    scale: Scale
    asked_at: datetime
    order: OrderId | None = None
    incident: IncidentId | None = None
    customer: CustomerId | None = None
    answer: Answer | None = None
    passive: bool = False
    lost: bool = False
