"""Migrations: what they make is the schema, and nothing is lost on the way to it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, make_url, text

from incidentkit.desk.work import keyed_hash
from incidentkit.errors import StoreTooNew
from incidentkit.store import migrations, tables
from incidentkit.store.engine import database_of, open_engine, store_key
from incidentkit.store.migrations import upgrade
from incidentkit.store.tables import SCHEMA_VERSION, metadata
from tests.services.postgresql import schema

SQLITE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
POSTGRESQL = (
    "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, collation_name, column_default)"
    " FROM information_schema.columns WHERE table_schema = current_schema()"
    " UNION SELECT indexname, replace(indexdef, current_schema() || '.', '') FROM pg_indexes"
    " WHERE schemaname = current_schema()"
    " UNION SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = current_schema()::regnamespace"
)


@pytest.fixture
def engine(new_store_url: str) -> Iterator[Engine]:
    """A new store."""
    opened = open_engine(new_store_url)
    yield opened
    opened.dispose()


@pytest.fixture
def other_url(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Iterator[str]:
    """A second place of the same kind."""
    if engine.dialect.name == "sqlite":
        yield f"sqlite:///{tmp_path}/other.db"
    else:
        with schema(request.getfixturevalue("postgresql_url")) as url:
            yield url


def described(connection: Connection) -> set[tuple[str, str]]:
    """Everything that a database knows of its tables, but for white space and quotes."""
    sql = SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
    return {(name, " ".join(said.replace('"', "").split())) for name, said in connection.execute(text(sql))}


@pytest.fixture
def migrated(engine: Engine, other_url: str) -> Iterator[Engine]:
    """A database that came to the schema by every migration there is."""
    other = database_of(other_url).engine(make_url(other_url))
    with other.begin() as connection:
        upgrade.upgrade(connection)
    yield other
    other.dispose()


def test_the_migrations_make_the_schema(migrated: Engine) -> None:
    """Alembic finds nothing that it would have to change."""
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert [] == compare_metadata(context, metadata)


def test_a_new_store_is_as_one_that_was_migrated(engine: Engine, migrated: Engine) -> None:
    """Columns, keys, indexes with their conditions, collations, and the revision: to the letter."""
    revision = text("SELECT version_num FROM alembic_version")
    with engine.connect() as new, migrated.connect() as old:
        expected, found = described(old), described(new)

        assert expected == found
        assert old.execute(revision).all() == new.execute(revision).all()


def test_the_latest_revision_is_the_version() -> None:
    """Revisions are numbered in one line, and the last number is the version of the schema."""
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    revisions = [revision.revision for revision in script.walk_revisions()]

    assert [f"{number:04}" for number in range(SCHEMA_VERSION, 0, -1)] == revisions


def test_a_store_says_which_revision_it_is_at(engine: Engine) -> None:
    """In Alembic's own table, whatever else the database has for that."""
    with engine.connect() as connection:
        assert f"{SCHEMA_VERSION:04}" == connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def test_opening_again_changes_nothing(engine: Engine, new_store_url: str) -> None:
    """Neither the schema nor the key."""
    with engine.connect() as connection:
        before = described(connection), store_key(engine)
    again = open_engine(new_store_url)
    with again.connect() as connection:
        after = described(connection), store_key(again)
    again.dispose()

    assert before == after


def test_an_open_store_needs_no_alembic(new_store_url: str) -> None:
    """Once it is made and up to date, opening is quick: the migrations are not even loaded."""
    open_engine(new_store_url).dispose()
    code = (
        "import sys; from incidentkit.store.engine import open_engine; open_engine(sys.argv[1]);"
        " print(sorted(name for name in sys.modules if name.startswith(('alembic', 'mako'))))"
    )
    run = subprocess.run([sys.executable, "-c", code, new_store_url], check=True, capture_output=True, text=True)

    assert "[]" == run.stdout.strip()


# --- An older store ----------------------------------------------------------------------------------------------

LATER = """
import sqlalchemy as sa
from alembic import op

revision = "%s"
down_revision = "%04d"

def upgrade():
    op.create_table("later", sa.Column("tenant", sa.Text(), primary_key=True))
    op.execute("INSERT INTO later SELECT DISTINCT tenant FROM settings")
    %s
"""


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this incidentkit a later version, whose migration ends with a line of its own."""

    def make(line: str) -> None:
        scripts = tmp_path / "scripts"
        shutil.copytree(Path(migrations.__file__).parent, scripts, ignore=shutil.ignore_patterns("__pycache__"))
        revision = f"{SCHEMA_VERSION + 1:04}"
        (scripts / "versions" / "later.py").write_text(LATER % (revision, SCHEMA_VERSION, line), "utf-8")
        monkeypatch.setattr(upgrade, "_HERE", scripts)
        monkeypatch.setattr(tables, "SCHEMA_VERSION", SCHEMA_VERSION + 1)

    return make


def test_an_older_store_is_brought_up_to_date(engine: Engine, new_store_url: str, later: Callable[[str], None]) -> None:
    """A later version adds what is new and keeps what is there; it opens again without a further step."""
    later("pass")
    before = store_key(engine)
    open_engine(new_store_url).dispose()
    again = open_engine(new_store_url)
    with again.connect() as connection:
        version = database_of(new_store_url).version(connection, "it")
        held = connection.execute(text("SELECT tenant FROM later")).scalars().all()
    again.dispose()

    assert (SCHEMA_VERSION + 1, ["store"]) == (version, held)
    assert before == store_key(engine)


EARLIER = (
    "INSERT INTO intents (tenant, key, kind, channel, stream, step, vals, due, state, attempts, reason, seq)"
    " VALUES ('default', :key, 'message', 'local', 'order-1', 'order.shipped', '{}', 7, :state, 1, '', 1)"
)


@pytest.fixture
def second(other_url: str) -> str:
    """A store of the second version, with a message that is planned, one that is being sent and one that is done."""
    database = database_of(other_url)
    made = database.engine(make_url(other_url))
    database.prepare(made)
    with made.execution_options(**database.writing).begin() as connection:
        upgrade.upgrade(connection, "0002")
        connection.execute(text("INSERT INTO settings VALUES ('store', 'key', '00')"))
        connection.execute(text(EARLIER), [{"key": state, "state": state} for state in ("planned", "claimed", "done")])
        connection.execute(text("INSERT INTO people VALUES ('default', 'some-hash', 'c-1')"))
        details = """{"key":"marta","email":" Marta@Example.com"}"""
        connection.execute(text("INSERT INTO vault VALUES ('default', 'c-1', 'c-1', NULL, :body)"), {"body": details})
        database.mark(connection, 2)
    made.dispose()
    return other_url


def test_messages_live_through_their_new_table(second: str) -> None:
    """Each stands where it stood, for the purpose that all had; what was being sent is leased to nobody any more."""
    opened = open_engine(second)
    with opened.connect() as connection:
        rows = connection.execute(text("SELECT state, purpose, worker, leased_until FROM intents ORDER BY due, state")).all()
    opened.dispose()

    assert [("claimed", "service", None, 0), ("done", "service", None, None), ("planned", "service", None, None)] == rows


def test_whoever_was_known_is_found_by_their_address(second: str) -> None:
    """As if they had come with this version: letters may be small or large."""
    opened = open_engine(second)
    with opened.connect() as connection:
        rows = connection.execute(text("SELECT tenant, hash, customer FROM addresses")).all()
    opened.dispose()

    assert [("default", keyed_hash(bytes.fromhex("00"), "default", "address", "marta@example.com"), "c-1")] == rows


def test_a_migration_that_fails_leaves_the_older_store(
    engine: Engine, new_store_url: str, later: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it or nothing: the earlier version opens the store as before."""
    later("raise LookupError")
    with pytest.raises(LookupError):
        open_engine(new_store_url)
    monkeypatch.undo()
    with engine.connect() as connection:
        tables_now = inspect(connection).get_table_names()

    assert "later" not in tables_now
    open_engine(new_store_url).dispose()


def test_a_later_store_is_not_for_an_earlier_version(
    engine: Engine, new_store_url: str, later: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which says so, and touches nothing."""
    later("pass")
    open_engine(new_store_url).dispose()
    monkeypatch.undo()
    with pytest.raises(StoreTooNew, match="Install a newer incidentkit"):
        open_engine(new_store_url)
