"""A first profile for a shop's files: what is guessed, what is said of it, and that it works as it is."""

from __future__ import annotations

import csv
import gzip
import io
import tomllib
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.desk.importing import ImportReport
from incidentkit.desk.importing.sketching import sketch
from incidentkit.desk.importing.sketching.names import words_in
from incidentkit.domain.numbers import Writing
from incidentkit.domain.profile import Profile
from tests.desk.importing import opened

RULES = ("orders", "accounts", "promises", "incidents", "answers", "contacts")

PEDIDOS = """\
Nº pedido;Fecha pedido;Cliente;Correo;Teléfono;Importe (€);Estado;Fecha envío;Fecha entrega;Entrega prevista;Incidencia
1001;01/09/2023 10:00;Eva Ruiz;eva@x.es;600111222;54,90;entregado;02/09/2023 09:00;04/09/2023 12:30;05/09/2023;
1002;01/09/2023 11:15;Jon Gil;jon@x.es;600111333;9,90;entregado;03/09/2023 09:00;08/09/2023 17:00;05/09/2023;retraso
1003;02/09/2023 08:40;Eva Ruiz;eva@x.es;600111222;45,00;cancelado;;;07/09/2023;agotado
1004;13/09/2023 08:40;Mia Paz;mia@x.es;600111444;45,00;enviado;14/09/2023 10:00;;17/09/2023;no
"""

ORDERS = """\
Order ID,Order date,Customer ID,Full name,Total,Status,Shipped at,Delivered at
A-1,2023-09-01 10:00,c77,Eva Stone,54.90,delivered,2023-09-02 09:00,2023-09-04 12:30
A-2,2023-09-01 11:15,c78,Jon Hill,9.90,canceled,,
A-3,2023-09-02 08:40,c77,Eva Stone,45.00,out of stock,,
"""

LINES = """\
order_id,sku,unit_price,qty
A-1,mug,9.90,1
A-1,lamp,45.00,1
A-2,mug,9.90,1
"""

TICKETS = """\
ticket_id,order_id,opened_at,category,priority,summary,resolved_at
T1,A-1,2023-09-05 10:00,broken,high,The lamp is in pieces,2023-09-06 10:00
T2,A-2,2023-09-05 11:00,late,low,Where is it?,
"""

REVIEWS = """\
review_id,order_id,rating,answered_at,comment
r1,A-1,5,2023-09-07 10:00,Fine
r2,A-2,2,2023-09-07 11:00,Never again
"""


def write(folder: Path, **texts: str) -> list[Path]:
    """Files in CSV by name."""
    paths = [folder / f"{name}.csv" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, "utf-8")
    return paths


def drawn(folder: Path, **texts: str) -> tuple[str, Profile]:
    """The sketch of some files, and what it is as a profile."""
    text = sketch(write(folder, **texts))
    return text, parse_profile(text)


def brought(folder: Path, profile: Profile) -> tuple[ImportReport, tuple[ik.Order, ...]]:
    """What an import by a profile reports, and the orders that it brings."""
    with opened(profile) as desk:
        return desk.imports.run(profile, [folder]), desk.orders.find()


# --- Plain spreadsheets ------------------------------------------------------------------------------------------


def test_a_spanish_spreadsheet_as_it_is(tmp_path: Path) -> None:
    """Orders, their events, customers and incidents are found by their Spanish names, and nothing is left out."""
    _, profile = drawn(tmp_path, pedidos=PEDIDOS)
    report, orders = brought(tmp_path, profile)
    first = next(order for order in orders if order.number == "1001")

    assert (4, 2, {}, {}) == (report.orders_new, report.incidents, report.rejected, report.dropped)
    assert (ik.Money("54.90", "EUR"), ik.OrderStatus.DELIVERED) == (first.captured, first.status)
    assert 3 == len({order.customer for order in orders})
    assert first.promise is not None
    assert "2023-09-05" == str(first.promise.due)


def test_an_english_spreadsheet_as_it_is(tmp_path: Path) -> None:
    """Orders, their events, customers and incidents are found by their English names, and nothing is left out."""
    _, profile = drawn(tmp_path, orders=ORDERS)
    report, orders = brought(tmp_path, profile)

    assert (3, 1, {}, {}) == (report.orders_new, report.incidents, report.rejected, report.dropped)
    assert {"A-1": "delivered", "A-2": "cancelled", "A-3": "placed"} == {o.number: o.status.value for o in orders}


def test_tables_that_belong_together(tmp_path: Path) -> None:
    """Lines, incidents and answers are tied to the orders by columns of one name that share their values."""
    _, profile = drawn(tmp_path, orders=ORDERS, lines=LINES, tickets=TICKETS, reviews=REVIEWS)
    report, orders = brought(tmp_path, profile)
    first = next(order for order in orders if order.number == "A-1")

    assert (3, 3, 2, {}, {}) == (report.orders_new, report.incidents, report.answers, report.rejected, report.dropped)
    assert {"mug", "lamp"} == {line.product for line in first.lines}


def test_one_row_for_each_product(tmp_path: Path) -> None:
    """Where the key comes again in rows with products, all rows of a key are one order with those lines."""
    rows = "Pedido,Fecha,Producto,Precio,Cantidad\n1,2023-09-01,taza,2.50,2\n1,2023-09-01,plato,3,1\n2,2023-09-02,taza,2.50,1\n"
    _, profile = drawn(tmp_path, ventas=rows)
    report, orders = brought(tmp_path, profile)

    assert (2, {}) == (report.orders_new, report.rejected)
    assert {"1": "8.00 EUR", "2": "2.50 EUR"} == {order.number: str(order.captured) for order in orders}


def test_a_list_of_incidents_alone(tmp_path: Path) -> None:
    """A table of incidents needs no orders."""
    _, profile = drawn(tmp_path, tickets=TICKETS)
    with opened(profile) as desk:
        report = desk.imports.run(profile, [tmp_path])
        found = {incident.type: incident.phase.value for incident in desk.incidents.find()}

    assert (2, {}, {}) == (report.incidents, report.rejected, report.dropped)
    assert {"damaged": "resolved", "late": "detected"} == found


def test_rules_of_a_table_are_told_from_those_of_the_orders(tmp_path: Path) -> None:
    """A table of incidents may be called like what the orders' own columns show."""
    rows = "1,2023-09-01,broken\n2,2023-09-01,\n"
    _, profile = drawn(tmp_path, orders=f"order,date,problem\n{rows}", noted="ticket,order,type\nT1,2,late\n")

    assert 2 == len({rule.name for rule in profile.incidents})
    assert 2 == brought(tmp_path, profile)[0].incidents


def test_files_with_the_same_columns_are_one_table(tmp_path: Path) -> None:
    """Last year's orders and this year's are orders of one source."""
    _, profile = drawn(tmp_path, orders_2022=ORDERS.replace("A-", "B-"), orders_2023=ORDERS)

    assert 6 == brought(tmp_path, profile)[0].orders_new
    assert [("orders_2022.csv", "orders_2023.csv")] == [source.files for source in profile.sources.values()]


@pytest.mark.parametrize("name", ["orders.jsonl", "orders.jsonl.gz", "orders[1].csv.gz", "orders.csv"])
def test_other_kinds_of_files(tmp_path: Path, name: str) -> None:
    """JSON Lines and packed files are looked into, whatever signs stand in their names."""
    text = ORDERS
    if ".jsonl" in name:
        text = '{"order": "1", "date": "2023-09-01", "total": 2.5}\n{"order": "2", "date": "2023-09-02"}\n'
    packed = gzip.compress(text.encode()) if name.endswith(".gz") else text.encode()
    (tmp_path / name).write_bytes(packed)
    profile = parse_profile(sketch([tmp_path / name]))

    assert {} == brought(tmp_path, profile)[0].rejected


@pytest.mark.parametrize(("encoding", "expected"), [("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16")])
def test_how_a_text_is_written(tmp_path: Path, encoding: str, expected: str) -> None:
    """The encoding is found, so that columns with accents can be read."""
    (tmp_path / "pedidos.csv").write_bytes(PEDIDOS.replace("€", "EUR").encode(encoding))
    profile = parse_profile(sketch([tmp_path / "pedidos.csv"]))

    assert expected == profile.sources["pedidos"].encoding
    assert 4 == brought(tmp_path, profile)[0].orders_new


def test_a_workbook_with_several_sheets(tmp_path: Path) -> None:
    """Each sheet that holds something is a table, tied to the others like files."""
    openpyxl: Any = pytest.importorskip("openpyxl", reason="the extra import is not installed")
    book = openpyxl.Workbook()
    for title, text in (("Orders", ORDERS), ("Lines", LINES)):
        sheet = book.create_sheet(title)
        for row in csv.reader(io.StringIO(text)):
            sheet.append(row)
    book.save(tmp_path / "shop.xlsx")
    profile = parse_profile(sketch([tmp_path / "shop.xlsx"]))
    report, _ = brought(tmp_path, profile)

    assert {"orders": 3, "lines": 3} == report.rows
    assert ["Orders", "Lines"] == [source.sheet for source in profile.sources.values()]


# --- Times and amounts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "times", "doubt"),
    [
        (["01/02/2023", "13/02/2023"], ("%d/%m/%Y",), False),
        (["01/02/2023", "02/13/2023"], ("%m/%d/%Y",), False),
        (["01/02/2023", "03/02/2023"], ("%d/%m/%Y",), True),
        (["1.2.23 9:05", "1.2.23 9:06"], ("%d.%m.%y %H:%M",), True),
        (["2023-02-01", "2023-02-01T10:00:00Z"], ("iso",), False),
        (["02/13/2023 01:05 PM", "02/14/2023 01:05 AM"], ("%m/%d/%Y %I:%M %p",), False),
        (["2023/02/13 01:05:00 +0100", "2023/02/14 01:05:00 +0100"], ("%Y/%m/%d %H:%M:%S %z",), False),
    ],
)
def test_how_times_are_written(tmp_path: Path, dates: list[str], times: tuple[str, ...], doubt: bool) -> None:
    """The format is found, and where no day above 12 shows which is the month, that is said."""
    text, profile = drawn(tmp_path, orders="order,date\n" + "".join(f"{n},{at}\n" for n, at in enumerate(dates)))

    assert (times, doubt) == (profile.times, "whether day or month comes first" in text)
    assert len(dates) == brought(tmp_path, profile)[0].orders_new


def test_another_column_shows_the_order_of_day_and_month(tmp_path: Path) -> None:
    """What one column leaves open is read as another one shows it."""
    text, profile = drawn(tmp_path, orders="order,date,shipped\n1,01/02/2023,02/14/2023\n")

    assert ("%m/%d/%Y",) == profile.times
    assert "in the order that other columns show" in text


def test_columns_of_two_orders(tmp_path: Path) -> None:
    """A column that is written the other way round has a format of its own."""
    _, profile = drawn(tmp_path, orders="order,date,shipped\n1,14/01/2023,02/13/2023\n")
    (found,) = brought(tmp_path, profile)[1]

    assert ("%d/%m/%Y",) == profile.times
    assert "2023-02-13" == str(found.shipments[0].shipped_at.date())


@pytest.mark.parametrize(("delivered", "active"), [("2023-09-06", 1), ("2023-09-06 10:00", 0)])
def test_late_deliveries(tmp_path: Path, delivered: str, active: int) -> None:
    """Late is an incident where both are days; where a time would be compared with a day, it is left to the shop."""
    text, profile = drawn(tmp_path, orders=f"order,date,promised,delivered\n1,2023-09-01,2023-09-05,{delivered}\n")

    assert 'name = "late"' in text
    assert active == len(profile.incidents)


def test_what_a_column_names_itself_is_not_made_of_times_too(tmp_path: Path) -> None:
    """Where a column says which orders came late, times that show it make no second incident."""
    rows = "1,2023-09-01,2023-09-05,2023-09-07,came late\n2,2023-09-01,2023-09-05,2023-09-04,\n"
    _, profile = drawn(tmp_path, orders=f"order,date,promised,delivered,problem\n{rows}")

    assert 1 == brought(tmp_path, profile)[0].incidents


@pytest.mark.parametrize(
    ("amounts", "decimal", "grouping", "currency"),
    [
        (["1.234,50 €", "12,50 €"], ",", ".", "EUR"),
        (["1,234.50", "12.50"], ".", ",", "EUR"),
        (["R$ 1.234,50", "R$ 12,50"], ",", ".", "BRL"),
        (["1\N{NO-BREAK SPACE}234,50 zł", "12,50 zł"], ",", " ", "PLN"),
        (["1'234.50", "12.50"], ".", "'", "EUR"),
        (["1.234.567", "12"], ",", ".", "EUR"),
        (["54,90", "12,50"], ",", "", "EUR"),
    ],
)
def test_how_amounts_are_written(tmp_path: Path, amounts: list[str], decimal: str, grouping: str, currency: str) -> None:
    """The point, what stands between thousands, and the currency are seen in the amounts themselves."""
    rows = "".join(f"{n};2023-09-01;{amount}\n" for n, amount in enumerate(amounts))
    _, profile = drawn(tmp_path, orders=f"order;date;total\n{rows}")

    assert (decimal, grouping, currency) == (profile.decimal, profile.grouping, profile.currency)
    assert {} == brought(tmp_path, profile)[0].dropped


def test_a_thousand_or_a_little_over_one(tmp_path: Path) -> None:
    """Where nothing shows what a point is, no key is written, and both ways stand there as remarks."""
    text, profile = drawn(tmp_path, orders="order;date;total\n1;2023-09-01;1.234\n2;2023-09-01;12\n")

    assert (".", "") == (profile.decimal, profile.grouping)
    assert '# decimal = "."\n# decimal = ","\n# grouping = "."\n' in text


def test_another_table_shows_it(tmp_path: Path) -> None:
    """What one table leaves open is read as another one shows it."""
    _, profile = drawn(
        tmp_path,
        orders='order,date,total\n1,2023-09-01,"1.234,50"\n2,2023-09-01,12\n',
        lines="order,sku,price,qty\n1,a,1.234,1.000\n2,b,12,1\n",
    )

    assert (",", ".", "") == (profile.decimal, profile.grouping, profile.sources["lines"].decimal)


def test_a_table_that_is_written_otherwise(tmp_path: Path) -> None:
    """Where two tables differ, one of them has keys of its own."""
    _, profile = drawn(
        tmp_path,
        orders='order,date,total\n1,2023-09-01,"1.234,50"\n2,2023-09-01,12\n',
        lines='order,sku,price\n1,a,"1,234.5"\n2,b,12.25\n',
    )
    (report, _) = brought(tmp_path, profile)

    assert (Writing(",", "."), Writing(".", ",")) == (profile.writing("orders"), profile.writing("lines"))
    assert {} == report.dropped


# --- What is said ------------------------------------------------------------------------------------------------


def test_every_guess_says_why(tmp_path: Path) -> None:
    """Each key that was guessed has a remark, and what was not guessed stands as one."""
    text, _ = drawn(tmp_path, pedidos=PEDIDOS)
    guessed = text.partition("--- Incidents")[0].splitlines()
    bare = [line for line in guessed if line.startswith(("key", "placed", "paid", "status", "at =", "zone", "times"))]

    assert [] == [line for line in bare if "  # " not in line]
    assert '# account = "..."' in text
    assert '# event = "confirmed"' in text


def test_values_to_be_mapped_are_listed(tmp_path: Path) -> None:
    """The few values of a status or a kind stand there to be mapped, each with a guess and how often it was seen."""
    text, profile = drawn(tmp_path, pedidos=PEDIDOS)

    assert {"retraso": "late", "agotado": "out_of_stock"} == profile.incidents[-1].type.map
    assert '"entregado" (2), "cancelado" (1), "enviado" (1)' in text
    assert 'retraso = "late"  # 1 rows; CHECK' in text


def test_a_column_that_nothing_reads_is_named(tmp_path: Path) -> None:
    """It stands at the end with what it holds."""
    text, _ = drawn(tmp_path, orders="order,date,colour\n1,2023-09-01,red\n2,2023-09-01,red\n")

    assert '#   "colour": words, 1 different' in text


def test_remarks_in_spanish(tmp_path: Path) -> None:
    """The same profile, with its remarks in the reader's language."""
    paths = write(tmp_path, pedidos=PEDIDOS)
    spanish = sketch(paths, "es")

    assert "REVISAR" in spanish
    assert parse_profile(sketch(paths, "en")) == parse_profile(spanish)


CONTACTS = """\
contact_id,order_id,when_created,channel,direction,agent,customer,notes,answered_at
c1,A-1,2023-09-02 10:00,Phone call,inbound,maria,c77,Where is it?,
c2,A-1,2023-09-02 12:00,E-mail,outbound,maria,c77,On its way,
c3,A-2,2023-09-03 12:00,whatsapp,inbound,luis,c78,Hm,2023-09-03 13:00
"""

PROMISES = """\
order_id,promised_date,created
A-1,2023-09-10,2023-09-02 10:00
A-1,2023-09-12,2023-09-05 10:00
A-2,2023-09-09,2023-09-03 10:00
"""

COMPANIES = "company_id,company name,account manager\nACME,Acme Ltd,maria\nBETA,Beta Ltd,luis\n"


def test_contacts_promises_and_accounts(tmp_path: Path) -> None:
    """Tables that are called so are rules of their own, and everything in them enters."""
    _, profile = drawn(tmp_path, orders=ORDERS, contacts=CONTACTS, promises=PROMISES, companies=COMPANIES)
    report, _ = brought(tmp_path, profile)

    assert (3, 4, 3, 2) == (report.orders_new, report.contacts, report.promises, report.accounts)
    assert ({}, {}) == (report.rejected, report.dropped)


def test_what_channels_and_directions_are_called_here(tmp_path: Path) -> None:
    """Values that mean a channel or a direction are mapped; people of the shop stand there as remarks."""
    text, profile = drawn(tmp_path, orders=ORDERS, contacts=CONTACTS)
    (rule,) = profile.contacts

    assert {"Phone call": "phone", "E-mail": "email"} == dict(rule.channel.map)
    assert rule.direction is not None
    assert {"inbound": "in", "outbound": "out"} == dict(rule.direction.map)
    assert '# agent = "agent"' in text


def test_calls_are_made_by_phone(tmp_path: Path) -> None:
    """Where no column says the channel, the name of the table may."""
    _, profile = drawn(tmp_path, llamadas="id;fecha;cliente\n1;2023-09-01 10:00;c77\n2;2023-09-01 11:00;c78\n")

    assert ["phone"] == [rule.channel.value for rule in profile.contacts]
    assert () == profile.orders


@pytest.mark.parametrize(
    ("name", "text"),
    [("promises", "order,note\n1,x\n"), ("contacts", "id,channel\n1,phone\n"), ("companies", "city\nLugo\nLugo\n")],
)
def test_a_table_that_lacks_what_its_rule_needs(tmp_path: Path, name: str, text: str) -> None:
    """It is said, and no rule is made."""
    assert f"# {name} looks like" in sketch(write(tmp_path, **{name: text}))


def test_nothing_found_is_no_error(tmp_path: Path) -> None:
    """Of a table that holds nothing of ours the sketch is all remarks, and says so."""
    text = sketch(write(tmp_path, colours="red,green\n1,2\n"))

    assert "so no orders are read" in text
    assert {"sources", "orders"}.isdisjoint(tomllib.loads(text))


def test_a_path_that_is_no_file(tmp_path: Path) -> None:
    """A folder has to be named file by file."""
    with pytest.raises(ik.ImportRefused, match="is a file"):
        sketch([tmp_path])


# --- Whatever is in them -----------------------------------------------------------------------------------------

_TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
_NAMES = st.one_of(
    _TEXTS,
    st.sampled_from(
        [
            "order_id",
            "fecha",
            "Pedido",
            "estado",
            "total",
            "sku",
            "precio",
            "rating",
            "ticket",
            "tipo",
            "promised",
            "canal",
            "sentido",
            "company",
            "cliente",
        ]
    ),
)
_VALUES = st.one_of(
    _TEXTS,
    st.sampled_from(
        ["", "1", "2", "9,90", "9.90", "1.234,50 €", "(1)", "in", "01/02/2023", "2023-02-01 10:00", "cancelado", "?"]
    ),
)


def _csv(rows: list[list[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


@given(
    tables=st.lists(st.lists(st.lists(_VALUES, max_size=5), max_size=5), min_size=1, max_size=2),
    header=st.lists(_NAMES, min_size=1, max_size=5),
    delimiter=st.sampled_from(",;\t|"),
    title=st.sampled_from(["orders", "contacts", "promises", "companies"]),
)
def test_any_table_has_a_sketch(tables: list[list[list[str]]], header: list[str], delimiter: str, title: str) -> None:
    """Whatever CSV holds, its sketch is TOML, and a profile where it found something."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{title}_{number}.csv" for number in range(len(tables))]
        for path, rows in zip(paths, tables, strict=True):
            path.write_bytes(_csv([header, *rows], delimiter).encode("utf-8"))

        text = sketch(paths)
        found = tomllib.loads(text)

        assert 1 == found["version"]
        assert {*RULES}.isdisjoint(found) or parse_profile(text).rules() != ()


@given(
    placed=st.lists(st.dates(date(1990, 1, 1), date(2023, 12, 31)), min_size=1, max_size=6),
    form=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S", "%d-%m-%y %H:%M"]),
    more=st.lists(_NAMES, max_size=3),
    data=st.data(),
)
def test_any_orders_enter_as_they_are(placed: list[date], form: str, more: list[str], data: st.DataObject) -> None:
    """Rows with a key and a time are orders, whatever columns stand beside, unless these say otherwise."""
    others = [name for name in more if not words_in(name)]
    rows = [[f"N{n}", at.strftime(form), *(data.draw(_VALUES) for _ in others)] for n, at in enumerate(placed)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_bytes(_csv([["order", "date", *others], *rows], ",").encode("utf-8"))
        profile = parse_profile(sketch([path]))
        report, _ = brought(Path(folder), profile)

    assert (len(rows), {}) == (report.orders_new, report.rejected)


@given(raw=st.binary(max_size=200), name=st.sampled_from(["t.csv", "t.csv.gz", "t.jsonl", "t.xlsx"]))
def test_any_file_is_sketched_or_refused(raw: bytes, name: str) -> None:
    """What is no table is refused with its name, and nothing else goes wrong."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(raw)
        try:
            found = tomllib.loads(sketch([path]))["version"] == 1
        except ik.ImportRefused as error:
            found = name in str(error)

    assert found


_PERSONS = (
    "Cliente",
    "customer_name",
    "E-mail",
    "correo",
    "Teléfono",
    "phone",
    "dirección",
    "Address",
    "comentario",
    "DNI",
    "nombre",
)


@given(
    columns=st.lists(st.sampled_from(_PERSONS), min_size=1, max_size=4, unique=True),
    words=st.lists(st.from_regex(r"[a-z]{8}( [a-z]{8})?(@[a-z]{4}\.es)?", fullmatch=True), min_size=2, max_size=2, unique=True),
)
def test_nothing_about_a_person_is_in_it(columns: list[str], words: list[str]) -> None:
    """Of columns that may be about persons the sketch has the names alone."""
    header = ["order", "date", "status", *columns]
    rows = [[str(n), "2023-09-01", "done", *([words[n % 2]] * len(columns))] for n in range(6)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_bytes(_csv([header, *rows], ",").encode("utf-8"))
        text = sketch([path])

    assert [] == [word for word in words if word in text]


def test_values_like_addresses_and_numbers_are_not_shown(tmp_path: Path) -> None:
    """A status that turns out to hold mail addresses or telephone numbers is not listed."""
    for value in ("eva@x.es", "600 111 222", "600111222"):
        text = sketch(write(tmp_path, orders=f"order,date,status\n1,2023-09-01,{value}\n2,2023-09-01,{value}\n"))

        assert value not in text


# --- Real tables -------------------------------------------------------------------------------------------------


def test_the_olist_tables(real_data: Path) -> None:
    """From all of the Olist tables at once: the orders with lines, persons, payments and reviews, and nothing rejected."""
    folder = real_data / "olist"
    if not folder.is_dir():
        pytest.skip("the Olist tables are not here: expected a folder olist in shared/data")
    profile = parse_profile(sketch(sorted(folder.glob("*.csv.gz"))))
    order = profile.orders[0]

    assert (("order_id",), "order_purchase_timestamp") == (order.key, order.placed.column)
    assert order.customer is not None
    assert ("customer_unique_id", "sum") == (order.customer.key.column, order.paid.take if order.paid else "")
    assert {
        "confirmed": "order_approved_at",
        "shipped": "order_delivered_carrier_date",
        "delivered": "order_delivered_customer_date",
        "cancelled": "",
    } == {event.event: event.at.column if event.at else "" for event in order.events}
    with opened(profile) as desk:
        report = desk.imports.run(profile, [folder], dry_run=True)

    assert (8135, 8225, {}) == (report.orders_new, report.answers, report.rejected)


def test_the_uci_log(real_data: Path) -> None:
    """A log is seen to have several rows for a case, with the time at which each was written."""
    path = real_data / "uci_incident" / "uci_incident_part1.csv.gz"
    if not path.is_file():
        pytest.skip("the UCI incident log is not here: expected a folder uci_incident in shared/data")
    (rule,) = parse_profile(sketch([path])).incidents

    assert (("number",), "many", "sys_updated_at", "opened_at") == (
        rule.key, rule.rows, rule.at.column if rule.at else "", rule.detected.column if rule.detected else "",
    )  # fmt: skip
