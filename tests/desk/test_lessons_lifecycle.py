"""What other help desks got wrong about reopening, merging and closing, by the number of the lesson."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.delivery.catalogue import load_catalogue
from incidentkit.delivery.templates.steps import STEPS
from incidentkit.desk.desk import Desk
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.errors import TransitionRefused
from incidentkit.phrases.words import LANGUAGES
from incidentkit.rules.clocks import clocks
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.messages import TEXTS
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, closed, reported, resolved, told


def test_b13_a_late_reply_makes_a_new_case_and_leaves_the_closed_one(desk: Desk, clock: ManualClock) -> None:
    """B13: what is closed for good is not opened by a reply; the new case names it."""
    old = closed(desk)
    clock.advance(days=31)
    with pytest.raises(TransitionRefused):
        desk.incidents.reopen(old.id, reason="again")
    new = desk.incidents.complain(old.id, reason="again")

    assert (old.id, Phase.DETECTED, Phase.CLOSED) == (new.follows, new.phase, desk.incidents.get(old.id).phase)


def test_b14_replies_to_a_merged_case_go_on_with_the_other(desk: Desk) -> None:
    """B14: they reopen nothing, and get lost nowhere, however many mergers later."""
    first, second, third = reported(desk), reported(desk), reported(desk)
    desk.incidents.merge(first.id, into=second.id)
    desk.contacts.log(channel="email", incident=first.id, summary="one")
    desk.incidents.merge(second.id, into=third.id)
    desk.contacts.log(channel="email", incident=first.id, summary="two")
    desk.surveys.answer(incident=first.id, score=3)
    after = [desk.incidents.get(case.id) for case in (first, second, third)]

    assert [Phase.MERGED, Phase.MERGED, Phase.DETECTED] == [case.phase for case in after]
    assert [0, 1, 1] == [len(case.contacts) for case in after]
    assert [0, 0, 1] == [len(case.answers) for case in after]


def test_b14_what_has_replies_can_still_be_merged(desk: Desk) -> None:
    """B14: a reply that came after a merger keeps nothing from being merged again."""
    first, second, third = reported(desk), reported(desk), reported(desk)
    desk.incidents.merge(first.id, into=second.id)
    desk.contacts.log(channel="email", incident=first.id, summary="one")

    assert third.id == desk.incidents.merge(second.id, into=third.id).merged_into


def test_b15_merging_tells_whom_it_concerns(desk: Desk) -> None:
    """B15: the customer who was told hears of the case that goes on, and that case's timeline shows the merger."""
    gone, stays = told(desk), reported(desk)
    desk.incidents.merge(gone.id, into=stays.id, by="ana")
    desk.send_due()
    told_now = desk.incidents.get(stays.id)
    entries = [entry.type for entry in desk.orders.timeline(stays.orders[0]) if entry.stream == stays.id]

    assert (Phase.COMMUNICATED, "incident.merged") == (told_now.phase, told_now.notices[-1].step)
    assert "incident.took_in" in entries


def test_b16_reopening_leaves_the_first_response_as_it_was(desk: Desk, clock: ManualClock) -> None:
    """B16: ten minutes stay ten minutes, though the case is reopened days later."""
    case = reported(desk, reported_by="customer")
    clock.advance(minutes=10)
    desk.incidents.log_conversation(case.id, channel="phone", summary="hello", by="ana")
    desk.incidents.resolve(case.id, reason="nothing due")
    first = _response(desk.incidents.get(case.id))
    clock.advance(days=5)
    desk.incidents.reopen(case.id, reason="again", by="customer")
    clock.advance(hours=1)
    desk.incidents.log_conversation(case.id, channel="phone", summary="hello again", by="ana")

    assert timedelta(minutes=10) == first
    assert first == _response(desk.incidents.get(case.id))


def _response(case: Incident) -> timedelta | None:
    found = next(clock for clock in clocks(case, SHOP) if clock.name == "first_response")
    return None if found.stopped_at is None else found.stopped_at - found.started_at


def test_b17_a_case_that_is_reopened_twice_reaches_the_second_level(desk: Desk, clock: ManualClock) -> None:
    """B17: by itself, with the reason; the first time does not."""
    case, levels = resolved(desk), []
    for _ in range(2):
        clock.advance(hours=1)
        levels.append(desk.incidents.reopen(case.id, reason="again", by="customer").level)
        desk.incidents.resolve(case.id)

    assert [0, 2] == levels


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("move", INCIDENT.moves, ids=lambda move: move.name)
def test_b18_every_transition_has_its_text(language: str, move: object) -> None:
    """B18: each move of the table says what the customer hears of it, and every such text is there in every language."""
    catalogue = load_catalogue(evolve(SHOP, language=language))
    values = {
        "order": "1001",
        "type": "damaged",
        "cause": "packaging",
        "responsible": "after-sales",
        "offers": "refund|5.00 EUR|2026-03-09",
        "reference": "RF-1",
    }
    texts = TEXTS[move.name]  # type: ignore[attr-defined]

    assert all(catalogue.has(text) for text in texts)
    assert all("1001" in catalogue.render(text, language, values.items()).text for text in texts)


def test_b18_no_text_is_without_a_transition() -> None:
    """B18: every text about a case belongs to a move, and every move is in the matrix."""
    written = {text for text in STEPS if text.startswith("incident.")}

    assert {move.name for move in INCIDENT.moves} == set(TEXTS)
    assert written == {text for texts in TEXTS.values() for text in texts}


@pytest.mark.parametrize(
    ("stand", "back"),
    [(resolved, Phase.COMMUNICATED), (closed, Phase.COMMUNICATED)],
    ids=["resolved", "closed"],
)
def test_b19_a_solution_can_be_taken_back_for_a_while(
    desk: Desk, clock: ManualClock, stand: Callable[[Desk], Incident], back: Phase
) -> None:
    """B19: up to the end of the window, and no longer."""
    case, late = stand(desk), stand(desk)
    clock.advance(days=29)
    reopened = desk.incidents.reopen(case.id, reason="again")
    clock.advance(days=2)
    with pytest.raises(TransitionRefused):
        desk.incidents.reopen(late.id, reason="again")

    assert back is reopened.phase


@pytest.mark.parametrize("final", INCIDENT.final)
def test_b19_what_is_final_has_no_way_out_but_taking_it_back(final: str) -> None:
    """B19: withdrawn has none, merged only the undoing of the merger."""
    assert {"withdrawn": [], "merged": ["unmerge"]}[final] == [m.name for m in INCIDENT.moves if final in m.sources]


def test_b20_every_channel_stops_the_silence(opened: Opened, clock: ManualClock) -> None:
    """B20: a note at the counter counts as much as an answer to the survey."""
    desk = opened()
    case = resolved(desk)
    desk.contacts.log(channel="counter", incident=case.id, summary="came by")
    clock.advance(days=30)
    desk.tick()

    assert (Phase.RESOLVED, 0) == ((after := desk.incidents.get(case.id)).phase, after.attempts)
