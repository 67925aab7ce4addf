"""The policy of sending and agents' addresses in shop.toml."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_to_json
from incidentkit.domain.sending import FrequencyCap, QuietHours, SendPolicy
from incidentkit.domain.shop import Agent, Shop
from incidentkit.errors import ConfigurationError
from incidentkit.testing.strategies import send_policies

WHOLE = """
[sending]
consent = ["marketing", "survey"]
legal_passes = ["opt_outs", "quiet_hours"]
bundle_within = "10m"
staff_bundle_within = "0s"
staff_channel = "email"
overtaken_after = "2h"

[sending.quiet_hours]
sms = { "mon-fri" = ["21:00-09:00"], "sat-sun" = ["20:00-11:00"] }
chat = ""

[[sending.caps]]
most = 3
per = "1d"
channels = ["sms"]

[sending.purposes]
"order.cancelled" = "legal"
"""


def test_everything_can_be_said() -> None:
    """What the file says of one channel leaves the quiet hours of others as they are by default."""
    expected = SendPolicy(
        quiet_hours={
            "phone": QuietHours("21:00-09:00"),
            "sms": QuietHours({"mon-fri": ["21:00-09:00"], "sat-sun": ["20:00-11:00"]}),
            "chat": QuietHours(),
        },
        caps=(FrequencyCap(3, timedelta(days=1), channels=("sms",)),),
        consent=("marketing", "survey"),
        legal_passes=("opt_outs", "quiet_hours"),
        purposes={"order.cancelled": "legal"},
        bundle_within=timedelta(minutes=10),
        staff_bundle_within=timedelta(0),
        staff_channel="email",
        overtaken_after=timedelta(hours=2),
    )

    assert expected == parse_shop(WHOLE).sending


def test_without_a_word_the_defaults_count() -> None:
    """Phones are quiet at night, mail never, and nothing of an order waits."""
    policy = parse_shop("").sending

    assert SendPolicy() == policy
    assert policy.quiet("sms", "phone")
    assert not policy.quiet("email", "email")
    assert timedelta(0) == policy.bundle_within


@given(send_policies())
def test_a_policy_is_kept_as_it_is(policy: SendPolicy) -> None:
    """The copy of the settings that a store keeps says the same."""
    assert policy == shop_from_json(shop_to_json(Shop(sending=policy))).sending


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sending.quiet_hours.phone", "[sending.quiet_hours]\nphone = 21"),
        ("sending.quiet_hours.phone", "[sending.quiet_hours]\nphone = { mon = 21 }"),
        ("sending.quiet_hours.phone", "[sending.quiet_hours]\nphone = { mon = [21] }"),
        ("sending.quiet_hours.phone", '[sending.quiet_hours]\nphone = "00:00-24:00"'),
        ("sending.quiet_hours.phone", '[sending.quiet_hours]\nphone = { someday = ["21:00-09:00"] }'),
        ("sending.caps[0]", '[[sending.caps]]\nmost = 0\nper = "1d"'),
        ("sending.legal_passes[0]", '[sending]\nlegal_passes = ["everything"]'),
        ("sending.consent[0]", '[sending]\nconsent = ["newsletter"]'),
        ("sending", '[sending]\nconsent = ["staff"]'),
        ("sending", '[sending]\nbundle_within = "3d"'),
        ("sending.pourposes", "[sending.pourposes]"),
        ("agents[0].email", '[[agents]]\nname = "ana"\nteam = "after-sales"\nemail = "ana"'),
        ("agents[0].language", '[[agents]]\nname = "ana"\nteam = "after-sales"\nlanguage = "Spanish"'),
    ],
)
def test_each_mistake_is_named_where_it_is(path: str, text: str) -> None:
    """By its place in the file."""
    with pytest.raises(ConfigurationError) as error:
        parse_shop(text)

    assert [path] == [str(problem).partition(":")[0] for problem in error.value.problems]


def test_agents_have_addresses() -> None:
    """And a language of their own; no repr shows the address."""
    text = '[[agents]]\nname = "ana"\nteam = "after-sales"\nemail = "ana@example.com"\nlanguage = "es"'
    (ana,) = parse_shop(text).agents

    assert Agent("ana", "after-sales", email="ana@example.com", language="es") == ana
    assert "ana@example.com" not in repr(ana)
