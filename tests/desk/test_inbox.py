"""What comes in: kept once, processed afterwards, placed where it belongs, and never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve
from sqlalchemy import update

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.inbound import InboundPolicy
from incidentkit.domain.incidents import Phase
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.hooks import Fetched, InboundAdapter, InboundMessage, RawInbound, ReceiptNews, hookimpl
from incidentkit.mail import digest
from incidentkit.store.tables import intents
from incidentkit.testing._audit import Copy
from incidentkit.testing.clocks import ManualClock
from tests.desk.letters import Box, Letters, answer, bounce, mail, sent_about, take
from tests.desk.world import JOAN, SHOP, placed, reported

Opened = Callable[..., Desk]


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """A desk whose messages have names as in e-mail."""
    return opened(plugins=(Letters(),))


def told_by_mail(desk: Desk) -> tuple[str, str]:
    """A case whose customer was written to, and what that message is called."""
    case = desk.incidents.notify(reported(desk).id)
    return case.id, sent_about(desk, case.id).reference


# --- Taking in ---------------------------------------------------------------------------------------------------


def test_a_desk_in_memory_takes_in_what_comes(clock: ManualClock) -> None:
    """Though it has one transaction at a time: answers, reports, token addresses and mailboxes."""
    shop = evolve(SHOP, reply_to="shop@example.com")
    with open_desk("sqlite://", shop, plugins=(Letters(Box("box", [mail()])),), clock=clock) as desk:
        case, reference = told_by_mail(desk)
        raws = (answer(reference), bounce(reference), mail(to="shop+nothing@example.com", sender="a@x.example", name="<9@x>"))

        assert 1 == desk.inbox.fetch().fetched
        assert {"reference": 1, "receipt": 1, "none": 1, "sender": 1} == take(desk, *raws).outcomes
        assert Phase.DETECTED is desk.incidents.get(case).phase


def test_the_same_event_is_kept_once(desk: Desk) -> None:
    """A second delivery of it is known, and makes no second contact."""
    assert [True, False, False] == [desk.inbox.put("mail", "7", mail()) for _ in range(3)]

    desk.inbox.process()
    desk.inbox.put("mail", "7", mail())

    assert {} == desk.inbox.process().outcomes
    assert 1 == len(desk.needs.find())


def test_of_many_who_bring_the_same_at_once_one_is_told_that_it_is_new(desk: Desk) -> None:
    """However the deliveries meet."""
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: desk.inbox.put("mail", "7", mail()), range(16)))

    assert 1 == sum(told)
    assert 1 == len(desk.inbox.find())


def test_of_many_who_process_at_once_each_thing_is_taken_once(desk: Desk) -> None:
    """No contact is made twice, and none is left out."""
    for number in range(12):
        desk.inbox.put("mail", str(number), mail(name=f"<{number}@x>"))

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: desk.inbox.process(), range(4)))

    assert 12 == sum(report.total for report in reports)
    assert 12 == sum(len(need.contacts) for need in desk.needs.find())


def test_the_same_id_of_another_source_is_another_event(desk: Desk) -> None:
    """Events are told apart by source and id together."""
    assert [True, True] == [desk.inbox.put(source, "7", mail()) for source in ("mail", "other")]


def test_what_was_put_outlives_the_desk(opened: Opened) -> None:
    """Once it is put it is written: another desk on the store processes it."""
    first = opened(plugins=(Letters(),))
    first.inbox.put("mail", "1", mail())

    assert {"none": 1} == opened(plugins=(Letters(),)).inbox.process().outcomes


def test_the_bytes_and_headers_come_back_as_they_were(desk: Desk) -> None:
    """Whatever is in them, also what is no Unicode."""
    raw = bytes(range(256)) * 3
    desk.inbox.put("other", "1", raw, headers=(("X-Sign", "a\0b"),))

    assert RawInbound(raw, (("X-Sign", "ab"),)) == desk.inbox.raw("other", "1")


@pytest.mark.parametrize(("source", "event_id"), [("", "1"), ("Mail", "1"), ("mail", ""), ("mail", "a\0"), ("mail", "x" * 401)])
def test_what_names_no_event_is_refused(desk: Desk, source: str, event_id: str) -> None:
    """A source or an id that can't be one."""
    with pytest.raises(InvalidInput):
        desk.inbox.put(source, event_id, b"")


def test_a_mailbox_is_read_once_from_end_to_end(opened: Opened) -> None:
    """Page by page; the next time only what came since, by a cursor that is kept."""
    box = Box("box", [mail(name=f"<{n}@x>") for n in range(5)])
    desk = opened(plugins=(Letters(box),))

    assert 5 == desk.inbox.fetch(limit=2).fetched
    assert [None, "2", "4"] == box.asked

    box.mails.append(mail(name="<6@x>"))
    other = opened(plugins=(Letters(box),))

    assert (1, "5") == (other.inbox.fetch().fetched, box.asked[-1])
    assert {"none": 6} == other.inbox.process().outcomes


def test_a_cursor_and_its_mails_are_kept_together(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where keeping fails, neither is, and the next time brings all of them."""
    box = Box("box", [mail()])
    desk = opened(plugins=(Letters(box),))
    monkeypatch.setattr("incidentkit.desk.fetching.set_cursor", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        desk.inbox.fetch()

    assert () == desk.inbox.find()

    monkeypatch.undo()

    assert 1 == desk.inbox.fetch().fetched


def test_a_mailbox_that_is_shut_does_not_stop_the_others(opened: Opened) -> None:
    """It is named with the code of its error."""
    shut, box = Box("a", [mail()]), Box("b", [mail()])
    shut.shut = True

    report = opened(plugins=(Letters(shut, box),)).inbox.fetch()

    assert (1, {"a": "channel-transient"}) == (report.fetched, report.failed)


def test_a_mailbox_with_a_fault_or_odd_names_stops_nothing(opened: Opened, caplog: pytest.LogCaptureFixture) -> None:
    """An error that nobody foresaw is named by its type; a name that can't be kept gets another one."""

    class Odd(Box):
        def fetch(self, cursor: str | None, limit: int) -> Fetched:
            if self.shut:
                raise KeyError("secret")
            return Fetched((("x" * 5_000, mail()), ("\udcff\n", mail(name="<2@x>")), ("", mail(name="<3@x>"))), "1")

    faulty = Odd("a")
    faulty.shut = True
    desk = opened(plugins=(Letters(faulty, Odd("b")),))

    assert [(3, {"a": "KeyError"}), (0, {"a": "KeyError"})] == [
        (r.fetched, r.failed) for r in (desk.inbox.fetch(), desk.inbox.fetch())
    ]
    assert "secret" not in caplog.text


# --- Placing -----------------------------------------------------------------------------------------------------


def test_an_answer_becomes_a_contact_on_its_case(desk: Desk) -> None:
    """By the Message-ID of our message: case, order and person, with what is new in it as its words."""
    case, reference = told_by_mail(desk)

    assert {"reference": 1} == take(desk, answer(reference, sender="other@example.net")).outcomes

    found = desk.inbox.find()[0]
    contact = desk.needs.get(found.need or "").contacts[-1]
    incident = desk.incidents.get(case)
    assert ((case,), incident.orders, incident.customer) == (contact.incidents, contact.orders, contact.customer)
    assert "I would like my money back." == (contact.summary.value if contact.summary else "")
    assert ("email", "in", True) == (contact.channel, contact.direction, contact.asks)
    assert contact.id in [note.contact for note in incident.contacts]


def test_older_references_lead_there_too(desk: Desk) -> None:
    """Where In-Reply-To is missing or unknown, References are walked from their end."""
    case, reference = told_by_mail(desk)
    headers = [f"References: {reference} <theirs@example.net>"]

    assert {"reference": 1} == take(desk, mail(sender="x@example.net", answers="<unknown@x>", headers=headers)).outcomes
    assert (case,) == desk.needs.get(desk.inbox.find()[0].need or "").incidents


def test_an_answer_to_one_message_about_several_orders_is_about_all(desk: Desk) -> None:
    """What a message carried along is meant too."""
    orders = [placed(desk).id for _ in range(2)]
    desk.send_due()
    first, second = (desk.messages.find(stream=order)[-1] for order in orders)
    with desk.orders._runtime.store.unit() as unit:
        i = intents.c
        unit.connection.execute(update(intents).where(i.key == second.key).values(carrier=first.key, reference=""))

    take(desk, answer(first.reference))

    assert set(orders) == set(desk.needs.get(desk.inbox.find()[0].need or "").orders)


def test_an_answer_to_their_own_mail_stays_in_its_thread(desk: Desk) -> None:
    """A stranger's second mail joins the need of the first."""
    take(desk, mail(sender="stranger@example.net", name="<first@example.net>"))
    take(desk, mail(sender="stranger@example.net", name="<second@example.net>", answers="<first@example.net>"))

    first, second = (arrival.need for arrival in desk.inbox.find())
    assert first == second
    assert ["none", "thread"] == sorted(arrival.outcome.value for arrival in desk.inbox.find())


def test_a_sender_with_one_open_case_is_placed_on_it(desk: Desk) -> None:
    """By their address, in letters of any case."""
    case = reported(desk)

    assert {"sender": 1} == take(desk, mail(sender='"Marta V." <MARTA@example.com>')).outcomes
    assert (case.id,) == desk.needs.get(desk.inbox.find()[0].need or "").incidents


def test_a_sender_with_two_open_cases_is_not_guessed(desk: Desk) -> None:
    """It is their contact, and somebody says which case it is about."""
    first = reported(desk)
    reported(desk)

    assert {"none": 1} == take(desk, mail()).outcomes
    need = desk.needs.get(desk.inbox.find()[0].need or "")
    assert ((), first.customer) == (need.incidents, need.customer)


def test_a_number_that_a_stranger_writes_leads_nowhere(desk: Desk) -> None:
    """However well it is guessed, in subject and text."""
    order = placed(desk, number="1001")
    case = reported(desk, order)

    take(desk, mail(f"About order 1001 {order.id}, case {case.id}.\n", sender="eve@example.net", subject="Re: order 1001"))

    assert desk.incidents.get(case.id) == case
    assert "none" == desk.inbox.find()[0].outcome.value


def test_what_could_not_be_placed_is_placed_by_a_person(desk: Desk) -> None:
    """Its contact moves to the need of that case, which hears of it."""
    case = reported(desk)
    take(desk, mail(sender="marta.work@example.net"))
    lost = desk.inbox.find(outcome="none")[0].need or ""

    need = desk.inbox.place(lost, incident=case.id, by="ana")

    assert ((case.id,), case.orders, case.customer) == (need.incidents, need.orders, need.customer)
    assert need.contacts[-1].id in [note.contact for note in desk.incidents.get(case.id).contacts]
    assert need.id == desk.needs.get(lost).joined


def test_it_can_be_placed_on_an_order_too(desk: Desk) -> None:
    """A need of its own about the order, or the one that is open already."""
    order = placed(desk)
    open_ = desk.contacts.log(channel="phone", order=order.id).need
    take(desk, mail(sender="a@example.net"), mail(sender="b@example.net"))
    lost = [arrival.need or "" for arrival in desk.inbox.find(outcome="none")]

    placed_on = [desk.inbox.place(need, order=order.id, by="ana").id for need in lost]

    assert [open_, open_] == placed_on
    assert 3 == len(desk.needs.get(open_).contacts)


def test_what_is_placed_is_not_placed_again(desk: Desk) -> None:
    """A need that is about something already is split or joined instead."""
    case = reported(desk)
    take(desk, mail())

    with pytest.raises(RuleViolation, match="is placed once"):
        desk.inbox.place(desk.inbox.find()[0].need or "", incident=case.id)


def test_a_token_address_leads_to_its_order(opened: Opened) -> None:
    """The address that a message asked to be answered to, whoever writes there."""
    desk = opened(plugins=(Letters(),), shop=evolve(SHOP, reply_to="shop@example.com"))
    order = placed(desk)
    from incidentkit.desk.linking import tokens_of

    tokens = tokens_of(desk.orders._runtime)
    assert tokens is not None
    address = tokens.address("shop@example.com", order.id)

    assert {"token": 1} == take(desk, mail(sender="stranger@example.net", to=address.upper())).outcomes
    assert (order.id,) == desk.needs.get(desk.inbox.find()[0].need or "").orders


# --- What machines say -------------------------------------------------------------------------------------------


def test_a_bounce_takes_the_notice_back(desk: Desk) -> None:
    """The customer counts as told no more, and the report is a receipt, no contact."""
    case, reference = told_by_mail(desk)
    assert Phase.COMMUNICATED is desk.incidents.get(case).phase

    assert {"receipt": 1} == take(desk, bounce(reference)).outcomes
    assert Phase.DETECTED is desk.incidents.get(case).phase
    assert () == desk.needs.find()


def test_a_bounce_that_is_quicker_than_its_sending_waits_for_it(desk: Desk) -> None:
    """The message's name is known from its key: the receipt is applied when the send is in the record."""
    case = desk.incidents.notify(reported(desk).id)
    key = desk.messages.find(stream=case.id)[-1].key
    name = f"<{digest(key)[:32]}@{SHOP.sender.rpartition('@')[2]}>"

    assert {"receipt": 1} == take(desk, bounce(name)).outcomes
    assert name == sent_about(desk, case.id).reference
    assert Phase.DETECTED is desk.incidents.get(case.id).phase


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.7"), ("relayed", "2.0.0"), ("delivered", "2.0.0")])
def test_a_report_that_is_no_bounce_takes_nothing_back(desk: Desk, action: str, status: str) -> None:
    """Delay and success leave the customer told."""
    case, reference = told_by_mail(desk)

    take(desk, bounce(reference, status, action))

    assert Phase.COMMUNICATED is desk.incidents.get(case).phase


def test_our_own_mail_is_no_contact(desk: Desk) -> None:
    """Neither what comes from the shop's address, nor a copy of a message of ours."""
    _, reference = told_by_mail(desk)

    report = take(desk, mail(sender=SHOP.sender), mail(sender="someone@example.net", name=reference))

    assert {"own": 2} == report.outcomes


def test_a_mail_of_nobody_is_a_contact(desk: Desk) -> None:
    """Without a sender it is not ours, nor anybody's: a person looks at it."""
    assert {"none": 1} == take(desk, b"Subject: hello\n\nWhere is my parcel?").outcomes


def test_mail_of_the_shops_own_people_is_no_contact(opened: Opened) -> None:
    """Unless one of them is a customer too."""
    agents = tuple(evolve(agent, email=f"{agent.name}@shop.example") for agent in SHOP.agents)
    desk = opened(plugins=(Letters(),), shop=evolve(SHOP, agents=agents))
    placed(desk, customer=evolve(JOAN, email="leo@shop.example"))

    report = take(desk, mail(sender="ana@shop.example"), mail(sender="leo@shop.example", name="<2@x>"))

    assert {"staff": 1, "none": 1} == report.outcomes


def test_a_flood_is_held_back(opened: Opened) -> None:
    """Above so many of one sender in a time nothing follows; others are not touched, and a person can release what was held."""
    desk = opened(plugins=(Letters(),), shop=evolve(SHOP, inbound=InboundPolicy(per_sender=2)))

    report = take(desk, *(mail(name=f"<{n}@x>") for n in range(5)), mail(sender="joan@example.com"))

    assert {"none": 3, "too_many": 3} == report.outcomes

    held = desk.inbox.find(state="held")[0]
    desk.inbox.release(held.source, held.event_id)

    assert {"none": 1} == desk.inbox.process().outcomes


# --- Failing -----------------------------------------------------------------------------------------------------


class Poison:
    """An adapter that can't read what says poison, and answers as it likes to the rest."""

    name = "poison"

    def read(self, raw: RawInbound) -> Iterable[InboundMessage | ReceiptNews]:
        """Raises an error with what it read in it."""
        if b"poison" in raw.content:
            raise ValueError(raw.content.decode())
        return [InboundMessage(channel="sms", sender="+34600", text="fine")] if raw.content else []

    @hookimpl
    def incidentkit_register_inbound(self) -> Iterable[InboundAdapter]:
        """Itself."""
        return [self]


def test_poison_never_stops_the_others(opened: Opened, clock: ManualClock, caplog: pytest.LogCaptureFixture) -> None:
    """It is tried again at later times, set apart at last, and can be taken up again; nothing of it is logged."""
    desk = opened(plugins=(Letters(), Poison()))
    for event_id, raw in (("1", b"poison secret"), ("2", b"good"), ("3", b"")):
        desk.inbox.put("poison", event_id, raw)

    report = desk.inbox.process()

    assert ({"none": 1, "empty": 1}, 1) == (report.outcomes, report.again)
    for _ in range(desk.shop.inbound.retry.attempts):
        assert {} == desk.inbox.process().outcomes
        clock.advance(days=1)
    desk.inbox.process()
    (dead,) = desk.inbox.find(state="dead")
    assert ("1", desk.shop.inbound.retry.attempts, "ValueError") == (dead.event_id, dead.attempts, dead.reason)
    assert "secret" not in caplog.text

    assert 0 == desk.inbox.release("poison", "1").attempts


def test_a_source_without_an_adapter_waits(opened: Opened, clock: ManualClock) -> None:
    """It is kept, and read once its plugin is there."""
    first = opened(plugins=(Letters(),))
    first.inbox.put("poison", "1", b"good")

    assert 1 == first.inbox.process().again

    clock.advance(hours=1)

    assert {"none": 1} == opened(plugins=(Letters(), Poison())).inbox.process().outcomes


def test_a_failure_leaves_nothing_of_a_contact(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contact, words and outcome are one transaction."""
    take(desk)
    monkeypatch.setattr("incidentkit.desk.processing.file_under", lambda *_: 1 / 0)

    assert 1 == take(desk, mail()).again
    assert () == desk.needs.find()


def test_inside_a_batch_nothing_is_processed(desk: Desk) -> None:
    """Each has a transaction of its own."""
    with desk.batch(), pytest.raises(RuleViolation, match="transactions of its own"):
        desk.inbox.process()


# --- Files and forgetting ----------------------------------------------------------------------------------------

PHOTO = b"\xff\xd8\xff\xe0" + b"a photo" * 10


def with_files(*files: tuple[str, str, bytes]) -> bytes:
    """A mail with attachments: name, stated type, content."""
    from email.message import EmailMessage

    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "marta@example.com", "shop@example.com", "broken"
    made.set_content("see the photo")
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def test_a_photo_is_kept_under_a_safe_name(desk: Desk) -> None:
    """What it is by its content, whatever it says; what is no photo is left out, and said to be."""
    files = (
        ("../../a b.jpg", "text/html", PHOTO),
        ("x.jpg", "image/jpeg", b"MZ virus"),
        ("big.png", "image/png", b"\x89PNG\r\n\x1a\n"),
    )
    small = evolve(desk.shop.inbound, attachment_bytes=len(PHOTO))
    assert small.attachment_bytes < 100

    take(desk, with_files(*files))
    kept, virus, _ = desk.inbox.files("mail", "mail-0")

    assert ("a_b.jpg", "image/jpeg", len(PHOTO), "") == (kept.name, kept.media_type, kept.size, kept.left_out)
    assert PHOTO == desk.inbox.file(kept.ref)
    assert "type" == virus.left_out
    with pytest.raises(UnknownIdError):
        desk.inbox.file(virus.ref)


def test_a_file_above_the_limit_is_left_out(opened: Opened) -> None:
    """By its size; the message itself stays."""
    desk = opened(plugins=(Letters(),), shop=evolve(SHOP, inbound=InboundPolicy(attachment_bytes=len(PHOTO) - 1)))

    take(desk, with_files(("a.jpg", "image/jpeg", PHOTO)))

    assert ["size"] == [file.left_out for file in desk.inbox.files("mail", "mail-0")]


def test_what_came_from_a_person_is_forgotten(desk: Desk) -> None:
    """Bytes, files and address; the contact stays, and nobody else's mail is touched."""
    reported(desk)
    take(desk, with_files(("a.jpg", "image/jpeg", PHOTO)), mail(sender="joan@example.com"))
    (file,) = desk.inbox.files("mail", "mail-0")

    assert 1 == desk.inbox.forget("marta@example.com")
    for gone in (lambda: desk.inbox.raw("mail", "mail-0"), lambda: desk.inbox.file(file.ref)):
        with pytest.raises(UnknownIdError):
            gone()
    assert () == desk.inbox.files("mail", "mail-0")
    assert "joan@example.com" == desk.inbox.read("mail", "mail-1").sender
    assert {"none": 1} == take(desk, mail()).outcomes


def test_no_address_stands_outside_the_vault(desk: Desk, record: Callable[[], Copy]) -> None:
    """Not in the inbox, not in the record."""
    take(desk, mail(sender=f"Joan <{JOAN.email}>"), mail(sender="stranger@example.net"))

    assert [] == record().holding("stranger@example.net")
    assert [] == record().holding("joan@example.com")
