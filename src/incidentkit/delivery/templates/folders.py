"""Folders of texts: one folder for each language, those that ship or a shop's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from attrs import field, frozen

from incidentkit.codec.problems import Problem, refuse

__all__ = ["FRAMES", "LARGEST", "PAGE", "WORDS_FILE", "Folder", "own_folder", "shipped", "wider"]

FRAMES = {"customer": "frame.customer.md", "staff": "frame.staff.md"}
"""What stands around every text, by who reads it."""

WORDS_FILE = "words.toml"
PAGE = "page.html"

LARGEST = 16_384
"""So many characters a file of texts has at the most."""

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@frozen
class Folder:
    """Texts by language.

    Args:
        name: how problems call it.
        locales: the name of each language's folder, by its tag in small letters.
        files: what lies in it, by the same.
        page: whether it has a page of its own.
    """

    name: str
    root: Traversable = field(repr=False)
    locales: Mapping[str, str]
    files: Mapping[str, frozenset[str]] = field(repr=False)
    page: bool = False

    def has(self, locale: str, file: str) -> bool:
        """Whether that language's folder has the file."""
        return file in self.files.get(locale, ())

    def read(self, locale: str, file: str) -> str:
        """A file of a language; or of none, for the page."""
        place = self.root / self.locales[locale] / file if locale else self.root / file
        return place.read_text("utf-8-sig").replace("\r\n", "\n")


@cache
def shipped() -> Folder:
    """The texts that ship."""
    return _folder("incidentkit", files("incidentkit") / "catalogue")


def own_folder(path: str) -> Folder:
    """A shop's own texts.

    Raises:
        ConfigurationError: there is no such folder, or something in it is neither a text nor a language's folder.
    """
    root = Path(path)
    if not root.is_dir():
        refuse(path, [Problem("templates", "a folder with a folder for each language", "nothing there")])
    problems = [
        Problem(entry.name, f"a language's folder such as es or es-AR, or {PAGE}", "another name")
        for entry in sorted(root.iterdir())
        if not entry.name.startswith(".") and not (_TAG.fullmatch(entry.name) if entry.is_dir() else entry.name == PAGE)
    ]
    found = _folder(path, root)
    doubled = [name for name in _languages(root) if found.locales[name.lower()] != name]
    problems += [Problem(name, "each language once, in whatever letters", "it again") for name in doubled]
    if problems:
        refuse(path, problems)
    return found


def _folder(name: str, root: Traversable) -> Folder:
    locales = {tag.lower(): tag for tag in _languages(root)}
    held = {low: frozenset(entry.name for entry in (root / tag).iterdir() if entry.is_file()) for low, tag in locales.items()}
    return Folder(name, root, locales, held, (root / PAGE).is_file())


def _languages(root: Traversable) -> list[str]:
    return sorted(entry.name for entry in root.iterdir() if entry.is_dir() and _TAG.fullmatch(entry.name))


def wider(tag: str) -> Iterator[str]:
    """A language's tag in small letters, then without its last part, and so on."""
    tag = tag.replace("_", "-").lower()
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]
