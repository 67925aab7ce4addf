"""Evidence: what shows that the customer is satisfied. Without it nothing is closed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["Evidence", "EvidenceKind", "IncidentAnswer"]

EvidenceKind = Literal["answer", "conversation", "waiver"]


def _kind(evidence: Evidence, attribute: object, value: str) -> None:
    if value not in ("answer", "conversation", "waiver"):
        raise InvalidInput("Evidence", "is an answer, a conversation or a waiver", got=repr(value)[:40])


@frozen
class Evidence:
    """A reference to what the customer said.

    Args:
        kind: ``answer`` (a survey's), ``conversation`` (logged by a named agent) or ``waiver``.
        reference: the id of that answer's ask, or of that conversation.
        by, at: who recorded it and when; given by the desk.
    """

    kind: EvidenceKind = field(validator=_kind)
    reference: str
    by: str = ""
    at: datetime | None = None

    @classmethod
    def answer(cls, ask: str) -> Evidence:
        """The answer to the survey ask with that id."""
        return cls("answer", ask)

    @classmethod
    def conversation(cls, conversation: str) -> Evidence:
        """The conversation with that id, in which the customer said that all is well."""
        return cls("conversation", conversation)


@frozen
class IncidentAnswer:
    """A survey answer about an incident, as the incident remembers it.

    Args:
        by: who gave or wrote it down, as ``str()`` of an actor.
        since: it came when the case already counted as solved.
    """

    ask: str
    survey: str
    score: int
    at: datetime
    by: str = ""
    since: bool = False
