"""Protocols: how the shop answers one type of incident, step by step, as a value that a case keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from attrs import field, frozen

from incidentkit.domain.ids import TaskId
from incidentkit.domain.targets import ClockKind, Targets

__all__ = ["DONE_BY", "POINTS", "DoneBy", "Protocol", "ProtocolStep", "StepTask"]

DoneBy = Literal["own", "notify", "conversation", "offer", "accept", "carry_out", "resolve", "satisfy", "task"]
"""What shows that a step is done: somebody by name has the case; its customer was told, or spoken with; something was offered,
or agreed, or all that was agreed is carried out; the case is resolved; its customer is satisfied; the step's task is done."""

DONE_BY: tuple[DoneBy, ...] = ("own", "notify", "conversation", "offer", "accept", "carry_out", "resolve", "satisfy", "task")


POINTS: Mapping[str, str] = {
    "told": "incident.detected",
    "offered": "incident.offered",
    "accepted": "incident.accepted",
    "carried_out": "incident.carried_out",
    "resolved": "incident.resolved",
}
"""The points of a case at which a protocol may have a text of its own, each with the step of the message."""

_CODE = r"[a-z][a-z0-9_]{0,39}"
_LONGEST = timedelta(days=3_653)


@frozen
class ProtocolStep:
    """One thing that is done about a case of a type.

    Args:
        name: unique in its protocol, e.g. ``photo``.
        what: in words, by language; empty for those that ship for a step of that name.
        done_by: what shows that it is done; ``task`` opens a task when its turn comes.
        after: the steps that come before it, by name; empty for one that begins with the case.
        within: time for it from when its turn came, counted as the protocol counts; None for no deadline.
        who: whose task it is: a team, an agent, or ``supervisor``; empty for the case's owner.
    """

    name: str
    what: Mapping[str, str] = field(factory=dict, hash=False)
    done_by: DoneBy = "task"
    after: tuple[str, ...] = ()
    within: timedelta | None = None
    who: str = ""

    def own_words(self, language: str) -> str:
        """What the shop itself says is done, in a language or else in any; empty where it says nothing."""
        nearest = (self.what.get(code) for code in (language, language.split("-", maxsplit=1)[0], "en"))
        return next(filter(None, nearest), "") or next(iter(self.what.values()), "")


@frozen
class StepTask:
    """The task that a step of a case was given out as.

    Args:
        done_at, by: when it was done, and by whom; None while it is not.
        dropped_at: when it was cancelled instead, by a person.
    """

    step: str
    task: TaskId
    opened_at: datetime
    done_at: datetime | None = None
    by: str = ""
    dropped_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is neither done nor cancelled."""
        return self.done_at is None and self.dropped_at is None


@frozen
class Protocol:
    """How the shop answers one type of incident.

    Args:
        type: the type, e.g. ``out_of_stock``.
        team: who is accountable from the first instant; empty for the shop's default team.
        severity: the severity when the reporter gives none.
        communicate_within, resolve_within: time from detection; None for no deadline.
        first_response: time from the customer's first question to the first answer by a person.
        update_every: time from each word to the customer to the next, until it is put right.
        by_severity: other targets at a severity, each complete.
        clock: ``working`` counts these in the hours of the owning team, ``elapsed`` in all time.
        reopenings: with so many, the case goes to the second level by itself; 0 for never.
        group: types that are counted together, e.g. ``logistics``.
        threshold: the lowest survey score that counts as satisfied.
        survey: the survey that asks for it.
        attempts: how often a silent customer is asked after the resolution, before the case lapses; 0 does not ask.
        attempt_every: the owning team's working time from one asking to the next, and from the last one to lapsing.
        reopen_within: for so long after a case was closed, or else lapsed or resolved, it is reopened; later trouble is a new
            case that goes on from it.
        step: the step of the process that it comes from where its cause says nothing of one; empty where that is not known.
        version: raised with every change of the protocol; a case keeps the one that it began with.
        steps: what is done, in an order in which no step stands before one that it comes after.
        remedies: the kinds that may be offered; empty for all.
        messages: the template of a message to the customer by its point: ``told``, ``offered``, ``accepted``, ``carried_out``
            or ``resolved``; the built-in text where a point is not named.
    """

    type: str
    team: str = ""
    severity: str = "minor"
    communicate_within: timedelta | None = timedelta(hours=4)
    resolve_within: timedelta | None = timedelta(hours=24)
    group: str = ""
    threshold: int = 4
    survey: str = "csat"
    first_response: timedelta | None = timedelta(hours=4)
    update_every: timedelta | None = timedelta(hours=16)
    by_severity: Mapping[str, Targets] = field(factory=dict, hash=False)
    clock: ClockKind = "working"
    reopenings: int = 2
    attempts: int = 3
    attempt_every: timedelta = timedelta(hours=18)
    reopen_within: timedelta = timedelta(days=30)
    step: str = ""
    version: int = 1
    steps: tuple[ProtocolStep, ...] = ()
    remedies: tuple[str, ...] = ()
    messages: Mapping[str, str] = field(factory=dict, hash=False)

    def targets(self, severity: str) -> Targets:
        """What is demanded at that severity."""
        own = Targets(self.first_response, self.communicate_within, self.update_every, self.resolve_within)
        return self.by_severity.get(severity, own)

    def contradictions(self) -> Iterator[tuple[str, str, object]]:
        """What no case could go by: the place in it, what is expected there, and what was found."""
        if not 0 <= self.attempts <= 20:
            yield "attempts", "0 to 20", self.attempts
        if self.attempt_every == timedelta(0):
            yield "attempt_every", "more than nothing", self.attempt_every
        if self.version < 1:
            yield "version", "1 or more", self.version
        for twice in sorted({kind for kind in self.remedies if self.remedies.count(kind) > 1}):
            yield "remedies", "each kind once", f"{twice!r} twice"
        for point in sorted(set(self.messages) - set(POINTS)):
            yield f"messages.{point}", f"one of the points {', '.join(POINTS)}", repr(point)
        for point, name in self.messages.items():
            if not re.fullmatch(_CODE, name):
                yield f"messages.{point}", "a name of small letters, digits and _", repr(name)[:40]
        yield from self._in_steps()

    def whose(self) -> list[tuple[str, str]]:
        """Whom its steps name, each with its place."""
        return [(f"steps[{place}].who", step.who) for place, step in enumerate(self.steps) if step.who]

    def _in_steps(self) -> Iterator[tuple[str, str, object]]:
        names = [step.name for step in self.steps]
        for place, step in enumerate(self.steps):
            at = f"steps[{place}]"
            if not re.fullmatch(_CODE, step.name) or names.index(step.name) < place:
                yield f"{at}.name", "a name of small letters, digits and _, each once", repr(step.name)[:40]
            if step.done_by not in DONE_BY:
                yield f"{at}.done_by", f"one of {', '.join(DONE_BY)}", repr(step.done_by)[:40]
            if step.who and step.done_by != "task":
                yield f"{at}.who", f"nobody, for a step that is done by {step.done_by}", repr(step.who)[:40]
            if step.within is not None and not timedelta(0) < step.within <= _LONGEST:
                yield f"{at}.within", "more than nothing and at most ten years", step.within
            for other in step.after:
                if other not in names[:place]:
                    yield f"{at}.after", "steps that stand before it", repr(other)[:40]
            if any(self.steps[names.index(other)].done_by == "satisfy" for other in step.after if other in names[:place]):
                yield f"{at}.after", "nothing that follows the customer's satisfaction, with which a case ends", step.name

    def step_named(self, name: str) -> ProtocolStep | None:
        """The step of that name."""
        return next((step for step in self.steps if step.name == name), None)
