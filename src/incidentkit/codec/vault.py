"""The vault in shop.toml: where its keys lie, and who was forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen
from cattrs import Converter

from incidentkit.codec.problems import Wrong, shown
from incidentkit.domain.vault import VaultSettings

__all__ = ["VaultTable", "beside", "read_vault", "register_vault"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WITH_PASSWORD = re.compile(r"[^/]*://[^/@]*:[^/@]*@")


@frozen
class _Place:
    path: str = ""
    env: str = ""


@frozen
class _Variable:
    env: str = ""


@frozen
class VaultTable:
    """``[vault]`` as it stands in the file."""

    keys: _Place = field(factory=_Place)
    master: _Variable = field(factory=_Variable)
    tombstones: str = ""


def register_vault(reader: Converter) -> None:
    """Teach a converter how the places of keys are written."""
    reader.register_structure_hook(_Place, _place)
    reader.register_structure_hook(_Variable, _variable)


def read_vault(table: VaultTable) -> VaultSettings:
    """The settings that the table says."""
    return VaultSettings(table.keys.path, table.keys.env, table.master.env, table.tombstones)


def beside(folder: Path, settings: VaultSettings) -> VaultSettings:
    """The same with its files in a folder, unless they are named from the root or are no files."""
    keys = settings.keys if "://" in settings.keys else _in(folder, settings.keys)
    return evolve(settings, keys=keys, tombstones=_in(folder, settings.tombstones))


def _in(folder: Path, name: str) -> str:
    return str(folder / name) if name else ""


def _place(raw: Any, _: Any) -> _Place:
    if isinstance(raw, str) and raw and "\0" not in raw and not _WITH_PASSWORD.match(raw):
        return _Place(path=raw)
    # What stands there may be a URL with a password.
    return _Place(env=_named(raw, 'a file, a URL without a password, or { env = "NAME" }'))


def _variable(raw: Any, _: Any) -> _Variable:
    # What stands there may be the key itself.
    return _Variable(_named(raw, '{ env = "NAME" }'))


def _named(raw: Any, expected: str) -> str:
    name = raw.get("env") if isinstance(raw, Mapping) and set(raw) == {"env"} else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Wrong(expected, "something else" if not isinstance(raw, (bool, int, float)) else shown(raw))
    return name
