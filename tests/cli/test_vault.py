"""``incidentkit vault``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import run

KEYS = '[vault]\nkeys = "keys.db"\n'


@pytest.fixture
def store(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo's store that may be changed."""
    return Path(shutil.copy(demo, tmp_path / "copy.db"))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Settings that name a file of keys beside them."""
    file = tmp_path / "shop.toml"
    file.write_text(KEYS)
    return file


@pytest.mark.parametrize(("language", "said"), [("en", "is not encrypted"), ("es", "no está cifrado")])
def test_it_says_that_nothing_is_encrypted(store: Path, language: str, said: str) -> None:
    """Where the settings name no keys."""
    answer = run("vault", "status", "--store", store, "--lang", language)

    assert 0 == answer.code
    assert said in answer.out


def test_a_plain_store_is_encrypted(store: Path, shop: Path) -> None:
    """With its progress; afterwards nothing is left plain, and the keys lie beside the settings."""
    plain = run("vault", "status", "--store", store, "--shop", shop, "--json").json["texts"]["plain"]
    assert plain > 0
    answer = run("vault", "encrypt", "--store", store, "--shop", shop)
    status = run("vault", "status", "--store", store, "--shop", shop, "--json").json

    assert (0, True) == (answer.code, answer.out.startswith("Encrypted "))
    assert answer.err
    assert {"keyed": True, "texts": {"encrypted": plain, "plain": 0}, "files": {"encrypted": 0, "plain": 0}} == status
    assert (shop.parent / "keys.db").exists()


def test_what_is_left_is_named(store: Path, shop: Path) -> None:
    """As long as something is plain, the next step is said."""
    answer = run("vault", "status", "--store", store, "--shop", shop)

    assert "incidentkit vault encrypt" in answer.out


def test_without_keys_it_is_refused(store: Path) -> None:
    """With what to do, on the other stream."""
    answer = run("vault", "encrypt", "--store", store)

    assert (1, "") == (answer.code, answer.out)
    assert "needs keys to encrypt with" in answer.err


def test_an_encrypted_store_without_keys_is_refused(store: Path, shop: Path) -> None:
    """By every command, with what is missing."""
    run("vault", "encrypt", "--store", store, "--shop", shop)
    answer = run("queue", "--store", store)

    assert (1, "") == (answer.code, answer.out)
    assert "are encrypted, and need the keys" in answer.err


@pytest.mark.parametrize(("drop", "said"), [((), "The earlier ones are kept"), (("--drop-old",), "are destroyed")])
def test_fresh_keys_are_given(store: Path, shop: Path, drop: tuple[str, ...], said: str) -> None:
    """It says what became of the earlier ones."""
    run("vault", "encrypt", "--store", store, "--shop", shop)
    answer = run("vault", "rotate", *drop, "--store", store, "--shop", shop)

    assert 0 == answer.code
    assert said in answer.out


def test_keys_are_wrapped(store: Path, shop: Path) -> None:
    """With the key in a variable, which the settings must name from then on."""
    run("vault", "encrypt", "--store", store, "--shop", shop)
    answer = run("vault", "rotate", "--master", "SAFE", "--store", store, "--shop", shop, SAFE="0a" * 32)
    refused = run("queue", "--store", store, "--shop", shop)
    shop.write_text(f'{KEYS}master = {{ env = "SAFE" }}\n')

    assert (0, True) == (answer.code, "are wrapped with the master key in SAFE" in answer.out)
    assert (1, True) == (refused.code, "need the master key" in refused.err)
    assert 0 == run("queue", "--store", store, "--shop", shop, SAFE="0a" * 32).code


@pytest.mark.parametrize("value", ["", "secret-that-is-no-key"])
def test_a_bad_master_key_is_refused(store: Path, shop: Path, value: str) -> None:
    """Without showing it."""
    answer = run("vault", "rotate", "--master", "SAFE", "--store", store, "--shop", shop, SAFE=value)

    assert 1 == answer.code
    assert "vault.master" in answer.err
    assert "secret-that" not in answer.err
