"""The server as it is started: it answers, its clock ticks, and it says plainly why it cannot start."""

import re
import signal
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import update

from engine.base import clock
from engine.base.database import Database
from engine.base.settings import is_loopback
from engine.tables import Deadline
from tests.repository.tools import BIN
from tests.webapp.conftest import Run
from webapp.cli.ticking import ticking

LONGEST = 60


@contextmanager
def started(
    folder: Path, *arguments: str, ended_by: signal.Signals = signal.SIGINT
) -> Generator["subprocess.Popen[str]"]:
    environment = {"THROUGHLINE_VAR": str(folder / "var"), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [BIN / "throughline", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
        process.send_signal(ended_by)
        process.wait(timeout=LONGEST)
    finally:
        process.kill()
        process.communicate()


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_it_answers_and_keeps_its_data(tmp_path: Path) -> None:
    port = free_port()
    for ended_by in (signal.SIGHUP, signal.SIGINT):
        with started(tmp_path, "serve", "--demo", "--port", str(port), ended_by=ended_by) as process:
            assert first_line(process) == f"Throughline is at http://127.0.0.1:{port} (stop it with Ctrl+C)\n"
            with urlopen(f"http://127.0.0.1:{port}/", timeout=LONGEST) as page:
                assert "Priya Raman" in page.read().decode()
        assert process.returncode == 0


def test_a_taken_port_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with started(tmp_path, "serve", "--port", str(port)) as process:
            said = first_line(process)
            process.wait(timeout=LONGEST)
    assert said == (
        f"Error: Port {port} is taken by another program. Choose another one, for example PORT={port + 1} make run.\n"
    )
    assert process.returncode == 1
    assert not (tmp_path / "var").exists()


def test_the_clock_runs_alone_and_stops_when_told(tmp_path: Path) -> None:
    with started(tmp_path, "scheduler") as process:
        assert "belong to one account on this machine" in first_line(process)
        assert "authority add" in first_line(process)  # a site in which there is nobody yet
        assert first_line(process) == "The clock is ticking. Stop it with Ctrl+C.\n"
        process.terminate()
        process.wait(timeout=LONGEST)
    assert process.returncode == 0


def test_a_tick_acts_on_what_has_run_out(demonstration: Database) -> None:
    with demonstration.transaction() as connection:
        connection.execute(
            update(Deadline).where(Deadline.met_at.is_(None)).values(due_at=clock.now() - timedelta(hours=1))
        )
    tick = ticking(demonstration)
    assert tick()
    assert tick() == 0


@pytest.fixture
def demonstration(tmp_path: Path) -> Generator[Database]:
    run = subprocess.run(
        [BIN / "throughline", "demo", "--database", f"sqlite:///{tmp_path / 'demo.db'}"],
        env={"THROUGHLINE_VAR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.match("The demonstration is ready", run.stdout)
    database = Database(f"sqlite:///{tmp_path / 'demo.db'}")
    yield database
    database.dispose()


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("localhost", True), ("::1", True),
        ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("localhost.example.org", False), ("", False),  # noqa: S104
    ],
)  # fmt: skip
def test_which_addresses_only_this_machine_reaches(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours


def test_several_processes_are_refused_where_they_cannot_work(run: Run, tmp_path: Path) -> None:
    refused = run("serve", "--workers", "2")
    assert (refused.exit_code, refused.stderr.startswith("Error: 2 workers need PostgreSQL. SQLite lets one")) == (
        2,
        True,
    )
    demonstration = run("serve", "--demo", "--workers", "2", "--database", "postgresql://nobody@127.0.0.1:1/none")
    assert "The demonstration keeps its letters in one process" in demonstration.stderr
    assert run("serve", "--workers", "0").exit_code == 2
    assert not (tmp_path / "var").exists()
