"""What comes in from elsewhere: imported, adopted; and everything made anew from its events."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, rule

from incidentkit.testing.machines._base import INCIDENTS, Driven
from incidentkit.testing.machines._drawn import PERSONAL
from incidentkit.testing.machines._shop import profile

__all__ = ["ImportRules"]

_STATES = ("New", "Resolved", "Active", "Closed")
_KINDS = ("late", "damaged", "weird")
_ANEW = ("figures", "figure_marks", "timers")


class ImportRules(Driven):
    """What the desk did not see itself."""

    @rule(
        target=INCIDENTS,
        number=st.integers(1, 3),
        kind=st.sampled_from(_KINDS),
        states=st.lists(st.sampled_from(_STATES), min_size=1, max_size=3),
        promised=st.booleans(),
    )
    def take_in(self, number: int, kind: str, states: list[str], promised: bool) -> MultipleResults[str]:
        """An order and a ticket about it, of which there may be more than the last time."""
        seen = len(self.post.seen)
        with TemporaryDirectory() as folder:
            order = (
                f"id,placed,promised,person\nO{number},2026-01-01 10:00:00,{'2026-01-05' if promised else ''},{PERSONAL}-7\n"
            )
            rows = [
                f"{number},O{number},{kind},{PERSONAL} wrote,2026-01-02 10:00:00,{state},2026-01-0{day} 10:00:00"
                for day, state in enumerate(states, 3)
            ]
            Path(folder, "orders.csv").write_text(order)
            Path(folder, "log.csv").write_text("\n".join(["number,order,type,text,opened,state,written", *rows, ""]))
            self.desk.imports.run(profile(), [folder])
        return self._new_cases(seen)

    @rule(incident=INCIDENTS, which=st.sampled_from(("one", "one", "all", "none")))
    def adopt(self, incident: str, which: str) -> None:
        """What was imported becomes live: one case, or all that can."""
        if which == "one":
            self._try(lambda: self.desk.incidents.adopt(incident, by="ana"))
            return
        found = self.desk.adopt(dry_run=which == "none", by="ana")
        if which == "none" or not found.adoptable:
            self._nothing_changed("an adoption of nothing")

    @rule(sure=st.integers(0, 2))
    def rebuild(self, sure: int) -> None:
        """Whatever follows from the events, made anew, is what it was; figures are reckoned again when they are asked for."""
        if sure == 1:
            self.desk.rebuild()
            self._nothing_changed("a rebuild", but=_ANEW)
