"""What is new in an answer: its text without the quotes and the signature at its end.

Quotes in the middle stay, for whoever answers between the lines is not understood without them. Read from the last line
upwards, each line once: no text makes it slow. Why this is no library's: docs/explanation/decisions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import define, field

__all__ = ["reply_of"]

_HEADER_LINES = 5
_LONGEST_HEADER = 1_000

_BEGINS = re.compile(r"(?:On|El) \S")
_ENDS = re.compile(r"(?:wrote|escribió) ?:$")
_SENT_FROM = re.compile(r"(?:Sent from my|Enviado desde mi|Get Outlook for|Obtener Outlook para)(?: [\w.+-]+){1,3}")
_NAME_LINE = re.compile(r"-\w")
_RULE = re.compile(r"[_-]{7,}|-{3,} ?[^-_]{1,40} ?-{3,}")
_FORWARDED = re.compile(r"\*?(?:From|De):\*? .*")
_FORWARDED_FURTHER = re.compile(r"\*?(?:Sent|To|Date|Subject|Cc|Enviado|Enviado el|Para|Fecha|Asunto):\*?(?: .*)?")


@define
class _Block:
    """Lines that belong together, the last one first."""

    quoted: bool
    lines: list[str] = field(factory=list)
    signature: bool = False

    @property
    def beside(self) -> bool:
        """Whether it says nothing new."""
        return self.quoted or self.signature or not any(self.lines)


def reply_of(text: str) -> str:
    """The text as its writer meant it, lines ended by ``\\n``; all of it where everything would go."""
    lines = [line.rstrip() for line in _joined(text.replace("\r\n", "\n").split("\n"))]
    blocks = _blocks(lines[: _forwarded(lines)])
    while blocks and blocks[0].beside:
        del blocks[0]
    kept = "\n".join("\n".join(reversed(block.lines)) for block in reversed(blocks))
    return kept.strip("\n").rstrip() or text.strip()


def _blocks(lines: Sequence[str]) -> list[_Block]:
    """Blocks of quoted and other lines, the last one first."""
    blocks: list[_Block] = []
    for line in reversed(lines):
        last = blocks[-1] if blocks else None
        if last is not None and not last.signature and _ends_above(last, line):
            last.signature, last = True, None
        quoted = line.startswith(">")
        if last is None or last.signature or not _belongs(last, line, quoted=quoted):
            blocks.append(_Block(quoted))
        blocks[-1].lines.append(line)
    return blocks


def _ends_above(block: _Block, line: str) -> bool:
    """Whether a block that has come up to here is a signature: the line above it is empty, or it begins with the mark."""
    first = block.lines[-1]
    return not block.quoted and (first == "--" or (line == "" and _signs(first)))


def _signs(line: str) -> bool:
    line = line.strip()
    return line.startswith(("--", "__")) or bool(_NAME_LINE.match(line) or _SENT_FROM.fullmatch(line))


def _belongs(block: _Block, line: str, *, quoted: bool) -> bool:
    """A quote has its own lines, the empty ones among them and the one that says whose it is."""
    return quoted == block.quoted or (block.quoted and (line == "" or _introduces(line)))


def _introduces(line: str) -> bool:
    return bool(_BEGINS.match(line) and _ENDS.search(line[-20:]))


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """The lines, with one that says whose the quote is made whole where a program has broken it."""
    at = 0
    while at < len(lines):
        count = _header_length(lines, at) if _BEGINS.match(lines[at]) else 1
        yield " ".join(line.strip() for line in lines[at : at + count]) if count > 1 else lines[at]
        at += count


def _header_length(lines: Sequence[str], at: int) -> int:
    """How many lines from there on make one such line; 1 where they make none."""
    for count, line in enumerate(lines[at : at + _HEADER_LINES], 1):
        if len(line) > _LONGEST_HEADER or not line.strip() or (count > 1 and (line.startswith(">") or _BEGINS.match(line))):
            return 1
        if _ENDS.search(line.rstrip()[-20:]):
            return count
    return 1


def _forwarded(lines: Sequence[str]) -> int:
    """Where an earlier message begins with its own headers, as Outlook quotes; the end where none does."""
    for at, line in enumerate(lines[:-1]):
        if (
            at
            and _FORWARDED.fullmatch(line[:_LONGEST_HEADER])
            and _FORWARDED_FURTHER.fullmatch(lines[at + 1][:_LONGEST_HEADER])
        ):
            return _with_rule(lines, at)
    return len(lines)


def _with_rule(lines: Sequence[str], at: int) -> int:
    """Where the line is that is drawn above it."""
    above = at
    while above and not lines[above - 1]:
        above -= 1
    return above - 1 if above and _RULE.fullmatch(lines[above - 1].strip()[:_LONGEST_HEADER]) else at
