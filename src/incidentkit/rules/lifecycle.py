"""Lifecycles as tables, checked when they are defined, drawn from the same table.

A table is refused if a state can't be reached, if one can be entered but not left although work is still to be done in it,
if a final state has a way out that undoes nothing, or if there is a way to a state that misses a mark which every such way
must pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from attrs import field, frozen

from incidentkit.errors import LifecycleError, TransitionRefused

__all__ = ["Lifecycle", "Move"]


@frozen
class Move:
    """A step that can be taken.

    Args:
        name: the command's word for it.
        sources: the states that it can start from.
        target: where it leads; empty for one that undoes another.
        needs: the guards that it asks for, by name. A guard also counts as a mark that the way has passed.
        command: whether somebody can ask for it; other steps follow from something else.
        undoes: the name of the move that it takes back. It leads to the state from which that move was taken, with every mark
            that was passed until then, so it opens no way that was not there before.
        aside: a step back or out of the way; no thing counts as getting on by it.
    """

    name: str
    sources: tuple[str, ...]
    target: str = ""
    needs: tuple[str, ...] = ()
    command: bool = True
    undoes: str = ""
    aside: bool = False


@frozen
class Lifecycle:
    """One table.

    Args:
        name: what it is the life of.
        initial: where it begins.
        resting: states in which a thing may stay for ever.
        final: those of ``resting`` that nothing leaves, but for a move that undoes the one that led there.
        moves: every step there is; each name stands for one.
        must_pass: for a state, the marks that every way to it has to pass. A mark is passed by entering the state of
            that name, or by a move that needs it.
        goals: states of which every state but the final ones must get on to one; without any, nothing is asked.

    Raises:
        LifecycleError: the table is unsound; ``path`` shows the way that proves it.
    """

    name: str
    initial: str
    resting: tuple[str, ...]
    final: tuple[str, ...]
    moves: tuple[Move, ...]
    must_pass: Mapping[str, tuple[str, ...]] = field(factory=dict)
    goals: tuple[str, ...] = ()
    _by_name: Mapping[str, Move] = field(init=False, repr=False, eq=False)
    _targets: Mapping[tuple[str, str], str] = field(init=False, repr=False, eq=False)

    @_by_name.default
    def _index(self) -> Mapping[str, Move]:
        return {move.name: move for move in self.moves}

    @_targets.default
    def _table(self) -> Mapping[tuple[str, str], str]:
        # One look-up for each check: it stands in the way of every command.
        return {(source, move.name): move.target for move in self.moves for source in move.sources}

    def __attrs_post_init__(self) -> None:
        self._check_names()
        self._check_final()
        self._check_undoing()
        self._check_reachable()
        self._check_marks_all()
        self._check_traps()

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of the table."""
        named = [self.initial, *(s for m in self._forward for s in (*m.sources, m.target)), *self.resting]
        return tuple(dict.fromkeys(named))

    @property
    def _forward(self) -> tuple[Move, ...]:
        return tuple(m for m in self.moves if not m.undoes)

    def move(self, name: str) -> Move:
        """The move of that name."""
        return self._by_name[name]

    def possible(self, state: str) -> tuple[Move, ...]:
        """The steps that somebody can ask for from a state; their guards may still refuse them."""
        return tuple(move for move in self.moves if state in move.sources and move.command)

    def check(self, subject: str, state: str, name: str, missing: tuple[str, ...] = (), next: str = "") -> str:
        """The state that ``name`` leads to from ``state``; empty for a move that undoes another.

        Raises:
            TransitionRefused: the table has no such step from there, or ``missing`` names guards that don't hold.
        """
        target = self._targets.get((state, name))
        if target is None:
            raise self._impossible(subject, state, name, next)
        if missing:
            raise TransitionRefused(
                subject,
                f"{name} needs {', '.join(missing)}",
                got=f"{state} without it",
                next=next,
                phase=state,
                attempted=name,
                missing=missing,
            )
        return target

    def arrows(self) -> Iterable[tuple[str, Move, str]]:
        """Every step as (from, move, to); one that undoes another leads to each state that the other starts from."""
        for move in self.moves:
            for source in move.sources:
                targets = self.move(move.undoes).sources if move.undoes else (move.target,)
                yield from ((source, move, target) for target in targets)

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {_drawn(self.initial)}"]
        for source, move, target in self.arrows():
            label = move.name + (f" [{', '.join(move.needs)}]" if move.needs else "")
            lines.append(f"    {_drawn(source)} --> {_drawn(target)}: {label}")
        lines += [f"    {_drawn(state)} --> [*]" for state in self.resting]
        return "\n".join(lines)

    def _impossible(self, subject: str, state: str, name: str, next: str) -> TransitionRefused:
        return TransitionRefused(
            subject,
            f"{name} is possible from {_or(self.move(name).sources)} only",
            got=state,
            next=next or self._instead(state),
            phase=state,
            attempted=name,
            missing=(),
        )

    def _instead(self, state: str) -> str:
        possible = [move.name for move in self.possible(state)]
        return f"Possible now: {', '.join(possible)}." if possible else "Nothing leads on from there."

    def _refuse(self, rule: str, path: tuple[str, ...]) -> None:
        raise LifecycleError(
            f"Lifecycle {self.name}", rule, got=" → ".join(path), next="Change the table.", path=path, lifecycle=self.name
        )

    # --- What makes a table sound ---

    def _check_names(self) -> None:
        for move in self.moves:
            if self._by_name[move.name] is not move:
                self._refuse(f"each move has a name of its own; {move.name} stands there twice", (move.name,))

    def _check_undoing(self) -> None:
        for move in self.moves:
            if not move.undoes:
                if not move.target:
                    self._refuse(f"{move.name} leads somewhere", (move.name,))
                continue
            undone = self._by_name.get(move.undoes)
            if undone is None or undone.undoes or move.target or move.sources != (undone.target,):
                self._refuse(f"{move.name} undoes a move of the table, from where that leads", (move.name, move.undoes))

    def _check_final(self) -> None:
        for move in self._forward:
            for state in (s for s in move.sources if s in self.final):
                self._refuse(f"nothing leaves the final state {state}", (state, move.name, move.target))

    def _check_reachable(self) -> None:
        reached = self._ways(self.initial, self._forward)
        for state in self.states:
            if state not in reached:
                self._refuse("every state must be reachable", (self.initial, "...", state))

    def _check_traps(self) -> None:
        onward = tuple(m for m in self._forward if not m.aside)
        ways = self._ways(self.initial, self._forward)
        for state in self.states:
            if not self._ways(state, self._forward).keys() & set(self.resting):
                self._refuse("every state must lead to one where the thing may rest", ways[state])
            if self.goals and state not in self.final and not self._ways(state, onward).keys() & set(self.goals):
                self._refuse(f"every state must get on to {self.goals[0]}; this one is a trap", ways[state])

    def _ways(self, start: str, moves: tuple[Move, ...]) -> dict[str, tuple[str, ...]]:
        """Every state that can be reached from ``start``, each with a shortest way."""
        ways: dict[str, tuple[str, ...]] = {start: (start,)}
        todo = deque([start])
        while todo:
            here = todo.popleft()
            for move in moves:
                if here in move.sources and move.target not in ways:
                    ways[move.target] = (*ways[here], move.name, move.target)
                    todo.append(move.target)
        return ways

    def _check_marks_all(self) -> None:
        for state, marks in self.must_pass.items():
            self._check_marks(state, marks)

    def _check_marks(self, goal: str, marks: tuple[str, ...]) -> None:
        # Breadth first over (state, marks passed): the first bad way found is a shortest one.
        wanted = frozenset(marks)
        start = (self.initial, wanted & {self.initial})
        ways: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {start: (self.initial,)}
        todo = deque([start])
        while todo:
            here, passed = todo.popleft()
            way = ways[here, passed]
            if here == goal and passed < wanted:
                self._refuse(f"every way to {goal} must pass {', '.join(sorted(wanted - passed))}", way)
            for move in (m for m in self._forward if here in m.sources):
                then = (move.target, passed | (wanted & {move.target, *move.needs}))
                if then not in ways:
                    ways[then] = (*way, move.name, move.target)
                    todo.append(then)


def _drawn(state: str) -> str:
    """A state as Mermaid takes it for a name."""
    return state.replace("/", "__")


def _or(words: tuple[str, ...]) -> str:
    return " or ".join(words)
