"""Strategies for a shop's settings: whole shops whose parts name each other rightly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from incidentkit.domain.authority import Authority
from incidentkit.domain.blocks import ProcessRule
from incidentkit.domain.call_policy import CallPolicy
from incidentkit.domain.priority import PriorityWeights
from incidentkit.domain.recurrence import RecurrencePolicy
from incidentkit.domain.sending import SendPolicy
from incidentkit.domain.shop import Agent, ScoreboardLine, Shop, Survey, Team
from incidentkit.domain.surveys import Scale
from incidentkit.testing.strategies._advice import askings
from incidentkit.testing.strategies._again import PARTS
from incidentkit.testing.strategies._approvals import authorities
from incidentkit.testing.strategies._basics import ZONES, codes, currencies, handles, one_liners
from incidentkit.testing.strategies._calls import call_policies
from incidentkit.testing.strategies._checkins import checkin_times
from incidentkit.testing.strategies._incidents import INCIDENT_TYPES
from incidentkit.testing.strategies._needs import rates
from incidentkit.testing.strategies._preferences import send_policies
from incidentkit.testing.strategies._protocols import protocols
from incidentkit.testing.strategies._rotas import absences, rotas, swaps
from incidentkit.testing.strategies._surveys import scales

__all__ = ["agents", "priority_weights", "scoreboard_lines", "shops", "surveys", "teams"]

_MEASURES = ("orders_received", "delivery_time", "on_time_delivery_rate", "incident_rate", "reopen_rate", "csat_mean")


def teams() -> st.SearchStrategy[Team]:
    """Teams by name."""
    return st.builds(Team, codes(), checkin=checkin_times())


def agents(team: str | None = None) -> st.SearchStrategy[Agent]:
    """Agents and supervisors of ``team``, or of any."""
    where = st.just(team) if team else codes()
    addresses = st.sampled_from(("", "", "staff@example.com", "second@example.org"))
    return st.builds(
        Agent, handles(), where, st.sampled_from(("agent", "supervisor")), addresses, st.sampled_from(("", "es", "en"))
    )


def surveys() -> st.SearchStrategy[Survey]:
    """Surveys by name, on any scale, asked by a rule or not."""
    return st.builds(Survey, codes(), scales(), st.just("csat"), st.none() | askings())


def scoreboard_lines() -> st.SearchStrategy[ScoreboardLine]:
    """Lines of a scoreboard, with and without a target."""
    return st.builds(
        ScoreboardLine,
        measure=st.sampled_from(_MEASURES),
        target=st.none() | st.floats(0, 1_000_000, allow_nan=False, allow_infinity=False),
        better=st.sampled_from(("up", "down")),
        window=st.sampled_from(("day", "week", "month", "quarter")),
        least_n=st.integers(1, 100),
        statistic=st.sampled_from(("value", "p50", "p90")),
    )


@st.composite
def shops(draw: st.DrawFn, *, token: str = "") -> Shop:
    """Settings that fit together: teams, agents, protocols, surveys and scoreboard lines of any number.

    Args:
        token: woven into the secrets' and plugins' settings, to look for where it must not be.
    """
    names = draw(st.lists(codes(), min_size=1, max_size=3, unique=True))
    severities = draw(st.lists(codes(), min_size=1, max_size=3, unique=True))
    asked = draw(st.lists(surveys(), max_size=2, unique_by=lambda survey: survey.name))
    asked = [Survey("csat", Scale()), *(survey for survey in asked if survey.name != "csat")]
    types = draw(st.lists(st.sampled_from(INCIDENT_TYPES) | codes(), max_size=4, unique=True))
    crew = draw(_crews(names))
    return Shop(
        name=draw(one_liners(min_size=1)),
        zone=draw(st.sampled_from(ZONES)),
        currency=draw(currencies()),
        language=draw(st.sampled_from(("es", "en"))),
        severities=tuple(severities),
        default_team=draw(st.sampled_from(names)),
        teams=tuple(Team(name) for name in names),
        agents=crew,
        priority=draw(st.just(PriorityWeights()) | priority_weights()),
        **draw(_duties([agent.name for agent in crew])),
        protocols=tuple(draw(protocols(t, teams=names, severities=severities, surveys=asked)) for t in types),
        surveys=tuple(asked),
        scoreboard=tuple(draw(st.lists(scoreboard_lines(), max_size=3))),
        channel=draw(st.sampled_from(("local", ""))),
        rates=tuple(draw(st.lists(rates(), max_size=3))),
        plugins=draw(_plugins(token)),
        sending=draw(st.just(SendPolicy()) | send_policies()),
        verification_calls=draw(st.just(CallPolicy()) | call_policies()),
        authority=draw(_authority(crew)),
        blocked_plugins=tuple(draw(st.lists(codes(), max_size=2, unique=True))),
        fingerprint_key=draw(st.none() | st.just({"env": f"SECRET{token}"})),
        recurrence=draw(PARTS[RecurrencePolicy]()),
        rules=tuple(draw(st.lists(PARTS[ProcessRule](), max_size=2, unique_by=lambda rule: rule.code))),
    )


def _authority(crew: Sequence[Agent]) -> st.SearchStrategy[dict[str, Authority]]:
    """For some of the roles that the shop has; the desk's own are never above others."""
    people = st.sampled_from(("agent", "supervisor", *(agent.role for agent in crew)))
    ours = st.dictionaries(people, authorities(), max_size=2)
    machines = st.dictionaries(st.sampled_from(("host", "rule", "cli")), authorities(machine=True), max_size=1)
    return st.builds(lambda a, b: {**a, **b}, ours, machines)


def _crews(teams: Sequence[str]) -> st.SearchStrategy[tuple[Agent, ...]]:
    anybody = st.sampled_from(teams).flatmap(agents).filter(lambda agent: agent.name not in teams)
    return st.lists(anybody, max_size=3, unique_by=lambda agent: agent.name).map(tuple)


def priority_weights() -> st.SearchStrategy[PriorityWeights]:
    """Weights of any size, none among them; only age is never without points."""
    weight, ahead = st.integers(0, 1000), st.integers(1, 1000).map(lambda hours: timedelta(hours=hours))
    return st.builds(
        PriorityWeights,
        severity=weight,
        clock=weight,
        clock_ahead=ahead,
        promise=weight,
        promise_ahead=ahead,
        value=weight,
        full_value=st.integers(1, 10_000),
        repeat=weight,
        age=st.integers(1, 1000),
        most_critical=st.integers(1, 100).map(lambda percent: percent / 100),
    )


@st.composite
def _duties(draw: st.DrawFn, agents: Sequence[str]) -> dict[str, Any]:
    if not agents or draw(st.booleans()):
        return {}
    return {
        "rotas": tuple(draw(st.lists(rotas(agents), max_size=2))),
        "swaps": tuple(draw(st.lists(swaps(agents), max_size=1))),
        "absences": tuple(draw(st.lists(absences(agents), max_size=1))),
    }


def _plugins(token: str) -> st.SearchStrategy[dict[str, dict[str, object]]]:
    setting: st.SearchStrategy[object] = one_liners(token) | st.integers() | st.booleans() | st.just({"env": f"KEY{token}"})
    return st.dictionaries(codes(), st.dictionaries(codes(), setting, min_size=1, max_size=2), max_size=2)
