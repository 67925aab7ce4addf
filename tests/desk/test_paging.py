"""Pages of lists: whole, in order, stable while others write, and with cursors that nobody can make up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.pages import Page
from incidentkit.errors import InvalidInput
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import JOAN, MARTA, SHOP, placed, reported

List = Callable[..., Page[Any]]

LISTS: dict[str, Callable[[Desk, str], List]] = {
    "orders": lambda d, _: d.orders.find,
    "a person's orders": lambda d, _: lambda **page: d.orders.find(person=MARTA, **page),
    "an order's timeline": lambda d, order: lambda **page: d.orders.timeline(order, **page),
    "incidents": lambda d, _: d.incidents.find,
    "open incidents": lambda d, _: lambda **page: d.incidents.find(open=True, **page),
    "an order's incidents": lambda d, order: lambda **page: d.incidents.find(order=order, **page),
    "tasks": lambda d, _: d.tasks.find,
    "an order's tasks": lambda d, order: lambda **page: d.tasks.find(order=order, **page),
    "needs": lambda d, _: d.needs.find,
    "accounts": lambda d, _: d.accounts.find,
    "messages": lambda d, _: d.messages.find,
    "inbox": lambda d, _: d.inbox.find,
    "the queue": lambda d, _: d.queue,
    "a team's queue": lambda d, _: lambda **page: d.queue("after-sales", **page),
}


def fill(desk: Desk) -> str:
    """Some of everything, several at one instant; the id of an order with some of each."""
    order = placed(desk, number="n-0", promised=desk.clock() + timedelta(days=2))
    for number in range(1, 6):
        placed(desk, number=f"n-{number}", customer=(MARTA, JOAN)[number % 2])
        case = reported(desk, order, type=("damaged", "late")[number % 2])
        due = desk.clock() + timedelta(hours=number % 3) if number % 2 else None
        desk.tasks.open(kind="call", what="call", incident=case.id, due=due)
        desk.contacts.log(channel="email", customer=f"c-{number}", summary="well?")
        desk.accounts.describe(f"a-{number}", manager="eva")
        desk.inbox.put("mail", f"<{number}@example.com>", b"From: x@example.com\r\n\r\nhello")
    return order.id


def read(ask: List, limit: int) -> Iterator[Page[Any]]:
    """Every page of a list."""
    page = ask(limit=limit)
    yield page
    while page.next is not None:
        page = ask(limit=limit, after=page.next)
        yield page


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_the_pages_are_the_list(filled: tuple[Desk, str], name: str, limit: int) -> None:
    """One behind the other, in its order, all of them full but the last, which alone has no next."""
    desk, order = filled
    ask = LISTS[name](desk, order)
    whole, pages = ask(limit=1000), list(read(ask, limit))

    assert len(whole) > 1
    assert list(whole) == [thing for page in pages for thing in page]
    assert [limit] * (len(pages) - 1) == [len(page) for page in pages[:-1]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    """A desk on a store that is only read."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('pages') / 'shop.db'}"
    else:
        url = request.getfixturevalue("own_schema")
    with open_desk(url, SHOP, plugins=(Post(),), clock=ManualClock()) as desk:
        yield desk, fill(desk)


@pytest.fixture(scope="module")
def own_schema(postgresql_url: str) -> Iterator[str]:
    """A schema that other tests leave alone."""
    from tests.services.postgresql import schema

    with schema(postgresql_url) as url:
        yield url


# --- While others write ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def busy() -> Iterator[Desk]:
    """A desk whose lists grow from example to example."""
    with open_desk("sqlite://", SHOP, plugins=(Post(),), clock=ManualClock()) as desk:
        for _ in range(4):
            reported(desk)
        yield desk


def add(desk: Desk, hours: int) -> None:
    """An order with a case and a task, which happened at one of a few instants."""
    at = desk.clock() - timedelta(hours=hours)
    order = placed(desk, at=at)
    case = reported(desk, order, at=at, type=("damaged", "late")[hours % 2])
    due = None if hours % 3 else desk.clock() + timedelta(hours=hours)
    desk.tasks.open(kind="call", what="call", incident=case.id, due=due)


GROWING: dict[str, Callable[[Desk], List]] = {
    "orders": lambda d: d.orders.find,
    "incidents": lambda d: lambda **page: d.incidents.find(open=True, **page),
    "tasks": lambda d: d.tasks.find,
    "messages": lambda d: d.messages.find,
    "queue": lambda d: d.queue,
}


@pytest.mark.parametrize("name", GROWING)
@given(limit=st.integers(2, 9), written=st.lists(st.lists(st.integers(0, 5), max_size=2), max_size=5))
def test_what_is_there_all_the_while_is_given_once(busy: Desk, name: str, limit: int, written: list[list[int]]) -> None:
    """Whatever is written before, between and behind the pages: nothing is lost, and nothing comes twice."""
    ask, pauses = GROWING[name](busy), iter(written)
    before = [_name(thing) for thing in ask(limit=10_000)]
    seen: list[str] = []
    for page in read(ask, max(limit, len(before) // 4)):
        seen += [_name(thing) for thing in page]
        for hours in next(pauses, []):
            add(busy, hours)

    assert len(seen) == len(set(seen))
    assert before == [one for one in seen if one in set(before)]


def _name(thing: Any) -> str:
    name: str = getattr(thing, "id", "") or getattr(thing, "key", "") or f"{thing.incident} {thing.task}"
    return name


# --- Cursors -----------------------------------------------------------------------------------------------------


def test_a_cursor_holds_for_what_was_asked(filled: tuple[Desk, str]) -> None:
    """Not for another list, nor for the same one asked in another way."""
    desk, _ = filled
    after = desk.incidents.find(open=True, limit=1).next
    for ask in (desk.orders.find, desk.incidents.find, lambda **page: desk.incidents.find(open=False, **page)):
        with pytest.raises(InvalidInput, match="same list"):
            ask(after=after)


def test_a_cursor_holds_in_its_own_store(filled: tuple[Desk, str]) -> None:
    """Another store, or another tenant of the same one, did not give it."""
    desk, _ = filled
    after = desk.orders.find(limit=1).next
    with open_desk("sqlite://", SHOP, plugins=(Post(),)) as other, pytest.raises(InvalidInput, match="same list"):
        other.orders.find(after=after)


@given(place=st.integers(0, 500), letter=st.characters(codec="ascii"))
def test_a_cursor_that_was_touched_is_refused(busy: Desk, place: int, letter: str) -> None:
    """Whichever letter of it is another one; nothing is asked of the database by it."""
    after = busy.orders.find(limit=1).next
    assert after is not None
    place %= len(after) - 1  # the last letter may have bits that say nothing
    other = after[:place] + letter + after[place + 1 :]
    if other != after:
        with pytest.raises(InvalidInput, match="same list"):
            busy.orders.find(after=other)


@pytest.mark.parametrize("limit", [0, -1, 10_001, True, "7", None])
def test_a_limit_is_a_number_of_things(busy: Desk, limit: Any) -> None:
    """From one to ten thousand."""
    with pytest.raises(InvalidInput, match="10,000"):
        busy.orders.find(limit=limit)
