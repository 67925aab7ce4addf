"""The command line inside an application: it works on that application's store, by that application's desk."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from attrs import field, frozen

import incidentkit as ik
from incidentkit.cli import main
from incidentkit.cli.stores import store_label
from incidentkit.testing.clocks import ManualClock

SHOP = ik.Shop(name="Casa Luz", zone="UTC")


@frozen
class Application:
    """A host with a tenant of its own; notes how its desks were asked for."""

    store: str
    shop: ik.Shop | None = SHOP
    asked: list[tuple[ik.Shop | None, bool]] = field(factory=list)

    def open(self, shop: ik.Shop | None, clock: Callable[[], datetime] | None) -> ik.Desk:
        """A desk for one command."""
        self.asked.append((shop, clock is not None))
        return ik.open_desk(self.store, shop, tenant="branch", clock=clock)


@pytest.fixture
def application(store_url: str) -> Application:
    """One with an order in its store."""
    made = Application(store_url)
    with made.open(SHOP, ManualClock(datetime.fromisoformat("2026-03-02T09:00:00Z"))) as desk:
        desk.orders.place(lines=[ik.Line("lamp", 1, 5)], number="1001")
    made.asked.clear()
    return made


def test_commands_work_on_the_hosts_store(application: Application, capsys: pytest.CaptureFixture[str]) -> None:
    """By its desk, with its settings, and by the clock that the command was given."""
    codes = [main(["timeline", "1001", "--json"], host=application), main(["queue", "--now", "2030-01-01"], host=application)]

    assert [0, 0] == codes
    assert [(SHOP, False), (SHOP, True)] == application.asked
    assert "1001" in capsys.readouterr().out


def test_a_store_that_is_named_is_another(application: Application, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """``--store`` leads away from the host's, and its desk is not asked for."""
    other = f"sqlite:///{tmp_path / 'other.db'}"
    ik.open_desk(other).close()
    code = main(["queue", "--json", "--store", other], host=application)

    assert (0, []) == (code, application.asked)
    assert 0 == json.loads(capsys.readouterr().out)["open"]


def test_settings_that_are_named_are_given_to_the_host(application: Application, tmp_path: Path) -> None:
    """``--shop`` is read and handed to whoever opens the desk."""
    (tmp_path / "shop.toml").write_text('[shop]\nname = "Otra"\n')
    main(["queue", "--shop", str(tmp_path / "shop.toml")], host=application)

    assert ["Otra"] == [shop.name for shop, _ in application.asked if shop is not None]


def test_an_import_goes_into_the_hosts_store(application: Application, tmp_path: Path) -> None:
    """By the host's desk, for its tenant."""
    (tmp_path / "orders.csv").write_text("order,product,units,price,placed\n7,lamp,1,5,2026-03-01T09:00:00Z\n")
    profile = tmp_path / "profile.toml"
    assert main(["import", str(tmp_path / "orders.csv"), "--sketch", "--out", str(profile)], host=application) == 0
    code = main(["import", str(tmp_path / "orders.csv"), "--profile", str(profile)], host=application)
    with application.open(SHOP, None) as desk:
        numbers = {order.number for order in desk.orders.find()}

    assert (0, {"1001", "7"}) == (code, numbers)


def test_after_it_there_is_no_host(application: Application) -> None:
    """What one call was told does not reach the next."""
    main(["queue"], host=application)

    assert "sqlite:///shop.db" == store_label("sqlite:///shop.db")
