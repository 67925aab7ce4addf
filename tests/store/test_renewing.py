"""A rebuild beside a store that is in use: cut short it goes on, whatever happens meanwhile, and comes to the same."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.errors import StoreBusy, StoreError
from incidentkit.store import shadow
from incidentkit.store.shadow import DERIVED_TABLES
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, closed, placed, reported, told


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of a few streams, so that a small record has several."""
    monkeypatch.setattr(shadow, "_AT_ONCE", 3)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary files of a store on a server lie where the test can see them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def opened(url: str) -> Desk:
    return open_desk(url, SHOP, plugins=(Post(),), clock=ManualClock())


@pytest.fixture
def filled(store_url: str) -> str:
    """The URL of a store with orders, cases, needs, messages and a name that was given."""
    with opened(store_url) as desk:
        desk.accounts.describe("acme", manager="ana", by="eva")
        order = placed(desk, number="7")
        desk.orders.ship(order.id, {"A": 2}, carrier="SEUR")
        closed(desk)
        reported(desk, order, cause="picking")
        reported(desk, placed(desk, number="50", lines=(Line("A", 50, "1.00"),)), cause="picking")
        told(desk)
        desk.send_due()
        desk.scoreboard()
    return store_url


def ruin(url: str, *statements: str) -> None:
    """Do that to a store behind its back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def without_figures(url: str) -> dict[str, list[dict[str, object]]]:
    return {name: rows for name, rows in Copy(url).tables.items() if not name.startswith(("figure", "sqlite"))}


def shadows(url: str, folder: Path) -> list[Path]:
    beside = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite") else folder
    return [path for path in beside.iterdir() if "rebuild-" in path.name]


class _Cut(Exception):
    """Somebody pulls the plug."""


def cut_after(times: int) -> Callable[[int, int], None]:
    """Progress that ends the work at the so-manyth time."""
    left = iter(range(times))

    def progress(done: int, of: int) -> None:
        if next(left, None) is None:
            raise _Cut

    return progress


ADDED = (
    "INSERT INTO facts_incident_channels SELECT tenant, incident_id, 'fax' FROM facts_incidents",
    "INSERT INTO facts_actions VALUES ('default', 7, 'nobody', 'host:host', NULL, NULL)",
    "INSERT INTO links VALUES ('default', 'nowhere', 'nobody')",
    "INSERT INTO names VALUES ('default', 'order', '99', 'nobody')",
    "INSERT INTO timers VALUES ('default', 'nobody', 'warn', 7)",
    "INSERT INTO streams VALUES ('default', 'nobody', 'order', 1, '', '{}')",
)


def test_what_is_lost_comes_back_and_what_was_added_goes(filled: str) -> None:
    """Table by table it is what it was, and names and timers that were given or set once stay."""
    before = without_figures(filled)
    lost = [f"DELETE FROM {table.name}" for table in DERIVED_TABLES if table.name not in ("names", "timers")]
    ruin(filled, *lost, "DELETE FROM names WHERE kind = 'order'", "DELETE FROM timers WHERE name = 'warn'", *ADDED[2:])
    with opened(filled) as desk:
        desk.rebuild()

    assert before == without_figures(filled)


def test_rows_that_nothing_comes_to_go(filled: str) -> None:
    """Whatever table they are in."""
    before = without_figures(filled)
    ruin(filled, *ADDED)
    with opened(filled) as desk:
        desk.rebuild()

    assert before == without_figures(filled)


# --- Cut short ----------------------------------------------------------------------------------------------------


def test_one_that_was_cut_short_goes_on_where_it_was(filled: str, tmp_path: Path) -> None:
    """It changes nothing until it is whole, begins again after the page that it was at, and leaves nothing behind."""
    ruin(filled, "DELETE FROM facts_actions")
    before, said = without_figures(filled), []
    with opened(filled) as desk:
        with pytest.raises(_Cut):
            desk.rebuild(progress=cut_after(2))
        cut = without_figures(filled)
        left = shadows(filled, tmp_path)
        desk.rebuild(progress=lambda done, of: said.append(done))
        report = desk.verify()

    assert before == cut
    assert left
    assert said[0] > 6
    assert ((), []) == (report.damages, shadows(filled, tmp_path))


def test_what_was_written_meanwhile_is_made_up_for(filled: str) -> None:
    """New orders, and changes to what was made already: in the middle, and after it was cut short."""
    ruin(filled, "DELETE FROM facts_actions", "UPDATE facts_orders SET status = 'returned'")
    with opened(filled) as desk:
        order = desk.orders.find(number="50")[0]

        def meanwhile(done: int, of: int) -> None:
            if done > 3:
                desk.orders.ship(order.id, {"A": 1}, carrier=f"carrier-{done}")
                closed(desk)
            if done > 9:
                raise _Cut

        with pytest.raises(_Cut):
            desk.rebuild(progress=meanwhile)
        told(desk, order=order)
        desk.rebuild()
        report = desk.verify()

    assert () == report.damages
    assert [] == faults(Copy(filled), SHOP)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=4))
def test_however_often_it_is_cut_short_it_comes_to_the_same(cuts: list[int]) -> None:
    """As if it had been made in one go."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        url = f"sqlite:///{folder}/shop.db"
        with opened(url) as desk:
            for _ in range(3):
                closed(desk)
            before = without_figures(url)
            ruin(url, "DELETE FROM facts_actions", "UPDATE streams SET document = '{}' WHERE kind = 'ask'")
            for times in cuts:
                try:
                    desk.rebuild(progress=cut_after(times))
                except _Cut:
                    continue
            desk.rebuild()

        assert before == without_figures(url)


def _rebuild_and_die(url: str, pages: int) -> None:
    def progress(done: int, of: int) -> None:
        if done >= 3 * pages:
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(url) as desk:
        desk.rebuild(progress=progress)


@pytest.mark.parametrize("pages", [1, 3])
def test_a_process_that_is_killed_leaves_the_store_whole(filled: str, tmp_path: Path, pages: int) -> None:
    """The next one goes on with what it left."""
    ruin(filled, "DELETE FROM facts_actions")
    process = multiprocessing.get_context("fork").Process(target=_rebuild_and_die, args=(filled, pages))
    process.start()
    process.join(60)
    left = shadows(filled, tmp_path)
    with opened(filled) as desk:
        desk.rebuild()
        report = desk.verify()

    assert (-signal.SIGKILL, True) == (process.exitcode, bool(left))
    assert ((), []) == (report.damages, shadows(filled, tmp_path))


def test_a_shadow_of_other_settings_is_begun_anew(filled: str) -> None:
    """What follows from the record by other settings is something else."""
    said: list[int] = []
    with opened(filled) as desk, pytest.raises(_Cut):
        desk.rebuild(progress=cut_after(3))
    with open_desk(filled, plugins=(Post(),), clock=ManualClock(), shop=evolve(SHOP, zone="Pacific/Kiritimati")) as desk:
        desk.rebuild(progress=lambda done, of: said.append(done))

    assert said[0] <= 3


def test_two_are_not_at_it_at_once(filled: str) -> None:
    """The second is told to wait."""
    with opened(filled) as desk, opened(filled) as other:

        def meanwhile(done: int, of: int) -> None:
            with pytest.raises(StoreBusy, match="one process at a time"):
                other.rebuild()

        desk.rebuild(progress=meanwhile)


def test_a_damaged_event_is_named(filled: str) -> None:
    """Nothing is made of a stream that can't be read, and nothing is changed."""
    before = without_figures(filled)
    ruin(filled, "UPDATE events SET data = '{}' WHERE seq = 2")
    ruined = without_figures(filled)
    with opened(filled) as desk, pytest.raises(StoreError, match="incidentkit verify"):
        desk.rebuild()

    assert ruined == without_figures(filled) != before


@pytest.fixture
def worker(filled: str) -> Iterator[Desk]:
    """Another desk on the same store."""
    with opened(filled) as desk:
        yield desk


def test_others_go_on_working(filled: str, worker: Desk) -> None:
    """A command of another desk between two pages neither waits nor is lost."""
    placed_meanwhile = []
    with opened(filled) as desk:
        desk.rebuild(progress=lambda done, of: placed_meanwhile.append(placed(worker).id))
        report = desk.verify()

    assert () == report.damages
    assert all(worker.orders.get(order).id == order for order in placed_meanwhile)
