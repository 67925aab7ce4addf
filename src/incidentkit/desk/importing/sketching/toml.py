"""Names, values and remarks as a TOML file has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

__all__ = ["key", "listed", "remark", "text"]


def text(value: str) -> str:
    """A text in quotes, whatever is in it; what could move a terminal's cursor is escaped."""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in json.dumps(value, ensure_ascii=False))


def key(name: str) -> str:
    """A name as a key."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else text(name)


def listed(values: Iterable[str]) -> str:
    """A list of texts; a single one stands for itself."""
    quoted = [text(value) for value in values]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"


def remark(words: str) -> str:
    """Words behind a hash, on one line."""
    safe = "".join(c if c.isprintable() else " " for c in words)
    return f"# {safe}".rstrip()
