"""The site as a running server: gunicorn with one worker and threads, and the clock that ticks inside it."""

import errno
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from functools import partial
from typing import Any

import click
from apscheduler.schedulers.background import BackgroundScheduler  # pyright: ignore[reportMissingTypeStubs]
from gunicorn.app.base import BaseApplication  # pyright: ignore[reportMissingTypeStubs]

from engine.base import clock
from engine.base.database import Database
from engine.base.mail import hand_over
from engine.base.settings import MailServer, Settings
from engine.commands.checkpointing import keep_outside
from engine.commands.handing_over import empty_outbox
from engine.commands.timers import note_tick, tick
from engine.people.identity import SYSTEM
from engine.record.checkpoints import HeadsLog, SigningKey
from webapp import create_app
from webapp.caught_letters import CaughtLetters

TICK_SECONDS = 15
SEND_SECONDS = 5
KEEP_SECONDS = 60
THREADS = 8


class CannotListen(Exception):
    """The address or port cannot be had; the message says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Held from before the first word is written, so that a taken port is known at once. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise CannotListen(_why_not(host, port, error)) from None
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another one, for example PORT={port + 1} make run."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this account. Choose one above 1023, for example PORT=8000."
    return f"{host} is not an address of this machine that can be listened on: {error.strerror}."


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(BaseApplication):
    """gunicorn inside this process. The site and its clock are made in the worker, after it has been forked."""

    def __init__(self, settings: Settings, listener: socket.socket, *, demo: bool, scheduler: bool) -> None:
        self._settings = settings
        self._address = address_of(listener)
        self._descriptor = listener.detach()  # gunicorn closes it
        self._demo = demo
        self._scheduler = scheduler
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"fd://{self._descriptor}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._ready,
        }
        for name, value in options.items():
            self.cfg.set(name, value)  # pyright: ignore[reportOptionalMemberAccess]

    def load(self) -> Any:
        """In the demonstration the letters go to a mail server inside this process, whatever else is set up."""
        if self._demo:
            caught = CaughtLetters()
            self._settings = replace(self._settings, mail=caught.listen(), address=self._address)
            return create_app(self._settings, Database(self._settings.database_url), demo=True, caught=caught)
        return create_app(self._settings, Database(self._settings.database_url))

    def _ready(self, _worker: object) -> None:
        click.echo(f"Throughline is at {self._address} (stop it with Ctrl+C)")
        if self._scheduler:
            start_ticking(Database(self._settings.database_url), self._settings)


def tick_until_stopped(database: Database, settings: Settings) -> None:
    """Until this process is told to stop; what is being acted on then is finished first."""
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # a handler could interrupt the scheduler, which swallows exceptions
    scheduler = start_ticking(database, settings)
    click.echo("The clock is ticking. Stop it with Ctrl+C.")
    signal.sigwait(stop)
    scheduler.shutdown()  # pyright: ignore[reportUnknownMemberType]


def start_ticking(database: Database, settings: Settings) -> BackgroundScheduler:
    """Only ticks: what is due stands in the database, so that a tick that was missed loses nothing."""
    scheduler = BackgroundScheduler(timezone=UTC, daemon=True)
    jobs = [(ticking(database), TICK_SECONDS), (keeping(database, settings), KEEP_SECONDS)]
    if settings.mail:  # a job of its own: no clock waits for a mail server
        jobs.append((sending(database, settings.mail, settings.address), SEND_SECONDS))
    for job, seconds in jobs:
        scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
            job, "interval", seconds=seconds, next_run_time=clock.now(), max_instances=1, coalesce=True
        )
    scheduler.start()  # pyright: ignore[reportUnknownMemberType]
    return scheduler


def ticking(database: Database) -> Callable[[], int]:
    def tick_once() -> int:
        acted = tick(database, SYSTEM, clock.now())
        note_tick(database, SYSTEM, clock.now(), acted)
        return acted

    return tick_once


def sending(database: Database, server: MailServer, address: str) -> Callable[[], int]:
    """Empties the outbox over this mail server. `address` is that of the site, for the links."""
    return lambda: empty_outbox(database, SYSTEM, clock.now, partial(hand_over, server), address=address)


def keeping(database: Database, settings: Settings) -> Callable[[], None]:
    """The heads of the record go outside the database; the key is read once."""
    key = SigningKey(settings.checkpoint_key)
    heads = HeadsLog(settings.checkpoints, key)
    return lambda: keep_outside(database, clock.now(), key, settings.checkpoints, heads)
