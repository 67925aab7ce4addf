"""What an import makes of rows about companies and who looks after them."""

from __future__ import annotations

from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.errors import ConfigurationError
from tests.desk.importing import asked, last_seq, opened, order, text_of, write

PROFILE = """
name = "crm"
[sources.orders]
files = "orders.csv"
optional = true
[sources.companies]
files = "companies*.csv"
[[orders]]
source = "orders"
key = "id"
placed = "placed"
[orders.customer]
key = "person"
account = "number"
[[accounts]]
source = "companies"
key = "code"
name = "name"
manager = { column = "manager", map = { Ana = "ana" } }
at = "updated"
"""
READ = parse_profile(PROFILE)
SHOP = ik.Shop(agents=(ik.Agent("ana", "after-sales"), ik.Agent("leo", "after-sales")))
SOL = {"code": "hotel-sol", "name": "Hotel Sol", "manager": "ana"}

Row = dict[str, str]


def companies(folder: Path, *rows: Row) -> Path:
    """A folder with companies."""
    write(folder)
    (folder / "companies.csv").write_text(text_of(["code", "name", "manager", "updated"], rows))
    return folder


def managers(desk: ik.Desk) -> dict[str, tuple[str, str]]:
    """The manager and the name of each account."""
    return {account.key: (account.manager, str(account.name or "")) for account in desk.accounts.find()}


def test_companies_and_their_managers(tmp_path: Path, store_url: str) -> None:
    """Each is described once; a second import says nothing new; the name is in the vault."""
    with opened(READ, store_url, SHOP) as desk:
        folder = companies(tmp_path, SOL, {"code": "cafe", "manager": "Ana"}, {"code": "13"})
        reports = [desk.imports.run(READ, [folder]) for _ in range(2)]
        found, last = managers(desk), last_seq(desk)
        plain = repr(asked(desk, "SELECT data FROM events"))

    assert {"hotel-sol": ("ana", "Hotel Sol"), "cafe": ("ana", ""), "13": ("", "")} == found
    assert ([3, 0], 3) == ([report.accounts for report in reports], last)
    assert "Hotel Sol" not in plain


def test_news_about_a_company(tmp_path: Path) -> None:
    """A row replaces what the source said before; what it does not say stays."""
    with opened(READ, shop=SHOP) as desk:
        desk.imports.run(READ, [companies(tmp_path, SOL)])
        report = desk.imports.run(READ, [companies(tmp_path, {"code": "hotel-sol", "manager": "leo"})])

        assert {"hotel-sol": ("leo", "Hotel Sol")} == managers(desk)
    assert 1 == report.accounts


def test_an_older_row_takes_nothing_back(tmp_path: Path) -> None:
    """Where rows say when they were written, the latest counts, whichever is read first."""
    old, new = {**SOL, "updated": "2024-01-01"}, {**SOL, "manager": "leo", "updated": "2024-02-01"}
    found = []
    for rows in ((old, new), (new, old)):
        with opened(READ, shop=SHOP) as desk:
            for row in rows:
                desk.imports.run(READ, [companies(tmp_path, row)])
            found.append(managers(desk))

    assert [{"hotel-sol": ("leo", "Hotel Sol")}] * 2 == found


def test_what_the_shop_said_since_stays(tmp_path: Path) -> None:
    """A source that says the same as before is not heard again; one that says something new is."""
    with opened(READ, shop=SHOP) as desk:
        desk.imports.run(READ, [companies(tmp_path, SOL)])
        desk.accounts.describe("hotel-sol", manager="leo", by="ana")
        again = desk.imports.run(READ, [companies(tmp_path, SOL)])
        named = desk.imports.run(READ, [companies(tmp_path, {**SOL, "name": "Sol y Mar"})])
        third = desk.imports.run(READ, [companies(tmp_path, {**SOL, "name": "Sol y Mar"})])

        assert {"hotel-sol": ("leo", "Sol y Mar")} == managers(desk)
    assert [0, 1, 0] == [report.accounts for report in (again, named, third)]


def test_what_cannot_be_used(tmp_path: Path) -> None:
    """An unknown manager is left out and listed; a company without a usable key is rejected."""
    rows = [{**SOL, "manager": "nobody"}, {"code": ""}, {"code": "x" * 65}]
    listing = tmp_path / "rejects.out"
    with opened(READ, shop=SHOP) as desk:
        report = desk.imports.run(READ, [companies(tmp_path / "files", *rows)], rejects=listing)

        assert {"hotel-sol": ("", "Hotel Sol")} == managers(desk)
    assert ({"unusable:manager": 1}, {"missing:key": 1, "unusable:key": 1}) == (report.dropped, report.rejected)
    assert "companies.csv,2,manager,nobody,unusable:manager" in listing.read_text()


def test_an_order_takes_over_its_customers_account(tmp_path: Path) -> None:
    """Figures can be cut by it, as by one that the order names itself."""
    with opened(READ, shop=SHOP) as desk:
        write(companies(tmp_path, SOL), orders=[order(person="eva", number="hotel-sol"), order(id="B", person="jon")])
        desk.imports.run(READ, [tmp_path])
        rows = desk.measure("orders_received", by="account").as_dict()["rows"]

    assert "hotel-sol" in repr(rows)


def test_a_companys_key_is_one_column() -> None:
    """It is the key that orders have."""
    with pytest.raises(ConfigurationError, match=r"accounts\[0\].key: expected one column"):
        parse_profile(PROFILE.replace('key = "code"', 'key = ["code", "name"]'))
