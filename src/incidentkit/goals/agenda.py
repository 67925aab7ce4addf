"""The agenda of a check-in: three questions, from the record, that fit into the time there is, whatever waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from attrs import field, frozen

from incidentkit.domain.checkins import LONGEST, SHORTEST, Obstacle, Progress
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.errors import InvalidInput
from incidentkit.goals.commitments import Tally
from incidentkit.learning.diagnosis import Place
from incidentkit.learning.patterns import Pattern
from incidentkit.learning.went_well import Credit

__all__ = ["QUESTIONS", "About", "Agenda", "AgendaItem", "ItemKind", "Left", "Material", "Question", "agenda_of"]

Question = Literal["progress", "obstacles", "next_week"]
QUESTIONS: tuple[Question, ...] = ("progress", "obstacles", "next_week")
"""The three questions of every check-in, in their order."""

ItemKind = Literal["key_result", "no_goal", "to_report", "missed", "kept", "went_well", "obstacle", "pattern", "ask", "commit"]

_QUARTERS = 4
_SHARES: tuple[tuple[Question, float], ...] = (("progress", 0.45), ("obstacles", 0.2), ("next_week", 0.35))
"""How the time is shared out at first; what one question does not need goes to the next."""


About = Progress | Commitment | Credit | Obstacle | Pattern | Place
"""What an item can be about."""


@frozen
class AgendaItem:
    """One thing to speak about.

    Args:
        question: under which of the three it stands.
        kind: what it is: a Key Result's figure, a commitment to report, one that was missed or kept, what went well, an
            obstacle of the last time, a pattern of the review, the open question itself, or what one person will do.
        minutes: for how long at the most, in quarters of a minute.
        who: who speaks, by handle; empty for everybody.
        about: the thing itself; None for a question that is open.
    """

    question: Question
    kind: ItemKind
    minutes: float
    who: str = ""
    about: About | None = None


@frozen
class Left:
    """How many things of a kind found no time: they are for the colleagues who ask, outside the meeting."""

    kind: ItemKind
    count: int


@frozen
class Agenda:
    """What a team speaks about, and for how long.

    Args:
        minutes: how long the check-in takes at the most; the items' minutes never come to more.
        last_held: when the team met last; None for never.
        since: from when on commitments and figures count as new.
        tally: what became of the team's commitments since then.
    """

    team: str
    at: datetime
    minutes: int
    items: tuple[AgendaItem, ...]
    left: tuple[Left, ...]
    tally: Tally
    since: datetime
    last_held: datetime | None = None

    @property
    def planned(self) -> float:
        """How many minutes the items come to."""
        return sum(item.minutes for item in self.items)

    def of(self, question: Question) -> tuple[AgendaItem, ...]:
        """What stands under one of the three questions."""
        return tuple(item for item in self.items if item.question == question)


@frozen
class Material:
    """What an agenda is made of, each the most important first.

    Args:
        progress: how each Key Result stands.
        commitments: those to report on, and those that were kept or missed since the last time.
        worst: the step of the process that most incidents come from, where that is no chance.
        patterns: what happens more often than it did.
        people: who will say what they do next.
    """

    progress: Sequence[Progress] = ()
    commitments: Sequence[Commitment] = ()
    credits: Sequence[Credit] = ()
    obstacles: Sequence[Obstacle] = ()
    worst: Place | None = None
    patterns: Sequence[Pattern] = ()
    people: Sequence[str] = ()
    tally: Tally = field(factory=Tally)


@frozen
class _Wish:
    """What would like to stand on the agenda: with so many quarters of a minute at least, and gladly with so many."""

    kind: ItemKind
    least: int
    wanted: int
    who: str = ""
    about: About | None = None


def agenda_of(
    team: str, at: datetime, minutes: int, material: Material, since: datetime, last_held: datetime | None = None
) -> Agenda:
    """Fit what there is into ``minutes``. Each of the three questions is always asked; what finds no time is counted.

    Raises:
        InvalidInput: less than 5 minutes, or more than 60.
    """
    if not SHORTEST <= minutes <= LONGEST:
        raise InvalidInput("A check-in", f"takes from {SHORTEST} to {LONGEST} minutes", got=minutes)
    wishes: dict[Question, list[_Wish]] = {
        "progress": list(_progress(material, at)),
        "obstacles": list(_obstacles(material)),
        "next_week": list(_next_week(material)),
    }
    items: list[AgendaItem] = []
    left: Counter[ItemKind] = Counter()
    spare = 0
    for question, share in _SHARES:
        budget = int(minutes * _QUARTERS * share) + spare
        found, missed = _fit(question, wishes[question], budget)
        items += found
        left.update(wish.kind for wish in missed)
        spare = budget - round(sum(item.minutes for item in found) * _QUARTERS)
    remaining = tuple(Left(kind, count) for kind, count in left.items())
    return Agenda(team, at, minutes, tuple(items), remaining, material.tally, since, last_held)


def _fit(question: Question, wishes: Iterable[_Wish], budget: int) -> tuple[list[AgendaItem], list[_Wish]]:
    """As many as there is time for, in their order; what is over then goes to those that would like more."""
    taken: list[_Wish] = []
    missed: list[_Wish] = []
    free = budget
    for wish in wishes:
        if wish.least <= free:
            taken.append(wish)
            free -= wish.least
        else:
            missed.append(wish)
    items = []
    for wish in taken:
        more = min(wish.wanted - wish.least, free)
        free -= more
        items.append(AgendaItem(question, wish.kind, (wish.least + more) / _QUARTERS, wish.who, wish.about))
    return items, missed


def _progress(material: Material, at: datetime) -> Iterable[_Wish]:
    if not material.progress:
        yield _Wish("no_goal", 1, 4)
    yield from (_Wish("key_result", 2, 6, about=one) for one in material.progress)
    open_ = [c for c in material.commitments if c.open and c.due >= at]
    yield from (_Wish("to_report", 2, 4, c.person, c) for c in sorted(open_, key=_by_due))
    yield from (_Wish("went_well", 1, 3, about=credit) for credit in material.credits[:1])
    # Nobody can report on what is over, whether or not somebody has noticed yet.
    missed = [c for c in material.commitments if c.state is CommitmentState.MISSED or (c.open and c.due < at)]
    yield from (_Wish("missed", 1, 3, c.person, c) for c in sorted(missed, key=_by_due))
    kept = [c for c in material.commitments if c.state is CommitmentState.KEPT]
    yield from (_Wish("kept", 1, 2, c.person, c) for c in sorted(kept, key=_by_due))
    yield from (_Wish("went_well", 1, 3, about=credit) for credit in material.credits[1:])


def _obstacles(material: Material) -> Iterable[_Wish]:
    yield _Wish("ask", 2, 6)
    worst: list[Pattern | Place] = [*([material.worst] if material.worst is not None else []), *material.patterns]
    yield from (_Wish("pattern", 2, 4, about=one) for one in worst[:1])
    yield from (_Wish("obstacle", 1, 3, obstacle.who, obstacle) for obstacle in material.obstacles)
    yield from (_Wish("pattern", 2, 4, about=one) for one in worst[1:])


def _next_week(material: Material) -> Iterable[_Wish]:
    yield from (_Wish("commit", 2, 4, person) for person in material.people or ("",))


def _by_due(commitment: Commitment) -> tuple[datetime, str]:
    return commitment.due, commitment.id
