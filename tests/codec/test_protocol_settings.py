"""Protocols in shop.toml: steps, remedies and texts, each mistake at its place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_to_json
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.protocols import ProtocolStep
from incidentkit.errors import ConfigurationError

FILE = """
[[agents]]
name = "ana"
team = "after-sales"

[protocols.damaged]
version = 2
remedies = ["replacement", "refund"]
messages = { offered = "damaged" }

[[protocols.damaged.steps]]
name = "tell"
done_by = "notify"

[[protocols.damaged.steps]]
name = "photos"
what = { en = "Ask for photos", es = "Pedir fotos" }
after = ["tell"]
within = "4h"
who = "ana"
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        parse_shop(text)
    return [str(problem) for problem in refused.value.context["problems"]]


def test_a_protocol_is_read_whole() -> None:
    """What the file leaves out is as in the built-in one of that type."""
    found = parse_shop(FILE).protocol("damaged")

    assert found is not None
    assert (2, ("replacement", "refund"), {"offered": "damaged"}) == (found.version, found.remedies, found.messages)
    assert ("critical", "transit") == (found.severity, found.step)
    assert (
        ProtocolStep("tell", done_by="notify"),
        ProtocolStep(
            "photos", {"en": "Ask for photos", "es": "Pedir fotos"}, after=("tell",), within=timedelta(hours=4), who="ana"
        ),
    ) == found.steps


def test_a_file_without_steps_has_the_built_in_ones() -> None:
    """Of every type that is built in."""
    assert DEFAULT_PROTOCOLS == parse_shop("[shop]\nname = 'A'").protocols


def test_a_shop_comes_back_with_its_protocols() -> None:
    """From the store, where it is kept as JSON."""
    shop = parse_shop(FILE)

    assert shop == shop_from_json(shop_to_json(shop))


@pytest.mark.parametrize(
    ("given", "instead", "expected"),
    [
        ('done_by = "notify"', 'done_by = "notfy"', "protocols.damaged.steps[0].done_by: expected one of own, notify, "),
        ('after = ["tell"]', 'after = ["offer"]', "protocols.damaged.steps[1].after: expected steps that stand before it"),
        ('who = "ana"', 'who = "pepe"', "protocols.damaged.steps[1].who: expected after-sales, ana, supervisor, found 'pepe'"),
        ('within = "4h"', 'within = "soon"', "protocols.damaged.steps[1].within: expected a duration"),
        ('within = "4h"', 'winthin = "4h"', "protocols.damaged.steps[1].winthin: expected one of the keys"),
        ("version = 2", "version = 0", "protocols.damaged.version: expected 1 or more, found 0"),
        ("offered =", "ofered =", "protocols.damaged.messages.ofered: expected one of the points told, offered"),
        ('"replacement", "refund"', '"refund", "refund"', "protocols.damaged.remedies: expected each kind once"),
    ],
)
def test_a_mistake_is_told_with_its_place(given: str, instead: str, expected: str) -> None:
    """Alone, as each of these is the only one."""
    (problem,) = mistakes(FILE.replace(given, instead))

    assert problem.startswith(expected)


def test_a_step_of_an_agent_with_another_mistake_is_none() -> None:
    """The agent is in the file: what is wrong is said once."""
    found = mistakes(FILE.replace('team = "after-sales"', 'team = "after-sales"\nrole = 7'))

    assert ["agents[0].role"] == [problem.partition(":")[0] for problem in found]
