"""Decisions: state and facts in, events out. Nothing here reads a clock, draws at random or does I/O."""
