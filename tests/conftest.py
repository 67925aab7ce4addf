"""What every test starts from: how hard Hypothesis tries, and the real data where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

REAL_DATA = Path(__file__).parents[1].parent / "shared" / "data"

# The same examples on every run and every machine, however slow; `long` draws new ones, and many more.
SHARED: dict[str, Any] = {"deadline": None, "database": None, "print_blob": True}
settings.register_profile("ci", max_examples=50, stateful_step_count=30, derandomize=True, **SHARED)
settings.register_profile("long", max_examples=1_000, stateful_step_count=80, **SHARED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real data sets; without it, the test is skipped."""
    if not REAL_DATA.is_dir():
        pytest.skip("the real data is not here: expected a folder shared/data beside the repository")
    return REAL_DATA
