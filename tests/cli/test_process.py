"""The command line as a process: its streams, signals and missing packages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import NOW, environment, process

MAIN = [sys.executable, "-c", "import sys; from incidentkit.cli import main; sys.exit(main())"]
# Whoever started these tests may have made all that they start deaf to an interrupt.
ANEW = [sys.executable, "-c", f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {MAIN[-1]}"]


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_a_missing_extra_is_one_plain_line(package: str) -> None:
    """It names what to install, exits 1, and shows no traceback."""
    answer = process("queue", code=f"sys.modules[{package!r}] = None")

    assert (1, "") == (answer.code, answer.out)
    assert 1 == len(answer.err.splitlines())
    assert "pip install 'incidentkit[cli]'" in answer.err


def test_help_loads_nothing_heavy() -> None:
    """Neither the database layer nor the simulator nor rich is there when help is shown."""
    code = "import atexit; atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))"
    loaded = set(process("--help", code=code).err.split())

    assert set() == loaded & {"sqlalchemy", "incidentkit.testing", "incidentkit.desk.desk", "rich.console"}
    assert "typer" in loaded


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}])
def test_a_pipe_gets_no_codes_of_colour(demo: Path, env: dict[str, str]) -> None:
    """What is piped is plain."""
    answer = process("scoreboard", "--store", demo, "--now", NOW, **env)

    assert (0, "") == (answer.code, answer.err)
    assert "\x1b" not in answer.out
    assert "▲" in answer.out or "▼" in answer.out or "●" in answer.out


def test_a_terminal_that_lacks_a_sign_breaks_nothing(demo: Path) -> None:
    """The state still stands there in words."""
    answer = process("scoreboard", "--store", demo, "--now", NOW, PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert 0 == answer.code
    assert "Traceback" not in answer.err
    assert "ing" in answer.out or "unknown" in answer.out


def test_a_reader_that_goes_away_is_no_error(demo: Path) -> None:
    """A closed pipe ends the command without a word."""
    with subprocess.Popen(
        [*MAIN, "measure", "orders_received", "--by", "day", "--store", demo],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment({}),
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()

    assert (1, b"") == (running.returncode, said)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_an_interrupt_is_exit_code_130(tmp_path: Path) -> None:
    """Ctrl-C in the middle of the demo ends it without a traceback."""
    with subprocess.Popen(
        [*ANEW, "demo", "--out", tmp_path / "demo", "--orders", "3000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment({}),
    ) as running:
        assert running.stderr is not None
        first = running.stderr.readline()
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()

    assert first.startswith(b"The month: ")
    assert 130 == running.returncode
    assert b"Traceback" not in rest
