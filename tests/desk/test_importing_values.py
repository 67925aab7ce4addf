"""Texts of a table as values: what is read, and what can't be used."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import incidentkit as ik
from incidentkit.desk.importing import values
from incidentkit.desk.importing.records import joined
from incidentkit.desk.importing.rows import read_rows
from incidentkit.domain.import_rules import Source
from incidentkit.domain.money import digits
from incidentkit.domain.numbers import BLANKS, Writing, reader, signs

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
    assert ik.Money(amount, "EUR") == values.money(Writing("."), "EUR")(text)


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1.505", "1e3", "1_000", "1 000", "$1", "NaN", "inf", ".", "१", "9" * 40])
def test_texts_that_are_no_amounts(text: str) -> None:
    """Signs of grouping, other symbols and digits, amounts below zero or finer than the coins can't be used."""
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        values.money(Writing("."), "EUR")(text)


def test_a_comma_as_the_point() -> None:
    """Where numbers are written with a comma, a point can't be used."""
    read = values.money(Writing(","), "EUR")

    assert ik.Money("1.50", "EUR") == read("1,50")
    with pytest.raises(ValueError, match="not a number"):
        read("1.50")


# --- Numbers as spreadsheets write them ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "decimal", "grouping", "currency", "amount"),
    [
        ("1.234,50 €", ",", ".", "EUR", "1234.5"),
        ("1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€", ",", " ", "EUR", "1234.5"),
        ("1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567", ",", " ", "EUR", "1234567"),
        ("1,234.50", ".", ",", "USD", "1234.5"),
        ("$ 12", ".", ",", "USD", "12"),
        ("R$ 1.234,50", ",", ".", "BRL", "1234.5"),
        ("USD 12", ".", "", "USD", "12"),
        ("1\N{RIGHT SINGLE QUOTATION MARK}234.50 CHF", ".", "'", "CHF", "1234.5"),
        ("1234,5", ",", ".", "EUR", "1234.5"),
        ("1.234.567", ",", ".", "EUR", "1234567"),
        ("1.234", ",", ".", "EUR", "1234"),
    ],
)
def test_amounts_of_spreadsheets(text: str, decimal: Any, grouping: Any, currency: str, amount: str) -> None:
    """Thousands are grouped as the profile says, and the currency's own sign may stand beside."""
    assert ik.Money(amount, currency) == values.money(Writing(decimal, grouping), currency)(text)


@pytest.mark.parametrize(
    "text",
    [
        "1,234.50",
        "12.34",
        "1.23.456",
        "1234.567",
        "1.2345",
        "1.234 $",
        "€ 12 €",
        "(12,00",
        "12,00)",
        "--12",
        "(-12)",
        "1 234",
        "€",
    ],
)
def test_what_is_written_otherwise(text: str) -> None:
    """Nothing is guessed: a text that does not fit the profile's way of writing can't be used."""
    with pytest.raises(ValueError, match="not a number"):
        reader(Writing(",", "."), signs("EUR"))(text)


@pytest.mark.parametrize(
    "text", ["-12,00", "(12,00)", "12,00-", "\N{MINUS SIGN}12", "-12 €", "€ -12", "-€12", "(12,00 €)", "(€12)"]
)
def test_amounts_below_zero(text: str) -> None:
    """A minus before or behind, or brackets, take a number below zero."""
    assert Decimal(-12) == reader(Writing(",", "."), signs("EUR"))(text)


writings = st.sampled_from([Writing(d, g) for d in (".", ",") for g in ("", ".", ",", " ", "'") if d != g])


@st.composite
def dressed(draw: st.DrawFn) -> tuple[Writing, str, Decimal, str]:
    """A number of coins, written in any way that spreadsheets have."""
    writing, currency = draw(writings), draw(st.sampled_from(["EUR", "USD", "BRL", "CLP", "KWD", "CHF", "PLN"]))
    coins = draw(st.integers(-(10**15), 10**15))
    amount = Decimal(coins).scaleb(-digits(currency))
    whole, _, rest = f"{amount.copy_abs():f}".partition(".")
    shown = {" ": draw(st.sampled_from(BLANKS)), "'": draw(st.sampled_from("'\N{RIGHT SINGLE QUOTATION MARK}"))}
    if draw(st.booleans()):
        whole = f"{int(whole):,}".replace(",", shown.get(writing.grouping, writing.grouping))
    text, blank = whole + (writing.decimal + rest if rest else ""), draw(st.sampled_from(["", *BLANKS]))
    sign = draw(st.sampled_from(["", *signs(currency)]))
    text = draw(st.sampled_from([f"{sign}{blank}{text}", f"{text}{blank}{sign}"])).strip() if sign else text
    if amount < 0:
        text = draw(st.sampled_from([f"-{text}", f"({text})", f"\N{MINUS SIGN}{text}"]))
    return writing, currency, amount, text


@given(dressed())
def test_any_amount_reads_back(case: tuple[Writing, str, Decimal, str]) -> None:
    """An amount that was written in the profile's way, with or without thousands grouped and a sign, is read exactly."""
    writing, currency, amount, text = case

    assert amount == reader(writing, signs(currency))(text)


@given(dressed(), writings)
def test_other_groups_are_no_other_amount(case: tuple[Writing, str, Decimal, str], other: Writing) -> None:
    """With the same point but another sign between thousands, a text is the same number or none."""
    writing, currency, amount, text = case
    assume(other.decimal == writing.decimal)
    try:
        found = reader(other, signs(currency))(text)
    except ValueError:
        found = amount

    assert amount == found


@given(st.integers(1, 10**9), writings)
def test_counts_read_back(count: int, writing: Writing) -> None:
    """A number of pieces may have its thousands grouped too."""
    grouped = f"{count:,}".replace(",", writing.grouping)

    assert count == values.whole(writing, 1, 10**9)(grouped)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=6))
def test_sums_are_exact(coins: list[int]) -> None:
    """What was paid less what went back is exact, and a sum below zero can't be used."""
    read, added = values.signed(Writing("."), "EUR"), values.total("EUR")
    amounts = [read(f"{Decimal(coin).scaleb(-2):f}") for coin in coins]

    if sum(coins) < 0:
        with pytest.raises(ValueError, match="must not be negative"):
            added(amounts)
    else:
        assert ik.Money(Decimal(sum(coins)).scaleb(-2), "EUR") == added(amounts)


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
