"""The shop's settings as values: teams, agents, protocols, surveys, scoreboard lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from attrs import field, frozen

from incidentkit.domain.causes import CAUSES, Cause
from incidentkit.domain.money import NO_CURRENCY, Money
from incidentkit.domain.surveys import Scale
from incidentkit.domain.times import zone_names
from incidentkit.errors import ConfigurationError

__all__ = ["DEFAULT_PROTOCOLS", "Agent", "Protocol", "ScoreboardLine", "Shop", "Survey", "Team"]

Role = Literal["agent", "supervisor"]


@frozen
class Team:
    """People who share a queue."""

    name: str


@frozen
class Agent:
    """A person of the shop, by handle."""

    name: str
    team: str
    role: Role = "agent"


@frozen
class Protocol:
    """How the shop answers one type of incident.

    Args:
        type: the type, e.g. ``out_of_stock``.
        team: who is accountable from the first instant; empty for the shop's default team.
        severity: the severity when the reporter gives none.
        communicate_within, resolve_within: elapsed time from detection; None for no deadline.
        group: types that are counted together, e.g. ``logistics``.
        threshold: the lowest survey score that counts as satisfied.
        survey: the survey that asks for it.
    """

    type: str
    team: str = ""
    severity: str = "minor"
    communicate_within: timedelta | None = timedelta(hours=4)
    resolve_within: timedelta | None = timedelta(days=3)
    group: str = ""
    threshold: int = 4
    survey: str = "csat"


@frozen
class Survey:
    """A survey by name, with its scale."""

    name: str
    scale: Scale = Scale()


@frozen
class ScoreboardLine:
    """One line of the scoreboard: which measure should reach what.

    Args:
        target: in the measure's unit: seconds for durations, 0 to 1 for shares; None shows the figure without a verdict.
        better: which way is good.
        window: the span that is judged: the last complete one.
        least_n: with fewer subjects the verdict is unknown.
        statistic: what is held against the target: the measure's value, or its median or p90.
    """

    measure: str
    target: float | None = None
    better: Literal["up", "down"] = "up"
    window: Literal["day", "week", "month", "quarter"] = "week"
    least_n: int = 20
    statistic: Literal["value", "p50", "p90"] = "value"


def _protocol(type_: str, severity: str, group: str = "", hours: int = 4, days: int = 3) -> Protocol:
    return Protocol(
        type_, severity=severity, group=group, communicate_within=timedelta(hours=hours), resolve_within=timedelta(days=days)
    )


DEFAULT_PROTOCOLS: tuple[Protocol, ...] = (
    _protocol("out_of_stock", "minor"),
    _protocol("damaged", "critical", days=2),
    _protocol("wrong_product", "critical", days=2),
    _protocol("missing_item", "critical", days=2),
    _protocol("late", "minor", "logistics"),
    _protocol("lost", "critical", "logistics", days=2),
    _protocol("not_received", "critical", "logistics", hours=2, days=2),
    _protocol("wrong_address", "critical", hours=2, days=2),
    _protocol("quality", "minor", days=5),
    _protocol("billing", "minor", days=5),
    _protocol("other", "minor", days=5),
)
"""The built-in incident types, each with its protocol."""


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
    surveys: tuple[Survey, ...] = (Survey("csat"), Survey("nps", Scale(0, 10)))
    scoreboard: tuple[ScoreboardLine, ...] = ()
    channel: str = "local"
    plugins: Mapping[str, Mapping[str, Any]] = field(factory=dict, repr=False)
    blocked_plugins: tuple[str, ...] = ()
    fingerprint_key: Mapping[str, str] | None = field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        problems = [*self._bad_basics(), *self._bad_references()]
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
        if self.currency == NO_CURRENCY or not _is_currency(self.currency):
            bad.append(f"currency: expected three capital letters such as EUR, found {self.currency!r}")
        if not self.severities or len(set(self.severities)) < len(self.severities):
            bad.append("severities: expected at least one, each once, the most severe first")
        for name, keys in (
            ("teams", [t.name for t in self.teams]),
            ("agents", [a.name for a in self.agents]),
            ("protocols", [p.type for p in self.protocols]),
            ("surveys", [s.name for s in self.surveys]),
        ):
            bad += [f"{name}: {key!r} stands there twice" for key in sorted({k for k in keys if keys.count(k) > 1})]
        return bad

    def _bad_references(self) -> list[str]:
        teams, surveys = {t.name for t in self.teams}, {s.name: s for s in self.surveys}
        bad = []
        if self.default_team not in teams:
            bad.append(f"default_team: expected one of {_listed(teams)}, found {self.default_team!r}")
        for agent in self.agents:
            if agent.team not in teams:
                bad.append(f"agents.{agent.name}.team: expected one of {_listed(teams)}, found {agent.team!r}")
            if agent.name in teams:
                bad.append(f"agents.{agent.name}: a team has that name too; expected another")
        for p in self.protocols:
            at = f"protocols.{p.type}"
            if p.team and p.team not in teams:
                bad.append(f"{at}.team: expected one of {_listed(teams)}, found {p.team!r}")
            if p.severity not in self.severities:
                bad.append(f"{at}.severity: expected one of {_listed(self.severities)}, found {p.severity!r}")
            if p.survey not in surveys:
                bad.append(f"{at}.survey: expected one of {_listed(surveys)}, found {p.survey!r}")
            elif not surveys[p.survey].scale.low <= p.threshold <= surveys[p.survey].scale.high:
                scale = surveys[p.survey].scale
                bad.append(f"{at}.threshold: expected {scale.low} to {scale.high}, found {p.threshold}")
        return bad

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

    def protocol(self, type_: str) -> Protocol | None:
        """The protocol of that type of incident."""
        return next((p for p in self.protocols if p.type == type_), None)

    def survey(self, name: str) -> Survey | None:
        """The survey of that name."""
        return next((s for s in self.surveys if s.name == name), None)

    def rank(self, severity: str) -> int:
        """0 for the most severe; one past the last for a severity that the settings no longer name."""
        return self.severities.index(severity) if severity in self.severities else len(self.severities)


def _listed(names: Any) -> str:
    return ", ".join(sorted(names)) or "none"


def _is_currency(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper() and Money.zero(code) is not None
