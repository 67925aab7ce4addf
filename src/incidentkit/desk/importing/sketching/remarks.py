"""What a sketch says of its guesses, in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from attrs import field, frozen

from incidentkit.desk.importing.sketching.toml import remark

__all__ = ["Remarks", "remarks_in"]


@frozen
class Remarks:
    """Remarks by key, such as ``orders.key``."""

    texts: Mapping[str, Mapping[str, str]] = field(repr=False)

    def say(self, key: str, **values: object) -> str:
        """The words of a remark."""
        group, _, name = key.partition(".")
        return self.texts[group][name].format(**values)

    def line(self, key: str, **values: object) -> str:
        """A remark on a line, or lines, of its own."""
        return "\n".join(remark(line) for line in self.say(key, **values).split("\n"))


@cache
def remarks_in(language: str) -> Remarks:
    """The remarks in ``es``, else in English."""
    name = "es" if language == "es" else "en"
    folder = files("incidentkit.desk.importing.sketching") / "texts"
    return Remarks(tomllib.loads((folder / f"{name}.toml").read_text("utf-8")))
