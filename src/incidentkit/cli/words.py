"""The command line's own texts in one language, and which language that is."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise

from incidentkit.phrases.words import LANGUAGES, Words, words_in

__all__ = ["language_of_arguments", "language_of_environment", "load_words"]

VARIABLE = "INCIDENTKIT_LANG"


def load_words(language: str) -> Words:
    """All that the command line says in one of `LANGUAGES`."""
    return words_in(language, "incidentkit.cli")


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
