"""Where the pages are, and where answers go, in shop.toml."""

from __future__ import annotations

import pytest

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_to_json
from incidentkit.errors import ConfigurationError


@pytest.mark.parametrize(
    "place", ["https://shop.example", "https://shop.example:8443/orders/", "http://localhost:8000", "http://127.0.0.1/p"]
)
def test_a_place_for_pages_is_kept(place: str) -> None:
    """An address with TLS, or one of this machine, comes back as it was written, also from the store."""
    shop = parse_shop(f'[shop]\npages_url = "{place}"\nreply_to = "hola.tienda@shop.example"')

    assert [(place, "hola.tienda@shop.example")] * 2 == [
        (s.pages_url, s.reply_to) for s in (shop, shop_from_json(shop_to_json(shop)))
    ]


@pytest.mark.parametrize(
    "place",
    [
        "http://shop.example",
        "shop.example",
        "https://",
        "https://a b",
        "https://a/?x=1",
        "https://a/#x",
        "https://u:p@a/",
        "ftp://a",
    ],
)
def test_a_place_that_leads_nowhere_is_refused(place: str) -> None:
    """Nothing without TLS outside, and nothing that a token can't be put behind."""
    with pytest.raises(ConfigurationError) as caught:
        parse_shop(f'[shop]\npages_url = "{place}"')

    assert "shop.pages_url: expected https://" in str(caught.value)


@pytest.mark.parametrize("address", ["shop", "a+b@shop.example", "x" * 21 + "@shop.example", "a b@shop.example", "a@b@c"])
def test_an_address_that_takes_no_token_is_refused(address: str) -> None:
    """The part before the @ must be short, and have no token yet."""
    with pytest.raises(ConfigurationError) as caught:
        parse_shop(f'[shop]\nreply_to = "{address}"')

    assert "shop.reply_to: expected a mail address" in str(caught.value)
