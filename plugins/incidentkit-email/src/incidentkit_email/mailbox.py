"""The mailbox: answers and reports, fetched over IMAP, with nothing in it changed (RFC 3501, 2177)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from incidentkit.errors import PermanentChannelError, TransientChannelError
from incidentkit.hooks import Fetched
from incidentkit_email.errors import no_line
from incidentkit_email.settings import MailboxSettings

if TYPE_CHECKING:
    from imapclient import IMAPClient

__all__ = ["ImapMailbox"]

_SERVER = "The mailbox"


class ImapMailbox:
    """Reads one folder. Its cursor holds the folder's UIDVALIDITY and the last UID that was fetched.

    Where a server numbers a folder anew, all of it is fetched again; a mail's name is made of its bytes, so that the inbox
    knows those that it had.
    """

    def __init__(self, settings: MailboxSettings) -> None:
        self.settings = settings
        self._next: tuple[int, int] | None = None

    def __repr__(self) -> str:
        return f"ImapMailbox('{self.settings.host}:{self.settings.server_port}')"

    @property
    def name(self) -> str:
        """As the settings call it."""
        return self.settings.name

    def fetch(self, cursor: str | None, limit: int) -> Fetched:
        """The mails after ``cursor``, at most ``limit``, the oldest first.

        Raises:
            TransientChannelError: the server can't be reached, or does not do its part now.
            PermanentChannelError: it refuses the user and password, or has no such folder.
        """
        with self._folder() as (client, valid, following):
            after = _last(cursor, valid)
            # A range that ends in * always has the last mail in it, even one before its start.
            found = sorted(uid for uid in client.search(["UID", f"{after + 1}:*"]) if uid > after)
            mails = [mail for uid in found[:limit] for mail in self._mails(client, uid)]
        self._next = (valid, following)
        last = found[:limit][-1] if found[:limit] else after
        return Fetched(mails, f"{valid}:{last}", more=len(found) > limit)

    def wait(self, seconds: float) -> bool:
        """Wait until a mail is there that the last `fetch` had not seen, by IDLE where the server offers it.

        Returns:
            False where nothing came in ``seconds``, or the server has no IDLE: then at once.

        Raises:
            TransientChannelError, PermanentChannelError: as for `fetch`.
        """
        with self._folder() as (client, valid, following):
            if self._next is not None and (valid, following) != self._next:
                return True
            if not client.has_capability("IDLE"):
                return False
            client.idle()
            came = client.idle_check(timeout=seconds)
            client.idle_done()
            return any(len(news) > 1 and news[1] == b"EXISTS" for news in came)

    def _mails(self, client: IMAPClient, uid: int) -> Iterator[tuple[str, bytes]]:
        """The mail of that number; none where it was deleted meanwhile. One at a time, for they may be large."""
        answer: dict[int, dict[bytes, Any]] = client.fetch([uid], [f"BODY.PEEK[]<0.{self.settings.largest}>"])
        content = answer.get(uid, {}).get(b"BODY[]<0>")
        if content:
            yield sha256(content).hexdigest(), content

    @contextmanager
    def _folder(self) -> Iterator[tuple[IMAPClient, int, int]]:
        """A connection with the folder open for reading, its UIDVALIDITY, and the UID that the next mail will get."""
        from imapclient import IMAPClient
        from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

        from incidentkit_email.line import tls_context

        settings = self.settings
        context = tls_context(settings.security, settings.ca_file)
        try:
            with IMAPClient(
                settings.host,
                settings.server_port,
                ssl=settings.security == "tls",
                ssl_context=context,
                timeout=settings.timeout.total_seconds(),
            ) as client:
                if settings.security == "starttls":
                    client.starttls(context)
                _log_in(client, settings)
                opened = _open(client, settings.folder)
                yield client, int(opened[b"UIDVALIDITY"]), int(opened[b"UIDNEXT"])
        # What these say may quote a command, and with it the password.
        except OSError as error:
            raise no_line(error, _SERVER) from None
        except (IMAPClientError, IMAPClientAbortError) as error:
            raise TransientChannelError(_SERVER, "must answer as IMAP has it", got=type(error).__name__) from None


def _last(cursor: str | None, valid: int) -> int:
    """The UID after which to go on; 0 where the cursor is of another numbering, or none of ours."""
    numbering, _, last = (cursor or "").partition(":")
    return int(last) if numbering == str(valid) and last.isdecimal() else 0


def _log_in(client: IMAPClient, settings: MailboxSettings) -> None:
    from imapclient.exceptions import LoginError

    try:
        client.login(settings.user, settings.password.reveal())
    except LoginError:
        raise PermanentChannelError(_SERVER, "must accept the user and password", next="Correct them.") from None


def _open(client: IMAPClient, folder: str) -> dict[bytes, Any]:
    from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

    try:
        opened: dict[bytes, Any] = client.select_folder(folder, readonly=True)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        raise PermanentChannelError(_SERVER, "must have the folder", got=folder, next="Correct it.") from None
    return opened
