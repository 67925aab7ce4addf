"""Processes, and the server, killed at random moments: the record is whole, and nothing is lost or doubled.

A run that fails names its seed; with ``INCIDENTKIT_FAULTS_SEED`` set to it, the first run of each test is that run.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from tests.faults.cluster import Cluster
from tests.faults.killing import SCENES, hurt
from tests.faults.nursery import Nursery
from tests.faults.places import Place, Servers

SAMPLE = 1
MANY = 25
"""Runs of each scene on each kind of database: 450 in all, beside those under a server that dies."""

CRASHES = 20
"""Runs of each scene under such a server: 180 in all."""


def seeds(count: int, first: str) -> Iterator[str]:
    """As many seeds; in a long run, others every time."""
    given = os.environ.get("INCIDENTKIT_FAULTS_SEED")
    if given:
        yield given
        return
    base = first if count == SAMPLE else secrets.token_hex(4)
    yield from (f"{base}-{number}" for number in range(count))


@pytest.mark.parametrize("scene", [*SCENES])
@pytest.mark.parametrize("runs", [SAMPLE, pytest.param(MANY, marks=pytest.mark.long)])
def test_processes_are_killed(forks: Nursery, place: Place, scene: str, runs: int) -> None:
    """All but one of those that work on a store, at some instant of their work."""
    deaths = [hurt(forks, place, SCENES[scene], seed) for seed in seeds(runs, scene)]
    sys.stdout.write(f"{scene}: {len(deaths)} runs, {sum(deaths)} processes killed\n")

    assert runs == len(deaths) or len(deaths) == 1


@pytest.mark.parametrize("scene", [*SCENES])
@pytest.mark.parametrize("runs", [SAMPLE, pytest.param(CRASHES, marks=pytest.mark.long)])
def test_the_server_is_killed(forks: Nursery, servers: Servers, servers_own: Cluster, scene: str, runs: int) -> None:
    """At once, without a word, or one of its processes, while three programs work: they go on when it is back."""
    ways: Counter[str] = Counter()
    for seed in seeds(runs, scene):
        hurt(forks, servers, SCENES[scene], seed, lambda chance: ways.update([_crash(servers_own, chance)]))
    sys.stdout.write(f"{scene}: {dict(ways)}\n")

    assert runs == ways.total() or ways.total() == 1


def _crash(cluster: Cluster, chance: Random) -> str:
    time.sleep(chance.uniform(0, 0.1))
    return cluster.crash(chance)
