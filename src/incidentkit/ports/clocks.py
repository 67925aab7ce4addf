"""Where the present instant comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

__all__ = ["Clock"]

Clock = Callable[[], datetime]
"""Gives the present instant, with a zone. A desk has one; nothing else asks the machine."""
