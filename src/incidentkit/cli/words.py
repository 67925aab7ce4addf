"""The command line's own texts in one language, and which language that is."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from incidentkit.delivery.templates import Template

__all__ = ["LANGUAGES", "Words", "language_of_arguments", "language_of_environment", "load_words"]

LANGUAGES = ("en", "es")
"""The languages that ship; the first is the last resort."""

VARIABLE = "INCIDENTKIT_LANG"


@frozen
class Words:
    """Texts by key, such as ``queue.title``.

    Args:
        language: ``en`` or ``es``.
        texts: with plain placeholders: ``$name``.
    """

    language: str
    texts: Mapping[str, str] = field(repr=False)

    def say(self, key: str, **values: object) -> str:
        """The text with its placeholders filled. Of several lines, those that lack a value are left out."""
        return Template(self.texts[key]).fill({name: str(value) for name, value in values.items()})

    def named(self, group: str, code: str) -> str:
        """The words for a code; one that a shop or a source brought itself is read as words."""
        return self.texts.get(f"{group}.{code}") or code.replace("_", " ")


@cache
def load_words(language: str) -> Words:
    """The texts of one of `LANGUAGES`."""
    text = (files("incidentkit.cli") / "texts" / f"{language}.toml").read_text("utf-8")
    return Words(language, dict(_flat(tomllib.loads(text))))


def language_of_arguments(args: Sequence[str]) -> str | None:
    """The language that ``--lang`` names, the last one if there are several; None without a usable one."""
    given = [value for name, value in pairwise(args) if name == "--lang"]
    given += [arg.partition("=")[2] for arg in args if arg.startswith("--lang=")]
    return next((value for value in reversed(given) if value in LANGUAGES), None)


def language_of_environment(environment: Mapping[str, str] | None = None) -> str:
    """The language that INCIDENTKIT_LANG names, else the system's, else English."""
    env = os.environ if environment is None else environment
    if env.get(VARIABLE) in LANGUAGES:
        return env[VARIABLE]
    system = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return next((code for code in LANGUAGES if system.lower().split("_")[0].split(".")[0] == code), LANGUAGES[0])


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
