"""Bad input: one clear message on stderr, the right exit code, and nothing changed."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from incidentkit.store.tables import SCHEMA_VERSION
from tests.cli.running import Answer, run

READERS = (["queue"], ["timeline", "1001"], ["measure", "csat_mean"], ["scoreboard"], ["plugins"])
BROKEN = """
[shop]
zone = "Europe/Madird"
langage = "es"
[protocols.late]
resolve_within = "soon"
[plugins.local]
maildirr = "x"
[plugins.nope]
key = 1
"""


def refused(answer: Answer, *said: str, code: int = 1) -> None:
    """The command failed with that code, said why on stderr without a traceback, and nothing on stdout."""
    assert (code, "") == (answer.code, answer.out)
    assert [] == [words for words in said if words not in answer.err]
    assert "Traceback" not in answer.err


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def copy(demo: Path, here: Path) -> Path:
    """The demo's store, to be spoilt."""
    return Path(shutil.copy(demo, here / "copy.db"))


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_looking_makes_no_store(here: Path, command: list[str]) -> None:
    """Where the database is not there, that is said, and it still is not."""
    refused(run(*command, "--store", "gone.db"), "gone.db", "nothing there")
    assert [] == list(here.iterdir())


def test_an_empty_file_is_no_store(here: Path) -> None:
    """A file without a byte in it is left so."""
    (here / "empty.db").touch()

    refused(run("queue", "--store", "empty.db"), "empty.db")
    assert 0 == (here / "empty.db").stat().st_size


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_a_file_of_another_kind_is_refused(here: Path, command: list[str]) -> None:
    """Neither text nor somebody else's database is touched."""
    (here / "text.db").write_text("no database, " * 100)
    with sqlite3.connect(here / "other.db") as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = digest(here / "text.db"), digest(here / "other.db")

    refused(run(*command, "--store", "text.db"), "must be an SQLite database of incidentkit")
    refused(run(*command, "--store", "other.db"), "tables of something else")
    assert before == (digest(here / "text.db"), digest(here / "other.db"))


def test_a_store_of_a_later_version_is_refused(copy: Path) -> None:
    """The way out is named."""
    with sqlite3.connect(copy) as newer:
        newer.execute("PRAGMA user_version=99")
    newer.close()

    refused(run("queue", "--store", copy), "got 99", "Install a newer incidentkit")


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_a_store_that_lost_its_tables_is_refused(here: Path, version: int) -> None:
    """Our mark in the header is not enough."""
    with sqlite3.connect(here / "hollow.db") as hollow:
        hollow.execute(f"PRAGMA application_id={0x494B4954}")
        hollow.execute(f"PRAGMA user_version={version}")
    hollow.close()

    refused(run("queue", "--store", "hollow.db"), "must hold every table")


def test_a_store_that_lost_its_key_is_refused(copy: Path) -> None:
    """Without it nobody would be found again."""
    with sqlite3.connect(copy) as spoilt:
        spoilt.execute("DELETE FROM settings WHERE name = 'key'")
    spoilt.close()

    refused(run("queue", "--store", copy), "must hold the key")


def test_a_read_only_store_is_refused(copy: Path) -> None:
    """With what to do about it."""
    copy.chmod(0o444)

    refused(run("queue", "--store", copy), "read-only", "permissions")


@pytest.mark.parametrize("store", ["", "  ", "a?b", "postgresql://x/y", "odd://x", "no/such/folder/s.db", "."])
def test_a_store_that_can_be_none_is_refused(here: Path, store: str) -> None:
    """An impossible path, another kind of database, a folder."""
    refused(run("queue", "--store", store))


@pytest.mark.parametrize("order", ["", "9999", "01a0d0ed-2e80-7c48-8bb6-16a08c690644", "\n", "'; DROP TABLE events"])
def test_an_unknown_order_is_refused(demo: Path, order: str) -> None:
    """By number or id alike."""
    refused(run("timeline", "--store", demo, "--", order), "The order: must be in this record")


def test_an_unknown_measure_gets_the_list(demo: Path) -> None:
    """And the likeliest one."""
    refused(run("measure", "csat_meen", "--store", demo), "orders_received", "Did you mean csat_mean?")


@pytest.mark.parametrize(
    ("code", "args"),
    [
        (2, ["--by", "year"]),
        (2, ["--since", "yesterday"]),
        (2, ["--until", "2026-02-30"]),
        (2, ["--now", ""]),
        (1, ["--since", "2026-09-01T10:00"]),
        (1, ["--since", "2026-10-01", "--until", "2026-09-01"]),
        (1, ["--since", "0001-01-01"]),
        (1, ["--now", "9999-12-31"]),
    ],
)
def test_a_wrong_window_is_refused(demo: Path, code: int, args: list[str]) -> None:
    """What can't be read is wrong usage; what can, and makes no sense, is refused."""
    refused(run("measure", "csat_mean", "--store", demo, *args), code=code)


def test_an_unknown_owner_is_refused(demo: Path) -> None:
    """Those that there are get named."""
    refused(run("queue", "--owner", "nobody", "--store", demo), "after-sales", "ana")


@pytest.mark.parametrize(
    "args",
    [
        ["nonsense"],
        ["queue", "--nonsense"],
        ["queue", "extra"],
        ["timeline"],
        ["measure"],
        ["demo"],
        ["import", "."],
        ["import", "--profile", "olist"],
        ["queue", "--lang", "fr"],
        ["--lang", "fr", "queue"],
        ["queue", "--limit", "0"],
        ["demo", "--out", "x", "--orders", "many"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(here: Path, args: list[str]) -> None:
    """An unknown command or option, a missing one, a value of the wrong kind."""
    refused(run(*args), code=2)
    assert [] == list(here.iterdir())


# --- Settings ----------------------------------------------------------------------------------------------------


def test_check_names_every_mistake_at_once(here: Path) -> None:
    """The file's own and its plugins', each with its path, what was expected and what was found."""
    (here / "shop.toml").write_text(BROKEN)
    answer = run("check")

    paths = ["shop.langage", "protocols.late.resolve_within", "shop.zone", "plugins.local.maildirr", "plugins.nope"]
    refused(answer, "has 5 mistakes", *(f"  {path}: expected " for path in paths), "found 'Europe/Madird'")


def test_check_names_a_measure_that_nobody_brings(here: Path) -> None:
    """Which measures there are is a question to the plugins too: it is asked, and the likeliest one named."""
    (here / "shop.toml").write_text('[shop]\nname = "x"\n[[scoreboard]]\nmeasure = "delivery_tim"\ntarget = 1.0\n')

    (problem,) = run("check", "--json").json["problems"]

    assert "scoreboard[0].measure" == problem["path"]
    assert "delivery_time" in problem["found"]


def test_check_gives_the_mistakes_as_json(here: Path) -> None:
    """Path, expected and found of each; the exit code and stderr are as without."""
    (here / "shop.toml").write_text('[shop]\nzone = "Europe/Madird"\n')
    answer = run("check", "--json")

    zone = {"path": "shop.zone", "expected": "an IANA time zone such as Europe/Madrid", "found": "'Europe/Madird'"}
    assert (1, {"file": "shop.toml", "ok": False, "problems": [zone]}) == (answer.code, answer.json)
    assert "Europe/Madird" in answer.err


@pytest.mark.parametrize("content", [b"not = toml = at all", b"\xff\xfe", b"plugins = 3", b"[plugins]\nlocal = 3", b"\0"])
def test_check_refuses_what_is_no_settings(here: Path, content: bytes) -> None:
    """Whatever lies at the path."""
    (here / "shop.toml").write_bytes(content)

    refused(run("check"), "shop.toml")


def test_check_refuses_a_missing_file_and_a_folder(here: Path) -> None:
    """Nothing there is a mistake too."""
    refused(run("check"), "nothing there")
    refused(run("check", "."), "a folder")


def test_broken_settings_stop_every_command(demo: Path, here: Path) -> None:
    """All of their mistakes are named, and the store is as it was."""
    (here / "shop.toml").write_text(BROKEN)

    refused(run("scoreboard", "--store", demo), "  shop.zone: expected", "  shop.langage: expected")


def test_init_never_overwrites(here: Path) -> None:
    """A file that is there stays as it is."""
    (here / "shop.toml").write_text("mine")

    refused(run("init"), "shop.toml: must not be there yet")
    assert "mine" == (here / "shop.toml").read_text()


@pytest.mark.parametrize("path", ["no/such/folder/shop.toml", ".", "x" * 300])
def test_init_refuses_a_path_that_no_file_can_have(here: Path, path: str) -> None:
    """The system's reason is given in plain words."""
    refused(run("init", path))
    assert [] == list(here.iterdir())


# --- Importing ---------------------------------------------------------------------------------------------------


def test_a_wrong_profile_is_refused(here: Path) -> None:
    """One that is not there names those that are; one with mistakes names them; no store is left behind."""
    (here / "odd.toml").write_text('name = "odd"\ncolour = "red"\n')

    refused(run("import", "--profile", "nope", "."), "olist")
    refused(run("import", "--profile", "odd.toml", "."), "colour: expected", "orders: expected")
    assert ["odd.toml"] == [path.name for path in here.iterdir()]


def test_files_that_do_not_fit_leave_no_store_behind(here: Path) -> None:
    """What was opened for them and stayed empty is taken away again."""
    refused(run("import", "--profile", "olist", "--store", "s.db", "."), "olist_orders_dataset.csv")
    assert [] == list(here.iterdir())


def test_files_that_do_not_fit_leave_a_store_as_it_was(copy: Path, here: Path) -> None:
    """A store that was there before stays."""
    before = digest(copy)

    refused(run("import", "--profile", "olist", "--store", copy, here))
    assert before == digest(copy)


# --- The demo ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [["--orders", "0"], ["--orders", "-1"]])
def test_the_demo_needs_orders(here: Path, args: list[str]) -> None:
    """A month without any shows nothing."""
    refused(run("demo", "--out", "d", *args), "orders")


def test_the_demo_keeps_out_of_a_folder_with_other_things(here: Path) -> None:
    """Nothing is written beside somebody's files."""
    (here / "mine.txt").write_text("mine")

    refused(run("demo", "--out", "."), "folder")
    assert ["mine.txt"] == [path.name for path in here.iterdir()]


def test_the_demo_refuses_a_file(here: Path) -> None:
    """A folder is needed."""
    (here / "file").write_text("")

    refused(run("demo", "--out", "file"), "a file")
