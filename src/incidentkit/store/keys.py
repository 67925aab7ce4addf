"""The keys of the vault's words in a file or database of their own."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    event,
    exists,
    insert,
    inspect,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url

from incidentkit.domain.vault import VaultSettings
from incidentkit.errors import ConfigurationError, ConflictError, StoreBusy
from incidentkit.ports import Key
from incidentkit.store.ciphers import KEY_BYTES, Spoilt, cipher, locked, opened, packed, unpacked
from incidentkit.store.engine import database_of, translated, url_label
from incidentkit.store.postgresql import LOCKS
from incidentkit.store.session import Session, Statement
from incidentkit.store.transaction import Spare

__all__ = ["SqlKeys", "master_key", "open_keys"]

_metadata = MetaData()
_keys = Table(
    "vault_keys",
    _metadata,
    Column("id", Text, primary_key=True),
    # Compared by its bytes, whatever language a database was made for.
    Column("owner", Text().with_variant(Text(collation="C"), "postgresql")),
    Column("current", Integer, nullable=False),
    Column("secret", Text, nullable=False),
)
Index("vault_keys_owner", _keys.c.owner)
_is_current = _keys.c.current == literal_column("1")
Index("vault_keys_current", _keys.c.owner, unique=True, sqlite_where=_is_current, postgresql_where=_is_current)

_FIND = select(_keys.c.id, _keys.c.secret).where(_keys.c.owner == bindparam("of"), _is_current)
_READ = select(_keys.c.secret).where(_keys.c.id == bindparam("of"))
_other = _keys.alias("other")
_has_one = exists().where(_other.c.owner == bindparam("of"), _other.c.current == literal_column("1"))
_GIVE = (
    update(_keys)
    .where(_keys.c.id == bindparam("key"), _keys.c.owner.is_(None), ~_has_one)
    .values(owner=bindparam("of"), current=literal_column("1"))
)
_FIRST_SPARE, _MOST_SPARE = 8, 256
_AT_ONCE = 500


class SqlKeys:
    """Keys in an SQLite file, or in a PostgreSQL database that several machines share.

    Keys are made some at a time and kept for good before one of them is given to anybody, so that a new person costs no wait
    for the disk. A destroyed key is overwritten in the file.

    Args:
        url: where, as an SQLAlchemy URL; a file is made if it is not there, and only its owner can read it.
        master: 32 bytes that the keys are wrapped with; None keeps them as they are.

    Raises:
        ConfigurationError: the URL names the record itself, or ``master`` is not the one that the keys are wrapped with.
        MissingExtra: the package for encryption is not installed.
        StoreError: the file or database can't be used.
    """

    def __init__(self, url: str, master: bytes | None = None) -> None:
        self.label = f"The vault's keys in {url_label(url)}"
        self._master = None if master is None else cipher(master)
        self._spares: list[Key] = []
        self._next = _FIRST_SPARE
        self._turn = threading.Lock()
        self._database, parsed = database_of(url), make_url(url)
        _make_file(parsed)
        self._lasting = self._database.engine(parsed)
        self._quick = self._database.engine(parsed)
        event.listen(self._lasting, "connect", _overwriting)
        event.listen(self._quick, "connect", _not_waiting)
        self._at_hand = Spare(self._quick, self._database)
        self._finds, self._reads, self._gives = (Statement(each, self._quick.dialect) for each in (_FIND, _READ, _GIVE))
        try:
            with translated(self.label):
                self._prepare()
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"<{self.label}>"

    def close(self) -> None:
        """Let go of every connection."""
        self._at_hand.drop()
        self._lasting.dispose()
        self._quick.dispose()

    # --- What every key store does -------------------------------------------------------------------------------

    def current(self, owner: str) -> Key:
        """The key for new words of this owner."""
        found = self._find(owner)
        while found is None:
            found = self._give(owner) or self._find(owner)
        return found

    def secret_of(self, id: str) -> bytes | None:
        """The key of that id; None where it was destroyed, or never was."""
        with self._asking() as session:
            row = session.one(self._reads, of=id)
        return None if row is None else self._unwrapped(id, row.secret)

    def retire(self, owner: str) -> tuple[str, ...]:
        """Give this owner and those below it fresh keys from now on; the ids of those that they have had."""
        c = _keys.c
        # What follows a slash comes before the sign after it.
        theirs = or_(c.owner == owner, and_(c.owner > f"{owner}/", c.owner < f"{owner}0"))
        with self._writing() as connection:
            connection.execute(update(_keys).where(theirs).values(current=0))
            return tuple(connection.execute(select(c.id).where(theirs).order_by(c.id)).scalars())

    def destroy(self, ids: Sequence[str]) -> None:
        """Destroy these keys for ever."""
        if not ids:
            return
        for start in range(0, len(ids), _AT_ONCE):
            with self._writing() as connection:
                connection.execute(delete(_keys).where(_keys.c.id.in_(ids[start : start + _AT_ONCE])))
        self._wipe()

    # --- The master key ------------------------------------------------------------------------------------------

    def rewrap(self, master: bytes | None) -> int:
        """Wrap every key with another master key, or with none; all of them or none. How many there are."""
        new = None if master is None else cipher(master)
        with self._turn, self._writing() as connection:
            rows = connection.execute(select(_keys.c.id, _keys.c.secret)).all()
            changed = [{"of": row.id, "now": _wrapped(new, row.id, self._unwrapped(row.id, row.secret))} for row in rows]
            if changed:
                connection.execute(update(_keys).where(_keys.c.id == bindparam("of")).values(secret=bindparam("now")), changed)
        self._master = new
        self._wipe()
        return len(changed)

    # --- How it is done ------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        with self._writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": LOCKS})
            if inspect(connection).has_table("events"):
                rule, step = "must lie apart from the record", "Name a file or database of their own."
                raise ConfigurationError(self.label, rule, got="the record's own", next=step, problems=("vault.keys",))
            _metadata.create_all(connection)
            first = connection.execute(select(_keys.c.id, _keys.c.secret).limit(1)).one_or_none()
        if first is not None:
            self._unwrapped(first.id, first.secret)
        # Not possible while somebody else is doing the same; they will do as well.
        with suppress(StoreBusy), translated(self.label):
            self._database.prepare(self._lasting)

    def _find(self, owner: str) -> Key | None:
        with self._asking() as session:
            row = session.one(self._finds, of=owner)
        return None if row is None else Key(row.id, self._unwrapped(row.id, row.secret))

    def _give(self, owner: str) -> Key | None:
        """One of those at hand; None where somebody else was quicker to give this owner one."""
        key = self._spare()
        with suppress(ConflictError), self._asking() as session:
            if session.change(self._gives, key=key.id, of=owner) == 1:
                return key
        # It is not given to anybody else: a forked process may have the same ones at hand.
        return None

    def _spare(self) -> Key:
        with self._turn:
            if not self._spares:
                self._spares = [Key(secrets.token_hex(8), os.urandom(KEY_BYTES)) for _ in range(self._next)]
                rows = [{"id": k.id, "current": 0, "secret": _wrapped(self._master, k.id, k.secret)} for k in self._spares]
                with self._writing() as connection:
                    connection.execute(insert(_keys), rows)
                self._next = min(2 * self._next, _MOST_SPARE)
            return self._spares.pop()

    @contextmanager
    def _asking(self) -> Iterator[Session]:
        """The short way: each statement is a transaction of its own."""
        with translated(self.label):
            pooled = self._at_hand.take()
            try:
                yield self._database.session(pooled, self._quick)
            finally:
                self._at_hand.give(pooled)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that is on the disk when it ends."""
        with translated(self.label), self._lasting.execution_options(**self._database.writing).begin() as connection:
            yield connection

    def _unwrapped(self, id: str, secret: str) -> bytes:
        try:
            content = unpacked(secret)
            if len(content) == KEY_BYTES:
                return content
            if self._master is not None:
                return opened(self._master, content, id.encode())
        except Spoilt:
            got = "another one, or a damaged key"
        else:
            got = "none"
        rule, step = "need the master key that they are wrapped with", "Set the variable that vault.master names to it."
        raise ConfigurationError(self.label, rule, got=got, next=step, problems=("vault.master: another, or none",))

    def _wipe(self) -> None:
        """What was deleted stays neither in the log nor in the dead rows."""
        raw = self._lasting.raw_connection()
        try:
            driver: Any = raw.driver_connection
            if self._lasting.dialect.name == "postgresql":
                driver.autocommit = True
                driver.execute("VACUUM vault_keys")
                driver.autocommit = False
            else:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()


def _wrapped(master: Any, id: str, secret: bytes) -> str:
    return packed(secret if master is None else locked(master, secret, id.encode()))


def _make_file(url: URL) -> None:
    """A new file is its owner's only."""
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        with suppress(FileExistsError, FileNotFoundError):
            os.close(os.open(Path(url.database), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _overwriting(connection: Any, _: object) -> None:
    if hasattr(connection, "create_function"):  # SQLite's
        connection.execute("PRAGMA secure_delete=ON")


def _not_waiting(connection: Any, _: object) -> None:
    """For giving a key that is there for good to an owner: not worth a wait for the disk."""
    if hasattr(connection, "create_function"):
        connection.execute("PRAGMA synchronous=NORMAL")
    else:
        connection.autocommit = True
        connection.execute("SET synchronous_commit = off")


def open_keys(settings: VaultSettings) -> SqlKeys | None:
    """The keys that the shop's settings name; None where they name none.

    Raises:
        ConfigurationError: a variable is not set, or the master key is none.
        MissingExtra: the package for encryption is not installed.
        StoreError: the file or database can't be used.
    """
    if not settings.keyed:
        return None
    place = settings.keys or _environment(settings.keys_env, "vault.keys")
    url = place if "://" in place else f"sqlite:///{place}"
    return SqlKeys(url, master_key(settings.master_env) if settings.master_env else None)


def master_key(name: str) -> bytes:
    """The master key that an environment variable holds: 32 bytes in hexadecimal.

    Raises:
        ConfigurationError: it is not set, or holds something else, which the error does not show.
    """
    value = _environment(name, "vault.master")
    try:
        found = bytes.fromhex(value)
    except ValueError:
        found = b""
    if len(found) == KEY_BYTES:
        return found
    raise ConfigurationError(
        "vault.master",
        f"names a variable with {KEY_BYTES} bytes in hexadecimal",
        got="something else",
        next="Make one with: openssl rand -hex 32",
        problems=(f"vault.master: {name} holds no key",),
    )


def _environment(name: str, setting: str) -> str:
    """What an environment variable holds.

    Raises:
        ConfigurationError: it is not set.
    """
    value = os.environ.get(name, "")
    if not value:
        rule, problems = "names an environment variable that is set", (f"{setting}: {name} is not set",)
        raise ConfigurationError(setting, rule, got=f"{name} without a value", next="Set it.", problems=problems)
    return value
