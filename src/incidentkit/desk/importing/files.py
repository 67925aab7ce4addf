"""Which files hold which table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from incidentkit.domain.import_rules import Source
from incidentkit.domain.profile import Profile
from incidentkit.errors import ImportRefused

__all__ = ["find_files"]


def find_files(profile: Profile, paths: Iterable[str | Path]) -> dict[str, tuple[Path, ...]]:
    """The files of every source, by name. A path is a file, or a folder whose files are looked at (not those below).

    Raises:
        ImportRefused: a path is not there, a file that was named belongs to no source, a source has no file and is not
            optional, or the same file lies there plain and packed.
    """
    named, inside = _candidates(paths)
    for path in named:
        if not any(_belongs(path, source) for source in profile.sources.values()):
            known = ", ".join(pattern for source in profile.sources.values() for pattern in source.files)
            raise ImportRefused(
                path.name,
                f"must be named like a source of the profile {profile.name}",
                got="another name",
                next=f"Known: {known}.",
            )
    candidates = sorted({path.resolve(): path for path in (*named, *inside)}.values(), key=lambda path: (path.name, path))
    return {name: _of(name, source, candidates) for name, source in profile.sources.items()}


def _candidates(paths: Iterable[str | Path]) -> tuple[list[Path], list[Path]]:
    named: list[Path] = []
    inside: list[Path] = []
    for path in map(Path, [paths] if isinstance(paths, str | Path) else paths):
        if path.is_dir():
            inside += [child for child in path.iterdir() if child.is_file()]
        elif path.is_file():
            named.append(path)
        else:
            raise ImportRefused(path.name, "is a file or a folder", got="nothing there", next="Check the path.")
    return named, inside


def _belongs(path: Path, source: Source) -> bool:
    return any(fnmatchcase(path.name, pattern) for pattern in source.files)


def _of(name: str, source: Source, candidates: list[Path]) -> tuple[Path, ...]:
    found = tuple(path for path in candidates if _belongs(path, source))
    if not found and not source.optional:
        raise ImportRefused(
            f"The source {name}",
            f"needs a file that is called {' or '.join(source.files)}",
            got="none",
            next="Name its path too.",
        )
    _once(name, found)
    return found


def _once(name: str, found: tuple[Path, ...]) -> None:
    by_table: Mapping[str, str] = {}
    for path in found:
        table = path.name.removesuffix(".gz")
        if table in by_table:
            raise ImportRefused(
                f"The source {name}",
                "has each file once",
                got=f"{by_table[table]} and {path.name}",
                next="Leave one of them out.",
            )
        by_table = {**by_table, table: path.name}
