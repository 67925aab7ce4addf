"""The admin looks at the record, and at nothing that is about a person without leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit_django.words import LANGUAGES, texts

EVA = ik.Customer("eva", name="Eva Ruiz", email="eva@example.com", phone="+34600000001")
SECRETS = ("Eva Ruiz", "eva@example.com", "+34600000001", "TRACK-77", "shade-broken", "she-was-calm", "status-words")


@frozen
class Case:
    """What the tests look at."""

    order: ik.Order
    incident: ik.Incident
    message: ik.Intent


@pytest.fixture
def case(record: ik.Desk) -> Case:
    """An order with a parcel, a case, a conversation, an offer and messages: words of persons in all of them."""
    order = record.orders.place(lines=[ik.Line("lamp", 2, "19.90")], customer=EVA, number="1001")
    record.orders.confirm(order.id)
    record.orders.ship(order.id, carrier="Correos", tracking="TRACK-77")
    record.orders.publish_status(order.id, "status-words")
    incident = record.incidents.report(order=order.id, type="damaged", description="shade-broken", reported_by="customer")
    record.incidents.log_conversation(incident.id, channel="phone", summary="she-was-calm", by="ana")
    record.incidents.notify(incident.id)
    message = record.messages.find(stream=incident.id)[0]
    return Case(record.orders.get(order.id), record.incidents.get(incident.id), message)


def client(*permissions: str, superuser: bool = False) -> Any:
    """Django's test client, logged in as somebody of the staff with those permissions."""
    from django.contrib.auth.models import Permission, User
    from django.test import Client

    user = User.objects.create_user("ana", password="x", is_staff=True, is_superuser=superuser)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions, content_type__app_label="incidentkit"))
    made = Client()
    made.force_login(user)
    return made


SEES = ("view_order", "view_incident", "view_message")


def text(response: Any) -> str:
    """The page."""
    return str(response.content.decode())


def urls(case: Case) -> list[str]:
    """Every page that shows something of the case."""
    at = "/admin/incidentkit"
    return [
        *(f"{at}/order/", f"{at}/order/{case.order.id}/change/"),
        *(f"{at}/incident/", f"{at}/incident/{case.incident.id}/change/"),
        *(f"{at}/message/", _message_url(case)),
    ]


def _message_url(case: Case) -> str:
    from django.contrib.admin.utils import quote

    return f"/admin/incidentkit/message/{quote(case.message.key)}/change/"


def test_it_shows_what_there_is(record: ik.Desk, case: Case) -> None:
    """Every list and page answers, says its own, and links to the others."""
    looking = client(*SEES)
    pages = [text(looking.get(url)) for url in urls(case)]

    assert all("1001" in page for page in pages[:2])
    assert "damaged" in pages[1]
    assert f"/admin/incidentkit/incident/{case.incident.id}/change/" in pages[1]
    assert "order.shipped" in pages[1]
    assert "incident.reported" in pages[3]
    assert case.message.step in pages[5]


def test_the_index_leads_there(record: ik.Desk, case: Case) -> None:
    """Whoever may see one of them finds it on the admin's first page, and no way to add one."""
    page = text(client("view_order").get("/admin/"))

    assert "/admin/incidentkit/order/" in page
    assert "/admin/incidentkit/message/" not in page
    assert "/admin/incidentkit/order/add/" not in page


def test_without_leave_nothing_is_about_a_person(record: ik.Desk, case: Case) -> None:
    """No page holds a name, an address, a parcel's number or anybody's words."""
    looking = client(*SEES)
    found = {(url, secret) for url in urls(case) for secret in SECRETS if secret in text(looking.get(url))}

    assert set() == found


def test_with_leave_all_of_it_is_there(record: ik.Desk, case: Case) -> None:
    """Each of those words stands on one of the pages."""
    looking = client(*SEES, "view_personal_data")
    pages = "".join(text(looking.get(url)) for url in urls(case))

    assert set() == {secret for secret in SECRETS if secret not in pages}


def test_no_page_is_kept_by_a_cache(record: ik.Desk, case: Case) -> None:
    """Each says so."""
    looking = client(*SEES)

    assert all("no-store" in looking.get(url).headers["Cache-Control"] for url in urls(case))


def test_without_the_permission_there_is_no_page(record: ik.Desk, case: Case) -> None:
    """Lists and pages are refused to staff who may not see them, and to nobody in particular."""
    from django.test import Client

    looking = client()

    assert {403} == {looking.get(url).status_code for url in urls(case)}
    assert {302} == {Client().get(url).status_code for url in urls(case)}


def test_nothing_can_be_written(record: ik.Desk, case: Case) -> None:
    """Neither by any method nor by the admin's usual addresses, even for a superuser; the record stays as it was."""
    looking = client(superuser=True)
    before = record.feed(limit=1000)
    for url in urls(case):
        for method in ("post", "put", "patch", "delete"):
            getattr(looking, method)(url, {"action": "delete_selected", "number": "x", "_save": "Save"})
        for other in ("add/", "delete/", "history/", f"{case.order.id}/delete/", f"{case.order.id}/history/"):
            base = "/".join(url.split("/")[:4])
            assert looking.post(f"{base}/{other}", {"post": "yes"}).status_code in (404, 405)

    assert before == record.feed(limit=1000)
    assert case.order == record.orders.get(case.order.id)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"number": "1001"}, True),
        ({"number": "9"}, False),
        ({"status": "shipped"}, True),
        ({"status": "delivered"}, False),
        ({"status": "no such status"}, True),
        ({"in_incident": "yes"}, True),
        ({"in_incident": "no"}, False),
        ({"email": "EVA@example.com"}, True),
        ({"email": "other@example.com"}, False),
        ({"phone": "+34600000001"}, True),
    ],
)
def test_orders_are_found(record: ik.Desk, case: Case, asked: Mapping[str, str], expected: bool) -> None:
    """By what the form offers; what can't be asked for is not asked."""
    page = text(client(*SEES, "view_personal_data").post("/admin/incidentkit/order/", asked))

    assert expected == (f"{case.order.id}/change/" in page)


def test_an_address_is_no_way_to_find_for_those_without_leave(record: ik.Desk, case: Case) -> None:
    """For them the form has no such field, and what is sent all the same changes nothing."""
    page = text(client(*SEES).post("/admin/incidentkit/order/", {"email": "nobody@example.com"}))

    assert f"{case.order.id}/change/" in page
    assert 'name="email"' not in page


def test_a_long_list_has_pages(record: ik.Desk) -> None:
    """Fifty at a time; the next page goes on where the first ended, and each order is on one of them."""
    import re

    with record.batch():
        for number in range(60):
            record.orders.place(lines=[ik.Line("lamp", 1, 1)], number=f"N{number:03}")
    looking = client(*SEES)
    first = text(looking.get("/admin/incidentkit/order/"))
    (after,) = re.findall(r'name="after" value="([^"]+)"', first)
    second = text(looking.post("/admin/incidentkit/order/", {"after": after}))
    on = [set(re.findall(r"N\d{3}", page)) for page in (first, second)]

    assert (50, 10, 60) == (len(on[0]), len(on[1]), len(on[0] | on[1]))


def test_a_page_that_is_none_is_said(record: ik.Desk, case: Case) -> None:
    """A made-up cursor leads back to the first page, with the reason; an unknown order is not found."""
    looking = client(*SEES)
    answer = looking.post("/admin/incidentkit/order/", {"after": "made-up"}, follow=True)

    assert ["after"] == [str(message).partition(":")[0] for message in answer.context["messages"]]
    assert 404 == looking.get("/admin/incidentkit/order/nothing/change/").status_code


def test_it_speaks_spanish(record: ik.Desk, case: Case) -> None:
    """Where the browser asks for it."""
    looking = client(*SEES)
    page = text(looking.get(f"/admin/incidentkit/order/{case.order.id}/change/", headers={"accept-language": "es-ES"}))

    assert "Cronología" in page
    assert "Timeline" not in page


def test_both_languages_have_the_same_words() -> None:
    """None is missing in one of them, and none is empty."""
    english, *others = [texts(language) for language in LANGUAGES]

    assert [set(english)] * len(others) == [set(other) for other in others]
    assert all(word for language in LANGUAGES for word in texts(language).values())
