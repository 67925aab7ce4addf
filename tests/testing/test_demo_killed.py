"""The demo killed with SIGKILL: the same command again ends as an undisturbed run does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from incidentkit.testing.simulator import run_demo
from tests.testing.demo_runs import ORDERS, ending

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only POSIX systems kill with SIGKILL")

DRIVER = """
import os, signal, sys
from pathlib import Path

from incidentkit.delivery.local import LocalChannel
from incidentkit.store.store import Store
from incidentkit.store.unit import Unit
from incidentkit.testing.simulator import demo

out, orders, moment, left = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])

def mortal(owner, name, before):
    real = getattr(owner, name)

    def call(*args, **kwargs):
        global left
        left -= 1
        if before and not left:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if not before and not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, call)

def progress(done, total):
    print(done, flush=True)

moments = {
    "before writing": (Unit, "flush", True),
    "before commit": (Unit, "flush", False),
    "after commit": (Store, "_tell", True),
    "before a mail": (LocalChannel, "_write", True),
    "within a mail or mark": (Path, "replace", True),
    "after a mail": (LocalChannel, "_write", False),
    "before a mark": (demo, "_write", True),
    "after a mark": (demo, "_write", False),
}
if moment in moments:
    mortal(*moments[moment])
demo.run_demo(out, orders=orders, progress=progress)
"""

MOMENTS = {
    "before writing": 500,
    "before commit": 500,
    "after commit": 400,
    "before a mail": 1000,
    "within a mail or mark": 1100,
    "after a mail": 1000,
    "before a mark": 230,
    "after a mark": 230,
    "from outside": 230,
}
"""Where the process dies, and how many times it gets past there at the most."""


def run_and_die(out: Path, moment: str, past: int) -> None:
    """Run the demo in a process of its own that does not live to its end."""
    command = [sys.executable, "-c", DRIVER, str(out), str(ORDERS), moment, str(past)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if moment == "from outside" and int(line) >= past:
                process.kill()
                break
        process.stdout.read()

    assert -signal.SIGKILL == process.returncode


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run comes to that nobody kills."""
    out = tmp_path_factory.mktemp("undisturbed")
    run_demo(out, orders=ORDERS)
    return ending(out)


def test_a_killed_demo_ends_like_an_undisturbed_one(undisturbed: dict[str, Any], tmp_path: Path) -> None:
    """Killed between a message's being written and its being marked as sent, the run loses and doubles nothing."""
    run_and_die(tmp_path, "after a mail", 600)
    run_demo(tmp_path, orders=ORDERS)

    assert undisturbed == ending(tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_a_demo_killed_at_any_moment_ends_like_an_undisturbed_one(
    seed: int, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """Whatever it was about, and if killed once more while it goes on, the run loses and doubles nothing."""
    rng = Random(f"{os.environ.get('INCIDENTKIT_KILL_SEED', '')}{seed}")
    moment = list(MOMENTS)[seed % len(MOMENTS)]
    run_and_die(tmp_path, moment, rng.randint(1, MOMENTS[moment] if seed % 2 else MOMENTS[moment] // 4))
    if seed % 2 == 0:
        run_and_die(tmp_path, "before commit", rng.randint(1, 60))
    run_demo(tmp_path, orders=ORDERS)

    assert undisturbed == ending(tmp_path)
