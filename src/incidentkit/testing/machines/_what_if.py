"""What holds of every history by whatever settings: the same ones would have changed nothing, and asking changes nothing."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from incidentkit.domain.sending import FrequencyCap
from incidentkit.testing._audit import Copy
from incidentkit.testing.machines._looking import Looking

__all__ = ["OtherWorlds"]

_EVER = timedelta(days=3_000)


class OtherWorlds(Looking):
    """What other settings would have done to a history, looked at where it ends."""

    def at_the_end(self) -> None:
        """As before; then the same settings make no difference, and others make one without a trace in the store."""
        super().at_the_end()
        self._before = Copy(self._url)
        since = self.clock.now - _EVER
        same = self.desk.what_if(self.shop, since=since)
        assert same.empty, f"the same settings would have changed {dict(same.counts)}"
        hurried = tuple(
            evolve(p, communicate_within=timedelta(minutes=5), attempts=0, remedies=("apology",)) for p in self.shop.protocols
        )
        rare = evolve(self.shop.sending, caps=(FrequencyCap(1, timedelta(days=30), ("service",)),))
        other = self.desk.what_if(evolve(self.shop, protocols=hurried, sending=rare), since=since)
        assert (other.cases, other.messages) == (same.cases, same.messages), "another world has other people in it"
        self._nothing_changed("what if")
