"""``[vault]`` in shop.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.codec.settings import load_shop, parse_shop, shop_from_json, shop_to_json
from incidentkit.domain.vault import VaultSettings
from incidentkit.errors import ConfigurationError

FULL = '[vault]\nkeys = "keys.db"\nmaster = { env = "SAFE" }\ntombstones = "gone.jsonl"\n'


def test_it_names_files_and_variables() -> None:
    """What is left out is empty."""
    assert VaultSettings("keys.db", "", "SAFE", "gone.jsonl") == parse_shop(FULL).vault
    assert VaultSettings() == parse_shop("").vault
    assert VaultSettings(keys_env="KEYS") == parse_shop('[vault]\nkeys = { env = "KEYS" }\n').vault


def test_files_lie_beside_the_settings(tmp_path: Path) -> None:
    """A URL stays as it is."""
    file = tmp_path / "shop.toml"
    file.write_text(FULL)
    beside = load_shop(file).vault
    file.write_text('[vault]\nkeys = "postgresql://keys.example/keys"\ntombstones = "/gone.jsonl"\n')
    named = load_shop(file).vault

    assert (str(tmp_path / "keys.db"), str(tmp_path / "gone.jsonl")) == (beside.keys, beside.tombstones)
    assert ("postgresql://keys.example/keys", "/gone.jsonl") == (named.keys, named.tombstones)


def test_it_comes_back_from_json() -> None:
    """As the store keeps it."""
    shop = parse_shop(FULL)

    assert shop == shop_from_json(shop_to_json(shop))


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("keys = 3", "vault.keys"),
        ('keys = ""', "vault.keys"),
        ('keys = { env = "a b" }', "vault.keys"),
        ('keys = "postgresql://ana:hunter2@keys.example/keys"', "vault.keys"),
        ('master = "hunter2"', "vault.master"),
        ('master = { file = "hunter2" }', "vault.master"),
        ("tombstones = 3", "vault.tombstones"),
        ('other = "x"', "vault.other"),
    ],
)
def test_a_mistake_is_named_and_not_shown(line: str, path: str) -> None:
    """What stands in the place of a variable may be the secret itself."""
    with pytest.raises(ConfigurationError) as wrong:
        parse_shop(f"[vault]\n{line}\n")

    assert path in str(wrong.value)
    assert "hunter2" not in str(wrong.value)
