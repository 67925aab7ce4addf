"""The record written to a file as lines of JSON, and a store made of such a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from incidentkit.codec.settings import shop_from_json, shop_to_json
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import details_of, keyed_hash, person_hash, ways_to
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.errors import InvalidInput
from incidentkit.store.loading import Loaded, check_empty, write_staged
from incidentkit.store.staging import Staging
from incidentkit.store.transfer import settings_in, write_events
from incidentkit.store.unit import Unit

__all__ = ["export_events", "load_events", "shop_in"]

Progress = Callable[[int, int], None]


def export_events(runtime: Runtime, file: Path, *, personal: bool, progress: Progress | None) -> int:
    """Write the record to a new file; the arguments are those of `Desk.export_events`."""
    if file.exists():
        raise InvalidInput(file.name, "must not be there yet", got="a file", next="Name another one, or move this one away.")
    part = file.with_name(f".{file.name[:80]}.part")
    try:
        # Nobody else's to read, for words may be in it.
        part.touch(mode=0o600)
        with part.open("w", encoding="utf-8", newline="\n") as out, runtime.store.reading() as unit:
            count = write_events(unit, out, shop_to_json(runtime.shop), personal=personal, progress=progress)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return count


def shop_in(file: Path) -> Shop | None:
    """The settings that a file of events was written by; None where it does not say.

    Raises:
        ConfigurationError: they are none.
    """
    with file.open(encoding="utf-8", errors="surrogateescape") as lines:
        said = settings_in(lines)
    return None if said is None else shop_from_json(said)


def load_events(runtime: Runtime, file: Path, progress: Progress | None) -> Loaded:
    """Make an empty store hold what a file says; the arguments are those of `Desk.load_events`."""
    store = runtime.store
    store.check_alone("Loading events")
    with store.reading() as unit:
        check_empty(unit)
    with Staging() as staged:
        # What is no UTF-8 is found in the line that it stands in.
        with file.open(encoding="utf-8", errors="surrogateescape") as lines:
            staged.read(lines, file.name, _part(progress, 0))
        with store.unit(alone=True) as unit:
            check_empty(unit)
            return write_staged(unit, staged, file.name, runtime.shop, runtime.clock(), _Meeting(runtime), _part(progress, 1))


def _part(progress: Progress | None, part: int) -> Progress | None:
    """Every event is taken in, and then written: two parts of one piece of work."""
    if progress is None:
        return None
    return lambda done, total: progress(part * total + done, 2 * total)


@frozen
class _Meeting:
    """Keeps who somebody is, so that they are found again by the keys of this store."""

    runtime: Runtime

    def __call__(self, unit: Unit, customer: str, person: Customer) -> None:
        secret, tenant = self.runtime.store.secret, self.runtime.tenant
        unit.add_person(person_hash(secret, tenant, person.key), customer, details_of(person))
        for kind, text in ways_to(person.email, person.phone):
            unit.reach(customer, keyed_hash(secret, tenant, kind, text))
