"""Several processes of the site on one database: as one to whoever asks, whatever becomes of each of them."""

import os
import signal
import socket
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest
from sqlalchemy import text

from engine.base import clock
from engine.base.database import Database
from engine.commands.sessions import begin
from tests.builders import account, authority
from tests.deployment.running import LONGEST, asking_all_the_while, children, runs, started, status, until
from tests.repository.tools import BIN
from webapp.cli.listening import listen

TICKING = text(
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND (classid::bigint << 32) | objid::bigint = hashtextextended('the clock', 0)"
)


@dataclass
class Served:
    database: Database
    process: "Popen[bytes]"
    port: int
    folder: Path
    headers: dict[str, str]

    @property
    def workers(self) -> set[int]:
        return children(self.process.pid)

    def ticking(self) -> object:
        with self.database.read() as connection:
            return connection.execute(TICKING).scalar_one_or_none()

    def said(self) -> str:
        return (self.folder / "said").read_text()


@pytest.fixture
def served(postgresql_database: Database, tmp_path: Path) -> Generator[Served]:
    """Somebody asks for a page before anything runs, as while systemd starts the site anew."""
    database = postgresql_database
    here = authority(database=database)
    token = begin(database, here.system, clock.now(), account(role="social_worker"))
    environment = {
        "THROUGHLINE_VAR": str(tmp_path / "var"),
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "THROUGHLINE_WORKERS": "2",
    }
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with (
            socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as early,
            started([str(BIN / "throughline"), "serve"], tmp_path, environment, listener) as process,
        ):
            early.sendall(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")
            until(lambda: "Throughline is at" in (tmp_path / "said").read_text() or process.poll() is not None)
            assert process.poll() is None, (tmp_path / "said").read_text()
            assert early.recv(15) == b"HTTP/1.1 200 OK"
            yield Served(database, process, port, tmp_path, {"Cookie": f"session={token}"})


def test_they_are_one_site_whatever_becomes_of_each(served: Served) -> None:
    first = served.workers
    assert len(first) == 2
    until(served.ticking)
    ticked_first = served.ticking()

    with asking_all_the_while(served.port, "/sign-in", {}) as got:
        served.process.send_signal(signal.SIGHUP)
        until(lambda: len(served.workers) == 2 and not served.workers & first)
        until(lambda: served.ticking() not in (None, ticked_first))
    assert len(got) > 10
    assert set(got) == {200}

    killed = min(served.workers)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(served.workers) == 2 and killed not in served.workers)
    assert "a process that served the site is gone" in served.said()
    assert status(served.port, "/tasks", served.headers) == 200

    last = served.workers
    served.process.terminate()
    assert served.process.wait() == 0
    assert not any(map(runs, last))
