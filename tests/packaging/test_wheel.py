"""The distribution: what is in the wheel, and what it tells an installer."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email import message_from_bytes
from importlib.metadata import EntryPoint, distribution

import pytest

from tests.architecture.sources import REPO, SOURCE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as it would be published, built from the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPO, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    """Every file of the source folder is in the wheel: modules, py.typed, TOML; and no other."""
    files = [path for path in SOURCE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    expected = {path.relative_to(SOURCE).as_posix() for path in files}
    found = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert expected == found


def test_the_wheel_is_typed(wheel: zipfile.ZipFile) -> None:
    """The marker for type checkers lies inside the package."""
    assert "incidentkit/py.typed" in wheel.namelist()


def test_the_wheel_carries_its_licence(wheel: zipfile.ZipFile) -> None:
    """The licence's text goes along, and its name is MIT."""
    [info] = [name for name in wheel.namelist() if name.endswith("METADATA")]

    assert "MIT" == message_from_bytes(wheel.read(info))["License-Expression"]
    assert [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]


@pytest.mark.parametrize("entry", distribution("incidentkit").entry_points, ids=lambda entry: str(entry.name))
def test_every_entry_point_leads_somewhere(entry: EntryPoint) -> None:
    """The command, the built-in plugins and the Hypothesis hook can be loaded."""
    assert entry.load() is not None
