"""One order's story in the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import incidentkit as ik
from tests.cli.running import run


def test_the_cases_of_an_order_are_told_apart(here: Path) -> None:
    """With several incidents each event says which one it is about; with one, none does."""
    with ik.open_desk("sqlite:///shop.db") as desk:
        order, other = (desk.orders.place(lines=[ik.Line("mug", 1, "9.90")], number=number) for number in ("1", "2"))
        for type_ in ("late", "damaged"):
            desk.incidents.report(order=order.id, type=type_, description="It happened.")
        desk.incidents.report(order=other.id, type="late", description="It happened.")
    several, one = (run("timeline", number, "--store", "shop.db").out for number in ("1", "2"))

    assert ["[1] Incident opened", "[2] Incident opened"] == re.findall(r"\[\d\] ?Incident opened", several)
    assert "[1]" not in one
