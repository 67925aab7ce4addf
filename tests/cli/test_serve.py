"""``incidentkit serve``: on this machine only, without a log of addresses, and with what it needs."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from attrs import evolve

from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from tests.cli.running import environment, process, run

PAGES = "https://shop.example/p"
SERVE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from incidentkit.cli import main
sys.exit(main())
"""


@pytest.fixture
def link(here: Path) -> str:
    """The path of an order's page, in a store in the current folder."""
    with open_desk("sqlite:///shop.db", Shop(pages_url=PAGES)) as desk:
        order = desk.orders.place(customer=Customer("c-1", email="a@example.com"), lines=[Line("mug", 1, "9.90")])
        return desk.pages.status_link(order.id).removeprefix(PAGES)


@contextmanager
def serving(*args: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server of its own process, and its port."""
    command = [sys.executable, "-c", SERVE, "serve", "--port", "0", *args]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment({"PYTHONUNBUFFERED": "1"})
    ) as running:
        try:
            assert running.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:(\d+)", running.stdout.readline())
            assert found is not None
            yield running, int(found[1])
        finally:
            running.kill()


def asked(port: int, path: str, method: str = "GET") -> tuple[int, str, str]:
    """Status, body and server header of an answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path)
        reply = connection.getresponse()
        return reply.status, reply.read().decode(), reply.getheader("server") or ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_it_serves_here_and_says_nothing_of_who_came(link: str) -> None:
    """A page opens, Ctrl-C ends it, and neither stream has a word of what was asked for."""
    with serving() as (running, port):
        page, head, board = asked(port, link), asked(port, link, "HEAD"), asked(port, "/scoreboard")
        dead = asked(port, link[:-1])
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)

    assert [200, 200, 200, 404] == [status for status, *_ in (page, head, board, dead)]
    assert ("", "") == (head[1], page[2])
    assert "We have received it" in page[1]
    assert ("", "") == (out, err)


def test_nobody_else_can_come(link: str) -> None:
    """It listens on the address of this machine that no other can reach."""
    with serving("--no-scoreboard") as (_, port):
        board = asked(port, "/scoreboard")
        elsewhere = [
            info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None) if not str(info[4][0]).startswith("127.")
        ]
        open_ = [place for place in elsewhere if _answers(str(place), port)]

    assert (404, []) == (board[0], open_)


def _answers(place: str, port: int) -> bool:
    try:
        socket.create_connection((place, port), timeout=1).close()
    except OSError:
        return False
    return True


def test_a_port_that_is_taken_is_said_plainly(link: str) -> None:
    """It ends with 1 and one line."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = process("serve", "--port", taken.getsockname()[1])

    assert 1 == answer.code
    assert "Traceback" not in answer.err
    assert "in use" in answer.err


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "itsdangerous"])
def test_a_missing_extra_is_one_plain_line(here: Path, package: str) -> None:
    """It names what to install, and touches nothing."""
    answer = process("serve", code=f"sys.modules[{package!r}] = None")

    assert (1, "") == (answer.code, answer.out)
    assert 1 == len(answer.err.splitlines())
    assert "pip install 'incidentkit[web]'" in answer.err
    assert [] == list(here.iterdir())


@pytest.mark.parametrize(("option", "opens"), [("--rotate-keys", True), ("--drop-links", False)])
def test_keys_are_changed_from_the_terminal(link: str, option: str, opens: bool) -> None:
    """Links that were sent open their pages after a change, and none once they are dropped."""
    answer = run("serve", option)
    with open_desk("sqlite:///shop.db", evolve(Shop(), pages_url=PAGES)) as desk:
        page = desk.pages.status(link.rpartition("/")[2])

    assert (0, "") == (answer.code, answer.err)
    assert "new key" in answer.out
    assert (page is not None) is opens
