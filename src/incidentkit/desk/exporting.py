"""What follows from the record, in files that other programs read: the facts, and an event log for process mining."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from incidentkit.desk.runtime import Runtime
from incidentkit.errors import InvalidInput
from incidentkit.store.fact_files import FORMATS, FactFormat, write_facts
from incidentkit.store.ocel import EventLog, write_ocel

__all__ = ["export_facts", "export_ocel"]

Progress = Callable[[int, int], None]


def export_facts(runtime: Runtime, folder: Path, format: FactFormat, progress: Progress | None) -> dict[str, int]:
    """Write the facts into a new or empty folder; the arguments are those of `Desk.export_facts`."""
    if format not in FORMATS:
        raise InvalidInput("format", f"must be one of {', '.join(FORMATS)}", got=repr(format)[:20])
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput(folder.name, "must be a new or an empty folder", got="something else", next="Name a new one.")
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with runtime.store.reading() as unit:
            return write_facts(unit, folder, format, progress)
    except BaseException:
        for file in folder.glob(f"*.{format}"):
            file.unlink()
        if made:
            folder.rmdir()
        raise


def export_ocel(runtime: Runtime, file: Path, progress: Progress | None) -> EventLog:
    """Write the event log into a new file; the arguments are those of `Desk.export_ocel`."""
    if file.exists():
        raise InvalidInput(file.name, "must not be there yet", got="a file", next="Name another one, or move this one away.")
    part = file.with_name(f".{file.name[:80]}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out, runtime.store.reading() as unit:
            log = write_ocel(unit, out, progress)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return log
