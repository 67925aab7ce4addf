"""What shop.toml says of channels: waiting, resting, limits, and the ways to a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_to_json
from incidentkit.domain.retrying import BreakerPolicy, RateLimit, RetryPolicy
from incidentkit.domain.shop import ChannelSettings
from incidentkit.errors import ConfigurationError

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

WHOLE = """
[shop]
fallback = ["sms", "call"]

[channels.email]
rate = { count = 100, per = "1m" }

[channels.email.retry]
wait = "random_exponential"
start = "2m"
min = "1m"
max = "3h"
exp_base = 3
stop = ["after_attempt", "before_delay"]
attempts = 5
delay = "2d"
retry_after_max = "6h"

[channels.email.breaker]
failures = 3
rest = "5m"
max_rest = "1h"

[channels.sms.retry]
wait = "chain"
chain = ["1m", "1h"]
"""


def test_everything_can_be_said() -> None:
    """By tenacity's names, with durations as people write them; what is left out has its default."""
    shop = parse_shop(WHOLE)
    retry = RetryPolicy(
        wait="random_exponential",
        start=2 * MINUTE,
        min=MINUTE,
        max=3 * HOUR,
        exp_base=3.0,
        stop=("after_attempt", "before_delay"),
        attempts=5,
        delay=timedelta(days=2),
        retry_after_max=6 * HOUR,
    )
    breaker = BreakerPolicy(failures=3, rest=5 * MINUTE, max_rest=HOUR)

    assert ("sms", "call") == shop.fallback
    assert ChannelSettings("email", "", retry, breaker, RateLimit(count=100, per=MINUTE)) == shop.channel_settings("email")
    assert RetryPolicy(wait="chain", chain=(MINUTE, HOUR)) == shop.channel_settings("sms").retry


def test_it_comes_back_from_json() -> None:
    """As the store keeps it."""
    shop = parse_shop(WHOLE)

    assert shop == shop_from_json(shop_to_json(shop))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            '[channels.email.retry]\nwait = "expo"',
            (
                "channels.email.retry.wait: expected one of fixed, random, incrementing, exponential, random_exponential,"
                " exponential_jitter, chain, found 'expo'"
            ),
        ),
        ("[channels.email.retry]\nattempts = 0", "channels.email.retry.attempts: expected from 1 to 100, found 0"),
        (
            '[channels.email.retry]\nstop = ["never"]',
            "channels.email.retry.stop[0]: expected one of after_attempt, after_delay, before_delay, found 'never'",
        ),
        (
            '[channels.email.retry]\nwait = "chain"\nchain = ["1m", "soon"]',
            'channels.email.retry.chain[1]: expected a duration such as "4h" or "3d", found \'soon\'',
        ),
        ("[channels.email]\nrate = 3", "channels.email.rate: expected a table, found 3"),
        ('[channels.email]\nrate = { count = 0, per = "1m" }', "channels.email.rate.count: expected at least 1, found 0"),
        (
            "[channels.email]\nrate = { count = 1 }",
            'channels.email.rate.per: expected a duration such as "4h" or "3d", found nothing',
        ),
        (
            '[channels.email.breaker]\nrests = "1m"',
            (
                "channels.email.breaker.rests: expected one of the keys failures, rest, max_rest,"
                " found an unknown key (did you mean rest?)"
            ),
        ),
        (
            '[channels.email.breaker]\nrest = "2h"',
            "channels.email.breaker.max_rest: expected at least rest (2:00:00), found 0:30:00",
        ),
        ('[shop]\nfallback = ["call", "sms"]', "shop.fallback: expected each way once, and call at the end, found call, sms"),
    ],
)
def test_a_mistake_is_named_by_its_place(text: str, problem: str) -> None:
    """With what was expected there, and what stands there."""
    with pytest.raises(ConfigurationError) as caught:
        parse_shop(text)

    assert [problem] == [str(each) for each in caught.value.problems]
