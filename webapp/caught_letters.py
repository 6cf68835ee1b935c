"""The mail server of the demonstration: it takes every letter, keeps it in memory, and sends none on."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller  # pyright: ignore[reportMissingTypeStubs]

from engine.base.settings import MailServer

AT_MOST = 200
OK = "250 Taken"
HEADERS = {"id": "Message-ID", "to": "To", "subject": "Subject", "date": "Date"}


@dataclass(frozen=True, slots=True)
class CaughtLetter:
    """As it came over the line."""

    id: str
    to: str
    subject: str
    date: str
    body: str


class CaughtLetters:
    """Of this run of the demonstration, the newest first."""

    def __init__(self) -> None:
        self._letters: deque[CaughtLetter] = deque(maxlen=AT_MOST)

    def listen(self) -> MailServer:
        """From now on until the process ends, on a port of this machine that nobody else has."""
        controller = OnAnyPort(self, hostname="127.0.0.1", port=0)
        controller.start()
        return MailServer("127.0.0.1", controller.listens_at, "throughline@demonstration.invalid", security="none")

    def keep(self, letter: CaughtLetter) -> None:
        self._letters.append(letter)

    def newest_first(self) -> Sequence[CaughtLetter]:
        return list(reversed(self._letters))

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd asks for it)
        message = message_from_bytes(envelope.content, policy=default)
        head = {field: str(message[name]) for field, name in HEADERS.items()}
        self.keep(CaughtLetter(**head, body=message.get_content()))
        return OK


class OnAnyPort(Controller):
    """aiosmtpd greets its own server at the port that it was given: here it is the one that the system chose."""

    @property
    def listens_at(self) -> int:
        return cast("Any", self.server).sockets[0].getsockname()[1]

    def _trigger_server(self) -> None:
        self.port = self.listens_at
        super()._trigger_server()
