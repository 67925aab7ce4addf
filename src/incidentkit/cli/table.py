"""A table of plain lines: columns side by side, the least needed ones left out where there is no room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from incidentkit.cli.screen import Piece, Screen

__all__ = ["Column", "show_next", "show_table"]

_GAP = "  "


@frozen
class Column:
    """One column.

    Args:
        title: its heading.
        right: whether its words stand at its right edge.
        spare: the columns with the highest number go first where the room is short; 0 stays.
        flexible: it may be cut where nothing more can go.
    """

    title: str
    right: bool = False
    spare: int = 0
    flexible: bool = False


def show_table(screen: Screen, columns: Sequence[Column], rows: Iterable[Sequence[Piece]], *, indent: str = "") -> None:
    """Write the rows below their headings; columns with nothing in them are left out."""
    cells = [[_of(piece) for piece in row] for row in rows]
    kept = [at for at in range(len(columns)) if any(row[at][0] for row in cells)]
    widths = _fitted(columns, cells, kept, None if screen.width is None else screen.width - len(indent))
    if any(columns[at].title for at in kept):
        titles = [(_cut(columns[at].title, widths[at]), "dim") for at in range(len(columns)) if at in widths]
        screen.line(indent, *_spaced(titles, [columns[at] for at in widths], list(widths.values())))
    for row in cells:
        shown = [(_cut(row[at][0], width), row[at][1]) for at, width in widths.items()]
        screen.line(indent, *_spaced(shown, [columns[at] for at in widths], list(widths.values())))


def show_next(screen: Screen, following: str | None) -> None:
    """Say how the list goes on, if it does."""
    if following is not None:
        screen.line((screen.words.say("rows.more", after=following), "dim"))


def _of(piece: Piece) -> tuple[str, str]:
    return (piece, "") if isinstance(piece, str) else piece


def _fitted(
    columns: Sequence[Column], cells: Sequence[Sequence[tuple[str, str]]], kept: Sequence[int], room: int | None
) -> dict[int, int]:
    """The width of each column that is shown, by its place."""
    widths = {at: max(len(columns[at].title), *(len(row[at][0]) for row in cells)) for at in kept}
    if room is None:
        return widths
    for at in sorted((at for at in kept if columns[at].spare), key=lambda at: -columns[at].spare):
        if _total(widths) <= room:
            break
        del widths[at]
    for at in [at for at in widths if columns[at].flexible]:
        widths[at] = max(widths[at] - max(_total(widths) - room, 0), min(widths[at], 8))
    return widths


def _total(widths: dict[int, int]) -> int:
    return sum(widths.values()) + len(_GAP) * (len(widths) - 1)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _spaced(cells: Sequence[tuple[str, str]], columns: Sequence[Column], widths: Sequence[int]) -> Iterator[Piece]:
    for at, ((text, style), column, width) in enumerate(zip(cells, columns, widths, strict=True)):
        if at:
            yield _GAP
        yield (text.rjust(width) if column.right else text.ljust(width), style)
