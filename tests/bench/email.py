"""Prints how quick the e-mail plugin hands mails in, as a ratio to smtplib with nothing around it.

Run it as ``python -m tests.bench.email [--size N] [--rounds N]``. It judges nothing. Both sides take turns in the same run at
the same Postfix, over a connection of their own that is kept, secured and logged in. The bare side sends the bytes of a mail
that lie ready; ours makes each mail of its message, text and page, and asks for reports. Before them stands what making the
bytes alone costs, beside the standard library's EmailMessage.
"""

from __future__ import annotations

import argparse
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from statistics import median
from time import perf_counter

from attrs import evolve

from incidentkit.hooks import Message, Secret
from incidentkit.mail import mail
from incidentkit_email import EmailChannel, EmailSettings
from tests.services.mail import DOMAIN, PASSWORD, MailServer, mail_server

TEXT = "Hola, Eva:\n\nTu pedido 1001 está en camino. Llega el jueves 7 de mayo.\n\n" * 8
MESSAGE = Message(
    key="message/1",
    to=f"ana@{DOMAIN}",
    subject="Tu pedido 1001 está en camino",
    text=TEXT,
    html=f"<html><body><p>{TEXT}</p></body></html>",
    at=datetime(2026, 5, 1, tzinfo=UTC),
    sender=f"shop@{DOMAIN}",
    name="Eva Quirós",
    language="es",
    sender_name="Casa Lumbre",
    unsubscribe="https://shop.example/u/1",
)


def _timed(act: Callable[[int], object], size: int) -> float:
    begun = perf_counter()
    for number in range(size):
        act(number)
    return (perf_counter() - begun) / size


def _by_the_library(number: int) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Casa Lumbre <shop@{DOMAIN}>", MESSAGE.to, MESSAGE.subject
    made["Message-ID"] = f"<{number}@{DOMAIN}>"
    made.set_content(MESSAGE.text)
    made.add_alternative(MESSAGE.html, subtype="html")
    return made.as_bytes()


def _bare(server: MailServer) -> smtplib.SMTP:
    client = smtplib.SMTP("localhost", server.submission, "shop.test", timeout=30)
    client.starttls(context=ssl.create_default_context(cafile=str(server.ca_file)))
    client.login("shop", PASSWORD)
    return client


def _measure(server: MailServer, size: int, rounds: int) -> None:
    channel = EmailChannel(
        EmailSettings(
            host="localhost", port=server.submission, user="shop", password=Secret(PASSWORD), ca_file=str(server.ca_file)
        )
    )
    client, ready = _bare(server), mail(MESSAGE)

    def bare(number: int) -> None:
        client.sendmail(MESSAGE.sender, [MESSAGE.to], ready)

    def ours(number: int) -> None:
        channel.send(evolve(MESSAGE, key=f"message/{number}"))

    took: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(rounds):
        took["bare"].append(_timed(bare, size))
        took["ours"].append(_timed(ours, size))
        server.settle()
    client.quit()
    channel.close()
    theirs, our = median(took["bare"]), median(took["ours"])
    print(f"bare smtplib   {1 / theirs:7.0f} a second  {theirs * 1e6:6.0f} µs")
    print(f"incidentkit    {1 / our:7.0f} a second  {our * 1e6:6.0f} µs  {our / theirs:.2f} times bare smtplib")


def main() -> None:
    """Both sides, in turn."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=int, default=200)
    arguments.add_argument("--rounds", type=int, default=7)
    given = arguments.parse_args()
    made, theirs = _timed(lambda number: mail(evolve(MESSAGE, key=str(number))), 2000), _timed(_by_the_library, 500)
    print(f"making a mail  {made * 1e6:.0f} µs, by the standard library {theirs * 1e6:.0f} µs")
    with mail_server() as server:
        _measure(server, given.size, given.rounds)


if __name__ == "__main__":
    main()
