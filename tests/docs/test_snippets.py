"""What runs the snippets of the pages: it sees what differs, and overlooks only what may differ."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from docs.snippets import Page, Session, matches, snippets

FIRST, SECOND = "01a05c7b-9c80-7008-91ea-892853866f4f", "01a20315-7a7b-77cb-9663-1ef3250429de"


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\n", "a\n", True),
        ("a\n", "b\n", False),
        ("a\n", "a\nb\n", False),
        ("", "a\n", False),
        ("a \n", "a\n\n", True),
        (f"Order {FIRST}: no\n", f"Order {SECOND}: no\n", True),
        (f"Order {FIRST}: no\n", f"Order {SECOND}: yes\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nb\nc\n", False),
        ("1.5\n", "1x5\n", False),
    ],
)
def test_any_id_is_as_good_as_another_and_nothing_else_is(shown: str, printed: str, same: bool) -> None:
    """A page shows what was printed when only ids, blanks at line ends and lines behind ``...`` differ."""
    assert same is matches(shown, printed)


def test_a_snippet_has_the_output_that_stands_right_below_it() -> None:
    """A text block belongs to the Python block before it, unless words stand in between."""
    page = "```python\nprint(1)\n```\n\n```text\n1\n```\n\n```python\nprint(2)\n```\n\nIt prints\n\n```text\n3\n```\n"

    assert ["1\n", None] == [s.expected for s in snippets(page)]


def test_a_page_is_one_session_in_a_folder_of_its_own() -> None:
    """Names and files of one snippet are there for the next."""
    page = (
        "```csv a.csv\nx,y\n```\n```python\nfrom pathlib import Path\n```\n```python\nprint(Path('a.csv').read_text())\n```\n"
    )
    with Session("page") as session:
        printed = [session.run(s) for s in snippets(page)]

    assert ["", "", "x,y\n\n"] == printed


def test_a_block_of_python_with_a_name_is_a_module_of_that_page_only() -> None:
    """Later blocks import it, and after the page it is gone."""
    page = "```python page_module.py\nsaid = 'here'\n```\n```python\nimport page_module\nprint(page_module.said)\n```\n"
    with Session("page") as session:
        printed = [session.run(s) for s in snippets(page)]

    assert ["", "here\n"] == printed
    assert "page_module" not in sys.modules


def test_an_output_that_no_longer_holds_is_replaced(tmp_path: Path) -> None:
    """Refreshing a page changes the outputs that differ, and nothing else."""
    page = tmp_path / "page.md"
    page.write_text("# Sums\n\n```python\nprint(2 + 2)\n```\n\n```text\n5\n```\n\nMore.\n", "utf-8")

    assert "# Sums\n\n```python\nprint(2 + 2)\n```\n\n```text\n4\n```\n\nMore.\n" == Page(page).refreshed()


def test_a_command_that_ends_otherwise_than_the_page_says_is_found() -> None:
    """A command must end with 0, or with the code that the page gives."""
    wrong = "```console\n$ incidentkit check none.toml\n```\n"
    right = "```console exit=1\n$ incidentkit check none.toml\n```\n"
    with Session("page") as session:
        with pytest.raises(AssertionError, match="ended with 1, not 0"):
            session.run(snippets(wrong)[0])

        assert "$ incidentkit check none.toml\n" == session.run(snippets(right)[0])


def test_a_snippet_that_reads_real_data_says_so() -> None:
    """Without the folder that it names a snippet can't be run; the others can."""
    page = "```python data=no_such_folder\nprint(1)\n```\n```python\nprint(2)\n```\n```console data=no_such_folder\n$ ls\n```\n"

    assert [("no_such_folder", False), ("", True), ("no_such_folder", False)] == [(s.data, s.runs) for s in snippets(page)]


def test_a_page_goes_on_without_the_data(tmp_path: Path) -> None:
    """What can't be run is passed over, and stays on the page as it is."""
    page = "```python data=no_such_folder\nprint(1)\n```\n\n```text\nkept\n```\n\n```python\nprint(2)\n```\n\n```text\n2\n```\n"
    (tmp_path / "page.md").write_text(page, "utf-8")
    found = Page(tmp_path / "page.md")

    assert (["2\n"], page) == ([printed for _, printed in found], found.refreshed())


def test_real_data_lies_in_the_folder_of_the_page(real_data: Path) -> None:
    """The folder is there under its own name, and gone with the page, while the data stays."""
    (snippet,) = snippets("```python data=spc\nfrom pathlib import Path\nprint(Path('spc/expected.json').exists())\n```\n")
    with Session("page") as session:
        printed = session.run(snippet)

    assert ("True\n", True) == (printed, (real_data / "spc" / "expected.json").exists())
