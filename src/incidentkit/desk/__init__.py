"""Use cases: gather what a decision needs, decide, apply. `opening` puts the floors together and is the only place that does."""
