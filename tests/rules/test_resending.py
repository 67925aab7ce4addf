"""Sending again and settling: never what may have arrived, and never twice for one decision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.errors import TransitionRefused
from incidentkit.rules.resending import DISMISSED, GIVEN_UP, NOT_SENT, dismiss, resend, settle
from tests.rules.lives import START, Life

KEY = "message/default/i-1/incident.detected/c-1/local/1"


def letter(state: IntentState = IntentState.FAILED, step: str = "incident.detected") -> Intent:
    """A message that stands there."""
    return Intent(
        KEY, "message", "local", "i-1", step, START, "c-1", state=state, attempts=3, reason="permanent", reference="r"
    )


@given(st.sampled_from(IntentState), st.booleans(), st.none() | st.sampled_from(("local", "wire")))
def test_only_what_did_not_arrive_is_sent_again(state: IntentState, dead: bool, channel: str | None) -> None:
    """What is on its way, arrived or is in doubt is refused; what certainly did not go out keeps its key on its own channel."""
    now = Life.begin().now()
    allowed = state is IntentState.SUPPRESSED or (dead and state is not IntentState.UNKNOWN)
    try:
        again = resend(letter(state), None, dead, channel, 1, now)
    except TransitionRefused:
        assert not allowed
        return

    assert allowed
    assert (IntentState.PLANNED, 0, "", "", now.at) == (
        again.intent.state,
        again.intent.attempts,
        again.intent.reason,
        again.intent.reference,
        again.intent.due,
    )
    assert (again.intent.key == KEY) == (state in GIVEN_UP and channel in (None, "local"))


def test_each_further_one_has_a_key_of_its_own() -> None:
    """However often the same is sent."""
    now = Life.begin().now()
    keys = [resend(letter(IntentState.DONE), None, True, None, alike, now).intent.key for alike in range(1, 4)]

    assert 4 == len({KEY, *keys})


def test_a_case_has_a_notice_for_it() -> None:
    """Where it had one for the first; a message about something else leaves the case alone."""
    life = Life.begin()
    life.take("notify")
    about = letter(IntentState.DONE, life.incident.notices[0].step)
    (planned,) = resend(about, life.incident, True, None, 1, life.now()).events

    assert isinstance(planned, ev.NoticePlanned)
    assert ("notice-2", about.step) == (planned.notice, planned.step)
    assert () == resend(letter(IntentState.DONE, "order.placed"), life.incident, True, None, 1, life.now()).events


@pytest.mark.parametrize("state", [s for s in IntentState if s is not IntentState.UNKNOWN])
def test_only_a_doubt_is_settled(state: IntentState) -> None:
    """What is known stays as it is known."""
    for sent in (True, False):
        with pytest.raises(TransitionRefused, match="while nobody knows"):
            settle(letter(state), sent, "", Life.begin().now())


def test_a_doubt_ends_as_done_or_failed() -> None:
    """With what the channel calls it, or with why."""
    now = Life.begin().now()
    sent, unsent = (settle(letter(IntentState.UNKNOWN), sent, "r-9", now) for sent in (True, False))

    assert (IntentState.DONE, "", "r-9", now.at) == (sent.state, sent.reason, sent.reference, sent.sent_at)
    assert (IntentState.FAILED, NOT_SENT) == (unsent.state, unsent.reason)


@pytest.mark.parametrize(
    ("state", "dead"), [(IntentState.UNKNOWN, True), (IntentState.DONE, False), (IntentState.PLANNED, False)]
)
def test_what_is_not_dead_is_not_dismissed(state: IntentState, dead: bool) -> None:
    """Nor what is in doubt."""
    with pytest.raises(TransitionRefused):
        dismiss(letter(state), dead)


@pytest.mark.parametrize("state", GIVEN_UP)
def test_a_dead_letter_is_let_go(state: IntentState) -> None:
    """The record says that somebody decided that nothing follows."""
    dismissed = dismiss(letter(state), dead=True)

    assert (ev.MessageUndelivered(KEY, "incident.detected", "local", DISMISSED),) == dismissed.events
    assert () == dismissed.intents
