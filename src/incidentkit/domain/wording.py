"""The words in a noun: taken out of it, and put back, wherever in it a `Text` stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

from attrs import fields, has

from incidentkit.domain.copying import changed
from incidentkit.domain.texts import Text

__all__ = ["with_words", "without_words"]

T = TypeVar("T")

_NONE: Mapping[str, str] = {}


def without_words(value: T) -> T:
    """The same with each text's reference alone, as after its words were forgotten; the very same where there are none."""
    found: T = _worded(value, _NONE)
    return found


def with_words(value: T, words: Mapping[str, str]) -> T:
    """The same with these words, by reference, in its texts; a text whose words are not among them has none."""
    found: T = _worded(value, words)
    return found


def _worded(value: Any, words: Mapping[str, str]) -> Any:
    cls: Any = type(value)
    if cls is Text:
        known = words.get(value.ref)
        return value if known == value.value else Text(value.ref, known)
    if cls is tuple:
        new = [_worded(item, words) for item in value]
        return value if all(map(_same, new, value)) else tuple(new)
    there: dict[str, Any] = {}
    for name, alias in _worded_fields(cls):
        held = getattr(value, name)
        if held is not None and held != ():
            one = _worded(held, words)
            if one is not held:
                there[alias] = one
    return changed(value, **there) if there else value


def _same(one: object, other: object) -> bool:
    return one is other


@cache
def _worded_fields(cls: type[Any]) -> tuple[tuple[str, str], ...]:
    """The fields in which a text may stand, however deep: each by its name, and by what it is given as."""
    if not has(cls):
        return ()
    kinds = get_type_hints(cls)
    return tuple((a.name, a.alias or a.name) for a in fields(cls) if a.init and _may_hold(kinds[a.name], frozenset({cls})))


def _may_hold(kind: Any, inside: frozenset[Any]) -> bool:
    """Whether a value of that type may hold a text; ``inside`` are classes that are being looked into already."""
    if kind is Text:
        return True
    if any(_may_hold(part, inside) for part in get_args(kind)):
        return True
    if not isinstance(kind, type) or not has(kind) or kind in inside:
        return False
    kinds = get_type_hints(kind)
    return any(_may_hold(kinds[a.name], inside | {kind}) for a in fields(kind) if a.init)
