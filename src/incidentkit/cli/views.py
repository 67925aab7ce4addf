"""The desk that a command asks: as it is, or as it was known at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.screen import progress_of
from incidentkit.cli.stores import desk_to_read
from incidentkit.phrases.words import Words

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk

__all__ = ["desk_as_known"]


@contextmanager
def desk_as_known(
    words: Words, store: str, shop: Path | None, now: str | None, as_of: str | None, *, quiet: bool, one: bool = False
) -> Iterator[Desk]:
    """The desk on a store that is there already, or what it knew at an instant.

    Args:
        now, as_of: what ``--now`` and ``--as-of`` were given.
        quiet: no progress is shown while the view is made.
        one: only one order is looked at, for which most views need not be made.
    """
    known_at = day_or_time(as_of, "--as-of")
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if known_at is None:
            yield desk
            return
        with progress_of(words.say("progress.as_of"), words, quiet=quiet or one) as progress:
            then = desk.as_of(known_at, progress=progress)
            if not one:
                then.prepare()
        with then:
            yield then
