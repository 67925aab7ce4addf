"""Strategies for commitments and check-ins, each folded from its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time, timedelta

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.calendars import WEEKDAYS
from incidentkit.domain.checkins import CheckIn, CheckInTime, Obstacle, Progress, WentWell
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import CheckInId, CommitmentId
from incidentkit.testing.strategies._basics import codes, handles, ids, instants, one_liners, texts
from incidentkit.testing.strategies._stream import Stream

__all__ = [
    "MEETINGS",
    "checkin_histories",
    "checkin_times",
    "checkins",
    "commitment_histories",
    "commitments",
    "obstacles",
    "praise",
    "progress",
]

_LEADS = ("first_response_time", "told_first_rate", "proactive_update_rate")
_FIGURES = st.none() | st.floats(0, 1_000_000, allow_nan=False)


def checkin_times() -> st.SearchStrategy[CheckInTime]:
    """When teams meet."""
    at = st.none() | st.builds(time, st.integers(0, 23), st.sampled_from((0, 30)))
    return st.builds(CheckInTime, st.sampled_from(WEEKDAYS), at, st.integers(5, 60))


def progress() -> st.SearchStrategy[Progress]:
    """How Key Results stand: with figures and without."""
    return st.builds(
        Progress,
        objective=ids(),
        objective_title=one_liners(),
        key_result=codes(),
        title=one_liners(),
        measure=st.sampled_from(_LEADS),
        unit=st.sampled_from(("seconds", "share", "orders")),
        value=_FIGURES,
        n=st.integers(0, 100_000),
        since=st.none() | instants(),
        until=st.none() | instants(),
        as_of=st.none() | instants(),
        version=st.integers(1, 3),
        complete=st.booleans(),
        should_be=_FIGURES,
        target=_FIGURES,
        by_date=st.none() | st.dates(),
        low=_FIGURES,
        high=_FIGURES,
        chance=st.none() | st.floats(0, 1),
        verdict=st.sampled_from(("winning", "losing", "unknown")),
        reason=st.just("") | codes(),
        lead_measures=st.lists(st.sampled_from(_LEADS), max_size=2, unique=True).map(tuple),
    )


def obstacles() -> st.SearchStrategy[Obstacle]:
    """What stands in the way, with and without somebody who sees to it."""
    return st.builds(Obstacle, texts(), st.just("") | handles())


def praise() -> st.SearchStrategy[WentWell]:
    """What went well, and who was behind it."""
    return st.builds(WentWell, texts(), st.lists(handles(), max_size=2, unique=True).map(tuple))


def _made(commitment: str | None = None) -> st.SearchStrategy[ev.CommitmentMade]:
    return st.builds(
        ev.CommitmentMade,
        commitment=(ids() if commitment is None else st.just(commitment)).map(CommitmentId),
        person=handles(),
        team=codes(),
        what=texts(),
        measure=st.sampled_from(_LEADS),
        asked_by=handles(),
        due=instants(),
        objective=st.just("") | ids(),
        key_result=st.just("") | codes(),
    )


def _held(checkin: str | None = None) -> st.SearchStrategy[ev.CheckInHeld]:
    named = st.lists(ids().map(CommitmentId), max_size=2, unique=True).map(tuple)
    return st.builds(
        ev.CheckInHeld,
        checkin=(ids() if checkin is None else st.just(checkin)).map(CheckInId),
        team=codes(),
        present=st.lists(handles(), min_size=1, max_size=3, unique=True).map(tuple),
        progress=st.lists(progress(), max_size=2).map(tuple),
        obstacles=st.lists(obstacles(), max_size=2).map(tuple),
        went_well=st.lists(praise(), max_size=2).map(tuple),
        reported=named,
        made=named,
        notes=st.none() | texts(),
        took=st.none() | st.integers(1, 60).map(lambda minutes: timedelta(minutes=minutes)),
    )


def _missed() -> st.SearchStrategy[ev.CommitmentMissed]:
    return st.builds(ev.CommitmentMissed, st.none() | texts()) | st.just(ev.CommitmentMissed(rule="no_report"))


MEETINGS: Mapping[str, Callable[[], st.SearchStrategy[ev.Happening]]] = {
    "checkin.held": _held,
    "checkin.noted": lambda: st.builds(ev.CheckInNoted, texts()),
    "commitment.kept": lambda: st.builds(ev.CommitmentKept, texts()),
    "commitment.made": _made,
    "commitment.missed": _missed,
}
"""Single events of commitments and check-ins, by their type."""


@st.composite
def commitment_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one commitment: kept, missed, missed in silence and reported on after all, taken back, or still open."""
    commitment = draw(ids())
    stream: Stream[Commitment] = Stream(draw, commitment, passive=False)
    stream.add("checkins.commit", draw(_made(commitment)))
    stream.later()
    if draw(st.booleans()):
        stream.add("tick", ev.CommitmentMissed(rule="no_report"))
    if draw(st.booleans()):
        stream.add("checkins.report", ev.CommitmentKept(draw(texts())))
    if draw(st.booleans()):
        stream.add("checkins.report", ev.CommitmentMissed(draw(texts())))
    return stream.events


@st.composite
def checkin_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one check-in: held, and perhaps added to."""
    checkin = draw(ids())
    stream: Stream[CheckIn] = Stream(draw, checkin, passive=False)
    stream.add("checkins.hold", draw(_held(checkin)))
    for _ in range(draw(st.integers(0, 2))):
        stream.later()
        stream.add("checkins.note", ev.CheckInNoted(draw(texts())))
    return stream.events


def commitments() -> st.SearchStrategy[Commitment]:
    """Commitments that are open, kept or missed."""
    return commitment_histories().map(_as_commitment)


def checkins() -> st.SearchStrategy[CheckIn]:
    """Check-ins, with all that may be said in them."""
    return checkin_histories().map(_as_checkin)


def _as_commitment(events: tuple[Event, ...]) -> Commitment:
    state = replay(events)
    assert isinstance(state, Commitment)
    return state


def _as_checkin(events: tuple[Event, ...]) -> CheckIn:
    state = replay(events)
    assert isinstance(state, CheckIn)
    return state
