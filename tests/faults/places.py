"""Stores to be hurt: each a copy of one that was prepared once, on either kind of database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from attrs import define, field

from incidentkit.desk.desk import Desk
from tests.faults.cluster import Cluster
from tests.faults.lives import desk_of

__all__ = ["Files", "Place", "Servers", "store"]

Prepare = Callable[[Desk], None]


class Place(Protocol):
    """Where stores are made."""

    def fresh(self, prepare: Prepare | None) -> str:
        """The URL of a store of its own, prepared so; with None there is nothing yet."""

    def done(self, url: str) -> None:
        """It is not needed any more."""


@define
class Files:
    """SQLite files in a folder."""

    folder: Path
    _made: dict[Prepare, Path] = field(factory=dict)

    def fresh(self, prepare: Prepare | None) -> str:
        file = self.folder / f"{uuid4().hex}.db"
        if prepare is not None:
            if prepare not in self._made:
                self._made[prepare] = template = self.folder / f"{prepare.__name__}.template"
                with desk_of(f"sqlite:///{template}") as desk:
                    prepare(desk)
            shutil.copy(self._made[prepare], file)
        return f"sqlite:///{file}"

    def done(self, url: str) -> None:
        for file in self.folder.glob(f"{Path(url.removeprefix('sqlite:///')).name}*"):
            file.unlink()


@define
class Servers:
    """Databases on a server."""

    cluster: Cluster
    _made: dict[Prepare, str] = field(factory=dict)
    _names: dict[str, str] = field(factory=dict)

    def fresh(self, prepare: Prepare | None) -> str:
        if prepare is not None and prepare not in self._made:
            self._made[prepare] = self.cluster.make()
            with desk_of(self.cluster.url(self._made[prepare])) as desk:
                prepare(desk)
        name = self.cluster.make("template1" if prepare is None else self._made[prepare])
        self._names[self.cluster.url(name)] = name
        return self.cluster.url(name)

    def done(self, url: str) -> None:
        self.cluster.drop(self._names.pop(url))


@contextmanager
def store(place: Place, prepare: Prepare | None) -> Iterator[str]:
    """One store, taken away at the end unless something is wrong with it."""
    url = place.fresh(prepare)
    yield url
    place.done(url)
