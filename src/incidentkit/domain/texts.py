"""Free text by or about a person: the record holds a reference, the words lie in the vault."""

from __future__ import annotations

from attrs import field, frozen

__all__ = ["Text"]


@frozen
class Text:
    """Words that can be forgotten without changing the record.

    ``str()`` gives the words, or ``""`` once they are forgotten; the repr shows only the reference.
    """

    ref: str
    value: str | None = field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        return self.value or ""

    def __bool__(self) -> bool:
        return bool(self.value)
