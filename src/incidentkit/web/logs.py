"""Keeps tokens out of a server's log of requests."""

from __future__ import annotations

import logging
import re

__all__ = ["HideTokens"]

_ADDRESS = re.compile(r"(/(?:answer|preferences|status|survey|unsubscribe)/)[^\s\"'?#]+")


class HideTokens(logging.Filter):
    """A filter for a logger of requests, such as ``uvicorn.access``: addresses of pages lose their tokens, and nothing is
    left out otherwise. Whoever reads a token in a log could answer in its person's place.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; what the record says is changed."""
        record.msg = _hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(value) for value in record.args)
        elif record.args:
            record.args = {name: _hidden(value) for name, value in record.args.items()}
        return True


def _hidden(value: object) -> object:
    return _ADDRESS.sub(r"\1***", value) if isinstance(value, str) else value
