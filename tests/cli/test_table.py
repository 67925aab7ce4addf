"""Tables and lines, fitted to the width that there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.cli.screen import Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.words import load_words

WORDS = load_words("en")
COLUMNS = (Column("Name", flexible=True), Column("n", right=True), Column("Window", spare=2), Column("Trend", spare=1))
ROWS = [("Time to confirm", "1,204", "21–27 Sep 2026", "▁▃█"), ("Late", "7", "", "▁")]


def shown(capsys: pytest.CaptureFixture[str], width: int | None) -> list[str]:
    show_table(Screen(WORDS, width), COLUMNS, ROWS)
    return capsys.readouterr().out.splitlines()


def test_columns_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    """Words to the left, numbers to the right, nothing after the last word."""
    expected = [
        "Name                 n  Window          Trend",
        "Time to confirm  1,204  21–27 Sep 2026  ▁▃█",
        "Late                 7                  ▁",
    ]

    assert expected == shown(capsys, None)


def test_the_most_spare_column_goes_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the room is short, the others stay whole."""
    expected = ["Name                 n  Trend", "Time to confirm  1,204  ▁▃█", "Late                 7  ▁"]

    assert expected == shown(capsys, 40)


def test_the_flexible_column_is_cut_last(capsys: pytest.CaptureFixture[str]) -> None:
    """Once no column can go, words are shortened, never wrapped."""
    expected = ["Name              n", "Time to con…  1,204", "Late              7"]

    assert expected == shown(capsys, 19)


def test_a_column_with_nothing_in_it_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Its heading alone would say nothing."""
    show_table(Screen(WORDS, None), COLUMNS, [("Late", "7", "", "")])

    assert ["Name  n", "Late  7"] == capsys.readouterr().out.splitlines()


@given(st.lists(st.tuples(*[st.text("ab –é", max_size=30)] * 3), max_size=5), st.integers(40, 130))
def test_no_table_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], width: int) -> None:
    """Whatever stands in it, as long as what can't be cut fits."""
    lines: list[str] = []

    class Paper(Screen):
        def line(self, *pieces: str | tuple[str, str]) -> None:
            lines.append("".join(p if isinstance(p, str) else p[0] for p in pieces).rstrip())

    show_table(Paper(WORDS, width), (Column("A", flexible=True), Column("B", spare=1), Column("C", right=True)), rows)

    assert [] == [line for line in lines if len(line) > width]


def test_a_hanging_line_keeps_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    """Further lines stand below the first one's words."""
    Screen(WORDS, 40).hanging("  10:01  ", "Order placed: a lamp, a chair and a very long rug")

    expected = ["  10:01  Order placed: a lamp, a chair", "         and a very long rug"]
    assert expected == capsys.readouterr().out.splitlines()


def test_what_could_move_the_cursor_is_taken_out(capsys: pytest.CaptureFixture[str]) -> None:
    """A customer's words can't clear the screen or forge a line."""
    Screen(WORDS, None).line("bad \x1b[2J\r\nwords")

    assert "bad �[2J  words\n" == capsys.readouterr().out
