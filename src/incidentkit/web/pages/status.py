"""The status page of an order: what was promised, what happened, what is offered, by when, and who is responsible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from incidentkit.domain.views import CaseView, DeliveryPromise, HistoryEntry, LineView, OrderView, ParcelView, StatusView
from incidentkit.web.markup import Node, el
from incidentkit.web.pages.frame import Speech, framed
from incidentkit.web.pages.offers import in_words, progress

__all__ = ["status_page"]


def status_page(speech: Speech, view: StatusView) -> str:
    """The page of an order with its cases, or of a case without an order."""
    order = view.order
    title = speech.say("status.title", label=order.label) if order else speech.say("status.title_case")
    as_of = el("p", speech.say("status.as_of", moment=speech.dates.moment(view.at)), class_="quiet")
    open_ = any(case.stands in ("at_work", "waiting") for case in view.cases)
    trouble = el("p", speech.say("status.trouble"), class_="sorry") if open_ and order else None
    cases = (_case(speech, case, place) for place, case in enumerate(view.cases, 1))
    history = _section(speech, "history", _list([_entry(speech, e) for e in view.history], "ol", "history"))
    return framed(speech, title, as_of, *_standing(speech, order), trouble, *cases, *_parts(speech, order), history)


def _standing(speech: Speech, order: OrderView | None) -> Iterator[Element]:
    if order is not None:
        yield el("p", speech.say(f"standing.{order.status.value}"), class_="lead")
        if order.said:
            yield el("p", speech.say("customer.from_shop", text=str(order.said)))


def _parts(speech: Speech, order: OrderView | None) -> Iterator[Element | None]:
    if order is not None:
        yield _section(speech, "promised", _list([_promise(speech, p) for p in order.promises]))
        yield _section(speech, "parcels", _list([_parcel(speech, p) for p in order.parcels]))
        yield _section(speech, "ordered", _list([_line(speech, x) for x in order.lines]))


def _section(speech: Speech, name: str, content: Element | None) -> Element | None:
    if content is None:
        return None
    return el("section", el("h2", speech.say(f"status.{name}"), id=name), content, aria_labelledby=name)


def _list(items: Iterable[Element], tag: str = "ul", class_: str | None = None) -> Element | None:
    made = list(items)
    # Without its marks a list is none to some screen readers, unless it says so.
    return el(tag, *made, class_=class_, role="list") if made else None


def _promise(speech: Speech, promise: DeliveryPromise) -> Element:
    arrived = promise.outcome == "broken" and promise.kept_at is not None
    key = "promise.broken_delivered" if arrived else f"promise.{promise.outcome}"
    at = speech.day(promise.kept_at) if promise.kept_at else ""
    class_ = {"broken": "sorry", "kept": "good"}.get(promise.outcome)
    return el("li", speech.say(key, due=speech.due(promise.due), at=at), class_=class_)


def _parcel(speech: Speech, parcel: ParcelView) -> Element:
    arrived = parcel.delivered_at
    said = [speech.say("parcel.sent", day=speech.day(parcel.shipped_at))]
    said += [speech.say("parcel.carrier", carrier=parcel.carrier), speech.say("parcel.tracking", tracking=parcel.tracking)]
    said += [speech.say("parcel.arrived", day=speech.day(arrived))] if arrived else []
    return el("li", *(el("p", words) for words in said if words))


def _line(speech: Speech, line: LineView) -> Element:
    said = [f"{line.quantity} × {line.product}"]
    for name, count in (("delivered", line.delivered), ("cancelled", line.cancelled)):
        said += [speech.say(f"line.{name}", count=count)] if count else []
    return el("li", ", ".join(said))


def _entry(speech: Speech, entry: HistoryEntry) -> Element:
    about = speech.label("types", entry.about) if entry.about else ""
    said = speech.say(f"history.{entry.what}", about=about)
    return el("li", speech.time(entry.at), " ", el("span", said))


# --- A case ------------------------------------------------------------------------------------------------------


def _case(speech: Speech, case: CaseView, place: int) -> Element:
    id_, what = f"case-{place}", speech.label("types", case.type)
    settled = "settled" if case.stands in ("resolved", "closed") else None
    return el(
        "article",
        el("h2", speech.say("status.went_wrong", what=what), id=id_),
        _facts(speech, case),
        *_offers(speech, case),
        *_agreed(speech, case),
        *_when(speech, case),
        aria_labelledby=id_,
        class_=settled,
    )


def _facts(speech: Speech, case: CaseView) -> Element:
    cause = speech.label("causes", case.cause) if case.cause else speech.say("case.why_unknown")
    told = speech.time(case.told_at) if case.told_at else speech.say("case.not_told")
    facts: list[tuple[str, Node]] = [
        ("stands", speech.say(f"case.{case.stands}")),
        ("why", cause),
        ("found", speech.time(case.detected_at)),
        ("told", told),
        ("responsible", case.responsible),
    ]
    return el("dl", *(el("div", el("dt", speech.say(f"case.{name}")), el("dd", said)) for name, said in facts))


def _offers(speech: Speech, case: CaseView) -> Iterator[Element | None]:
    possible = [offer for offer in case.offers if offer.possible]
    if possible:
        yield el("h3", speech.say("case.offers"))
        yield _list(el("li", in_words(speech, offer)) for offer in possible)
        yield el("p", speech.say("case.how_to_answer"), class_="quiet")


def _agreed(speech: Speech, case: CaseView) -> Iterator[Element | None]:
    if case.remedies:
        yield el("h3", speech.say("case.agreed"))
        yield _list(
            el("li", el("p", in_words(speech, r)), el("p", progress(speech, r), class_="sorry" if r.late else None))
            for r in case.remedies
        )


def _when(speech: Speech, case: CaseView) -> Iterator[Element]:
    by = case.put_right_by
    if by is not None and case.late:
        yield el("p", speech.say("case.by_late", due=speech.due(by)), class_="sorry")
    elif by is not None:
        yield el("p", f"{speech.say('case.by')} ", speech.time(by), ".")
    if case.next_word is not None:
        yield el("p", f"{speech.say('case.next_word')} ", speech.time(case.next_word), ".")
