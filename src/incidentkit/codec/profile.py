"""Import profiles from TOML."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from cattrs import Converter

from incidentkit.codec.problems import Wrong, refuse, shown
from incidentkit.codec.reading import make_reader, structure
from incidentkit.codec.toml import parse_toml, read_text
from incidentkit.domain.picks import Pick
from incidentkit.domain.profile import Profile

__all__ = ["built_in_profiles", "load_profile", "parse_profile"]


def built_in_profiles() -> tuple[str, ...]:
    """The names of the profiles that come with incidentkit."""
    folder = files("incidentkit") / "profiles"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def load_profile(path: str | Path) -> Profile:
    """The profile in the file at ``path``, or, where no file is, the built-in one of that name (``olist``, ``olist.toml``).

    Raises:
        ConfigurationError: there is neither, it can't be read, or it has mistakes; ``problems`` lists every one of them.
    """
    name = str(path).removesuffix(".toml")
    if name in built_in_profiles() and not Path(path).exists():
        return parse_profile((files("incidentkit") / "profiles" / f"{name}.toml").read_text("utf-8"), f"{name}.toml")
    kind = f"a profile, or the name of a built-in one ({', '.join(built_in_profiles())})"
    return parse_profile(read_text(path, kind), str(path))


def parse_profile(text: str, source: str = "profile.toml") -> Profile:
    """The profile that ``text``, in TOML, describes: tables and keys have the names of `Profile`'s parts.

    A plain text stands for a `Pick` of that column, and for a list of one text; ``offset`` is written ``"-03:00"``.

    Args:
        source: what to call it in errors.

    Raises:
        ConfigurationError: there are mistakes; ``problems`` lists every one of them.
    """
    read = structure(
        _reader(),
        parse_toml(text, source),
        Profile,
        referred=("sources", "orders"),
        alone=("zone", "offset", "currency"),
        stand_ins={"name": "unnamed"},
    )
    if read.value is None or read.problems:
        refuse(source, read.problems)
    return read.value


@cache
def _reader() -> Converter:
    reader = make_reader()
    listed = reader.get_structure_hook(tuple[str, ...])

    def one_or_more(raw: Any, kind: Any) -> Any:
        return listed([raw] if isinstance(raw, str) else raw, kind)

    reader.register_structure_hook_func(lambda kind: kind == tuple[str, ...], one_or_more)
    reader.register_structure_hook_func(lambda kind: kind == timedelta | None, _offset)
    # Last: a table for a pick is read by what stands above.
    whole_pick = reader.get_structure_hook(Pick)
    reader.register_structure_hook(Pick, lambda raw, kind: _pick(raw, kind, whole_pick))
    return reader


def _pick(raw: Any, kind: Any, whole: Callable[[Any, Any], Pick]) -> Pick:
    if isinstance(raw, str):
        if not raw:
            raise Wrong("the name of a column", "an empty text")
        return Pick(raw)
    if not isinstance(raw, dict):
        raise Wrong('the name of a column, or a table such as { value = "..." }', shown(raw))
    return whole(raw, kind)


def _offset(raw: Any, _: Any) -> timedelta:
    found = re.fullmatch(r"([+-])([0-9]{2}):([0-5][0-9])", raw) if isinstance(raw, str) else None
    if found is None:
        raise Wrong('an offset such as "-03:00"', shown(raw))
    span = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -span if found[1] == "-" else span
