"""What became of needs whose incidents are known to the end already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.ids import IncidentId, NeedId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.needs import Need
from incidentkit.domain.texts import Text
from incidentkit.rules.hindsight import Turn, followed_at, moved_on, owed_at

START = datetime(2024, 1, 1, tzinfo=UTC)


def at(hour: int) -> datetime:
    """An hour of the story."""
    return START + timedelta(hours=hour)


CASE = Incident(
    id=IncidentId("i-1"),
    type="late",
    severity="minor",
    description=Text("text:1", "late"),
    detected_at=at(1),
    owner=Owner("after-sales"),
    handover=None,
    passive=True,
)
TURNS = (Turn("i-1", 2, at(10), True), Turn("i-1", 3, at(13), False), Turn("i-1", 4, at(20), True))
NEED = Need(NeedId("n-1"), at(0))


@pytest.mark.parametrize(("hour", "owed"), [(0, False), (1, True), (9, True), (10, False), (13, True), (19, True), (20, False)])
def test_what_was_owed_then(hour: int, owed: bool) -> None:
    """From the detection on, but while it counted as solved."""
    assert owed is owed_at(CASE, TURNS, at(hour))


def test_a_case_without_turns_is_owed_from_its_detection() -> None:
    """One that was never solved; one whose turns nobody knows counts as it stands."""
    assert owed_at(CASE, (), at(50))
    assert [True, False] == [owed_at(evolve(CASE, phase=phase), None, at(2)) for phase in (Phase.DETECTED, Phase.RESOLVED)]


def test_what_counts_nowhere_was_never_owed() -> None:
    """Whatever its turns say."""
    assert not owed_at(evolve(CASE, phase=Phase.WITHDRAWN), TURNS, at(15))


def test_a_need_is_resolved_with_its_last_incident() -> None:
    """Not while another one is owed, nor when it was already."""
    resolved = TURNS[0]

    assert ev.NeedResolved(CASE.id) == followed_at(NEED, resolved, owing=False)
    assert followed_at(NEED, resolved, owing=True) is None
    assert followed_at(evolve(NEED, resolved_at=at(5)), resolved, owing=False) is None


def test_a_need_is_reopened_with_any() -> None:
    """Where it was resolved."""
    assert ev.NeedReopened(incident=CASE.id) == followed_at(evolve(NEED, resolved_at=at(5)), TURNS[1], owing=True)
    assert followed_at(NEED, TURNS[1], owing=False) is None


def test_a_need_that_has_moved_on() -> None:
    """Its record goes beyond the instant; an event at the same instant does not."""
    said = [Event("n-1", 1, ev.NeedOpened(NeedId("n-1")), at(hour), at(hour), "source:x", "import") for hour in (3, 5)]

    assert [True, False] == [moved_on(said, at(hour)) for hour in (4, 5)]
