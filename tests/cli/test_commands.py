"""Every command, in both languages and as JSON."""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.codec.settings import load_shop
from incidentkit.phrases.words import LANGUAGES
from incidentkit.version import __version__
from tests.cli.running import NOW, run

COMMANDS = [
    "demo",
    "init",
    "check",
    "import",
    "queue",
    "timeline",
    "measure",
    "scoreboard",
    "plugins",
    "rebuild",
    "verify",
    "tasks",
    "incident",
    "adopt",
    "duty",
    "doctor",
]


def in_incident(demo: Path) -> ik.Order:
    """An order of the demo with an open incident."""
    with ik.open_desk(f"sqlite:///{demo}") as desk:
        return desk.orders.find(in_incident=True, limit=1)[0]


# --- Help --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [[], ["--help"]])
def test_without_a_command_all_are_shown(args: list[str]) -> None:
    """The page names every command."""
    answer = run(*args)

    assert (0, "") == (answer.code, answer.err)
    assert [] == [name for name in COMMANDS if f"\n  {name} " not in answer.out]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(("language", "usage"), [("en", "Usage:"), ("es", "Uso:")])
def test_each_command_has_a_page_in_both_languages(name: str, language: str, usage: str) -> None:
    """It speaks the language of --lang, wherever that stands, and fits 80 columns."""
    before, after = run("--lang", language, name, "--help", COLUMNS="80"), run(name, "--help", "--lang", language, COLUMNS="80")

    assert before == after
    assert before.out.startswith(f"{usage} incidentkit {name} ")
    assert [] == [line for line in before.out.splitlines() if len(line) > 80]


def test_the_version_is_shown() -> None:
    """As it is installed."""
    assert f"incidentkit {__version__}\n" == run("--version").out


# --- init and check ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "said"), [("en", "Wrote shop.toml."), ("es", "Escrito shop.toml.")])
def test_init_writes_settings_that_check_finds_right(here: Path, language: str, said: str) -> None:
    """What init writes runs as it is, in the language that was asked for."""
    written = run("init", "--lang", language)
    checked = run("check", "--lang", language)

    assert (0, 0) == (written.code, checked.code)
    assert written.out.startswith(said)
    assert language == load_shop(here / "shop.toml").language
    assert load_shop(here / "shop.toml").name in checked.out


def test_check_says_all_is_right_as_json(here: Path) -> None:
    """No problems, and ok."""
    run("init", "my.toml")

    assert {"file": "my.toml", "ok": True, "problems": []} == run("check", "my.toml", "--json").json


# --- demo --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "title"), [("en", "Scoreboard"), ("es", "Marcador")])
def test_demo_ends_with_the_scoreboard_and_what_to_try(here: Path, language: str, title: str) -> None:
    """The goal with its three Key Results, two lead measures, six other lines, and below them commands that work as printed."""
    answer = run("demo", "--out", "my demo", "--orders", "20", "--lang", language)
    lines = answer.out.splitlines()
    tries = [shlex.split(line)[1:] for line in lines if line.startswith("  incidentkit ")]

    assert 0 == answer.code
    assert lines[0].startswith(f"Casa Lumbre · {title} · ")
    assert 12 == len([line for line in lines if line.startswith(("▲", "▼", "●")) and ":" not in line])
    assert ["queue", "timeline", "measure"] == [args[0] for args in tries]
    assert [0, 0, 0] == [run(*args).code for args in tries]


def test_demo_shows_its_progress_beside_the_answer(here: Path) -> None:
    """Lines on stderr where nobody looks at a terminal, none with --json."""
    loud = run("demo", "--out", "a", "--orders", "5")
    quiet = run("demo", "--out", "b", "--orders", "5", "--json")

    assert 10 == len(loud.err.splitlines())
    assert "" == quiet.err
    assert {"store", "orders", "open_incidents", "messages", "continued", "scoreboard"} == set(quiet.json)
    assert 5 == quiet.json["orders"]


# --- Looking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("en", ("Queue", "Severity")), ("es", ("Cola", "Gravedad"))])
def test_queue_lists_what_is_open(demo: Path, language: str, words: tuple[str, str]) -> None:
    """As many lines as the desk has cases and tasks at that time, in its order; the last says how many cases are critical."""
    with ik.open_desk(f"sqlite:///{demo}", clock=lambda: datetime.fromisoformat(f"{NOW}T00:00+02:00")) as desk:
        items = desk.queue()
    numbers = [item.number or "–" for item in items]
    cases = [item for item in items if not item.task]
    answer = run("queue", "--store", demo, "--now", NOW, "--lang", language)
    lines = answer.out.splitlines()

    assert 0 == answer.code
    assert words[0] in lines[0]
    assert lines[2].startswith(words[1])
    assert numbers == [line.split()[2] for line in lines[3:-2]]
    assert f" {len(cases)} " in lines[-1]


def test_queue_as_json_has_the_desks_items(demo: Path) -> None:
    """The same items with every field, how many are open, and what leads to the next page."""
    answer = run("queue", "--store", demo, "--json", "--limit", "2").json

    assert {"as_of", "open", "calls", "severity_share", "items", "next"} == set(answer)
    assert {"severity", "critical", "open", "most"} == set(answer["severity_share"])
    assert all(
        item["priority"]["score"] == sum(part["points"] for part in item["priority"]["parts"]) for item in answer["items"]
    )
    assert 2 == len(answer["items"])
    assert {"incident", "type", "severity", "phase", "owner", "order", "number", "due", "overdue"} <= set(answer["items"][0])


def test_queue_can_be_one_owners(demo: Path) -> None:
    """Only what that team owns or was asked to take."""
    items = run("queue", "--store", demo, "--json", "--owner", "warehouse").json["items"]

    assert items
    assert {"out_of_stock", "wrong_product", "missing_item"} >= {item["type"] for item in items}


def test_a_long_queue_says_how_to_see_all(demo: Path) -> None:
    """What is left out is counted."""
    (said,) = (line for line in run("queue", "--store", demo, "--limit", "1").out.splitlines() if "--limit" in line)

    assert said.startswith("1 of ")


@pytest.mark.parametrize(("language", "points"), [("en", "points"), ("es", "puntos")])
def test_queue_explains_every_place(demo: Path, language: str, points: str) -> None:
    """The reasons below each add up to its points."""
    lines = run("queue", "--store", demo, "--now", NOW, "--lang", language, "--explain").out.splitlines()[2:-2]
    heads = [line for line in lines if not line.startswith("  ")]
    reasons = [int(line.split()[0]) for line in lines if line.startswith("  ")]

    assert sum(int(line.partition(f" {points}")[0].rpartition(" ")[2]) for line in heads) == sum(reasons)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["number", "id"])
def test_timeline_tells_every_event(demo: Path, name: str, language: str) -> None:
    """By the shop's number or the id: one line an event, times in the shop's zone."""
    order = in_incident(demo)
    answer = run("timeline", getattr(order, name), "--store", demo, "--lang", language)
    with ik.open_desk(f"sqlite:///{demo}") as desk:
        entries = desk.orders.timeline(order.id)
        clocks = [entry.at.astimezone(desk.shop.tzinfo).strftime("%H:%M") for entry in entries]

    assert 0 == answer.code
    assert clocks == [line.split()[0] for line in answer.out.splitlines() if line.startswith("  ")]


def test_timeline_as_json_has_the_words(demo: Path) -> None:
    """Every event with its data, and the vault's words in place of references."""
    order = in_incident(demo)
    answer = run("timeline", order.number, "--store", demo, "--json").json
    reported = next(entry for entry in answer["entries"] if entry["type"] == "incident.reported")

    assert (order.id, order.number, True) == (answer["order"], answer["number"], answer["in_incident"])
    assert {"seq", "at", "known_at", "type", "by", "stream", "data"} == set(reported)
    assert not reported["data"]["description"].startswith("text:")


def test_measure_as_json_is_the_desks_figures(demo: Path) -> None:
    """The exact document of the desk, with as_of at the instant that was given."""
    answer = run("measure", "delivery_time", "--by", "week", "--store", demo, "--now", NOW, "--json").json
    with ik.open_desk(f"sqlite:///{demo}") as desk:
        figures = desk.measure("delivery_time", by="week").as_dict()

    assert "2026-09-30T22:00:00+00:00" == answer["as_of"]
    assert {**figures, "as_of": "", "rows": figures["rows"][:4]} == {**answer, "as_of": "", "rows": answer["rows"][:4]}


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ["Window", "n", "Value", "Median", "9 in 10"]), ("es", ["Periodo", "n", "Valor", "Mediana", "9 de 10"])],
)
def test_measure_shows_a_row_for_each_window(demo: Path, language: str, expected: list[str]) -> None:
    """Every week of the month; the one that is not over is marked."""
    args = ["--by", "week", "--store", demo, "--now", NOW, "--lang", language]
    lines = run("measure", "delivery_time", *args).out.splitlines()

    assert expected == re.split(r"\s{2,}", lines[3])[:5]
    assert 5 == len(lines[4:-1])
    assert "*" in lines[-2]


def test_measure_can_be_bounded(demo: Path) -> None:
    """Only what began on those days, in the shop's zone."""
    args = ["orders_received", "--since", "2026-09-08", "--until", "2026-09-15", "--store", demo, "--json"]
    [row] = run("measure", *args).json["rows"]

    assert ("2026-09-07T22:00:00+00:00", "2026-09-14T22:00:00+00:00") == (row["from"], row["until"])


@pytest.mark.parametrize(("language", "title"), [("en", "Scoreboard"), ("es", "Marcador")])
@pytest.mark.parametrize("width", [80, 120])
def test_scoreboard_fits_the_terminal(demo: Path, language: str, title: str, width: int) -> None:
    """Six lines, none wider than the terminal, without a code of colour where nobody looks."""
    answer = run("scoreboard", "--store", demo, "--now", NOW, "--lang", language, COLUMNS=str(width))

    assert 0 == answer.code
    assert title in answer.out
    assert "\x1b" not in answer.out
    assert [] == [line for line in answer.out.splitlines() if len(line) > width]


def test_scoreboard_as_json_is_the_desks(demo: Path) -> None:
    """Six lines with their verdicts, beside the goal and the teams."""
    answer = run("scoreboard", "--store", demo, "--now", NOW, "--json").json

    assert {"as_of", "goals", "known_until", "lines", "shop", "stale", "teams"} == set(answer)
    assert 6 == len(answer["lines"])
    assert {"winning", "losing", "unknown"} >= {line["verdict"] for line in answer["lines"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_plugins_need_no_store(here: Path, language: str) -> None:
    """The built-in ones are listed in an empty folder, and nothing is made in it."""
    answer = run("plugins", "--lang", language)

    assert 0 == answer.code
    assert {"local", "journal"} <= {line.split()[0] for line in answer.out.splitlines()}
    assert [] == list(here.iterdir())


def test_a_blocked_plugin_is_listed_as_such(here: Path) -> None:
    """The settings beside which the command runs decide."""
    (here / "shop.toml").write_text('blocked_plugins = ["journal"]\n')
    blocked = {plugin["name"]: plugin["blocked"] for plugin in run("plugins", "--json").json["plugins"]}

    assert {"journal": True, "local": False} == {name: blocked[name] for name in ("journal", "local")}


# --- Which shop --------------------------------------------------------------------------------------------------


def test_settings_beside_the_command_win_over_those_kept(demo: Path, here: Path) -> None:
    """./shop.toml where it is, else what the store keeps; --shop over both."""
    kept = run("scoreboard", "--store", demo).out
    (here / "shop.toml").write_text('[shop]\nname = "Beside"\n')
    (here / "other.toml").write_text('[shop]\nname = "Named"\n')

    assert kept.startswith("Casa Lumbre")
    assert run("scoreboard", "--store", demo).out.startswith("Beside")
    assert run("scoreboard", "--store", demo, "--shop", "other.toml").out.startswith("Named")


def test_a_store_may_be_a_url_or_a_path(demo: Path) -> None:
    """Both find the same queue."""
    path, url = (run("queue", "--store", store, "--now", NOW) for store in (demo, f"sqlite:///{demo}"))

    assert path == url


# --- import ------------------------------------------------------------------------------------------------------

PROFILE = """
name = "till"
zone = "America/Lima"
currency = "PEN"
[sources.orders]
files = ["orders.csv"]
[[orders]]
source = "orders"
key = "id"
number = "id"
placed = "at"
[[orders.events]]
event = "confirmed"
at = "confirmed"
"""


def till(here: Path) -> None:
    """A profile and the file that it reads."""
    (here / "till.toml").write_text(PROFILE)
    (here / "orders.csv").write_text("id,at,confirmed\nA-1,2026-01-05T10:00,2026-01-05T09:00\nA-2,2026-01-06T10:00,\nA-3,,\n")


@pytest.mark.parametrize(("language", "said"), [("en", "Imported from till"), ("es", "Importado de till")])
def test_import_reads_and_reports(here: Path, language: str, said: str) -> None:
    """What came in, what was marked, what was rejected and where; a second time brings nothing new."""
    till(here)
    first, second = (run("import", "--profile", "till.toml", "--store", "s.db", ".", "--lang", language) for _ in range(2))

    assert (0, 0) == (first.code, second.code)
    assert first.out.startswith(said)
    assert "orders.csv, line 4" in first.out
    assert ("Nothing new" in second.out) or ("Nada nuevo" in second.out)


def test_a_new_store_takes_zone_and_currency_from_the_profile(here: Path) -> None:
    """The days of its figures are the profile's."""
    till(here)
    run("import", "--profile", "till.toml", "--store", "s.db", "orders.csv")

    with ik.open_desk("sqlite:///s.db") as desk:
        assert ("America/Lima", "PEN") == (desk.shop.zone, desk.shop.currency)


def test_import_as_json_is_the_report(here: Path) -> None:
    """Counts by what they count."""
    till(here)
    report = run("import", "--profile", "till.toml", "--store", "s.db", ".", "--json").json

    assert ("till", 2, {"missing:placed": 1}) == (report["profile"], report["orders_new"], report["rejected"])
