"""Bounces that were written for people only.

Few rules, each of which needs two signs: a mail server wrote it, and it says that a message did not arrive. What they don't
find stays an automatic mail, which moves nothing and can be looked at.
"""

from __future__ import annotations

import re
from email.message import Message

from attrs import evolve

from incidentkit.delivery.inbound.headers import Headers, addresses_in, message_ids
from incidentkit.delivery.inbound.reasons import reason_of, status_in
from incidentkit.delivery.inbound.reports import enclosed, fields_in, news_of_fields
from incidentkit.domain.messages import ReceiptKind
from incidentkit.ports import ReceiptNews

__all__ = ["bounces_in"]

_LONGEST = 20_000

_SERVER = re.compile(r"mailer[._ -]?daemon|post[._-]?master|mail deliver[a-z]* (?:sub)?system", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|undelivered|returned mail|delivery (?:status|fail|problem|has failed)|failure notice"
    r"|mail (?:delivery )?fail|mail system error"
    r"|could not be delivered|delivery failure|not delivered|non remis|no se pudo entregar"
    r"|error sending your mail|message delayed|delayed mail"
    r"|message .{1,60} delayed",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"(?:could|can|was|were|has|have) ?no?t be(?:en)? (?:delivered|sent)|(?:could|can)(?:not"
    r"| not) (?:be )?deliver|not (?:be )?delivered|undeliverable"
    r"|undelivered|delivery (?:to the following|has failed|failed|failure|attempt)|permanent (?:fatal )?error"
    r"|failed permanently|returned mail"
    r"|unable to deliver|rejected|unknown user|user unknown|does not exist|message you sent|returned to (?:you"
    r"|sender)|fatal errors|problem delivering"
    r"|wasn't able to deliver|wasn't delivered|couldn't be delivered|no se pudo entregar|no ha podido",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"(?:not|n't) (?:yet )?been (?:yet )?delivered|still being retried|delivery .{0,30}(?:delayed"
    r"|will be retried)|will (?:be )?(?:continue|retr|keep trying|try)"
    r"|delay(?:ed)? \d+ hours|this is a warning message only|you do not need to resend",
    re.IGNORECASE,
)
_GAVE_UP = re.compile(
    r"giv(?:e|ing|en) up|gave up|permanent|failed after|retry time(?:out)? exceeded|could not be delivered for"
    r"|too long",
    re.IGNORECASE,
)
# Where the message that came back begins, and everything after it is its own.
_ORIGINAL = re.compile(
    r"^.{0,10}(?:-{3,} ?(?:this is a copy|the body of|below this line|original message|message header"
    r"|returned message|unsent message|the following is"
    r"|mail header|the header|start of|transcript of|a copy)|(?:original|your) message (?:follows|headers)"
    r"|(?:received|return-path|message-id|mime-version):)",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_ID = re.compile(r"^[ >\t]*message-id:[ \t]*(<[^<>\s]{1,995}>)", re.IGNORECASE | re.MULTILINE)


def bounces_in(mail: Message, headers: Headers, text: str) -> tuple[ReceiptNews, ...]:
    """What a server says in words of messages that it could not deliver; nothing where it says none of that.

    Args:
        text: everything that is written for people in it.
    """
    text = text[:_LONGEST]
    if not _from_server(headers):
        return ()
    references = enclosed(mail).ids("message-id") or tuple(dict.fromkeys(_MESSAGE_ID.findall(text)))[:1]
    fields = [block for block in fields_in(text) if "final-recipient" in block]
    if fields:
        return tuple(news_of_fields(block, references, text) for block in fields)
    said = _before_original(text)
    if not (_FAILED.search(said) or _DELAYED.search(said) or _SUBJECT.search(headers.first("subject"))):
        return ()
    news = _in_words(said, references)
    people = _people(headers, said)
    return tuple(evolve(news, recipient=address) for address in people) or (news,)


def _from_server(headers: Headers) -> bool:
    said = " ".join(headers.all("from")[:2])
    empty = any(path.replace(" ", "") in ("<>", "") for path in headers.raw("return-path"))
    failed = "x-failed-recipients" in headers
    return bool(_SERVER.search(said)) or failed or (bool(_SUBJECT.search(headers.first("subject"))) and (empty or "<>" in said))


def _before_original(text: str) -> str:
    """The server's own words. Where nothing stands before the message, all of it."""
    found = _ORIGINAL.search(text)
    before = text[: found.start()] if found else text
    return before if before.strip() else text


def _in_words(said: str, references: tuple[str, ...]) -> ReceiptNews:
    status = status_in("", said)
    delayed = _DELAYED.search(said) is not None and not status.permanent and not _GAVE_UP.search(said)
    kind = ReceiptKind.DEFERRED if delayed else ReceiptKind.BOUNCED
    return ReceiptNews(kind=kind, references=references, status=status.code, reason="" if delayed else reason_of(status, said))


def _people(headers: Headers, said: str) -> tuple[str, ...]:
    """Whom it did not reach: as the server names them, else the first address in its words that is no server's."""
    named = headers.addresses("x-failed-recipients")
    if named:
        return named
    shop = set(headers.addresses("to"))
    found = [a for a in addresses_in(said) if a not in shop and not _SERVER.search(a) and f"<{a}>" not in message_ids(a)]
    return tuple(found[:1])
