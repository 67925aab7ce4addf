"""Which links a message carries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.delivery.links import links_of
from incidentkit.delivery.tokens import TokenKey, Tokens
from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import Intent
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.web.customers import PAGES, SHOP, World, links, token, world


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk in memory."""
    with open_desk("sqlite://", SHOP, plugins=(Post(),), clock=ManualClock()) as opened:
        yield opened


@pytest.fixture
def about(desk: Desk) -> World:
    """One customer's affairs."""
    return world(desk)


EVERY = {"reply_to", "status_url", "preferences_url"}


def test_each_message_has_the_links_that_its_reader_can_use(desk: Desk, about: World) -> None:
    """All lead to how things stand and to what is sent; offers to an answer, a survey to its question and to its end."""
    found = [set(links(desk, state)) for state in (about.order, about.case, about.ask)]

    assert [EVERY, EVERY | {"answer_url"}, EVERY | {"survey_url", "unsubscribe_url"}] == found


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"step": "incident.accepted"}, {"answer_url"}),
        ({"purpose": "legal"}, {"preferences_url"}),
        ({"purpose": "staff"}, EVERY | {"answer_url"}),
        ({"customer": None}, EVERY | {"answer_url"}),
    ],
)
def test_what_makes_no_sense_is_left_out(desk: Desk, about: World, changes: dict[str, Any], missing: set[str]) -> None:
    """A text that asks nothing carries no answer, what the law asks for can't be declined, people of the shop get none."""
    assert set(links(desk, about.case)) - missing == set(links(desk, about.case, **changes))


def test_offers_that_can_not_be_answered_have_no_link(desk: Desk, about: World) -> None:
    """Neither where one of a round was taken, nor where every date has passed."""
    later = desk.clock() + timedelta(days=7)
    declined = desk.incidents.decline(about.case.id, "offer-2", by="customer")
    taken = desk.incidents.accept(about.case.id, "offer-1", by="customer")

    assert "answer_url" not in links(desk, about.case, due=later)
    assert "answer_url" in links(desk, declined)
    assert "answer_url" not in links(desk, taken)


def test_the_same_message_has_the_same_links(desk: Desk, about: World) -> None:
    """However often it is sent."""
    assert links(desk, about.case) == links(desk, about.case)


def test_links_stand_under_the_place_of_the_pages(desk: Desk, about: World) -> None:
    """Each is the place, the kind of page, and a token."""
    found = links(desk, about.ask)
    kinds = ("status", "survey", "preferences", "unsubscribe")

    assert [f"{PAGES}/{kind}/{token(found[f'{kind}_url'])}" for kind in kinds] == [found[f"{kind}_url"] for kind in kinds]
    assert found["reply_to"].startswith("hola+")


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"pages_url": ""}, {"reply_to"}),
        ({"reply_to": ""}, {"status_url", "preferences_url"}),
        ({"pages_url": "", "reply_to": ""}, set()),
    ],
)
def test_without_a_place_there_are_no_links(desk: Desk, about: World, settings: dict[str, Any], left: set[str]) -> None:
    """What the settings do not name is not linked to."""
    intent = Intent("k", "message", "post", about.order.id, "order.shipped", desk.clock(), str(about.order.customer))
    tokens = Tokens("default", [TokenKey(b"k" * 32, desk.clock())])

    assert left == set(links_of(intent, about.order, tokens, evolve(SHOP, **settings)))
    assert {} == links_of(intent, about.order, None, SHOP)
