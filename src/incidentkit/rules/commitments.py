"""What may happen to a commitment: made to a colleague for a lead measure, kept with evidence, missed by word or by silence."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.effects import Timer
from incidentkit.domain.ids import CommitmentId
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import COMMITMENT

__all__ = ["NO_REPORT", "UNREPORTED", "NewCommitment", "commit", "report_on", "unreported", "unreported_at"]

UNREPORTED = "unreported"
"""The timer's name: nobody has said what came of it."""

NO_REPORT = "no_report"
"""The rule by which one is missed that nobody has reported on in time."""

_TICK = timedelta(microseconds=1)
_LONGEST = timedelta(days=92)


@frozen
class NewCommitment:
    """What somebody commits themselves to.

    Args:
        commitment: a fresh id, which the shell gives.
        measure, role: the measure that it should move, and whether that is a ``lead`` or a ``lag`` measure.
        objective, key_result: the goal that the measure is tied to; empty where there is none.
    """

    commitment: CommitmentId
    person: str
    what: Text
    measure: str
    role: str
    asked_by: str
    due: datetime
    objective: str = ""
    key_result: str = ""


def commit(new: NewCommitment, now: Circumstances) -> Decision:
    """One person commits themselves to one thing, and names the colleague who will ask for it.

    Raises:
        InvalidInput: no such agent, no words, or a due time that is over or further off than a quarter.
        RuleViolation: asked by themselves, or for a measure that is not a lead measure.
    """
    person = _agent("A commitment", new.person, now.shop)
    asker = _agent("Who asks for a commitment", new.asked_by, now.shop)
    if asker.name == person.name:
        raise RuleViolation(
            "A commitment",
            "is asked for by a colleague",
            got="the one who made it",
            next="Give asked_by= with another agent.",
        )
    if not str(new.what).strip():
        raise InvalidInput("A commitment", "says what will be done", got="nothing", next="Give what=.")
    if new.role != "lead":
        raise RuleViolation(
            "A commitment",
            "names a lead measure: one that people can move themselves",
            got=f"{new.measure}, a {new.role} measure",
            next="Name the lead measure that should move it.",
        )
    if not now.at < new.due <= now.at + _LONGEST:
        raise InvalidInput(
            "A commitment",
            f"is due after it is made, and within {_LONGEST.days} days",
            got=new.due.isoformat(),
            next="Give due= with a day that is to come; by default it is the next check-in's.",
        )
    made = ev.CommitmentMade(
        new.commitment,
        person.name,
        person.team,
        new.what,
        new.measure,
        asker.name,
        new.due,
        new.objective,
        new.key_result,
    )
    return Decision((made,))


def report_on(commitment: Commitment, kept: bool, evidence: Text | None, reason: Text | None, now: Circumstances) -> Decision:
    """What came of it. A report counts from when it was given, whenever it was written down: ``now.at``.

    Raises:
        TransitionRefused: it was reported on before; only what was called kept can still be called missed.
        RuleViolation: kept without evidence, or a report of something kept that was given after it was due.
    """
    if kept:
        _check_kept(commitment, evidence, now)
        assert evidence is not None, "checked"
        return Decision((ev.CommitmentKept(evidence),))
    took_back = commitment.state is CommitmentState.KEPT
    COMMITMENT.check(_name(commitment), commitment.state, "take_back" if took_back else "miss", _said_before(commitment))
    if took_back and not _worded(reason):
        raise InvalidInput(
            _name(commitment), "was called kept: taking that back needs a reason", got="none", next="Give reason=."
        )
    return Decision((ev.CommitmentMissed(reason if _worded(reason) else None),))


def unreported_at(commitment: Commitment) -> datetime | None:
    """The first instant at which it is missed, as nobody has said anything; None once it is over."""
    return commitment.due + _TICK if commitment.open else None


def unreported(commitment: Commitment, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """Nobody has said what came of it by its due time: that is missed."""
    due = unreported_at(commitment)
    return Decision((ev.CommitmentMissed(rule=NO_REPORT),) if due is not None and due <= now.at else ())


def _check_kept(commitment: Commitment, evidence: Text | None, now: Circumstances) -> None:
    missing = () if _worded(evidence) else ("evidence",)
    next_ = "Say by what one can see it: evidence=." if missing else ""
    COMMITMENT.check(_name(commitment), commitment.state, "keep", (*missing, *_said_before(commitment)), next_)
    if now.at > commitment.due:
        raise RuleViolation(
            _name(commitment),
            "is kept if that was reported by its due time",
            got=f"a report of {now.at.isoformat()}, due {commitment.due.isoformat()}",
            next="Where it was said in time and is only written down now, give at= with when it was said.",
        )


def _said_before(commitment: Commitment) -> tuple[str, ...]:
    """Silence may still be explained, and a report in time still be written down; what somebody has said stands."""
    said = commitment.state is CommitmentState.MISSED and not commitment.ended_by
    return ("no earlier report",) if said else ()


def _agent(subject: str, handle: str, shop: Shop) -> Agent:
    found = shop.agent(handle) if isinstance(handle, str) else None
    if found is None:
        known = ", ".join(agent.name for agent in shop.agents) or "none"
        raise InvalidInput(subject, "must be an agent of the shop", got=repr(handle)[:40], next=f"Known: {known}.")
    return found


def _worded(text: Text | None) -> bool:
    return text is not None and bool(str(text).strip())


def _name(commitment: Commitment) -> str:
    return f"Commitment {commitment.id}"
