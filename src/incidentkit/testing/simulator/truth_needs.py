"""What truly became of customers' needs in a month: who asked, who answered, what it cost; worked out without a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from attrs import define, field, frozen

from incidentkit.testing.simulator.courses import Course, Trouble
from incidentkit.testing.simulator.days import END
from incidentkit.testing.simulator.queries import RATES

__all__ = ["NeedTruth", "answering", "needs_of"]

_WEEK = timedelta(days=7)

_Kind = Literal["said", "reported", "solved", "resolved", "reopened", "withdrawn"]


@frozen
class _Word:
    """One contact: who speaks, and whether the customer waits for an answer."""

    at: datetime
    channel: str
    asks: bool = False
    answers: bool = False
    inbound: bool = False
    automatic: bool = False


@define(eq=False)
class NeedTruth:
    """One need, as it stood at the month's end."""

    words: list[_Word] = field(factory=list)
    cases: list[int] = field(factory=list)
    resolved_at: datetime | None = None
    reopened: bool = False
    paid: Decimal = Decimal(0)
    about_order: bool = True

    @property
    def began(self) -> datetime:
        """With its first contact."""
        return self.words[0].at

    @property
    def asked(self) -> bool:
        """Whether the customer ever asked."""
        return any(word.asks for word in self.words)

    @property
    def response(self) -> float | None:
        """Seconds from the first question to the first answer by a person."""
        asked = next(word for word in self.words if word.asks)
        answer = asked if asked.answers else next((w for w in self.words if w.answers and w.at >= asked.at), None)
        return None if answer is None else (answer.at - asked.at).total_seconds()

    @property
    def at_once(self) -> bool:
        """Whether one question was enough."""
        if self.resolved_at is None or self.reopened:
            return False
        return sum(word.asks and word.at <= self.resolved_at + _WEEK for word in self.words) == 1

    @property
    def inbound(self) -> int:
        """How often the customer got in touch."""
        return sum(word.inbound for word in self.words)

    @property
    def cost(self) -> Fraction:
        """Of its contacts and remedies, in euros, to the cent."""
        return Fraction(sum((Decimal(RATES[word.channel]) for word in self.words), self.paid))


@frozen
class _Happening:
    at: datetime
    kind: _Kind
    case: int | None = None
    word: _Word | None = None


def answering(course: Course) -> Iterator[datetime]:
    """When somebody of the shop answered a question about the order."""
    for said in course.said:
        if said.what == "answered" or said.live:
            yield said.at
    yield from (t.detected_at for t in course.troubles if t.told_on in ("phone", "counter"))


def needs_of(course: Course) -> list[NeedTruth]:
    """The needs that an order's customer had about it, and about the cases of theirs that name no order."""
    about_order = [n for n, trouble in enumerate(course.troubles) if trouble.about_order]
    needs = _told(course, about_order, queries=True)
    for n, trouble in enumerate(course.troubles):
        if not trouble.about_order:
            needs += _told(course, [n], queries=False)
            for need in needs:
                need.about_order = need.about_order and n not in need.cases
    return needs


def _told(course: Course, cases: list[int], *, queries: bool) -> list[NeedTruth]:
    story = [h for n in cases for h in _of_trouble(n, course.troubles[n])] + (list(_of_said(course)) if queries else [])
    needs: list[NeedTruth] = []
    open_cases: set[int] = set()
    for happening in sorted((h for h in story if h.at < END), key=lambda h: h.at):
        _happen(needs, open_cases, happening)
    for n in cases:
        first = next((need for need in needs if n in need.cases), None)
        if first is not None:
            first.paid += _paid(course.troubles[n])
    return needs


def _of_said(course: Course) -> Iterator[_Happening]:
    for said in course.said:
        if said.what == "solved":
            yield _Happening(said.at, "solved")
        else:
            inbound = said.what in ("asked", "thanks")
            answers = said.what == "answered" or said.live
            word = _Word(said.at, said.channel, said.what == "asked", answers, inbound, said.what == "automatic")
            yield _Happening(said.at, "said", word=word)


def _of_trouble(n: int, trouble: Trouble) -> Iterator[_Happening]:
    if trouble.told_on:
        word = _Word(trouble.detected_at, trouble.told_on, True, trouble.told_on in ("phone", "counter"), True)
        yield _Happening(trouble.detected_at, "said", word=word)
    yield _Happening(trouble.detected_at, "reported", n if trouble.told_on else None)
    if trouble.called_at is not None:
        yield _spoken(n, trouble.called_at)
    for round_ in trouble.rounds:
        if round_.resolved_at is not None:
            yield _Happening(round_.resolved_at, "resolved", n)
        if round_.spoken_at is not None:
            yield _spoken(n, round_.spoken_at)
        if round_.reopened_at is not None:
            yield _Happening(round_.reopened_at, "reopened", n)
    if trouble.withdrawn_at is not None:
        yield _Happening(trouble.withdrawn_at, "withdrawn", n)


def _spoken(n: int, at: datetime) -> _Happening:
    return _Happening(at, "said", n, _Word(at, "phone", answers=True))


def _happen(needs: list[NeedTruth], over: set[int], h: _Happening) -> None:
    """``over``: the cases on which nothing is left to do."""
    if h.word is not None:
        need = _need_for(needs, h.word, h.case)
        need.words.append(h.word)
        if h.case is not None and h.case not in need.cases:
            need.cases.append(h.case)
        if h.word.asks and need.resolved_at is not None:
            need.resolved_at, need.reopened = None, True
    elif h.kind == "reported" and h.case is not None:
        needs[-1].cases.append(h.case)
    elif h.kind == "solved":
        needs[0].resolved_at = needs[0].resolved_at or h.at
    elif h.kind == "withdrawn" and h.case is not None:
        over.add(h.case)
    elif h.kind in ("resolved", "reopened") and h.case is not None:
        (over.add if h.kind == "resolved" else over.discard)(h.case)
        for need in (n for n in needs if h.case in n.cases):
            if h.kind == "reopened" and need.resolved_at is not None:
                need.resolved_at, need.reopened = None, True
            elif h.kind == "resolved" and need.resolved_at is None and over.issuperset(need.cases):
                need.resolved_at = h.at


def _need_for(needs: list[NeedTruth], word: _Word, case: int | None) -> NeedTruth:
    """The open one, that of the same case first; else one that was resolved in the week before; else a new one."""
    current = [n for n in needs if n.resolved_at is None]
    recent = [n for n in needs if n.resolved_at is not None and word.at - n.resolved_at <= _WEEK]
    for among in (current, recent):
        found = [n for n in among if case in n.cases] or among
        if found:
            return max(found, key=lambda need: need.began)
    needs.append(NeedTruth())
    return needs[-1]


def _paid(trouble: Trouble) -> Decimal:
    done = [p for r in trouble.rounds for p in r.proposals if p.accepted and p.carried_out_at is not None]
    return sum((p.amount for p in done if p.amount is not None and p.carried_out_at < END), Decimal(0))  # type: ignore[operator]
