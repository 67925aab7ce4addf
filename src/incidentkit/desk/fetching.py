"""Keeping what comes in: one thing at a time, or whatever mailboxes have that is new."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable

from attrs import define, field

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.inbound import Arrival
from incidentkit.errors import ChannelError, InvalidInput
from incidentkit.ports import Fetched, Mailbox, RawInbound
from incidentkit.store.inbox import cursor_of, put_arrival, set_cursor
from incidentkit.store.unit import Unit

__all__ = ["FetchReport", "fetch", "take_in"]

_log = logging.getLogger("incidentkit.inbox")

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_LONGEST_ID = 400


@define
class FetchReport:
    """What one call of `Inbox.fetch` did.

    Args:
        fetched: mails that were new.
        failed: mailboxes that could not be read, each with the code of the error.
    """

    fetched: int = 0
    failed: dict[str, str] = field(factory=dict)


def take_in(runtime: Runtime, source: str, event_id: str, raw: RawInbound) -> bool:
    """Keep what came in; False where it was there already.

    Raises:
        InvalidInput: a source or an id that can't be one.
    """
    return runtime.transaction(lambda unit: _put(runtime, unit, source, event_id, raw))


def _put(runtime: Runtime, unit: Unit, source: str, event_id: str, raw: RawInbound) -> bool:
    if not isinstance(source, str) or not _NAME.fullmatch(source):
        raise InvalidInput("source", "must be a name of small letters, digits, - and _", got="another text")
    if not isinstance(event_id, str) or not 1 <= len(event_id) <= _LONGEST_ID or not event_id.isprintable():
        raise InvalidInput("event_id", f"must be a line of 1 to {_LONGEST_ID} characters", got="something else")
    if not isinstance(raw.content, bytes):
        raise InvalidInput("raw", "must be bytes", got=type(raw.content).__name__)
    arrival = Arrival(source, event_id, f"inbox:{runtime.ids()}", runtime.clock())
    unit.wait_turn()
    return put_arrival(unit, arrival, raw)


def fetch(runtime: Runtime, limit: int, progress: Callable[[int], None] | None) -> FetchReport:
    """Look into every mailbox, and keep what is new; one that can't be read does not stop the others."""
    report = FetchReport()
    for name, mailbox in runtime.plugins.mailboxes.items():
        while _round(runtime, name, mailbox, limit, report):
            if progress is not None:
                progress(report.fetched)
    return report


def _round(runtime: Runtime, name: str, mailbox: Mailbox, limit: int, report: FetchReport) -> bool:
    """One round; whether there is another one."""
    with runtime.store.reading() as unit:
        cursor = cursor_of(unit, name)
    found = _asked(name, mailbox, cursor, limit, report)
    if found is None or (not found.mails and found.cursor == cursor):
        return False

    def keep(unit: Unit) -> int:
        new = sum(_put(runtime, unit, name, event_id, RawInbound(raw)) for event_id, raw in found.mails)
        set_cursor(unit, name, found.cursor)
        return new

    report.fetched += runtime.transaction(keep)
    return found.more and found.cursor != cursor


def _asked(name: str, mailbox: Mailbox, cursor: str | None, limit: int, report: FetchReport) -> Fetched | None:
    """What a mailbox gives; None where it can't be read, which is noted."""
    try:
        found = mailbox.fetch(cursor, limit)
        mails = [(_fitting(event_id), bytes(raw)) for event_id, raw in found.mails]
        return Fetched(mails, found.cursor.replace("\0", ""), found.more)
    except ChannelError as error:
        report.failed[name] = error.code
    except Exception as error:  # noqa: BLE001 - one mailbox never stops the others
        # The text of a foreign error may hold what it read.
        _log.warning("the mailbox %s could not be read: %s", name, type(error).__name__)
        report.failed[name] = type(error).__name__
    return None


def _fitting(event_id: str) -> str:
    """What a mailbox calls a mail, or where that can't be kept, a digest of it."""
    if 1 <= len(event_id) <= _LONGEST_ID and event_id.isprintable():
        return event_id
    return hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).hexdigest()
