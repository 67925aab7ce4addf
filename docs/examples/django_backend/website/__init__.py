"""A small backend: one app of its own, and incidentkit beside it in the same database."""
