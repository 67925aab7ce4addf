"""Strategies for how a record is kept: what of people, for how long, and what looking it over comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from incidentkit.domain.legal_holds import PersonHold
from incidentkit.domain.phones import Phone
from incidentkit.domain.retention import PersonalKind, Retention
from incidentkit.domain.vault import VaultSettings
from incidentkit.domain.verification import DAMAGE_KINDS, Damage, VerifyReport
from incidentkit.testing.strategies._basics import handles, ids, instants

__all__ = ["PARTS"]

_COUNTS = st.integers(0, 50)


@st.composite
def _reports(draw: st.DrawFn) -> VerifyReport:
    damages = draw(st.lists(_damages(), max_size=3).map(tuple))
    looked_at = [draw(_COUNTS) for _ in range(3)]
    more = draw(st.integers(0, 2)) if damages else 0
    return VerifyReport(draw(instants()), looked_at[0], looked_at[1], looked_at[2], len(damages) + more, damages)


def _damages() -> st.SearchStrategy[Damage]:
    place = st.none() | st.integers(1, 500)
    return st.builds(Damage, st.sampled_from([*DAMAGE_KINDS]), ids(), st.just("it is not what was written"), place, place)


def _holds() -> st.SearchStrategy[PersonHold]:
    def until(hold: PersonHold) -> st.SearchStrategy[PersonHold]:
        span = st.integers(1, 4_000).map(lambda days: hold.since + timedelta(days=days))
        return st.builds(PersonHold, st.just(hold.reason), st.just(hold.by), st.just(hold.since), st.none() | span)

    return st.builds(PersonHold, st.sampled_from(("tax", "lawsuit")), handles(), instants()).flatmap(until)


def _retentions() -> st.SearchStrategy[Retention]:
    spans = st.none() | st.integers(1, 36_500).map(lambda days: timedelta(days=days))
    return st.fixed_dictionaries({kind.value: spans for kind in PersonalKind}).map(lambda given: Retention(**given))


PARTS: Mapping[type, Callable[[], st.SearchStrategy[Any]]] = {
    Damage: _damages,
    PersonHold: _holds,
    Phone: lambda: st.builds(Phone, st.from_regex(r"[1-9][0-9]{6,13}", fullmatch=True), st.booleans()),
    Retention: _retentions,
    VaultSettings: lambda: st.sampled_from((VaultSettings(), VaultSettings(keys="keys.db"), VaultSettings(keys_env="KEYS"))),
    VerifyReport: _reports,
}
"""By what is drawn."""
