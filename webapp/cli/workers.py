"""Several processes that serve one socket: begun, begun again where one dies, replaced one by one, ended together.

Each is a new program and not a copy of this one, so that a replacement runs the version that is installed by then.
"""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from engine.base.settings import Settings, environment_with
from webapp.cli.server import DRAIN_SECONDS

START_SECONDS = 120
AGAIN_SECONDS = 5
BEGIN = "from webapp.cli.worker import begin; begin()"
END = {signal.SIGTERM, signal.SIGINT}
HEARD = {*END, signal.SIGHUP, signal.SIGCHLD}

log = structlog.get_logger()


class NoWorker(Exception):
    """A process could not begin to serve; it has said itself why."""


@dataclass(frozen=True, slots=True)
class Worker:
    """`line`: where it says that it is ready, and notices when we are gone."""

    process: "subprocess.Popen[bytes]"
    line: socket.socket

    def wait_until_ready(self) -> None:
        """Raises NoWorker."""
        self.line.settimeout(START_SECONDS)
        try:
            ready = self.line.recv(1)
        except TimeoutError:
            ready = b""
        if not ready:
            self.end(0)
            raise NoWorker("A process that was to serve the site could not begin.")

    @property
    def is_gone(self) -> bool:
        return self.process.poll() is not None

    def end(self, seconds: float) -> None:
        """Waits that long for what it is doing, and no longer."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.line.close()


class Workers:
    """`number` processes on PostgreSQL. `scheduler`: one of them lets the clock tick."""

    def __init__(self, chosen: Settings, listener: socket.socket, number: int, *, scheduler: bool) -> None:
        self._environment = environment_with(DATABASE_URL=chosen.database_url)
        self._listener = listener
        self._number = number
        self._scheduler = scheduler
        self._serving: list[Worker] = []
        self._leaving: list[Worker] = []

    def run(self, ready: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT. SIGHUP replaces them one by one, while the others serve. Raises NoWorker where they
        cannot begin; later that is tried again.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        try:
            self._serving = [self._begun() for _ in range(self._number)]
            for worker in self._serving:
                worker.wait_until_ready()
            ready()
            while (told := signal.sigwait(HEARD)) not in END:
                if not self._told(told) and signal.sigtimedwait(END, AGAIN_SECONDS):
                    break
        finally:
            self._end()

    def _told(self, number: int) -> bool:
        """False where a process could not begin: then the next try is not at once."""
        try:
            if number == signal.SIGHUP:
                self._replace()
            self._fill_up()
        except NoWorker as problem:
            log.error("the site is served by fewer processes", why=str(problem), serving=len(self._serving))
            signal.raise_signal(signal.SIGCHLD)
            return False
        return True

    def _begun(self) -> Worker:
        ours, theirs = socket.socketpair()
        given = (self._listener.fileno(), theirs.fileno())
        arguments = [*map(str, given), *(["scheduler"] if self._scheduler else [])]
        with theirs:
            process = subprocess.Popen(  # noqa: S603 (this very program)
                [sys.executable, "-P", "-c", BEGIN, *arguments], env=self._environment, pass_fds=given
            )
        return Worker(process, ours)

    def _replace(self) -> None:
        for old in list(self._serving):
            self._serving.append(self._ready_one())
            self._serving.remove(old)
            self._leaving.append(old)
            old.process.terminate()

    def _fill_up(self) -> None:
        for worker in (*self._serving, *self._leaving):
            if worker.is_gone:
                worker.line.close()
                if worker in self._serving:
                    log.error("a process that served the site is gone", status=worker.process.returncode)
        self._serving = [worker for worker in self._serving if not worker.is_gone]
        self._leaving = [worker for worker in self._leaving if not worker.is_gone]
        while len(self._serving) < self._number:
            self._serving.append(self._ready_one())

    def _ready_one(self) -> Worker:
        worker = self._begun()
        worker.wait_until_ready()
        return worker

    def _end(self) -> None:
        running = [*self._serving, *self._leaving]
        for worker in running:
            worker.process.terminate()
        for worker in running:
            worker.end(DRAIN_SECONDS + AGAIN_SECONDS)
