"""A shop's settings fit together, or every mistake in them is named at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Agent, Shop, Survey, Team
from incidentkit.domain.surveys import Scale
from incidentkit.errors import ConfigurationError
from incidentkit.testing.strategies import shops

TOKEN = "hunter2-token"

BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown zone": (
        {"zone": "Mars/Olympus"},
        "zone: expected an IANA time zone such as Europe/Madrid, found 'Mars/Olympus'",
    ),
    "a currency in small letters": (
        {"currency": "eur"},
        "currency: expected three capital letters such as EUR, found 'eur'",
    ),
    "no currency": ({"currency": "XXX"}, "currency: expected three capital letters such as EUR, found 'XXX'"),
    "no severity": (
        {"severities": (), "protocols": ()},
        "severities: expected at least one, each once, the most severe first",
    ),
    "a severity twice": (
        {"severities": ("critical", "minor", "minor")},
        "severities: expected at least one, each once, the most severe first",
    ),
    "a team twice": ({"teams": (Team("after-sales"),) * 2}, "teams: 'after-sales' stands there twice"),
    "an agent twice": ({"agents": (Agent("ana", "after-sales"),) * 2}, "agents: 'ana' stands there twice"),
    "a protocol twice": ({"protocols": (Protocol("late"),) * 2}, "protocols: 'late' stands there twice"),
    "a survey twice": ({"surveys": (Survey("csat"),) * 2}, "surveys: 'csat' stands there twice"),
    "an unknown default team": ({"default_team": "night"}, "default_team: expected one of after-sales, found 'night'"),
    "an agent of no team": (
        {"agents": (Agent("ana", "night"),)},
        "agents.ana.team: expected one of after-sales, found 'night'",
    ),
    "an agent called as a team": (
        {"agents": (Agent("after-sales", "after-sales"),)},
        "agents.after-sales: a team has that name too; expected another",
    ),
    "a protocol of no team": (
        {"protocols": (Protocol("late", team="night"),)},
        "protocols.late.team: expected one of after-sales, found 'night'",
    ),
    "an unknown severity": (
        {"protocols": (Protocol("late", severity="huge"),)},
        "protocols.late.severity: expected one of critical, minor, found 'huge'",
    ),
    "an unknown survey": (
        {"protocols": (Protocol("late", survey="ces"),)},
        "protocols.late.survey: expected one of csat, nps, found 'ces'",
    ),
    "a threshold off the scale": (
        {"protocols": (Protocol("late", threshold=6),)},
        "protocols.late.threshold: expected 1 to 5, found 6",
    ),
}


def problems(**settings: Any) -> tuple[str, ...]:
    """What is wrong with a shop of these settings."""
    with pytest.raises(ConfigurationError) as refused:
        Shop(**settings)
    found: tuple[str, ...] = refused.value.problems
    return found


def test_the_defaults_run_as_they_are() -> None:
    """A shop that decides nothing has all built-in types, each with a protocol."""
    types = "out_of_stock damaged wrong_product missing_item late lost not_received wrong_address quality billing other"

    assert types.split() == [protocol.type for protocol in Shop().protocols]


def test_lost_parcels_are_counted_together() -> None:
    """Late, lost and not received are the group logistics, and no other type is."""
    assert ["late", "lost", "not_received"] == [p.type for p in DEFAULT_PROTOCOLS if p.group == "logistics"]


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_mistake_is_named_with_its_path(name: str) -> None:
    """The path, what was expected, and what was found."""
    settings, expected = BROKEN[name]

    assert (expected,) == problems(**settings)


def test_all_mistakes_are_named_at_once() -> None:
    """Nobody has to correct one to see the next; the text has them all, too."""
    settings = {
        "zone": "Mars/Olympus",
        "currency": "eur",
        "default_team": "night",
        "agents": (Agent("ana", "day"),),
        "protocols": (Protocol("late", team="noon", severity="huge", survey="ces"), Protocol("lost", threshold=9)),
    }
    with pytest.raises(ConfigurationError) as refused:
        Shop(**settings)  # type: ignore[arg-type]

    paths = [problem.partition(":")[0] for problem in refused.value.problems]
    protocol = ["protocols.late.team", "protocols.late.severity", "protocols.late.survey", "protocols.lost.threshold"]
    assert ["zone", "currency", "default_team", "agents.ana.team", *protocol] == paths
    assert all(problem in str(refused.value) for problem in refused.value.problems)


def test_no_teams_at_all_is_said_plainly() -> None:
    """An empty list is named as none."""
    assert ("default_team: expected one of none, found 'after-sales'",) == problems(teams=())


@given(shops(token=TOKEN))
def test_a_shops_repr_shows_no_setting_of_plugins(shop: Shop) -> None:
    """Secrets and what plugins were told stay out of it."""
    assert TOKEN not in repr(shop)


@given(shops())
def test_parts_are_found_by_their_names(shop: Shop) -> None:
    """Each team, agent, protocol and survey by its own, and none by another."""
    assert shop.teams == tuple(shop.team(t.name) for t in shop.teams)
    assert shop.agents == tuple(shop.agent(a.name) for a in shop.agents)
    assert shop.protocols == tuple(shop.protocol(p.type) for p in shop.protocols)
    assert shop.surveys == tuple(shop.survey(s.name) for s in shop.surveys)
    assert [None] * 4 == [find("no such") for find in (shop.team, shop.agent, shop.protocol, shop.survey)]


@given(shops())
def test_severities_are_ranked_from_the_most_severe(shop: Shop) -> None:
    """In the order of the settings; one that they no longer name comes last."""
    ranks = [shop.rank(severity) for severity in (*shop.severities, "no such")]

    assert list(range(len(shop.severities) + 1)) == ranks


def test_a_shops_zone_is_a_tzinfo() -> None:
    """Days and weeks are read in it."""
    assert ZoneInfo("Europe/Madrid") == Shop(zone="Europe/Madrid").tzinfo


def test_a_threshold_may_be_either_end_of_its_scale() -> None:
    """Both ends of the survey's own scale are on it."""
    nps = (Survey("nps", Scale(0, 10)),)
    shop = Shop(surveys=nps, protocols=(Protocol("a", survey="nps", threshold=0), Protocol("b", survey="nps", threshold=10)))

    assert [0, 10] == [protocol.threshold for protocol in shop.protocols]


def test_a_protocol_may_demand_nothing() -> None:
    """None is no deadline; the defaults have one."""
    assert (timedelta(hours=4), None) == (
        Protocol("a").communicate_within,
        Protocol("a", communicate_within=None).communicate_within,
    )
