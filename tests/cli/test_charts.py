"""Control charts and lead measures in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import incidentkit as ik
from incidentkit.phrases.words import LANGUAGES
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import NOW, Answer, run

MONDAY = datetime(2024, 1, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty weeks of an order each: slow confirmations make slow hand-overs three weeks later, and one week stands out."""
    file, draw = tmp_path_factory.mktemp("charts") / "shop.db", Random("store")
    waits = [draw.uniform(1, 10) for _ in range(60)]
    clock = ManualClock(MONDAY + timedelta(weeks=70))
    with ik.open_desk(f"sqlite:///{file}", ik.Shop(zone="UTC", name="La tienda"), clock=clock) as desk, desk.batch():
        for place, wait in enumerate(waits):
            at = MONDAY + timedelta(weeks=place)
            order = desk.orders.place(lines=[ik.Line("A", 1, "9.90")], at=at)
            desk.orders.confirm(order.id, at=at + timedelta(hours=wait + 36 * (place == 20)))
            before = waits[place - 3] if place >= 3 else draw.uniform(1, 10)
            desk.orders.ship(order.id, carrier="post", at=at + timedelta(hours=48 + before + draw.uniform(0, 2)))
    return file


Ask = Callable[..., Answer]
CHART = ("measure", "order_confirmation_time", "--chart", "--least", "1")


@pytest.fixture
def ask(store: Path) -> Ask:
    """Runs a command on that store, in its present."""
    return lambda *args, **env: run(*args, "--store", store, "--now", "2025-05-05", **env)


@pytest.mark.parametrize(
    ("language", "news", "alarm"),
    [
        ("en", "1 of 60 windows say something new:", "▼ worse  20–26 May 2024"),
        ("es", "1 de 60 ventanas dicen algo nuevo:", "▼ peor  20–26 may 2024"),
    ],
)
def test_the_news_comes_first(ask: Ask, language: str, news: str, alarm: str) -> None:
    """Below the title stands how many windows are news, then each with its window, and only then the table."""
    lines = ask(*CHART, "--lang", language).out.splitlines()
    table = lines[lines.index("") + 2 :]

    assert (news, True) == (lines[1], lines[2].strip().startswith(alarm))
    assert (60, 1) == (len(table), sum(line.endswith(alarm[:8].rstrip()) for line in table))


def test_calm_is_said(ask: Ask) -> None:
    """Where nothing is news the first line says so."""
    assert (
        "60 windows, and none says anything new: what moves here is noise."
        == ask("measure", "handover_time", "--chart", "--least", "1").out.splitlines()[1]
    )


def test_a_chart_as_json(ask: Ask, store: Path) -> None:
    """The same as the desk gives."""
    with ik.open_desk(f"sqlite:///{store}", clock=ManualClock(datetime(2025, 5, 5, tzinfo=UTC))) as desk:
        expected = desk.signals("order_confirmation_time", least_n=1).as_dict()

    assert expected == ask(*CHART, "--json").json


def test_what_a_chart_takes(ask: Ask) -> None:
    """Window, bounds, rules, baseline, segment and statistic arrive at the desk."""
    found = ask(
        *CHART, "--by", "month", "--rule", "run_of_8", "--rule", "beyond", "--baseline", "2024-01-01", "2024-04-01",
        "--segment", "carrier", "post", "--statistic", "p90", "--since", "2024-01-01", "--json",
    ).json  # fmt: skip

    assert ("month", {"carrier": "post"}, "p90", ["beyond", "run_of_8"]) == (
        found["by"], found["segment"], found["statistic"], found["rules"],
    )  # fmt: skip
    assert [True] * 3 == [point["baseline"] for point in found["points"]][:3]
    assert not any(point["baseline"] for point in found["points"][3:])


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (("--by", "week", "--by", "team"), 2, "--segment"),
        (("--rule", "hunch"), 1, "run_of_8"),
        (("--baseline", "soon", "2024-01-01"), 2, "soon"),
    ],
)
def test_what_makes_no_chart(ask: Ask, given: tuple[str, ...], code: int, said: str) -> None:
    """A segment beside the window, an unknown rule and a baseline that is no day are refused by name."""
    answer = ask(*CHART, *given)

    assert (code, "", True) == (answer.code, answer.out, said in answer.err)


def test_a_chart_of_the_demo(demo: Path) -> None:
    """A month's measures can be charted by the day, in both languages, and nothing stands in the way of too few windows."""
    for language in LANGUAGES:
        for name in ("orders_received", "incident_rate", "delivery_time"):
            shown = run("measure", name, "--chart", "--by", "day", "--store", demo, "--now", NOW, "--lang", language)

            assert (0, "", True) == (shown.code, shown.err, len(shown.out.splitlines()) > 3)


# --- Lead measures -----------------------------------------------------------------------------------------------

PAIR = ("leads", "order_confirmation_time", "handover_time")


@pytest.mark.parametrize(("language", "said"), [("en", "by about 3 weeks"), ("es", "en unas 3 semanas")])
def test_a_lead_measure_that_leads(ask: Ask, language: str, said: str) -> None:
    """The first sentence says that it leads, and by how much; the figures and what they don't prove stand below."""
    lines = ask(*PAIR, "--lang", language).out.splitlines()

    assert said in lines[0]
    assert "p = 0" in lines[1]
    assert 4 == len(lines)


def test_no_evidence_names_what_could_have_been_seen(ask: Ask) -> None:
    """Where nothing is found, the sentence says how strong an association would have had to be."""
    out = ask("leads", "handover_time", "order_confirmation_time", "--lag-statistic", "p50", "--pairs", "4").out

    assert out.startswith("No evidence")
    assert "can be told from chance" in out
    assert "4 pairs" in out


def test_evidence_as_json(ask: Ask) -> None:
    """A program gets verdict, lag, association, p and n."""
    [found] = ask(*PAIR, "--json").json["evidence"]

    assert ("leads", 3, True, None) == (found["verdict"], found["lag_weeks"], found["hoped"], found["reason"])


@pytest.mark.parametrize("given", [("leads",), ("leads", "handover_time"), ("leads", "handover_time", "no_such_measure")])
def test_leads_needs_two_measures(ask: Ask, given: tuple[str, ...]) -> None:
    """One that is missing, or unknown, is said."""
    answer = ask(*given)

    assert answer.code in (1, 2)
    assert ("", True) == (answer.out, bool(answer.err))


def test_an_objective_that_is_not_there(ask: Ask) -> None:
    """The evidence of a goal is asked for by its id."""
    assert 1 == ask("leads", "--objective", "nothing").code
