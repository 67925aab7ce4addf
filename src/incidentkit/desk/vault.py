"""The vault as a whole: whether its words are encrypted, putting them under keys, and under fresh ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from attrs import define, frozen

from incidentkit.desk.forgetting import Erasing
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.inbound import ReceivedFile
from incidentkit.errors import RuleViolation, StoreBusy, UnknownIdError
from incidentkit.ports import BlobStore
from incidentkit.store.encrypting import (
    Page,
    count_rows,
    encrypt_some,
    files_after,
    key_for_file,
    note_place,
    place_noted,
    rotate_people,
    rotate_rest,
)
from incidentkit.store.files import is_sealed, open_file, sealed_file
from incidentkit.store.keys import SqlKeys
from incidentkit.store.unit import Unit

__all__ = ["Encrypted", "Rotated", "Vault", "VaultStatus"]

Progress = Callable[[int, int], None]


@frozen
class VaultStatus:
    """How the words of a store are kept.

    Args:
        keyed: whether new words are encrypted.
        encrypted, plain: rows of the vault that are, and that are not.
        files_encrypted, files_plain: files that came in.
    """

    keyed: bool
    encrypted: int
    plain: int
    files_encrypted: int
    files_plain: int


@frozen
class Encrypted:
    """What was put under keys.

    Args:
        rows, files: how many.
        wiped: whether the database's files were written anew, so that nothing plain is left in them. Else call it again while
            nobody is at work.
    """

    rows: int
    files: int
    wiped: bool


@frozen
class Rotated:
    """What was put under fresh keys, and whether the earlier ones were destroyed."""

    rows: int
    dropped: bool


@define
class _Counter:
    """Tells how far a piece of work is."""

    total: int
    tell: Progress | None
    done: int = 0

    def add(self, count: int) -> None:
        self.done = min(self.total, self.done + count)
        if self.tell is not None and count:
            self.tell(self.done, self.total)


class Vault:
    """Personal data and free text of one desk, as they are kept."""

    def __init__(self, runtime: Runtime, blobs: BlobStore, erasing: Erasing) -> None:
        self._runtime = runtime
        self._blobs = blobs
        self._erasing = erasing

    def __repr__(self) -> str:
        return f"<Vault, {'encrypted' if self._runtime.store.vault.keyed else 'not encrypted'}>"

    def status(self) -> VaultStatus:
        """How the words are kept. Every file is looked at."""
        with self._runtime.store.reading() as unit:
            rows = count_rows(unit)
        found = [is_sealed(content) for _, _, content in self._files()]
        return VaultStatus(self._runtime.store.vault.keyed, rows.encrypted, rows.plain, sum(found), len(found) - sum(found))

    def encrypt(self, *, progress: Progress | None = None) -> Encrypted:
        """Put everything under keys that is not: words, details, mails and files that were kept before there were keys.

        What is cut short is gone on with by the next call. Others may work meanwhile, but for the end, when the database's
        files are written anew. Copies from before still hold it as it was.

        Args:
            progress: called with rows and files done, and with how many there are.

        Raises:
            RuleViolation: there are no keys, or it is called inside a batch.
        """
        self._check_keyed("vault.encrypt")
        status = self.status()
        count = _Counter(status.plain + status.files_plain, progress)
        rows = self._pages(encrypt_some, "", count)
        files = 0
        for described, file, content in self._files():
            if not is_sealed(content) and self._seal(described, file):
                files += 1
                count.add(1)
        return Encrypted(rows, files, self._wiped())

    def rotate(self, *, drop_old: bool = False, progress: Progress | None = None) -> Rotated:
        """Give everybody fresh keys, and put all that is encrypted under these. What is cut short is gone on with by the next
        call.

        Args:
            drop_old: destroy the earlier keys. No copy of the database from before can be read then. Without it they are kept,
                and destroyed with whoever is forgotten.
            progress: called with rows done, and with how many there are.

        Raises:
            RuleViolation: there are no keys, or it is called inside a batch.
        """
        self._check_keyed("vault.rotate")
        with self._runtime.store.reading() as unit:
            counted = count_rows(unit)
            step, after = place_noted(unit, drop=drop_old) or (_PEOPLE, "")
        count = _Counter(counted.encrypted + counted.plain, progress)
        rows = 0
        for name, does in _STEPS.items():
            if step == name:
                rows += self._pages(partial(_noting, name, does, drop_old), after, count)
                step, after = _REST, ""
        self._runtime.transaction(lambda unit: note_place(unit, "", None, drop=drop_old))
        self._erasing.sweep()
        return Rotated(rows, drop_old)

    def rewrap(self, master: bytes | None) -> int:
        """Wrap the keys themselves with another master key, or with none; all of them or none. How many there are.

        Afterwards the settings must name that one. Desks that are open elsewhere must be opened anew.

        Raises:
            RuleViolation: there are no keys, or they are not kept by us.
        """
        keys = self._runtime.store.vault.keys
        if not isinstance(keys, SqlKeys):
            rule, step = "are wrapped where the settings say where they lie", "Ask whoever keeps them."
            raise RuleViolation("The vault's keys", rule, got="none, or the host's own", next=step)
        return keys.rewrap(master)

    # --- How it is done ------------------------------------------------------------------------------------------

    def _check_keyed(self, what: str) -> None:
        self._runtime.store.check_alone(what)
        if not self._runtime.store.vault.keyed:
            step = "Name a place for them under [vault] keys in the shop's settings."
            raise RuleViolation("The vault", "needs keys to encrypt with", got="none", next=step)

    def _pages(self, does: Callable[[Unit, str], Page], after: str, count: _Counter) -> int:
        rows, place = 0, after
        while True:
            page = self._runtime.transaction(lambda unit, place=place: does(unit, place))  # type: ignore[misc]
            rows += page.rows
            count.add(page.rows)
            if page.after is None:
                return rows
            place = page.after

    def _files(self) -> Iterator[tuple[str, ReceivedFile, bytes]]:
        """The files that are kept: where the vault describes each, what it says, and the bytes as they are kept."""
        after = ""
        while True:
            with self._runtime.store.reading() as unit:
                page = files_after(unit, after)
                bodies = unit.bodies(page)
            for described in page:
                file = ReceivedFile(**json.loads(bodies[described])) if described in bodies else None
                content = None if file is None or file.left_out else self._bytes(file.ref)
                if file is not None and content is not None:
                    yield described, file, content
            if not page:
                return
            after = page[-1]

    def _bytes(self, ref: str) -> bytes | None:
        try:
            return self._blobs.get(ref)
        except UnknownIdError:
            return None

    def _seal(self, described: str, file: ReceivedFile) -> bool:
        """Put a file under a key. The key is kept first: a plain file that has one is read as it is."""
        if not self._runtime.transaction(lambda unit: key_for_file(unit, described, file.ref)):
            return False
        with self._runtime.store.reading() as unit:
            content = open_file(unit, file.ref, self._blobs.get(file.ref))
            if content is not None:
                self._blobs.put(file.ref, sealed_file(unit, file.ref, content))
        return True

    def _wiped(self) -> bool:
        try:
            self._runtime.store.compact()
        except StoreBusy:
            return False
        return True


_PEOPLE, _REST = "people", "rest"
_STEPS: Mapping[str, Callable[..., Page]] = {_PEOPLE: rotate_people, _REST: rotate_rest}


def _noting(step: str, does: Callable[..., Page], drop: bool, unit: Unit, after: str) -> Page:
    page = does(unit, after, drop=drop)
    if page.after is not None:
        note_place(unit, step, page.after, drop=drop)
    return page
