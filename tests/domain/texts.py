"""Every text in a noun, for tests that compare their words, which equality leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import fields, has

from incidentkit.domain.texts import Text

__all__ = ["texts_in"]


def texts_in(value: Any) -> list[tuple[str, str | None]]:
    """The reference and the words of each, in the order in which they stand."""
    return list(_texts(value))


def _texts(value: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, Text):
        yield value.ref, value.value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif has(type(value)):
        for a in fields(type(value)):
            yield from _texts(getattr(value, a.name))
