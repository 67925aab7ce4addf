"""Words under keys: without them nothing personal in the database can be read, and with them everything reads as before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import create_engine, text

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.vault import VaultSettings
from incidentkit.errors import ConfigurationError, RuleViolation, StoreError, UnknownIdError
from incidentkit.store.copying import copy_store
from incidentkit.store.keys import SqlKeys
from incidentkit.testing._audit import Copy
from incidentkit.testing.clocks import ManualClock
from tests.desk.letters import Letters, take
from tests.desk.world import JOAN, MARTA, SHOP, placed, reported

Opened = Callable[..., Desk]

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"what Marta photographed"
TOKENS = ("marta", "Vidal", "600000001", "the box was crushed", "Where is it", "photographed", "crushed.png")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Where the keys lie."""
    return tmp_path / "keys.db"


@pytest.fixture
def open_keyed(opened: Opened, keys: Path, tmp_path: Path) -> Opened:
    """Opens a desk whose words are encrypted, with its files in a folder."""
    shop = evolve(SHOP, vault=VaultSettings(keys=str(keys)))
    return lambda **given: opened(**{"shop": shop, "plugins": (Letters(),), "blobs": tmp_path / "files", **given})


@pytest.fixture
def keyed(open_keyed: Opened) -> Desk:
    """A desk whose words are encrypted."""
    return open_keyed()


def photographed() -> bytes:
    """A mail of Marta's with a photo."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = MARTA.email, "shop@example.com", "My order", "<p@x>"
    made.set_content("Where is it?\n")
    made.add_attachment(PHOTO, maintype="image", subtype="png", filename="crushed.png")
    return bytes(made)


def lived(desk: Desk) -> str:
    """An order with a case, a mail and a photo; the case."""
    case = reported(desk)
    take(desk, photographed())
    return case.id


def known(desk: Desk, case: str) -> dict[str, Any]:
    """What is personal about that life, as the desk tells it."""
    incident = desk.incidents.get(case)
    context = desk.context(incident.orders[0])
    (arrival,) = desk.inbox.find()
    files = desk.inbox.files(arrival.source, arrival.event_id)
    return {
        "description": str(incident.description),
        "customer": context.customer,
        "mail": desk.inbox.read(arrival.source, arrival.event_id).text,
        "names": [file.name for file in files],
        "photo": [desk.inbox.file(file.ref) for file in files],
        "timeline": [str(getattr(entry.data, "description", "")) for entry in desk.orders.timeline(incident.orders[0])],
    }


def lying(copy: Copy, folder: Path) -> list[str]:
    """The tokens that can be read in the tables or in the files."""
    files = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    said = repr(copy.tables)
    return [token for token in TOKENS if token in said or token.encode() in files]


@pytest.fixture
def lies(store_url: str, tmp_path: Path) -> Callable[[], list[str]]:
    """The tokens that can be read now in the tables or in the files."""
    return lambda: lying(Copy(store_url), tmp_path / "files")


# --- Kept ---------------------------------------------------------------------------------------------------------


def test_nothing_personal_lies_in_the_clear(keyed: Desk, lies: Callable[[], list[str]]) -> None:
    """Neither in any table nor in any file."""
    lived(keyed)

    assert [] == lies()


def test_it_reads_as_without_keys(keyed: Desk, clock: ManualClock, tmp_path: Path) -> None:
    """What a desk tells is the same with keys and without."""
    with open_desk(
        f"sqlite:///{tmp_path / 'plain.db'}", SHOP, plugins=(Letters(),), clock=clock, blobs=tmp_path / "other"
    ) as plain:
        assert known(plain, lived(plain)) == known(keyed, lived(keyed))


def test_another_desk_with_the_keys_reads_it(keyed: Desk, open_keyed: Opened) -> None:
    """As one that is opened later does."""
    case = lived(keyed)

    assert known(keyed, case) == known(open_keyed(), case)


def test_words_that_look_like_a_cipher_are_words(opened: Opened, keyed: Desk) -> None:
    """Whatever sign they begin with, they come back as they are, with keys and without."""
    odd = "\x02abc:def"

    assert odd == str(keyed.incidents.get(reported(keyed, description=odd).id).description)


def test_plain_words_that_look_like_a_cipher_are_words(desk: Desk, opened: Opened) -> None:
    """In a store without keys too."""
    case = reported(desk, description="\x02abc:def").id

    assert "\x02abc:def" == str(opened().incidents.get(case).description)


def test_changed_details_are_kept_anew(keyed: Desk, open_keyed: Opened) -> None:
    """Of a person who moves, the latest is told."""
    order = placed(keyed)
    placed(keyed, customer=evolve(MARTA, name="M. Vidal"))
    context = open_keyed().context(order.id)

    assert context.customer is not None
    assert "M. Vidal" == context.customer.name


def test_a_batch_reads_what_it_has_not_written_yet(keyed: Desk) -> None:
    """Words on their way to the vault are at hand."""
    with keyed.batch():
        case = reported(keyed)

        assert "the box was crushed" == str(keyed.incidents.get(case.id).description)


# --- Refused ------------------------------------------------------------------------------------------------------


def test_without_keys_it_does_not_open(keyed: Desk, opened: Opened) -> None:
    """The refusal says what is missing."""
    lived(keyed)

    with pytest.raises(ConfigurationError, match=r"are encrypted, and need the keys.*got none.*\[vault\] keys"):
        opened()


def test_with_other_keys_it_does_not_open(keyed: Desk, open_keyed: Opened, tmp_path: Path) -> None:
    """Though they are keys."""
    with (
        closing(SqlKeys(f"sqlite:///{tmp_path / 'others.db'}")) as others,
        pytest.raises(ConfigurationError, match="of another"),
    ):
        open_keyed(keys=others)


def test_keys_lie_apart(file: Path) -> None:
    """They are refused in the file of the record itself."""
    url = f"sqlite:///{file}"
    shop = evolve(SHOP, vault=VaultSettings(keys=str(file)))

    with pytest.raises(ConfigurationError, match="must lie apart from the record"):
        open_desk(url, shop, plugins=(Letters(),))


def test_changed_cipher_text_is_no_words(keyed: Desk, open_keyed: Opened, store_url: str) -> None:
    """One row's words in another row's place are refused, with a typed error that tells nothing."""
    first, second = reported(keyed, description="one"), reported(keyed, description="two")
    engine = create_engine(store_url.replace("postgresql://", "postgresql+psycopg://"))
    swapped = "UPDATE vault SET body = (SELECT body FROM vault WHERE ref = :one) WHERE ref = :two"
    with engine.begin() as connection:
        connection.execute(text(swapped), {"one": first.description.ref, "two": second.description.ref})
    engine.dispose()

    with pytest.raises(StoreError, match="holds what was written"):
        open_keyed().incidents.get(second.id)


# --- Forgotten ----------------------------------------------------------------------------------------------------


@pytest.fixture
def backup(store_url: str, tmp_path: Path) -> Callable[[], str]:
    """Copies the store, and says where to."""

    def copied() -> str:
        target = f"sqlite:///{tmp_path / 'backup.db'}"
        copy_store(store_url, target)
        return target

    return copied


def test_who_is_forgotten_is_forgotten_in_copies(
    keyed: Desk, backup: Callable[[], str], keys: Path, clock: ManualClock, tmp_path: Path
) -> None:
    """A copy from before, opened with the keys of today, tells nothing of them, and all of others."""
    case, other = lived(keyed), reported(keyed, placed(keyed, customer=JOAN), description="a scratch")
    before, files = backup(), tmp_path / "old files"
    shutil.copytree(tmp_path / "files", files)
    keyed.people.forget(MARTA)
    shop = evolve(SHOP, vault=VaultSettings(keys=str(keys)))
    with open_desk(before, shop, plugins=(Letters(),), clock=clock, blobs=files) as restored:
        incident = restored.incidents.get(case)

        assert "" == str(incident.description)
        assert restored.context(incident.orders[0]).customer is None
        assert "a scratch" == str(restored.incidents.get(other.id).description)
        (arrival,) = restored.inbox.find()
        assert () == restored.inbox.files(arrival.source, arrival.event_id)
        with pytest.raises(UnknownIdError):
            restored.inbox.raw(arrival.source, arrival.event_id)
        for path in files.rglob("*"):
            if path.is_file():
                with pytest.raises(UnknownIdError):
                    restored.inbox.file(path.name)


def test_who_is_forgotten_can_come_again(keyed: Desk, open_keyed: Opened) -> None:
    """What is written after that is kept, under a key that was never theirs before."""
    lived(keyed)
    keyed.people.forget(MARTA)
    case = reported(keyed, placed(keyed), description="again")

    assert "again" == str(open_keyed().incidents.get(case.id).description)


def test_others_are_not_touched(keyed: Desk, open_keyed: Opened) -> None:
    """Whatever a person shares with others, only what is theirs becomes unreadable."""
    case = reported(keyed, placed(keyed, customer=JOAN), description="a scratch")
    mine = keyed.incidents.report(type="late", description="nobody's")
    lived(keyed)
    keyed.people.forget(MARTA)
    fresh = open_keyed()

    assert ["a scratch", "nobody's"] == [str(fresh.incidents.get(of).description) for of in (case.id, mine.id)]


def test_what_goes_by_itself_takes_nothing_else_along(
    keyed: Desk, open_keyed: Opened, backup: Callable[[], str], keys: Path, clock: ManualClock
) -> None:
    """A text that is deleted can't be read in a copy from before either; the person's other words can, here and there."""
    gone, stays = reported(keyed, description="the box was crushed"), reported(keyed, description="a scratch")
    copy = backup()
    keyed._runtime.transaction(lambda unit: unit.erase(None, [gone.description.ref]))
    keyed.tick()
    shop = evolve(SHOP, vault=VaultSettings(keys=str(keys)))
    with open_desk(copy, shop, plugins=(Letters(),), clock=clock) as restored:
        for desk in (restored, open_keyed()):
            context = desk.context(stays.orders[0])

            assert ["", "a scratch"] == [str(desk.incidents.get(case.id).description) for case in (gone, stays)]
            assert context.customer is not None
            assert MARTA.name == context.customer.name


def test_a_crash_before_the_keys_are_destroyed_is_made_good(
    keyed: Desk, open_keyed: Opened, monkeypatch: pytest.MonkeyPatch, keys: Path
) -> None:
    """The next desk that is opened destroys them."""
    lived(keyed)
    held = [row["id"] for row in Copy(f"sqlite:///{keys}").tables["vault_keys"]]

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(keyed._runtime.store.vault, "destroy", crash)
        with pytest.raises(KeyboardInterrupt):
            keyed.people.forget(MARTA)
    assert set(held) <= {row["id"] for row in Copy(f"sqlite:///{keys}").tables["vault_keys"]}
    open_keyed()
    left = {row["owner"] for row in Copy(f"sqlite:///{keys}").tables["vault_keys"]}

    assert [] == [owner for owner in left if owner is not None and "/person/" in owner]


def test_a_loaded_store_is_encrypted(keyed: Desk, tmp_path: Path, clock: ManualClock) -> None:
    """Words that were exported lie under keys again where they are loaded."""
    case = reported(keyed)
    keyed.export_events(tmp_path / "all.jsonl", personal=True)
    url = f"sqlite:///{tmp_path / 'loaded.db'}"
    shop = evolve(SHOP, vault=VaultSettings(keys=str(tmp_path / "other keys.db")))
    with open_desk(url, shop, plugins=(Letters(),), clock=clock) as loaded:
        loaded.load_events(tmp_path / "all.jsonl")

        assert "the box was crushed" == str(loaded.incidents.get(case.id).description)
        assert [] == [token for token in TOKENS if token in repr(Copy(url).tables)]


def test_it_is_read_as_it_was_known(keyed: Desk, clock: ManualClock) -> None:
    """A view of the past has the words, with the keys of today."""
    case = reported(keyed)
    clock.advance(hours=1)
    reported(keyed, description="later")
    with keyed.as_of(clock.now - timedelta(minutes=30)) as past:
        assert "the box was crushed" == str(past.incidents.get(case.id).description)
        assert 1 == len(past.incidents.find())


# --- Put under keys later -----------------------------------------------------------------------------------------


def test_a_plain_store_is_encrypted(opened: Opened, open_keyed: Opened, tmp_path: Path, lies: Callable[[], list[str]]) -> None:
    """Everything that lay in the clear lies under keys afterwards, and reads as before."""
    plain = opened(plugins=(Letters(),), blobs=tmp_path / "files")
    case = lived(plain)
    before = known(plain, case)
    assert set(TOKENS) - {"crushed.png"} <= set(lies())
    plain.close()
    keyed = open_keyed()
    told: list[tuple[int, int]] = []
    done = keyed.vault.encrypt(progress=lambda *how: told.append(how))

    assert [] == lies()
    assert before == known(keyed, case)
    assert (True, 1) == (done.wiped, done.files)
    assert (done.rows + 1, done.rows + 1) == told[-1]
    status = keyed.vault.status()
    assert (True, 0, 1, 0) == (status.keyed, status.plain, status.files_encrypted, status.files_plain)


def test_the_raw_file_holds_nothing_after_encrypting(file: Path, keys: Path, clock: ManualClock) -> None:
    """Neither the database's file nor its log has any of the words in its bytes."""
    url = f"sqlite:///{file}"
    with open_desk(url, SHOP, plugins=(Letters(),), clock=clock) as plain:
        lived(plain)
    with open_desk(url, evolve(SHOP, vault=VaultSettings(keys=str(keys))), plugins=(Letters(),), clock=clock) as keyed:
        keyed.vault.encrypt()
        raw = b"".join(path.read_bytes() for path in file.parent.glob("shop.db*"))

    assert [] == [token for token in TOKENS if token.encode() in raw]


def test_encrypting_goes_on_where_it_was_cut_short(
    opened: Opened, open_keyed: Opened, monkeypatch: pytest.MonkeyPatch, lies: Callable[[], list[str]], tmp_path: Path
) -> None:
    """After a failure in the middle the store reads as before, and a further call does the rest."""
    monkeypatch.setattr("incidentkit.store.encrypting.AT_ONCE", 2)
    plain = opened(plugins=(Letters(),), blobs=tmp_path / "files")
    case = lived(plain)
    before = known(plain, case)
    plain.close()
    keyed = open_keyed()

    def stop(done: int, _: int) -> None:
        if done >= 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keyed.vault.encrypt(progress=stop)
    assert before == known(keyed, case)
    assert keyed.vault.status().plain > 0

    keyed.vault.encrypt()

    assert ([], before) == (lies(), known(keyed, case))


def test_encrypting_needs_keys(desk: Desk) -> None:
    """Without any, the refusal says where to name them."""
    with pytest.raises(RuleViolation, match=r"needs keys.*\[vault\] keys"):
        desk.vault.encrypt()


# --- Fresh keys ---------------------------------------------------------------------------------------------------


def bodies(store_url: str) -> dict[str, str]:
    """The vault's rows as they lie there."""
    return {row["ref"]: row["body"] for row in Copy(store_url).tables["vault"]}


@pytest.mark.parametrize("drop_old", [False, True])
def test_everything_gets_fresh_keys(
    keyed: Desk, open_keyed: Opened, store_url: str, backup: Callable[[], str], keys: Path, drop_old: bool, clock: ManualClock
) -> None:
    """Each row lies under another key than before and reads as before; earlier copies can be read as long as they should be."""
    case = lived(keyed)
    mine = keyed.incidents.report(type="late", description="nobody's").id
    was, before, copy = bodies(store_url), known(keyed, case), backup()
    rotated = keyed.vault.rotate(drop_old=drop_old)
    now = bodies(store_url)
    fresh = open_keyed()

    assert was.keys() == now.keys()
    assert [] == [ref for ref in was if was[ref].split(":")[0] == now[ref].split(":")[0]]
    assert (before, "nobody's") == (known(fresh, case), str(fresh.incidents.get(mine).description))
    assert (len(was), drop_old) == (rotated.rows, rotated.dropped)
    shop = evolve(SHOP, vault=VaultSettings(keys=str(keys)))
    with open_desk(copy, shop, plugins=(Letters(),), clock=clock) as restored:
        assert ("" if drop_old else "the box was crushed") == str(restored.incidents.get(case).description)


def test_rotating_goes_on_where_it_was_cut_short(keyed: Desk, monkeypatch: pytest.MonkeyPatch, store_url: str) -> None:
    """A further call does the rest, and everything reads as before."""
    monkeypatch.setattr("incidentkit.store.encrypting.AT_ONCE", 1)
    monkeypatch.setattr("incidentkit.store.encrypting._PEOPLE_AT_ONCE", 1)
    case = lived(keyed)
    keyed.incidents.report(type="late", description="nobody's")
    placed(keyed, customer=JOAN)
    before, was = known(keyed, case), bodies(store_url)

    def stop(done: int, total: int) -> None:
        if done >= total - 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keyed.vault.rotate(drop_old=True, progress=stop)
    assert before == known(keyed, case)

    keyed.vault.rotate(drop_old=True)

    now = bodies(store_url)
    assert before == known(keyed, case)
    assert [] == [ref for ref in was if was[ref].split(":")[0] == now[ref].split(":")[0]]


def test_who_is_forgotten_after_rotating_is_forgotten_in_copies(
    keyed: Desk, backup: Callable[[], str], keys: Path, clock: ManualClock
) -> None:
    """The keys from before are destroyed with the present ones."""
    case = lived(keyed)
    copy = backup()
    keyed.vault.rotate()
    keyed.people.forget(MARTA)
    with open_desk(copy, evolve(SHOP, vault=VaultSettings(keys=str(keys))), plugins=(Letters(),), clock=clock) as restored:
        assert "" == str(restored.incidents.get(case).description)


def test_what_is_written_meanwhile_is_not_lost(keyed: Desk, open_keyed: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another desk goes on writing about everybody while all keys are changed and the earlier ones destroyed."""
    monkeypatch.setattr("incidentkit.store.encrypting.AT_ONCE", 1)
    monkeypatch.setattr("incidentkit.store.encrypting._PEOPLE_AT_ONCE", 1)
    other, orders = open_keyed(), [placed(keyed), placed(keyed, customer=JOAN)]
    loose = keyed.incidents.report(type="late", description="nobody's")
    for about in orders:
        reported(keyed, about)
    said: list[str] = []

    def write(*_: int) -> None:
        said.extend(reported(other, about, type="late", description="meanwhile").id for about in orders)
        other.incidents.escalate(loose.id, reason="meanwhile")

    keyed.vault.rotate(drop_old=True, progress=write)
    fresh = open_keyed()

    assert len(said) > 4
    assert {"meanwhile"} == {str(fresh.incidents.get(case).description) for case in said}
    assert "nobody's" == str(fresh.incidents.get(loose.id).description)
    assert fresh.verify().ok


def test_words_about_who_was_forgotten_elsewhere_are_kept(keyed: Desk, open_keyed: Opened) -> None:
    """A desk that has just used the key of a person learns that it is gone."""
    case, other = reported(keyed), open_keyed()
    assert str(other.incidents.get(case.id).description)
    other.incidents.amend(case.id, reason="seen", description="it is crushed")
    keyed.people.forget(MARTA)
    other.incidents.amend(case.id, reason="seen again", description="a parcel was crushed")

    assert "a parcel was crushed" == str(open_keyed().incidents.get(case.id).description)


# --- The master key -----------------------------------------------------------------------------------------------


@pytest.fixture
def master(monkeypatch: pytest.MonkeyPatch) -> str:
    """The variable with a master key."""
    monkeypatch.setenv("VAULT_MASTER", "0f" * 32)
    return "VAULT_MASTER"


def test_keys_are_wrapped(open_keyed: Opened, keys: Path, master: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another master key, or none, the store does not open, and the error shows neither."""
    shop = evolve(SHOP, vault=VaultSettings(keys=str(keys), master_env=master))
    case = lived(open_keyed(shop=shop))
    assert "the box was crushed" == str(open_keyed(shop=shop).incidents.get(case).description)

    with pytest.raises(ConfigurationError, match="need the master key"):
        open_keyed()
    monkeypatch.setenv(master, "1e" * 32)
    with pytest.raises(ConfigurationError, match="need the master key") as refused:
        open_keyed(shop=shop)

    assert "1e1e" not in str(refused.value)


def test_keys_are_wrapped_anew(open_keyed: Opened, keys: Path, master: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After that the new master key opens them, and the earlier one does not."""
    shop = evolve(SHOP, vault=VaultSettings(keys=str(keys), master_env=master))
    desk = open_keyed(shop=shop)
    case = lived(desk)
    assert desk.vault.rewrap(bytes(32)) > 0

    with pytest.raises(ConfigurationError, match="need the master key"):
        open_keyed(shop=shop)
    monkeypatch.setenv(master, "00" * 32)

    assert "the box was crushed" == str(open_keyed(shop=shop).incidents.get(case).description)


@pytest.mark.parametrize("value", ["", "abc", "0f" * 31])
def test_a_master_key_is_32_bytes(open_keyed: Opened, keys: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything else is refused, and not shown."""
    monkeypatch.setenv("VAULT_MASTER", value)

    with pytest.raises(ConfigurationError, match=r"vault\.master"):
        open_keyed(shop=evolve(SHOP, vault=VaultSettings(keys=str(keys), master_env="VAULT_MASTER")))
