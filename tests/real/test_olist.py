"""The Olist tables, imported with the profile that ships: the reference figures, to the digits given."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.codec.profile import load_profile
from incidentkit.desk.importing import ImportReport, shop_for
from incidentkit.measures.figures import Row
from incidentkit.measures.intervals import difference_of_shares
from incidentkit.measures.subjects import SubjectRow
from tests.real.conftest import documents

HOUR, DAY = 3600, 86400


@frozen
class Imported:
    """A desk with all of Olist, what the import reported, and how often it told its progress."""

    desk: ik.Desk
    report: ImportReport
    progress: tuple[tuple[int, int], ...]


@pytest.fixture(scope="module")
def imported(olist: Path, real_store_url: str) -> Iterator[Imported]:
    """All of Olist in a new store of each kind, once for this module."""
    profile = load_profile("olist.toml")
    told: list[tuple[int, int]] = []
    with ik.open_desk(real_store_url, shop_for(profile)) as desk:
        report = desk.imports.run(profile, [olist], progress=lambda done, whole: told.append((done, whole)))
        yield Imported(desk, report, tuple(told))


@pytest.fixture(scope="module")
def rows(olist: Path) -> list[dict[str, str]]:
    """The orders' table, read without incidentkit."""
    with gzip.open(olist / "olist_orders_dataset.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row(imported: Imported, measure: str) -> Row:
    """The one row of a measure over everything."""
    (found,) = imported.desk.measure(measure).rows
    return found


def select(imported: Imported, query: str) -> list[tuple[Any, ...]]:
    """What a question to the store gives."""
    with imported.desk._runtime.store.reading() as unit:
        return [tuple(found) for found in unit.connection.exec_driver_sql(query).all()]


# --- The reference figures ---------------------------------------------------------------------------------------


def test_orders_received(imported: Imported) -> None:
    """Every order of the table is in the record, once."""
    assert (8135, 8135) == (row(imported, "orders_received").value, imported.report.orders_new)


def test_order_confirmation_time(imported: Imported, olist_expected: dict[str, Any]) -> None:
    """The time to the first confirmation has the reference's n, mean, median and p90, and none is invalid."""
    found, expected = row(imported, "order_confirmation_time"), olist_expected["order_confirmation_time_hours"]

    assert (7989, 146, 0) == (found.n, found.open, found.invalid)
    assert ("12.0727", "0.3447", "35.9157") == tuple(f"{(v or 0) / HOUR:.4f}" for v in (found.mean, found.p50, found.p90))
    assert [expected[k] for k in ("mean", "median", "p90")] == [
        round((v or 0) / HOUR, 4) for v in (found.mean, found.p50, found.p90)
    ]


def test_delivery_time(imported: Imported, olist_expected: dict[str, Any]) -> None:
    """The time to delivery has the reference's n, mean, median and p90; cancelled orders are no part of it."""
    found, expected = row(imported, "delivery_time"), olist_expected["delivered_with_date"]["delivery_time_days"]

    assert (5164, 0) == (found.n, found.invalid)
    assert ("12.518", "10.342", "22.764") == tuple(f"{(v or 0) / DAY:.3f}" for v in (found.mean, found.p50, found.p90))
    assert expected["mean"] == pytest.approx((found.mean or 0) / DAY, abs=5e-4)


def test_on_time_delivery_rate(imported: Imported) -> None:
    """The estimate is an instant: 414 of 5,164 came later."""
    found = row(imported, "on_time_delivery_rate")

    assert (5164, "0.91983", 414) == (found.n, f"{found.value:.5f}", round(found.n * (1 - (found.value or 0))))


def test_incidents(imported: Imported) -> None:
    """Unavailable orders and late deliveries are incidents, 609 and 414; cancelled ones are not."""
    by_type = select(imported, "SELECT type, count(*) FROM facts_incidents GROUP BY type ORDER BY type")

    assert ([("late", 414), ("out_of_stock", 609)], 1023) == (by_type, imported.report.incidents)


def test_late_belongs_to_logistics(imported: Imported) -> None:
    """Late deliveries are counted with the group logistics."""
    assert [("logistics", 414)] == select(
        imported, "SELECT \"group\", count(*) FROM facts_incidents WHERE type = 'late' GROUP BY 1"
    )


def test_incident_rate(imported: Imported) -> None:
    """1,023 of 8,135 orders have an incident."""
    found = row(imported, "incident_rate")

    assert (8135, "0.125753") == (found.n, f"{found.value:.6f}")


def test_csat(imported: Imported) -> None:
    """Every review row is an answer of its own."""
    mean, top = row(imported, "csat_mean"), row(imported, "csat_top_share")

    assert (8225, 8225, 8225) == (mean.n, top.n, imported.report.answers)
    assert ("3.271611", "0.407781") == (f"{mean.value:.6f}", f"{top.value:.6f}")


def test_answers_by_score(imported: Imported, olist_expected: dict[str, Any]) -> None:
    """Each score was given as often as the reference says."""
    found = select(imported, "SELECT score, count(*) FROM facts_answers GROUP BY score ORDER BY score")

    assert [2638, 382, 667, 1184, 3354] == [count for _, count in found]
    assert olist_expected["score_counts"] == {str(score): count for score, count in found}


def test_late_by_purchase_month(imported: Imported, olist_expected: dict[str, Any]) -> None:
    """By month of purchase, in the profile's zone, the counts of delivered and late orders are the reference's."""
    months = imported.desk.measure("on_time_delivery_rate", by="month").rows
    found = {
        month.from_.astimezone(imported.desk.shop.tzinfo).strftime("%Y-%m"): [
            month.n,
            round(month.n * (1 - (month.value or 0))),
        ]
        for month in months
        if month.from_ is not None and month.n
    }

    assert olist_expected["late_by_purchase_month"] == found


# --- What is odd in them -----------------------------------------------------------------------------------------


def test_anomalies(imported: Imported) -> None:
    """77 orders reach the carrier before approval (3 of them before the purchase), 3 the customer before the carrier."""
    assert {
        "shipped_before_confirmed": 77,
        "shipped_before_placed": 3,
        "delivered_before_shipped": 3,
        "shipped_dropped": 75,
        "delivered_dropped": 6,
    } == imported.report.anomalies


def test_what_was_dropped(imported: Imported) -> None:
    """Of cancelled orders 75 carrier dates and 6 delivery dates are dropped; nothing else is, and no row is rejected."""
    assert ({"shipped_dropped": 75, "delivered_dropped": 6}, {}) == (imported.report.dropped, imported.report.rejected)


def test_wrong_times_are_kept_as_given(imported: Imported, rows: list[dict[str, str]]) -> None:
    """Of a marked order, the confirmation and the shipment stand in the record as they do in the table."""
    odd = next(r for r in rows if "" < r["order_delivered_carrier_date"] < r["order_approved_at"])
    (found,) = imported.desk.orders.find(number=odd["order_id"])

    assert "shipped_before_confirmed" in found.anomalies
    assert [_instant(odd["order_approved_at"]), _instant(odd["order_delivered_carrier_date"])] == [
        found.confirmed_at, found.shipments[0].shipped_at,
    ]  # fmt: skip


def _instant(text: str) -> datetime:
    """A time of the tables, three hours behind UTC."""
    return datetime.fromisoformat(f"{text}-03:00")


def test_statuses(imported: Imported, rows: list[dict[str, str]]) -> None:
    """Where an order stands follows from its dates alone, and what the source calls it moves nothing."""
    expected = Counter(_status(r) for r in rows)
    found = dict(select(imported, "SELECT status, count(*) FROM facts_orders GROUP BY status"))

    assert expected == found
    assert (625, 5164) == (found["cancelled"], found["delivered"])


def _status(r: dict[str, str]) -> str:
    if r["order_status"] == "canceled":
        return "cancelled"
    steps = {"delivered": "customer_date", "shipped": "carrier_date"}
    done = next((name for name, column in steps.items() if r[f"order_delivered_{column}"]), None)
    return done or ("confirmed" if r["order_approved_at"] else "placed")


def test_delivered_without_a_date(imported: Imported, rows: list[dict[str, str]]) -> None:
    """The 8 orders that are called delivered without a date stay undelivered, and the word is kept."""
    odd = [r["order_id"] for r in rows if r["order_status"] == "delivered" and not r["order_delivered_customer_date"]]
    found = [order for number in odd for order in imported.desk.orders.find(number=number)]

    assert 8 == len(found)
    assert {("delivered", None)} == {(o.source_status.status if o.source_status else "", o.delivered_at) for o in found}


def test_orders_without_lines(imported: Imported) -> None:
    """775 orders have no lines, and go as a whole."""
    whole = [order for order in documents(imported.desk, "order") if [line["id"] for line in order["lines"]] == ["whole"]]

    assert 775 == len(whole)


def test_what_was_paid(imported: Imported) -> None:
    """All that was paid, to the cent, counted order by order."""
    captured = [ik.Money.parse(order["captured"]) for order in documents(imported.desk, "order")]
    total = sum(captured, ik.Money("0", "BRL"))

    assert ik.Money("1428602.81", "BRL") == total


def test_persons_with_several_orders(imported: Imported) -> None:
    """A person is known by their own key, not by that of the order: 73 have several orders."""
    several = "SELECT customer FROM facts_orders GROUP BY customer HAVING count(*) > 1"

    assert [(73,)] == select(imported, f"SELECT count(*) FROM ({several}) AS persons")


def test_nothing_is_sent_or_timed(imported: Imported) -> None:
    """Everything that was imported is passive, and the desk has nothing to do for it."""
    active = "SELECT (SELECT count(*) FROM intents) + (SELECT count(*) FROM timers)"
    facts = "SELECT passive FROM facts_orders UNION ALL SELECT passive FROM facts_incidents"
    live = f"SELECT count(*) FROM ({facts}) AS facts WHERE passive = 0"

    assert ([(0,)], [(0,)]) == (select(imported, active), select(imported, live))


def test_no_words_or_people_in_the_record(imported: Imported, olist: Path) -> None:
    """Neither the customers' words nor the persons' keys stand in events or documents."""
    with gzip.open(olist / "olist_order_reviews_dataset.csv.gz", "rt", encoding="utf-8", newline="") as file:
        words = next(r["review_comment_message"] for r in csv.DictReader(file) if len(r["review_comment_message"]) > 40)
    with gzip.open(olist / "olist_customers_dataset.csv.gz", "rt", encoding="utf-8", newline="") as file:
        person = next(csv.DictReader(file))["customer_unique_id"]
    kept = "SELECT data FROM events UNION ALL SELECT document FROM streams"
    found = [text for (text,) in select(imported, kept) if words[:40] in text or person in text]

    assert [] == found


# --- Once more ---------------------------------------------------------------------------------------------------


def test_a_second_import_changes_nothing(imported: Imported, olist: Path) -> None:
    """The same tables again write nothing, and report the same rows and the same that was left out."""
    before = select(imported, "SELECT count(*), max(seq), max(known_at) FROM events")
    report = imported.desk.imports.run(load_profile("olist"), [olist])

    assert before == select(imported, "SELECT count(*), max(seq), max(known_at) FROM events")
    assert (8135, 0, 0, 0, 0, 0) == (
        report.orders_unchanged, report.orders_new, report.orders_changed, report.incidents, report.answers, report.events,
    )  # fmt: skip
    assert (imported.report.rows, imported.report.dropped, {}) == (report.rows, report.dropped, report.anomalies)


def test_the_report_counts_rows(imported: Imported) -> None:
    """Every table that the profile reads is counted, and the events are the record's."""
    assert {"orders": 8135, "customers": 8135, "items": 8365, "payments": 8924, "reviews": 8225} == imported.report.rows
    assert [(imported.report.events,)] == select(imported, "SELECT count(*) FROM events")


def test_progress(imported: Imported) -> None:
    """Progress is told many times, and ends at the whole: the orders three times, by their three rules, and the reviews."""
    assert ((32630, 32630), True) == (imported.progress[-1], len(imported.progress) > 30)


# --- Late deliveries ---------------------------------------------------------------------------------------------

SLOW = 5 * DAY
"""Longer than that from the order to the carrier is slow."""


def month_of(imported: Imported, at: datetime) -> str:
    """The month that an instant is in, in the profile's zone."""
    return at.astimezone(imported.desk.shop.tzinfo).strftime("%Y-%m")


def test_alarms_in_late_deliveries(imported: Imported, olist_expected: dict[str, Any]) -> None:
    """By month of purchase three months are late beyond noise, and four on time beyond it: the reference's p chart."""
    chart = imported.desk.signals("on_time_delivery_rate", by="month")
    expected = olist_expected["p_chart_late_by_purchase_month"]
    found = {worse: [month_of(imported, a.from_) for a in chart.alarms if a.worse == worse] for worse in (True, False)}

    assert ("p", "0.08017") == (chart.chart.kind, f"{1 - (chart.chart.centre or 0):.5f}")
    assert expected["centre"] == round(1 - (chart.chart.centre or 0), 5)
    assert ["2017-11", "2018-02", "2018-03"] == found[True] == expected["above_3_sigma"]
    assert ["2017-05", "2017-08", "2018-06", "2018-07"] == found[False] == expected["below_3_sigma"]


def test_the_review_finds_them(imported: Imported) -> None:
    """Of five months a review alarms in those three alone, though it only knows the months before each."""
    months = [date(2017, 10, 1), date(2017, 11, 1), date(2017, 12, 1), date(2018, 1, 1), date(2018, 2, 1), date(2018, 3, 1)]
    found = []
    for since, until in pairwise([*months, date(2018, 4, 1)]):
        alarms = imported.desk.review(since=since, until=until).alarms
        found += [f"{since:%Y-%m}" for each in alarms if each.measure == "on_time_delivery_rate" and each.alarm.worse]

    assert ["2017-11", "2018-02", "2018-03"] == found


def rows_of(imported: Imported, measure: str) -> dict[str, SubjectRow]:
    """Every subject of a measure by its id."""
    found: dict[str, SubjectRow] = {}
    after = None
    while True:
        page = imported.desk.measure_rows(measure, limit=1000, after=after)
        found |= {row.id: row for row in page.rows}
        if page.rows.next is None:
            return found
        after = page.rows.next


def test_what_a_slow_hand_over_says(imported: Imported) -> None:
    """16.3 % of the orders that took over five days to reach the carrier came late, of the others 6.3 %: no chance."""
    waits, delivered = rows_of(imported, "handover_time"), rows_of(imported, "on_time_delivery_rate")
    both = [(waits[key], row) for key, row in delivered.items() if key in waits and row.counted and waits[key].counted]
    slow = [not row.hit for wait, row in both if (wait.value or 0) > SLOW]
    quick = [not row.hit for wait, row in both if (wait.value or 0) <= SLOW]
    found = difference_of_shares(sum(quick), len(quick), sum(slow), len(slow))
    assert found is not None

    assert ((145, 887), (269, 4275)) == ((sum(slow), len(slow)), (sum(quick), len(quick)))
    assert ("0.101", "0.076", "0.127") == (f"{found.value:.3f}", f"{found.interval.low:.3f}", f"{found.interval.high:.3f}")


def test_it_is_known_weeks_earlier(imported: Imported) -> None:
    """A slow hand-over is known 17 days before the promised day, in the median."""
    ahead = [
        (promised - placed - wait) / 86_400_000_000
        for placed, wait, promised in select(
            imported,
            "SELECT placed_at, handover, promised_first FROM facts_orders"
            f" WHERE cancelled = 0 AND on_time IS NOT NULL AND delivery >= 0 AND handover > {SLOW * 1_000_000}",
        )
    ]

    assert (887, "17.4") == (len(ahead), f"{median(ahead):.1f}")


def test_by_the_week_there_is_no_evidence(imported: Imported) -> None:
    """Week by week hand-over tells nothing of promises kept later that could not be chance, and the answer says so."""
    found = imported.desk.leads("handover_time", "promise_kept_rate")

    assert ("no_evidence", True) == (found.verdict, (found.p or 0) > 0.05)
    assert abs(found.association or 0) < (found.detectable or 0)
