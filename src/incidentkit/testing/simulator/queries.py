"""Questions of customers about orders that nothing is wrong with: where is it, may I change it, and what comes of them."""

from __future__ import annotations

from datetime import datetime
from random import Random

from attrs import evolve

from incidentkit.testing.simulator.courses import Course, Said, Trouble
from incidentkit.testing.simulator.days import in_hours, minutes

__all__ = ["RATES", "asked_about"]

RATES = {"phone": "3.50", "email": "1.80", "social": "1.50", "counter": "2.50"}
"""What a contact costs the demo's shop, in either direction."""

_PEOPLE = ("ana", "luis", "sara")


def asked_about(rng: Random, course: Course) -> Course:
    """The course with what its customer asked: about the order, or, of the first trouble, that it is there."""
    if course.troubles:
        return _told_by_customer(rng, course)
    return evolve(course, said=tuple(_query(rng, course.placed_at))) if rng.random() < 0.15 else course


def _told_by_customer(rng: Random, course: Course) -> Course:
    """Whoever sees a trouble first says so, on some channel; only of the first, whose need the others would be."""
    first = min(range(len(course.troubles)), key=lambda n: course.troubles[n].detected_at)
    trouble = course.troubles[first]
    if trouble.reported_by != "customer" or not trouble.about_order:
        return course
    told = evolve(trouble, told_on=rng.choice(("phone", "email", "social", "counter")))
    return evolve(course, troubles=_with(course.troubles, first, told))


def _with(troubles: tuple[Trouble, ...], place: int, other: Trouble) -> tuple[Trouble, ...]:
    return (*troubles[:place], other, *troubles[place + 1 :])


def _query(rng: Random, placed_at: datetime) -> list[Said]:
    asked_at = in_hours(rng, placed_at + minutes(rng, 30, 9000))
    said, solved_at = _exchange(rng, asked_at)
    if solved_at is None:
        return said
    said.append(Said(solved_at, "solved", by=rng.choice(_PEOPLE)))
    if rng.random() < 0.2:
        said.append(Said(solved_at + minutes(rng, 5, 300), "thanks", "email"))
    if rng.random() < 0.25:
        again, met_at = _exchange(rng, in_hours(rng, solved_at + minutes(rng, 400, 8000)))
        said += [*again, *([Said(met_at, "solved", by=rng.choice(_PEOPLE))] if met_at else [])]
    return said


def _exchange(rng: Random, asked_at: datetime) -> tuple[list[Said], datetime | None]:
    """A question and its answer, and when that was the end of it; None where it was not, or is not."""
    channel = rng.choice(("email", "phone", "social"))
    if channel == "phone":
        said = [Said(asked_at, "asked", "phone", rng.choice(_PEOPLE), live=True)]
        return said, asked_at + minutes(rng, 3, 60)
    said = [Said(asked_at, "asked", channel)]
    if channel == "email" and rng.random() < 0.5:
        said.append(Said(asked_at + minutes(rng, 1, 2), "automatic", "email"))
    if rng.random() < 0.12:
        return said, None
    at = in_hours(rng, asked_at + minutes(rng, 15, 2400))
    called = rng.random() < 0.25
    said.append(Said(at, "answered", "phone" if called else channel, rng.choice(_PEOPLE), live=called))
    return said, at + minutes(rng, 5, 300)
