"""A shop's own sub-states inside the phases, and its extra guards: one more table, as sound as the one that it extends.

Hosts add sub-states inside a phase, never phases, and guards, never ways around one. What would make a trap, a sub-state that
nothing leads to, or a way to ``closed`` that misses the customer told or evidence is refused with the way that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.shop import Shop
from incidentkit.domain.substates import HELD, Substate
from incidentkit.errors import InvalidInput, LifecycleError
from incidentkit.rules.cases import name
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.guards import GUARDS, unmet
from incidentkit.rules.lifecycle import Lifecycle, Move
from incidentkit.rules.lifecycles import INCIDENT

__all__ = ["GUARDED", "check_extension", "check_step", "enter", "lifecycle_of", "place"]

GUARDED = ("resolve", "close", "withdraw")
"""Steps that a shop may ask more for. What a customer, a channel or silence does can't be forbidden, nor can reopening."""

_PHASES = tuple(phase.value for phase in Phase)


def lifecycle_of(shop: Shop) -> Lifecycle:
    """The life of a case in this shop.

    Raises:
        LifecycleError: its own sub-states or guards make it unsound; ``path`` shows the way.
    """
    if not shop.substates and not shop.guards:
        return INCIDENT
    return _extended(shop.substates, tuple(sorted((step, tuple(asked)) for step, asked in shop.guards.items())))


def check_extension(shop: Shop) -> None:
    """Refuse a shop whose own sub-states and guards don't make a sound life of a case.

    Raises:
        LifecycleError: they are unsound, or ask for a guard that nobody has named; ``path`` shows it.
    """
    lifecycle_of(shop)
    known = {*GUARDS, *shop.host_guards}
    for at, guards in (*shop.guards.items(), *((_at(s), s.needs) for s in shop.substates)):
        for guard in guards:
            if guard not in known:
                _refuse(f"a guard is one of {', '.join(sorted(known))}", (at, guard))


def place(incident: Incident) -> str:
    """Where a case stands: its phase, or ``phase/substate``."""
    return f"{incident.phase.value}/{incident.substate}" if incident.substate else incident.phase


def check_step(incident: Incident, step: str, now: Circumstances, missing: tuple[str, ...] = (), next: str = "") -> str:
    """The phase that a step leads to, with the shop's own guards.

    Raises:
        TransitionRefused: not from where the case stands, or a guard does not hold.
    """
    life = lifecycle_of(now.shop)
    # Where the sub-state holds it back, what helps is another one.
    held = bool(incident.substate) and place(incident) not in life.move(step).sources
    target = life.check(name(incident), place(incident), step, missing, "" if held else next)
    asked = tuple(now.shop.guards.get(step, ()))
    return life.check(name(incident), place(incident), step, unmet(asked, incident, now)) if asked else target


def enter(incident: Incident, substate: str, now: Circumstances) -> Decision:
    """The case goes to a sub-state of its phase. Going to where it is changes nothing.

    Raises:
        InvalidInput: the shop has no such sub-state.
        TransitionRefused: not from where the case stands, or a guard does not hold.
    """
    found = next((s for s in now.shop.substates if s.name == substate), None)
    if found is None:
        known = ", ".join(s.name for s in now.shop.substates) or "none; shop.toml may add some"
        rule = "enters a sub-state that the shop has"
        raise InvalidInput(name(incident), rule, got=repr(substate)[:40], next=f"Known: {known}.")
    if incident.substate == substate:
        return Decision()
    missing = unmet(found.needs, incident, now)
    lifecycle_of(now.shop).check(name(incident), place(incident), f"enter {substate}", missing)
    return Decision((ev.SubstateEntered(substate),))


# --- The table ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _extended(substates: tuple[Substate, ...], guards: tuple[tuple[str, tuple[str, ...]], ...]) -> Lifecycle:
    _check_named(substates)
    _check_guards(dict(guards))
    inside = {phase: [s for s in substates if s.phase == phase] for phase in _PHASES}
    base = tuple(_widened(move, inside, dict(guards).get(move.name, ())) for move in INCIDENT.moves)
    entering = tuple(_entering(s, substates) for s in substates)
    life = Lifecycle(
        name="incident",
        initial=INCIDENT.initial,
        resting=_with_places(INCIDENT.resting, inside),
        final=_with_places(INCIDENT.final, inside),
        moves=(*base, *entering),
        must_pass={goal: marks for state, marks in INCIDENT.must_pass.items() for goal in _with_places((state,), inside)},
        goals=_with_places(INCIDENT.goals, inside),
    )
    for move in entering:
        _check_inside(move)
    return life


def _with_places(phases: Iterable[str], inside: dict[str, list[Substate]]) -> tuple[str, ...]:
    return tuple(at for phase in phases for at in (phase, *(_at(s) for s in inside[phase])))


def _at(substate: Substate) -> str:
    return f"{substate.phase}/{substate.name}"


def _widened(move: Move, inside: dict[str, list[Substate]], guards: tuple[str, ...]) -> Move:
    """A move of every case, which leaves from the sub-states of its sources too, as far as they don't hold it back."""
    sources = [at for phase in move.sources for at in (phase, *(_at(s) for s in inside[phase] if move.name not in s.holds))]
    return evolve(move, sources=tuple(sources), needs=(*move.needs, *guards))


def _entering(substate: Substate, substates: tuple[Substate, ...]) -> Move:
    known = {s.name: _at(s) for s in substates}
    sources = tuple(known.get(name, name) for name in substate.after or (substate.phase,))
    return Move(f"enter {substate.name}", sources, _at(substate), substate.needs)


def _check_named(substates: tuple[Substate, ...]) -> None:
    names = [s.name for s in substates]
    for substate in substates:
        if substate.phase not in _PHASES:
            _refuse(f"a sub-state lies in one of the phases {', '.join(_PHASES)}", (substate.name, substate.phase))
        if names.count(substate.name) > 1 or substate.name in _PHASES:
            _refuse("a sub-state has a name of its own, which no phase has", (_at(substate),))
        for before in substate.after:
            if before not in (*names, *_PHASES):
                _refuse(f"a sub-state is entered from others of its phase, and {before} is none", (before, _at(substate)))
        _check_holds(substate)


def _check_holds(substate: Substate) -> None:
    for held in substate.holds:
        if held not in HELD or substate.phase not in INCIDENT.move(held).sources:
            possible = [step for step in HELD if substate.phase in INCIDENT.move(step).sources]
            _refuse(f"a sub-state there holds back {' or '.join(possible) or 'nothing'}", (_at(substate), held))


def _check_guards(guards: dict[str, tuple[str, ...]]) -> None:
    for step in guards:
        if step not in GUARDED:
            _refuse(f"a shop may ask more for {', '.join(GUARDED)} only", (step,))


def _check_inside(move: Move) -> None:
    for source in move.sources:
        if source.partition("/")[0] != move.target.partition("/")[0]:
            _refuse("a sub-state is entered from inside its own phase", (source, move.name, move.target))


def _refuse(rule: str, path: tuple[str, ...]) -> None:
    raise LifecycleError(
        "Lifecycle incident", rule, got=" → ".join(path), next="Change shop.toml.", path=path, lifecycle="incident"
    )
