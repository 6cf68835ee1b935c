"""Programs that a test starts as systemd would, clients that ask all the while, and waiting for what is to come."""

import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread

LONGEST = 120
# systemd hands a socket over as descriptor 3, and names the process that it is for.
WITH_SOCKET = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.execvpe(sys.argv[2], sys.argv[2:], {**os.environ, "LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"})
"""


@contextmanager
def started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], listener: socket.socket | None = None
) -> Generator["subprocess.Popen[bytes]"]:
    """What it says is in a file beside its folder, named `said`. It has ended, in any case, after the block."""
    given = () if listener is None else (listener.fileno(),)
    if listener is not None:
        command = [sys.executable, "-S", "-c", WITH_SOCKET, str(listener.fileno()), *command]
    with (folder / "said").open("ab") as said:
        process = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=said, stderr=said, pass_fds=given)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(condition: Callable[[], object]) -> None:
    """Looks again and again, for as long as the slowest machine may take."""
    for _ in range(LONGEST * 20):
        if condition():
            return
        Event().wait(0.05)
    raise AssertionError(f"{condition} did not come about")


def children(process: int) -> set[int]:
    """The processes that it has begun and that still run."""
    try:
        return {int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()}
    except OSError:
        return set()


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


@dataclass(frozen=True)
class Front:
    """nginx, as a browser reaches it. `host`: what the browser calls it."""

    port: int
    host: str
    trusting: ssl.SSLContext

    def connect(self, address: str = "127.0.0.1") -> ssl.SSLSocket:
        """From this address of the machine."""
        made = socket.create_connection(("127.0.0.1", self.port), LONGEST, (address, 0))
        return self.trusting.wrap_socket(made, server_hostname=self.host)

    def get(self, page: str, headers: Mapping[str, str] | None = None) -> tuple[int, Message, str]:
        """On a connection of its own. Raises OSError or HTTPException where no answer comes."""
        connection = HTTPConnection(self.host)
        connection.sock = self.connect()
        try:
            connection.request("GET", page, headers=dict(headers or {}))
            with connection.getresponse() as answer:
                return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()


@contextmanager
def asking_all_the_while(front: Front, page: str) -> Generator[list[object]]:
    """What came of each request, one after the other: a status, or an error."""
    got: list[object] = []
    over = Event()

    def ask() -> None:
        while not over.wait(0.05):
            try:
                got.append(front.get(page)[0])
            except (OSError, HTTPException) as error:
                got.append(repr(error))

    asking = [Thread(target=ask) for _ in range(2)]
    for one in asking:
        one.start()
    try:
        yield got
    finally:
        over.set()
        for one in asking:
            one.join()
