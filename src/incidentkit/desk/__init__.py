"""Use cases: gather what a decision needs, decide, apply. Only `opening` puts the floors together."""
