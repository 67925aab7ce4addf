"""What may be entered as a reading, and what may be put right about one."""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.ids import ReadingId
from incidentkit.domain.readings import READING_UNIT, Reading, ReadingKind
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.decision import Circumstances, Decision

__all__ = ["Entered", "NewReading", "check_entered", "correct", "enter", "withdraw"]

_MOST = 10**12
"""More than that nobody counts by hand."""


@frozen
class Entered:
    """What a reading says, in what the record keeps: a value in ten thousandths, or hits out of so many."""

    value: int | None = None
    hits: int | None = None
    of: int | None = None


@frozen
class NewReading:
    """A reading as it is entered.

    Args:
        reading: a fresh id, which the shell gives.
        team, agent: whose it is; empty for nobody's in particular, and for the agent's own team.
    """

    reading: ReadingId
    measure: str
    entered: Entered
    team: str = ""
    agent: str = ""
    note: Text | None = None


def check_entered(measure: str, kind: ReadingKind, value: object, hits: object, of: object) -> Entered:
    """What was given for a measure of that kind.

    Raises:
        InvalidInput: a share without hits and of, or with a value; anything else the other way round; a number that is none,
            too large, or finer than a ten thousandth; a count below zero or in parts; more hits than there were.
    """
    subject = f"A reading of {measure}"
    if kind == "share":
        if value is not None:
            raise InvalidInput(subject, "says how many of how many", got="a value", next="Give hits and of.")
        there, met = _whole(subject, "of", of, least=1), _whole(subject, "hits", hits, least=0)
        if met > there:
            raise InvalidInput(subject, "has no more hits than there were", got=f"{met} of {there}")
        return Entered(None, met, there)
    if hits is not None or of is not None:
        raise InvalidInput(subject, "is one number", got="hits or of", next="Give a value.")
    if kind == "count":
        return Entered(_whole(subject, "value", value, least=0) * READING_UNIT)
    return Entered(_parts(subject, value))


def _whole(subject: str, name: str, number: object, *, least: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= _MOST:
        rule = f"has a whole number of {least} or more as {name}"
        raise InvalidInput(subject, rule, got=repr(number)[:40])
    return number


def _parts(subject: str, number: object) -> int:
    known = isinstance(number, (int, float, Decimal)) and not isinstance(number, bool)
    exact = Decimal(str(number)) * READING_UNIT if known else Decimal("NaN")
    if not exact.is_finite() or exact != exact.to_integral_value() or abs(exact) > _MOST * READING_UNIT:
        raise InvalidInput(subject, "has a number with at most four decimals as value", got=repr(number)[:40])
    return int(exact)


def enter(new: NewReading, now: Circumstances) -> Decision:
    """Somebody enters a number that they counted or rated.

    Raises:
        InvalidInput: no such team or agent, or one that is not in that team.
    """
    said = new.entered
    team, agent = _whose(new, now.shop)
    return Decision(
        (ev.ReadingEntered(new.reading, new.measure, said.value, said.hits, said.of, team=team, agent=agent, note=new.note),)
    )


def _whose(new: NewReading, shop: Shop) -> tuple[str, str]:
    agent = shop.agent(new.agent) if new.agent else None
    if new.agent and agent is None:
        raise InvalidInput("A reading's agent", "must be an agent of the shop", got=repr(new.agent)[:40])
    if new.team and shop.team(new.team) is None:
        known = ", ".join(team.name for team in shop.teams)
        raise InvalidInput("A reading's team", "must be a team of the shop", got=repr(new.team)[:40], next=f"Known: {known}.")
    if agent is not None and new.team and agent.team != new.team:
        raise InvalidInput("A reading's agent", f"must be in team {new.team}", got=agent.team)
    return (new.team or (agent.team if agent else "")), new.agent


def correct(reading: Reading, entered: Entered, reason: Text) -> Decision:
    """It was another number; nothing happens where it was the same.

    Raises:
        InvalidInput: no reason. RuleViolation: it was withdrawn.
    """
    _standing(reading, "corrected")
    _reason(reason)
    if (entered.value, entered.hits, entered.of) == (reading.value, reading.hits, reading.of):
        return Decision()
    return Decision((ev.ReadingCorrected(reason, entered.value, entered.hits, entered.of),))


def withdraw(reading: Reading, reason: Text) -> Decision:
    """It was entered by mistake, and counts nowhere from now on.

    Raises:
        InvalidInput: no reason. RuleViolation: it was withdrawn before.
    """
    _standing(reading, "withdrawn")
    _reason(reason)
    return Decision((ev.ReadingWithdrawn(reason),))


def _standing(reading: Reading, step: str) -> None:
    if reading.withdrawn:
        raise RuleViolation(f"Reading {reading.id}", f"can't be {step} once it is withdrawn", got=step, next="Enter a new one.")


def _reason(reason: Text) -> None:
    if not reason.value or not reason.value.strip():
        raise InvalidInput("A reason", "is needed to change what was entered", got="none", next="Say why.")
