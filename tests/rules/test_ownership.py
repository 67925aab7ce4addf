"""Who is accountable: the laws over random histories of asking, accepting, shifts and absences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve as changed
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.actors import RULE, Actor
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import evolve, replay
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Handover, Incident, Owner, Phase
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.rotas import Absence, Rota
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.errors import IncidentkitError, InvalidInput, RuleViolation, TransitionRefused
from incidentkit.rules import ownership
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.handovers import handover_due, shift_due
from incidentkit.rules.ownership import SHIFT
from incidentkit.rules.reporting import Report, report
from incidentkit.rules.rotas import absence_of, on_duty
from incidentkit.rules.tenures import Tenure, tenures, unowned_time

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
AGENTS = (
    Agent("ana", "after-sales"),
    Agent("luis", "after-sales"),
    Agent("eva", "after-sales", "supervisor"),
    Agent("leo", "warehouse"),
    Agent("max", "warehouse", "supervisor"),
)
NAMES = tuple(agent.name for agent in AGENTS)


def rota(hours: str, *agents: str) -> Rota:
    return Rota(agents, Schedule("UTC", {"mon-fri": (hours,)}))


SHOP = Shop(
    teams=(Team("after-sales", accept_within=timedelta(minutes=30)), Team("warehouse", accept_within=None)),
    agents=AGENTS,
    protocols=(Protocol("late", communicate_within=None, resolve_within=None),),
    calendar="day",
    calendars={"day": Calendar("day", Schedule("UTC", {"mon-sun": ("06:00-23:00",)}))},
    rotas=(rota("07:00-15:00", "ana", "eva"), rota("14:00-22:00", "luis"), rota("22:00-06:00", "leo", "max")),
    absences=(Absence("ana", date(2026, 3, 4), datetime(2026, 3, 4, 10, tzinfo=UTC)),),
)
WORDS = Text("text:1", "words")


class Case:
    """A case that lives by the rules alone, with its timers kept as the desk keeps them."""

    def __init__(self, shop: Shop = SHOP, at: datetime = START) -> None:
        self.shop, self.at, self.timers = shop, at, dict[str, datetime]()
        self.events: list[Event] = []
        self._do(report(Report(IncidentId("i-1"), "late", WORDS), self.now()))

    def now(self, who: str = "") -> Circumstances:
        return Circumstances(self.shop, self.at, Actor("agent", who) if who else RULE)

    @property
    def state(self) -> Incident:
        state = replay(self.events)
        assert isinstance(state, Incident)
        return state

    def _do(self, decision: Decision, who: str = "") -> tuple[Happening, ...]:
        for data in decision.events:
            self.events.append(
                Event("i-1", len(self.events) + 1, data, self.at, self.at, f"agent:{who}" if who else str(RULE), "test")
            )
        for timer in decision.timers:
            self._set(timer)
        pending = self.state.handover
        self._set(Timer("i-1", "handover", pending.until if pending is not None and self.state.open else None))
        return decision.events

    def _set(self, timer: Timer) -> None:
        if timer.due is None:
            self.timers.pop(timer.name, None)
        else:
            self.timers[timer.name] = timer.due

    def do(self, who: str, decide: Any) -> None:
        """What an agent tries; refused, nothing happens."""
        try:
            self._do(decide(self.state, self.now(who)), who)
        except IncidentkitError:
            return

    def tick(self) -> None:
        for name in ("handover", SHIFT):
            due = self.timers.get(name)
            if due is not None and due <= self.at:
                del self.timers[name]
                rule = handover_due if name == "handover" else shift_due
                self._do(rule(self.state, Timer("i-1", name, due), Around(), self.now()))


ACTS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 600)),
    st.tuples(st.just("accept"), st.sampled_from(NAMES)),
    st.tuples(st.just("ask"), st.sampled_from((*NAMES, "after-sales", "warehouse", "bob"))),
)
SHOPS = st.sampled_from(
    (SHOP, changed(SHOP, rotas=()), changed(SHOP, rotas=(), agents=(), absences=()), changed(SHOP, absences=(), rotas=()))
)


def lived(shop: Shop, acts: list[tuple[str, Any]]) -> Case:
    case = Case(shop)
    for act, what in acts:
        if act == "wait":
            case.at += timedelta(minutes=what)
            case.tick()
        elif act == "accept":
            case.do(what, ownership.accept_handover)
        else:
            case.do("ana", lambda state, now, to=what: ownership.hand_over(state, to, now))
    return case


HISTORIES = st.builds(lived, SHOPS, st.lists(ACTS, max_size=40))


# --- Laws --------------------------------------------------------------------------------------------------------


@given(HISTORIES)
def test_one_is_accountable_at_every_instant(case: Case) -> None:
    """Law one owner: tenures follow each other without a gap from the first instant on, and the last one lasts."""
    found = tenures(case.events)

    assert START == found[0].since
    assert all(one.until == other.since for one, other in pairwise(found))
    assert None is found[-1].until
    assert all(tenure.team for tenure in found)
    assert case.state.owner.label == found[-1].label


@given(HISTORIES)
def test_only_accepting_changes_who_is_accountable(case: Case) -> None:
    """Law acceptance: asking and giving back move nothing."""
    for length in range(1, len(case.events)):
        before: Any = replay(case.events[:length])
        after: Any = evolve(before, case.events[length])
        assert isinstance(case.events[length].data, ev.HandoverAccepted) or before.owner == after.owner


@given(HISTORIES)
def test_nothing_waits_past_its_time(case: Case) -> None:
    """Law return: after a tick, what waits waits until later, or is open to a team that gives itself no time."""
    case.tick()
    pending = case.state.handover

    assert pending is None or pending.until is None or pending.until > case.at
    if pending is not None and pending.until is None:
        assert pending.to in (case.state.owner.team, "warehouse", "leo", "max")


@given(HISTORIES)
def test_time_without_a_person_is_counted_right(case: Case) -> None:
    """Law unowned: the minutes in which nobody by name had it, counted one by one."""
    found = tenures(case.events)
    counted, at = timedelta(0), START
    while at < case.at:
        holder = next(t for t in reversed(found) if t.since <= at)
        if not holder.agent and holder.until is not None:
            counted += timedelta(minutes=1)
        at += timedelta(minutes=1)

    assert counted == unowned_time(found) == sum((p.until - p.since for p in case.state.unowned), timedelta(0))


@given(HISTORIES)
def test_asking_by_rule_ends(case: Case) -> None:
    """Law bound: within one round nobody is asked twice by rule, and nobody who is absent ever."""
    asked: list[str] = []
    for event in case.events:
        if isinstance(event.data, ev.HandoverAccepted):
            asked = []
        if isinstance(event.data, ev.HandoverAsked) and event.actor == str(RULE):
            asked = [event.data.to] if event.data.afresh else [*asked, event.data.to]
            agent = case.shop.agent(event.data.to)
            assert agent is not None
            assert agent in on_duty(case.shop, agent.team, event.occurred_at)
        assert len(asked) == len(set(asked))


@given(HISTORIES, st.sampled_from(NAMES))
def test_nobody_takes_a_case_while_absent(case: Case, name: str) -> None:
    """Law presence: nor is asked to."""
    agent = case.shop.agent(name)
    if agent is None or absence_of(case.shop, agent, case.at) is None:
        return
    for decide in (ownership.accept_handover, lambda state, now: ownership.hand_over(state, name, now)):
        with pytest.raises(IncidentkitError):
            decide(case.state, case.now(name))


@given(st.lists(st.integers(1, 24 * 60), min_size=1, max_size=30))
@settings(max_examples=50)
def test_left_alone_a_case_comes_to_rest(waits: list[int]) -> None:
    """Law rest: however often it is looked at, each person is asked once, and the team stays accountable."""
    case = lived(SHOP, [("wait", minutes) for minutes in waits])
    asked = [event.data.to for event in case.events if isinstance(event.data, ev.HandoverAsked)]

    assert len(asked) == len(set(asked)) <= len(AGENTS)
    assert "after-sales" == case.state.owner.label


# --- Examples ----------------------------------------------------------------------------------------------------


def handed(**given: Any) -> Incident:
    """A case of ana's."""
    owner = Owner("after-sales", "ana", START)
    return Incident(
        **{
            "id": "i-1",
            "type": "late",
            "severity": "minor",
            "description": WORDS,
            "detected_at": START,
            "owner": owner,
            **given,
        }
    )


def circumstances(hours: float = 0, who: str = "ana", shop: Shop = SHOP, **given: Any) -> Circumstances:
    return Circumstances(shop, START + timedelta(hours=hours), Actor("agent", who), **given)


@pytest.mark.parametrize(("to", "error"), [("bob", InvalidInput), ("ana", InvalidInput)])
def test_a_case_goes_to_somebody_else_of_the_shop(to: str, error: type[Exception]) -> None:
    """Neither to nobody nor to who has it."""
    with pytest.raises(error):
        ownership.hand_over(handed(), to, circumstances())


def test_a_case_that_is_over_stays_where_it_is() -> None:
    """Neither asked nor accepted."""
    over = handed(phase=Phase.CLOSED)
    with pytest.raises(TransitionRefused):
        ownership.hand_over(over, "luis", circumstances())
    with pytest.raises(TransitionRefused):
        ownership.accept_handover(over, circumstances())


def test_accepting_needs_an_agent_who_was_asked() -> None:
    """Named in the settings, and asked, or of the team that was; a case that has an owner is not anybody's."""
    with pytest.raises(InvalidInput, match="named in the shop"):
        ownership.accept_handover(handed(), circumstances(who="bob"))
    with pytest.raises(TransitionRefused, match="waits"):
        ownership.accept_handover(handed(), circumstances(who="luis"))
    with pytest.raises(InvalidInput, match="handed over to leo"):
        ownership.accept_handover(handed(handover=Handover("leo", "rule:desk", START)), circumstances(7, who="luis"))


def test_a_rule_asks_somebody_who_is_there_in_place_of_one_who_is_not() -> None:
    """Of their team: a supervisor for a supervisor; the team where nobody is; nobody but the owner: nothing."""
    gone = tuple(Absence(name, date(2026, 3, 2), date(2026, 3, 9)) for name in ("eva", "max", "luis"))
    shop = changed(SHOP, absences=gone)
    case = handed(owner=Owner("warehouse", "leo", START))

    assert "ana" == _to(ownership.ask(case, "eva", circumstances(shop=shop)))
    assert "after-sales" == _to(ownership.ask(case, "eva", circumstances(10, shop=shop)))
    assert "warehouse" == _to(ownership.ask(case, "max", circumstances(shop=shop)))
    assert "luis" == _to(ownership.ask(case, "luis", circumstances()))
    assert () == ownership.ask(changed(case, owner=Owner("warehouse", "", START)), "max", circumstances(shop=shop)).events


def _to(decision: Decision) -> str:
    (asked,) = decision.events
    assert isinstance(asked, ev.HandoverAsked)
    return asked.to


def test_the_time_to_accept_is_working_time() -> None:
    """Asked at night, it ends in the morning; a calendar that ends gives none, nor does a team that wants none."""
    late = circumstances(14.75)  # 22:45
    ends = changed(SHOP, calendars={"day": Calendar("day", Schedule("UTC", {}, {date(2026, 3, 1): ("09:00-10:00",)}))})

    assert datetime(2026, 3, 3, 6, 15, tzinfo=UTC) == ownership.accept_by("luis", late)
    assert None is ownership.accept_by("luis", circumstances(shop=ends))
    assert None is ownership.accept_by("warehouse", late)
    assert None is ownership.accept_by("luis", circumstances(passive=True))


def test_cases_are_spread_over_who_is_there() -> None:
    """The same one for the same case; over many, each about as often, supervisors only where nobody else is."""
    shop = changed(SHOP, rotas=(rota("07:00-15:00", "ana", "luis", "eva"),))
    asked = [ownership.first_asked(f"i-{n}", "after-sales", circumstances(shop=shop)) for n in range(200)]

    assert {"ana", "luis"} == set(asked)
    assert 60 < asked.count("ana") < 140
    assert "eva" == ownership.first_asked(
        "i-1", "after-sales", circumstances(shop=changed(SHOP, rotas=(rota("07:00-15:00", "eva"),)))
    )


def test_what_is_imported_is_not_watched() -> None:
    """No timers, and nobody is asked by rota."""
    passive = handed(passive=True)

    assert () == ownership.watch(passive, circumstances())
    assert "after-sales" == ownership.first_asked("i-1", "after-sales", circumstances(passive=True))
    assert () == ownership.first_watch("i-1", "after-sales", circumstances(passive=True))
    assert (ev.HandoverAsked("luis"),) == ownership.hand_over(passive, "luis", circumstances(7)).events
    assert (
        () == ownership.accept_handover(changed(passive, handover=Handover("ana", "rule:desk", START)), circumstances()).timers
    )


def test_it_is_looked_at_once_whether_the_owner_is_there() -> None:
    """At the end of their shift; at once where they are gone, or somebody could be asked; else when somebody comes."""
    nobody = changed(SHOP, rotas=(Rota(("ana",), Schedule("UTC", {}, {date(2026, 3, 1): ("09:00-10:00",)})),))
    teams = handed(owner=Owner("after-sales", "", START))

    assert (Timer("i-1", SHIFT, START + timedelta(hours=7)),) == ownership.watch(handed(), circumstances())
    assert (Timer("i-1", SHIFT, START + timedelta(hours=8)),) == ownership.watch(handed(), circumstances(8))
    assert (Timer("i-1", SHIFT, START),) == ownership.watch(teams, circumstances())
    assert (Timer("i-1", SHIFT, START + timedelta(hours=23)),) == ownership.watch(teams, circumstances(15))
    assert () == ownership.watch(teams, circumstances(shop=nobody))
    assert () == ownership.watch(teams, circumstances(shop=changed(SHOP, rotas=())))


def test_a_timer_without_its_reason_does_nothing() -> None:
    """B32: a hand-over that was accepted or is not due yet, a case that is over or resolved."""
    soon = Handover("luis", "rule:desk", START, START + timedelta(hours=1))
    timer = Timer("i-1", "handover", START)
    for case in (handed(), handed(handover=soon), handed(handover=changed(soon, until=None)), handed(phase=Phase.CLOSED)):
        assert Decision() == handover_due(case, timer, Around(), circumstances())
    for case in (handed(phase=Phase.RESOLVED), handed(handover=soon)):
        assert () == shift_due(case, Timer("i-1", SHIFT, START), Around(), circumstances()).events


def test_a_resolved_case_goes_back_to_its_owner_without_further_asking() -> None:
    """It waits for the customer."""
    resolved = handed(phase=Phase.RESOLVED, handover=Handover("luis", "agent:ana", START, START))

    assert (ev.HandoverReturned("luis"),) == handover_due(
        resolved, Timer("i-1", "handover", START), Around(), circumstances(9)
    ).events


def test_an_owner_whom_the_settings_no_longer_name_is_gone() -> None:
    """Who is there is asked."""
    gone = handed(owner=Owner("after-sales", "zoe", START))

    assert "ana" == _to(shift_due(gone, Timer("i-1", SHIFT, START), Around(), circumstances()))


def test_a_supervisor_of_another_team_is_asked_last() -> None:
    """Where nobody of the owner's own is on duty."""
    night = circumstances(15)  # 23:00
    case = handed(owner=Owner("after-sales", "ana", START))

    assert "max" == _to(shift_due(case, Timer("i-1", SHIFT, START), Around(), night))
    assert None is ownership.next_asked(changed(case, tried=("max",)), night)


def test_tenures_say_who_had_it_when() -> None:
    """The team until ana accepts; then ana, whoever else is asked."""
    case = Case()
    case.at += timedelta(minutes=10)
    case.do("ana", ownership.accept_handover)
    case.do("ana", lambda state, now: ownership.hand_over(state, "luis", now))
    taken = START + timedelta(minutes=10)

    assert (Tenure("after-sales", "", START, taken), Tenure("after-sales", "ana", taken)) == tenures(case.events)
    assert ("after-sales", "ana") == tuple(tenure.label for tenure in tenures(case.events))


def test_what_was_written_down_late_takes_no_time_back() -> None:
    """Accepted, as is said afterwards, before the case began: the team had it for no time."""
    case = Case()
    early = changed(case.now("ana"), at=START - timedelta(hours=1))
    data = ownership.accept_handover(case.state, early).events[0]
    events = [*case.events, Event("i-1", 2, data, early.at, START, "agent:ana", "test")]

    assert START == tenures(events)[0].until == tenures(events)[1].since


def test_a_refusal_names_who_is_there() -> None:
    """Or that nobody is."""
    shop = changed(SHOP, absences=(Absence("luis", date(2026, 3, 2), date(2026, 3, 3)),))
    with pytest.raises(RuleViolation, match="On duty in after-sales now: ana, eva"):
        ownership.hand_over(handed(owner=Owner("warehouse")), "luis", circumstances(shop=shop))
    with pytest.raises(RuleViolation, match="On duty in after-sales now: nobody"):
        ownership.hand_over(handed(), "luis", circumstances(15, shop=shop))


def test_whose_shift_goes_on_keeps_the_case() -> None:
    """It is looked at again at the new end."""
    decided = shift_due(handed(), Timer("i-1", SHIFT, START), Around(), circumstances())

    assert Decision(timers=(Timer("i-1", SHIFT, START + timedelta(hours=7)),)) == decided


def test_a_team_without_rotas_is_asked_and_left_alone() -> None:
    """Nobody comes whom one could wait for."""
    shop = changed(SHOP, rotas=(), agents=AGENTS[:1], absences=())
    case = handed(owner=Owner("after-sales", "", START), handover=Handover("ana", "rule:desk", START, START))
    decided = handover_due(case, Timer("i-1", "handover", START), Around(), circumstances(shop=shop))

    assert Decision((ev.HandoverReturned("ana"),), timers=(Timer("i-1", SHIFT, None),)) == decided
