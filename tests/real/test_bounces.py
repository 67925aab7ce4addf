"""The corpus of real bounces: what is read in them, beside what another tool states."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.domain.messages import ReceiptKind
from tests.real.disagreements import JUDGED
from tests.real.mails import Expected, bounces, files_in, judged

LOST = (ReceiptKind.BOUNCED, ReceiptKind.DEFERRED)


@pytest.fixture(scope="module")
def mails(real_data: Path) -> tuple[Expected, ...]:
    """Every mail with an expectation."""
    return bounces(real_data)


@pytest.fixture(scope="module")
def reports(mails: tuple[Expected, ...]) -> tuple[Expected, ...]:
    """Those that carry a delivery status."""
    return tuple(mail for mail in mails if mail.fields)


def test_the_corpus_is_whole(mails: tuple[Expected, ...], reports: tuple[Expected, ...]) -> None:
    """278 mails have an expectation, and 149 of them a delivery status."""
    assert (278, 149) == (len(mails), len(reports))


def test_a_report_gives_the_expected_status_code(reports: tuple[Expected, ...]) -> None:
    """For at least 134 of the 149."""
    assert sum(m.news[0].status == m.rows[0]["status"] for m in reports) >= 134


def test_a_report_is_hard_or_soft_as_expected(reports: tuple[Expected, ...]) -> None:
    """For at least 134 of the 149."""
    assert sum(m.hard == m.rows[0]["hard_bounce"] for m in reports) >= 134


def test_a_report_names_its_final_recipient(reports: tuple[Expected, ...]) -> None:
    """For each of the 149 the recipient is the one that the field says."""
    said = [m.fields.get("final-recipient") or m.fields.get("original-recipient", "") for m in reports]

    assert [text.partition(";")[2].strip().strip("<>") for text in said] == [m.news[0].recipient for m in reports]


def test_most_bounces_without_a_report_are_found(mails: tuple[Expected, ...]) -> None:
    """Of those that were written for people only, at least nineteen in twenty, and nine in ten are hard or soft as expected."""
    prose = [m for m in mails if m.lost and not m.fields]
    found = [m for m in prose if m.news and m.news[0].kind in LOST]

    assert len(found) >= 0.95 * len(prose)
    assert sum(m.hard == m.rows[0]["hard_bounce"] for m in found) >= 0.9 * len(prose)


def test_nothing_else_is_taken_for_a_bounce(mails: tuple[Expected, ...]) -> None:
    """No holiday reply, report of success or complaint is."""
    others = [m for m in mails if not m.lost]

    assert {"feedback", "vacation", "delivered"} == {m.rows[0]["reason"] for m in others}
    assert [] == [m.name for m in others if any(news.kind in LOST for news in m.news)]


def test_a_complaint_of_a_person_is_one(mails: tuple[Expected, ...]) -> None:
    """Each feedback report about abuse is a complaint; one about authentication is none."""
    found = {
        m.rows[0]["feedback_type"]: [news.kind.value for news in m.news]
        for m in mails
        if m.rows[0]["reason"] == "feedback" and m.message.automatic == "feedback_report"
    }

    assert ["complained"] == found["abuse"] == found["opt-out"]
    assert [] == found["auth-failure"]


def test_every_one_of_them_was_written_by_a_machine(mails: tuple[Expected, ...]) -> None:
    """None would become a contact, but for the one that a person forwarded and the one that a list's owner wrote."""
    assert {"bsd/lhost-fml-02.eml", "bsd/lhost-sendmail-14.eml"} == {m.name for m in mails if not m.message.automatic}


def test_each_disagreement_is_judged(mails: tuple[Expected, ...]) -> None:
    """Every mail whose hard or soft, or whose kind, differs from the expectation has a reason, and no other one has."""
    differing = {m.name for m in mails if m.hard != m.rows[0]["hard_bounce"] or m.lost != any(n.kind in LOST for n in m.news)}

    assert differing == set(JUDGED)


def test_a_mail_that_only_encloses_a_bounce_is_no_bounce(real_data: Path) -> None:
    """A person sent it on: it is their own message, and says nothing of ours."""
    mails = files_in(real_data / "email/bounces/bounces.tar.gz")
    (name,) = (name for name in mails if name.startswith("not/"))

    mail = judged(name, mails[name], [])

    assert ((), "") == (mail.news, mail.message.automatic)
