"""One run: processes on a store, killed at random moments, and what is wrong afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from attrs import field, frozen

from tests.desk.importing import order, write
from tests.faults.journal import read
from tests.faults.judging import lost_commands, lost_mails, unsound, wrongly_sent
from tests.faults.lives import desk_of, late_orders, messages, nothing, one_order
from tests.faults.nursery import Life, Nursery
from tests.faults.places import Place, Prepare, store

__all__ = ["SCENES", "Run", "Scene", "bad_import", "files_of_a_shop", "hurt", "ticked"]

_KILLED = -9


@frozen
class Run:
    """One run of a scene.

    Args:
        url: the store.
        folder: for journals and files of its own.
        kills: whether processes are killed.
        deaths: how many were.
    """

    url: str
    folder: Path
    chance: Random
    kills: bool = True
    deaths: list[int] = field(factory=list)

    def lives(self, what: str, workers: int, within: float, /, **given: object) -> list[Life]:
        """So many processes, of which all but the last may be killed within about so many seconds."""
        return [self._life(what, number, number < max(workers - 1, 1), within, given) for number in range(workers)]

    def _life(self, what: str, number: int, mortal: bool, within: float, given: Mapping[str, object]) -> Life:
        killed = self.chance.uniform(0, within * self.chance.choice((1, 2, 4))) if mortal and self.kills else None
        own = {"name": f"w{number}"} if what in ("commands", "take_in") else {}
        return Life(what, self.url, self.folder, f"{number}-{self.chance.random()}", {**given, **own}, killed)


@frozen
class Scene:
    """What is done to a store, and what is looked at afterwards.

    Args:
        prepare: what is in it at first; None for a store that is not made yet.
        lives: the processes.
        judge: what is wrong besides the record itself.
    """

    prepare: Prepare | None
    lives: Callable[[Run], list[Life]]
    judge: Callable[[Run], list[str]]


def hurt(nursery: Nursery, place: Place, scene: Scene, seed: str, fault: Callable[[Random], object] | None = None) -> int:
    """One run; how many processes were killed.

    Args:
        fault: what is done while they are at work, in place of killing them.

    Raises:
        AssertionError: something is wrong, after which seed.
    """
    chance = Random(seed)
    with store(place, scene.prepare) as url, TemporaryDirectory(prefix="ik-run-") as name:
        run = Run(url, Path(name), chance, fault is None)
        nursery.start(scene.lives(run))
        if fault is not None:
            fault(chance)
        ended = nursery.end()
        run.deaths.append(ended.count(_KILLED))
        failed = [file.read_text() for file in run.folder.glob("*.error")]

        wrong = failed or [*scene.judge(run), *unsound(url)]
        if wrong:
            raise AssertionError("\n".join([f"the seed is {seed}", *wrong]))
        return run.deaths[0]


# --- The scenes --------------------------------------------------------------------------------------------------


def _sending(kind: str) -> Scene:
    def lives(run: Run) -> list[Life]:
        return run.lives("send", 3, 0.06, kind=kind, sent=str(run.folder / "sent"))

    def judge(run: Run) -> list[str]:
        # Where the server dies, a worker may lose the mark after what it has just handed over.
        doubts = run.deaths[0] if run.kills else 40
        return wrongly_sent(run.url, run.folder / "sent", kind, doubts)

    return Scene(messages, lives, judge)


def ticked(url: str) -> list[str]:
    """What is wrong with what followed from timers, once nothing is left to do."""
    with desk_of(url, days=30) as desk:
        while desk.tick().acted:
            pass
        late = [case.orders for case in desk.incidents.find(type="late", limit=1_000)]
    return [f"{orders} is late twice" for orders in late if late.count(orders) > 1]


def files_of_a_shop(folder: Path) -> str:
    """Thirty orders, twenty of them with a case."""
    rows = [order(id=f"A{number}", number=f"{number}", status="unavailable" if number % 3 else "") for number in range(30)]
    return str(write(folder / "files", orders=rows))


def bad_import(url: str) -> list[str]:
    """What is wrong with what came of those."""
    with desk_of(url) as desk:
        orders, cases = len(desk.orders.find(limit=1_000)), len(desk.incidents.find(limit=1_000))
    return [] if (orders, cases) == (30, 20) else [f"{orders} orders and {cases} cases"]


def _made(run: Run) -> list[str]:
    told = {key for what, key, _ in read(run.folder) if what == "done"}
    with desk_of(run.url) as desk:
        there = {order.id for order in desk.orders.find(limit=100)}
    return [f"{order} is gone" for order in told - there]


SCENES: Mapping[str, Scene] = {
    "commands": Scene(
        one_order, lambda run: run.lives("commands", 3, 0.15, count=12), lambda run: lost_commands(run.url, run.folder)
    ),
    "send once-only": _sending("once-only"),
    "send idempotent": _sending("idempotent"),
    "send look-up": _sending("look-up"),
    "tick": Scene(late_orders, lambda run: run.lives("tick", 3, 0.12, days=30), lambda run: ticked(run.url)),
    "import": Scene(
        nothing,
        lambda run: run.lives("import", 2, 0.2, files=files_of_a_shop(run.folder)),
        lambda run: bad_import(run.url),
    ),
    "take in": Scene(
        one_order, lambda run: run.lives("take_in", 3, 0.15, count=12), lambda run: lost_mails(run.url, run.folder)
    ),
    "rebuild": Scene(late_orders, lambda run: run.lives("rebuild", 3, 0.2), lambda _: []),
    "open": Scene(None, lambda run: run.lives("open_new", 3, 0.6), _made),
}
"""Every kind of work that a process can be killed in."""
