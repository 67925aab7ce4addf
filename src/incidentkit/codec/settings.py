"""The shop's settings: shop.toml to a `Shop`, a `Shop` to JSON and back, and plugins' settings to their classes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar

from attrs import evolve, field, fields_dict, frozen
from cattrs import Converter

from incidentkit.codec.calendars import CalendarTable, read_calendar, register_calendars
from incidentkit.codec.durations import parse_duration
from incidentkit.codec.problems import Problem, Wrong, nearest, problem_path, refuse, shown
from incidentkit.codec.reading import Reading, make_reader, structure, words
from incidentkit.codec.rotas import RotaTable, read_rota
from incidentkit.codec.sending import register_sending
from incidentkit.codec.toml import parse_toml, read_text
from incidentkit.codec.vault import VaultTable, beside, read_vault, register_vault
from incidentkit.domain.actors import Actor
from incidentkit.domain.authority import Authority
from incidentkit.domain.blocks import ProcessRule
from incidentkit.domain.call_policy import OUTCOMES, CallOutcome, CallPolicy
from incidentkit.domain.causes import CAUSES, Cause
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.inbound import InboundPolicy
from incidentkit.domain.payments import PaymentSettings
from incidentkit.domain.priority import PriorityWeights
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.rates import Rate
from incidentkit.domain.readings import OwnMeasure
from incidentkit.domain.recurrence import RecurrencePolicy
from incidentkit.domain.retention import Retention
from incidentkit.domain.retrying import BreakerPolicy, RateLimit, RetryPolicy
from incidentkit.domain.rotas import Absence, Swap
from incidentkit.domain.secrets import Secret
from incidentkit.domain.sending import SendPolicy
from incidentkit.domain.shop import Agent, ChannelSettings, ScoreboardLine, Shop, Survey, Team
from incidentkit.domain.steps import STEPS, ProcessStep, in_order
from incidentkit.domain.substates import Substate
from incidentkit.domain.surveys import Asking, Scale
from incidentkit.domain.targets import Targets
from incidentkit.errors import ConfigurationError, InvalidInput, LifecycleError
from incidentkit.rules.extensions import check_extension

__all__ = [
    "load_shop",
    "parse_shop",
    "shop_from_json",
    "shop_template",
    "shop_to_json",
    "structure_secret",
    "structure_settings",
]

T = TypeVar("T")

_REFERRED = ("teams", "severities", "surveys", "calendars", "steps", "authority")
_ALONE = ("zone", "currency", "severities")
_DEFAULTS: Mapping[str, Any] = {name: attribute.default for name, attribute in fields_dict(Shop).items()}


def load_shop(path: str | Path) -> Shop:
    """The shop that the file at ``path`` describes. A folder or file that it names lies beside it.

    Raises:
        ConfigurationError: it can't be read, or has mistakes; ``problems`` lists every one of them.
    """
    shop = parse_shop(read_text(path, "a shop.toml"), str(path))
    folder = Path(path).absolute().parent
    return evolve(shop, templates=str(folder / shop.templates) if shop.templates else "", vault=beside(folder, shop.vault))


def parse_shop(text: str, source: str = "shop.toml") -> Shop:
    """The shop that ``text``, in TOML, describes. What it leaves out has the defaults of `Shop`.

    ``[protocols.TYPE]`` changes the keys that it gives of a built-in protocol, or adds a type; ``[causes]``, ``[surveys]`` and
    ``[[steps]]`` add to the built-in ones. What a change of a calendar leaves out stays as it was. The default team is the
    first of ``teams`` unless ``default_team`` names another. With other ``severities``, built-in protocols that were critical
    take the first, and the others the last.

    Args:
        source: what to call it in errors.

    Raises:
        ConfigurationError: there are mistakes; ``problems`` lists every one of them.
    """
    raw = parse_toml(text, source)
    early = [*_misplaced(raw), *_bad_type_keys(raw)]
    read = structure(_file_reader(), _prepared(raw), _File)
    problems = [*early, *(p for p in read.problems if p.path not in {e.path for e in early})]
    assert read.value is not None, "every key of the file has a default"
    problems += _bad_values(read.value, read)
    try:
        shop = _shop(read.value)
    except ConfigurationError as error:
        between = read.still_true(error.problems, _REFERRED, _ALONE)
        refuse(source, [*problems, *(_in_file(p) for p in between if not _of_lost_agent(p, read))])
    if problems:
        refuse(source, problems)
    _check_lifecycle(shop, source)
    return shop


def _check_lifecycle(shop: Shop, source: str) -> None:
    try:
        check_extension(shop)
    except LifecycleError as error:
        refuse(source, [Problem("guards" if error.path[0] in shop.guards else "substates", str(error.rule), str(error.got))])


def shop_to_json(shop: Shop) -> str:
    """Everything in ``shop``, as JSON text; no secret, only the names of the variables that hold them."""
    return json.dumps(_value_converter().unstructure(shop), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def shop_from_json(text: str) -> Shop:
    """The inverse of `shop_to_json`.

    Raises:
        ConfigurationError: it is no such text.
    """
    source = "The shop kept in the store"
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        refuse(source, [Problem("file", "JSON", "another text")])
    if not isinstance(raw, dict):
        refuse(source, [Problem("file", "a table", shown(raw))])
    read = structure(_value_converter(), raw, Shop)
    if read.value is None or read.problems:
        refuse(source, read.problems)
    return read.value


def structure_settings(cls: type[T], raw: Mapping[str, Any], path: str) -> T:
    """A plugin's settings as its class.

    Args:
        cls: an attrs class; its field names are the keys. A `Secret` is written ``{ env = "NAME" }``, a timedelta ``"4h"``.
        raw: the table as it stands in shop.toml.
        path: where it stands, e.g. ``plugins.mail``.

    Raises:
        ConfigurationError: there are mistakes, or a variable for a secret is not set; ``problems`` lists every one of them.
    """
    root = tuple(path.split("."))
    read = structure(_value_converter(), dict(raw), cls, root=root)
    if read.value is None or read.problems:
        refuse(path, read.problems)
    return read.value


def structure_secret(raw: Mapping[str, Any], path: str) -> Secret:
    """The secret that ``{ env = "NAME" }`` stands for, read from the environment now.

    Raises:
        ConfigurationError: it is no such table, or the variable is not set; never shows what stands there instead.
    """
    try:
        return _secret(raw, Secret)
    except Wrong as error:
        refuse(path, [Problem(path, error.expected, error.found)])


def shop_template(language: str = "en") -> str:
    """The commented shop.toml that ``incidentkit init`` writes: in Spanish for ``es`` and its variants, else in English."""
    name = "shop.es.toml" if language.lower().split("-")[0] == "es" else "shop.toml"
    return (files("incidentkit.codec") / "templates" / name).read_text("utf-8")


# --- The file's shape --------------------------------------------------------------------------------------------


@frozen
class _Basics:
    name: str = _DEFAULTS["name"]
    zone: str = _DEFAULTS["zone"]
    currency: str = _DEFAULTS["currency"]
    language: str = _DEFAULTS["language"]
    sender: str = _DEFAULTS["sender"]
    channel: str = _DEFAULTS["channel"]
    payer: str = _DEFAULTS["payer"]
    templates: str = _DEFAULTS["templates"]
    pages_url: str = _DEFAULTS["pages_url"]
    reply_to: str = _DEFAULTS["reply_to"]
    fallback: tuple[str, ...] = _DEFAULTS["fallback"]
    default_team: str = ""
    calendar: str = ""
    escalate_every: timedelta = _DEFAULTS["escalate_every"]
    warn_at: float = _DEFAULTS["warn_at"]
    longest_wait: timedelta = _DEFAULTS["longest_wait"]
    stale_after: timedelta = _DEFAULTS["stale_after"]


@frozen
class _ChannelTable:
    calendar: str = ""
    retry: RetryPolicy = RetryPolicy()
    breaker: BreakerPolicy = BreakerPolicy()
    rate: RateLimit | None = None


@frozen
class _EnvName:
    env: str


@frozen
class _SurveyTable(Scale):
    kind: Literal["", "csat", "nps"] = ""
    asking: Asking | None = None


@frozen
class _CauseTable:
    category: str
    step: str = ""


@frozen
class _StepTable:
    code: str
    title: str = ""
    after: str = ""


@frozen
class _SubstateTable:
    phase: str
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


@frozen
class _File:
    shop: _Basics = _Basics()
    severities: tuple[str, ...] = _DEFAULTS["severities"]
    teams: tuple[Team, ...] = _DEFAULTS["teams"]
    agents: tuple[Agent, ...] = ()
    protocols: Mapping[str, Protocol] = {}
    causes: Mapping[str, _CauseTable] = {}
    steps: tuple[_StepTable, ...] = ()
    surveys: Mapping[str, _SurveyTable] = {}
    step_words: Mapping[str, Mapping[str, tuple[str, ...]]] = {}
    scoreboard: tuple[ScoreboardLine, ...] = ()
    measures: tuple[OwnMeasure, ...] = ()
    rates: tuple[Rate, ...] = ()
    calendars: Mapping[str, CalendarTable] = {}
    channels: Mapping[str, _ChannelTable] = {}
    rotas: tuple[RotaTable, ...] = ()
    swaps: tuple[Swap, ...] = ()
    absences: tuple[Absence, ...] = ()
    priority: PriorityWeights = PriorityWeights()
    sending: SendPolicy = field(factory=SendPolicy)
    inbound: InboundPolicy = field(factory=InboundPolicy)
    retention: Retention = field(factory=Retention)
    vault: VaultTable = field(factory=VaultTable)
    payments: PaymentSettings = field(factory=PaymentSettings)
    authority: Mapping[str, Authority] = {}
    substates: Mapping[str, _SubstateTable] = {}
    guards: Mapping[str, tuple[str, ...]] = {}
    host_guards: tuple[str, ...] = ()
    recurrence: RecurrencePolicy = field(factory=RecurrencePolicy)
    rules: tuple[ProcessRule, ...] = ()
    verification_calls: CallPolicy = field(factory=CallPolicy)
    plugins: Mapping[str, Mapping[str, Any]] = {}
    blocked_plugins: tuple[str, ...] = ()
    fingerprint_key: _EnvName | None = None


def _shop(file: _File) -> Shop:
    basics, built_in = file.shop, {s.name: s for s in _DEFAULTS["surveys"]}
    return Shop(
        name=basics.name,
        zone=basics.zone,
        currency=basics.currency,
        language=basics.language,
        sender=basics.sender,
        channel=basics.channel,
        payer=basics.payer,
        payments=file.payments,
        templates=basics.templates,
        pages_url=basics.pages_url,
        reply_to=basics.reply_to,
        fallback=basics.fallback,
        escalate_every=basics.escalate_every,
        warn_at=basics.warn_at,
        longest_wait=basics.longest_wait,
        stale_after=basics.stale_after,
        severities=file.severities,
        default_team=basics.default_team or (file.teams[0].name if file.teams else ""),
        teams=file.teams,
        agents=file.agents,
        protocols=tuple(file.protocols.values()),
        causes={**CAUSES, **{code: _cause(code, table) for code, table in file.causes.items()}},
        steps=in_order((ProcessStep(table.code, table.title), table.after) for table in file.steps),
        surveys=tuple({**built_in, **{n: _survey(n, table) for n, table in file.surveys.items()}}.values()),
        step_words=file.step_words,
        scoreboard=file.scoreboard,
        measures=file.measures,
        rates=file.rates,
        substates=tuple(Substate(n, s.phase, s.after, s.needs, s.holds) for n, s in file.substates.items()),
        guards=file.guards,
        host_guards=file.host_guards,
        plugins={name: _plain(settings) for name, settings in file.plugins.items()},
        blocked_plugins=file.blocked_plugins,
        fingerprint_key=None if file.fingerprint_key is None else {"env": file.fingerprint_key.env},
        calendar=basics.calendar,
        calendars={name: read_calendar(name, table, basics.zone)[0] for name, table in file.calendars.items()},
        channels=tuple(
            ChannelSettings(name, table.calendar, table.retry, table.breaker, table.rate)
            for name, table in file.channels.items()
        ),
        rotas=tuple(read_rota(i, table, basics.zone)[0] for i, table in enumerate(file.rotas)),
        swaps=file.swaps,
        absences=file.absences,
        priority=file.priority,
        # What the file says of one kind of address leaves the others as they are.
        sending=evolve(file.sending, quiet_hours={**SendPolicy().quiet_hours, **file.sending.quiet_hours}),
        inbound=file.inbound,
        retention=file.retention,
        recurrence=file.recurrence,
        rules=file.rules,
        verification_calls=evolve(file.verification_calls, outcomes=_outcomes(file.verification_calls)),
        vault=read_vault(file.vault),
        authority=file.authority,
    )


def _outcomes(given: CallPolicy) -> tuple[CallOutcome, ...]:
    """What ships, and what the file adds to it or says in its place."""
    return tuple({outcome.code: outcome for outcome in (*OUTCOMES, *given.outcomes)}.values())


def _survey(name: str, table: _SurveyTable) -> Survey:
    scale = Scale(table.low, table.high)
    own = {"kind": table.kind} if table.kind else {}
    return Survey(name, scale, asking=table.asking, **own)


def _cause(code: str, table: _CauseTable) -> Cause:
    return Cause(code, table.category, table.step or (CAUSES[code].step if code in CAUSES else ""))


def _plain(value: Any) -> Any:
    """Settings as JSON can keep them: dates as text, which `structure_settings` takes for dates."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, (datetime, date, time)) else value


def _prepared(raw: dict[str, Any]) -> dict[str, Any]:
    """With every built-in protocol, and each given one completed by its name and by what the built-in one says."""
    given = raw.get("protocols", {})
    if not isinstance(given, dict):
        return raw
    built_in = {p.type: _value_converter().unstructure(_fitted(p, raw.get("severities"))) for p in DEFAULT_PROTOCOLS}
    whole = {n: _graded({**built_in.get(n, {}), **t, "type": n}) if isinstance(t, dict) else t for n, t in given.items()}
    return {**raw, "protocols": {**built_in, **whole}}


def _graded(protocol: dict[str, Any]) -> dict[str, Any]:
    """With the targets of each severity completed by those of the protocol."""
    given = protocol.get("by_severity")
    if not isinstance(given, dict):
        return protocol
    own = {name: protocol[name] for name in fields_dict(Targets) if name in protocol}
    return {**protocol, "by_severity": {s: {**own, **t} if isinstance(t, dict) else t for s, t in given.items()}}


def _fitted(protocol: Protocol, severities: Any) -> Protocol:
    """A built-in protocol with a severity that the shop has."""
    if not isinstance(severities, list) or not severities or protocol.severity in severities:
        return protocol
    return evolve(protocol, severity=severities[0] if protocol.severity == "critical" else severities[-1])


def _in_file(problem: Problem) -> Problem:
    """A problem of a `Shop` at the place that it has in the file."""
    basic = problem.path in fields_dict(_Basics)
    return Problem(f"shop.{problem.path}" if basic else problem.path, problem.expected, problem.found)


# --- What the types can't say ------------------------------------------------------------------------------------


def _misplaced(raw: dict[str, Any]) -> Iterator[Problem]:
    # In TOML a key after [shop] belongs to it: the likeliest slip of all.
    shop = raw.get("shop")
    for key in sorted(set(fields_dict(_File)) & set(shop if isinstance(shop, dict) else ()) - set(fields_dict(_Basics))):
        yield Problem(f"shop.{key}", f"{key} above the first [table] of the file", "it inside [shop]")


def _bad_type_keys(raw: dict[str, Any]) -> Iterator[Problem]:
    given = raw.get("protocols")
    for name, table in given.items() if isinstance(given, dict) else ():
        if isinstance(table, dict) and "type" in table:
            path = problem_path(("protocols", name, "type"))
            yield Problem(path, "no such key: the table's own name is the type", shown(table["type"]))


def _bad_values(file: _File, read: Reading[_File]) -> Iterator[Problem]:
    basics = file.shop
    if not re.fullmatch(_LANGUAGE, basics.language):
        yield Problem("shop.language", "a language such as en or es", shown(basics.language))
    if not re.fullmatch(_ADDRESS, basics.sender):
        yield Problem("shop.sender", "a mail address such as shop@example.com", "another text")
    if basics.pages_url and not re.fullmatch(_PAGES, basics.pages_url):
        rule = "https:// and an address, without ? and #; http:// on this machine only"
        yield Problem("shop.pages_url", rule, "another text")
    if basics.reply_to and not re.fullmatch(_EXTENDED, basics.reply_to):
        rule = "a mail address with at most 20 characters and no + before the @, such as shop@example.com"
        yield Problem("shop.reply_to", rule, "another text")
    if not basics.name.strip() or "\n" in basics.name or "\r" in basics.name:
        yield Problem("shop.name", "one line of text", shown(basics.name))
    for i, team in _placed("teams", file.teams, read):
        if not _is_handle(team.name):
            yield Problem(f"teams[{i}].name", _HANDLE, shown(team.name))
    for i, agent in _placed("agents", file.agents, read):
        if not _is_handle(agent.name):
            yield Problem(f"agents[{i}].name", _HANDLE, "another text")
        if agent.email and not re.fullmatch(_ADDRESS, agent.email):
            yield Problem(f"agents[{i}].email", "a mail address such as ana@example.com", "another text")
        if agent.language and not re.fullmatch(_LANGUAGE, agent.language):
            yield Problem(f"agents[{i}].language", "a language such as en or es", shown(agent.language))
    for table in ("protocols", "causes", "surveys", "calendars", "channels", "authority"):
        odd = (name for name in getattr(file, table) if not _is_handle(name))
        yield from (Problem(problem_path((table, name)), f"a name of {_HANDLE}", shown(name)) for name in odd)
    yield from _bad_places(file, read)
    for i, line in _placed("scoreboard", file.scoreboard, read):
        yield from (Problem(f"scoreboard[{i}].{p.path}", p.expected, p.found) for p in _bad_line(line))
    # Where something was cut out of a calendar, what is left says nothing about the file.
    whole = set(file.calendars) - {str(cut[1]) for cut in read.cuts if len(cut) > 2 and cut[0] == "calendars"}
    for name in file.calendars:
        yield from read_calendar(name, file.calendars[name], basics.zone)[1] if name in whole else ()
    torn = {cut[1] for cut in read.cuts if len(cut) > 2 and cut[0] == "rotas"}
    for i, rota in _placed("rotas", file.rotas, read):
        yield from read_rota(i, rota, basics.zone)[1] if i not in torn else ()


def _bad_places(file: _File, read: Reading[_File]) -> Iterator[Problem]:
    known = [step.code for step in STEPS]
    own: set[str] = set()
    for i, step in _placed("steps", file.steps, read):
        if not _is_handle(step.code):
            yield Problem(f"steps[{i}].code", _HANDLE, shown(step.code))
        elif step.code in own:
            yield Problem(f"steps[{i}].code", "each step once", shown(step.code))
        if step.after == step.code or (step.after and step.after not in known):
            rule = "a built-in step, or one that stands before it"
            yield Problem(f"steps[{i}].after", rule, shown(step.after) + nearest(step.after, known))
        own.add(step.code)
        known.append(step.code)


_ADDRESS = r"[^@\s]+@[^@\s]+"
_EXTENDED = r"[A-Za-z0-9._-]{1,20}@[^@\s+]+"
_PAGES = r"(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[^\s?#]*)?"
_LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
_HANDLE = "1 to 64 of the letters a to z, digits, and . _ + -"


def _is_handle(name: str) -> bool:
    try:
        return bool(Actor("agent", name).name)
    except InvalidInput:
        return False


def _placed(table: str, items: tuple[T, ...], read: Reading[_File]) -> Iterator[tuple[int, T]]:
    """Each with the place that it has in the file, where others may have been cut out before it."""
    cut = {c[1] for c in read.cuts if len(c) == 2 and c[0] == table}
    places = (i for i in range(len(items) + len(cut)) if i not in cut)
    return zip(places, items, strict=False)


def _of_lost_agent(problem: Problem, read: Reading[_File]) -> bool:
    """Whether a shift or a role may be that of an agent who is in the file, and was cut out for another mistake."""
    return re.match(r"((rotas|swaps|absences)\[|authority\.[^.]*$|protocols\..*\.who$)", problem.path) is not None and any(
        c[0] == "agents" for c in read.cuts if c
    )


def _bad_line(line: ScoreboardLine) -> Iterator[Problem]:
    if line.least_n < 1:
        yield Problem("least_n", "at least 1", str(line.least_n))
    # Loading the measures takes time, and only files with a scoreboard need them.
    from incidentkit.measures.definitions import MEASURES
    from incidentkit.measures.lines import bad_line

    # What is none of these may be a plugin's: whoever opens the desk knows.
    if line.measure in MEASURES:
        yield from (Problem(key, expected, found) for key, expected, found in bad_line(line, MEASURES[line.measure]))


# --- Converters --------------------------------------------------------------------------------------------------


@cache
def _value_converter() -> Converter:
    reader = make_reader()
    register_calendars(reader, check=False)
    register_sending(reader)
    reader.register_structure_hook(Decimal, _decimal)
    reader.register_unstructure_hook(Decimal, str)
    reader.register_structure_hook(Secret, _secret)
    reader.register_structure_hook_func(lambda kind: kind == timedelta | None, _deadline)
    return reader


@cache
def _file_reader() -> Converter:
    reader = make_reader()
    register_calendars(reader, check=True)
    register_sending(reader)
    register_vault(reader)
    reader.register_structure_hook(Decimal, _decimal)
    reader.register_structure_hook_func(lambda kind: kind == timedelta | None, _deadline)
    reader.register_structure_hook_func(lambda kind: kind == float | None, _target)
    in_full = reader.get_structure_hook(_CauseTable)
    reader.register_structure_hook(_CauseTable, lambda raw, kind: _category_or_table(raw, kind, in_full))
    return reader


def _category_or_table(raw: Any, kind: Any, in_full: Callable[[Any, Any], Any]) -> Any:
    if isinstance(raw, str):
        return _CauseTable(raw)
    if isinstance(raw, dict):
        return in_full(raw, kind)
    raise Wrong("a category, or a table with category and step", shown(raw))


def _deadline(raw: Any, kind: Any) -> timedelta | None:
    if raw is None or raw == "none":
        return None
    try:
        return parse_duration(raw)
    except (InvalidInput, TypeError):
        raise Wrong(f'{words(timedelta)}, or "none"', shown(raw)) from None


def _decimal(raw: Any, _: Any) -> Decimal:
    try:
        # A number in TOML comes as a float, whose shortest form is what stands in the file.
        amount = Decimal(str(raw)) if isinstance(raw, (str, int, float)) and not isinstance(raw, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount < 0:
        raise Wrong('an amount of at least 0, such as "2.50"', shown(raw))
    return amount


def _target(raw: Any, kind: Any) -> float:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return float(raw)
    try:
        return parse_duration(raw).total_seconds()
    except (InvalidInput, TypeError):
        raise Wrong('a number, or a duration such as "4h"', shown(raw)) from None


def _secret(raw: Any, _: Any) -> Secret:
    name = raw.get("env") if isinstance(raw, Mapping) and set(raw) == {"env"} else None
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        # What stands there may be the secret itself.
        raise Wrong('{ env = "NAME" }', "something else")
    value = os.environ.get(name)
    if not value:
        raise Wrong(f"the environment variable {name} to be set", "nothing")
    return Secret(value)
