"""Mail servers for tests, on this machine: a real one, and one that does at each step what it is told to."""

import socket
import ssl
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from engine.base.settings import MailServer

SENDER = "care@westshire.example"
HERE = "127.0.0.1"
WELCOME: Mapping[str, str] = {
    "greeting": "220 ready",
    "EHLO": "250 here",
    "MAIL": "250 go on",
    "RCPT": "250 go on",
    "DATA": "354 go on",
    "end": "250 taken",
    "RSET": "250 forgotten",
}
# Instead of an answer.
CLOSES, IS_SILENT = "closes the line", "says nothing"


@dataclass
class ScriptedServer:
    """`says` overrides the answer to a step of WELCOME. `taken` are the letters to whose end it said 2xx, or nothing;
    `asked` the lines of all conversations.
    """

    says: Mapping[str, str] = field(default_factory=dict[str, str])
    port: int = 0
    taken: list[bytes] = field(default_factory=list[bytes])
    asked: list[str] = field(default_factory=list[str])
    tls: ssl.SSLContext | None = None

    @property
    def settings(self) -> MailServer:
        return MailServer(HERE, self.port, SENDER, security="none")

    def talk(self, line: socket.socket) -> None:
        with suppress(OSError):
            self._talk(self.tls.wrap_socket(line, server_side=True) if self.tls else line)

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as lines:
            if not self._answers(line, "greeting"):
                return
            while asked := lines.readline():
                self.asked.append(asked.decode().strip())
                verb = asked[:4].decode().upper()
                if not self._answers(line, verb):
                    return
                if verb == "DATA" and self._said(verb).startswith("354") and not self._letter(line, lines):
                    return

    def _letter(self, line: socket.socket, lines: BinaryIO) -> bool:
        letter = b""
        while (one := lines.readline()) != b".\r\n":
            if not one:
                return False
            letter += one
        if not self._said("end").startswith(("4", "5")):
            self.taken.append(letter)
        return self._answers(line, "end")

    def _said(self, step: str) -> str:
        return {**WELCOME, **self.says}.get(step, "502 not known")

    def _answers(self, line: socket.socket, step: str) -> bool:
        words = self._said(step)
        if words == CLOSES:
            return False
        if words != IS_SILENT:
            line.sendall(f"{words}\r\n".encode())
        return True


@contextmanager
def listening(server: ScriptedServer) -> Generator[ScriptedServer]:
    with socket.create_server((HERE, 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listener, server), daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listener: socket.socket, server: ScriptedServer) -> None:
    with suppress(OSError):
        while True:
            line, _ = listener.accept()
            threading.Thread(target=server.talk, args=(line,), daemon=True).start()


@dataclass(frozen=True)
class Certificate:
    """Signed by itself: whoever trusts `file` trusts it."""

    file: Path
    context: ssl.SSLContext


def certificate(folder: Path, *, host: str = HERE, valid_for: timedelta = timedelta(days=365)) -> Certificate:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    begins = datetime(2024, 1, 1, tzinfo=UTC) if valid_for < timedelta(0) else datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30 if valid_for < timedelta(0) else 36500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([_named(host)]), critical=False)
        .sign(key, SHA256())
    )
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, secret)
    return Certificate(file, context)


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
