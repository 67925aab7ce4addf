"""A simulated month of a shop, and the truth about it.

`run_demo` runs it in a folder. `Plan` says what happens, `simulate` tells it to a desk by the same commands that every host
uses, and `Truth` says what the desk's figures have to be afterwards. Needs neither Hypothesis nor pytest.
"""

from __future__ import annotations

from incidentkit.testing.simulator.demo import DemoResult, open_demo, run_demo
from incidentkit.testing.simulator.plan import Plan
from incidentkit.testing.simulator.runner import MovableClock, simulate
from incidentkit.testing.simulator.shop import demo_shop
from incidentkit.testing.simulator.truth import Expected, Truth

__all__ = ["DemoResult", "Expected", "MovableClock", "Plan", "Truth", "demo_shop", "open_demo", "run_demo", "simulate"]
