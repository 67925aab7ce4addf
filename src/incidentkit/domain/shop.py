"""The shop's settings as values: teams, agents, surveys, scoreboard lines, and the shop as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from attrs import evolve, field, fields_dict, frozen

from incidentkit.domain.authority import MACHINES, ROLES, Authority, bad_authority
from incidentkit.domain.blocks import ProcessRule, is_rule_code
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.call_policy import OUTCOMES, CallPolicy
from incidentkit.domain.causes import CAUSES, Cause
from incidentkit.domain.checkins import CheckInTime
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.inbound import InboundPolicy
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money, digits, is_currency
from incidentkit.domain.payments import PaymentSettings
from incidentkit.domain.priority import PriorityWeights
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.rates import Rate, rate_at, remedy_rate_at
from incidentkit.domain.readings import OwnMeasure
from incidentkit.domain.recurrence import RecurrencePolicy
from incidentkit.domain.retention import Retention
from incidentkit.domain.retrying import BreakerPolicy, RateLimit, RetryPolicy
from incidentkit.domain.rotas import Absence, Rota, Swap
from incidentkit.domain.sending import SendPolicy
from incidentkit.domain.steps import STEPS, ProcessStep
from incidentkit.domain.substates import Substate
from incidentkit.domain.surveys import Asking, Scale, SurveyKind
from incidentkit.domain.targets import Targets
from incidentkit.domain.times import zone_names
from incidentkit.domain.vault import VaultSettings
from incidentkit.errors import ConfigurationError

__all__ = ["Agent", "ChannelSettings", "ScoreboardLine", "Shop", "Survey", "Team"]

_NPS = Scale(0, 10)

_NONE = timedelta(0)
_LONGEST = timedelta(days=3_653)


@frozen
class Team:
    """People who share a queue.

    Args:
        calendar: when they work; empty for the shop's calendar.
        escalation: whom a case of theirs is raised to, level by level: agents or teams. Default: their supervisors, else
            those of the shop.
        accept_within: working time in which somebody who was asked to take a case accepts it, or it goes back; None for ever.
        checkin: when they meet about their goals, every week.
    """

    name: str
    calendar: str = ""
    escalation: tuple[str, ...] = ()
    accept_within: timedelta | None = timedelta(hours=1)
    checkin: CheckInTime = field(factory=CheckInTime)


@frozen
class ChannelSettings:
    """What the shop says of a channel, such as the phone, the counter or e-mail.

    Args:
        calendar: when somebody is there; empty for the calendar of the team that answers.
        retry: when a message is tried again, and when it is given up.
        breaker: when the channel is left alone for a while.
        rate: how much it takes in a time; None for any amount.
    """

    name: str
    calendar: str = ""
    retry: RetryPolicy = RetryPolicy()
    breaker: BreakerPolicy = BreakerPolicy()
    rate: RateLimit | None = None


@frozen
class Agent:
    """A person of the shop, by handle.

    Args:
        role: ``agent``, ``supervisor``, or a role of the shop's own that its settings give an authority.
        email: where notices to them go; empty for none. The repr does not show it.
        language: BCP 47, of those notices; empty for the shop's.
    """

    name: str
    team: str
    role: str = "agent"
    email: str = field(default="", repr=False)
    language: str = ""


@frozen
class Survey:
    """A survey by name, with its scale.

    Args:
        kind: what its scores come to. Default: ``nps`` for a survey of that name from 0 to 10, else ``csat``.
        asking: when a rule puts its question; None for never: it is put by a command, and after a resolution where a protocol
            names it.
    """

    name: str
    scale: Scale = Scale()
    kind: SurveyKind = field()
    asking: Asking | None = None

    @kind.default
    def _by_name(self) -> SurveyKind:
        return "nps" if self.name == "nps" and self.scale == _NPS else "csat"


@frozen
class ScoreboardLine:
    """One line of the scoreboard: which measure should reach what.

    Args:
        target: in the measure's unit: seconds for durations, 0 to 1 for shares; None shows the figure without a verdict.
        better: which way is good.
        window: the span that is judged: the last complete one.
        least_n: with fewer subjects the verdict is unknown.
        statistic: what is held against the target: the measure's value, or its median or p90.
        team: whose lead measure it is; empty for a line of the whole shop.
    """

    measure: str
    target: float | None = None
    better: Literal["up", "down"] = "up"
    window: Literal["day", "week", "month", "quarter"] = "week"
    least_n: int = 20
    statistic: Literal["value", "p50", "p90"] = "value"
    team: str = ""


@frozen
class Shop:
    """Everything that a shop decides for itself. The defaults run as they are.

    Args:
        zone: IANA name; days, weeks and dated promises are read in it.
        currency: ISO 4217.
        language: of messages and pages where the customer's is unknown.
        severities: most severe first.
        plugins: settings by plugin name, as in ``[plugins.NAME]``; values may be ``{"env": "NAME"}``.
        blocked_plugins: names that are not loaded.
        channel: who carries messages where a command names none; empty sends nothing.
        templates: the folder with the shop's own texts, which count before those that ship; empty for none.
        pages_url: where customers find the pages, e.g. ``https://shop.example/orders``; empty for messages without links.
        reply_to: where answers to messages come in, at ``shop+TOKEN@...`` for ``shop@...``; empty for the sender's own address.
        fallback: what is tried one after the other where a message about a case did not reach its customer: names of channels,
            and at the end ``call``, which asks a person to ring them.
        steps: the steps of the process, in its order.
        step_words: by language and step, words in an open answer that say it is about that step; beside those that ship.
        measures: the shop's own, over what its people count or rate and enter by hand.
        rates: what a contact costs by its channel, and a remedy by its kind, from a day on. A new one alters no past cost.
        calendar: the working calendar of whoever has none of their own; empty for Monday to Friday, 09:00 to 18:00.
        calendars: working calendars by name.
        channels: what is said of single channels.
        substates: the shop's own, inside the phases of a case.
        guards: what is asked beside the rest before a step: names of guards by ``resolve``, ``close`` or ``withdraw``.
        host_guards: names of guards that the host gives to `open_desk`.
        rotas: who is on duty when; in a team without any, everybody always is.
        swaps: shifts that somebody else does.
        absences: when agents are not there.
        priority: what makes one thing in the queue more pressing than another.
        escalate_every: working time from one level of escalation to the next, while a clock is broken.
        warn_at: the share of a clock's time, from 0 to 1, after which its owner is warned.
        longest_wait: how long clocks stand still at the most for a customer who was asked without a date.
        stale_after: with no news in the record for longer than that, the scoreboard judges nothing.
        sending: what is sent to whom, and when.
        inbound: what is taken in.
        retention: for how long personal data is kept.
        vault: where the keys of personal data and free text lie, and the ids of those who were forgotten.
        payer: who gives money back; empty for a person, who is given a task.
        payments: how payers are treated.
        authority: by role, how much it may grant; a role that is not there may grant anything.
        recurrence: when a case is the same trouble again, and can't pass as a small one of its own.
        rules: those of the process that can stand in the way, by code.
        verification_calls: which deliveries are asked about by telephone, and what can come of it.
        worked_out: what follows from the settings and takes a while to work out, as others leave it here.
        fingerprint_key: ``{"env": "NAME"}`` for the key of idempotency fingerprints; None to use the store's own.

    Raises:
        ConfigurationError: a part names another that is not there.
    """

    name: str = "My shop"
    zone: str = "UTC"
    currency: str = "EUR"
    language: str = "en"
    sender: str = "shop@example.com"
    severities: tuple[str, ...] = ("critical", "minor")
    default_team: str = "after-sales"
    teams: tuple[Team, ...] = (Team("after-sales"),)
    agents: tuple[Agent, ...] = ()
    protocols: tuple[Protocol, ...] = DEFAULT_PROTOCOLS
    causes: Mapping[str, Cause] = field(factory=lambda: dict(CAUSES))
    steps: tuple[ProcessStep, ...] = STEPS
    step_words: Mapping[str, Mapping[str, tuple[str, ...]]] = field(factory=dict)
    surveys: tuple[Survey, ...] = (Survey("csat"), Survey("nps", Scale(0, 10)))
    scoreboard: tuple[ScoreboardLine, ...] = ()
    measures: tuple[OwnMeasure, ...] = ()
    channel: str = "local"
    templates: str = ""
    pages_url: str = ""
    reply_to: str = ""
    fallback: tuple[str, ...] = ("call",)
    rates: tuple[Rate, ...] = ()
    plugins: Mapping[str, Mapping[str, Any]] = field(factory=dict, repr=False)
    blocked_plugins: tuple[str, ...] = ()
    fingerprint_key: Mapping[str, str] | None = field(default=None, repr=False)
    calendar: str = ""
    calendars: Mapping[str, Calendar] = field(factory=dict)
    channels: tuple[ChannelSettings, ...] = ()
    substates: tuple[Substate, ...] = ()
    guards: Mapping[str, tuple[str, ...]] = field(factory=dict)
    host_guards: tuple[str, ...] = ()
    rotas: tuple[Rota, ...] = ()
    swaps: tuple[Swap, ...] = ()
    absences: tuple[Absence, ...] = ()
    priority: PriorityWeights = PriorityWeights()
    escalate_every: timedelta = timedelta(hours=4)
    warn_at: float = 0.75
    longest_wait: timedelta = timedelta(days=7)
    stale_after: timedelta = timedelta(days=3)
    sending: SendPolicy = field(factory=SendPolicy)
    inbound: InboundPolicy = field(factory=InboundPolicy)
    retention: Retention = field(factory=Retention)
    vault: VaultSettings = field(factory=VaultSettings)
    payer: str = ""
    payments: PaymentSettings = field(factory=PaymentSettings)
    authority: Mapping[str, Authority] = field(factory=dict)
    recurrence: RecurrencePolicy = field(factory=RecurrencePolicy)
    rules: tuple[ProcessRule, ...] = ()
    verification_calls: CallPolicy = field(factory=CallPolicy)
    worked_out: dict[str, Any] = field(init=False, repr=False, eq=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        problems = [
            *self._bad_basics(),
            *self._bad_spans(),
            *self._bad_references(),
            *self._bad_calendars(),
            *self._bad_rotas(),
            *self._bad_steps(),
            *self._bad_measures(),
            *self._bad_ways(),
            *self._bad_calls(),
            *self._bad_recurrence(),
            *self._bad_roles(),
        ]
        if problems:
            raise ConfigurationError(
                "The shop's settings",
                "must fit together",
                got="; ".join(problems),
                next="Correct them and start again.",
                problems=tuple(problems),
            )

    def _bad_basics(self) -> list[str]:
        bad = []
        if self.zone not in zone_names():
            bad.append(f"zone: expected an IANA time zone such as Europe/Madrid, found {self.zone!r}")
        if not is_currency(self.currency):
            bad.append(f"currency: expected three capital letters such as EUR, found {self.currency!r}")
        if not 0 < self.warn_at <= 1:
            bad.append(f"warn_at: expected a share above 0 and at most 1, found {self.warn_at:g}")
        for name, span in self._spans_of_its_own():
            if span <= timedelta(0):
                bad.append(f"{name}: expected more than nothing, found {span}")
        if not self.severities or len(set(self.severities)) < len(self.severities):
            bad.append("severities: expected at least one, each once, the most severe first")
        for name, keys in (
            ("teams", [t.name for t in self.teams]),
            ("agents", [a.name for a in self.agents]),
            ("protocols", [p.type for p in self.protocols]),
            ("surveys", [s.name for s in self.surveys]),
            ("channels", [c.name for c in self.channels]),
        ):
            bad += [f"{name}: {key!r} stands there twice" for key in sorted({k for k in keys if keys.count(k) > 1})]
        for survey in self.surveys:
            if survey.kind == "nps" and survey.scale != _NPS:
                found = f"{survey.scale.low} to {survey.scale.high}"
                bad.append(f"surveys.{survey.name}.kind: expected nps on a scale of 0 to 10, found {found}")
        coins = digits(self.currency)
        for place, rate in enumerate(self.rates):
            if rate.amount is not None and round(rate.amount, coins) != rate.amount:
                bad.append(f"rates[{place}].amount: expected at most {coins} digits after the point, found {rate.amount}")
        return bad

    def _spans_of_its_own(self) -> tuple[tuple[str, timedelta], ...]:
        return (
            ("escalate_every", self.escalate_every),
            ("longest_wait", self.longest_wait),
            ("stale_after", self.stale_after),
        )

    def _bad_spans(self) -> list[str]:
        """What no clock would count to the end, and what would end before it began."""
        basics = self._spans_of_its_own()
        parts = [(f"teams[{place}].accept_within", team.accept_within) for place, team in enumerate(self.teams)]
        parts += [span for p in self.protocols for span in _spans(p)]
        known = [(at, span) for at, span in (*basics, *parts) if span is not None]
        bad = [f"{at}: expected at most ten years, found {span}" for at, span in known if span > _LONGEST]
        return bad + [f"{at}: expected 0 or more, found {span}" for at, span in parts if span is not None and span < _NONE]

    def _bad_references(self) -> list[str]:
        teams, surveys = {t.name for t in self.teams}, {s.name: s for s in self.surveys}
        bad = []
        if self.default_team not in teams:
            bad.append(f"default_team: expected one of {_listed(teams)}, found {self.default_team!r}")
        for place, line in enumerate(self.scoreboard):
            if line.team and line.team not in teams:
                bad.append(f"scoreboard[{place}].team: expected one of {_listed(teams)}, found {line.team!r}")
        for agent in self.agents:
            if agent.team not in teams:
                bad.append(f"agents.{agent.name}.team: expected one of {_listed(teams)}, found {agent.team!r}")
            if agent.name in teams:
                bad.append(f"agents.{agent.name}: a team has that name too; expected another")
        for place, team in enumerate(self.teams):
            known = teams | {a.name for a in self.agents}
            bad += [
                f"teams[{place}].escalation: expected teams or agents of the shop, found {name!r}"
                for name in team.escalation
                if name not in known
            ]
        whom = {*teams, *(a.name for a in self.agents), "supervisor"}
        for p in self.protocols:
            at = f"protocols.{p.type}"
            if p.team and p.team not in teams:
                bad.append(f"{at}.team: expected one of {_listed(teams)}, found {p.team!r}")
            if p.severity not in self.severities:
                bad.append(f"{at}.severity: expected one of {_listed(self.severities)}, found {p.severity!r}")
            bad += [
                f"{at}.by_severity.{severity}: expected one of {_listed(self.severities)}"
                for severity in p.by_severity
                if severity not in self.severities
            ]
            bad += [f"{at}.{key}: expected {rule}, found {value}" for key, rule, value in p.contradictions()]
            bad += [f"{at}.{key}: expected {_listed(whom)}, found {who!r}" for key, who in p.whose() if who not in whom]
            if p.survey not in surveys:
                bad.append(f"{at}.survey: expected one of {_listed(surveys)}, found {p.survey!r}")
            elif not surveys[p.survey].scale.low <= p.threshold <= surveys[p.survey].scale.high:
                scale = surveys[p.survey].scale
                bad.append(f"{at}.threshold: expected {scale.low} to {scale.high}, found {p.threshold}")
        return bad

    def _bad_calendars(self) -> list[str]:
        named = {"calendar": self.calendar, **{f"teams.{t.name}.calendar": t.calendar for t in self.teams}}
        named |= {f"channels.{c.name}.calendar": c.calendar for c in self.channels}
        bad = [
            f"{at}: expected one of {_listed(self.calendars)}, found {n!r}"
            for at, n in named.items()
            if n and n not in self.calendars
        ]
        odd = sorted(key for key, calendar in self.calendars.items() if calendar.name != key)
        return bad + [f"calendars.{key}: expected a calendar of that name, found {self.calendars[key].name!r}" for key in odd]

    def _bad_rotas(self) -> list[str]:
        named = [(f"rotas[{i}].agents", name) for i, rota in enumerate(self.rotas) for name in rota.agents]
        named += [(f"swaps[{i}].{key}", getattr(swap, key)) for i, swap in enumerate(self.swaps) for key in ("agent", "by")]
        named += [(f"absences[{i}].agent", absence.agent) for i, absence in enumerate(self.absences)]
        agents = {agent.name for agent in self.agents}
        bad = [f"{at}: expected one of {_listed(agents)}, found {name!r}" for at, name in named if name not in agents]
        bad += [f"rotas[{i}].agents: expected at least one, found none" for i, rota in enumerate(self.rotas) if not rota.agents]
        if self.zone in zone_names():
            ends = [(i, absence.period(self.zone)) for i, absence in enumerate(self.absences)]
            bad += [f"absences[{i}].until: expected a time after since" for i, gone in ends if gone.until <= gone.since]
        return bad

    def _bad_measures(self) -> list[str]:
        names = [measure.name for measure in self.measures]
        bad = [f"measures: {name!r} stands there twice" for name in sorted({n for n in names if names.count(n) > 1})]
        odd = [(i, m.name) for i, m in enumerate(self.measures) if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", m.name)]
        bad += [f"measures[{i}].name: expected small letters, digits and _, found {name!r}" for i, name in odd]
        early = [i for i, m in enumerate(self.measures) if m.maturity < _NONE]
        return bad + [f"measures[{i}].maturity: expected a time of zero or more" for i in early]

    def _bad_steps(self) -> list[str]:
        codes = [step.code for step in self.steps]
        bad = [f"steps: {code!r} stands there twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
        named = [(f"protocols.{p.type}.step", p.step) for p in self.protocols]
        named += [(f"causes.{key}.step", cause.step) for key, cause in self.causes.items()]
        named += [(f"step_words.{language}", step) for language, words in self.step_words.items() for step in words]
        return bad + [
            f"{at}: expected one of {_listed(codes)}, found {step!r}" for at, step in named if step and step not in codes
        ]

    def _bad_roles(self) -> list[str]:
        known = {*ROLES, *self.authority} - set(MACHINES)
        odd = [agent for agent in self.agents if agent.role not in known]
        bad = [f"agents.{agent.name}.role: expected one of {_listed(known)}, found {agent.role!r}" for agent in odd]
        return bad + bad_authority(self.authority, (a.role for a in self.agents), self.currency, self.causes)

    def _bad_calls(self) -> list[str]:
        calls, types = self.verification_calls, [p.type for p in self.protocols]
        bad = []
        if calls.team and self.team(calls.team) is None:
            known = _listed(team.name for team in self.teams)
            bad.append(f"verification_calls.team: expected one of {known}, found {calls.team!r}")
        odd = [outcome for outcome in calls.outcomes if outcome not in OUTCOMES and outcome.type and outcome.type not in types]
        return bad + [
            f"verification_calls.outcomes.{outcome.code}.type: expected one of {_listed(types)}, found {outcome.type!r}"
            for outcome in odd
        ]

    def _bad_ways(self) -> list[str]:
        odd = len(set(self.fallback)) < len(self.fallback) or "call" in self.fallback[:-1]
        bad = [f"fallback: expected each way once, and call at the end, found {', '.join(self.fallback)}"] if odd else []
        for channel in self.channels:
            for name, policy in (("retry", channel.retry), ("breaker", channel.breaker)):
                at = f"channels.{channel.name}.{name}"
                bad += [f"{at}.{key}: expected {rule}, found {got}" for key, rule, got in policy.contradictions()]
        for name, policy in (("retry", self.payments.retry), ("breaker", self.payments.breaker)):
            bad += [f"payments.{name}.{key}: expected {rule}, found {got}" for key, rule, got in policy.contradictions()]
        return bad

    def _bad_recurrence(self) -> list[str]:
        asked = self.recurrence
        bad = [] if _NONE < asked.within <= _LONGEST else [f"recurrence.within: expected up to ten years, found {asked.within}"]
        if not 2 <= asked.attempts <= 20:
            bad.append(f"recurrence.attempts: expected 2 to 20, found {asked.attempts}")
        types = [p.type for p in self.protocols]
        if asked.type and asked.type not in types:
            bad.append(f"recurrence.type: expected one of {_listed(types)}, found {asked.type!r}")
        codes = [rule.code for rule in self.rules]
        bad += [f"rules: {code!r} stands there twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
        bad += [
            f"rules[{place}].code: expected small letters, digits, _ and ., found {rule.code!r}"
            for place, rule in enumerate(self.rules)
            if not is_rule_code(rule.code)
        ]
        known = {team.name for team in self.teams} | {agent.name for agent in self.agents}
        return bad + [
            f"rules[{place}].owner: expected a team or agent of the shop, found {rule.owner!r}"
            for place, rule in enumerate(self.rules)
            if rule.owner and rule.owner not in known
        ]

    def rule(self, code: str) -> ProcessRule | None:
        """The rule of the process with that code; None for one that the settings don't know."""
        return next((rule for rule in self.rules if rule.code == code), None)

    @property
    def tzinfo(self) -> ZoneInfo:
        """The zone, as a tzinfo."""
        return ZoneInfo(self.zone)

    def team(self, name: str) -> Team | None:
        """The team of that name."""
        return next((t for t in self.teams if t.name == name), None)

    def agent(self, name: str) -> Agent | None:
        """The agent of that handle."""
        return next((a for a in self.agents if a.name == name), None)

    @property
    def supervisors(self) -> tuple[Agent, ...]:
        """The agents with a supervisor's powers, as the settings list them."""
        return tuple(agent for agent in self.agents if self.supervises(agent))

    def supervises(self, agent: Agent) -> bool:
        """Whether an agent has a supervisor's powers: by that role, or by what the settings say of theirs."""
        given = self.authority.get(agent.role)
        return agent.role == "supervisor" or (given is not None and given.supervises)

    def protocol(self, type_: str) -> Protocol | None:
        """The protocol of that type of incident."""
        return next((p for p in self.protocols if p.type == type_), None)

    def protocol_of(self, incident: Incident) -> Protocol | None:
        """The protocol that a case goes by: the one that it began with, else that of its type today.

        Where the shop has given up the survey that it began with, today's survey and threshold count.
        """
        kept, today = incident.protocol, self.protocol(incident.type)
        if kept is None or today is None or self.survey(kept.survey) is not None:
            return kept or today
        return evolve(kept, survey=today.survey, threshold=today.threshold)

    def step_of(self, type_: str | None, cause: str | None) -> str:
        """The code of the step that an incident comes from: by its cause, else by its type; empty where neither says."""
        why, protocol = self.causes.get(cause or ""), self.protocol(type_ or "")
        return (why.step if why else "") or (protocol.step if protocol else "")

    def step_title(self, code: str) -> str:
        """What the shop itself calls a step; empty where it says nothing."""
        return next((step.title for step in self.steps if step.code == code), "")

    def survey(self, name: str) -> Survey | None:
        """The survey of that name."""
        return next((s for s in self.surveys if s.name == name), None)

    def channel_settings(self, name: str) -> ChannelSettings:
        """What is said of the channel of that name; the defaults where nothing is."""
        return next((c for c in self.channels if c.name == name), None) or ChannelSettings(name)

    def calendar_of(self, team: str = "", channel: str = "") -> Calendar:
        """The working calendar of a channel, else of a team, else the shop's own; a name that is not there has none."""
        names = [c.calendar for c in self.channels if c.name == channel] + [t.calendar for t in self.teams if t.name == team]
        name = next(filter(None, [*names, self.calendar]), "")
        return self.calendars[name] if name else Calendar("default", Schedule(self.zone, {"mon-fri": ("09:00-18:00",)}))

    def escalation(self, team: str) -> tuple[str, ...]:
        """Whom a case of a team is raised to, the first level first."""
        found = self.team(team)
        if found is not None and found.escalation:
            return found.escalation
        supervisors = self.supervisors
        return tuple(a.name for a in supervisors if a.team == team) or tuple(a.name for a in supervisors)

    def cost(self, channel: str, direction: str, at: datetime) -> Money | None:
        """What a contact at that instant costs; None without a rate for its channel."""
        rate = rate_at(self.rates, channel, direction, at.astimezone(self.tzinfo).date())
        return None if rate is None else rate.contact(self.currency)

    def cost_of_remedy(self, kind: str, at: datetime, units: int = 1, goods: Money | None = None) -> Money | None:
        """What carrying out a remedy costs at that instant, beside the money that it gives back.

        Args:
            goods: what the units that are sent are worth.

        Returns:
            None without a rate for its kind, or with one by goods whose value is not known in the shop's currency.
        """
        rate = remedy_rate_at(self.rates, kind, at.astimezone(self.tzinfo).date())
        return None if rate is None else rate.carried_out(units, goods, self.currency)

    def rank(self, severity: str) -> int:
        """0 for the most severe; one past the last for a severity that the settings no longer name."""
        return self.severities.index(severity) if severity in self.severities else len(self.severities)


def _spans(p: Protocol) -> Iterator[tuple[str, timedelta | None]]:
    """All that a protocol counts to, by its place in the settings."""
    at = f"protocols.{p.type}"
    own = ("communicate_within", "resolve_within", "first_response", "update_every", "attempt_every", "reopen_within")
    yield from ((f"{at}.{key}", getattr(p, key)) for key in own)
    for severity, targets in p.by_severity.items():
        yield from ((f"{at}.by_severity.{severity}.{key}", getattr(targets, key)) for key in fields_dict(Targets))


def _listed(names: Any) -> str:
    return ", ".join(sorted(names)) or "none"
