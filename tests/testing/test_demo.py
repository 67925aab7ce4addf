"""The demo: what it leaves in its folder, which folders it takes, and how it goes on after a break."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from incidentkit.errors import RuleViolation
from incidentkit.testing.simulator import DemoResult, run_demo
from tests.testing.demo_runs import asked, ending

FEW = 40


class Break(Exception):
    """Somebody pressed Ctrl-C."""


def broken_off(out: Path, after: int, **given: Any) -> None:
    """Run a demo, and break it off in its progress callback."""

    def progress(done: int, total: int) -> None:
        if done >= after:
            raise Break

    with pytest.raises(Break):
        run_demo(out, orders=FEW, progress=progress, **given)


def test_a_new_folder_is_made(tmp_path: Path) -> None:
    """The folder need not be there; afterwards it holds the store, the mails and the marker."""
    result = run_demo(tmp_path / "a" / "b", orders=FEW)

    assert {"demo.json", "maildir", "shop.db"} <= {entry.name for entry in result.out.iterdir()}


def test_the_result_says_what_there_is(tmp_path: Path) -> None:
    """Orders, mails and open incidents are those in the folder."""
    result = run_demo(tmp_path, orders=FEW)

    assert FEW == result.orders
    assert [(result.messages,)] == asked(tmp_path, "SELECT count(*) FROM intents WHERE state = 'done' AND kind = 'message'")
    assert [(result.open_incidents,)] == asked(tmp_path, "SELECT count(*) FROM facts_incidents WHERE open = 1")
    assert not result.continued


def test_the_scoreboard_is_the_month_s(tmp_path: Path) -> None:
    """Six lines, each judged by a week of the simulated month, whatever the machine's clock says."""
    lines = run_demo(tmp_path, orders=300).scoreboard.lines

    assert [9] * 6 == [line.from_.month for line in lines if line.from_ is not None]


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    """It goes up one by one, and ends at the whole."""
    told: list[tuple[int, int]] = []
    run_demo(tmp_path, orders=FEW, progress=lambda done, total: told.append((done, total)))

    assert [(n, len(told)) for n in range(1, len(told) + 1)] == told


def test_the_language_is_the_shop_s(tmp_path: Path) -> None:
    """Most mails are in the language that was asked for."""
    run_demo(tmp_path, orders=FEW, language="es")
    languages = [
        mail.read_text("utf-8").partition("Content-Language: ")[2][:2] for mail in (tmp_path / "maildir/new").iterdir()
    ]

    assert languages.count("es") > languages.count("en")


# --- Going on ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [1, 60, 150, 239, 240])
def test_a_broken_off_run_is_continued(after: int, tmp_path: Path) -> None:
    """The same call again ends as if nothing had happened."""
    run_demo(tmp_path / "whole", orders=FEW)
    broken_off(tmp_path / "broken", after)
    result = run_demo(tmp_path / "broken", orders=FEW)

    assert result.continued
    assert ending(tmp_path / "whole") == ending(tmp_path / "broken")


def test_without_its_marks_a_run_is_continued_all_the_same(tmp_path: Path) -> None:
    """That finished slices are skipped is for speed alone: done again step by step, they change nothing."""
    run_demo(tmp_path, orders=FEW)
    before = ending(tmp_path)
    rewrite(tmp_path, slices=0, finished=False)
    run_demo(tmp_path, orders=FEW)

    assert before == ending(tmp_path)


def test_a_run_that_never_began_is_begun(tmp_path: Path) -> None:
    """A draft of the marker, all that a run killed at its first step leaves, counts as nothing."""
    (tmp_path / "demo.json.new").write_text('{"versi', "utf-8")

    assert not run_demo(tmp_path, orders=FEW).continued


def rewrite(out: Path, **changes: Any) -> None:
    marker = json.loads((out / "demo.json").read_text("utf-8"))
    (out / "demo.json").write_text(json.dumps(marker | changes), "utf-8")


# --- Refusals ----------------------------------------------------------------------------------------------------


def refusal(out: Path, **given: Any) -> RuleViolation:
    with pytest.raises(RuleViolation) as caught:
        run_demo(out, **{"orders": FEW, **given})
    return caught.value


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    """A finished demo."""
    return run_demo(tmp_path_factory.mktemp("finished"), orders=FEW)


def test_a_finished_run_is_refused(finished: DemoResult) -> None:
    """It is left as it is."""
    before = ending(finished.out)

    assert "a finished one" == refusal(finished.out).got
    assert before == ending(finished.out)


@pytest.mark.parametrize("given", [{"orders": FEW + 1}, {"seed": 2}, {"language": "es"}])
def test_a_run_with_other_parameters_is_refused(given: dict[str, Any], tmp_path: Path) -> None:
    """The refusal says whose run the folder holds."""
    broken_off(tmp_path, 1)

    assert f"another one: orders {FEW}, seed 1, language en" == refusal(tmp_path, **given).got


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    """Nothing is written beside files that are not ours."""
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")

    assert "files of something else" == refusal(tmp_path).got
    assert ["thesis.txt"] == [entry.name for entry in tmp_path.iterdir()]


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    """A file is no folder."""
    (tmp_path / "file").write_text("", "utf-8")

    assert "a file" == refusal(tmp_path / "file").got


@pytest.mark.parametrize(
    "marker",
    ["", "{", "[]", "{}", '{"version": 0}', '{"version": 2, "seed": "1"}', '{"version": 2, "seed": 1, "more": 2}', "\udcff"],
)
def test_a_marker_of_something_else_is_refused(marker: str, tmp_path: Path) -> None:
    """A demo.json that no demo of this version wrote is refused, not guessed at."""
    (tmp_path / "demo.json").write_text(marker, "utf-8", errors="surrogateescape")

    assert "one that can't be read" == refusal(tmp_path).got


def test_a_run_without_its_store_is_refused(tmp_path: Path) -> None:
    """A marker that says more than the folder holds is not believed."""
    broken_off(tmp_path, 3)
    (tmp_path / "shop.db").unlink()

    assert "none" == refusal(tmp_path).got


def test_every_refusal_says_what_to_do(finished: DemoResult) -> None:
    """The text ends with the way on."""
    assert "Look at it, or name a new folder." == refusal(finished.out).next
