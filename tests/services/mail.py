"""A Postfix and a Dovecot that are thrown away: mails handed in by submission, delivered by LMTP, read by IMAP, reported on."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import field, frozen

from tests.services.need import need

__all__ = ["DOMAIN", "PASSWORD", "MailServer", "mail_server"]

DOMAIN = "shop.test"
PASSWORD = "s3cret-of-the-shop"
_USERS = ("shop", "ana", "everyone")
_MEMORY = Path("/dev/shm")
_DAEMONS = Path("/usr/lib/postfix/sbin")
_PATIENCE = 120.0

_DOVECOT = """
base_dir = {base}/run
state_dir = {base}/state
instance_name = incidentkit-{submission}
log_path = {base}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <{base}/chain.pem
ssl_key = <{base}/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
recipient_delimiter = +
mail_location = maildir:~/Maildir
mail_fsync = never
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {base}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/mail/%n
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
protocol lmtp {{
  auth_username_format = %n
}}
"""

_MAIN = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {base}/postfix.log
maillog_file_prefixes = {base}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.{domain}
mydomain = {domain}
myorigin = {domain}
mydestination =
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
virtual_mailbox_domains = {domain}, example.com
virtual_mailbox_maps =
virtual_alias_maps = regexp:{base}/everyone
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:5.7.1 no mail leaves this machine
recipient_delimiter = +
message_size_limit = 30000000
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_tls_cert_file = {base}/chain.pem
smtpd_tls_key_file = {base}/key.pem
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_reject_unlisted_recipient = no
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
queue_run_delay = 5s
minimal_backoff_time = 5s
"""

_MASTER = """
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_auth_only=yes
  -o smtpd_sasl_auth_enable=yes
127.0.0.1:{smtp} inet n - n - - smtpd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
proxymap  unix  - - n - - proxymap
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@frozen
class MailServer:
    """A running pair. ``shop``, ``ana`` and ``everyone`` have mailboxes at `DOMAIN`, and log in with `PASSWORD`.

    Whatever goes to ``example.com`` lands in the mailbox ``everyone``. Anybody else at `DOMAIN` is unknown: a report says so.

    Args:
        submission: the port for senders, who must use STARTTLS and log in.
        smtp: the port for other servers, without either.
        imap, imaps: the ports for readers, who must use STARTTLS with the first.
        ca_file: the certificate to trust.
        folder: all that the two write lies here.
    """

    submission: int
    smtp: int
    imap: int
    imaps: int
    ca_file: Path
    folder: Path = field(repr=False)

    def mails(self, user: str) -> list[bytes]:
        """The mails in a mailbox, as Dovecot wrote them."""
        box = self.folder / "mail" / user / "Maildir"
        return [path.read_bytes() for part in ("new", "cur") for path in sorted((box / part).glob("*"))]

    def settle(self) -> None:
        """Wait until Postfix has delivered or reported all that it has, as long as it goes on."""
        while before := self._queued():
            _wait(lambda: self._queued() < before, "the queue to become shorter")

    def _queued(self) -> int:
        """How many files are in the queues."""
        queues = [self.folder / "queue" / name for name in ("maildrop", "incoming", "active", "deferred", "bounce", "trace")]
        return sum(path.is_file() for queue in queues for path in queue.rglob("*"))

    def stop(self, *, abruptly: bool = False) -> None:
        """End Postfix; Dovecot stays."""
        _postfix(self.folder, "abort" if abruptly else "stop")
        _wait(lambda: not _listens(self.submission), "Postfix to end")

    def start(self) -> None:
        """Begin Postfix again, where it left off."""
        _postfix(self.folder, "start")
        _wait(lambda: _listens(self.submission) and _listens(self.smtp), "Postfix to begin")

    def hold(self) -> None:
        """From now on, keep what is handed in, and deliver none of it."""
        _tool(self.folder, "postconf", "-e", "smtpd_end_of_data_restrictions=check_client_access static:HOLD")
        _postfix(self.folder, "reload")

    def release(self) -> None:
        """Deliver what was kept, as Postfix comes to it."""
        _tool(self.folder, "postsuper", "-H", "ALL")

    def receive(self, mail: EmailMessage, sender: str, to: str) -> None:
        """Hand in a mail as another server would."""
        import smtplib

        with smtplib.SMTP("127.0.0.1", self.smtp, "elsewhere.test", timeout=_PATIENCE) as other:
            other.send_message(mail, sender, [to])


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Both servers, on ports of their own of this machine alone."""
    need("Postfix", shutil.which("postfix", path="/usr/sbin:/sbin"), "install Debian's package postfix")
    found = shutil.which("dovecot", path="/usr/sbin:/sbin") and Path("/usr/lib/dovecot/lmtp").exists()
    need("Dovecot", found, "install Debian's packages dovecot-imapd and dovecot-lmtpd")
    need("root, which Postfix's master must be", os.geteuid() == 0, "run it as root")
    need("trustme", find_spec("trustme"), "pip install trustme")
    memory = _MEMORY if _MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="ik-mail-", dir=memory) as folder:
        base = Path(folder)
        base.chmod(0o755)
        ports = dict(zip(("submission", "smtp", "imap", "imaps", "auth", "lmtp"), _free_ports(6), strict=True))
        _configure(base, ports)
        named = {name: ports[name] for name in ("submission", "smtp", "imap", "imaps")}
        server = MailServer(**named, ca_file=base / "ca.pem", folder=base)
        with _dovecot(base, ports):
            try:
                server.start()
                yield server
            finally:
                server.stop(abruptly=True)


def _configure(base: Path, ports: dict[str, int]) -> None:
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(base / "ca.pem"))
    certificate.private_key_pem.write_to_path(str(base / "key.pem"))
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(str(base / "chain.pem"), append=True)
    user, group = pwd.getpwnam("nobody"), grp.getgrnam("nogroup")
    (base / "users").write_text("".join(f"{name}:{PASSWORD}\n" for name in _USERS))
    (base / "everyone").write_text(f"/@example\\.com$/ everyone@{DOMAIN}\n")
    for name in ("mail", "data", "queue", "postfix"):
        (base / name).mkdir()
    shutil.chown(base / "mail", user.pw_uid, group.gr_gid)
    shutil.chown(base / "data", "postfix")
    values = {"base": base, "domain": DOMAIN, "daemons": _DAEMONS, "user": user.pw_uid, "group": group.gr_gid, **ports}
    # A folder of its own for Postfix's, for it looks at every file beside them whenever it starts.
    for name, text in (("dovecot.conf", _DOVECOT), ("postfix/main.cf", _MAIN), ("postfix/master.cf", _MASTER)):
        (base / name).write_text(text.format(**values))


@contextmanager
def _dovecot(base: Path, ports: dict[str, int]) -> Iterator[None]:
    command = ["/usr/sbin/dovecot", "-F", "-c", str(base / "dovecot.conf")]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
    ) as process:
        try:
            _wait(lambda: all(_listens(ports[name]) for name in ("imap", "imaps", "auth", "lmtp")), "Dovecot to begin")
            yield
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _postfix(base: Path, verb: str) -> None:
    _tool(base, "postfix", verb, check=verb not in ("stop", "abort"))


def _tool(base: Path, name: str, *arguments: str, check: bool = True) -> None:
    subprocess.run(
        [f"/usr/sbin/{name}", "-c", str(base / "postfix"), *arguments],
        check=check,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        timeout=_PATIENCE,
    )


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _wait(until: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + _PATIENCE
    while not until():
        if time.monotonic() > limit:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.02)
