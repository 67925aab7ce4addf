"""What shop.toml says of clocks and escalation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_to_json
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.targets import Targets
from incidentkit.errors import ConfigurationError

HOUR = timedelta(hours=1)
YEARS = timedelta(days=3_653, seconds=1)
SPANS = ("communicate_within", "resolve_within", "first_response", "update_every", "attempt_every", "reopen_within")


def late(key: str, span: timedelta) -> Protocol:
    """A protocol that counts to so much."""
    given: dict[str, Any] = {key: span}
    return Protocol("late", **given)


def test_targets_of_a_severity_are_completed_by_the_protocols() -> None:
    """What a table leaves out is what the protocol says, as it is built in or given."""
    shop = parse_shop(
        '[protocols.damaged]\nupdate_every = "9h"\n'
        '[protocols.damaged.by_severity.critical]\nresolve_within = "5h"\nfirst_response = "none"'
    )
    protocol = shop.protocol("damaged")

    assert protocol is not None
    assert Targets(None, 4 * HOUR, 9 * HOUR, 5 * HOUR) == protocol.targets("critical")
    assert Targets(4 * HOUR, 4 * HOUR, 9 * HOUR, 16 * HOUR) == protocol.targets("minor")


def test_a_mistake_in_them_is_named_by_its_place() -> None:
    """A severity that the shop has not, and a duration that is none."""
    with pytest.raises(ConfigurationError, match=r"protocols.late.by_severity.huge: expected one of critical, minor"):
        parse_shop('[protocols.late.by_severity.huge]\nresolve_within = "5h"')
    with pytest.raises(ConfigurationError, match=r"protocols.late.by_severity.minor.resolve_within"):
        parse_shop('[protocols.late.by_severity.minor]\nresolve_within = "soon"')
    with pytest.raises(ConfigurationError, match=r"protocols.late.by_severity.minor"):
        parse_shop("[protocols.late.by_severity]\nminor = 3")
    with pytest.raises(ConfigurationError, match=r"protocols.late.by_severity"):
        parse_shop("[protocols.late]\nby_severity = 3")


def test_a_clock_has_ten_years_at_the_most() -> None:
    """One that nobody could count to the end is refused by its place in the file; ten years are taken."""
    with pytest.raises(ConfigurationError) as caught:
        parse_shop('[shop]\nlongest_wait = "600w"\n[protocols.late]\nresolve_within = "3653d 1s"\nupdate_every = "3653d"')
    places = {str(problem).split(":")[0] for problem in caught.value.problems}

    assert {"shop.longest_wait", "protocols.late.resolve_within"} == places


def test_settings_of_clocks_come_back_from_json() -> None:
    """As the store keeps them."""
    shop = Shop(
        teams=(Team("after-sales", escalation=("eva", "after-sales")),),
        agents=(Agent("eva", "after-sales", "supervisor"),),
        protocols=(Protocol("late", by_severity={"minor": Targets(HOUR, None, HOUR, HOUR)}, clock="elapsed"),),
        warn_at=0.5,
        escalate_every=HOUR,
        longest_wait=3 * HOUR,
    )

    assert shop == shop_from_json(shop_to_json(shop))


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"warn_at": 0.0}, "warn_at: expected a share above 0 and at most 1, found 0"),
        ({"warn_at": 1.5}, "warn_at: expected a share above 0 and at most 1, found 1.5"),
        ({"escalate_every": timedelta(0)}, "escalate_every: expected more than nothing"),
        ({"longest_wait": -HOUR}, "longest_wait: expected more than nothing"),
        ({"escalate_every": YEARS}, "escalate_every: expected at most ten years, found 3653 days, 0:00:01"),
        ({"longest_wait": YEARS}, "longest_wait: expected at most ten years"),
        ({"teams": (Team("after-sales", accept_within=YEARS),)}, r"teams\[0\].accept_within: expected at most ten years"),
        ({"teams": (Team("after-sales", accept_within=-HOUR),)}, r"teams\[0\].accept_within: expected 0 or more"),
        *(({"protocols": (late(key, YEARS),)}, f"protocols.late.{key}: expected at most ten") for key in SPANS),
        *(({"protocols": (late(key, -HOUR),)}, f"protocols.late.{key}: expected 0 or more") for key in SPANS),
        (
            {"protocols": (Protocol("late", by_severity={"minor": Targets(update_every=YEARS)}),)},
            "protocols.late.by_severity.minor.update_every: expected at most ten years",
        ),
        ({"teams": (Team("after-sales", escalation=("nobody",)),)}, r"teams\[0\].escalation: expected teams or agents"),
    ],
)
def test_senseless_settings_are_refused(given: dict[str, object], problem: str) -> None:
    """With what was expected in their place."""
    with pytest.raises(ConfigurationError, match=problem):
        Shop(**given)  # type: ignore[arg-type]


def test_a_case_is_raised_to_the_supervisors_of_its_team() -> None:
    """Without a chain; where it has none, to the shop's; where there is none at all, to nobody."""
    agents = (Agent("ana", "a", "supervisor"), Agent("eva", "b", "supervisor"), Agent("leo", "b"))
    shop = Shop(teams=(Team("a"), Team("b"), Team("c"), Team("d", escalation=("leo",))), default_team="a", agents=agents)

    assert [("ana",), ("eva",), ("ana", "eva"), ("leo",)] == [shop.escalation(team) for team in "abcd"]
    assert () == Shop().escalation("after-sales")
