"""Goals as values: checks, pace, forecast, verdicts, initiatives."""
