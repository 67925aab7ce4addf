"""The first page: what it tells a newcomer to do, and what it shows."""

from __future__ import annotations

import re

import pytest

from docs.generate import REPO
from docs.snippets import Page, matches

README = REPO / "README.md"
SET_UP = re.findall(r"^```bash\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_two_commands_do_all_the_set_up() -> None:
    """There are two commands, each of one line, which make what they need by themselves."""
    assert 2 == len(SET_UP)
    assert [1, 1] == [command.count("\n") for command in SET_UP]
    assert ["python3 -m venv .venv"] * 2 == [command.split(" && ")[0] for command in SET_UP]


def test_one_runs_the_main_job_and_one_the_tests() -> None:
    """The first command ends in the demo, the second in the tests."""
    assert ".venv/bin/incidentkit demo --out demo-shop\n" == SET_UP[0].split(" && ")[-1]
    assert ".venv/bin/python -m pytest\n" == SET_UP[1].split(" && ")[-1]


def test_the_command_of_the_tests_stands_right_below_its_mark() -> None:
    """What runs in CI is the command that the page gives."""
    assert f"\n<!-- test-command -->\n```bash\n{SET_UP[1]}```\n" in README.read_text("utf-8")


def test_the_extras_that_the_commands_install_are_there() -> None:
    """Every extra that is named exists."""
    import tomllib

    project = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]
    named = {extra for command in SET_UP for extras in re.findall(r"\.\[([a-z,]+)\]", command) for extra in extras.split(",")}

    assert set() == named - set(project["optional-dependencies"])


def test_what_the_demo_writes_is_not_committed() -> None:
    """The folder of the first command is ignored by git."""
    assert "/demo-shop/" in (REPO / ".gitignore").read_text("utf-8").splitlines()


def test_its_snippets_do_what_it_shows() -> None:
    """Each snippet runs and prints what stands below it."""
    for snippet, printed in Page(README):
        shown = snippet.source if snippet.kind == "console" else snippet.expected or ""

        assert matches(shown, printed), printed


@pytest.mark.parametrize("page", ["docs/explanation/glossary.md", "docs/tutorial/first-incident.md", "docs/index.md"])
def test_it_leads_on(page: str) -> None:
    """The page links to where a newcomer goes next."""
    assert f"]({page})" in README.read_text("utf-8")
