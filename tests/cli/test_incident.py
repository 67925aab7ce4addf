"""``incidentkit incident``: one case as it stands, and what a person at a desk does with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.domain.incidents import Incident
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)  # a Monday, as the team opens
SHOP = ik.Shop(
    agents=(ik.Agent("ana", "after-sales"), ik.Agent("luis", "after-sales"), ik.Agent("eva", "after-sales", "supervisor")),
    substates=(ik.Substate("waiting_for_photo", "communicated"),),
)


@frozen
class Store:
    """A store with a case that its customer knows of, and a second one of theirs."""

    file: Path
    case: str
    other: str

    def desk(self, hours: float = 1) -> ik.Desk:
        """So many hours after the beginning."""
        return ik.open_desk(f"sqlite:///{self.file}", SHOP, clock=ManualClock(NOW + timedelta(hours=hours)))

    def run(self, *args: str, lang: str = "en", hours: float = 1) -> Answer:
        now = (NOW + timedelta(hours=hours)).isoformat()
        return run("incident", *args, "--store", self.file, "--lang", lang, "--now", now)

    def get(self, case: str = "") -> Incident:
        with self.desk() as desk:
            return desk.incidents.get(case or self.case)


@pytest.fixture
def store(here: Path) -> Store:
    """Made in the morning of a Monday."""
    file = here / "shop.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock(NOW)) as desk:
        orders = [desk.orders.place("c-1", lines=[ik.Line("lamp", 1, "40.00")], number=number) for number in ("1001", "1002")]
        case = desk.incidents.report(orders[0].id, "damaged", "The lamp came broken.", cause="packaging", by="ana")
        other = desk.incidents.report(orders[1].id, "late", "Where is it?", by="ana")
        desk.incidents.accept_handover(case.id, by="ana")
        desk.incidents.log_conversation(case.id, channel="phone", summary="We are sorry.", by="ana")
    return Store(file, case.id, other.id)


def resolved(store: Store) -> None:
    """The case counts as solved."""
    with store.desk() as desk:
        desk.incidents.resolve(store.case, reason="She glued it.", by="ana")


def waiting(store: Store) -> None:
    """The case was asked of luis."""
    with store.desk() as desk:
        desk.incidents.hand_over(store.case, to="luis", by="ana")


def merged(store: Store) -> None:
    """The other case is part of it."""
    with store.desk() as desk:
        desk.incidents.merge(store.other, into=store.case, by="ana")


def proven(store: Store) -> None:
    """It is solved, and the customer has said that all is well."""
    resolved(store)
    with store.desk() as desk:
        case = desk.incidents.log_conversation(store.case, channel="phone", summary="All is well.", by="ana")
        desk.incidents.confirm_satisfaction(case.id, ik.Evidence.conversation(case.conversations[-1].id), by="ana")


# --- Looking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            (
                "damaged · ",
                " · communicated · ",
                "Order 1001 · since 7 Sep 2026 09:00",
                "“The lamp came broken.”",
                "ana has it · team: after-sales · luis was asked to take it",
                "  Put it right · by ",
                "Offered, waits for the customer: refund (5.00 EUR) by 9 Sep 2026 09:00 · offer-1",
                "  resolve · needs: remedies carried out or a reason",
                "  merge · needs: a case that lives on",
                "  enter waiting_for_photo",
            ),
        ),
        (
            "es",
            (
                "dañado · ",
                " · comunicada · ",
                "Pedido 1001 · desde el 7 sep 2026 09:00",
                "«The lamp came broken.»",
                "Lo tiene ana · equipo: after-sales · se ha pedido a luis que lo tome",
                "Ofrecido, a la espera del cliente: reembolso (5,00 EUR)",
                "Lo que se puede hacer",
                "  resolve · pide: remedios hechos o un motivo",
            ),
        ),
    ],
)
def test_a_case_is_shown_as_it_stands(store: Store, lang: str, expected: tuple[str, ...]) -> None:
    """Where it is, who has it, what is due, what was offered and what can be done, on one screen."""
    waiting(store)
    with store.desk() as desk:
        desk.incidents.offer(store.case, [ik.Offer("refund", NOW + timedelta(days=2), "5.00")], by="ana")
    answer = store.run(store.case, lang=lang)

    assert (0, "") == (answer.code, answer.err)
    assert [] == [words for words in expected if words not in answer.out]
    assert len(answer.out.splitlines()) < 25


def test_a_case_that_is_over_shows_what_came_of_it(store: Store) -> None:
    """What was agreed and done, what shows satisfaction, and how often it was not solved after all."""
    with store.desk() as desk:
        desk.incidents.offer(store.case, [ik.Offer("refund", NOW + timedelta(days=2), "5.00")], by="ana")
        desk.incidents.accept(store.case, "offer-1", by="customer")
    agreed = store.run(store.case).out
    with store.desk() as desk:
        desk.incidents.carry_out(store.case, "remedy-1", reference="RF-1", by="ana")
        desk.incidents.resolve(store.case, by="ana")
    done = store.run(store.case).out
    with store.desk() as desk:
        desk.incidents.reopen(store.case, reason="Broken again.", disproved=True, by="ana")
    proven(store)
    over = store.run(store.case).out

    assert "Agreed and not done: refund (5.00 EUR) by 9 Sep 2026 09:00 · remedy-1" in agreed
    assert "Done: refund (5.00 EUR) by 9 Sep 2026 09:00 · 7 Sep 2026 10:00 · RF-1" in done
    assert "Nothing shows it yet" in done
    assert "Shown by a conversation · ana · 7 Sep 2026 10:00" in over
    assert "Times reopened: 1\nTimes said to be solved when it was not: 1\n" in over


def test_cases_that_belong_together_name_each_other(store: Store) -> None:
    """The merged one, and the one that goes on for both."""
    merged(store)

    assert f"It is part of {store.case}, which goes on for both" in store.run(store.other).out
    assert f"Part of it: {store.other}" in store.run(store.case).out


def test_the_asks_of_a_silent_customer_are_shown(store: Store) -> None:
    """How often, and whether any reached them."""
    resolved(store)
    with store.desk(24 * 30) as desk:
        desk.tick()
        case = desk.incidents.get(store.case)
    out = store.run(store.case, hours=24 * 30).out

    assert case.attempts
    assert f"Times asked without an answer: {case.attempts}" in out
    assert case.unreached == ("No question has reached them" in out)


def test_a_late_clock_and_an_open_case_stand_out_in_json(store: Store) -> None:
    """All of it, the clocks with every number, and the steps that the lifecycle has."""
    answer = store.run(store.case, "--json", hours=24 * 3).json

    assert {"as_of", "incident", "clocks", "possible"} == set(answer)
    assert (store.case, "communicated", "The lamp came broken.") == (
        answer["incident"]["id"],
        answer["incident"]["phase"],
        answer["incident"]["description"],
    )
    assert {"resolve_by": True} == {c["clock"]: c["late"] for c in answer["clocks"] if c["clock"] == "resolve_by"}
    assert ["resolve", "withdraw", "merge", "enter waiting_for_photo"] == [one["step"] for one in answer["possible"]]


@pytest.mark.parametrize("name", [lambda s: s.case, lambda s: s.case[-8:], lambda _: "1001"], ids=["id", "end", "number"])
def test_a_case_is_found(store: Store, name: Callable[[Store], str]) -> None:
    """By its id, the end of that, or the number of its order."""
    assert store.case == store.run(name(store), "--json").json["incident"]["id"]


def test_a_deadline_is_explained_by_the_number_of_the_order(store: Store) -> None:
    """A case is named the same way everywhere."""
    told = run("explain", "1001", "--store", store.file, "--json").json

    assert store.case == told["incident"]


def test_a_case_that_is_over_is_found_by_its_order(store: Store) -> None:
    """Where the order has no open one."""
    with store.desk() as desk:
        desk.incidents.withdraw(store.case, reason="A mistake.", by="ana")

    assert "withdrawn" == store.run("1001", "--json").json["incident"]["phase"]


def test_several_cases_are_told_apart_by_their_ids(store: Store) -> None:
    """The refusal names them."""
    with store.desk() as desk:
        second = desk.incidents.report(desk.incidents.get(store.case).orders[0], "late", "And late.", by="ana").id
    answer = store.run("1001")

    assert (1, "") == (answer.code, answer.out)
    assert "2 that '1001' could mean" in answer.err
    assert (True, True) == (store.case in answer.err, second in answer.err)


@pytest.mark.parametrize("name", ["nosuch", "7", "", "019a0000-0000-7000-8000-000000000000"])
def test_an_unknown_case_is_refused(store: Store, name: str) -> None:
    """With the way on."""
    answer = store.run(name)

    assert (1, "") == (answer.code, answer.out)
    assert "incidentkit queue" in answer.err


# --- Acting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "args", "said", "expected"),
    [
        (None, ("hand-over", "--to", "luis"), "luis was asked to take case", {"handover.to": "luis"}),
        (waiting, ("accept", "--as", "luis"), "is now luis's", {"owner.agent": "luis"}),
        (None, ("escalate", "--reason", "Angry.", "--to", "eva"), "eva was asked", {"level": 1, "handover.to": "eva"}),
        (None, ("escalate", "--reason", "Angry."), "is raised to level 1", {"level": 1}),
        (None, ("wait", "--reason", "A photo."), "waits for the customer until", {"phase": "communicated"}),
        (None, ("enter", "--substate", "waiting_for_photo"), "waiting for photo", {"substate": "waiting_for_photo"}),
        (None, ("resolve", "--reason", "Glued."), "is resolved", {"phase": "resolved", "no_remedy_reason": "Glued."}),
        (proven, ("close",), "is closed", {"phase": "closed"}),
        (resolved, ("reopen", "--reason", "No."), "is open again", {"phase": "communicated", "false_resolutions": 0}),
        (resolved, ("reopen", "--reason", "No.", "--disproved"), "ana has it", {"reopened": 1, "false_resolutions": 1}),
        (resolved, ("complain", "--reason", "No."), "is open again", {"reopened": 1, "false_resolutions": 1}),
        (None, ("withdraw", "--reason", "A mistake."), "is withdrawn", {"phase": "withdrawn"}),
        (None, ("merge", "--into", "1002"), "is part of", {"phase": "merged"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_each_action_does_what_the_desk_does(
    store: Store,
    before: Callable[[Store], None] | None,
    args: tuple[str, ...],
    said: str,
    expected: dict[str, object],
) -> None:
    """It says so in one line, and the record has it."""
    if before is not None:
        before(store)
    answer = store.run(args[0], store.case, *args[1:])
    case = store.get()
    found: dict[str, object] = {}
    for path in expected:
        value: object = case
        for name in path.split("."):
            value = getattr(value, name)
        found[path] = getattr(value, "value", value)

    assert (0, "") == (answer.code, answer.err)
    assert said in answer.out
    assert store.case in answer.out
    assert expected == found


def test_a_merge_is_taken_back(store: Store) -> None:
    """By the merged case."""
    merged(store)
    answer = store.run("unmerge", store.other, "--reason", "Two troubles.")

    assert f"Case {store.other} is one of its own again" in answer.out
    assert None is store.get(store.other).merged_into


def test_a_wait_ends_when_it_is_said(store: Store) -> None:
    """On a day, or at a time."""
    answer = store.run("wait", store.case, "--reason", "A photo.", "--until", "2026-09-10", lang="es")

    assert "espera al cliente, como mucho hasta el 10 sep 2026" in answer.out
    assert "2026-09-10" == str(store.get().holds[-1].at_most)


def test_a_complaint_that_comes_too_late_names_the_case_that_goes_on(store: Store) -> None:
    """A new one."""
    proven(store)
    with store.desk() as desk:
        desk.incidents.close(store.case, by="ana")
    answer = store.run("complain", store.case, "--reason", "Broken again.", hours=24 * 365)
    (new,) = store.get().followed_by

    assert f"Case {new} goes on from here" in answer.out
    assert f"It goes on from {store.case}" in store.run(new).out


def test_who_acts_is_recorded_as_said_at_a_terminal(store: Store) -> None:
    """A complaint is the customer's, unless it is said who took it down."""
    resolved(store)
    store.run("complain", store.case, "--reason", "No.")
    store.run("escalate", store.case, "--reason", "Angry.", "--as", "ana")
    with store.desk() as desk:
        entries = desk.orders.timeline(desk.incidents.get(store.case).orders[0])

    assert ["customer:customer", "cli:ana"] == [
        entry.by for entry in entries if entry.type in ("incident.reopened", "incident.escalated")
    ]


def test_an_action_answers_in_json_with_the_case(store: Store) -> None:
    """As it stands after it."""
    answer = store.run("resolve", store.case, "--reason", "Glued.", "--json").json

    assert ("resolved", ["close", "reopen", "withdraw", "merge"]) == (
        answer["incident"]["phase"],
        [one["step"] for one in answer["possible"]],
    )


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("close",), "close is possible from resolved or lapsed only"),
        (("unmerge", "--reason", "Two."), "unmerge is possible from merged only"),
        (("merge", "--into", "1001"), "merge"),
        (("merge", "--into", "nosuch"), "must be in this record"),
        (("hand-over", "--to", "nobody"), "nobody"),
        (("enter", "--substate", "nowhere"), "Known: waiting_for_photo."),
        (("withdraw", "--reason", " "), "needs a reason in words"),
        (("accept", "--as", "luis"), "accept_handover needs a hand-over that waits"),
        (("accept",), "Give --as with the agent's handle."),
        (("wait", "--reason", "A photo.", "--until", "2026-09-01"), "waits until a time to come"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_a_rule_refuses_is_said_as_it_is(store: Store, args: tuple[str, ...], said: str, lang: str) -> None:
    """The record stays as it was."""
    before = store.get()
    answer = store.run(args[0], store.case, *args[1:], lang=lang)

    assert (1, "") == (answer.code, answer.out)
    assert said in answer.err
    assert before == store.get()


def test_nobody_waives_at_a_terminal(store: Store) -> None:
    """It takes a supervisor whom the shop's own backend vouches for; a name that is typed proves nothing."""
    resolved(store)
    answer = store.run("waive", store.case, "--reason", "She moved.", "--as", "eva")

    assert (1, "") == (answer.code, answer.out)
    assert "the customer's word is waived by a supervisor" in answer.err
    assert "A waiver needs an authenticated supervisor" in " ".join(store.run("--help").out.split())


@pytest.mark.parametrize(
    ("args", "english", "spanish"),
    [
        (("explode", "1001"), "explode is not one of hand-over", "explode no es ninguno de estos"),
        (("merge",), "INCIDENT is missing", "falta INCIDENT"),
        ((), "INCIDENT is missing", "falta [ACTION] INCIDENT"),
        (("merge", "1001", "1002"), "too many arguments: 1002", "sobran argumentos: 1002"),
        (("merge", "1001"), "the option --into is missing", "falta la opción --into"),
        (("withdraw", "1001"), "the option --reason is missing", "falta la opción --reason"),
        (("close", "1001", "--to", "ana"), "--to: means nothing to close", "--to: no dice nada a close"),
        (("1001", "--reason", "Why?"), "--reason: is given with an action", "--reason: va con una acción"),
        (("wait", "1001", "--reason", "x", "--until", "soon"), "--until: soon is no day", "--until: soon no es un día"),
    ],
)
def test_wrong_usage_is_told_in_the_readers_language(store: Store, args: tuple[str, ...], english: str, spanish: str) -> None:
    """With the exit code of its own."""
    answers = [store.run(*args, lang=lang) for lang in ("en", "es")]

    assert [(2, ""), (2, "")] == [(answer.code, answer.out) for answer in answers]
    assert (True, True) == (english in answers[0].err, spanish in answers[1].err)
