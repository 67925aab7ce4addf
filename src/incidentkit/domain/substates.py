"""Sub-states: where a case stands inside its phase, in the shop's own words."""

from __future__ import annotations

from attrs import frozen

__all__ = ["HELD", "Substate"]

HELD = ("resolve", "close")
"""Steps that a sub-state may hold back."""


@frozen
class Substate:
    """One of the shop's own, such as ``waiting_for_photo``.

    Args:
        name: unique in the shop.
        phase: the phase that it lies in.
        after: from where it is entered: names of other sub-states of that phase, or the phase's own; empty for the phase's own.
        needs: guards, by name, that must hold on entering.
        holds: the steps, of ``resolve`` and ``close``, that can't be taken from here.
    """

    name: str
    phase: str
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
