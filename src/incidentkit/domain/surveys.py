"""Surveys: an ask to one customer, and the answer that counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import field, frozen

from incidentkit.domain import sending
from incidentkit.domain.ids import AskId, CustomerId, IncidentId, OrderId
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput

__all__ = ["ANSWERABLE", "Answer", "Ask", "AskMoment", "Asked", "Asking", "Respondent", "Scale", "Standing", "SurveyKind"]

SurveyKind = Literal["csat", "nps"]
"""What a survey's scores come to: a mean and the share of top scores, or the net promoter score of a scale of 0 to 10."""

AskMoment = Literal["after_delivery", "regularly"]
"""When a rule asks: once about each delivered order, or again and again while somebody is a customer."""

ANSWERABLE = timedelta(days=30)
"""For so long after it was put, an ask can be answered by the link that went with it."""

_NOTHING = timedelta(0)
_LONGEST = timedelta(days=3_653)
_WINDOWS: dict[str, timedelta] = {"after_delivery": timedelta(days=7), "regularly": timedelta(days=365)}


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
class Asking:
    """When a rule puts a survey's question by itself, and when it does not.

    Args:
        moment: ``after_delivery``, once about an order that has arrived whole; or ``regularly``, whoever has ordered lately.
        after: how long after the delivery.
        within: for so long after that it is still put, where something was against it: an open case, another question. A
            regular one: for so long after their last delivery somebody counts as a customer. None for 7 days, or a year.
        every: the same person is not asked this survey again before, and regularly is asked again then.
        rest: nor so soon after any other question.

    Raises:
        InvalidInput: a span below nothing, above ten years, or a regular one without an end.
    """

    moment: AskMoment
    after: timedelta = timedelta(days=1)
    within: timedelta | None = None
    every: timedelta = timedelta(days=180)
    rest: timedelta = timedelta(days=30)

    def __attrs_post_init__(self) -> None:
        if self.moment not in _WINDOWS:
            known = " or ".join(_WINDOWS)
            raise InvalidInput("A survey's moment", f"must be {known}", got=repr(self.moment)[:40])
        for name in ("after", "rest", "window", "every"):
            span: timedelta = getattr(self, name)
            if not _NOTHING <= span <= _LONGEST:
                raise InvalidInput("Asking", f"must have {name} from nothing to ten years", got=str(span))
        if self.every < timedelta(days=1):
            raise InvalidInput("Asking", "must leave a day or more to the same question", got=str(self.every))

    @property
    def window(self) -> timedelta:
        """For how long the question may still be put."""
        return _WINDOWS[self.moment] if self.within is None else self.within


@frozen
class Standing:
    """How the case stood that an ask or an answer is about, at that time: a later owner does not answer for it."""

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

    Args:
        lost: it is known that it reached nobody.
        elsewhere: it was put by somebody else, and only its answer was taken down here.
        standing: how its case stood when it was put.
        step: the step of the process that the open answer is about, as somebody said who read it; None while nobody has.
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
    elsewhere: bool = False
    standing: Standing | None = None
    step: str | None = None

    @property
    def ours(self) -> bool:
        """Whether it was this desk that asked: only such an ask says how many answer."""
        return not (self.passive or self.elsewhere)

    @property
    def stood(self) -> Standing | None:
        """How its case stood when it was answered, or else when it was put."""
        answered = self.answer.standing if self.answer is not None else None
        return answered or self.standing


@frozen
class Asked:
    """That somebody was asked: which survey, about what, and when."""

    survey: str
    at: datetime
    order: OrderId | None = None


@frozen
class Respondent:
    """Whom a rule is about to ask.

    Args:
        standing: where they can be written to, and what they want.
        in_case: a case of theirs is open.
        ordered_since: a later order of theirs has been delivered.
        asked: what they were asked lately.
    """

    standing: sending.Standing = field(factory=sending.Standing)
    in_case: bool = False
    ordered_since: bool = False
    asked: tuple[Asked, ...] = ()
