"""Targets: how soon the shop wants to have answered, told, heard from again, and put right."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from attrs import frozen

__all__ = ["NO_TARGETS", "ClockKind", "Targets"]

ClockKind = Literal["working", "elapsed"]
"""What a target counts: the working time of the owning team, or all time."""


@frozen
class Targets:
    """What a protocol demands at one severity; None where it demands nothing.

    Args:
        first_response: from the customer's first question to the first answer by a person.
        communicate_within: from the beginning of the case until its customer has been told.
        update_every: from each time that the customer heard from the shop to the next, until it is put right.
        resolve_within: from the beginning of the case until it is put right.
    """

    first_response: timedelta | None = None
    communicate_within: timedelta | None = None
    update_every: timedelta | None = None
    resolve_within: timedelta | None = None


NO_TARGETS = Targets()
"""Where nothing is demanded."""
