"""Chance: a source of random numbers for each purpose, so that a change in one leaves the others as they were."""

from __future__ import annotations

from random import Random

__all__ = ["chance"]


def chance(seed: int, purpose: str) -> Random:
    """The source for one purpose, the same on every machine."""
    return Random(f"{seed}/{purpose}")  # noqa: S311 - nothing here is a secret
