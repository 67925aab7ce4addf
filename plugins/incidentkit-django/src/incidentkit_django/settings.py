"""INCIDENTKIT in a project's settings."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from attrs import field, frozen
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.module_loading import import_string

import incidentkit as ik
from incidentkit.errors import ConfigurationError
from incidentkit.hooks import BlobStore

__all__ = ["Settings", "read_settings"]

_NAMES = ("DATABASE", "TENANT", "SHOP", "FILES", "PLUGINS", "OPTIONS")
_TAKEN = ("blobs", "clock", "plugins", "shared", "shop", "tenant", "url")


@frozen
class Settings:
    """What stands under INCIDENTKIT, read.

    Args:
        database: the alias of the database that the record is in.
        tenant: whose record.
        shop: the shop's settings; None for those that the store was first opened with.
        files: keeps the files that come with messages: a store of files, or a folder; None for incidentkit's default.
        plugins: modules or objects with hooks, besides the installed ones.
        options: what else `incidentkit.open_desk` takes, e.g. ``guards``.
    """

    database: str = DEFAULT_DB_ALIAS
    tenant: str = "default"
    shop: ik.Shop | None = None
    files: BlobStore | Path | None = None
    plugins: tuple[object, ...] = ()
    options: Mapping[str, Any] = field(factory=dict)


def read_settings() -> Settings:
    """What the project says now.

    Raises:
        ConfigurationError: it can't be used; ``problems`` lists all that is wrong, each with its path.
    """
    given = getattr(settings, "INCIDENTKIT", {})
    if not isinstance(given, Mapping):
        raise _refused(["INCIDENTKIT: expected a dict"])
    problems = [f"INCIDENTKIT[{name!r}]: unknown; known are {', '.join(_NAMES)}" for name in given if name not in _NAMES]
    database, tenant = given.get("DATABASE", DEFAULT_DB_ALIAS), given.get("TENANT", "default")
    if database not in list(connections):
        problems.append("INCIDENTKIT['DATABASE']: expected an alias of DATABASES")
    if not isinstance(tenant, str) or not tenant:
        problems.append("INCIDENTKIT['TENANT']: expected a name")
    if problems:
        raise _refused(problems)
    return Settings(
        str(database),
        str(tenant),
        _shop(given.get("SHOP")),
        _files(given.get("FILES")),
        _plugins(given.get("PLUGINS", ())),
        _options(given.get("OPTIONS", {})),
    )


def _refused(problems: list[str]) -> ConfigurationError:
    rule, step = "must say how the record is opened", "Correct INCIDENTKIT in the project's settings."
    return ConfigurationError("INCIDENTKIT", rule, got="; ".join(problems), next=step, problems=tuple(problems))


def _shop(given: Any) -> ik.Shop | None:
    if given is None or isinstance(given, ik.Shop):
        return given
    if isinstance(given, str | os.PathLike):
        return ik.load_shop(Path(given))
    raise _refused(["INCIDENTKIT['SHOP']: expected the path of a shop.toml, or an incidentkit.Shop"])


def _files(given: Any) -> BlobStore | Path | None:
    if given is None or isinstance(given, BlobStore):
        return given
    if isinstance(given, str | os.PathLike):
        return Path(given)
    raise _refused(["INCIDENTKIT['FILES']: expected the path of a folder, or a store of files"])


def _plugins(given: Any) -> tuple[object, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise _refused(["INCIDENTKIT['PLUGINS']: expected a list of modules, objects and dotted paths of them"])
    return tuple(_imported(plugin) if isinstance(plugin, str) else plugin for plugin in given)


def _options(given: Any) -> Mapping[str, Any]:
    known = [name for name in inspect.signature(ik.open_desk).parameters if name not in _TAKEN]
    if not isinstance(given, Mapping) or not set(given) <= set(known):
        raise _refused([f"INCIDENTKIT['OPTIONS']: expected a dict with some of {', '.join(known)}"])
    return dict(given)


def _imported(path: str) -> object:
    """A module, or an object in one; a class is made once, without arguments."""
    try:
        found = import_module(path)
    except ModuleNotFoundError as error:
        if error.name is None or not path.startswith(error.name):
            raise  # the module is there, and lacks another one
    else:
        return found
    try:
        thing = import_string(path)
    except ImportError as error:
        raise _refused([f"INCIDENTKIT['PLUGINS']: nothing is called {path}"]) from error
    return thing() if isinstance(thing, type) else thing
