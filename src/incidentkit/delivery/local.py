"""The built-in plugin ``local``: each message becomes a mail in a Maildir, each payment a file in a folder."""

from __future__ import annotations

import errno
import itertools
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from incidentkit.delivery.local_payer import LocalPayer
from incidentkit.delivery.maildir import MaildirBox
from incidentkit.errors import ConfigurationError, TransientChannelError
from incidentkit.hooks import (
    AddressKind,
    Channel,
    ChannelFeatures,
    Mailbox,
    Message,
    Payer,
    PluginContext,
    Receipt,
    ReceiptKind,
    hookimpl,
)
from incidentkit.mail import digest, mail, message_id

__all__ = [
    "LocalChannel",
    "LocalSettings",
    "incidentkit_register_channels",
    "incidentkit_register_mailboxes",
    "incidentkit_register_payers",
]

_PARTS = ("tmp", "new", "cur")


@frozen
class LocalSettings:
    """``[plugins.local]``.

    Args:
        maildir: the folder for what goes out; a relative one lies in the store's.
        inbox: the Maildir that the mailbox ``local`` reads; a relative one lies in the store's folder. Empty for none.
        payments: the folder that the payer ``local`` writes to; a relative one lies in the store's folder.
    """

    maildir: str = "maildir"
    inbox: str = "inbox"
    payments: str = "payments"


class LocalChannel:
    """Writes mails into a Maildir, and reports them delivered.

    A file is named by its key, so the same key sent again leaves one file, whoever has read it meanwhile. A mail is whole
    or not there: it survives a killed process, though not a power cut. The folder is made with the first message; a
    ``temporary`` one in the machine's folder for such.
    """

    name = "local"
    features = ChannelFeatures(confirms=True, idempotent=True, lookup=True)
    address: AddressKind = "email"

    def __init__(self, maildir: Path, *, temporary: bool = False) -> None:
        self.maildir = maildir
        self._temporary = temporary
        self._counter = itertools.count()
        self._made = False
        self._read: tuple[int, frozenset[str]] = (-1, frozenset())

    def __repr__(self) -> str:
        return f"LocalChannel({str(self.maildir)!r})"

    def send(self, message: Message) -> Receipt:
        """Write the mail, unless it is there.

        Raises:
            PermanentChannelError: no mail can be made of the message.
            UnsupportedFeature: an address beyond ASCII.
            TransientChannelError: the folder can't be written to.
        """
        content = mail(message)
        name = digest(message.key)
        try:
            self._make()
            if not self._holds(name):
                self._write(name, content)
        except OSError as error:
            self._made = False
            got = errno.errorcode.get(error.errno or 0, "an error of the file system")
            raise TransientChannelError("The local channel", "must be able to write to its Maildir", got=got) from error
        return Receipt(ReceiptKind.DELIVERED, message_id(message))

    def look_up(self, key: str) -> Receipt | None:
        """Delivered where the mail of that key is in the Maildir."""
        return Receipt(ReceiptKind.DELIVERED) if self._holds(digest(key)) else None

    @property
    def _new(self) -> Path:
        return self.maildir / "new"

    @property
    def _cur(self) -> Path:
        return self.maildir / "cur"

    def _make(self) -> None:
        if self._temporary:
            self.maildir = Path(tempfile.mkdtemp(prefix="incidentkit-")) / self.maildir
            self._temporary = False
        if not self._made:
            for part in _PARTS:
                (self.maildir / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._made = True

    def _holds(self, name: str) -> bool:
        return (self._new / name).exists() or name in self._already_read()

    def _already_read(self) -> frozenset[str]:
        """What mail programs have moved to ``cur``, where they add flags to the names."""
        try:
            changed = self._cur.stat().st_mtime_ns
        except FileNotFoundError:
            return frozenset()
        if changed != self._read[0]:
            self._read = changed, frozenset(entry.name.partition(":")[0] for entry in self._cur.iterdir())
        return self._read[1]

    def _write(self, name: str, content: bytes) -> None:
        # A name of its own for each attempt: two processes may be at the same key, and one may have been killed at it.
        draft = self.maildir / "tmp" / f"{name}.{os.getpid()}.{next(self._counter)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            draft.replace(self._new / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise


@hookimpl
def incidentkit_register_channels(context: PluginContext) -> Iterable[Channel]:
    """The channel ``local``; for a store without a folder it writes to a temporary one."""
    maildir = Path(context.settings(LocalSettings).maildir) if context.raw else Path(LocalSettings().maildir)
    if context.directory is not None:
        return [LocalChannel(context.directory / maildir)]
    if maildir.is_absolute():
        return [LocalChannel(maildir)]
    if context.raw:
        raise ConfigurationError(
            "plugins.local.maildir",
            "must be absolute where the store has no folder",
            got=str(maildir),
            problems=(f"plugins.local.maildir: expected an absolute path, found {str(maildir)!r}",),
        )
    return [LocalChannel(maildir, temporary=True)]


@hookimpl
def incidentkit_register_mailboxes(context: PluginContext) -> Iterable[Mailbox]:
    """The mailbox ``local``, which reads a Maildir; none for a store without a folder, unless an absolute one is named."""
    inbox = Path(context.settings(LocalSettings).inbox if context.raw else LocalSettings().inbox)
    if not inbox.parts or (context.directory is None and not inbox.is_absolute()):
        return []
    return [MaildirBox("local", inbox if context.directory is None else context.directory / inbox)]


@hookimpl
def incidentkit_register_payers(context: PluginContext) -> Iterable[Payer]:
    """The payer ``local``; for a store without a folder it writes to a temporary one, unless an absolute one is named."""
    folder = Path(context.settings(LocalSettings).payments if context.raw else LocalSettings().payments)
    if context.directory is not None:
        return [LocalPayer(context.directory / folder)]
    return [LocalPayer(folder, temporary=not folder.is_absolute())]
