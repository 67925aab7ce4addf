"""The desks of this process: opened when they are first asked for, shared by its threads, never with another process."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from datetime import datetime
from functools import cache
from threading import Lock

import incidentkit as ik
from incidentkit.errors import NotOurStore
from incidentkit_django.database import database_url, has_record
from incidentkit_django.settings import Settings, read_settings
from incidentkit_django.signals import bridge

__all__ = ["close_desks", "desk", "forget_settings", "open_new", "present_settings"]

_Place = tuple[str, str]


class _Desks:
    """Those that are open, by URL and tenant."""

    def __init__(self) -> None:
        self._open: dict[_Place, ik.Desk] = {}
        self._turn = Lock()
        self._of_parents: list[object] = []

    def at(self, place: _Place, make: Callable[[], ik.Desk]) -> ik.Desk:
        """The one that is open there, else a new one."""
        found = self._open.get(place)
        if found is not None:
            return found
        with self._turn:
            if place not in self._open:
                self._open[place] = make()
            return self._open[place]

    def close(self) -> None:
        """Close all of them."""
        with self._turn:
            desks, self._open = list(self._open.values()), {}
        for each in desks:
            each.close()

    def begin_anew(self) -> None:
        """In a process that was forked: its parent's connections are left alone, for to close them would harm the parent."""
        self._of_parents.append(self._open)
        self._open, self._turn = {}, Lock()


_desks = _Desks()


def desk(tenant: str | None = None) -> ik.Desk:
    """This process's desk on the project's database; any thread may use it, and nobody needs to close it.

    A process that was forked opens one of its own, so that a server may load the project before it forks its workers.

    Args:
        tenant: whose record; default: INCIDENTKIT's.

    Raises:
        ConfigurationError: INCIDENTKIT can't be used.
        NotOurStore: ``migrate`` has not been run.
        StoreError: the database can't be used.
    """
    settings = present_settings()
    whose = settings.tenant if tenant is None else tenant
    url = database_url(settings.database)
    return _desks.at((url, whose), lambda: _opened(settings, whose))


def close_desks() -> None:
    """Close every desk of this process. The next call of `desk` opens one again."""
    _desks.close()


def open_new(
    settings: Settings,
    *,
    tenant: str | None = None,
    shop: ik.Shop | None = None,
    clock: Callable[[], datetime] | None = None,
    shared: bool = False,
) -> ik.Desk:
    """A desk of its own, which whoever asks for it closes.

    Args:
        shop: the settings; default: INCIDENTKIT's.
        shared: make the record where it is not there yet, beside the tables of others.
    """
    return ik.open_desk(
        database_url(settings.database),
        shop or settings.shop,
        tenant=tenant or settings.tenant,
        plugins=(*settings.plugins, bridge),
        clock=clock,
        blobs=settings.files,
        shared=shared,
        **settings.options,
    )


def _opened(settings: Settings, tenant: str) -> ik.Desk:
    if not has_record(settings.database):
        where, rule = f"The database {settings.database!r}", "must hold the record"
        raise NotOurStore(where, rule, got="none of its tables", next="Run: python manage.py migrate")
    return open_new(settings, tenant=tenant)


@cache
def present_settings() -> Settings:
    """INCIDENTKIT, read once."""
    return read_settings()


def forget_settings(*, setting: str, **_: object) -> None:
    """Settings were changed, as tests do: what was made of them is made anew."""
    if setting in ("INCIDENTKIT", "DATABASES"):
        present_settings.cache_clear()
        close_desks()


atexit.register(close_desks)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_desks.begin_anew)
