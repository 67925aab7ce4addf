"""Strategies for what happens again, and for what the process does not allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.blocks import Block, BlockState, ProcessRule
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import BlockId, IncidentId
from incidentkit.domain.incidents import Incident, Owner, next_block
from incidentkit.domain.orders import Order
from incidentkit.domain.recurrence import Recurrence, RecurrencePolicy, RecurrenceRule
from incidentkit.domain.shipments import FailedAttempt
from incidentkit.testing.strategies._basics import actors, codes, handles, ids, instants, money, one_liners, texts
from incidentkit.testing.strategies._incidents import deadlines, owners
from incidentkit.testing.strategies._orders import units

__all__ = ["AGAIN", "PARTS", "blocks", "fail_delivery", "recur", "repeat", "stand_in_the_way"]

Drawn = st.SearchStrategy[Happening]

_RULES = st.sampled_from(get_args(RecurrenceRule))
_SUBJECTS = st.sampled_from(("defect/product/A", "picking/step/picking", "carrier_delay/carrier/seur"))
_COUNTS = st.integers(2, 9)


def _cases() -> st.SearchStrategy[tuple[IncidentId, ...]]:
    return st.lists(ids().map(IncidentId), max_size=2, unique=True).map(tuple)


def _block_ids() -> st.SearchStrategy[BlockId]:
    return st.integers(1, 9).map(lambda place: BlockId(f"block-{place}"))


@st.composite
def blocks(draw: st.DrawFn, state: BlockState | None = None) -> Block:
    """Blocks in any state, each with what that state has."""
    stands = state or draw(st.sampled_from(BlockState))
    at = draw(instants())
    end: dict[str, Any] = {}
    if stands is not BlockState.OPEN:
        end = {"ended_at": draw(instants(min_value=at)), "ended_by": str(draw(actors()))}
    if stands is BlockState.WORKED_AROUND:
        end |= {"how": draw(texts()), "allowed_by": draw(handles()), "cost": draw(st.none() | money())}
    elif stands is BlockState.LEFT:
        end |= {"reason": draw(texts())}
    return Block(draw(_block_ids()), draw(codes()), draw(texts()), at, str(draw(actors())), stands, **end)


PARTS: Mapping[type, Callable[[], st.SearchStrategy[Any]]] = {
    Block: blocks,
    FailedAttempt: lambda: st.builds(FailedAttempt, instants(), units()),
    ProcessRule: lambda: st.builds(ProcessRule, codes().map(lambda code: f"r{code}"), one_liners()),
    Recurrence: lambda: st.builds(Recurrence, _RULES, _SUBJECTS, _COUNTS, instants(), _cases()),
    RecurrencePolicy: lambda: st.builds(
        RecurrencePolicy, st.integers(1, 400).map(lambda days: timedelta(days=days)), st.integers(2, 9)
    ),
}
"""What has no public strategy, by type."""

AGAIN: Mapping[str, Callable[[], Drawn]] = {
    "incident.recurred": lambda: st.builds(
        ev.IncidentRecurred,
        _RULES,
        _SUBJECTS,
        _COUNTS,
        _cases(),
        st.sampled_from(("", "critical")),
        st.none() | deadlines(),
    ),
    "incident.repeated": lambda: st.builds(ev.IncidentRepeated, ids().map(IncidentId)),
    "incident.appointed": lambda: st.builds(ev.IncidentAppointed, owners(), codes()),
    "incident.blocked": lambda: st.builds(ev.IncidentBlocked, _block_ids(), codes(), texts()),
    "incident.worked_around": lambda: st.builds(
        ev.BlockWorkedAround, _block_ids(), texts(), handles(), st.none() | money(above_zero=True)
    ),
    "incident.block_left": lambda: st.builds(ev.BlockLeft, _block_ids(), texts()),
}
"""What happens, by type."""


# --- Steps of histories ------------------------------------------------------------------------------------------


def recur(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """It turns out to be the same again; somebody becomes its owner at once."""
    recurred = ev.IncidentRecurred(draw(_RULES), draw(_SUBJECTS), draw(_COUNTS), draw(_cases()))
    raised = ev.IncidentEscalated(incident.level + 1, rule="recurrence")
    return (recurred, raised, ev.IncidentAppointed(Owner(draw(codes()), draw(handles())), "recurrence"))


def repeat(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """A later case is the same again."""
    return (ev.IncidentRepeated(IncidentId(draw(ids()))),)


def stand_in_the_way(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """A rule stands in the way, or something comes of one that does."""
    waiting = [block.id for block in incident.blocks if block.open]
    if not waiting or draw(st.booleans()):
        return (ev.IncidentBlocked(next_block(incident), draw(codes()), draw(texts())),)
    block = draw(st.sampled_from(waiting))
    around = ev.BlockWorkedAround(block, draw(texts()), draw(handles()), draw(st.none() | money(above_zero=True)))
    return (draw(st.sampled_from((around, ev.BlockLeft(block, draw(texts()))))),)


def fail_delivery(draw: st.DrawFn, order: Order, now: datetime) -> tuple[Happening, ...]:
    """A carrier can't hand over a parcel, or a part of it."""
    parcel = draw(st.sampled_from([s for s in order.shipments if s.outstanding()]))
    tried = ev.Portion(parcel.id, draw(units(parcel.outstanding())))
    return (ev.DeliveryFailed((tried,), draw(st.none() | texts())),)
