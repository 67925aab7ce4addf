"""Which measures a desk knows, and which it refuses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

import incidentkit as ik
from incidentkit.domain.readings import OwnMeasure
from incidentkit.hooks import Measure, hookimpl, reading_measure
from incidentkit.measures.conditions import AtLeast, Equals
from incidentkit.measures.definitions import MEASURES


class Bringing:
    """A plugin that brings these."""

    def __init__(self, *measures: Any) -> None:
        self.measures = measures

    @hookimpl
    def incidentkit_register_measures(self) -> Iterable[Measure]:
        """What it was made with."""
        return self.measures


class Again(Bringing):
    """Another one."""


def a_desk(*measures: Any, **settings: Any) -> ik.Desk:
    """A desk with a plugin that brings those measures."""
    return ik.open_desk("sqlite://", ik.Shop(**settings), plugins=[Bringing(*measures)])


CALLS = reading_measure("rings", "count", "calls made")
LARGE = Measure(
    name="large_orders",
    unit="orders",
    kind="count",
    facts="orders",
    when="placed_at",
    where=(AtLeast("value", 1_000_000),),
    definition="orders of 100 or more",
    formula="count of orders of 100 or more",
    better="up",
    role="lag",
)


def test_measures_of_all_three_are_known() -> None:
    """Those that ship, the shop's own and a plugin's are asked for in the same way."""
    with a_desk(CALLS, measures=(OwnMeasure("mood", "score"),)) as desk:
        assert {*MEASURES, "mood", "rings"} <= set(desk.measures.names)
        assert 0 == desk.measure("rings").rows[0].value


def test_a_measure_over_the_record_is_never_stale() -> None:
    """A plugin's measure over what no other looks at is worked out anew each time, whatever changes."""
    with a_desk(LARGE) as desk:
        earlier, found = desk.clock() - timedelta(days=9), []
        for price in ("100", "99", "120"):
            desk.orders.place("c-1", [ik.Line("cup", 1, price)], at=earlier)
            found.append(desk.measure("large_orders", by="week").rows[0].n)

    assert [1, 1, 2] == found


@pytest.mark.parametrize(
    ("measure", "match"),
    [
        (evolve(CALLS, name="nps"), "nps, which ships already"),
        (evolve(LARGE, where=(Equals("colour", "red"),)), "facts_orders.colour"),
        (evolve(LARGE, facts="order_products"), "facts_order_products"),
        (evolve(CALLS, name="Rings"), "small letters, digits and _"),
        ("rings", "a str that is no Measure"),
        (evolve(CALLS, name="mood"), "which the shop's settings have too"),
    ],
)
def test_a_plugin_with_a_bad_measure_is_refused(measure: Any, match: str) -> None:
    """The error names the plugin and what is wrong."""
    with pytest.raises(ik.PluginError, match=match) as refused:
        a_desk(measure, measures=(OwnMeasure("mood", "score"),))

    assert refused.value.plugin


def test_two_plugins_with_one_name_are_refused() -> None:
    """A measure is defined once."""
    with pytest.raises(ik.PluginError, match="rings again"):
        ik.open_desk("sqlite://", ik.Shop(), plugins=[Bringing(CALLS), Again(CALLS)])


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"measures": (OwnMeasure("nps", "score"),)}, r"measures\[0\]\.name: 'nps' ships already"),
        ({"scoreboard": (ik.ScoreboardLine("incidentrate"),)}, r"scoreboard\[0\]\.measure: .*did you mean incident_rate"),
        ({"scoreboard": (ik.ScoreboardLine("nps", target=101),)}, r"scoreboard\[0\]\.target: expected points"),
        ({"scoreboard": (ik.ScoreboardLine("nps", statistic="p50"),)}, r"scoreboard\[0\]\.statistic: expected value"),
    ],
)
def test_settings_that_name_no_measure_are_refused(settings: dict[str, Any], match: str) -> None:
    """What the settings ask of measures is checked when the desk opens, with its path."""
    with pytest.raises(ik.ConfigurationError, match=match):
        ik.open_desk("sqlite://", ik.Shop(**settings))


@pytest.mark.parametrize(
    ("measures", "match"),
    [
        ((OwnMeasure("mood", "score"), OwnMeasure("mood", "count")), "'mood' stands there twice"),
        ((OwnMeasure("My mood", "score"),), r"measures\[0\]\.name: expected small letters"),
    ],
)
def test_own_measures_have_names_of_their_own(measures: tuple[OwnMeasure, ...], match: str) -> None:
    """The shop itself refuses two of one name, and a name that is none."""
    with pytest.raises(ik.ConfigurationError, match=match):
        ik.Shop(measures=measures)
