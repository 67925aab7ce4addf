"""How much of a file is read before it is refused: whatever somebody sends, neither memory nor hours are spent on it."""

from __future__ import annotations

from attrs import frozen

__all__ = ["LIMITS", "Limits"]


@frozen
class Limits:
    """What no honest file reaches.

    Args:
        characters: of one file, unpacked.
        line: characters of one line.
        record: characters of one row of CSV, whose values may have many lines.
        packing: how many characters, or bytes, one byte of a packed file unpacks to.
        small: characters, or bytes, that a packed file may have in any case.
        workbook: bytes of a workbook, unpacked.
        strings: bytes of all but its sheets, unpacked: what its reader holds in memory at once.
        columns: of a workbook.
        names: of columns, in CSV and JSON Lines.
    """

    characters: int = 4 * 2**30
    line: int = 2**20
    record: int = 2**22
    packing: int = 200
    small: int = 2**24
    workbook: int = 2**30
    strings: int = 2**27
    columns: int = 1000
    names: int = 20_000


LIMITS = Limits()
