"""The desks of a process: shared by its threads, never with another process."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import incidentkit as ik
from incidentkit.errors import NotOurStore
from incidentkit_django import atomic, close_desks, desk

LINE = ik.Line("lamp", 1, "19.90")


def test_threads_share_one(record: ik.Desk) -> None:
    """Eight threads that ask at once get the same desk, and each writes by it."""
    close_desks()

    def sell(number: int) -> int:
        desk().orders.place(lines=[LINE], number=str(number))
        return id(desk())

    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(sell, range(24)))

    assert (1, 24) == (len(seen), len(desk().orders.find()))


def test_a_closed_one_is_opened_again(record: ik.Desk) -> None:
    """After `close_desks` the next call gives another that works."""
    close_desks()

    assert () == tuple(desk().orders.find())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
def test_a_forked_process_has_its_own(record: ik.Desk) -> None:
    """As servers do that load the project first: parent and children write at the same time, and all of it is there."""
    record.orders.place(lines=[LINE], number="parent")
    from django.db import connections

    connections.close_all()  # as such servers are told to for Django's own
    children = [_fork(partial(_sell, f"child {place}", 5)) for place in range(3)]
    _sell("parent", 5)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]

    assert [0, 0, 0] == codes
    assert record is desk()
    assert 21 == len(record.orders.find())


def _sell(name: str, count: int) -> None:
    from django.apps import apps

    for place in range(count):
        with atomic() as joined:
            order = joined.orders.place(lines=[LINE], number=f"{name} {place}")
            apps.get_model("checkout", "Purchase").objects.create(number=order.number, total=1, order_id=order.id)


def _fork(work: Callable[[], Any]) -> int:
    with warnings.catch_warnings():
        # Newer Pythons warn of threads, such as those that run the tests; none of them holds anything of ours.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    try:
        work()
        close_desks()
    except BaseException as error:  # noqa: BLE001 - it must not come back as a second pytest
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)
    os._exit(0)


def test_a_database_without_the_record_is_refused(
    project: Path, tmp_path: Path, switch: Callable[[dict[str, Any]], None]
) -> None:
    """Nothing is made there by looking, and the error says what to do."""
    switch({"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "new.sqlite3")})
    with pytest.raises(NotOurStore, match=r"manage\.py migrate"):
        desk()

    assert not (tmp_path / "new.sqlite3").stat().st_size


def test_a_database_in_memory_is_refused(project: Path, switch: Callable[[dict[str, Any]], None]) -> None:
    """Nobody else could read it; the error says what tests need."""
    switch({"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"})
    with pytest.raises(ik.ConfigurationError, match=r"\['TEST'\]"):
        desk()


def test_files_lie_in_the_projects_folder(record: ik.Desk, project: Path) -> None:
    """What comes with a mail is kept under INCIDENTKIT's FILES."""
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "marta@example.com", "shop@example.com", "broken"
    mail.set_content("see the photo")
    mail.add_attachment(b"\xff\xd8\xff\xe0 a photo", maintype="image", subtype="jpeg", filename="lamp.jpg")
    record.inbox.put("mail", "1", mail.as_bytes())
    record.inbox.process()
    (photo,) = record.inbox.files("mail", "1")

    assert photo.ref in {path.name for path in (project / "files").rglob("*")}
