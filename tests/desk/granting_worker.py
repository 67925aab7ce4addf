"""Somebody who grants in a process of their own: ``python -m tests.desk.granting_worker URL AGENT AMOUNT TIMES CASE...``.

They offer the amount in one case after the other, so many times, and write a sign on standard output for each that was granted.
"""

from __future__ import annotations

import os
import sys
from decimal import Decimal

from attrs import evolve

from incidentkit.desk.opening import open_desk
from incidentkit.domain.authority import Authority
from incidentkit.domain.remedies import Offer
from incidentkit.errors import AuthorityExceeded
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, SOON

__all__ = ["LIMITED"]

LIMITED = evolve(
    SHOP,
    authority={
        "agent": Authority(per_customer=Decimal(20), per_incident=Decimal(5)),
        "supervisor": Authority(per_day=Decimal(20)),
    },
)
"""A shop in which one customer gets 20 euros of agents at the most, 5 of them for one case."""


def _work(url: str, agent: str, amount: str, times: str, *cases: str) -> None:
    with open_desk(url, LIMITED, plugins=(Post(),), clock=ManualClock()) as desk:
        for _ in range(int(times)):
            for case in cases:
                try:
                    desk.incidents.offer(case, [Offer("refund", SOON, amount)], by=agent)
                except AuthorityExceeded:
                    continue
                os.write(1, b".")


if __name__ == "__main__":
    _work(*sys.argv[1:])
