"""A Django database as a URL that incidentkit opens."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from incidentkit.errors import ConfigurationError

__all__ = ["database_url", "has_record"]

# What Django gives the driver beside what libpq knows: it is about Django's own connections.
_NOT_LIBPQ = frozenset({"autocommit", "client_encoding", "context", "cursor_factory", "prepare_threshold", "row_factory"})


def database_url(alias: str) -> str:
    """Where the database of that alias is, as it stands now: while Django's tests run, it is the test database.

    The password is in it: show it to nobody.

    Raises:
        ConfigurationError: it is neither a file of SQLite nor PostgreSQL.
    """
    connection = connections[alias]
    if connection.vendor == "sqlite":
        return _sqlite(connection)
    if connection.vendor == "postgresql":
        return _postgresql(connection)
    raise _refused(
        alias, "must be of SQLite or PostgreSQL", connection.vendor, "Name another alias in INCIDENTKIT['DATABASE']."
    )


def has_record(alias: str) -> bool:
    """Whether ``migrate`` has made our tables there. Asked by this thread's connection of Django's, left as it was."""
    connection = connections[alias]
    closed = connection.connection is None
    try:
        return "streams" in connection.introspection.table_names()
    finally:
        if closed:
            connection.close()


def _sqlite(connection: BaseDatabaseWrapper) -> str:
    name = str(connection.settings_dict["NAME"])
    if not name or ":memory:" in name or "mode=memory" in name:
        step = f"Tests want a file: DATABASES[{connection.alias!r}]['TEST'] = {{'NAME': BASE_DIR / 'test.sqlite3'}}."
        raise _refused(connection.alias, "must be a file, for others read and write it too", "one in memory", step)
    if name.startswith("file:") or "?" in name:
        step = "Give the path of the file; what more there is to say goes under OPTIONS."
        raise _refused(connection.alias, "must be named by a path without a question mark", "a URI", step)
    return f"sqlite:///{Path(name).absolute()}"


def _postgresql(connection: BaseDatabaseWrapper) -> str:
    given = {name: value for name, value in connection.get_connection_params().items() if name not in _NOT_LIBPQ}
    user, password = given.pop("user", ""), given.pop("password", "")
    name = given.pop("dbname", "")
    role = connection.settings_dict.get("OPTIONS", {}).get("assume_role")
    if role:
        # As Django does with SET ROLE: what either makes belongs to the same role.
        given["options"] = " ".join(filter(None, (given.get("options"), f"-c role={_escaped(role)}")))
    who = f"{quote(str(user), safe='')}{':' if password else ''}{quote(str(password), safe='')}@" if user else ""
    said = urlencode({key: str(value) for key, value in sorted(given.items()) if value is not None}, quote_via=quote)
    return f"postgresql://{who}/{quote(str(name), safe='')}{'?' if said else ''}{said}"


def _escaped(role: str) -> str:
    return role.replace("\\", "\\\\").replace(" ", "\\ ")


def _refused(alias: str, rule: str, got: str, step: str) -> ConfigurationError:
    where = f"DATABASES[{alias!r}]"
    return ConfigurationError(where, rule, got=got, next=step, problems=(f"{where}: {rule}; got {got}",))
