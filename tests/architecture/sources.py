"""The modules of the package, found when the tests run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).parents[2]
SOURCE = REPO / "src"
PURE = ("domain", "goals", "learning", "measures", "rules", "worktime")
"""Floors without clock, chance, I/O or logging; those that are still missing are passed over."""


def modules(*under: str) -> Iterator[tuple[str, Path]]:
    """Name and file of every module, or of those in the floors ``under``, sorted."""
    root = SOURCE / "incidentkit"
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if not under or parts[1] in under:
            yield ".".join(parts).removesuffix(".__init__"), path
