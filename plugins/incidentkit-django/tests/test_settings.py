"""INCIDENTKIT: what a project can say, and every mistake named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import incidentkit as ik
from incidentkit.errors import ConfigurationError
from incidentkit_django.checks import check_settings
from incidentkit_django.database import database_url
from incidentkit_django.settings import read_settings

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"


@pytest.fixture
def settings(project: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Django's settings, to be changed."""
    from django.conf import settings

    return settings


def test_everything_has_a_default(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without INCIDENTKIT the record is the default tenant's, in the default database."""
    monkeypatch.delattr(settings, "INCIDENTKIT")
    read = read_settings()

    assert ("default", "default", None, None, ()) == (read.database, read.tenant, read.shop, read.files, read.plugins)


def test_a_file_a_folder_and_dotted_paths(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each becomes what it names: a shop, a folder, a module, an object."""
    (tmp_path / "shop.toml").write_text('[shop]\nname = "Casa Luz"\n')
    given = {
        "SHOP": tmp_path / "shop.toml",
        "FILES": str(tmp_path / "files"),
        "PLUGINS": ["json", "collections.OrderedDict"],
        "OPTIONS": {"guards": {}},
    }
    monkeypatch.setattr(settings, "INCIDENTKIT", given)
    read = read_settings()

    assert read.shop is not None
    assert ("Casa Luz", tmp_path / "files") == (read.shop.name, read.files)
    assert ["json", "OrderedDict"] == [getattr(read.plugins[0], "__name__", ""), type(read.plugins[1]).__name__]
    assert {"guards": {}} == read.options


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([], "INCIDENTKIT"),
        ({"SHOPP": "shop.toml"}, "'SHOPP'"),
        ({"DATABASE": "nowhere"}, "'DATABASE'"),
        ({"TENANT": ""}, "'TENANT'"),
        ({"SHOP": 5}, "'SHOP'"),
        ({"FILES": 5}, "'FILES'"),
        ({"PLUGINS": "json"}, "'PLUGINS'"),
        ({"PLUGINS": ["no.such.module"]}, "no.such.module"),
        ({"OPTIONS": {"tenant": "x"}}, "'OPTIONS'"),
    ],
)
def test_a_mistake_is_named(settings: Any, monkeypatch: pytest.MonkeyPatch, given: Any, named: str) -> None:
    """By the check and by whoever asks for the desk, with its place."""
    monkeypatch.setattr(settings, "INCIDENTKIT", given)
    with pytest.raises(ConfigurationError, match=named):
        read_settings()

    assert ["incidentkit.E001"] == [problem.id for problem in check_settings()]


def test_a_mistake_in_the_shops_settings_is_named(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every one of them, with its path in the file."""
    (tmp_path / "shop.toml").write_text('[shop]\nnaem = "Casa Luz"\nzone = "Nowhere"\n')
    monkeypatch.setattr(settings, "INCIDENTKIT", {"SHOP": tmp_path / "shop.toml"})

    assert 2 == len([problem for problem in check_settings() if problem.id == "incidentkit.E001"])


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"ENGINE": SQLITE, "NAME": "/a b/shop.sqlite3"}, "sqlite:////a b/shop.sqlite3"),
        ({"ENGINE": POSTGRESQL, "NAME": "shop"}, "postgresql:///shop"),
        (
            {"ENGINE": POSTGRESQL, "NAME": "shop", "USER": "a@b", "PASSWORD": "p:/?#", "HOST": "db", "PORT": "5433"},
            "postgresql://a%40b:p%3A%2F%3F%23@/shop?host=db&port=5433",
        ),
        (
            {"ENGINE": POSTGRESQL, "NAME": "shop", "OPTIONS": {"sslmode": "require", "assume_role": "shop owner"}},
            "postgresql:///shop?options=-c%20role%3Dshop%5C%20owner&sslmode=require",
        ),
        ({"ENGINE": POSTGRESQL, "OPTIONS": {"service": "shop"}}, "postgresql:///?service=shop"),
    ],
)
def test_a_database_is_a_url(project: Path, monkeypatch: pytest.MonkeyPatch, config: Mapping[str, Any], expected: str) -> None:
    """Whatever DATABASES says that the driver wants to know is in it, and nothing else."""
    from django.db import connections

    monkeypatch.setitem(connections.settings, "other", connections.configure_settings({"default": dict(config)})["default"])
    try:
        url = database_url("other")
    finally:
        del connections["other"]

    assert expected == url


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"ENGINE": SQLITE, "NAME": ":memory:"}, "TEST"),
        ({"ENGINE": SQLITE, "NAME": "file:x?mode=memory&cache=shared"}, "TEST"),
        ({"ENGINE": SQLITE, "NAME": "file:x.db"}, "path"),
        ({"ENGINE": "django.db.backends.dummy"}, "SQLite or PostgreSQL"),
    ],
)
def test_a_database_that_can_not_hold_it_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, config: Mapping[str, Any], why: str
) -> None:
    """With what to do instead."""
    from django.db import connections

    monkeypatch.setitem(connections.settings, "other", connections.configure_settings({"default": dict(config)})["default"])
    try:
        with pytest.raises(ConfigurationError, match=why):
            database_url("other")
    finally:
        del connections["other"]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"ENGINE": SQLITE, "NAME": "/x/shop.sqlite3"}, ["incidentkit.W001"]),
        ({"ENGINE": SQLITE, "NAME": "/x/shop.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE"}}, []),
        ({"ENGINE": POSTGRESQL, "NAME": "shop"}, ["incidentkit.W002"]),
    ],
)
def test_advice_is_given(
    settings: Any, monkeypatch: pytest.MonkeyPatch, config: Mapping[str, Any], expected: list[str]
) -> None:
    """Where a transaction may fail without need, and where files would be lost."""
    from django.db import connections

    monkeypatch.setitem(connections.settings, "other", connections.configure_settings({"default": dict(config)})["default"])
    monkeypatch.setattr(settings, "INCIDENTKIT", {"DATABASE": "other", "SHOP": ik.Shop()})
    try:
        found = [problem.id for problem in check_settings()]
    finally:
        del connections["other"]

    assert expected == found
