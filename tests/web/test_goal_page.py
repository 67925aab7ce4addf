"""The page with a goal: who wins is read in its first line, and each Key Result says from, to, now, should be and where to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.goals.board import Scoreboard
from incidentkit.goals.public import PublicBoard
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.phrases.words import LANGUAGES
from incidentkit.web.scoreboard import render_scoreboard
from tests.web.goal_boards import AS_OF, GOAL, GOAL_BOARD, PUBLIC_GOAL_BOARD
from tests.web.reading import Tag, read

languages = pytest.mark.parametrize("language", LANGUAGES)


def page(board: Scoreboard | PublicBoard = GOAL_BOARD, language: str = "en") -> Tag:
    """The page of a board, read."""
    return read(render_scoreboard(board, language=language, zone="Europe/Madrid"))


def words(tag: Tag) -> str:
    """What it says beside its pictures."""
    for picture in tag.all("svg"):
        picture.children.clear()
    return tag.words.replace("\N{NO-BREAK SPACE}", " ").replace("  ", " ")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "Losing Nobody has to ask where their order is Winning 2 of 4 Key Results · until 31 December 2026 · 87 days left",
        ),
        (
            "es",
            (
                "Perdiendo Nobody has to ask where their order is "
                "Ganando 2 de 4 resultados clave · hasta el 31 de diciembre de 2026 · 87 días quedan"
            ),
        ),
    ],
)
def test_the_goal_comes_first(language: str, expected: str) -> None:
    """Verdict, goal, how many Key Results are won, and how long there is: before anything else, and with no other score."""
    seen = page(language=language)

    assert expected == words(seen.one("main").all("section")[0].one(class_="goal-head"))
    assert [] == seen.all(class_="headline")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            (
                "First answer within 4 working hours Winning 5.1 hours for half (median), in working hours Should be 6.6 hours "
                "Target 4 hours From 8.5 hours (24 hours by the clock) Expected 3.3–4.7 hours, 81% chance "
                "Last complete week 28 September – 4 October 2026 Counted (n) 214 needs"
            ),
        ),
        (
            "es",
            (
                "First answer within 4 working hours Ganando 5,1 horas para la mitad (mediana), en horario laboral "
                "Debería ir en 6,6 horas Objetivo 4 horas Desde 8,5 horas (24 horas en horas de reloj) "
                "Se espera 3,3–4,7 horas, probabilidad 81 % "
                "Última semana completa 28 de septiembre – 4 de octubre de 2026 Contados (n) 214 necesidades"
            ),
        ),
    ],
)
def test_a_key_result_reads_in_order(language: str, expected: str) -> None:
    """Read aloud, it says how it stands, the figure by its clock, the way from start to target, and what it rests on."""
    assert expected == words(page(language=language).all(class_="key-result")[0])


def test_an_unknown_key_result_says_why() -> None:
    """Too few cases are no reason to be green: it is unknown, says how many it takes, and foretells nothing."""
    seen = words(page().all(class_="key-result")[3])

    assert "Unknown Too few cases to judge: it takes at least 20." in seen
    assert "Expected" not in seen


@languages
def test_every_figure_leads_to_its_definition(language: str) -> None:
    """Each link on the page leads to a definition at its foot."""
    seen = page(language=language)
    ids = {tag.attributes.get("id") for tag in seen.all()}
    links = [tag.attributes["href"] or "" for tag in seen.all("a")]

    assert len(seen.all("article")) == len(links)
    assert set() == {link.removeprefix("#") for link in links} - ids


def test_teams_show_what_they_move_and_what_they_kept() -> None:
    """Each team has its lead measures and its commitments of the week, and all of it is one part of the page."""
    teams = page().all("section", "team")

    assert ["after-sales", "warehouse", "All teams"] == [team.one("h3").words for team in teams]
    assert [2, 1, 0] == [len(team.all("article")) for team in teams]
    assert "Commitments kept: 10 of 16" in teams[0].one(class_="kept").words


def test_a_stale_record_is_named() -> None:
    """Where there has been no news for too long, the page says since when, above everything else."""
    known = AS_OF - timedelta(days=9)
    unknown = tuple(evolve(each, verdict=Verdict.UNKNOWN, reason=Reason.TOO_OLD) for each in GOAL.key_results)
    goal = evolve(GOAL, key_results=unknown, verdict=Verdict.UNKNOWN)
    seen = page(evolve(GOAL_BOARD, goals=(goal,), stale=True, known_until=known))

    assert "No news since 26 September 2026, 10:00" in seen.one("header").one(class_="stale").words
    assert "Unknown" == seen.one(class_="goal-head").one(class_="verdict").words


def test_anybody_sees_the_goal_without_people_and_without_few() -> None:
    """The public page has goal and Key Results, rounded; no owner, no commitments of fewer than five."""
    seen = page(PUBLIC_GOAL_BOARD)
    results = seen.all(class_="key-result")

    assert 4 == len(results)
    assert "ana" not in seen.one("main").words.split()
    assert "at least 210 needs" in words(results[0])
    assert ["Commitments kept: about 60% of at least 15"] == [tag.one("strong").words for tag in seen.all(class_="kept")]
