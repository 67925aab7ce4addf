"""Every mail of the bounce corpus with an expectation, as we read it, as flufl.bounce does, and as it is expected.

    python -m tests.bench.bounces [--differing]

flufl.bounce is Mailman's detector; it knows permanent and temporary failures and their addresses, and no reasons. Its own
"permanent" is set beside hard, though it means a failure for good of whatever kind.
"""

from __future__ import annotations

import email
import sys
from collections import Counter
from collections.abc import Iterable

from tests.conftest import REAL_DATA
from tests.real.disagreements import JUDGED
from tests.real.mails import Expected, bounces

_COLUMNS = "{:34} {:16} {:5} {:9} | {:13} {:16} {:5} {:9} | {:10} {}"


def main(only: bool) -> None:
    """Print the table and its sums."""
    mails = bounces(REAL_DATA)
    print(_COLUMNS.format("mail", "expected", "hard", "code", "ours", "reason", "hard", "code", "flufl", "judged"))
    for mail in mails:
        if not only or mail.name in JUDGED:
            print(_line(mail))
    print("\n".join(_sums(mails)))


def _line(mail: Expected) -> str:
    row, news = mail.rows[0], mail.news[0] if mail.news else None
    ours = (news.kind.value, news.reason, _yes(mail.hard), news.status) if news else (mail.message.automatic, "", "", "")
    expected = (mail.name, row["reason"], _yes(row["hard_bounce"]), row["status"])
    return _COLUMNS.format(*expected, *ours, _flufl(mail), JUDGED.get(mail.name, "")).rstrip()


def _yes(value: bool) -> str:
    return "hard" if value else "soft"


def _flufl(mail: Expected) -> str:
    from flufl.bounce import all_failures

    temporary, permanent = all_failures(email.message_from_bytes(mail.content))
    return "permanent" if permanent else "temporary" if temporary else "-"


def _sums(mails: Iterable[Expected]) -> Iterable[str]:
    count: Counter[str] = Counter()
    for mail in mails:
        flufl, ours = _flufl(mail), mail.news[0].kind.value if mail.news else "-"
        kind = "lost" if mail.lost else "not lost"
        count[kind] += 1
        count[f"{kind}, taken for lost by us"] += ours in ("bounced", "deferred")
        count[f"{kind}, taken for lost by flufl.bounce"] += flufl != "-"
        if mail.lost:
            count["hard or soft as expected by us"] += mail.hard == mail.rows[0]["hard_bounce"]
            count["hard or soft as expected by flufl.bounce"] += (flufl == "permanent") == mail.rows[0]["hard_bounce"]
    yield ""
    for name, number in sorted(count.items()):
        yield f"{number:5} {name}"


if __name__ == "__main__":
    main("--differing" in sys.argv[1:])
