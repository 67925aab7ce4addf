"""The functional core: same arguments, same answer, and nothing touched."""

from __future__ import annotations

import pytest

from tests.architecture.purity import impurities
from tests.architecture.sources import PURE, modules


@pytest.mark.parametrize("floor", ["errors", *PURE])
def test_the_core_is_pure(floor: str) -> None:
    """No module of the floor reads a clock, draws at random, does I/O or logs."""
    found = {name: bad for name, path in modules(floor) if (bad := impurities(path.read_text("utf-8")))}

    assert {} == found


@pytest.mark.parametrize(
    "text",
    [
        "import time",
        "def late():\n    from time import monotonic",
        "import os.path",
        "from importlib.resources import files",
        "from uuid import uuid4",
        "import random as chance",
        "import logging",
        "from pathlib import Path",
        "from datetime import datetime\nSTART = datetime.now()",
        "import datetime as dt\ndef age(then):\n    return dt.datetime.utcnow() - then",
        "from datetime import date\ndef day(clock=date.today):\n    return clock()",
        "def read(name):\n    with open(name) as file:\n        return file.read()",
        "def say(words):\n    print(words)",
    ],
)
def test_the_check_sees_what_is_impure(text: str) -> None:
    """Each way out of the core is found, at the head of a module or deep inside it."""
    found = impurities(text)

    assert 1 == len(found), found


def test_the_check_passes_what_is_pure() -> None:
    """Times and zones that are given are no clock, and a field may be called open."""
    text = "from datetime import datetime, time\nopen: int = 0\nmidnight = datetime.combine(day, time(), ZoneInfo(zone))"

    assert [] == impurities(text)
