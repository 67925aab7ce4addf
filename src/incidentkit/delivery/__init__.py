"""Performing what the record intends: texts, channels, retries."""
