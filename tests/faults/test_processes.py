"""Four processes do the very same at the same time, through every door: it is done once, and all of them are told so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.journal import read
from tests.faults.judging import lost_commands, lost_mails, unsound, wrongly_sent
from tests.faults.killing import bad_import, files_of_a_shop, ticked
from tests.faults.lives import late_orders, messages, nothing, one_order
from tests.faults.nursery import Life, Nursery
from tests.faults.places import Place, Prepare, store

PROCESSES = 4


def _agreed(url: str, folder: Path) -> list[str]:
    """All were told the same under each key."""
    told: dict[str, set[str]] = {}
    for what, key, more in read(folder):
        if what == "done":
            told.setdefault(key, set()).add(more["stream"])
    wrong = [f"{key}: {len(streams)} results" for key, streams in told.items() if len(streams) > 1]
    return wrong + lost_commands(url, folder)


Judge = Callable[[str, Path], list[str]]

DOORS: dict[str, tuple[Prepare, dict[str, object], Judge]] = {
    "commands": (one_order, {"name": "same", "count": 15}, _agreed),
    "import": (nothing, {}, lambda url, _: bad_import(url)),
    "take_in": (one_order, {"name": "same", "count": 10}, lost_mails),
    "send": (messages, {"kind": "once-only"}, lambda url, folder: wrongly_sent(url, folder / "sent", "once-only", 0)),
    "tick": (late_orders, {"days": 30}, lambda url, _: ticked(url)),
}


@pytest.mark.parametrize("door", [*DOORS])
def test_the_same_is_done_once(forks: Nursery, place: Place, tmp_path: Path, door: str) -> None:
    """Whoever comes first does it; the others find it."""
    prepare, given, judge = DOORS[door]
    more = {"import": {"files": files_of_a_shop(tmp_path)}, "send": {"sent": str(tmp_path / "sent")}}.get(door, {})
    with store(place, prepare) as url:
        ended = forks.live([Life(door, url, tmp_path, "same", {**given, **more}) for _ in range(PROCESSES)])

        assert [] == [file.read_text() for file in tmp_path.glob("*.error")]
        assert [0] * PROCESSES == ended
        assert [] == [*judge(url, tmp_path), *unsound(url)]
