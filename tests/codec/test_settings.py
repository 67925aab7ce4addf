from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from attrs import evolve, field, frozen
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from incidentkit.codec.durations import duration_text, parse_duration
from incidentkit.codec.problems import Problem
from incidentkit.codec.settings import (
    load_shop,
    parse_shop,
    shop_from_json,
    shop_template,
    shop_to_json,
    structure_secret,
    structure_settings,
)
from incidentkit.domain.causes import CAUSES, Cause
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.secrets import Secret
from incidentkit.domain.shop import Agent, ScoreboardLine, Shop, Survey, Team
from incidentkit.domain.steps import STEPS
from incidentkit.domain.surveys import Scale
from incidentkit.errors import ConfigurationError, InvalidInput

_STEPS = ", ".join(sorted(step.code for step in STEPS))

HANDLE = "1 to 64 of the letters a to z, digits, and . _ + -"
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "shop-settings.md"


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse_shop(text)
    return [str(p) for p in caught.value.problems]


def paths_of(text: str) -> list[str]:
    return [p.split(": ")[0] for p in problems_of(text)]


# --- What a file says --------------------------------------------------------------------------------------------


def test_an_empty_file_is_the_default_shop() -> None:
    """A file that says nothing has every default."""
    assert Shop() == parse_shop("")


def test_a_protocol_changes_only_the_keys_that_it_gives() -> None:
    """The rest of a built-in protocol stays."""
    shop = parse_shop('[protocols.late]\nresolve_within = "1w"\n')

    built_in = next(p for p in DEFAULT_PROTOCOLS if p.type == "late")
    assert evolve(built_in, resolve_within=timedelta(weeks=1)) == shop.protocol("late")


def test_the_other_built_in_protocols_stay() -> None:
    """A table for one type takes nothing from the others, and a new name adds a type."""
    shop = parse_shop("[protocols.stolen]\n")

    assert (*DEFAULT_PROTOCOLS, Protocol("stolen")) == shop.protocols


def test_no_deadline_is_written_none() -> None:
    """``none`` takes a built-in deadline away."""
    shop = parse_shop('[protocols.late]\ncommunicate_within = "none"\n')

    assert shop.protocol("late") is not None
    assert [p.communicate_within for p in shop.protocols if p.type == "late"] == [None]


def test_built_in_protocols_follow_the_shops_own_severities() -> None:
    """What was critical takes the first severity of the shop, and the rest the last."""
    shop = parse_shop('severities = ["red", "amber", "green"]\n[protocols.late]\nseverity = "amber"\n')

    assert ["red", "amber", "green"] == [shop.protocol(t).severity for t in ("lost", "late", "other")]  # type: ignore[union-attr]


def test_the_first_team_is_the_default_one() -> None:
    """Without ``default_team`` the first team is accountable for what no other is."""
    shop = parse_shop('[[teams]]\nname = "one"\n[[teams]]\nname = "two"\n')

    assert (shop.default_team, shop.teams) == ("one", (Team("one"), Team("two")))


def test_causes_and_surveys_add_to_the_built_in_ones() -> None:
    """A table of causes or surveys takes none of the others away."""
    shop = parse_shop('[causes]\nrain = "weather"\n[surveys.csat]\nlow = 1\nhigh = 7\n')

    assert {**CAUSES, "rain": Cause("rain", "weather")} == shop.causes
    assert (Survey("csat", Scale(1, 7)), Survey("nps", Scale(0, 10))) == shop.surveys


def test_a_cause_may_name_its_step() -> None:
    """A table gives category and step; a built-in cause keeps its own step where the file says nothing of one."""
    shop = parse_shop('[causes]\nrain = {category = "weather", step = "transit"}\npicking = "people"\n')

    assert (Cause("rain", "weather", "transit"), Cause("picking", "people", "picking")) == (
        shop.causes["rain"],
        shop.causes["picking"],
    )


def test_steps_are_added_and_renamed_in_their_order() -> None:
    """A new step comes after the one that it names, a built-in one with a title stays in its place."""
    shop = parse_shop(
        '[[steps]]\ncode = "assembly"\nafter = "picking"\n'
        '[[steps]]\ncode = "packing"\ntitle = "Boxes"\n[protocols.damaged]\nstep = "assembly"\n'
    )
    codes = [step.code for step in shop.steps]

    assert ["picking", "assembly", "packing"] == codes[codes.index("picking") : codes.index("packing") + 1]
    assert ("Boxes", "", "assembly") == (shop.step_title("packing"), shop.step_title("picking"), shop.step_of("damaged", None))


def test_a_target_may_be_a_duration_or_a_number() -> None:
    """Durations are targets in seconds."""
    shop = parse_shop(
        '[[scoreboard]]\nmeasure = "delivery_time"\ntarget = "3d"\nbetter = "down"\nstatistic = "p90"\n'
        '[[scoreboard]]\nmeasure = "incident_rate"\ntarget = 0.1\nbetter = "down"\nwindow = "month"\nleast_n = 5\n'
    )

    lines = (
        ScoreboardLine("delivery_time", 259_200.0, "down", statistic="p90"),
        ScoreboardLine("incident_rate", 0.1, "down", "month", 5),
    )
    assert lines == shop.scoreboard


def test_the_fingerprint_key_is_kept_as_the_name_of_a_variable() -> None:
    """The shop's settings hold where the key is, never the key."""
    assert {"env": "FP"} == parse_shop('fingerprint_key = { env = "FP" }').fingerprint_key


# --- Mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[shop]\nzone = "Mars"', "shop.zone: expected an IANA time zone such as Europe/Madrid, found 'Mars'"),
        ("[shop]\ncurrency = 5", "shop.currency: expected a text, found 5"),
        ('[shop]\ncurrency = "euro"', "shop.currency: expected three capital letters such as EUR, found 'euro'"),
        ('[shop]\nlanguage = "Spanish"', "shop.language: expected a language such as en or es, found 'Spanish'"),
        ('[shop]\nsender = "me"', "shop.sender: expected a mail address such as shop@example.com, found another text"),
        ("shop = 3", "shop: expected a table, found 3"),
        ('teams = "x"', "teams: expected a list, found 'x'"),
        (
            "[[agents]]\nname = 'a'\nteam = 'after-sales'\nrole = 'agnt'",
            "agents.a.role: expected one of agent, supervisor, found 'agnt'",
        ),
        ("[[agents]]\nname = 'a'\nteam = 'moon'", "agents.a.team: expected one of after-sales, found 'moon'"),
        ("[[agents]]\nname = 'a b'\nteam = 'after-sales'", f"agents[0].name: expected {HANDLE}, found another text"),
        ("[[agents]]\nname = 'a'", "agents[0].team: expected a text, found nothing"),
        ("[protocols.late]\nthreshold = true", "protocols.late.threshold: expected a whole number, found true"),
        ("[protocols.late]\nthreshold = 9", "protocols.late.threshold: expected 1 to 5, found 9"),
        (
            "[protocols.late]\nresolve_within = 3",
            'protocols.late.resolve_within: expected a duration such as "4h" or "3d", or "none", found 3',
        ),
        (
            "[protocols.late]\ntype = 'x'",
            "protocols.late.type: expected no such key: the table's own name is the type, found 'x'",
        ),
        ('[protocols."a b"]', f"protocols.\"a b\": expected a name of {HANDLE}, found 'a b'"),
        ("[surveys.csat]\nlow = 5\nhigh = 1", "surveys.csat: expected it to go up from low to high, found 5 to 1"),
        (
            "[[scoreboard]]\nmeasure = 'incident_rate'\ntarget = 90",
            "scoreboard[0].target: expected a share from 0 to 1, found 90",
        ),
        (
            "[[scoreboard]]\nmeasure = 'incident_rate'\nstatistic = 'p50'",
            "scoreboard[0].statistic: expected value, since incident_rate has no quantiles, found p50",
        ),
        ("[[scoreboard]]\nmeasure = 'incident_rate'\nleast_n = 0", "scoreboard[0].least_n: expected at least 1, found 0"),
        (
            "[[scoreboard]]\nmeasure = 'delivery_time'\ntarget = nan",
            "scoreboard[0].target: expected a finite number, found nan",
        ),
        ("[causes]\nrain = 1", "causes.rain: expected a category, or a table with category and step, found 1"),
        ('[causes]\nrain = {step = "transit"}', "causes.rain.category: expected a text, found nothing"),
        ('[causes]\nrain = {category = "a", step = "sky"}', f"causes.rain.step: expected one of {_STEPS}, found 'sky'"),
        ('[protocols.late]\nstep = "sky"', f"protocols.late.step: expected one of {_STEPS}, found 'sky'"),
        ('[[steps]]\ncode = "é"', "steps[0].code: expected 1 to 64 of the letters a to z, digits, and . _ + -, found 'é'"),
        ('[[steps]]\ncode = "a"\n[[steps]]\ncode = "a"', "steps[1].code: expected each step once, found 'a'"),
        (
            '[[steps]]\ncode = "a"\nafter = "packin"',
            "steps[0].after: expected a built-in step, or one that stands before it, found 'packin' (did you mean packing?)",
        ),
        ("a = [", "end of file: expected TOML, found Invalid value"),
        ("x = 1\ny =", "end of file: expected TOML, found Invalid value"),
        ("x = 1\nx = 2\n", "line 2, column 6: expected TOML, found Cannot overwrite a value"),
    ],
)
def test_a_mistake_is_told_with_path_expectation_and_finding(text: str, problem: str) -> None:
    """One mistake gives one problem, in words."""
    assert [problem] == problems_of(text)


def test_an_unknown_key_comes_with_the_key_that_was_meant() -> None:
    """A mistyped key is never ignored."""
    (problem,) = problems_of('[shop]\nlangage = "es"')

    keys = (
        "name, zone, currency, language, sender, channel, payer, templates, pages_url, reply_to, fallback, default_team,"
        " calendar, escalate_every, warn_at, longest_wait, stale_after"
    )
    assert f"shop.langage: expected one of the keys {keys}, found an unknown key (did you mean language?)" == problem


def test_a_key_that_slipped_under_shop_is_told_where_it_belongs() -> None:
    """TOML puts what comes after ``[shop]`` into it."""
    expected = ["shop.severities: expected severities above the first [table] of the file, found it inside [shop]"]

    assert expected == problems_of('[shop]\nname = "x"\nseverities = ["a"]')


def test_a_measure_that_does_not_ship_may_be_a_plugins() -> None:
    """What the file can't know of a scoreboard's line is left to whoever opens the desk."""
    shop = parse_shop("[[scoreboard]]\nmeasure = 'parcels_weighed'")

    assert ["parcels_weighed"] == [line.measure for line in shop.scoreboard]


def test_own_measures_are_read() -> None:
    """A measure of the shop's own has a name, a kind and what people call it; a slip in one is named with its path."""
    shop = parse_shop("[[measures]]\nname = 'calls'\nkind = 'count'\ntitle = 'Calls'\nmaturity = '1d'")
    (problem,) = problems_of("[[measures]]\nname = 'calls'\nkind = 'sum'")

    assert [("calls", "count", "Calls", timedelta(days=1))] == [(m.name, m.kind, m.title, m.maturity) for m in shop.measures]
    assert problem.startswith("measures[0].kind: expected")


def test_all_mistakes_come_at_once() -> None:
    """Wrong types, unknown keys, bad values and broken references are told together."""
    text = """
        sevrities = []
        [shop]
        zone = "Mars"
        currency = 3
        [[agents]]
        name = "ana"
        team = "moon"
        [[agents]]
        name = "b"
        role = "x"
        [protocols.late]
        communicate_within = "soon"
        [protocols.lost]
        survey = "cats"
        [[scoreboard]]
        window = "year"
        [[scoreboard]]
        measure = "delivery_time"
        target = -1
    """

    assert sorted(paths_of(text)) == [
        "agents.ana.team",
        "agents[1].team",
        "protocols.late.communicate_within",
        "protocols.lost.survey",
        "scoreboard[0].measure",
        "scoreboard[0].window",
        "scoreboard[1].target",
        "sevrities",
        "shop.currency",
        "shop.zone",
    ]


def test_a_mistake_in_one_entry_starts_no_others() -> None:
    """A team that can't be read is not missed by those who refer to it."""
    text = '[[teams]]\nnme = "a"\n[[agents]]\nname = "x"\nteam = "a"\n'

    assert ["teams[0].name", "teams[0].nme"] == paths_of(text)


def test_the_error_carries_its_problems_as_values() -> None:
    """A caller can show them in its own way."""
    with pytest.raises(ConfigurationError) as caught:
        parse_shop("[shop]\nname = 3", "my.toml")

    assert (Problem("shop.name", "a text", "3"),) == caught.value.problems
    assert str(caught.value) == "my.toml: has a mistake; got shop.name: expected a text, found 3. Correct it and start again."


# --- Files -------------------------------------------------------------------------------------------------------


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    """Editors that write a byte-order mark do no harm."""
    path = tmp_path / "shop.toml"
    path.write_bytes(b'\xef\xbb\xbf[shop]\nname = "Caf\xc3\xa9"\n')

    assert load_shop(path).name == "Café"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "file: expected a shop.toml, found nothing there"),
        (b"[shop]\nname = '\xff'", "line 2: expected text in UTF-8, found the byte 0xff"),
        (b"#" * 1_000_001, "file: expected a shop.toml of at most 1,000,000 bytes, found more"),
        (b"\x00", "line 1, column 1: expected TOML, found Invalid statement"),
    ],
)
def test_a_file_that_is_no_shop_is_refused(tmp_path: Path, content: bytes | None, problem: str) -> None:
    """Absent, in another encoding, far too long, binary: each is one problem."""
    path = tmp_path / "shop.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError) as caught:
        load_shop(path)
    assert [problem] == [str(p) for p in caught.value.problems]


@pytest.mark.parametrize("path", [".", "a\0b", "x" * 5000])
def test_a_path_that_is_no_file_is_refused(path: str) -> None:
    """A folder, or a name that no file can have, is a clear error."""
    with pytest.raises(ConfigurationError) as caught:
        load_shop(path)
    assert [p.path for p in caught.value.problems] == ["file"]


# --- Templates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_template_runs_as_it_is(language: str) -> None:
    """What ``init`` writes has six scoreboard lines, three teams and the language asked for."""
    shop = parse_shop(shop_template(language))

    assert (language, 6, 3) == (shop.language, len(shop.scoreboard), len(shop.teams))


def test_both_templates_are_the_same_shop() -> None:
    """Apart from texts, Spanish and English say the same."""
    english, spanish = parse_shop(shop_template("en")), parse_shop(shop_template("es-MX"))

    assert english == evolve(spanish, name=english.name, language="en")


def test_a_template_names_a_team_for_every_type() -> None:
    """No incident of the template's shop falls back to the default team."""
    assert [] == [p.type for p in parse_shop(shop_template()).protocols if not p.team]


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL))
def test_every_example_of_the_how_to_is_a_shop(block: str) -> None:
    """Each TOML block in the documentation runs by itself."""
    assert isinstance(parse_shop(block), Shop)


# --- The shop kept in the store ----------------------------------------------------------------------------------


def spans() -> st.SearchStrategy[timedelta]:
    """As long as a setting may be."""
    return st.timedeltas(timedelta(0), timedelta(days=3653))


def shops() -> st.SearchStrategy[Shop]:
    words = st.text(min_size=1, max_size=8)
    plain = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
        max_leaves=6,
    )
    protocol = st.builds(
        Protocol,
        type=words,
        communicate_within=st.none() | spans(),
        resolve_within=st.none() | spans(),
        group=words,
        threshold=st.integers(1, 5),
    )
    return st.builds(
        Shop,
        name=st.text(max_size=8),
        agents=st.lists(st.builds(Agent, words, st.just("after-sales")), max_size=2, unique_by=lambda a: a.name).map(tuple),
        protocols=st.lists(protocol, max_size=3, unique_by=lambda p: p.type).map(tuple),
        causes=st.dictionaries(words, st.builds(Cause, words, words), max_size=2),
        scoreboard=st.lists(st.builds(ScoreboardLine, words, st.none() | st.floats(0, 1e9)), max_size=2).map(tuple),
        plugins=st.dictionaries(words, st.dictionaries(words, plain, max_size=2), max_size=2),
        fingerprint_key=st.none() | st.just({"env": "KEY"}),
    )


@given(shops())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_shop_comes_back_from_json_as_it_was(shop: Shop) -> None:
    """JSON keeps all of a shop, whatever Python made it of."""
    assert shop == shop_from_json(shop_to_json(shop))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"zone": 5}', '{"zone": "Mars"}', '{"unknown": 1}', "[" * 100_000])
def test_what_is_no_kept_shop_is_refused(text: str) -> None:
    """A damaged row is a clear error."""
    with pytest.raises(ConfigurationError):
        shop_from_json(text)


# --- Plugins' settings -------------------------------------------------------------------------------------------


@frozen
class Inner:
    size: int = 1


def _low(owner: object, attribute: object, value: int) -> None:
    if value > 9:
        raise ValueError("port must be at most 9")


@frozen
class MailSettings:
    host: str
    password: Secret
    port: int = field(default=5, validator=_low)
    mode: Literal["plain", "tls"] = "tls"
    wait: timedelta = timedelta(0)
    since: date | None = None
    inner: Inner = Inner()
    names: tuple[str, ...] = ()


def test_a_plugins_settings_become_its_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets, durations, dates, lists and tables within tables are read as the class says."""
    monkeypatch.setenv("PASS", "s3cret")
    text = """
        [plugins.mail]
        host = "h"
        password = { env = "PASS" }
        mode = "plain"
        wait = "90m"
        since = 2024-02-29
        inner = { size = 3 }
        names = ["a"]
    """
    settings = structure_settings(MailSettings, parse_shop(text).plugins["mail"], "plugins.mail")

    expected = MailSettings(
        "h", Secret("s3cret"), 5, "plain", timedelta(minutes=90), date(2024, 2, 29), Inner(3), ("a",)
    )  # fmt: skip
    assert expected == settings


def test_every_mistake_in_a_plugins_settings_is_told_with_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong, missing and unknown keys, a missing variable and the class's own checks come together."""
    monkeypatch.delenv("NOT_SET", raising=False)
    raw: dict[str, Any] = {"pasword": 1, "password": {"env": "NOT_SET"}, "mode": "x", "inner": {"sise": 3}, "names": "a"}

    with pytest.raises(ConfigurationError) as caught:
        structure_settings(MailSettings, raw, "plugins.mail")
    keys = "host, password, port, mode, wait, since, inner, names"
    assert [str(p) for p in caught.value.problems] == [
        "plugins.mail.host: expected a text, found nothing",
        "plugins.mail.password: expected the environment variable NOT_SET to be set, found nothing",
        "plugins.mail.mode: expected one of plain, tls, found 'x'",
        "plugins.mail.inner.sise: expected one of the keys size, found an unknown key (did you mean size?)",
        "plugins.mail.names: expected a list, found 'a'",
        f"plugins.mail.pasword: expected one of the keys {keys}, found an unknown key (did you mean password?)",
    ]


def test_a_plugins_own_check_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A validator of the class speaks for itself."""
    monkeypatch.setenv("PASS", "s3cret")

    with pytest.raises(ConfigurationError) as caught:
        structure_settings(MailSettings, {"host": "h", "password": {"env": "PASS"}, "port": 10}, "plugins.mail")
    assert ["plugins.mail.port: expected a value that fits: port must be at most 9"] == [str(p) for p in caught.value.problems]


def test_a_secret_in_the_file_is_refused_and_not_shown() -> None:
    """A literal password is a mistake, and stands in no error."""
    with pytest.raises(ConfigurationError) as caught:
        structure_settings(MailSettings, {"host": "h", "password": "hunter2"}, "plugins.mail")

    assert 'plugins.mail.password: expected { env = "NAME" }, found something else' in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_secret_shows_itself_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither repr nor str give it away; reveal does."""
    monkeypatch.setenv("PASS", "s3cret")
    secret = structure_secret({"env": "PASS"}, "fingerprint_key")

    assert ("Secret(***)", "Secret(***)", "s3cret") == (repr(secret), str(secret), secret.reveal())


# --- Durations ---------------------------------------------------------------------------------------------------


@given(spans())
def test_a_duration_comes_back_from_its_text(span: timedelta) -> None:
    """Text keeps a duration to the microsecond."""
    assert span == parse_duration(duration_text(span))


@pytest.mark.parametrize(
    ("text", "seconds"), [("90m", 5400), ("4h", 14400), ("3d", 259200), ("1w", 604800), ("1d 12h", 129600), ("0s", 0)]
)
def test_a_duration_is_what_people_write(text: str, seconds: int) -> None:
    """Numbers with units add up."""
    assert timedelta(seconds=seconds) == parse_duration(text)


@pytest.mark.parametrize("text", ["", "4", "h", "-4h", "4 hours", "1.5h", "4h!", "9999999w", "4H"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """Anything else is no duration."""
    with pytest.raises(InvalidInput):
        parse_duration(text)


# --- Whatever stands in the file ---------------------------------------------------------------------------------


def values() -> st.SearchStrategy[Any]:
    texts = st.text(max_size=6) | st.sampled_from(["4h", "csat", "late", "up", "none", "p90", "incident_rate"])
    simple = st.booleans() | st.integers(-5, 10) | st.floats() | texts | st.dates() | st.just({"env": "X"})
    return st.recursive(simple, lambda v: st.lists(v, max_size=3) | st.dictionaries(texts, v, max_size=3), max_leaves=5)


def toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = "".join(c if c.isalnum() and c.isascii() else f"\\u{min(ord(c), 0xFFFF):04x}" for c in value)
        return '"' + re.sub(r"\\u[dD][89a-fA-F]..", "?", escaped) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value)


TEMPLATE = tomllib.loads(shop_template())


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """The template with some keys deleted, renamed or given another value, at any depth."""
    raw: dict[str, Any] = tomllib.loads(shop_template())
    for _ in range(draw(st.integers(1, 6))):
        here: Any = raw
        while isinstance(here, (dict, list)) and here:
            key = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
            if draw(st.booleans()) and isinstance(here[key], (dict, list)) and here[key]:
                here = here[key]
                continue
            change = draw(st.sampled_from(["delete", "replace", "rename"]))
            value = here.pop(key) if change != "replace" else None
            if change == "replace":
                here[key] = draw(values())
            elif change == "rename" and isinstance(here, dict):
                here[draw(st.text(min_size=1, max_size=5))] = value
            break
    return raw


def shop_or_problems(text: str) -> Shop | list[Problem]:
    try:
        return parse_shop(text)
    except ConfigurationError as error:
        return list(error.problems)


def is_well_told(outcome: Shop | list[Problem]) -> bool:
    if isinstance(outcome, Shop):
        return shop_from_json(shop_to_json(outcome)) == outcome
    return bool(outcome) and all(isinstance(p, Problem) and p.path and p.expected for p in outcome)


@given(mutated())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_template_is_a_shop_or_a_configuration_error(raw: dict[str, Any]) -> None:
    """Whatever is deleted, renamed or replaced, nothing else is ever raised."""
    assert is_well_told(shop_or_problems("\n".join(f"{toml(key)} = {toml(value)}" for key, value in raw.items())))


@given(st.text(max_size=60) | st.dictionaries(st.sampled_from([*TEMPLATE, "x"]), values(), max_size=5).map(
    lambda raw: "\n".join(f"{key} = {toml(value)}" for key, value in raw.items())
))  # fmt: skip
@example("a." * 5000 + "b = 1")
@example("x = " + "[" * 2000)
@example("x = " + "9" * 5000)
@example("[plugins.x]\n" + "a." * 30 + "b = 1")
@settings(max_examples=120, deadline=None)
def test_any_text_is_a_shop_or_a_configuration_error(text: str) -> None:
    """Nothing else is ever raised, however odd the text."""
    assert is_well_told(shop_or_problems(text))
