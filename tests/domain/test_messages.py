"""A notice counts when it arrived; no late or lesser receipt hides what is known."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.ids import NoticeId
from incidentkit.domain.messages import Notice, ReceiptKind
from incidentkit.testing.strategies import notices

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
R = ReceiptKind
BESIDE = (R.DEFERRED, R.COMPLAINED, R.AUTO_REPLIED)


def after(*receipts: ReceiptKind, confirms: bool) -> Notice:
    """A notice after these receipts, in this order."""
    notice = Notice(NoticeId("notice-1"), "incident.detected", "sms", "key", confirms, AT)
    for receipt in receipts:
        notice = notice.received(receipt, AT)
    return notice


@given(notices())
def test_a_notice_counts_when_it_arrived(notice: Notice) -> None:
    """Delivered or read does; accepted does where the channel can't confirm; nothing else does."""
    arrived = notice.receipt in (R.DELIVERED, R.READ)

    assert (arrived or (notice.receipt is R.ACCEPTED and not notice.confirms)) == notice.effective


@given(notices())
def test_a_notice_is_lost_when_it_came_back(notice: Notice) -> None:
    """Bounced or rejected is lost, and what is lost never counts."""
    assert (notice.receipt in (R.BOUNCED, R.REJECTED)) == notice.lost
    assert not (notice.lost and notice.effective)


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("confirms", [True, False])
def test_words_beside_the_arrival_hide_nothing(beside: ReceiptKind, confirms: bool) -> None:
    """An automatic reply, a complaint or a delay leaves a notice as effective as it was."""
    for known in (R.ACCEPTED, R.DELIVERED, R.READ, R.BOUNCED, R.REJECTED):
        assert after(known, confirms=confirms) == after(known, beside, confirms=confirms)


@given(
    st.lists(st.sampled_from((R.ACCEPTED, *BESIDE)), max_size=4),
    st.sampled_from((R.DELIVERED, R.READ)),
    st.booleans(),
    st.data(),
)
def test_what_arrived_stays_arrived(
    others: list[ReceiptKind], arrived: ReceiptKind, confirms: bool, data: st.DataObject
) -> None:
    """In whatever order a channel's words come in, a delivered message counts."""
    order = data.draw(st.permutations([*others, arrived]))

    assert after(*order, confirms=confirms).effective


def test_accepted_counts_until_a_bounce() -> None:
    """On a channel that can't confirm, a bounce ends it, also when the words come in the wrong order."""
    for order in permutations((R.ACCEPTED, R.BOUNCED)):
        notice = after(*order, confirms=False)

        assert (False, True) == (notice.effective, notice.lost)


@given(notices(), st.sampled_from(ReceiptKind))
def test_a_receipt_changes_nothing_but_the_receipt(notice: Notice, kind: ReceiptKind) -> None:
    """Which message it was, on which channel and when, stays."""
    received = notice.received(kind, AT)

    assert notice == evolve(received, receipt=notice.receipt, receipt_at=notice.receipt_at, told_at=notice.told_at)
    assert received.receipt in (kind, notice.receipt)


def test_a_first_receipt_is_kept_with_its_time() -> None:
    """Whatever it says."""
    for kind in ReceiptKind:
        notice = after(kind, confirms=True)

        assert (kind, AT) == (notice.receipt, notice.receipt_at)
