from __future__ import annotations

import csv
import gzip
import io
import tomllib
from datetime import timedelta, timezone
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from incidentkit.codec.problems import Problem
from incidentkit.codec.profile import built_in_profiles, load_profile, parse_profile
from incidentkit.domain.import_rules import AnswerRule, IncidentEventRule, IncidentRule, OrderEventRule, OrderRule, Source
from incidentkit.domain.picks import Condition, Pick
from incidentkit.domain.profile import Profile
from incidentkit.errors import ConfigurationError, InvalidInput

OLIST = Path(__file__).parents[3] / "shared" / "data" / "olist"

TESTS = "any_of, none_of, filled, after, before"
EVENTS = "confirmed, shipped, delivered, cancelled, returned"
TIMES = 'expected "iso", or a pattern with year, month and day such as "%d/%m/%Y %H:%M"'
SMALL = """
name = "small"

[sources.orders]
files = "orders*.csv"

[[orders]]
source = "orders"
key = "id"
placed = "at"
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse_profile(text)
    return [str(p) for p in caught.value.problems]


# --- What a profile says -----------------------------------------------------------------------------------------


def test_the_smallest_profile_has_a_source_and_a_rule() -> None:
    """A text stands for a list of one, and for a pick of that column."""
    expected = Profile(
        "small", sources={"orders": Source(("orders*.csv",))}, orders=(OrderRule("orders", ("id",), placed=Pick("at")),)
    )  # fmt: skip

    assert expected == parse_profile(SMALL)


def test_a_log_with_a_row_for_each_event_can_be_described() -> None:
    """Rows of one key are one incident; conditions say which of them resolve and reopen it."""
    profile = parse_profile("""
        name = "desk"
        times = "%d/%m/%Y %H:%M"
        missing = ["", "?"]

        [sources.log]
        files = "log.csv"

        [[incidents]]
        name = "incident"
        source = "log"
        key = "number"
        rows = "many"
        type = { column = "category", map = { Stock = "out_of_stock" }, otherwise = "other" }
        severity = { column = "priority", take = "last" }
        detected = "opened_at"
        status = "state"
        at = "updated_at"

        [[incidents.events]]
        event = "resolved"
        when = [{ column = "state", any_of = "Resolved" }]

        [[incidents.events]]
        event = "reopened"
        when = [{ column = "state", none_of = ["Resolved", "Closed"] }]
    """)

    expected = IncidentRule(
        "log",
        "incident",
        ("number",),
        Pick("category", map={"Stock": "out_of_stock"}, otherwise="other"),
        severity=Pick("priority", take="last"),
        detected=Pick("opened_at"),
        status=Pick("state"),
        at=Pick("updated_at"),
        rows="many",
        events=(
            IncidentEventRule("resolved", (Condition("state", any_of=("Resolved",)),)),
            IncidentEventRule("reopened", (Condition("state", none_of=("Resolved", "Closed")),)),
        ),
    )
    assert (expected,) == profile.incidents


def test_times_without_an_offset_are_the_zones_unless_the_profile_has_one() -> None:
    """A fixed offset goes before the zone."""
    zone, fixed = parse_profile('zone = "Europe/Madrid"\n' + SMALL), parse_profile('offset = "-03:30"\n' + SMALL)

    assert (ZoneInfo("Europe/Madrid"), timezone(-timedelta(hours=3, minutes=30))) == (zone.tzinfo, fixed.tzinfo)


def test_a_profile_knows_the_columns_that_it_reads() -> None:
    """Keys, picks, conditions and both sides of links count; constants don't."""
    profile = parse_profile("""
        name = "x"
        [sources.orders]
        files = "o.csv"
        links = { pieces = { order = "order_id" } }
        [sources.pieces]
        files = "p.csv"
        [[orders]]
        source = "orders"
        key = ["shop", "order"]
        placed = "at"
        paid = { source = "pieces", column = "price", take = "sum" }
        account = { value = "none" }
        when = [{ column = "test", filled = false }, { column = "a", after = "b" }]
        [orders.lines]
        source = "pieces"
        product = "sku"
        price = "price"
        [[incidents]]
        name = "i"
        source = "pieces"
        key = "order_id"
        order = ["shop_id", "order_id"]
        type = { value = "other" }
    """)

    assert {"shop", "order", "at", "test", "a", "b"} == profile.columns("orders")
    assert {"order_id", "price", "sku", "shop_id"} == profile.columns("pieces")


# --- The Olist profile -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", built_in_profiles())
def test_every_built_in_profile_has_no_mistake(name: str) -> None:
    """What ships can be read, by its name with or without the ending."""
    assert load_profile(name) == load_profile(f"{name}.toml")


def test_the_olist_profile_makes_the_incidents_that_the_figures_count() -> None:
    """Unavailable is out of stock; delivered after the estimate is late, unless cancelled; cancelled is no incident."""
    profile = load_profile("olist")

    assert ("Etc/GMT+3", "BRL", ["out_of_stock", "late"]) == (
        profile.zone,
        profile.currency,
        [i.name for i in profile.incidents],
    )
    assert [(Condition("order_status", any_of=("unavailable",)),), (
        Condition("order_status", none_of=("canceled",)),
        Condition("order_delivered_customer_date", after=Pick("order_estimated_delivery_date")),
    )] == [i.when for i in profile.incidents]  # fmt: skip


def test_the_olist_profile_drops_the_deliveries_of_cancelled_orders() -> None:
    """A cancelled order was neither shipped nor delivered, whatever its times say."""
    (orders,) = load_profile("olist").orders

    cancelled = OrderEventRule("cancelled", None, (Condition("order_status", any_of=("canceled",)),), ("shipped", "delivered"))
    assert cancelled == orders.events[-1]


def test_the_olist_profile_keys_reviews_by_review_and_order() -> None:
    """Neither alone is a key."""
    assert ("review_id", "order_id") == load_profile("olist").answers[0].key


@pytest.mark.skipif(not OLIST.is_dir(), reason="the Olist tables are not beside this project (../shared/data/olist)")
def test_the_olist_tables_have_every_column_that_the_profile_reads() -> None:
    """The profile fits the files: each source is one file, with each column in its header."""
    profile = load_profile("olist")

    for name, source in profile.sources.items():
        (path,) = [p for p in OLIST.iterdir() if any(fnmatchcase(p.name, pattern) for pattern in source.files)]
        with gzip.open(path) as raw:
            header = next(csv.reader(io.TextIOWrapper(raw, source.encoding, newline="")))
        assert profile.columns(name) <= set(header)


# --- Mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('zone = "Mars"', "zone: expected an IANA time zone such as Europe/Madrid, found 'Mars'"),
        ('offset = "3"', "offset: expected an offset such as \"-03:00\", found '3'"),
        ('offset = "+24:00"', "offset: expected less than a day, found 1 day, 0:00:00"),
        ('currency = "real"', "currency: expected three capital letters such as EUR, found 'real'"),
        ("version = 2", "version: expected one of 1, found 2"),
        ('decimal = ";"', "decimal: expected one of ., ,, found ';'"),
        ('grouping = "."', "grouping: expected another sign than decimal, found '.'"),
        (
            '[sources.x]\nfiles = "f"\ngrouping = ","',
            "sources.x: expected a decimal beside its grouping, found none",
        ),
        (
            '[sources.x]\nfiles = "f"\ndecimal = ","\ngrouping = ","',
            "sources.x: expected a grouping that is another sign than the decimal, found ','",
        ),
        (
            'times = "%H:%M"',
            'times: expected "iso", or a pattern with year, month and day such as "%d/%m/%Y %H:%M", found \'%H:%M\'',
        ),
        ("times = []", "times: expected at least one name, each once, found []"),
        ("[[incidents]]", None),
        (
            '[sources.x]\nfiles = "f"\ndelimiter = ";;"',
            "sources.x.delimiter: expected one character, such as , or ;, found ';;'",
        ),
        (
            '[sources.x]\nfiles = "f"\nencoding = "hex"',
            "sources.x.encoding: expected an encoding of text, such as utf-8 or cp1252, found 'hex'",
        ),
        (
            '[sources.x]\nfiles = "f"\nlinks.y = { a = "a" }',
            "sources.x.links.y: expected the name of another source, found 'y'",
        ),
        (
            '[sources.x]\nfiles = "f"\nkind = "xls"',
            "sources.x.kind: expected one of csv, jsonl, xlsx, found 'xls' (did you mean xlsx?)",
        ),
    ],
)
def test_a_mistake_is_told_with_path_expectation_and_finding(text: str, problem: str | None) -> None:
    """One mistake gives one problem, in words; an empty rule is told key by key."""
    found = problems_of(text + "\n" + SMALL if "[" not in text or "[]" in text else SMALL + text)

    missing = ["source", "name", "key", "type"]
    assert [problem] == found if problem else [f"incidents[0].{k}" for k in missing] == [p.split(":")[0] for p in found]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("paid = 5", 'orders[0].paid: expected the name of a column, or a table such as { value = "..." }, found 5'),
        ('paid = ""', "orders[0].paid: expected the name of a column, found an empty text"),
        ('paid = { column = "a", value = "b" }', "orders[0].paid: expected exactly one of column and value, found both"),
        ('paid = { column = "a", times = "x" }', f"orders[0].paid.times: {TIMES}, found 'x'"),
        ("paid = { }", "orders[0].paid: expected exactly one of column and value, found neither"),
        ('paid = { value = "b", take = "sum" }', "orders[0].paid: expected nothing beside value, found more keys"),
        ('paid = { column = "a", source = "items" }', "orders[0].paid.source: expected one of orders, found 'items'"),
        (
            'paid = { column = "a", take = "avg" }',
            "orders[0].paid.take: expected one of first, last, min, max, sum, found 'avg'",
        ),
        ('when = [{ column = "a" }]', f"orders[0].when[0]: expected exactly one of {TESTS}, found none of them"),
        ('when = [{ column = "a", filled = 1 }]', "orders[0].when[0].filled: expected true or false, found 1"),
        (
            'events = [{ event = "shiped", at = "a" }]',
            f"orders[0].events[0].event: expected one of {EVENTS}, found 'shiped' (did you mean shipped?)",
        ),
        ('events = [{ event = "shipped" }]', "orders[0].events[0]: expected at, when, or both, found neither"),
        (
            'events = [{ event = "shipped", at = "a" }, { event = "shipped", at = "b" }]',
            "orders[0].events[1].event: expected each event once, found 'shipped'",
        ),
        (
            'lines = { source = "items", product = "p", price = "q" }',
            "orders[0].lines.source: expected one of orders, found 'items'",
        ),
    ],
)
def test_a_mistake_in_a_rule_is_told_with_its_path(text: str, problem: str) -> None:
    """Picks, conditions and events are checked where they stand."""
    assert [problem] == problems_of(SMALL + text)


def test_all_mistakes_come_at_once() -> None:
    """Wrong types, missing keys, bad values and broken references are told together."""
    text = """
        zone = "Mars"
        times = "x"
        [sources.a]
        files = "*"
        delimiter = "::"
        links = { b = { x = "x" } }
        [[orders]]
        key = "x"
        placed = "at"
        [[orders]]
        source = "c"
        key = ["x", "y"]
        placed = { source = "d", column = "y" }
        [[incidents]]
        name = "late one"
        source = "a"
        key = []
        type = 3
        [[answers]]
        name = "n"
        source = "a"
        key = "k"
        score = "s"
        answered = "t"
        order = ["p", "q"]
        low = 5
        high = 5
    """

    assert sorted({p.split(": ")[0] for p in problems_of(text)}) == [
        "answers[0]",
        "incidents[0].key",
        "incidents[0].name",
        "incidents[0].type",
        "name",
        "orders[0].source",
        "sources.a.delimiter",
        "times",
        "zone",
    ]


def test_references_are_told_together() -> None:
    """When every value is right in itself, every broken reference is told."""
    text = """
        name = "x"
        [sources.a]
        files = "*"
        links = { b = { x = "x" } }
        [[orders]]
        source = "c"
        key = ["x", "y"]
        placed = "at"
        [[incidents]]
        name = "n"
        source = "a"
        key = "x"
        order = "x"
        type = { source = "d", column = "y" }
        [[incidents]]
        name = "n"
        source = "a"
        key = "x"
        type = { value = "late" }
    """

    assert problems_of(text) == [
        "sources.a.links.b: expected the name of another source, found 'b'",
        "orders[0].source: expected one of a, found 'c'",
        "incidents[0].type.source: expected one of a, found 'd'",
        "incidents[1].name: expected a name of its own, found 'n'",
        "incidents[0].order: expected as many columns as orders[0].key has, found 1",
    ]


def test_a_profile_made_in_python_is_checked_too() -> None:
    """References are the profile's own business, wherever it comes from."""
    with pytest.raises(ConfigurationError, match="expected one of none, found 'reviews'"):
        Profile("x", answers=(AnswerRule("reviews", "r", ("id",), Pick("score"), Pick("at")),))


def test_a_condition_tests_one_thing() -> None:
    """Two tests in one condition are refused: two conditions say the same clearly."""
    with pytest.raises(InvalidInput):
        Condition("a", any_of=("b",), filled=True)


@pytest.mark.parametrize("path", ["nothing.toml", "/nowhere/olist.toml", "."])
def test_a_profile_that_is_nowhere_is_refused(path: str) -> None:
    """Neither a file nor a built-in name: the error says which names there are."""
    with pytest.raises(ConfigurationError, match=r"expected a profile, or the name of a built-in one \(.*olist.*\)"):
        load_profile(path)


def test_a_file_goes_before_a_built_in_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote an olist.toml means their own."""
    monkeypatch.chdir(tmp_path)
    Path("olist.toml").write_text(SMALL, "utf-8")

    assert "small" == load_profile("olist.toml").name


# --- Whatever stands in the file ---------------------------------------------------------------------------------


def values() -> st.SearchStrategy[Any]:
    texts = st.text("abc%Ymd-", max_size=6) | st.sampled_from(["orders", "items", "order_id", "sum", "csat", "%Y-%m-%d"])
    picks = st.fixed_dictionaries({}, optional={"column": texts, "source": texts, "value": texts, "take": texts})
    return st.recursive(
        texts | st.booleans() | st.integers(-3, 9) | picks,
        lambda v: st.lists(v, max_size=3) | st.dictionaries(texts, v, max_size=3),
        max_leaves=5,
    )


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def olist() -> dict[str, Any]:
    return tomllib.loads((files("incidentkit") / "profiles" / "olist.toml").read_text("utf-8"))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """The Olist profile with some keys deleted or given another value, at any depth."""
    raw = olist()
    for _ in range(draw(st.integers(1, 5))):
        here: Any = raw
        while isinstance(here, (dict, list)) and here:
            key = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
            if isinstance(here[key], (dict, list)) and here[key] and draw(st.integers(0, 3)):
                here = here[key]
                continue
            if draw(st.booleans()):
                here[key] = draw(values())
            else:
                del here[key]
            break
    return raw


def profile_or_problems(text: str) -> Profile | list[Problem]:
    try:
        return parse_profile(text)
    except ConfigurationError as error:
        return list(error.problems)


def is_well_told(outcome: Profile | list[Problem]) -> bool:
    if isinstance(outcome, Profile):
        return all(isinstance(outcome.columns(name), frozenset) for name in outcome.sources)
    return bool(outcome) and all(isinstance(p, Problem) and p.path and p.expected for p in outcome)


@given(mutated())
@example({"sources": {"a": {"files": ["x"], "links": {"a": {}}}}})
@example({"name": "x", "sources": [], "orders": {}, "times": ["%"]})
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_profile_is_a_profile_or_a_configuration_error(raw: dict[str, Any]) -> None:
    """Whatever is deleted or replaced, nothing else is ever raised."""
    text = "\n".join(f"{toml(key)} = {toml(value)}" for key, value in raw.items())

    assert is_well_told(profile_or_problems(text))
