"""Events that an earlier version wrote, brought up to date as they are read. The record itself is never rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from incidentkit.domain.events import EVENT_TYPES, Happening
from incidentkit.errors import StoreTooNew

__all__ = ["UPCASTS", "Upcast", "upcast", "upcasted"]

Upcast = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Turns the data of one version of an event into that of the next."""

UPCASTS: dict[tuple[str, int], Upcast] = {}
"""By event type and version: what turns its data into the next version's. A change to an event's class that older data could
not be read with raises the ``version`` of the class, and registers here what becomes of the version before."""


def upcast(type_: str, from_version: int) -> Callable[[Upcast], Upcast]:
    """Register what turns the data of that version of an event into the next version's."""

    def registered(made: Upcast) -> Upcast:
        assert (type_, from_version) not in UPCASTS, "a version has one way to the next"
        UPCASTS[type_, from_version] = made
        return made

    return registered


def upcasted(type_: str, version: int, data: Mapping[str, Any]) -> tuple[type[Happening], Mapping[str, Any]]:
    """The class of an event today, and its data as that reads it.

    Raises:
        StoreTooNew: a later incidentkit wrote it.
    """
    cls = EVENT_TYPES.get(type_)
    if cls is None:
        raise _too_new(type_, "must be of a type that this incidentkit knows", f"version {version} of one that it does not")
    if version > cls.version:
        raise _too_new(type_, f"is read up to version {cls.version} by this incidentkit", f"version {version}")
    while version < cls.version:
        data, version = UPCASTS[type_, version](data), version + 1
    return cls, data


def _too_new(type_: str, rule: str, got: str) -> StoreTooNew:
    return StoreTooNew(f"The event {type_[:64]}", rule, got=got, next="Install a newer incidentkit: the one that wrote it.")
