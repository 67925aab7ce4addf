"""Lifecycles as tables, checked when they are defined, drawn from the same table.

A table is refused if a state can't be reached, if one can be entered but not left although work is still to be done in it,
if a final state has a way out, or if there is a way to a state that misses a mark which every such way must pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from attrs import field, frozen

from incidentkit.errors import LifecycleError, TransitionRefused

__all__ = ["Lifecycle", "Move"]


@frozen
class Move:
    """A step that can be taken.

    Args:
        name: the command's word for it.
        sources: the states that it can start from.
        target: where it leads.
        needs: the guards that it asks for, by name. A guard also counts as a mark that the way has passed.
        command: whether somebody can ask for it; other steps follow from something else.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    needs: tuple[str, ...] = ()
    command: bool = True


@frozen
class Lifecycle:
    """One table.

    Args:
        name: what it is the life of.
        initial: where it begins.
        resting: states in which a thing may stay for ever.
        final: those of ``resting`` that nothing leaves.
        moves: every step there is.
        must_pass: for a state, the marks that every way to it has to pass. A mark is passed by entering the state of
            that name, or by a move that needs it.

    Raises:
        LifecycleError: the table is unsound; ``path`` shows the way that proves it.
    """

    name: str
    initial: str
    resting: tuple[str, ...]
    final: tuple[str, ...]
    moves: tuple[Move, ...]
    must_pass: Mapping[str, tuple[str, ...]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._check_final()
        self._check_reachable()
        self._check_traps()
        for state, marks in self.must_pass.items():
            self._check_marks(state, marks)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of the table."""
        named = [self.initial, *(s for m in self.moves for s in (*m.sources, m.target)), *self.resting]
        return tuple(dict.fromkeys(named))

    def move(self, name: str) -> Move:
        """The move of that name."""
        return next(m for m in self.moves if m.name == name)

    def check(self, subject: str, state: str, name: str, missing: tuple[str, ...] = (), next: str = "") -> str:
        """The state that ``name`` leads to from ``state``.

        Raises:
            TransitionRefused: the table has no such step from there, or ``missing`` names guards that don't hold.
        """
        move = self.move(name)
        if state not in move.sources:
            raise TransitionRefused(
                subject,
                f"{name} is possible from {_or(move.sources)} only",
                got=state,
                next=next or self._instead(state),
                phase=state,
                attempted=name,
                missing=(),
            )
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
        return move.target

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for move in self.moves:
            label = move.name + (f" [{', '.join(move.needs)}]" if move.needs else "")
            lines += [f"    {source} --> {move.target}: {label}" for source in move.sources]
        lines += [f"    {state} --> [*]" for state in self.resting]
        return "\n".join(lines)

    def _instead(self, state: str) -> str:
        possible = [m.name for m in self.moves if state in m.sources and m.command]
        return f"Possible now: {', '.join(possible)}." if possible else "Nothing leads on from there."

    def _refuse(self, rule: str, path: tuple[str, ...]) -> None:
        raise LifecycleError(
            f"Lifecycle {self.name}", rule, got=" → ".join(path), next="Change the table.", path=path, lifecycle=self.name
        )

    def _check_final(self) -> None:
        for move in self.moves:
            for state in set(move.sources) & set(self.final):
                self._refuse(f"nothing leaves the final state {state}", (state, move.name, move.target))

    def _check_reachable(self) -> None:
        reached = self._reachable(self.initial)
        for state in self.states:
            if state not in reached:
                self._refuse("every state must be reachable", (self.initial, "...", state))

    def _check_traps(self) -> None:
        for state in self.states:
            if not self._reachable(state) & set(self.resting):
                self._refuse("every state must lead to one where the thing may rest", (state,))

    def _reachable(self, start: str) -> set[str]:
        reached, todo = {start}, deque([start])
        while todo:
            here = todo.popleft()
            for move in self.moves:
                if here in move.sources and move.target not in reached:
                    reached.add(move.target)
                    todo.append(move.target)
        return reached

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
            for move in (m for m in self.moves if here in m.sources):
                then = (move.target, passed | (wanted & {move.target, *move.needs}))
                if then not in ways:
                    ways[then] = (*way, move.name, move.target)
                    todo.append(then)


def _or(words: tuple[str, ...]) -> str:
    return " or ".join(words)
