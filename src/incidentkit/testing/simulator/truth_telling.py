"""Who truly knew first in a month, the customer or the shop; worked out without a desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from incidentkit.testing.simulator.courses import Course, Trouble
from incidentkit.testing.simulator.days import END, last_instant, sent_after
from incidentkit.testing.simulator.truth_clocks import promised_before, told_at
from incidentkit.testing.simulator.truth_needs import NeedTruth

__all__ = ["asked_about", "told_before_delivery", "told_first", "updated_first"]

_JUDGED = timedelta(days=30)


def asked_about(needs: Sequence[NeedTruth], order: bool, case: int | None = None) -> list[datetime]:
    """When the customer got in touch about the order, or else about that case, which names none."""
    mine = [need for need in needs if (need.about_order if order else case in need.cases and not need.about_order)]
    return sorted(word.at for need in mine for word in need.words if word.inbound)


def told_first(course: Course, n: int, needs: Sequence[NeedTruth]) -> bool | None:
    """Whether the customer heard of a case from the shop before they said anything; None where neither has spoken."""
    trouble = course.troubles[n]
    told, asked = told_at(trouble), [at for at in asked_about(needs, trouble.about_order, n) if at >= trouble.detected_at]
    if trouble.reported_by == "customer":
        return False
    if told is None:
        return False if asked else None
    return not asked or told < asked[0]


def told_before_delivery(course: Course, trouble: Trouble) -> bool | None:
    """Whether the customer heard of a case before what it is about came; None where that came before, or may still."""
    came = sorted(_came(course, trouble))
    later = [at for at in came if at > trouble.detected_at]
    told, promised = told_at(trouble), promised_before(course, trouble)
    if later:
        return told is not None and told < later[0]
    if promised is None or last_instant(promised) > END or (trouble.lines and came):
        return None
    return told is not None and told < last_instant(promised)


def _came(course: Course, trouble: Trouble) -> Iterator[datetime]:
    for parcel in course.parcels:
        mine = not trouble.lines or not set(trouble.lines).isdisjoint(parcel.units)
        if trouble.about_order and mine and parcel.delivered_at is not None and parcel.delivered_at < END:
            yield parcel.delivered_at


def updated_first(course: Course, delivered_at: datetime | None, asked: Sequence[datetime]) -> bool | None:
    """Whether the customer of an order saw how it stood before asking; None while that is not judged."""
    cancelled_at = _cancelled_at(course)
    if min(filter(None, (delivered_at, cancelled_at, course.placed_at + _JUDGED))) > END:
        return None
    if course.confirmed_at is None or course.confirmed_at >= END:
        return False
    shown = [at for at in _shown(course, delivered_at, cancelled_at) if at >= course.confirmed_at]
    return bool(shown) and (not asked or min(shown) < asked[0])


def _shown(course: Course, delivered_at: datetime | None, cancelled_at: datetime | None) -> Iterator[datetime]:
    if course.published_at is not None and course.published_at < END:
        yield course.published_at
    if not course.customer.email:
        return
    again = course.promised_again[0] if course.promised_again is not None and _delays(course) else None
    written = [again, delivered_at, cancelled_at, *(parcel.shipped_at for parcel in course.parcels)]
    yield from (sent_after(at) for at in written if at is not None and at < END)


def _delays(course: Course) -> bool:
    assert course.promised_again is not None, "it was promised again"
    return course.promised is None or last_instant(course.promised_again[1]) > last_instant(course.promised)


def _cancelled_at(course: Course) -> datetime | None:
    """When the last unit was cancelled, if all were."""
    left = {item.line: item.quantity for item in course.items}
    for gone in sorted(course.cancellations, key=lambda gone: gone.at):
        if gone.at >= END:
            break
        for line, units in (left if gone.units is None else gone.units).items():
            left[line] = 0 if gone.units is None else left[line] - units
        if not any(left.values()):
            return gone.at
    return None
