"""Tenants of one store: whatever the others do, each sees what it would see if it were alone, and nothing of theirs."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import incidentkit.store
from incidentkit.delivery.blobs import FolderBlobs
from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.errors import UnknownIdError
from incidentkit.store.tables import metadata
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.conftest import PROFILE
from tests.properties.tenants import (
    ACTIONS,
    ELSEWHERE,
    MANY,
    READS,
    Known,
    known_of,
    methods,
    outcome,
    seen,
    some_of_everything,
    uuids,
)
from tests.services.postgresql import schema
from tests.store.asking import asked

TENANTS = 2
ASKED_BY: tuple[Callable[[Known], Any], ...] = (lambda k: k.ids, lambda k: k.messages, lambda k: k.arrivals)
Step = tuple[int, str, int]
STEPS = st.lists(st.tuples(st.integers(0, TENANTS - 1), st.sampled_from([*ACTIONS]), st.integers(0, 3)), max_size=12)
FEW = settings(max_examples=2 if PROFILE == "ci" else 60, suppress_health_check=[*HealthCheck], phases=[Phase.generate])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store for many tenants."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('tenants') / 'shop.db'}"
    return str(request.getfixturevalue("own_schema"))


@pytest.fixture(scope="module")
def own_schema(postgresql_url: str) -> Iterator[str]:
    """A schema that other tests leave alone."""
    with schema(postgresql_url) as url:
        yield url


class World:
    """Tenants who share a store, and beside each a desk that does the same alone; one clock for all, and the same ids."""

    def __init__(self, stack: ExitStack, url: str, folder: Path) -> None:
        self.clock = ManualClock()
        run = uuid4().hex[:8]
        names = [f"{run}-{number}" for number in range(TENANTS)]
        blobs = FolderBlobs(folder)
        self.shared = [self._open(stack, url, name, blobs) for name in names]
        self.alone = [self._open(stack, "sqlite://", name, None) for name in names]
        for desk in self.alone:
            # What hashes of addresses and names of files are made with is each store's own, but for this.
            desk._runtime.store.secret = self.shared[0]._runtime.store.secret

    def _open(self, stack: ExitStack, url: str, tenant: str, blobs: FolderBlobs | None) -> Desk:
        given = {"tenant": tenant, "plugins": (Post(),), "clock": self.clock, "ids": uuids(), "blobs": blobs}
        return stack.enter_context(open_desk(url, MANY, **given))  # type: ignore[arg-type]

    def both(self, tenant: int, act: Callable[[Desk], Any]) -> tuple[Any, Any]:
        """The same, in the company of others and alone."""
        return outcome(act, self.shared[tenant]), outcome(act, self.alone[tenant])

    def known(self) -> Known:
        """What anybody may ask by, whoever's it is."""
        every = [known_of(desk) for desk in self.alone]
        ids, messages, arrivals = ({one for k in every for one in part(k)} for part in ASKED_BY)
        return Known(tuple(sorted(ids)), tuple(sorted(messages)), tuple(sorted(arrivals)))


def _act(name: str, number: int, desk: Desk) -> object:
    return ACTIONS[name](desk, number)


@pytest.fixture(scope="module")
def world(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Tenants with something of everything, one with more than the other."""
    with ExitStack() as stack:
        made = World(stack, url, tmp_path_factory.mktemp("files"))
        for tenant in range(TENANTS):
            made.both(tenant, partial(some_of_everything, times=tenant + 1))
        yield made


@given(steps=STEPS)
@FEW
def test_no_tenant_knows_of_another(url: str, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]) -> None:
    """Commands with the same keys, numbers and ids come to what they come to alone; so does all that can be asked."""
    with ExitStack() as stack:
        world = World(stack, url, tmp_path_factory.mktemp("files"))
        for tenant in range(TENANTS):
            world.both(tenant, partial(some_of_everything, times=tenant + 1))
        for tenant, name, number in steps:
            among, alone = world.both(tenant, partial(_act, name, number))

            assert alone == among, name
            world.clock.advance(minutes=11)
        known = world.known()
        for tenant in range(TENANTS):
            expected, found = seen(world.alone[tenant], known), seen(world.shared[tenant], known)

            assert [] == [name for name in expected if expected[name] != found[name]]


def test_everything_that_can_be_asked_is_asked() -> None:
    """Whatever a desk learns to tell is to be told apart by tenants too: name it in READS, or say why not."""
    with open_desk("sqlite://", MANY, plugins=(Post(),)) as desk:
        found = set(methods(desk))

    assert found == READS.keys() | (ELSEWHERE.keys() & found)
    assert set() == ELSEWHERE.keys() - found


def test_something_is_seen(world: World) -> None:
    """The world that tenants are told apart in holds something that each of these tells."""
    known = world.known()
    told = seen(world.shared[1], known)
    empty = {name for name, value in told.items() if value in ((), [], None)}

    assert empty <= {"incidents.behind", "readings.find", "corrective_actions.find", "messages.dead", "checkins.went_well"}


def test_files_are_each_tenants_own(world: World) -> None:
    """Whoever knows what another's file is called gets nothing by it, though both lie in one folder."""
    mine, theirs = (known_of(desk).files for desk in reversed(world.shared))

    assert mine
    assert set(mine).isdisjoint(theirs)
    assert world.shared[1].inbox.file(mine[0])
    for ref in theirs:
        with pytest.raises(UnknownIdError):
            world.shared[1].inbox.file(ref)


def test_a_link_opens_only_its_own_tenants_page(world: World) -> None:
    """The same link at another tenant's door is no link, though an order there has the same id."""
    one, other = world.shared[0], world.shared[1]
    order = one.orders.find()[0].id
    token = one.pages.status_link(order).rsplit("/", 1)[-1]

    assert order == other.orders.get(order).id
    assert one.pages.status(token) is not None
    assert other.pages.status(token) is None


# --- Statements --------------------------------------------------------------------------------------------------

OURS = "|".join(sorted(metadata.tables, key=len, reverse=True))
NAMED = re.compile(rf'(?:FROM|JOIN|UPDATE|INTO)\s+"?(?:{OURS})"?\b', re.IGNORECASE)
LISTED = re.compile(rf',\s+"?(?:{OURS})"?(?: AS \w+)?(?=\s+WHERE|,|\s*$)', re.IGNORECASE)
BOUND = re.compile(r'tenant"? ?= ?|INSERT INTO', re.IGNORECASE)


def test_every_statement_is_bound_to_a_tenant(world: World) -> None:
    """As often as one names a table of ours, it says whose rows of it are meant; so nothing hangs on what rows there are."""
    known = world.known()
    with asked(world.shared[1]) as queries:
        for number, act in enumerate(ACTIONS.values()):
            outcome(act, world.shared[1], number)
        seen(world.shared[1], known)
    loose = {q.sql for q in queries if len(BOUND.findall(q.sql)) < len(NAMED.findall(q.sql))}

    assert len({q.sql for q in queries}) > 100
    assert set() == loose


ASKING = {"select", "update", "delete", "exists"}
SAYING = ("tenant", "_own(", "own_rows", "_counted(unit", "_grouped(unit", "(unit: Unit, *where")
WHOLE = {
    "copying": "copies a database with everybody in it",
    "database": "what a database is",
    "encrypting": "counts of the whole store are of its keys",
    "keys": "a store of keys, whose ids are nobody else's",
    "making": "makes the tables",
    "migrations": "every tenant's rows are brought up to date",
    "renewing": "puts rows of one tenant, which were made apart, into the place of theirs",
    "schema": "which schema it is",
    "shadow": "a store of one tenant alone, made for a rebuild",
}
"""Modules that are about a database, and not about a tenant in it."""


def asking(module: Path) -> Iterator[tuple[str, str]]:
    """Every function that makes a query and asks it, with its text."""
    source = module.read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            called = {call.func.id for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}
            text = ast.get_source_segment(source, node) or ""
            if called & ASKING and ".execute(" in text:
                yield f"{module.stem}.{node.name}", text


def test_every_query_names_a_tenant() -> None:
    """Whatever function of the store makes a query and asks it says in it whose rows it is about."""
    root = Path(incidentkit.store.__file__).parent
    modules = [path for path in root.rglob("*.py") if path.relative_to(root).parts[0].removesuffix(".py") not in WHOLE]
    silent = [name for path in modules for name, text in asking(path) if not any(word in text for word in SAYING)]

    assert [] == silent
