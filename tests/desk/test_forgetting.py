"""Forgetting people: what is personal is gone everywhere, what is not stays as it was."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from incidentkit.delivery.tombstones import FileLedger
from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import IntentState, Receipt
from incidentkit.domain.inbound import InboxOutcome
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.domain.vault import VaultSettings
from incidentkit.errors import LegalHold, RuleViolation, StoreError, TimeError, UnknownIdError
from incidentkit.store.unit import Unit
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.letters import Letters, mail, sent_about, take
from tests.desk.world import JOAN, MARTA, SHOP, closed, placed, reported

PHONE = "+34600000001"


def lived(desk: Desk) -> str:
    """A life of Marta's with words of every kind; the id of her order."""
    order = placed(desk, number="1001")
    case = closed(desk)
    desk.surveys.answer(incident=case.id, score=5, comment="marta-comment")
    desk.people.opt_out(MARTA, purpose="marketing", address="marta-old@example.com")
    desk.tasks.open(kind="call", what="ring marta-task", order=order.id)
    desk.contacts.log(channel="phone", direction="in", customer=MARTA, summary="marta-contact", order=order.id)
    desk.incidents.report(order.id, type="late", description="marta-late")
    desk.orders.publish_status(order.id, "marta-status")
    return order.id


def whole(copy: Copy) -> str:
    """Every value of every table."""
    return repr(copy.tables)


def test_nothing_personal_is_left_in_any_table(desk: Desk, record: Callable[[], Copy]) -> None:
    """No detail, no address and no word of theirs; somebody else's stay."""
    lived(desk)
    placed(desk, customer=JOAN)
    assert all(word in whole(record()) for word in ("Marta Vidal", "marta-", PHONE, "said so", "Joan Ros"))

    desk.people.forget(MARTA)
    left = whole(record())

    assert [] == [word for word in ("Marta", "marta", PHONE, "said so", "crushed") if word in left]
    assert "Joan Ros" in left


def test_what_was_forgotten_is_told(desk: Desk) -> None:
    """The id that orders carry, how much it was, since when; and the record says that it happened, and why."""
    order = desk.orders.get(lived(desk))
    done = desk.people.forget(MARTA, reason="request", by="ana")

    assert (order.customer, desk.clock(), 0) == (done.customer_id, done.tombstone, done.files)
    assert done.rows >= 10
    assert desk.clock() == desk.people.preferences(done.customer_id).forgotten_at


def test_made_again_it_deletes_what_has_come_since(desk: Desk, record: Callable[[], Copy]) -> None:
    """By the id, for nobody is known by the key any more."""
    done = desk.people.forget(str(desk.orders.get(lived(desk)).customer))
    first = done.tombstone
    case = desk.incidents.find(type="late")[0]
    desk.incidents.log_conversation(case.id, channel="phone", summary="late-words", by="ana")
    again = desk.people.forget(done.customer_id)

    assert (first, 2) == (again.tombstone, again.rows + 1)
    assert "late-words" not in whole(record())
    with pytest.raises(UnknownIdError):
        desk.people.forget(MARTA)


def test_the_same_key_gives_the_same_result(desk: Desk) -> None:
    """Though nobody is known by that name any more."""
    lived(desk)
    done = desk.people.forget(MARTA, key="k")

    assert evolve(done, rows=0) == desk.people.forget(MARTA, key="k")


def test_the_same_key_of_the_shop_is_somebody_new(desk: Desk) -> None:
    """Nothing leads from one to the other."""
    order = desk.orders.get(lived(desk))
    desk.people.forget(MARTA)
    later = placed(desk)

    assert order.customer != later.customer
    assert [later.id] == [found.id for found in desk.orders.find(person=MARTA.key)]


def test_the_record_is_sound_afterwards(desk: Desk, record: Callable[[], Copy]) -> None:
    """Chains, documents, facts and effects, by two looks over it; also after it was made anew."""
    lived(desk)
    desk.send_due()
    desk.people.forget(MARTA)

    assert [] == faults(record(), SHOP)
    assert () == desk.verify().damages
    desk.rebuild()
    assert () == desk.verify().damages


def test_orders_and_cases_stay(desk: Desk) -> None:
    """With everything that says nothing about anybody."""
    order_id = lived(desk)
    before = desk.orders.get(order_id)
    desk.people.forget(MARTA)
    after = desk.orders.get(order_id)

    assert before == after
    assert "" == str(after.status_text)
    assert desk.context(order_id).customer is None


def test_every_figure_stays(desk: Desk, clock: ManualClock) -> None:
    """Of every measure, in every window and segment."""
    lived(desk)
    desk.send_due()
    placed(desk, customer=JOAN)
    before = {measure.name: desk.measure(measure.name, by="day").rows for measure in desk.measures}
    desk.people.forget(MARTA)

    assert before == {measure.name: desk.measure(measure.name, by="day").rows for measure in desk.measures}
    clock.advance(days=1)
    desk.rebuild()
    later = {measure.name: desk.measure(measure.name, until=clock() - timedelta(days=1)).rows for measure in desk.measures}
    assert before.keys() == later.keys()


# --- Messages ----------------------------------------------------------------------------------------------------


def test_messages_that_are_not_out_never_go(desk: Desk, post: Post) -> None:
    """They say why, and nobody has to see to them."""
    lived(desk)
    desk.people.forget(MARTA)
    desk.send_due()

    assert [] == [letter for letter in post.post.letters if letter.to == MARTA.email]
    assert {(IntentState.SUPPRESSED, "forgotten")} == {(m.state, m.reason) for m in desk.messages.find() if m.customer}
    assert () == desk.messages.dead()


def test_what_follows_later_is_not_sent_either(desk: Desk, post: Post) -> None:
    """Nor is anybody asked to ring them."""
    order_id = lived(desk)
    desk.people.forget(MARTA)
    case = reported(desk, desk.orders.get(order_id), type="damaged", description="again")
    desk.incidents.notify(case.id)
    desk.send_due()

    assert [] == [letter for letter in post.post.letters if letter.to == MARTA.email]
    assert [] == [task for task in desk.tasks.find(open=True) if task.rule]


def test_a_late_word_of_a_channel_brings_nothing_back(desk: Desk, record: Callable[[], Copy]) -> None:
    """A bounce that names the address is applied, and its words are not kept."""
    case = reported(desk)
    desk.incidents.notify(case.id)
    desk.send_due()
    (out,) = [m for m in desk.messages.find(stream=case.id) if m.state is IntentState.DONE]
    done = desk.people.forget(MARTA)
    said = Receipt(ReceiptKind.BOUNCED, raw="550 marta@example.com unknown", reason=LostReason.UNKNOWN_ADDRESS)
    desk.messages.receipt(channel=out.channel, reference=out.reference, receipt=said, address=MARTA.email)

    assert "marta@example.com" not in whole(record())
    assert () == desk.people.preferences(done.customer_id).failed


def test_a_forgotten_id_is_nobody(desk: Desk) -> None:
    """Nothing is written down about it, and nobody is made of it."""
    lived(desk)
    done = desk.people.forget(MARTA)

    with pytest.raises(UnknownIdError, match="forgotten"):
        desk.people.opt_out(done.customer_id)
    with pytest.raises(RuleViolation):
        desk.people.hold(done.customer_id, "tax")


# --- Mails and files ---------------------------------------------------------------------------------------------

PHOTO = b"\xff\xd8\xff\xe0" + b"marta-photo" * 10


def with_photo() -> bytes:
    """A mail with a photo."""
    from email.message import EmailMessage

    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = MARTA.email, "shop@example.com", "marta-subject"
    made.set_content("see the photo")
    made.add_attachment(PHOTO, maintype="image", subtype="jpeg", filename="marta.jpg")
    return made.as_bytes()


@pytest.fixture
def mailed(opened: Opened) -> Desk:
    """A desk that takes mails."""
    return opened(plugins=(Letters(),))


def test_mails_and_files_go_too(mailed: Desk, file: Path) -> None:
    """Bytes, names and descriptions, of what became a contact and of what did not."""
    placed(mailed)
    take(mailed, with_photo(), mail(sender=MARTA.email, headers={"Auto-Submitted": "auto-replied"}))
    (photo,) = mailed.inbox.files("mail", "mail-0")
    done = mailed.people.forget(MARTA)

    assert 1 == done.files
    for gone in (
        lambda: mailed.inbox.raw("mail", "mail-0"),
        lambda: mailed.inbox.raw("mail", "mail-1"),
        lambda: mailed.inbox.file(photo.ref),
    ):
        with pytest.raises(UnknownIdError):
            gone()
    assert {InboxOutcome.FORGOTTEN} == {arrival.outcome for arrival in mailed.inbox.find()}
    assert [] == [found for found in file.parent.rglob("*") if found.is_file() and b"marta-photo" in found.read_bytes()]


def test_what_waits_to_be_processed_is_not(mailed: Desk) -> None:
    """A mail that came in and was not looked at yet, as far as it can be told whose it is."""
    placed(mailed)
    take(mailed, mail(sender=MARTA.email))
    mailed.people.forget(MARTA)

    assert 0 == mailed.inbox.process().total


def test_a_file_is_dropped_after_a_crash_too(mailed: Desk, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process that died has left undone, the next one does when it opens the store."""
    placed(mailed)
    take(mailed, with_photo())
    (photo,) = mailed.inbox.files("mail", "mail-0")
    with monkeypatch.context() as broken:
        broken.setattr(type(mailed.inbox._blobs), "drop", _fails)
        with pytest.raises(OSError, match="died"):
            mailed.people.forget(MARTA)
    assert PHOTO in mailed.inbox.file(photo.ref)
    again = opened(plugins=(Letters(),))

    with pytest.raises(UnknownIdError):
        again.inbox.file(photo.ref)


def _fails(*_: object) -> None:
    raise OSError("died")


# --- Inside a transaction ----------------------------------------------------------------------------------------


def test_a_batch_forgets_as_a_whole(desk: Desk, record: Callable[[], Copy]) -> None:
    """Whom it has just met is nobody afterwards; and what is left to do outside is done by the next tick."""
    with desk.batch():
        first = placed(desk)
        case = reported(desk, first)
        desk.people.forget(MARTA)
        assert "" == str(desk.incidents.get(case.id).description)
        second = placed(desk)

    assert first.customer != second.customer
    assert 1 == whole(record()).count("Marta Vidal")
    desk.tick()
    assert [] == [row for row in record().tables["tombstones"] if row["ref"].startswith(("blob:", "ledger:"))][1:]


def test_a_batch_that_fails_forgets_nobody(desk: Desk) -> None:
    """Everything is as it was."""
    lived(desk)

    def fail() -> None:
        with desk.batch():
            desk.people.forget(MARTA)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert MARTA.name == desk.people.export_person(MARTA)["person"]["name"]


# --- Legal holds -------------------------------------------------------------------------------------------------


def test_a_hold_refuses_with_its_reason(desk: Desk, record: Callable[[], Copy]) -> None:
    """The rule, who set it, and until when; nothing is deleted."""
    lived(desk)
    desk.people.hold(MARTA, "tax", until=date(2030, 12, 31), by="eva")
    before = record()

    with pytest.raises(LegalHold, match=r"tax, set by agent:eva, until 2030-12-31T22:59:59") as caught:
        desk.people.forget(MARTA)
    with pytest.raises(LegalHold):
        desk.inbox.forget(MARTA)
    assert ("tax", "agent:eva") == (caught.value.reason, caught.value.by)
    assert before == record()


def test_a_hold_ends(desk: Desk, clock: ManualClock) -> None:
    """On its date, or when it is released; each reason by itself."""
    lived(desk)
    desk.people.hold(MARTA, "tax", until=clock() + timedelta(days=1))
    desk.people.hold(MARTA, "lawsuit-7")
    clock.advance(days=2)
    with pytest.raises(LegalHold, match="lawsuit-7"):
        desk.people.forget(MARTA)

    assert ("tax",) == tuple(hold.reason for hold in desk.people.release(MARTA, "lawsuit-7").holds)
    assert desk.people.forget(MARTA).rows


def test_holds_that_make_no_sense_are_refused(desk: Desk, clock: ManualClock) -> None:
    """Of nobody, over already, released without having been set."""
    placed(desk)
    with pytest.raises(UnknownIdError):
        desk.people.hold("nobody", "tax")
    with pytest.raises(TimeError):
        desk.people.hold(MARTA, "tax", until=clock())

    with pytest.raises(RuleViolation, match="must have been set"):
        desk.people.release(MARTA)


# --- Restored copies ---------------------------------------------------------------------------------------------


@pytest.fixture
def copied(file: Path, clock: ManualClock) -> Callable[..., Desk]:
    """Opens the SQLite store of a test, and puts an earlier copy of it back."""

    def open_(*, restored: bool = False, **given: Any) -> Desk:
        if restored:
            shutil.copy(file.with_suffix(".copy"), file)
        return open_desk(f"sqlite:///{file}", SHOP, plugins=(Post(),), clock=clock, **given)

    return open_


def _copy(file: Path) -> None:
    shutil.copy(file, file.with_suffix(".copy"))


def test_a_restored_copy_forgets_again(copied: Callable[..., Desk], file: Path) -> None:
    """When it is opened, by the ledger beside it; at the time when they were forgotten first."""
    with copied() as desk:
        lived(desk)
    _copy(file)
    with copied() as desk:
        done = desk.people.forget(MARTA)
    with copied(restored=True) as desk:
        assert done.tombstone == desk.people.preferences(done.customer_id).forgotten_at
        assert () == desk.verify().damages

    left = whole(Copy(file))
    assert [] == [word for word in ("Marta", "marta", "said so") if word in left]
    assert b"Marta" not in file.read_bytes()


def test_a_hold_of_the_copy_is_over(copied: Callable[..., Desk], file: Path) -> None:
    """It had been released when they were forgotten."""
    with copied() as desk:
        lived(desk)
        desk.people.hold(MARTA, "tax")
    _copy(file)
    with copied() as desk:
        desk.people.release(MARTA)
        desk.people.forget(MARTA)
    with copied(restored=True) as desk:
        pass

    assert "Marta Vidal" not in whole(Copy(file))


def test_a_copy_that_never_knew_them_is_left_alone(copied: Callable[..., Desk], file: Path) -> None:
    """It gets no event of somebody who is nowhere in it."""
    with copied():
        pass
    _copy(file)
    with copied() as desk:
        lived(desk)
        desk.people.forget(MARTA)
    for name in ("-wal", "-shm"):
        file.with_name(file.name + name).unlink(missing_ok=True)
    with copied(restored=True):
        pass

    assert [] == Copy(file).tables["events"]


def test_the_ledger_holds_ids_only(copied: Callable[..., Desk], file: Path) -> None:
    """One line for each person, however often they are forgotten and the store is opened."""
    with copied() as desk:
        lived(desk)
        done = desk.people.forget(MARTA)
        desk.people.forget(done.customer_id)
    with copied():
        pass
    (line,) = file.with_name(f"{file.name}.forgotten.jsonl").read_text().splitlines()

    assert {"store", "tenant", "customer", "at"} == json.loads(line).keys()
    assert (done.customer_id, "default") == (json.loads(line)["customer"], json.loads(line)["tenant"])


def test_a_ledger_that_was_lost_is_written_anew(copied: Callable[..., Desk], file: Path) -> None:
    """From the store, when it is opened."""
    ledger = file.with_name(f"{file.name}.forgotten.jsonl")
    with copied() as desk:
        lived(desk)
        desk.people.forget(MARTA)
    before = ledger.read_text()
    ledger.unlink()
    with copied():
        pass

    assert before == ledger.read_text()


def test_the_settings_name_the_ledger(new_store_url: str, file: Path, clock: ManualClock) -> None:
    """For a store of either kind; nothing lies beside it then."""
    ledger = file.parent / "apart" / "forgotten.jsonl"
    shop = evolve(SHOP, vault=VaultSettings(tombstones=str(ledger)))
    with open_desk(new_store_url, shop, plugins=(Post(),), clock=clock) as desk:
        lived(desk)
        done = desk.people.forget(MARTA)

    assert done.customer_id in ledger.read_text()
    assert not file.with_name(f"{file.name}.forgotten.jsonl").exists()


def test_another_store_in_its_place_is_not_meant(copied: Callable[..., Desk], file: Path) -> None:
    """A store that was made anew has a key of its own, and the ledger says nothing about it."""
    with copied(ids=_counted()) as desk:
        placed(desk)
        desk.people.forget(MARTA)
    for name in ("", "-wal", "-shm"):
        file.with_name(file.name + name).unlink(missing_ok=True)
    with copied(ids=_counted()) as desk:
        placed(desk)
    with copied() as desk:
        assert MARTA.name == desk.people.export_person(MARTA)["person"]["name"]


def _counted() -> Callable[[], str]:
    numbers = itertools.count()
    return lambda: f"019cadc6-9a80-7000-8000-{next(numbers):012x}"


def test_a_ledger_that_is_none_is_refused(copied: Callable[..., Desk], file: Path) -> None:
    """By the number of its line; the store is not opened without it."""
    with copied() as desk:
        lived(desk)
        desk.people.forget(MARTA)
    ledger = file.with_name(f"{file.name}.forgotten.jsonl")
    ledger.write_text("what is this\n" + ledger.read_text())

    with pytest.raises(StoreError, match="line 1"):
        copied()


# --- What is kept of a person ------------------------------------------------------------------------------------


def test_everything_is_exported(desk: Desk) -> None:
    """Details, wishes, orders, cases with their words, questions, tasks and messages, as plain JSON."""
    lived(desk)
    desk.send_due()
    export = desk.people.export_person(MARTA)
    text = json.dumps(export, ensure_ascii=False)

    assert (MARTA.name, MARTA.phone) == (export["person"]["name"], export["person"]["phone"])
    words = (
        "marta-comment",
        "marta-old@example.com",
        "ring marta-task",
        "marta-contact",
        "marta-late",
        "marta-status",
        "crushed",
    )
    assert [] == [word for word in words if word not in text]
    assert {"orders": 2, "cases": 2, "questions": 1, "tasks": 2, "wishes": 1} == {
        name: len(export[name]) for name in ("orders", "cases", "questions", "tasks", "wishes")
    }
    assert {"done"} <= {message["state"] for message in export["messages"]}


def test_an_export_says_nothing_about_others(desk: Desk) -> None:
    """People of the shop have no name in it, and other customers' orders, cases and words are not in it."""
    order_id = lived(desk)
    other = placed(desk, customer=JOAN)
    case = reported(desk, other, description="joan-words")
    desk.incidents.hand_over(desk.incidents.find(order=order_id)[0].id, to="leo", by="ana")
    text = json.dumps(desk.people.export_person(MARTA))

    assert [] == [name for name in ("Joan", "joan-words", other.id, case.id, '"ana"', '"leo"', "agent:ana") if name in text]


def test_mails_and_files_are_in_the_export(mailed: Desk) -> None:
    """The mail as it came, and what the files are."""
    placed(mailed)
    take(mailed, with_photo())
    export = mailed.people.export_person(MARTA)

    assert 1 == len(export["mails"])
    assert export["mails"][0]["content_base64"]
    assert [("marta.jpg", "image/jpeg")] == [(found["name"], found["media_type"]) for found in export["files"]]


def test_nothing_is_left_to_export(desk: Desk) -> None:
    """By the key nobody is known; by the id there are orders without a word."""
    order = desk.orders.get(lived(desk))
    done = desk.people.forget(MARTA)
    with pytest.raises(UnknownIdError):
        desk.people.export_person(MARTA)
    export = desk.people.export_person(done.customer_id)

    assert {"id": done.customer_id} == export["person"]
    assert order.id in {found["id"] for found in export["orders"]}
    assert "marta" not in json.dumps(export).lower()


def test_nobody_else_is_touched(desk: Desk, record: Callable[[], Copy]) -> None:
    """Of another customer every row is as it was."""
    placed(desk, customer=JOAN)
    told = reported(desk, placed(desk, customer=JOAN), description="joan-words")
    desk.incidents.offer(told.id, [Offer("refund", desk.clock() + timedelta(days=3), "5.00")])
    lived(desk)
    before = desk.people.export_person(JOAN)
    desk.people.forget(MARTA)

    assert before == desk.people.export_person(JOAN)


def test_an_error_names_nobody(desk: Desk) -> None:
    """Neither the key nor the name of who was asked for is in it."""
    with pytest.raises(UnknownIdError) as caught:
        desk.people.forget(Customer("secret@example.com", name="Secret Person"))

    assert "ecret" not in f"{caught.value!r} {caught.value}"


def test_what_was_sent_is_still_known(mailed: Desk) -> None:
    """By its reference, so that what its channel says later is heard."""
    case = reported(mailed)
    mailed.incidents.notify(case.id)
    mailed.send_due()
    sent = sent_about(mailed, case.id)
    mailed.people.forget(MARTA)

    assert sent.reference == sent_about(mailed, case.id).reference


# --- A host's transaction, other tenants, other databases --------------------------------------------------------


def test_a_hosts_transaction_forgets_with_its_commit(desk: Desk, store_url: str, record: Callable[[], Copy]) -> None:
    """Nothing before, nothing after its rollback; what is left to do outside is done by the next tick."""
    import sqlalchemy as sa

    lived(desk)
    engine = sa.create_engine(store_url)
    try:
        with engine.connect() as connection:
            with connection.begin() as begun, desk.within(connection):
                desk.people.forget(MARTA)
                begun.rollback()
            assert "Marta Vidal" in whole(record())
            with connection.begin(), desk.within(connection):
                desk.people.forget(MARTA)
    finally:
        engine.dispose()
    assert "Marta Vidal" not in whole(record())
    desk.tick()

    assert [] == [row["ref"] for row in record().tables["tombstones"] if row["ref"].startswith(("blob:", "scrub:"))]


def test_another_tenants_customer_is_somebody_else(opened: Opened, record: Callable[[], Copy]) -> None:
    """With the same key, name and address."""
    one, other = opened(), opened(tenant="other")
    lived(one)
    lived(other)
    kept = record().of("vault", "other")
    one.people.forget(MARTA)

    assert kept == record().of("vault", "other")
    assert [] == record().of("tombstones", "other")
    assert MARTA.name == other.people.export_person(MARTA)["person"]["name"]


def test_a_copy_in_another_database_forgets_too(opened: Opened, store_url: str, file: Path, clock: ManualClock) -> None:
    """A backup of either kind, made before, with the same ledger."""
    from incidentkit.store.copying import copy_store

    ledger = file.parent / "ledger.jsonl"
    shop = evolve(SHOP, vault=VaultSettings(tombstones=str(ledger)))
    desk = opened(shop=shop)
    lived(desk)
    backup = f"sqlite:///{file.parent / 'backup.db'}"
    copy_store(store_url, backup)
    done = desk.people.forget(MARTA)
    with open_desk(backup, shop, plugins=(Post(),), clock=clock) as restored:
        assert done.tombstone == restored.people.preferences(done.customer_id).forgotten_at

    assert "Marta Vidal" not in whole(Copy(file.parent / "backup.db"))


def test_a_command_that_was_under_way_brings_nobody_back(
    opened: Opened, store_url: str, clock: ManualClock, record: Callable[[], Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had found the person before they were forgotten, and writes after that: the next tick but a few sees to it."""
    if store_url.startswith("sqlite"):
        pytest.skip("in SQLite nobody writes while a command is under way")
    one, other = opened(), opened()
    lived(one)
    was, asked = Unit.person, itertools.count()

    def person(unit: Unit, hash_: str) -> tuple[str, str] | None:
        known = was(unit, hash_)
        if not next(asked):
            with ThreadPoolExecutor(1) as pool:
                pool.submit(other.people.forget, MARTA).result()
        return known

    monkeypatch.setattr(Unit, "person", person)
    one.orders.place(customer=evolve(MARTA, email="marta-new@example.com"), lines=[])
    assert "marta-new@example.com" in whole(record())
    clock.advance(minutes=3)
    other.tick()

    assert "marta-new@example.com" not in whole(record())
    assert [] == record().tables["addresses"]
    assert () == one.verify().damages


# --- The database's own files ------------------------------------------------------------------------------------


def _files(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


def test_no_byte_is_left_in_the_files_of_sqlite(copied: Callable[..., Desk], file: Path) -> None:
    """Neither in the database nor in its log, while it is open, with details and texts that were replaced before."""
    with copied() as desk:
        lived(desk)
        desk.orders.place(customer=evolve(MARTA, name="Marta Married"), lines=[])
        for number in range(30):
            desk.orders.publish_status(desk.orders.find(number="1001")[0].id, f"marta-status {number} " + "x" * 3000)
        assert b"marta-status" in _files(file)
        desk.people.forget(MARTA)

        assert [] == [word for word in (b"Marta", b"marta-", b"marta@", PHONE.encode()) if word in _files(file)]


def test_a_log_that_somebody_reads_is_emptied_later(copied: Callable[..., Desk], file: Path) -> None:
    """With the next tick after they are done."""
    import sqlite3

    with copied() as desk:
        lived(desk)
        reader = sqlite3.connect(file, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        desk.people.forget(MARTA)
        assert b"Marta" in _files(file)
        reader.close()
        desk.tick()

        assert b"Marta" not in _files(file)


def test_a_ledger_that_cannot_be_written_is_made_good(copied: Callable[..., Desk], file: Path, tmp_path: Path) -> None:
    """The person is forgotten; the error says where to look, and the next tick writes what was left."""
    place = tmp_path / "ledger"
    place.mkdir()
    with copied(tombstones=_Ledger(place)) as desk:
        lived(desk)
        with pytest.raises(StoreError, match="ledger"):
            desk.people.forget(MARTA)
        assert "Marta Vidal" not in whole(Copy(file))
        place.rmdir()
        desk.tick()

    assert 1 == len(place.read_text().splitlines())


class _Ledger(FileLedger):
    """One that nobody reads before it is written."""

    def read(self) -> tuple[()]:
        return ()
