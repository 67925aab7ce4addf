"""What `incidentkit import` leaves behind, and what a dry run does not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.cli.test_commands import till


def test_what_was_rejected_is_listed_beside_the_store(here: Path) -> None:
    """The list stands next to the store unless it is named otherwise, and is pointed to."""
    till(here)
    (here / "data").mkdir()
    first = run("import", "--profile", "till.toml", "--store", "data/s.db", ".")
    run("import", "--profile", "till.toml", "--store", "data/s.db", "--rejects", "mine.csv", ".")

    assert "data/rejects.csv" in first.out
    assert "orders.csv,4,at,,missing:placed" in (here / "data" / "rejects.csv").read_text()
    assert (here / "mine.csv").exists()


@pytest.mark.parametrize(("language", "said"), [("en", "nothing was written"), ("es", "no se ha escrito nada")])
def test_a_dry_run_leaves_nothing_behind(here: Path, language: str, said: str) -> None:
    """It tells the counts, and makes neither a store nor a list."""
    till(here)
    before = sorted(here.iterdir())
    found = run("import", "--profile", "till.toml", "--store", "s.db", "--dry-run", ".", "--lang", language)

    assert (0, True) == (found.code, said in found.out)
    assert before == sorted(here.iterdir())


def test_a_dry_run_takes_the_settings_that_init_writes(here: Path) -> None:
    """A plugin's folder beside the store needs one, though none is kept."""
    till(here)
    run("init", "--lang", "en")
    before = sorted(here.iterdir())
    found = run("import", "--profile", "till.toml", "--store", "s.db", "--dry-run", ".")

    assert (0, True) == (found.code, "nothing was written" in found.out)
    assert before == sorted(here.iterdir())


def test_a_dry_run_on_a_store(here: Path) -> None:
    """A store that is there is looked into, and stays as it is."""
    till(here)
    run("import", "--profile", "till.toml", "--store", "s.db", ".")
    report = run("import", "--profile", "till.toml", "--store", "s.db", "--dry-run", ".", "--json").json

    assert (0, 2, 0) == (report["orders_new"], report["orders_unchanged"], report["events"])


@pytest.mark.parametrize(("language", "shown"), [("en", "Contacts 1"), ("es", "Contactos 1")])
def test_contacts_are_counted_where_there_are_any(here: Path, language: str, shown: str) -> None:
    """Few files have them; those that were not taken are said in words."""
    (here / "mail.csv").write_text("id,sent,who\n1,2024-01-01,eva\n2,2024-01-02,\n")
    (here / "mail.toml").write_text(
        'name = "mail"\n[sources.mail]\nfiles = "mail.csv"\n[[contacts]]\nname = "mail"\nsource = "mail"\nkey = "id"\n'
        'at = "sent"\nchannel = { value = "email" }\n[contacts.customer]\nkey = "who"\n'
    )
    till(here)
    said = run("import", "--profile", "mail.toml", "--store", "s.db", "--lang", language, "mail.csv").out
    other = run("import", "--profile", "till.toml", "--store", "s.db", "--lang", language, "orders.csv").out

    assert shown in " ".join(said.split())
    assert shown.split()[0] not in other
    assert {"en": "names no customer, order or incident", "es": "no nombra cliente"}[language] in said


# --- Sketches ----------------------------------------------------------------------------------------------------


def spreadsheet(here: Path) -> None:
    """A small table of orders."""
    (here / "orders.csv").write_text("order;date;total\n7;2024-09-01;2,50\n8;2024-09-02;9,90\n", "utf-8")


@pytest.mark.parametrize(("language", "said"), [("en", "Wrote mine.toml."), ("es", "Escrito mine.toml.")])
def test_a_sketch_becomes_a_file_that_imports(here: Path, language: str, said: str) -> None:
    """It is written in the reader's language, and works as it is."""
    spreadsheet(here)
    written = run("import", "--sketch", "orders.csv", "--out", "mine.toml", "--lang", language)
    report = run("import", "--profile", "mine.toml", "--store", "s.db", "--json", ".").json

    assert written.out.startswith(said)
    assert (2, {}) == (report["orders_new"], report["rejected"])


def test_a_sketch_on_the_terminal(here: Path) -> None:
    """Without a file it is shown, and nothing is made."""
    spreadsheet(here)
    found = run("import", "--sketch", "orders.csv")

    assert (0, "orders") == (found.code, tomllib.loads(found.out)["name"])
    assert ["orders.csv"] == [path.name for path in here.iterdir()]


def test_a_sketch_takes_no_place(here: Path) -> None:
    """A file that is there stays as it is."""
    spreadsheet(here)
    (here / "mine.toml").write_text("mine")
    found = run("import", "--sketch", "orders.csv", "--out", "mine.toml")

    assert (1, "mine") == (found.code, (here / "mine.toml").read_text())
    assert "must not be there yet" in found.err


@pytest.mark.parametrize("args", [(), ("--sketch", "--profile", "olist"), ("--profile", "olist", "--out", "x.toml")])
def test_an_import_or_a_sketch(here: Path, args: tuple[str, ...]) -> None:
    """One of the two is asked for, with what belongs to it."""
    spreadsheet(here)
    found = run("import", *args, "orders.csv")

    assert (2, True) == (found.code, "--profile FILE" in found.err)
