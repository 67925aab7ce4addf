"""``export facts`` and ``export ocel``: files for other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run


@pytest.mark.parametrize(("lang", "said"), [("en", "without anything personal"), ("es", "sin nada personal")])
def test_the_facts_are_written(demo: Path, here: Path, lang: str, said: str) -> None:
    """A file for each table, and how much it was."""
    answer = run("export", "facts", here / "out", "--store", demo, "--lang", lang)

    assert 0 == answer.code
    assert said in answer.out
    assert "order_id" in (here / "out" / "orders.csv").read_text("utf-8").splitlines()[0]


def test_the_facts_as_json(demo: Path, here: Path) -> None:
    """How many rows each table has; the folder itself in Parquet."""
    pytest.importorskip("pyarrow")
    answer = run("export", "facts", here / "out", "--format", "parquet", "--store", demo, "--json")

    assert ("parquet", 80) == (answer.json["format"], answer.json["rows"]["orders"])
    assert (here / "out" / "orders.parquet").is_file()


@pytest.mark.parametrize(("lang", "said"), [("en", "objects to"), ("es", "objetos en")])
def test_the_event_log_is_written(demo: Path, here: Path, lang: str, said: str) -> None:
    """With how much is in it, in words and as JSON."""
    answer = run("export", "ocel", here / "log.json", "--store", demo, "--lang", lang)
    listed = run("export", "ocel", here / "again.json", "--store", demo, "--json").json

    assert 0 == answer.code
    assert said in answer.out
    assert sum(listed["event_types"].values()) == listed["events"]
    assert (here / "log.json").read_bytes() == (here / "again.json").read_bytes()


@pytest.mark.parametrize("what", ["facts", "ocel"])
def test_what_is_there_is_left_alone(demo: Path, here: Path, what: str) -> None:
    """Refused in one line, with what to do."""
    (here / "mine").write_text("mine")
    answer = run("export", what, here / "mine", "--store", demo)

    assert (1, "mine") == (answer.code, (here / "mine").read_text())
    assert "Traceback" not in answer.err
