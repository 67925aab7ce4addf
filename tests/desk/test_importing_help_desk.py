"""The profile for a help desk, on a small export written by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.codec.profile import load_profile
from incidentkit.desk.importing import ImportReport, shop_for
from tests.desk.importing import NOW, last_seq

EXPORT = {
    "orders.csv": """
number,ordered,shipped,delivered,promised,customer,company,total
1001,2024-03-01 09:00:00 UTC,2024-03-02 09:00:00 UTC,2024-03-07 16:00:00 UTC,2024-03-05,eva@example.org,hotel-sol,90.00
1002,2024-03-02 10:00:00 UTC,2024-03-03 09:00:00 UTC,2024-03-04 12:00:00 UTC,2024-03-06,jon@example.org,,25.50
""",
    "promises.csv": """
order,told,promised,agent
1001,2024-03-05 11:00:00 UTC,2024-03-07,ana
1001,2024-03-04 18:00:00 UTC,2024-03-06,ana
""",
    "companies.csv": """
code,company,manager,updated
hotel-sol,Hotel Sol,ana,2024-02-01
cafe,Café Lima,zoe,2024-02-01
""",
    "tickets.csv": """
id,created,updated,solved,state,kind,topic,priority,group,requester,name,company,order,score,rated,comment
501,2024-03-04T17:00:00Z,2024-03-08T10:00:00Z,2024-03-07T17:00:00Z,solved,Problem,Late,Normal,Support,eva@example.org,Eva,hotel-sol,1001,4,2024-03-09T08:00:00Z,fine
502,2024-03-05T09:00:00Z,2024-03-05T09:30:00Z,-,open,Incident,Broken,High,Depot,jon@example.org,Jon,-,1002,-,-,-
503,2024-03-06T12:00:00Z,2024-03-06T15:00:00Z,2024-03-06T15:00:00Z,closed,Question,Other,Low,Support,mia@example.org,Mia,-,-,-,-,-
""",
    "messages.csv": """
id,ticket,sent,via,author,agent,machine,text
4,501,2024-03-07T17:00:00Z,email,agent,ana,false,It has arrived.
1,501,2024-03-04T17:00:00Z,email,end-user,-,false,Where is it?
2,501,2024-03-04T17:00:05Z,email,agent,-,true,We have got your message.
3,501,2024-03-04T18:00:00Z,email,agent,ana,false,Tomorrow.
5,502,2024-03-05T09:00:00Z,web,end-user,-,false,It is broken.
6,503,2024-03-06T12:00:00Z,chat,end-user,-,false,Do you open on Sunday?
7,503,2024-03-06T12:01:00Z,chat,agent,ana,false,No.
8,999,2024-03-06T12:01:00Z,chat,agent,ana,false,Of a ticket that is not here.
""",
    "calls.csv": """
id,started,number,agent,answered_at
c1,2024-03-05T10:00:00Z,+34600000001,leo,2024-03-05T10:04:00Z
""",
}


def export(folder: Path) -> Path:
    """The export in a folder."""
    folder.mkdir()
    for name, text in EXPORT.items():
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder


@pytest.fixture
def imported(tmp_path: Path, store_url: str) -> object:
    """A desk with the export imported twice, and both reports."""
    profile = load_profile("help_desk")
    shop = shop_for(profile, ik.Shop(agents=(ik.Agent("ana", "after-sales"), ik.Agent("leo", "after-sales"))))
    with ik.open_desk(store_url, shop, clock=lambda: NOW) as desk:
        folder = export(tmp_path / "export")
        yield desk, [desk.imports.run(profile, [folder], rejects=tmp_path / "rejects.csv") for _ in range(2)]


Imported = tuple[ik.Desk, list[ImportReport]]


def test_everything_in_the_export_enters_once(imported: Imported) -> None:
    """Orders, companies, dates, cases, ratings and contacts; a second import says nothing new."""
    desk, (first, second) = imported

    assert (2, 2, 2, 2, 1, 9) == (
        first.orders_new, first.accounts, first.promises, first.incidents, first.answers, first.contacts
    )  # fmt: skip
    assert (0, first.events) == (second.events, last_seq(desk))
    assert {"unusable:manager": 1, "unusable:team": 1} == first.dropped
    assert {"missing:subject": 1} == first.rejected


def test_a_ticket_is_a_case_with_its_need(imported: Imported) -> None:
    """Its messages are the contacts of one need, in the order of their times, and it ends with the ticket."""
    desk, _ = imported
    order = desk.orders.find(number="1001")[0]
    (case,) = desk.incidents.find(order=order.id)
    (need,) = desk.needs.find(order=order.id)

    assert ("late", "minor", "after-sales", "customer") == (case.type, case.severity, case.owner.team, case.reported_by)
    assert [("in", False, ""), ("out", True, ""), ("out", False, "ana"), ("out", False, "ana")] == [
        (contact.direction, contact.automatic, contact.agent) for contact in need.contacts
    ]
    assert ((case.id,), datetime(2024, 3, 7, 17, tzinfo=UTC)) == (need.incidents, need.resolved_at)


def test_questions_and_calls_find_their_need_by_the_customer(imported: Imported) -> None:
    """Without any case; a call brings its own answer."""
    desk, _ = imported
    (mias,), (call,) = desk.needs.find(customer="mia@example.org"), desk.needs.find(customer="+34600000001")

    assert [("chat", "in"), ("chat", "out")] == [(contact.channel, contact.direction) for contact in mias.contacts]
    assert [("phone", "in", ""), ("phone", "out", "leo")] == [
        (contact.channel, contact.direction, contact.agent) for contact in call.contacts
    ]
    assert () == mias.incidents + call.incidents


def test_dates_and_accounts(imported: Imported) -> None:
    """Each date was replaced by the next; the account has its manager."""
    desk, _ = imported
    order = desk.orders.find(number="1001")[0]

    assert [date(2024, 3, 5), date(2024, 3, 6), date(2024, 3, 7)] == [promise.due for promise in order.promises]
    assert ("agent:ana", 0.5) == (order.promises[1].made_by, desk.measure("promise_kept_rate").rows[0].value)
    assert ("hotel-sol", "ana") == (order.account, desk.accounts.get(order.account).manager)
    assert "" == desk.accounts.get("cafe").manager
