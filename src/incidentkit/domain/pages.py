"""Pages: a long list, some of it at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Self, TypeVar

__all__ = ["Page"]

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Page(tuple[T_co, ...]):  # noqa: SLOT001 - it has one thing beside them
    """Some things of a list, as a tuple of them, and where the list goes on.

    What is added to the list while it is read changes neither what was given nor what comes: nothing that was there all the
    while is left out or given twice.

    Attributes:
        next: to be given back as ``after=``, together with the same other arguments; None on the last page.
    """

    next: str | None

    def __new__(cls, things: Iterable[T_co] = (), next: str | None = None) -> Self:
        """A page of these."""
        page = super().__new__(cls, tuple(things))
        page.next = next
        return page

    def __repr__(self) -> str:
        return f"Page({super().__repr__()}, next={self.next!r})"

    def __getnewargs__(self) -> tuple[tuple[T_co, ...], str | None]:
        return tuple(self), self.next

    def map(self, made: Callable[[T_co], U]) -> Page[U]:
        """The same page of something else, made of each."""
        return Page(map(made, self), self.next)
