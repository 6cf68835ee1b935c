"""One letter handed over to the mail server by SMTP, and what came of it. Touches no database.

Only the server's word counts: a letter is *taken* when the server has said so after its end. Before the end of a letter
whatever goes wrong leaves it with us; once the end is on its way and no answer comes, nobody knows.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from enum import Enum
from threading import Timer
from typing import Any

from engine.base.settings import MailServer

# For one answer of the server, and for the whole of a letter: a server that is slow holds up the others no longer.
ANSWER_SECONDS = 20
LETTER_SECONDS = 120
_DETAILED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_END = b".\r\n"
NO_ANSWER = "The mail server gave no clear answer when the whole letter had been sent"


class Fate(Enum):
    """What became of a letter that we tried to hand over."""

    TAKEN = "the mail server has taken it"
    LATER = "it is still with us, and is tried again"
    REFUSED = "the mail server takes it at no time"
    UNKNOWN = "nobody knows whether the mail server has taken it"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`why` is for people, and names nobody. `server_at_fault`: another letter would fare no better just now."""

    fate: Fate
    why: str = ""
    server_at_fault: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """To one address. `id` stays the same however often it is tried, and the letter is known by it everywhere."""

    id: str
    address: str
    subject: str
    body: str


def hand_over(server: MailServer, letter: Letter, now: datetime) -> Outcome:
    """Waits for the server, so never inside a transaction. Whatever goes wrong is an outcome, not an exception."""
    try:
        message = _written(server, letter, now)
    except (ValueError, LookupError):  # an address that is none, or a line break in a header
        return Outcome(Fate.REFUSED, "The address cannot be written to.")
    try:
        with _connected(server) as connection:
            return _said(connection, server, letter.address, message)
    except (smtplib.SMTPException, OSError, ValueError) as error:  # ValueError: a password that is no text
        return Outcome(Fate.LATER, _not_reached(error), server_at_fault=True)


def _not_reached(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"The mail server did not let us in{_code(error.smtp_code, error.smtp_error)}."
        case smtplib.SMTPNotSupportedError():
            return "The mail server does not offer what is set up: TLS, or signing in."
        case smtplib.SMTPResponseException():
            return f"The mail server turned us away{_code(error.smtp_code, error.smtp_error)}."
        case ssl.SSLError():
            return "The certificate of the mail server cannot be trusted."
        case _:
            return "The mail server cannot be reached, or does not answer."


def _said(connection: smtplib.SMTP, server: MailServer, address: str, message: bytes) -> Outcome:
    """Raises what smtplib raises, but only before the end of the letter: there it is ours still."""
    options = () if address.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
    if options and not connection.has_extn("smtputf8"):
        return Outcome(Fate.REFUSED, "The mail server cannot write to an address with such letters.")
    for answer, wanted in (
        (lambda: connection.mail(server.sender, options), (250,)),
        (lambda: connection.rcpt(address), (250, 251)),
        (lambda: connection.docmd("data"), (354,)),
    ):
        code, words = answer()
        if code not in wanted:
            return _refused(code, words)
    connection.send(message)
    try:
        connection.send(_END)
        code, words = connection.getreply()
    except (smtplib.SMTPException, OSError):
        return Outcome(Fate.UNKNOWN, f"{NO_ANSWER}.")
    if 200 <= code < 300:
        return Outcome(Fate.TAKEN)
    return _refused(code, words) if 400 <= code < 600 else Outcome(Fate.UNKNOWN, f"{NO_ANSWER}{_code(code, words)}.")


def _refused(code: int, words: bytes) -> Outcome:
    """5xx is for good; 421, and what is no answer of SMTP, is about the server and about no letter."""
    said = _code(code, words)
    if 500 <= code < 600:
        return Outcome(Fate.REFUSED, f"The mail server does not take it{said}.")
    return Outcome(Fate.LATER, f"The mail server does not take it just now{said}.", server_at_fault=code in (-1, 421))


def _code(code: int, words: bytes | str) -> str:
    """The numbers alone: the words of a server may name an address."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    detailed = _DETAILED.search(text)
    return f" ({code}{f' {detailed[0]}' if detailed else ''})" if code > 0 else ""


def _written(server: MailServer, letter: Letter, now: datetime) -> bytes:
    """As it goes over the line, but for its end. Raises ValueError for what no header holds."""
    if letter.address.count("@") != 1 or any(one.isspace() or one in "<>,;:" for one in letter.address):
        raise ValueError("this is no address")
    message = EmailMessage(SMTP if letter.address.isascii() else SMTPUTF8)
    message["From"], message["To"], message["Subject"] = server.sender, letter.address, letter.subject
    message["Date"] = now
    message["Message-ID"] = f"<{letter.id}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # no machine answers it (RFC 3834)
    message.set_content(letter.body, cte="quoted-printable")
    lines = message.as_bytes()
    return re.sub(rb"(?m)^\.", b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


@contextmanager
def _connected(server: MailServer) -> Generator[smtplib.SMTP]:
    """Greeted, secured and signed in. It is left without waiting for a farewell."""
    context = ssl.create_default_context()
    domain = server.sender.rpartition("@")[2]
    if server.security == "implicit":
        tls = {"timeout": ANSWER_SECONDS, "context": context}
        connection: smtplib.SMTP = _PatientTls(server.host, server.port, domain, **tls)
    else:
        connection = _Patient(server.host, server.port, domain, timeout=ANSWER_SECONDS)
    try:
        connection.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
        if server.user:
            connection.login(server.user, server.password())
        yield connection
    finally:
        connection.close()


class _Bounded:
    """Cuts the line when a letter has taken too long, whatever the server drips into it."""

    sock: socket.socket | None

    def __init__(self, *args: Any, **named: Any) -> None:
        self._watch = Timer(LETTER_SECONDS, self._cut)
        self._watch.daemon = True
        self._watch.start()
        try:
            super().__init__(*args, **named)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._watch.cancel()
        super().close()  # type: ignore[misc]

    def _cut(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _Patient(_Bounded, smtplib.SMTP):
    pass


class _PatientTls(_Bounded, smtplib.SMTP_SSL):
    pass
