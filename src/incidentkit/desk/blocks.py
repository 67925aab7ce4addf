"""Questions about rules that stand in the way, and the one call that makes an improvement of one."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Commands
from incidentkit.desk.paging import wanted
from incidentkit.desk.reviewing import often_blocked
from incidentkit.desk.work import Work
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.ids import AnalysisId, IncidentId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.pages import Page
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due
from incidentkit.errors import RuleViolation
from incidentkit.learning.blocks import BlocksFound
from incidentkit.measures.windows import first_instant
from incidentkit.phrases.words import LANGUAGES, words_in
from incidentkit.rules.analyses import NewAnalysis, begin_analysis
from incidentkit.rules.blocks import Blocked, blocked_by
from incidentkit.store.blocked import cases_blocked_by, find_blocks_of
from incidentkit.store.unit import Held, Unit

__all__ = ["BlockFound", "Blocks"]

_EXPLAINED = 50
"""So many cases an analysis of a rule is about: the latest."""


@frozen
class BlockFound:
    """Something that a rule did not allow.

    Args:
        title: what the settings call the rule; empty where they don't know it.
        known: whether they do; the limits of authority are known without being named.
        wanted, how, reason: the words; None where there are none.
    """

    incident: IncidentId
    blocked: Blocked
    title: str
    known: bool
    wanted: Text | None = None
    how: Text | None = None
    reason: Text | None = None


class Blocks(Commands[Analysis]):
    """What the process did not allow, over all cases of one desk. What is noted about a case, `Incidents` takes down."""

    _noun = Analysis
    _kind = "analysis"

    def find(
        self,
        *,
        rule: str | None = None,
        incident: str | None = None,
        open: bool | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[BlockFound]:
        """What was not allowed, the latest first; with what somebody wanted to grant beyond their authority.

        Args:
            rule: the code of the rule.
            incident: the id of the case.
            open: whether nothing has come of it yet; None for all.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"rule": rule, "incident": incident, "open": open}
        page = wanted(self._runtime, "blocks.find", asked, limit, after)
        with self._runtime.store.reading() as unit:
            found = find_blocks_of(unit, page, rule=rule, incident=incident, open_=open)
            unit.load_all(case for case, _ in found)
            return found.map(lambda each: _found(unit, each[0], each[1], self._runtime.shop))

    def often(self, since: Due | None = None, until: Due | None = None, team: str | None = None) -> BlocksFound:
        """The rules that stood in the way in a span, those that should be looked at first.

        Args:
            since, until: the first and the last day, or instants; default: the last complete week.
            team: only cases that it owns.

        Raises:
            InvalidInput: no such team, or no span.
        """
        return often_blocked(self._runtime, since, until, team)

    def analyse(
        self,
        rule: str,
        *,
        problem: str | None = None,
        since: Due | None = None,
        until: Due | None = None,
        team: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Analysis:
        """Begin an analysis of a rule that stands in the way, about the cases that it blocked: the latest 50.

        A corrective action can follow from it: `CorrectiveActions.plan`, with its id as ``analysis=``.

        Args:
            rule: the code of the rule.
            problem: what goes wrong, in words; default: that the rule stood in the way, and how often.
            since, until: only cases that it blocked in that time; default: all.
            team: who sees it through; default: whoever owns the rule, else the shop's default team.

        Raises:
            RuleViolation: it has blocked nothing in that time.
        """

        def body(work: Work) -> Held:
            cases = self._cases(work, rule, since, until)
            says = problem or self._problem(rule, len(cases))
            new = NewAnalysis(
                analysis=AnalysisId(work.new_id()),
                problem=work.words(says),
                signature="",
                incidents=cases,
                team=team or _team_of(rule, work.now.shop),
            )
            return work.apply(new.analysis, begin_analysis(new, work.now))

        arguments = given(rule=rule, problem=problem, since=since, until=until, team=team)
        return self._run("blocks.analyse", arguments, body, by, at, key)

    def _cases(self, work: Work, rule: str, since: Due | None, until: Due | None) -> tuple[Incident, ...]:
        zone, now = work.now.shop.zone, work.now.at
        start = datetime.fromtimestamp(0, now.tzinfo) if since is None else first_instant(since, zone, "since")
        end = datetime.max.replace(tzinfo=now.tzinfo) if until is None else first_instant(until, zone, "until")
        work.unit.flush()
        found = cases_blocked_by(work.unit, rule, start, end, _EXPLAINED)
        if not found:
            raise RuleViolation(
                f"The rule {rule[:64]}",
                "is analysed where it has stood in the way",
                got="no case that it blocked",
                next="What it blocks is noted with desk.incidents.blocked().",
            )
        return tuple(work.incident(case) for case in found)

    def _problem(self, rule: str, cases: int) -> str:
        known = self._runtime.shop.rule(rule)
        language = self._runtime.shop.language.partition("-")[0]
        words = words_in(language if language in LANGUAGES else LANGUAGES[0])
        return words.say("opened.rule_blocks", rule=known.title if known is not None and known.title else rule, count=cases)


def _team_of(rule: str, shop: Shop) -> str:
    known = shop.rule(rule)
    agent = shop.agent(known.owner) if known is not None else None
    return agent.team if agent is not None else known.owner if known is not None else ""


def _found(unit: Unit, incident: str, block: str, shop: Shop) -> BlockFound:
    case = unit.load("incident", incident).state
    assert isinstance(case, Incident), "an incident's stream holds an incident"
    blocked = next(each for each in blocked_by(case) if each.id == block)
    noted, approval = case.block(block), next((a for a in case.approvals if block.startswith(f"{a.id}/")), None)
    rule = shop.rule(blocked.rule)
    words = (
        (noted.wanted, noted.how, noted.reason) if noted is not None else (None, None, approval.reason if approval else None)
    )
    known = rule is not None or noted is None
    return BlockFound(case.id, blocked, rule.title if rule is not None else "", known, *words)
