"""The shop's policy for what comes in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from incidentkit.codec.settings import parse_shop
from incidentkit.domain.inbound import FILE_TYPES, InboundPolicy
from incidentkit.errors import ConfigurationError, InvalidInput


def test_the_policy_that_a_shop_has_without_saying_so() -> None:
    """Files up to ten million bytes of every known type, and twenty messages of a sender in an hour."""
    policy = InboundPolicy()

    assert (10_000_000, FILE_TYPES) == (policy.attachment_bytes, policy.attachment_types)
    assert (20, timedelta(hours=1)) == (policy.per_sender, policy.per)


@pytest.mark.parametrize(
    "given",
    [
        {"attachment_bytes": -1},
        {"attachment_bytes": 10**12},
        {"attachment_types": ("text/html",)},
        {"per_sender": 0},
        {"per": timedelta(0)},
        {"per": timedelta(days=400)},
    ],
)
def test_what_makes_no_policy_is_refused(given: dict[str, Any]) -> None:
    """Each is named."""
    with pytest.raises(InvalidInput):
        InboundPolicy(**given)


def test_the_settings_say_it() -> None:
    """Under ``[inbound]``; a mistake is named with its path."""
    shop = parse_shop('[inbound]\nper_sender = 3\nper = "2h"\n')

    assert InboundPolicy(per_sender=3, per=timedelta(hours=2)) == shop.inbound
    with pytest.raises(ConfigurationError, match="inbound"):
        parse_shop("[inbound]\nper_sender = 0\n")


def test_what_came_in_shows_nothing_personal() -> None:
    """Neither the policy's values nor a file's."""
    from incidentkit.domain.inbound import ReceivedFile

    assert "secret" not in repr(ReceivedFile("ref", "secret.jpg", "image/jpeg", 1))
