"""The machine finds a desk that is broken: each saboteur breaks one promise, and must be caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import update

from incidentkit.desk import incidents, queue, receiving, surveys
from incidentkit.desk.sending import sending
from incidentkit.desk.sending.recovering import recover
from incidentkit.desk.work import Work
from incidentkit.domain import events as ev
from incidentkit.domain import evolve as folds
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.needs import Need
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import IncidentkitError
from incidentkit.hooks.plugins import Plugins
from incidentkit.measures import need_facts
from incidentkit.rules import attending, tasks, timers
from incidentkit.rules import incidents as rules
from incidentkit.rules.clock_readings import read_clocks
from incidentkit.rules.decision import Decision
from incidentkit.rules.due import DUE
from incidentkit.rules.receipts import receive
from incidentkit.store import derived, tables
from incidentkit.store.unit import Unit
from incidentkit.testing._post import PostChannel
from incidentkit.testing.machines._base import INCIDENTS, Driven
from incidentkit.testing.machines._batches import BatchRules
from incidentkit.testing.machines._cases import CaseRules
from incidentkit.testing.machines._drawn import PERSONAL, person
from incidentkit.testing.machines._ending import Ending
from incidentkit.testing.machines._imports import ImportRules
from incidentkit.testing.machines._judging import JudgingRules
from incidentkit.testing.machines._keys import KeyRules
from incidentkit.testing.machines._looking import Looking
from incidentkit.testing.machines._needs import NeedRules
from incidentkit.testing.machines._orders import OrderRules
from incidentkit.testing.machines._tasks import TaskRules
from incidentkit.testing.machines._time import TimeRules

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
    patch.setattr(Work, "text", lambda self, words, **_: None if words is None else Text(f"text:{words}", words))


def facts_left_behind(patch: pytest.MonkeyPatch) -> None:
    """Facts are written for what is new, and not brought up to date."""
    write = Unit._fact_writes
    patch.setattr(Unit, "_fact_writes", lambda self, dirty, *more: write(self, [h for h in dirty if h.version <= 1], *more))


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


# --- Judgement ---------------------------------------------------------------------------------------------------


def evidence_outlives_a_reopening(patch: pytest.MonkeyPatch) -> None:
    """What the customer said of the first solution counts for the next one."""
    steps: Any = folds._STEPS[Incident]
    reopened = steps[ev.IncidentReopened]
    patch.setitem(
        steps, ev.IncidentReopened, lambda case, data, event: evolve(reopened(case, data, event), evidence=case.evidence)
    )


def asked_is_accountable(patch: pytest.MonkeyPatch) -> None:
    """Who is asked to take a case has it by that."""
    steps: Any = folds._STEPS[Incident]
    asked = steps[ev.HandoverAsked]
    patch.setitem(
        steps,
        ev.HandoverAsked,
        lambda case, data, event: evolve(asked(case, data, event), owner=Owner(data.to, "", event.occurred_at)),
    )


def tasks_of_nobody(patch: pytest.MonkeyPatch) -> None:
    """A task is nobody's until somebody takes it."""
    patch.setattr(tasks, "_owner", lambda new, shop: (Owner("somebody"), "somebody"))


def handovers_pend_for_ever(patch: pytest.MonkeyPatch) -> None:
    """Nothing follows where nobody accepts."""
    acts: Any = DUE
    patch.setitem(acts, (Incident, "handover"), lambda *_: Decision())


def acts_each_time(patch: pytest.MonkeyPatch) -> None:
    """Whoever looks at a case does not see what was done about it the last time."""
    marks = attending._marks
    patch.setattr(attending, "_marks", lambda case, *given: marks(evolve(case, broke=()), *given))


def timers_left_behind(patch: pytest.MonkeyPatch) -> None:
    """What is no longer awaited is waited for all the same."""
    time = Unit.time
    patch.setattr(Unit, "time", lambda self, timers: time(self, [timer for timer in timers if timer.due is not None]))


def updates_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Nobody sees to it that customers hear again."""
    of_incident = timers._of_incident
    patch.setattr(timers, "_of_incident", lambda *given: (t for t in of_incident(*given) if t[0] != "update_by"))


def answers_overlooked(patch: pytest.MonkeyPatch) -> None:
    """Clocks are read as if nobody had ever spoken with the customer."""
    patch.setattr(incidents, "read_clocks", lambda case, *given: read_clocks(evolve(case, conversations=()), *given))


def merged_behind_its_back(patch: pytest.MonkeyPatch) -> None:
    """The case that goes on is told nothing of the other."""
    merge = rules.merge
    patch.setattr(rules, "merge", lambda *given: evolve(merge(*given), elsewhere=()))


def contacts_in_two_needs(patch: pytest.MonkeyPatch) -> None:
    """What is split off stays as well."""
    steps: Any = folds._STEPS[Need]
    patch.setitem(steps, ev.NeedSplit, lambda need, data, event: need)


def machines_counted(patch: pytest.MonkeyPatch) -> None:
    """An automatic reply counts as a contact of the customer."""
    fact = need_facts.need_fact

    def every(need: Need, shop: Shop) -> dict[str, Any]:
        return {**fact(need, shop), "inbound": sum(contact.direction == "in" for contact in need.contacts)}

    patch.setattr(need_facts, "need_fact", every)


def words_shown(patch: pytest.MonkeyPatch) -> None:
    """What is said of people is written wherever a value is printed."""
    patch.setattr(Text, "__repr__", lambda self: f"Text({self.value!r})")


def queue_upside_down(patch: pytest.MonkeyPatch) -> None:
    """Who came last comes first."""
    subjects = queue.subjects
    patch.setattr(queue, "subjects", lambda *given: (evolve(s, since=-s.since) for s in subjects(*given)))


def a_trap(patch: pytest.MonkeyPatch) -> None:
    """What was ever reopened can't be closed."""
    close = rules.close

    def sometimes(case: Incident, *given: Any) -> Decision:
        return Decision() if case.reopened else close(case, *given)

    patch.setattr(rules, "close", sometimes)


def products_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What is made anew lacks a part."""
    patch.setattr(derived, "lasting_facts", lambda *given: {})


def opt_outs_overlooked(patch: pytest.MonkeyPatch) -> None:
    """Whatever a person said, they are written to."""
    patch.setattr(Preferences, "objection", lambda *_: None)


def dead_letters_revived(patch: pytest.MonkeyPatch) -> None:
    """What was given up is tried again, though nobody decided that."""
    again = update(tables.intents).where(tables.intents.c.state == "failed")

    def revive(lessee: Any, *given: Any) -> Any:
        lessee.runtime.transaction(lambda unit: unit.connection.execute(again.values(state="planned")))
        return recover(lessee, *given)

    patch.setattr(sending, "recover", revive)


def staff_in_the_record(patch: pytest.MonkeyPatch) -> None:
    """A notice to somebody of the shop is put down as if it had gone to the customer."""
    patch.setattr(receiving, "receive", lambda state, intent, *given: receive(state, evolve(intent, purpose="service"), *given))


class _Writing(Driven):
    """Somebody who wants to hear of nothing orders something; and a case is raised to a supervisor."""

    @rule(incident=INCIDENTS)
    def write(self, incident: str) -> None:
        """There is something to tell them, and something to tell the supervisor."""
        self.desk.people.opt_out(person(0, mail=True))
        self.desk.orders.place(person(0, mail=True))
        self._try(lambda: self.desk.incidents.escalate(incident, reason=PERSONAL, to="eva"))


class _Reopening(Ending):
    """What is closed is reopened, and closed again."""

    @rule(incident=INCIDENTS)
    def again(self, incident: str) -> None:
        """It was not solved after all."""
        self._lead(incident, Phase.CLOSED)
        self._try(lambda: self.desk.incidents.reopen(incident, reason=PERSONAL))


Parts = tuple[type[Driven], ...]

SABOTEURS: dict[Callable[[pytest.MonkeyPatch], None], Parts] = {
    close_without_evidence: (CaseRules, JudgingRules),
    words_in_references: (CaseRules,),
    facts_left_behind: (CaseRules,),
    events_before_the_commit: (CaseRules,),
    keys_forgotten: (KeyRules,),
    a_batch_goes_on_after_a_refusal: (BatchRules,),
    nobody_is_in_incident: (CaseRules,),
    messages_twice: (CaseRules, TimeRules),
    money_from_nowhere: (CaseRules,),
    evidence_outlives_a_reopening: (_Reopening,),
    asked_is_accountable: (JudgingRules,),
    tasks_of_nobody: (TaskRules,),
    handovers_pend_for_ever: (JudgingRules, TimeRules),
    acts_each_time: (TimeRules,),
    timers_left_behind: (JudgingRules, TimeRules),
    updates_forgotten: (CaseRules,),
    answers_overlooked: (CaseRules,),
    merged_behind_its_back: (JudgingRules,),
    contacts_in_two_needs: (NeedRules,),
    machines_counted: (NeedRules,),
    words_shown: (CaseRules,),
    queue_upside_down: (JudgingRules,),
    a_trap: (_Reopening,),
    products_forgotten: (ImportRules,),
    opt_outs_overlooked: (_Writing, TimeRules),
    dead_letters_revived: (CaseRules, TimeRules),
    staff_in_the_record: (_Writing, TimeRules),
}
"""Each with the parts of the machine that come by what it breaks: the whole one would, too, and take longer."""


@pytest.mark.parametrize("sabotage", SABOTEURS, ids=lambda sabotage: sabotage.__name__)
def test_a_saboteur_is_caught(sabotage: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that breaks the promise fails the machine."""
    sabotage(monkeypatch)
    with pytest.raises((AssertionError, IncidentkitError)):
        run_state_machine_as_test(machine_of(SABOTEURS[sabotage]), settings=QUICK)


def machine_of(parts: Parts) -> type[Driven]:
    """A machine with some of the rules, and all that is looked at."""
    return type("Part", (OrderRules, *parts, Looking), {})
