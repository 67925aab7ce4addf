"""What each page shows."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.surveys import Scale
from incidentkit.domain.views import CaseView, OfferView, StatusView
from incidentkit.rules.answering import AnswerStands

__all__ = ["ASKED_ABOUT", "AnswerPage", "PreferencesPage", "StatusPage", "SurveyPage"]

ASKED_ABOUT = ("service", "survey", "marketing")
"""The purposes of messages that a person can choose to be sent or not."""


@frozen
class StatusPage:
    """How things stand.

    Args:
        language: the customer's; empty where it is not known. The same on every page.
    """

    language: str
    view: StatusView


@frozen
class AnswerPage:
    """Offers that were put together, and whether they can be answered.

    Args:
        label: what their order is called; empty without one.
    """

    language: str
    label: str
    case: CaseView
    offers: tuple[OfferView, ...]
    stands: AnswerStands


@frozen
class SurveyPage:
    """A survey's question, and the score that it was answered with; None before."""

    language: str
    label: str
    survey: str
    scale: Scale
    about_case: bool
    score: int | None
    answered_at: datetime | None


@frozen
class PreferencesPage:
    """What a person is sent.

    Args:
        wanted: of `ASKED_ABOUT`, those that they want, or have nothing against.
        about: the purpose of the message that the link came with.
    """

    language: str
    wanted: tuple[str, ...]
    about: str
