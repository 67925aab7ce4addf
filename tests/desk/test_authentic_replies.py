"""Only what a person sent, and could not have guessed, moves a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.incidents import Incident
from incidentkit.domain.remedies import Offer
from tests.desk.letters import Letters, answer, bounce, mail, sent_about, take
from tests.desk.world import placed, reported
from tests.real.mails import files_in

Opened = Callable[..., Desk]


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """A desk whose messages have names as in e-mail."""
    return opened(plugins=(Letters(),))


@pytest.fixture
def case(desk: Desk) -> Incident:
    """A case whose customer was told by mail and has an offer to answer."""
    found = reported(desk, placed(desk, number="1001"))
    desk.incidents.notify(found.id)
    sent_about(desk, found.id)
    return desk.incidents.offer(found.id, [Offer("refund", desk.clock() + timedelta(days=3), "5.00")])


def as_it_stands(desk: Desk, case: Incident) -> tuple[object, ...]:
    """Everything that a message could move."""
    now = desk.incidents.get(case.id)
    order = desk.orders.get(case.orders[0])
    return (
        now.phase,
        now.offers,
        now.remedies,
        now.holds,
        now.contacts,
        now.deadlines,
        order,
        desk.tasks.find(),
        desk.needs.find(),
    )


MACHINES = {
    "out of office": ("Auto-Submitted: auto-replied", "I am away until Monday. Yes."),
    "holiday in Spanish": ("Subject: Respuesta automática: su pedido", "Estoy de vacaciones. Acepto."),
    "a responder": ("X-Autorespond: 1", "Yes, I accept, thank you."),
    "a robot": ("Precedence: bulk", "I accept."),
    "no way back": ("Return-Path: <>", "accepted"),
}


@pytest.mark.parametrize("kind", MACHINES)
def test_no_machine_answers_an_offer(desk: Desk, case: Incident, kind: str) -> None:
    """Though it answers our message, and comes from the customer's own address."""
    reference = sent_about(desk, case.id).reference
    header, text = MACHINES[kind]
    before = as_it_stands(desk, case)

    take(desk, mail(text, answers=reference, headers=[header]))

    assert before == as_it_stands(desk, case)


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("relayed", "2.0.0"), ("expanded", "2.0.0")])
def test_no_report_but_a_bounce_moves_a_case(desk: Desk, case: Incident, action: str, status: str) -> None:
    """A delay or a success leaves it where it is."""
    before = as_it_stands(desk, case)

    take(desk, bounce(sent_about(desk, case.id).reference, status, action))

    assert before == as_it_stands(desk, case)


def test_no_forged_subject_moves_a_case(desk: Desk, case: Incident) -> None:
    """A stranger who knows or guesses numbers and ids writes a contact of their own."""
    before = as_it_stands(desk, case)
    subjects = ("Re: order 1001", f"[#{case.id}] accept", f"Re: {case.orders[0]}", "ticket 1001: resolved, closed")
    forged = [mail("I accept.\n", sender="eve@example.net", subject=s, name=f"<{n}@x>") for n, s in enumerate(subjects)]

    assert {"none": 4} == take(desk, *forged).outcomes
    assert before[:-1] == as_it_stands(desk, case)[:-1]


def test_what_a_person_writes_is_only_a_contact(desk: Desk, case: Incident) -> None:
    """Also a true answer accepts no offer: it is a contact that somebody reads, and the case waits no longer."""
    take(desk, answer(sent_about(desk, case.id).reference, "I accept the refund."))

    now = desk.incidents.get(case.id)
    assert (case.phase, case.offers, case.remedies) == (now.phase, now.offers, now.remedies)
    assert 1 == len(now.contacts)


def test_no_bounce_of_the_world_moves_a_case(desk: Desk, case: Incident, real_data: Path) -> None:
    """307 real reports, complaints and holiday replies, and 103 broken mails: none is about a message of ours."""
    before = as_it_stands(desk, case)
    archives = ("bounces/bounces", "broken/broken")
    mails = [content for a in archives for content in files_in(real_data / f"email/{a}.tar.gz").values()]

    with desk.batch():
        for number, content in enumerate(mails):
            desk.inbox.put("mail", f"real-{number}", content)
    report = desk.inbox.process()

    assert (len(mails), 0, 0) == (report.total, report.again, report.dead)
    assert before[:-1] == as_it_stands(desk, case)[:-1]
