"""The demo: a simulated month in a folder, that a broken-off run can be continued in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, frozen

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.errors import RuleViolation
from incidentkit.goals.board import Scoreboard
from incidentkit.testing.simulator.days import END, SLICES
from incidentkit.testing.simulator.goal import SET_AFTER, set_goal
from incidentkit.testing.simulator.plan import Plan
from incidentkit.testing.simulator.runner import MovableClock, simulate
from incidentkit.testing.simulator.shop import demo_shop

__all__ = ["DemoResult", "open_demo", "run_demo"]

_MARKER = "demo.json"
_DRAFT = "demo.json.new"
_STORE = "shop.db"

_VERSION = 3
"""Raised when the same arguments give another month than before: a run that was begun earlier can't be continued then."""


@frozen
class DemoResult:
    """A finished demo.

    Args:
        out: its folder: the store ``shop.db``, the mails in ``maildir``, and ``demo.json``.
        url: the store's.
        orders, open_incidents: placed; waiting in the queue at the month's end.
        messages: mails in the Maildir.
        scoreboard: as it stood at the month's end.
        continued: whether an earlier run in the folder was continued.
    """

    out: Path
    url: str
    orders: int
    open_incidents: int
    messages: int
    scoreboard: Scoreboard
    continued: bool


@frozen
class _Marker:
    """What ``demo.json`` says: whose run the folder holds, and how far it has come."""

    version: int
    seed: int
    orders: int
    language: str
    slices: int = 0
    finished: bool = False


def run_demo(
    out: Path,
    *,
    orders: int = 2000,
    seed: int = 1,
    language: str = "en",
    progress: Callable[[int, int], None] | None = None,
) -> DemoResult:
    """Run a simulated month of a shop through a desk on ``out/shop.db``, its messages written as mails under ``out/maildir``.

    Broken off at whatever moment, even by ``kill -9``, the same call again continues it, and ends with the same figures.
    One at a time in a folder.

    Args:
        out: a folder that is new, empty, or holds the same run, unfinished.
        orders: how many are placed in the month.
        seed: everything that is left to chance follows from it.
        language: ``en`` or ``es``: the shop's, and most customers'.
        progress: called with how much of the month is over, and how much it is in all.

    Raises:
        RuleViolation: the folder holds anything else.
        InvalidInput: no such number or language.
    """
    plan = Plan(orders, seed, language)
    wanted = _Marker(_VERSION, seed, orders, language)
    found = _found(out, wanted)
    began = found or _new(out, wanted)
    clock = MovableClock()
    with _opened(out, clock, language) as desk:

        def after(done: int) -> None:
            if done == SET_AFTER:
                set_goal(desk, language)
            # Only now: what the marker says to be over is in the record, messages and all.
            _write(out, evolve(began, slices=done))
            if progress is not None:
                progress(done, SLICES)

        simulate(desk, clock, plan, finished=began.slices, after=after)
        _write(out, evolve(began, slices=SLICES, finished=True))
        return _result(out, desk, plan, found is not None)


def open_demo(out: Path, language: str = "en") -> Desk:
    """The desk of a finished demo, as it stood at the end of its month. Close it, or use it in a ``with``."""
    return _opened(out, MovableClock(END), language)


def _opened(out: Path, clock: MovableClock, language: str) -> Desk:
    return open_desk(_url(out), demo_shop(language), clock=clock)


def _url(out: Path) -> str:
    return f"sqlite:///{(out / _STORE).as_posix()}"


def _result(out: Path, desk: Desk, plan: Plan, continued: bool) -> DemoResult:
    return DemoResult(
        out=out,
        url=_url(out),
        orders=plan.orders,
        open_incidents=sum(1 for item in desk.queue(limit=100_000) if not item.task),
        # A mail program moves what it has shown to "cur".
        messages=sum(1 for part in ("new", "cur") for _ in (out / "maildir" / part).glob("*")),
        scoreboard=desk.scoreboard(),
        continued=continued,
    )


# --- The marker --------------------------------------------------------------------------------------------------


def _found(out: Path, wanted: _Marker) -> _Marker | None:
    """The same run, broken off, that the folder holds; None for a folder that is new or empty."""
    found = _read(out)
    if found is None:
        return None
    if evolve(found, slices=0, finished=False) != wanted:
        said = f"orders {found.orders}, seed {found.seed}, language {found.language}"
        raise _refused("holds the same demo, or nothing", f"another one: {said}", "Name a new folder, or give the same again.")
    if found.finished:
        raise _refused("holds an unfinished demo, or nothing", "a finished one", "Look at it, or name a new folder.")
    if found.slices and not (out / _STORE).exists():
        raise _refused("holds the store of its demo", "none", "Name a new folder, or empty this one.")
    return found


def _new(out: Path, wanted: _Marker) -> _Marker:
    out.mkdir(parents=True, exist_ok=True)
    _write(out, wanted)
    return wanted


def _read(out: Path) -> _Marker | None:
    """What the folder's marker says; None where there is no folder, or nothing in it."""
    if not out.exists():
        return None
    if not out.is_dir():
        raise _refused("is a folder", "a file", "Name a new folder.")
    path = out / _MARKER
    if not path.exists():
        # A run that was killed at its very first step leaves a draft.
        if any(entry.name != _DRAFT for entry in out.iterdir()):
            raise _refused("is new or empty", "files of something else", "Name a new folder.")
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
        return _Marker(**_checked(found))
    except (ValueError, TypeError, UnicodeDecodeError) as error:
        next_ = "Name a new folder, or empty this one."
        raise _refused("has a demo.json that a demo wrote", "one that can't be read", next_) from error


def _checked(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict) or found.get("version") != _VERSION:
        raise ValueError("another version")
    kinds = {"version": int, "seed": int, "orders": int, "language": str, "slices": int, "finished": bool}
    if found.keys() != kinds.keys() or any(type(found[name]) is not kind for name, kind in kinds.items()):
        raise ValueError("other keys")
    return found


def _write(out: Path, marker: _Marker) -> None:
    """All of it or nothing: a reader never sees half a marker."""
    draft = out / _DRAFT
    draft.write_text(json.dumps(asdict(marker)), "utf-8")
    draft.replace(out / _MARKER)


def _refused(rule: str, got: str, next_: str) -> RuleViolation:
    return RuleViolation("The demo's folder", rule, got=got, next=next_)
