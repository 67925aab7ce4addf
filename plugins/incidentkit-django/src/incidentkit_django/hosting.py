"""The project as the host of incidentkit's command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import django
from attrs import frozen
from django.apps import apps

import incidentkit as ik
from incidentkit_django.database import database_url
from incidentkit_django.desks import open_new, present_settings

__all__ = ["Project"]


@frozen
class Project:
    """Whatever the project's settings say; a process that it is handed to sets Django up first."""

    @property
    def store(self) -> str:
        """Where the record is."""
        _set_up()
        return database_url(present_settings().database)

    @property
    def shop(self) -> ik.Shop | None:
        """INCIDENTKIT's."""
        _set_up()
        return present_settings().shop

    def open(self, shop: ik.Shop | None, clock: Callable[[], datetime] | None) -> ik.Desk:
        """A desk for one command."""
        _set_up()
        return open_new(present_settings(), shop=shop, clock=clock)


def _set_up() -> None:
    # A worker of `send --workers` is a new process.
    if not apps.ready:
        django.setup()
