"""Analyses: why something went wrong, from one why to the next, with what shows it, until the cause is reached."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from incidentkit.domain.ids import AnalysisId, IncidentId
from incidentkit.domain.texts import Text

__all__ = ["Analysis", "AnalysisState", "Voice", "Why"]


class AnalysisState(StrEnum):
    """Where an analysis stands."""

    OPEN = "open"
    CONCLUDED = "concluded"
    DROPPED = "dropped"


@frozen
class Why:
    """One answer to "why?": the reason for what the one before says, or for the problem itself.

    Args:
        place: 1 for the first.
        because: the reason, in words; kept in the vault.
        evidence: what shows it, in words; kept in the vault.
        step: the step of the process that it lies in.
        incidents: cases that show it.
        by: who said so.
    """

    place: int
    because: Text
    evidence: Text
    step: str
    at: datetime
    by: str
    incidents: tuple[IncidentId, ...] = ()


@frozen
class Voice:
    """What a customer says about it, in their own words; ``incident`` is theirs, where one is named."""

    words: Text
    at: datetime
    incident: IncidentId | None = None


@frozen
class Analysis:
    """A chain of whys, and what it came to.

    Args:
        id: UUIDv7.
        problem: what went wrong, in words; kept in the vault.
        team: who sees it through.
        signature: the key of the signature that it is about; empty where it is not known yet.
        incidents: the cases that it explains.
        whys: the chain, each the reason for the one before.
        voices: what customers say about it.
        cause, step, root: once concluded: the code of the cause, the step of the process where it lies, and the place of the
            why that is the root cause.
        ended_at: when it was concluded or dropped; None while it is open.
        reason: why it was dropped, or opened again.
    """

    id: AnalysisId
    problem: Text
    team: str
    begun_at: datetime
    signature: str = ""
    incidents: tuple[IncidentId, ...] = ()
    whys: tuple[Why, ...] = ()
    voices: tuple[Voice, ...] = ()
    state: AnalysisState = AnalysisState.OPEN
    cause: str = ""
    step: str = ""
    root: int = 0
    ended_at: datetime | None = None
    reason: Text | None = None

    @property
    def open(self) -> bool:
        """Whether it is still being looked for."""
        return self.state is AnalysisState.OPEN

    @property
    def root_cause(self) -> Why | None:
        """The why that everything follows from; None while it is not concluded."""
        return self.whys[self.root - 1] if self.root else None

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the process that the chain leads through, each once, in its order."""
        return tuple(dict.fromkeys(why.step for why in self.whys))
