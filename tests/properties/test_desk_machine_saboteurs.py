"""The machine finds a desk that is broken: each saboteur breaks one promise, and must be caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from incidentkit.desk import surveys
from incidentkit.desk.work import Work
from incidentkit.domain import events as ev
from incidentkit.domain.texts import Text
from incidentkit.errors import IncidentkitError
from incidentkit.hooks.plugins import Plugins
from incidentkit.rules import incidents as rules
from incidentkit.rules.decision import Decision
from incidentkit.store.unit import Unit
from incidentkit.testing._post import PostChannel
from incidentkit.testing.machines import DeskMachine

QUICK = settings(
    max_examples=80, stateful_step_count=30, derandomize=True, database=None, deadline=None, report_multiple_bugs=False
)
# Where it is broken is known: finding the shortest way there is not what is tested.
QUICK = settings(QUICK, phases=[phase for phase in QUICK.phases if phase.name in ("explicit", "generate")])


def close_without_evidence(patch: pytest.MonkeyPatch) -> None:
    """A case is closed as soon as it is resolved."""
    patch.setattr(rules, "close", lambda incident, order, now: Decision((ev.IncidentClosed(),)))


def words_in_references(patch: pytest.MonkeyPatch) -> None:
    """The words themselves go into the record."""
    patch.setattr(Work, "text", lambda self, words: None if words is None else Text(f"text:{words}", words))


def facts_left_behind(patch: pytest.MonkeyPatch) -> None:
    """Facts are written for what is new, and not brought up to date."""
    write = Unit._write_facts

    def only_new(self: Unit, dirty: list[Any], *more: Any) -> None:
        write(self, [held for held in dirty if held.version <= 1], *more)

    patch.setattr(Unit, "_write_facts", only_new)


def events_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """Observers miss every other call."""
    calls: list[int] = []
    observe = Plugins.observe

    def now_and_then(self: Plugins, events: tuple[Any, ...]) -> None:
        calls.append(1)
        if len(calls) % 2:
            observe(self, events)

    patch.setattr(Plugins, "observe", now_and_then)


def keys_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A key is never found again."""
    patch.setattr(Unit, "key", lambda self, key: None)


def a_batch_goes_on_after_a_refusal(patch: pytest.MonkeyPatch) -> None:
    """An answer that is refused leaves its question behind."""

    def hasty(work: Work, score: int, comment: str | None, survey: str, order: str | None, incident: str | None) -> Any:
        held = surveys.ask(work, survey, order, incident, silent=True)
        return surveys.answer(work, held.stream, score, comment, survey, None, None)

    patch.setattr(surveys, "_answered_unasked", hasty)


def nobody_is_in_incident(patch: pytest.MonkeyPatch) -> None:
    """An order is shown as it is kept."""
    patch.setattr(Unit, "view", lambda self, held: held.state)


def messages_twice(patch: pytest.MonkeyPatch) -> None:
    """A channel that can't be repeated is asked twice."""
    send = PostChannel.send

    def twice(self: PostChannel, message: Any) -> Any:
        send(self, message)
        return send(self, message)

    patch.setattr(PostChannel, "send", twice)


def money_from_nowhere(patch: pytest.MonkeyPatch) -> None:
    """A refund is carried out and not taken off the order."""
    carry_out = rules.carry_out

    def free(*given: Any) -> Decision:
        return evolve(carry_out(*given), elsewhere=())

    patch.setattr(rules, "carry_out", free)


SABOTEURS: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (
    close_without_evidence,
    words_in_references,
    facts_left_behind,
    events_before_the_commit,
    keys_forgotten,
    a_batch_goes_on_after_a_refusal,
    nobody_is_in_incident,
    messages_twice,
    money_from_nowhere,
)


@pytest.mark.parametrize("sabotage", SABOTEURS, ids=lambda sabotage: sabotage.__name__)
def test_a_saboteur_is_caught(sabotage: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that breaks the promise fails the machine."""
    sabotage(monkeypatch)
    with pytest.raises((AssertionError, IncidentkitError)):
        run_state_machine_as_test(DeskMachine, settings=QUICK)
