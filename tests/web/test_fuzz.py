"""Whatever comes over the wire: requests of every shape, mutated from those that a browser and a vendor send."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from attrs import frozen
from starlette.types import ASGIApp

from incidentkit.delivery.tokens import TokenKey, Tokens
from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.ports import StandardWebhooks, TwilioSignature, WebhookRequest
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from incidentkit.web import app
from incidentkit.web.asked import accepted_language, form_fields
from tests.ports.test_webhooks import standard, twilio
from tests.web.asgi import call
from tests.web.customers import SHOP, links, path, token, world

TEN_MINUTES = 600.0
HINTS = (
    b"%00",
    b"%ff",
    b"%",
    b"&",
    b"=",
    b"+",
    b";",
    b"\x00",
    b"\xff",
    b"\r\n",
    b"..",
    b"/",
    b"'",
    b"\xc3\xa9",
    b"9" * 40,
    b"",
)


def mutated(chance: random.Random, text: bytes) -> bytes:
    """The text with a few things done to it: bytes turned over, put in, left out, doubled, cut off."""
    made = bytearray(text)
    for _ in range(chance.randint(1, 6)):
        at, end = sorted(chance.randint(0, len(made)) for _ in range(2))
        change = chance.randrange(5)
        if change == 0 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif change == 1:
            made[at:at] = chance.choice(HINTS)
        elif change == 2:
            del made[at:end]
        elif change == 3:
            made[at:at] = made[at:end]
        else:
            made[at:end] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 8)))
    return bytes(made[:4_000])


@frozen
class Known:
    """A store with one customer's affairs, and the addresses that open them."""

    store: Path
    desk: Desk
    pages: ASGIApp
    paths: tuple[str, ...]


@pytest.fixture
def known(file: Path) -> Iterator[Known]:
    """Made anew for each test."""
    with open_desk(f"sqlite:///{file}", SHOP, plugins=(Post(),), clock=ManualClock()) as desk:
        about = world(desk)
        found = {**links(desk, about.ask), **links(desk, about.case)}
        paths = tuple(path(link) for name, link in found.items() if name.endswith("_url"))
        yield Known(file, desk, app(desk), paths)


def altered_request(known: Known, chance: random.Random, methods: tuple[str, ...]) -> None:
    """One request to an address that is nearly right, with a form that is nearly right: an answer, and no failure."""
    where = mutated(chance, chance.choice(known.paths).encode()).decode("latin-1")
    form = urlencode([("choice", "offer-1"), ("score", "5"), ("comment", "x"), ("wanted", "survey")]).encode()
    kinds = ["application/x-www-form-urlencoded", "", "x/y;=", "multipart/form-data"]
    languages = mutated(chance, b"es-AR,en;q=0.5").decode("latin-1")
    headers = {"content-type": chance.choice(kinds), "accept-language": languages}
    method = chance.choice(methods)
    reply = call(known.pages, method, where, headers, mutated(chance, form))

    opened = where.partition("?")[0] in known.paths
    assert reply.status in ((200, 303, 400, 405, 413) if opened else (404, 405, 413, 429, 431)), (method, where)


def altered_tokens(chance: random.Random, tokens: Tokens, right: str, at: datetime) -> None:
    """One token and one address that are nearly right say nothing."""
    other = mutated(chance, right.encode()).decode("latin-1")
    address = tokens.address("shop@example.com", "01890a5d-ac96-774b-bcce-b302099a8057")
    elsewhere = mutated(chance, address.encode()).decode("latin-1")

    assert other == right or tokens.read("answer", other, at) is None
    assert tokens.read_address(elsewhere) in (None, "01890a5d-ac96-774b-bcce-b302099a8057")


def altered_webhooks(chance: random.Random, at: datetime) -> None:
    """One event that is nearly right is refused, unless nothing of what is signed was changed."""
    for request, check in (
        (standard(b'{"a": "b\xc3\xa9"}', at=at), StandardWebhooks("a2tra2tra2tra2tra2tra2tra2tra2tr")),
        (twilio([("Body", "à"), ("From", "+1415")]), TwilioSignature("an auth token")),
    ):
        body = mutated(chance, request.body)
        headers = [
            (name, mutated(chance, v.encode()).decode("latin-1") if chance.random() < 0.3 else v) for name, v in request.headers
        ]
        changed = WebhookRequest("POST", request.url, tuple(headers), body)
        held = check.holds(changed, at) if isinstance(check, StandardWebhooks) else check.holds(changed)

        # In Twilio's scheme the order of fields counts for nothing, nor one that stands there twice.
        same = body == request.body or set(body.split(b"&")) == set(request.body.split(b"&"))
        assert not held or same


def altered_forms(chance: random.Random) -> None:
    """What is sent as a form, and which languages a browser asks for, are read or passed over."""
    form = b"choice=offer-1&score=5&comment=%C3%A9+%0D%0A&wanted=a&wanted=b"
    form_fields("application/x-www-form-urlencoded", mutated(chance, form))
    accepted_language(mutated(chance, b"es-AR,en;q=0.5,*;q=0.1").decode("latin-1"))


def parsed(rounds: int, seed: int) -> None:
    """The readers of tokens, webhooks and forms, one after the other."""
    chance = random.Random(seed)
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    tokens = Tokens("default", [TokenKey(b"k" * 32, at)])
    with open_desk("sqlite://", SHOP, plugins=(Post(),), clock=ManualClock(at)) as desk:
        claims = token(links(desk, world(desk).case)["answer_url"])
    for _ in range(rounds):
        altered_tokens(chance, tokens, claims, at)
        altered_webhooks(chance, at)
        altered_forms(chance)


def asked(rounds: int, seed: int, known: Known) -> None:
    """Whatever is looked at, and with whatever in the request: not one row changes. Then as many forms are sent."""
    chance = random.Random(seed)
    before = Copy(known.store)
    for _ in range(rounds):
        altered_request(known, chance, ("GET", "HEAD", "PUT", "OPTIONS", "X"))

    assert [] == before.differing(Copy(known.store))
    for _ in range(rounds):
        altered_request(known, chance, ("POST",))


def test_a_sample_of_what_can_come_in() -> None:
    """Every reader of what comes from outside takes what is nearly right without an exception, and believes none of it."""
    parsed(400, 7)


def test_a_sample_of_requests(known: Known) -> None:
    """Every request gets an answer that the pages know, none an error of the server; and looking never writes."""
    asked(60, 7, known)


@pytest.mark.long
def test_ten_minutes_of_what_can_come_in() -> None:
    """The same, other ones each time, for ten minutes."""
    for seed in seeds():
        parsed(200, seed)


@pytest.mark.long
def test_ten_minutes_of_requests(known: Known) -> None:
    """The same, other ones each time, for ten minutes."""
    for seed in seeds():
        asked(25, seed, known)


def seeds() -> Iterator[int]:
    """For ten minutes a number that nobody has seen; a failure shows the one that it came with."""
    until, fresh = time.monotonic() + TEN_MINUTES, random.SystemRandom()
    while time.monotonic() < until:
        yield fresh.randrange(2**32)
