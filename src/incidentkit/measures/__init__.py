"""Measures as data: facts, definitions, windows, figures and the scoreboard. ``store`` computes what stands here."""
