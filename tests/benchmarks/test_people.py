"""People at once, on the server as it is run: requests for each second of CPU, memory, and how long a start takes."""

import signal
import subprocess
import sys
from collections import deque
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import perf_counter

import pytest

from engine.base import clock
from engine.base.database import Database
from engine.commands import sessions
from engine.people.identity import SYSTEM
from tests.amount import LARGE, MEASURED, sized
from tests.benchmarks.conftest import Shows
from tests.benchmarks.many_cases import A_TEAM, WORKERS, many_cases, worker
from tests.benchmarks.measuring import Amount, Ratio, cpu_of
from tests.benchmarks.people import Load, at_work
from tests.builders import ROOT
from tests.webapp.test_serving import free_port

CASES = sized(3_000, 60)
BUSY, MANY = sized(40, 2), sized(200, 3)
SECONDS = 600 if LARGE else sized(60, 1)
TURNS, A_TURN = sized(3, 1), sized(10, 1)
# Requests for a second of CPU, with two workers of what they are with one.
KEPT = 0.9
PROGRAM = "from webapp.cli import main; main()"


@dataclass
class Server:
    process: "subprocess.Popen[str]"
    port: int
    start: float

    @property
    def family(self) -> list[int]:
        """The process with its children, and theirs."""
        found = [self.process.pid]
        for one in found:
            for file in Path(f"/proc/{one}/task").glob("*/children"):
                found += [int(child) for child in file.read_text().split()]
        return found

    @property
    def memory(self) -> int:
        """Bytes that no other process shares, of all of them."""
        return sum(_own_memory(one) for one in self.family)


def _own_memory(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


@contextmanager
def running(database: Database, folder: Path, workers: int) -> Generator[Server]:
    port, began = free_port(), perf_counter()
    settings = {"THROUGHLINE_VAR": str(folder), "THROUGHLINE_WORKERS": str(workers), "PYTHONUNBUFFERED": "1"}
    settings["DATABASE_URL"] = database.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--no-scheduler", "--port", str(port)],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        said = next((line for line in process.stdout if "Throughline is at" in line), "")
        assert said, "it did not start"
        # Who does not read on has the server wait, once what it logs has filled the pipe.
        reading = Thread(target=deque, args=(process.stdout, 0))
        reading.start()
        yield Server(process, port, perf_counter() - began)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        reading.join()
    finally:
        process.kill()
        process.communicate()


def signed_in(database: Database, count: int) -> list[str]:
    teams = max(1, CASES // A_TEAM)
    people = [worker(number % teams, number // teams % WORKERS) for number in range(count)]
    return [sessions.begin(database, SYSTEM, clock.now(), one) for one in people]


@dataclass
class Served:
    """What one server did in all its turns."""

    requests: int = 0
    cpu: float = 0

    def add(self, server: Server, load: Load, before: float) -> None:
        self.requests += load.requests
        self.cpu += (cpu_of(server.family) - before) / 1000

    @property
    def for_each_second(self) -> float:
        return self.requests / self.cpu


@pytest.mark.skipif(not MEASURED, reason="a server that starts is more than a run in small may cost")
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells")
def test_people_at_once(kind: str, as_it_is_run: Database, shows: Shows, tmp_path: Path) -> None:
    many_cases(as_it_is_run, CASES)
    asked = (1, 2) if kind == "PostgreSQL" else (1,)  # SQLite has one writer
    with ExitStack() as open_servers:
        servers = {
            workers: open_servers.enter_context(running(as_it_is_run, tmp_path / str(workers), workers))
            for workers in asked
        }
        everybody, done = signed_in(as_it_is_run, max(BUSY, MANY)), {workers: Served() for workers in asked}
        for _ in range(TURNS):
            for workers, server in servers.items():
                before = cpu_of(server.family)
                load = at_work(server.port, everybody[:BUSY], A_TURN, 0.3)
                done[workers].add(server, load, before)
        last = servers[asked[-1]]
        load = at_work(last.port, everybody[:MANY], SECONDS, 3)
        told(kind, servers, done, load, shows)
    assert not load.errors, load.errors


def told(kind: str, servers: dict[int, Server], done: dict[int, Served], load: Load, shows: Shows) -> None:
    for workers, server in servers.items():
        rate = f"{done[workers].for_each_second:.0f} for each second of CPU of the server"
        shows(Amount(f"Requests, {BUSY} people, {workers} of workers", kind, rate))
        shows(Amount(f"Start, until it answers, {workers} of workers", kind, f"{server.start:.1f} s"))
        shows(Amount(f"Memory of its own, {workers} of workers", kind, f"{server.memory / 1e6:.0f} MB"))
    if len(servers) > 1:
        one, two = (done[workers].for_each_second for workers in (1, 2))
        shows(Ratio("CPU of a request, 2 workers", kind, one / two, "1 worker", 1 / KEPT))
    errors = sum(load.errors.values())
    said = f"{load.requests:,} requests, {errors} errors; half within {load.median:.0f} ms, 95 % within "
    shows(Amount(f"{MANY} people for {SECONDS} s", kind, f"{said}{load.percentile(0.95):.0f} ms"))
