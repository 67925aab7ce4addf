"""``find``, and the lists that go on with ``--after``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from incidentkit.desk.opening import open_desk
from tests.cli.running import NOW, run


def listed(demo: Path, *args: object) -> Any:
    """What a command lists as JSON."""
    answer = run(*args, "--store", demo, "--json")
    assert 0 == answer.code, answer.err
    return answer.json


@pytest.fixture
def known(demo: Path) -> dict[str, str]:
    """An order by everything that finds it."""
    with open_desk(f"sqlite:///{demo}") as desk:
        order = next(each for each in desk.orders.find(limit=80) if each.customer and desk.context(each.id).customer)
        person = desk.context(order.id).customer
        assert person is not None
        by = {"--person": person.key, "--email": person.email, "--phone": person.phone}
        return {"id": order.id, "number": order.number, **by}


@pytest.mark.parametrize("by", ["number", "--person", "--email", "--phone"])
def test_an_order_is_found(demo: Path, known: dict[str, str], by: str) -> None:
    """By its number, or by what its customer says of themselves."""
    if not known[by]:
        pytest.skip("the demo's people have none")
    found = listed(demo, "find", *((known[by],) if by == "number" else (by, known[by])))

    assert known["id"] in {order["id"] for order in found["orders"]}


@pytest.mark.parametrize(("lang", "said"), [("en", "Placed"), ("es", "Hecho")])
def test_it_is_shown_in_words(demo: Path, known: dict[str, str], lang: str, said: str) -> None:
    """Its number, how it stands, and when it was placed."""
    answer = run("find", known["number"], "--store", demo, "--lang", lang)

    assert 0 == answer.code
    assert all(word in answer.out for word in (known["number"], said))


@pytest.mark.parametrize(("args", "code"), [(("--email", "nobody@example.com"), 0), ((), 1), (("--phone", "x"), 1)])
def test_nothing_is_found_without_a_fuss(demo: Path, args: tuple[str, ...], code: int) -> None:
    """Nobody is an empty list; nothing to go by, or no number, is a refusal."""
    answer = run("find", *args, "--store", demo)

    assert code == answer.code
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("command", [("queue", "--now", NOW), ("timeline",)])
def test_a_list_goes_on(demo: Path, known: dict[str, str], command: tuple[str, ...]) -> None:
    """Page by page it is the whole of it; a terminal is told how to go on."""
    name = "items" if command[0] == "queue" else "entries"
    args = command if command[0] == "queue" else (*command, known["number"])
    whole, after = listed(demo, *args)[name], None
    shown: list[Any] = []
    while after is not None or not shown:
        page = listed(demo, *args, "--limit", 2, *(("--after", after) if after else ()))
        shown, after = shown + page[name], page["next"]

    assert whole == shown
    assert len(whole) <= 2 or "--after" in run(*args, "--limit", 2, "--store", demo, "--lang", "en").out


LISTS = (("queue",), ("tasks",), ("deadletters",), ("receive", "--show", "held"), ("find", "--phone", "600000000"))


@pytest.mark.parametrize("command", LISTS)
def test_a_made_up_place_is_refused(demo: Path, command: tuple[str, ...]) -> None:
    """In one line."""
    answer = run(*command, "--after", "bm8", "--store", demo, "--lang", "en")

    assert 1 == answer.code
    assert "same list" in answer.err
    assert "Traceback" not in answer.err
