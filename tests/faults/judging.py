"""What must hold after any fault: the record is whole, nothing that was acknowledged is gone, nothing happened twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from incidentkit.desk.desk import Desk
from incidentkit.testing._audit import Copy, faults
from tests.desk.sending_worker import KINDS, Counting
from tests.desk.world import SHOP
from tests.faults.journal import read
from tests.faults.lives import SHARED, call, desk_of

__all__ = ["lost_commands", "lost_mails", "unsound", "wrongly_sent"]


def unsound(url: str) -> list[str]:
    """What a look from outside and the desk's own `verify` find wrong."""
    with desk_of(url) as desk:
        report = desk.verify()
        return [*faults(Copy(url), SHOP), *(str(damage) for damage in report.damages)]


def lost_commands(url: str, folder: Path) -> list[str]:
    """What is wrong with the effects of commands, once all that was asked for has been asked for again under its key."""
    asked = {key: more for what, key, more in read(folder) if what == "asked"}
    done = {key: more for what, key, more in read(folder) if what == "done"}
    with desk_of(url) as desk:
        before = _end(desk)
        wrong = [f"{key}: another result" for key, more in done.items() if call(desk, more, key) != more["stream"]]
        if _end(desk) != before:
            wrong.append("acknowledged commands were done again")
        for key, more in asked.items():
            call(desk, more, key)
        return wrong + _miscounted(desk, Counter(more["call"] for more in asked.values()))


def _end(desk: Desk) -> int:
    after = 0
    while (page := desk.feed(after)).events:
        after = page.watermark
    return after


def _miscounted(desk: Desk, calls: Counter[str]) -> list[str]:
    """Every call has one effect. The shared order was there before."""
    types: Counter[str] = Counter()
    after = 0
    while (page := desk.feed(after)).events:
        types.update(event.type for event in page.events)
        after = page.watermark
    (shared,) = desk.orders.find(number=SHARED)
    counted = {"ship": len(shared.shipments), "report": types["incident.reported"], "place": types["order.placed"] - 1}
    return [f"{what}: {count} of {calls[what]}" for what, count in counted.items() if count != calls[what]]


def lost_mails(url: str, folder: Path) -> list[str]:
    """Mails that were acknowledged and are not there, or became more or less than one contact."""
    told = {key for what, key, _ in read(folder) if what == "done"}
    with desk_of(url) as desk:
        desk.inbox.process()
        found = desk.inbox.find(limit=10_000)
        there = Counter(arrival.event_id for arrival in found)
        contacts = Counter(arrival.need for arrival in found)
        wrong = [f"{event} is gone" for event in told - there.keys()]
        wrong += [f"{event} came in {count} times" for event, count in there.items() if count != 1]
        return wrong + [f"{need} has {count} mails" for need, count in contacts.items() if need is None or count != 1]


def wrongly_sent(url: str, sent: Path, kind: str, killed: int) -> list[str]:
    """Messages that went out twice, or not at all, or are in doubt without a reason, once nothing is left to send."""
    for minutes in range(2):
        with desk_of(url, kind=kind, sent=sent, days=1 + minutes) as desk:
            desk.send_due()
    channel, rows = Counting(sent, kind), Copy(url).tables["intents"]
    times, states = Counter(channel.keys()), Counter(row["state"] for row in rows)
    doubtful = {row["key"] for row in rows if row["state"] == "unknown"}
    wrong = [f"{row['key']} is {row['state']}" for row in rows if row["state"] not in ("done", "unknown")]
    wrong += [f"{row['key']} was not sent" for row in rows if row["key"] not in doubtful and not times[row["key"]]]
    if not KINDS[kind].idempotent:
        wrong += [f"{key} was sent {count} times" for key, count in times.items() if count > 1]
    if states["unknown"] > (killed if kind == "once-only" else 0):
        wrong.append(f"{states['unknown']} in doubt after {killed} deaths")
    return wrong
