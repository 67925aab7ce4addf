"""Dead letters at the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.domain.effects import IntentState, Receipt
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run

SHOP = ik.Shop(zone="Europe/Madrid", agents=(ik.Agent("ana", "after-sales"),))
NOW = datetime.fromisoformat("2026-03-02T09:00+01:00")
ANA = ik.Customer("c-1", name="Ana", email="ana@example.com")


@frozen
class Store:
    """A store with one message that came back."""

    file: Path
    key: str

    def run(self, *args: str, lang: str = "en") -> Answer:
        return run(*args, "--store", self.file, "--lang", lang)

    def listed(self) -> str:
        """The id of the first letter that is listed."""
        return str(self.run("deadletters", "--json").json["letters"][0]["id"])


@pytest.fixture
def store(here: Path) -> Store:
    """Made in the morning of a Monday."""
    file = here / "shop.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock(NOW)) as desk:
        order = desk.orders.place(customer=ANA, lines=[ik.Line("mug", 1, "9.00")], number="1001")
        desk.send_due()
        (message,) = desk.messages.find(stream=order.id)
        bounced = Receipt(ReceiptKind.BOUNCED, raw="452 4.2.2 full", reason=LostReason.MAILBOX_FULL)
        desk.messages.receipt(channel=message.channel, reference=message.key, receipt=bounced)
    return Store(file, message.key)


@pytest.mark.parametrize(
    ("lang", "step", "why"),
    [("en", "we have your order", "the mailbox is full"), ("es", "tenemos su pedido", "el buzón está lleno")],
)
def test_dead_letters_are_listed(store: Store, lang: str, step: str, why: str) -> None:
    """With what they were, about which order, why, and how often it was tried; no address is shown."""
    out = store.run("deadletters", "--now", "2026-03-02T11:00+01:00", lang=lang).out
    row = [cell.strip() for cell in out.splitlines()[3].split("  ") if cell.strip()]

    assert ["1001", "local", why, "1"] == row[2:6]
    assert "ana@example.com" not in out


def test_one_is_shown(store: Store) -> None:
    """With what its channel said, by its id or its key."""
    by_id, by_key = (store.run("deadletters", "show", name).out for name in (store.listed(), store.key))

    assert by_id == by_key
    assert "came back: the mailbox is full" in by_id


def test_one_is_repaired_and_sent_again(store: Store) -> None:
    """After that nothing waits any more, and what goes out is a message of its own."""
    letter = store.listed()
    repaired = store.run("deadletters", "repair", letter, "--email", "ana.new@example.com", "--as", "ana")
    again = store.run("deadletters", "resend", letter, "--reason", "she gave another address", "--as", "ana", "--json").json
    with ik.open_desk(f"sqlite:///{store.file}", SHOP) as desk:
        done = desk.send_due().done

    assert "Corrected. It can be sent again now.\n" == repaired.out
    assert ("planned", "resend") == (again["state"], again["cause"])
    assert store.key != again["key"]
    assert (1, "No message waits for a decision.") == (done, store.run("deadletters").out.splitlines()[-1])


def test_one_is_dismissed(store: Store) -> None:
    """Nobody need do anything about it any more."""
    told = store.run("deadletters", "dismiss", store.listed(), "--as", "ana", lang="es").out

    assert told.endswith("ya no espera a nadie.\n")
    assert "Ningún mensaje espera una decisión." in store.run("deadletters", lang="es").out


def test_what_can_not_be_done_is_refused(store: Store) -> None:
    """Sending again what is on its way, settling what is known, and an action without its letter."""
    letter = store.listed()
    store.run("deadletters", "resend", letter)
    refused = [
        store.run("deadletters", *args)
        for args in (["resend", store.key], ["settle", store.key, "--sent"], ["settle", store.key], ["show"], ["show", "ffff"])
    ]

    assert all(answer.code for answer in refused)


def test_a_doubt_is_settled(here: Path) -> None:
    """A message of which nobody knows is in the list, and is told to have gone out or not."""
    file = here / "doubt.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock(NOW)) as desk:
        order = desk.orders.place(customer=ANA, lines=[ik.Line("mug", 1, "9.00")], number="1001")
        (message,) = desk.messages.find(stream=order.id)
        doubt(desk, message.key)
    store = Store(file, message.key)
    settled = store.run("deadletters", "settle", store.listed(), "--not-sent", "--json").json

    assert (IntentState.FAILED, "not_sent") == (settled["state"], settled["reason"])
    assert 'Message "we have your order"' not in store.run("deadletters", "look-up").out


@pytest.mark.parametrize(("lang", "said"), [("en", "1 may have gone out"), ("es", "1 pueden haber salido")])
def test_what_is_due_in_an_older_copy_is_doubted(here: Path, lang: str, said: str) -> None:
    """Once somebody says that it was put back."""
    file = here / "copy.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock(NOW)) as desk:
        desk.orders.place(customer=ANA, lines=[ik.Line("mug", 1, "9.00")], number="1001")
    store = Store(file, "")
    told = store.run("deadletters", "put-back", lang=lang)
    with ik.open_desk(f"sqlite:///{file}", SHOP) as desk:
        (message,) = desk.messages.find()

    assert (0, True) == (told.code, said in told.out)
    assert IntentState.CLAIMED is message.state


def doubt(desk: ik.Desk, key: str) -> None:
    """Put a message in doubt, as a worker does that died over it."""
    from attrs import evolve

    from incidentkit.store.messages import message, move_message

    with desk._runtime.store.unit() as unit:
        intent = message(unit, key)
        assert intent is not None
        move_message(unit, evolve(intent, state=IntentState.UNKNOWN, attempts=1, reason="no_answer"), IntentState.PLANNED)
