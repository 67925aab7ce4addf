"""Not solved after all, at the desk: within the protocol's window the same case, later a new one that goes on from it."""

from __future__ import annotations

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain import events as ev
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Phase
from incidentkit.errors import TransitionRefused, UnknownIdError
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import MARTA, closed, reported, resolved


def test_the_window_lasts_to_its_last_instant(desk: Desk, clock: ManualClock) -> None:
    """Thirty days after it was closed it is still the same case."""
    case = closed(desk)
    clock.advance(days=30)

    assert Phase.COMMUNICATED is desk.incidents.reopen(case.id, reason="it broke again").phase


def test_after_the_window_a_new_case_is_asked_for(desk: Desk, clock: ManualClock) -> None:
    """The refusal names the last day in the shop's zone, and what to do."""
    case = closed(desk)
    clock.advance(days=30, hours=1)
    with pytest.raises(TransitionRefused, match=rf"until 2026-04-01; .*report\(\.\.\., follows='{case.id}'\)"):
        desk.incidents.reopen(case.id, reason="it broke again")


def test_the_window_is_the_protocols(desk: Desk, clock: ManualClock) -> None:
    """It begins anew with each closing."""
    case = closed(desk)
    clock.advance(days=29)
    desk.incidents.reopen(case.id, reason="it broke again")
    desk.incidents.resolve(case.id)
    clock.advance(days=29)

    assert 2 == desk.incidents.reopen(case.id, reason="and again").reopened


def test_a_new_case_goes_on_from_the_old_one(desk: Desk, post: Post) -> None:
    """Each names the other, and the old one's timeline tells it."""
    old = closed(desk)
    new = desk.incidents.report(old.orders[0], "late", "it broke again", follows=old.id)
    entries = [entry.type for entry in desk.orders.timeline(old.orders[0]) if entry.stream == old.id]

    assert (old.id, (new.id,)) == (new.follows, desk.incidents.get(old.id).followed_by)
    assert (Phase.CLOSED, "incident.linked") == (desk.incidents.get(old.id).phase, entries[-1])


def test_a_new_case_is_no_less_severe(desk: Desk) -> None:
    """What was critical comes back as critical, unless somebody says otherwise."""
    old = closed(desk)
    new = desk.incidents.report(old.orders[0], "late", "it broke again", follows=old.id)
    said = desk.incidents.report(old.orders[0], "late", "it broke again", follows=old.id, severity="minor")

    assert ("critical", "minor") == (new.severity, said.severity)


def test_what_is_followed_must_be_there(desk: Desk) -> None:
    """No case goes on from one that nobody knows."""
    with pytest.raises(UnknownIdError):
        desk.incidents.report(None, "late", "it broke again", follows="nothing", customer=MARTA)


def test_a_complaint_within_the_window_reopens(desk: Desk) -> None:
    """The same case, as a false resolution."""
    case = desk.incidents.complain(closed(desk).id, reason="it broke again")

    assert (Phase.COMMUNICATED, 1, 1) == (case.phase, case.reopened, case.false_resolutions)


def test_a_late_complaint_makes_a_new_case(desk: Desk, clock: ManualClock) -> None:
    """With the orders, lines, type, cause and customer of the old one, which stays as it ended."""
    old = closed(desk, cause="packaging")
    clock.advance(days=40)
    new = desk.incidents.complain(old.id, reason="it broke again", key="mail-7")

    assert (old.id, old.orders, old.type, old.severity, old.cause, old.customer, "customer") == (
        new.follows,
        new.orders,
        new.type,
        new.severity,
        new.cause,
        new.customer,
        new.reported_by,
    )
    assert (Phase.CLOSED, True) == (desk.incidents.get(old.id).phase, desk.orders.get(old.orders[0]).in_incident)
    assert new == desk.incidents.complain(old.id, reason="it broke again", key="mail-7")


def test_a_complaint_about_what_was_withdrawn_is_a_new_case(desk: Desk) -> None:
    """It was an incident after all; what is final stays final."""
    old = desk.incidents.withdraw(reported(desk).id, reason="a mistake")

    assert old.id == desk.incidents.complain(old.id, reason="no mistake").follows


def test_a_complaint_about_an_open_case_is_refused(desk: Desk) -> None:
    """Nothing was said to be solved."""
    with pytest.raises(TransitionRefused, match="reopen is possible from resolved or closed or lapsed only"):
        desk.incidents.complain(reported(desk).id, reason="still broken")


@pytest.mark.parametrize(
    ("expected", "what"), [(1, "customer"), (1, "low"), (1, "contact"), (0, "high"), (0, "machine"), (0, "nothing")]
)
def test_a_fix_that_the_customer_disproves_is_a_false_resolution(desk: Desk, expected: int, what: str) -> None:
    """They reopen it, answer below the threshold, or come back; praise, a machine's note and second thoughts are none."""
    case = resolved(desk)
    if what in ("low", "high"):
        desk.surveys.answer(incident=case.id, score=1 if what == "low" else 5)
    if what in ("contact", "machine"):
        desk.contacts.log(channel="email", incident=case.id, summary="still broken", automatic=what == "machine")
    after = desk.incidents.reopen(case.id, reason="look again", by="customer" if what == "customer" else "ana")

    assert expected == after.false_resolutions


@pytest.mark.parametrize(("expected", "disproved", "by"), [(0, False, "customer"), (1, True, "ana")])
def test_whether_it_was_false_can_be_said(desk: Desk, expected: int, disproved: bool, by: str) -> None:
    """Who knows better says so."""
    assert expected == desk.incidents.reopen(resolved(desk).id, reason="x", disproved=disproved, by=by).false_resolutions


def test_false_resolutions_are_listed_and_told(desk: Desk) -> None:
    """They are found, and stay in the record when the case is solved at last."""
    false, fine = resolved(desk), closed(desk)
    desk.incidents.reopen(false.id, reason="still broken", by="customer")
    desk.incidents.resolve(false.id)
    told = [entry.data for entry in desk.orders.timeline(false.orders[0]) if isinstance(entry.data, ev.IncidentReopened)]

    assert [false.id] == [case.id for case in desk.incidents.find(false_resolution=True)]
    assert [fine.id] == [case.id for case in desk.incidents.find(false_resolution=False)]
    assert [True] == [event.disproved for event in told]


def test_evidence_does_not_outlive_the_customers_last_word(desk: Desk, clock: ManualClock) -> None:
    """A later answer below the threshold keeps the case from being closed on an earlier word."""
    case = resolved(desk)
    spoken = desk.incidents.log_conversation(case.id, channel="phone", summary="fine", by="ana").conversations[-1]
    desk.incidents.confirm_satisfaction(case.id, Evidence.conversation(spoken.id), by="ana")
    clock.advance(hours=1)
    desk.surveys.answer(incident=case.id, score=1)
    with pytest.raises(TransitionRefused, match="evidence that still holds after an answer of 1"):
        desk.incidents.close(case.id)
