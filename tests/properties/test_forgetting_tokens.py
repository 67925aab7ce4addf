"""Who is forgotten is nowhere: a token was put into every field that takes something personal, and none of them is left."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs import evolve, frozen

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.texts import Text
from incidentkit.domain.vault import VaultSettings
from incidentkit.errors import IncidentkitError
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.properties.personal import (
    ABOUT_THE_SHOP,
    CODES,
    NOT_PERSONAL,
    SEEDED,
    SHOP,
    Tokens,
    customer_fields,
    forms,
    given_to_commands,
    live,
)

# What a customer has besides: a language, a time zone, and the code of the company that they order for.
PLAIN_FIELDS = {"Customer.language", "Customer.account", "Customer.zone"}

# What is known of a person is what was said of them last.
OVERWRITTEN = {"Customer.name", "Customer.email", "Customer.phone"}


@frozen
class Stage:
    """A desk, and everything beside it that it writes to."""

    desk: Desk
    url: str
    folder: Path
    clock: ManualClock
    post: Post

    def lived(self, mark: str) -> Tokens:
        """A life with tokens that begin so."""
        said = Tokens(mark)
        live(self.desk, self.clock, said, self.folder / f"import {mark}")
        return said

    def everywhere(self, log: str) -> dict[str, bytes]:
        """All that can be read of it: tables, the bytes of files, logs, exports, feeds, and what the desk tells."""
        desk = self.desk
        for name, personal in (("events", False), ("personal", True)):
            export = self.folder / f"{name}.jsonl"
            export.unlink(missing_ok=True)
            desk.export_events(export, personal=personal)
        said = {table: repr(rows).encode() for table, rows in Copy(self.url).tables.items()}
        files = [path for path in self.folder.rglob("*") if path.is_file() and "import" not in str(path)]
        said |= {f"file {path.name}": path.name.encode() + path.read_bytes() for path in files}
        return said | {"log": log.encode(), "feed": told(tuple(desk.feed().events)), "desk": told(tuple(_shown(desk)))}


def _shown(desk: Desk) -> Iterator[Any]:
    for order in desk.orders.find():
        yield desk.context(order.id)
        yield tuple(desk.orders.timeline(order.id))
    yield from (tuple(part.find()) for part in (desk.incidents, desk.needs, desk.tasks, desk.messages, desk.inbox))
    yield desk.messages.dead()
    for arrival in desk.inbox.find():
        yield asked(lambda arrival=arrival: desk.inbox.raw(arrival.source, arrival.event_id))  # type: ignore[misc]
        yield desk.inbox.files(arrival.source, arrival.event_id)
    for person in {order.customer for order in desk.orders.find() if order.customer is not None}:
        yield asked(lambda person=person: desk.people.export_person(person))  # type: ignore[misc]


def asked(ask: Callable[[], Any]) -> Any:
    """What is told, or how it is refused."""
    try:
        return ask()
    except IncidentkitError as error:
        return f"{error} {error!r} {error.__dict__}"


def told(value: Any) -> bytes:
    """Everything in a value, with the words of its texts and what its repr leaves out."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, Text):
        return str(value).encode()
    if isinstance(value, (tuple, list, frozenset)):
        return b" ".join(map(told, value))
    if attrs.has(type(value)):
        return b" ".join(told(getattr(value, field.name)) for field in attrs.fields(type(value)))
    return repr(value).encode()


def found(words: Tokens, places: dict[str, bytes]) -> dict[str, list[str]]:
    """Where each token is found, in whatever form, by the field that it was put in."""
    by_field = {
        field: [where for where, content in places.items() if any(form in content for form in forms(word))]
        for field, word in words.by_place.items()
    }
    return {field: where for field, where in by_field.items() if where}


@pytest.fixture(params=["plain", "encrypted"])
def stage(request: pytest.FixtureRequest, store_url: str, tmp_path: Path, clock: ManualClock, post: Post) -> Iterator[Stage]:
    """A desk of each kind of store, with keys and without."""
    folder = tmp_path / "all"
    folder.mkdir()
    vault = VaultSettings(keys=str(tmp_path / "keys.db") if request.param == "encrypted" else "")
    url = store_url if store_url.startswith("postgresql") else f"sqlite:///{folder / 'shop.db'}"
    shop = evolve(SHOP, vault=vault)
    with open_desk(url, shop, plugins=(post,), clock=clock, blobs=folder / "files") as desk:
        yield Stage(desk, url, folder, clock, post)


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until it is moved."""
    return ManualClock()


@pytest.fixture
def post() -> Post:
    """The channels."""
    return Post()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that was logged."""
    caplog.set_level(logging.DEBUG)
    return lambda: " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)


def test_every_field_that_takes_text_is_known() -> None:
    """A new parameter of a command is decided about here: personal and seeded, about the shop, or no text of people's."""
    known = SEEDED | ABOUT_THE_SHOP | CODES
    with open_desk("sqlite://") as desk:
        places = {place for place, _ in given_to_commands(desk)}
    names = {place: place.rpartition(".")[2] for place in places}
    unknown = {place for place in places - known if names[place] not in NOT_PERSONAL and not names[place].endswith("_id")}

    assert set() == unknown
    assert set() == {place for place in ABOUT_THE_SHOP | CODES if place not in places}
    assert {field for field in SEEDED if field.startswith("Customer.")} == customer_fields() - PLAIN_FIELDS


def test_who_is_forgotten_is_nowhere(stage: Stage, log: Callable[[], str]) -> None:
    """Of all tokens none is left; those of somebody else all are, and every figure is what it was."""
    said, other = stage.lived("a"), stage.lived("b")
    assert SEEDED == said.by_place.keys()
    before = stage.everywhere(log())
    assert SEEDED - OVERWRITTEN <= found(said, before).keys()
    figures = {measure.name: stage.desk.measure(measure.name) for measure in stage.desk.measures}

    stage.desk.people.forget(said.by_place["Customer.key"])
    after = stage.everywhere(log())

    assert {} == found(said, after)
    assert found(other, before).keys() - OVERWRITTEN == found(other, after).keys() - OVERWRITTEN
    assert figures == {measure.name: stage.desk.measure(measure.name) for measure in stage.desk.measures}
    assert stage.desk.verify().ok


def test_forgetting_in_vain_would_be_seen(stage: Stage, log: Callable[[], str]) -> None:
    """The check can fail: before, every token is found, and with keys none of them in a table or a file of the store."""
    said = stage.lived("a")
    places = stage.everywhere(log())
    kept = {where: content for where, content in places.items() if where not in ("desk", "feed", "file personal.jsonl")}

    assert SEEDED - OVERWRITTEN <= found(said, places).keys()
    assert bool(found(said, kept)) is not stage.desk.vault.status().keyed
