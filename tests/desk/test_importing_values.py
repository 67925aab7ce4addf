"""Texts of a table as values: what is read, and what can't be used."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import incidentkit as ik
from incidentkit.desk.importing import values
from incidentkit.desk.importing.records import joined
from incidentkit.desk.importing.rows import read_rows
from incidentkit.domain.import_rules import Source

USUAL = "%Y-%m-%d %H:%M:%S"
MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-07-01T12:00:00", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ("2024-07-01T12:00:00Z", datetime(2024, 7, 1, 12, tzinfo=UTC)),
        ("2024-07-01T12:00:00-03:00", datetime(2024, 7, 1, 15, tzinfo=UTC)),
        ("2024-07-01", datetime(2024, 6, 30, 22, tzinfo=UTC)),
        ("1/7/2024 9:30", datetime(2024, 7, 1, 7, 30, tzinfo=UTC)),
        ("2024-10-27T02:30:00", datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        ("2024-03-31T02:30:00", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_times(text: str, expected: datetime) -> None:
    """The first format that fits is read; of a wall clock that comes twice, the first; of one skipped, the old."""
    assert expected == values.time(("iso", "%d/%m/%Y %H:%M"), MADRID)(text)


@pytest.mark.parametrize("text", ["", "soon", "2024-02-30", "9999-12-31", "0001-01-01T00:00:00+10:00", "1704067200"])
def test_texts_that_are_no_times(text: str) -> None:
    """What fits no format, lies outside of the calendar, or means never can't be used."""
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        values.time(("iso", "%d/%m/%Y %H:%M"), UTC)(text)


@given(st.datetimes(timezones=st.just(UTC)).map(lambda d: d.replace(microsecond=0, year=min(max(d.year, 1000), 9998), day=1)))
def test_the_usual_pattern_is_what_it_says(moment: datetime) -> None:
    """A time that was written by the usual pattern is read back."""
    assert moment == values.time((USUAL,), UTC)(moment.strftime(USUAL))


@given(st.from_regex(r"[0-9W]{4}[-:/]?[0-9W]{2}[-:/]?[0-9]{1,2}[ T]?[0-9]{1,2}[:.,]?[0-9]{2}[:.,]?[0-9]{1,2}", fullmatch=True))
@example("2017-W28-7 21:57:05")
@example("2017-07-09T21:57:05")
@example("2017-07-09 21:57:60")
@example("2017-07-09 24:00:00")
def test_the_usual_pattern_takes_nothing_else(text: str) -> None:
    """The quick way reads exactly the texts that the pattern reads, as the same times."""

    def seen(read: object) -> object:
        try:
            return read(text)  # type: ignore[operator]
        except ValueError:
            return None

    assert seen(lambda t: datetime.strptime(t, USUAL).replace(tzinfo=UTC)) == seen(values.time((USUAL,), UTC))


def test_what_has_not_come_yet() -> None:
    """Up to the latest instant a time can be used, after it no more."""
    latest = datetime(2024, 1, 1, tzinfo=UTC)
    read = values.time(("iso",), UTC, latest)

    assert latest == read(latest.isoformat())
    with pytest.raises(ValueError, match="not a time that has come"):
        read((latest + timedelta(seconds=1)).isoformat())


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", "12"),
        ("12.5", "12.5"),
        ("12.", "12"),
        (".5", "0.5"),
        ("12.50", "12.5"),
        ("-0", "0"),
        ("007", "7"),
        ("1.000", "1"),
    ],
)
def test_amounts(text: str, amount: str) -> None:
    """A number with a point is an exact amount."""
    assert ik.Money(amount, "EUR") == values.money(".", "EUR")(text)


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1.505", "1e3", "1_000", "1 000", "€1", "NaN", "inf", ".", "१", "9" * 40])
def test_texts_that_are_no_amounts(text: str) -> None:
    """Signs of grouping, symbols, other digits, amounts below zero or finer than the coins can't be used."""
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        values.money(".", "EUR")(text)


def test_a_comma_as_the_point() -> None:
    """Where numbers are written with a comma, a point can't be used."""
    read = values.money(",", "EUR")

    assert ik.Money("1.50", "EUR") == read("1,50")
    with pytest.raises(ValueError, match="not a number"):
        read("1.50")


@given(st.lists(st.lists(st.text("ab/:%", min_size=1), min_size=2, max_size=2).map(tuple), min_size=2, max_size=2, unique=True))
def test_joined_keys_stay_apart(keys: list[tuple[str, ...]]) -> None:
    """Different keys are different texts, and none has a colon."""
    one, other = map(joined, keys)

    assert one != other
    assert ":" not in one + other


@given(
    data=st.binary(max_size=300),
    kind=st.sampled_from(["plain", "packed", "packed?"]),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
)
@example(data=b'a\n"', kind="plain", encoding="utf-8")
@example(data=b"a\n\x00\n", kind="packed", encoding="utf-8")
def test_whatever_stands_in_a_file(data: bytes, kind: str, encoding: str) -> None:
    """Any bytes are rows, or a refusal that names the file; there is no third way out."""
    data = "a,b\n".encode(encoding) + data
    name = "t.csv" if kind == "plain" else "t.csv.gz"
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(gzip.compress(data) if kind == "packed" else data)

        assert outcome(path, encoding) in ("rows", f"{name} refused")


def outcome(path: Path, encoding: str) -> str:
    """What comes of reading a file to its end."""
    try:
        rows = list(read_rows(path, Source((path.name,), encoding=encoding), ["a"]))
    except ik.ImportRefused as error:
        return f"{error.file} refused"
    return "rows" if all(row is None or len(row) == 1 for _, row in rows) else "something else"
