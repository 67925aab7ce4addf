"""Tokens: what is signed is read, nothing else is; keys change, and what an earlier one signed holds until it expires."""

from __future__ import annotations

import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.delivery.tokens import LONGEST_LIFE, Claims, TokenKey, TokenKind, Tokens, usable_keys

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KINDS: tuple[TokenKind, ...] = ("answer", "preferences", "status", "survey", "unsubscribe")
FIRST, SECOND, THIRD = (TokenKey(name * 32, NOW - timedelta(days=days)) for name, days in ((b"a", 90), (b"b", 60), (b"c", 0)))
TOKENS = Tokens("shop", [FIRST, SECOND])
CLAIMS = Claims(
    "answer",
    "01890a5d-ac96-774b-bcce-b302099a8057",
    "01890a5d-ac96-774b-bcce-b302099a8058",
    NOW + timedelta(days=3),
    ("offer-1", "offer-2"),
    2,
)

ids = st.uuids().map(str) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
claims = st.builds(
    Claims,
    kind=st.sampled_from(KINDS),
    person=ids,
    subject=ids,
    expires=st.integers(1, 4_000_000).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    offers=st.lists(ids, max_size=3).map(tuple),
    generation=st.integers(1, 50),
)


@given(claims, st.sampled_from(["default", "shop", "Größe 7", "x" * 64]))
def test_what_is_signed_is_read(said: Claims, tenant: str) -> None:
    """Everything that a token says comes back, with the tenant; it fits an address, and is the same each time."""
    tokens = Tokens(tenant, [FIRST])
    token = tokens.sign(said)

    assert evolve(said, tenant=tenant) == tokens.read(said.kind, token, NOW)
    assert token == tokens.sign(said)
    assert set() == set(token) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_link_fits_two_lines_of_a_short_message() -> None:
    """With ids as they usually are, the longest kind of token has at most 180 characters."""
    assert len(Tokens("default", [FIRST]).sign(CLAIMS)) <= 180


def test_no_altered_character_is_read() -> None:
    """With any character changed to any other that a token can have, left out or put in, it says nothing."""
    token, signs = TOKENS.sign(CLAIMS), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    others = {token[:at] + sign + token[at + 1 :] for at in range(len(token)) for sign in signs} - {token}
    others |= {token[:at] + token[at + 1 :] for at in range(len(token))} | {token + sign for sign in signs}

    assert [] == [other for other in others if TOKENS.read("answer", other, NOW) is not None]
    assert len(others) > 8_000


@given(st.text(max_size=300) | st.text("AZaz09-_.=", max_size=300) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_whatever_stands_in_an_address_is_no_token(text: str) -> None:
    """Nothing that nobody signed says anything, and nothing raises."""
    assert [None] * len(KINDS) == [TOKENS.read(kind, text, NOW) for kind in KINDS]
    assert TOKENS.read_address(text) is None
    assert TOKENS.read_address(f"shop+{text}@example.com") is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_of_another_kind_says_nothing(kind: TokenKind) -> None:
    """A link to look at something answers nothing, and the other way round."""
    token = TOKENS.sign(evolve(CLAIMS, kind=kind))

    assert [kind] == [other for other in KINDS if TOKENS.read(other, token, NOW) is not None]


def test_a_token_of_another_tenant_says_nothing() -> None:
    """Not even where both sign with the same keys."""
    token = Tokens("other", [FIRST, SECOND]).sign(CLAIMS)

    assert TOKENS.read("answer", token, NOW) is None


@pytest.mark.parametrize(("later", "read"), [(-1, True), (0, False), (1, False)])
def test_a_token_ends_with_its_time(later: int, read: bool) -> None:
    """It is read until its instant, and no more from then on."""
    token, at = TOKENS.sign(CLAIMS), CLAIMS.expires + timedelta(seconds=later)

    assert (TOKENS.read("answer", token, at) is not None) is read


# --- Keys --------------------------------------------------------------------------------------------------------


def test_what_an_earlier_key_signed_is_read() -> None:
    """After a change of keys the old token holds, and a new one is signed with the new key."""
    before, after = Tokens("shop", [FIRST]), Tokens("shop", [FIRST, SECOND])

    assert after.read("answer", before.sign(CLAIMS), NOW) == before.read("answer", before.sign(CLAIMS), NOW) is not None
    assert before.read("answer", after.sign(CLAIMS), NOW) is None


@pytest.mark.parametrize(
    ("keys", "usable"),
    [
        ((FIRST,), (FIRST,)),
        ((FIRST, SECOND), (FIRST, SECOND)),
        ((FIRST, SECOND, THIRD), (FIRST, SECOND, THIRD)),
        ((FIRST, evolve(SECOND, since=NOW - LONGEST_LIFE)), (evolve(SECOND, since=NOW - LONGEST_LIFE),)),
        ((FIRST, evolve(SECOND, since=NOW - LONGEST_LIFE), THIRD), (evolve(SECOND, since=NOW - LONGEST_LIFE), THIRD)),
        ((FIRST, SECOND, evolve(THIRD, alone=True)), (evolve(THIRD, alone=True),)),
        ((FIRST, evolve(SECOND, alone=True), THIRD), (evolve(SECOND, alone=True), THIRD)),
    ],
)
def test_a_key_is_kept_until_the_last_token_that_it_signed_has_expired(
    keys: tuple[TokenKey, ...], usable: tuple[TokenKey, ...]
) -> None:
    """A key counts for the longest life after the next one came; with one that stands alone, none before it counts."""
    assert usable == usable_keys(keys, NOW)


def test_nothing_secret_is_shown() -> None:
    """The repr of keys, claims and tokens shows neither a key nor a person."""
    shown = repr((FIRST, CLAIMS, TOKENS))

    assert [] == [secret for secret in ("aaaa", CLAIMS.person) if secret in shown]


# --- What makes it act once --------------------------------------------------------------------------------------


@given(claims, claims)
def test_the_same_right_has_the_same_key_and_another_has_another(one: Claims, other: Claims) -> None:
    """A later token for the same answer has the key of the first; any other thing, person or generation has its own."""
    same = ("kind", "person", "subject", "generation")

    assert one.key == evolve(one, expires=other.expires, offers=other.offers).key
    assert (one.key == other.key) is all(getattr(one, name) == getattr(other, name) for name in same)


# --- Addresses ---------------------------------------------------------------------------------------------------


@given(st.uuids())
def test_an_address_leads_back_to_its_thing(thing: uuid.UUID) -> None:
    """Whatever a mail server does to the letters' case; another tenant's, or one with a letter changed, leads nowhere."""
    address = TOKENS.address("shop@example.com", str(thing))
    local = address.partition("@")[0]

    assert [str(thing)] * 2 == [TOKENS.read_address(address), TOKENS.read_address(address.upper())]
    assert len(local) <= 64
    assert Tokens("other", [FIRST, SECOND]).read_address(address) is None
    other = "a" if local[20] != "a" else "b"
    assert TOKENS.read_address(address[:20] + other + address[21:]) is None


@pytest.mark.parametrize(
    ("base", "subject"),
    [("shop@example.com", "order-1"), ("", str(uuid.UUID(int=7))), ("a" * 22 + "@example.com", str(uuid.UUID(int=7)))],
)
def test_where_no_address_can_be_made_there_is_none(base: str, subject: str) -> None:
    """An id of an unusual form, no address to extend, or one that would grow too long."""
    assert "" == TOKENS.address(base, subject)


def test_an_address_that_an_earlier_key_made_leads_back_too() -> None:
    """An answer to an older message arrives."""
    thing = str(uuid.UUID(int=2**127 + 5))

    assert thing == TOKENS.read_address(Tokens("shop", [FIRST]).address("shop@example.com", thing))


def test_a_missing_package_is_an_error_that_names_its_extra() -> None:
    """Without itsdangerous there are no tokens, and the error says what to install."""
    code = (
        "import sys; sys.modules['itsdangerous'] = None\n"
        "from incidentkit.delivery.tokens import Tokens\n"
        "from incidentkit.errors import MissingExtra\n"
        "try: Tokens('a', [])\n"
        "except MissingExtra as error: print(error.extra, error)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told.startswith("web ")
    assert "pip install 'incidentkit[web]'" in told
