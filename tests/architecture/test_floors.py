"""The house's floors: what may import what."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.floors import broken, contracts
from tests.architecture.sources import SOURCE

SKELETON = {
    "__init__": "",
    "version": "",
    "errors": "",
    "domain/__init__": "",
    "worktime/__init__": "import holidays",
    "rules/__init__": "from incidentkit import domain",
    "codec/__init__": "import cattrs",
    "hooks/__init__": "import pluggy",
    "store/__init__": "import cryptography.exceptions, sqlalchemy.exc",
    "store/migrations": "import alembic.command",
    "web/__init__": "import altair, starlette, uvicorn, vl_convert",
    "delivery/__init__": "import itsdangerous, jinja2, markdown_it, tenacity",
    "desk/__init__": "import icalendar\nfrom incidentkit import store",
    "cli/__init__": "import rich.console, typer",
    "cli/demo": "def demo():\n    from incidentkit.testing import simulator",
    "testing/__init__": "",
    "testing/simulator": "from incidentkit import desk",
    "testing/strategies": "import hypothesis, pytest",
}
"""The smallest package that keeps every contract."""

SABOTAGE = {
    "A floor imports only what lies below it": ("domain/orders", "def sneaky():\n    from incidentkit import store"),
    "Only faces and tests take names from the facade": ("desk/orders", "import incidentkit"),
    "Only codec uses cattrs": ("desk/documents", "import cattrs.preconf.json"),
    "Only hooks uses pluggy": ("delivery/local", "from pluggy import HookimplMarker"),
    "Only store uses SQLAlchemy": ("desk/opening", "def sneaky():\n    from sqlalchemy.engine import Engine"),
    "Only migrations use Alembic": ("store/engine", "from alembic import command"),
    "Only delivery uses tenacity": ("store/retry", "import tenacity"),
    "Only delivery uses jinja2 and markdown-it": ("desk/words", "def sneaky():\n    from jinja2 import Environment"),
    "Only worktime uses holidays": ("rules/due", "def sneaky():\n    from holidays import country_holidays"),
    "Only cli uses typer and rich": ("desk/show", "from rich.table import Table"),
    "Only delivery uses itsdangerous": ("web/tokens", "from itsdangerous import Signer"),
    "Only web uses Starlette and uvicorn": ("cli/serve", "def serve():\n    import uvicorn"),
    "Only web draws charts": ("cli/charts", "def draw():\n    import altair"),
    "Only desk writes calendars": ("cli/invite", "from icalendar import Event"),
    "Only store uses cryptography": ("desk/safe", "from cryptography.fernet import Fernet"),
    "Only testing uses hypothesis and pytest": ("desk/laws", "import hypothesis.strategies"),
    "The simulator needs neither hypothesis nor pytest": ("testing/simulator", "from incidentkit.testing import strategies"),
}
"""For each contract, a module that breaks it."""


def build(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / "incidentkit" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_every_import_keeps_to_its_floor() -> None:
    """No import of the package breaks a contract."""
    assert [] == broken(SOURCE)


def test_a_sound_package_passes(tmp_path: Path) -> None:
    """The contracts let through what each floor is meant to import."""
    assert [] == broken(build(tmp_path, SKELETON))


def test_a_floor_that_the_list_does_not_name_is_found(tmp_path: Path) -> None:
    """A new package beside the floors must be given its place in the list."""
    found = broken(build(tmp_path, SKELETON | {"helpers/__init__": ""}))

    assert any("helpers" in line for line in found)


def test_the_demo_takes_nothing_but_the_simulator_from_testing(tmp_path: Path) -> None:
    """What the demo may import of the testing floor is the simulator alone."""
    found = broken(build(tmp_path, SKELETON | {"cli/demo": "from incidentkit.testing import strategies"}))

    assert "A floor imports only what lies below it BROKEN" in found


@pytest.mark.parametrize("contract", contracts())
def test_each_contract_can_fail(contract: str, tmp_path: Path) -> None:
    """One bad import breaks its contract, wherever in the file it stands."""
    module, text = SABOTAGE[contract]

    found = broken(build(tmp_path, SKELETON | {module: text}))

    assert [contract] == [line.partition(" BROKEN")[0] for line in found if " BROKEN" in line]
