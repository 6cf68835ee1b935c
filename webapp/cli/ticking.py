"""The clock as it ticks: what is done every few seconds while the site, or the clock on its own, runs."""

import signal
from collections.abc import Callable
from datetime import UTC
from functools import partial, wraps
from typing import Any

import click
from apscheduler.schedulers.background import BackgroundScheduler  # pyright: ignore[reportMissingTypeStubs]

from engine.base import clock
from engine.base.database import Database
from engine.base.mail import hand_over
from engine.base.read_only import ReadOnly
from engine.base.settings import MailServer, Settings
from engine.commands.approving_changes import publish_due
from engine.commands.carrying_over_many import go_on_carrying_over
from engine.commands.checkpointing import keep_outside
from engine.commands.handing_over import empty_outbox
from engine.commands.taking_in import take_in_looks
from engine.commands.ticks import tick_and_note
from engine.people.identity import SYSTEM
from engine.record.checkpoints import HeadsLog, SigningKey
from engine.record.kept_looks import LookFile
from webapp import keys
from webapp.cli.guarding import Guard
from webapp.unsaved import take_up

TICK_SECONDS = 15
SEND_SECONDS = 5
KEEP_SECONDS = 60


def tick_until_stopped(database: Database, settings: Settings) -> None:
    """Until this process is told to stop; what is being acted on then is finished first."""
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # a handler could interrupt the scheduler, which swallows exceptions
    scheduler = start_ticking(database, settings)
    click.echo("The clock is ticking. Stop it with Ctrl+C.")
    signal.sigwait(stop)
    scheduler.shutdown()  # pyright: ignore[reportUnknownMemberType]


def start_ticking(database: Database, settings: Settings) -> BackgroundScheduler:
    """Only ticks: what is due stands in the database, so that a tick that was missed loses nothing. One that is late is
    made up for, and the guard sees that no shift of the clock of the machine puts it off.
    """
    scheduler = BackgroundScheduler(timezone=UTC, daemon=True)
    guard = Guard(scheduler)
    jobs = [(guard.watched(ticking(database)), TICK_SECONDS), (keeping(database, settings), KEEP_SECONDS)]
    jobs.append((lambda: take_up(database, settings.unsaved, clock.now()), TICK_SECONDS))
    if settings.mail:  # a job of its own: no clock waits for a mail server
        jobs.append((sending(database, settings.mail, settings.address), SEND_SECONDS))
    jobs.append((taking_in(database, settings), TICK_SECONDS))
    jobs.append((lambda: go_on_carrying_over(database, clock.now), SEND_SECONDS))
    jobs.append((lambda: publish_due(database, clock.now()), TICK_SECONDS))
    # While the site is read only, by hand, nothing is written by the clock either.
    jobs = [(unless_read_only(settings, job), seconds) for job, seconds in jobs]
    how: dict[str, Any] = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    for job, seconds in jobs:
        scheduler.add_job(job, "interval", seconds=seconds, next_run_time=clock.now(), **how)  # pyright: ignore[reportUnknownMemberType]
    scheduler.start()  # pyright: ignore[reportUnknownMemberType]
    guard.start()
    return scheduler


def ticking(database: Database) -> Callable[[], int | None]:
    return lambda: tick_and_note(database, SYSTEM, clock.now, clock.uptime)


def sending(database: Database, server: MailServer, address: str) -> Callable[[], int]:
    """Empties the outbox over this mail server. `address` is that of the site, for the links."""
    return lambda: empty_outbox(database, SYSTEM, clock.now, partial(hand_over, server), address=address)


def taking_in(database: Database, settings: Settings) -> Callable[[], int]:
    """Looks that were kept in a file come into the record. The key is read once."""
    kept = LookFile(settings.looks, keys.key(settings.keys, keys.LOOKS))

    def take_in_once() -> int:
        return take_in_looks(database, SYSTEM, clock.now(), kept)

    return take_in_once


def unless_read_only(settings: Settings, job: Callable[[], object]) -> Callable[[], object]:
    read_only = ReadOnly(settings.var)

    @wraps(job)
    def run() -> object:
        return None if read_only.stands_by_hand() else job()

    return run


def keeping(database: Database, settings: Settings) -> Callable[[], None]:
    """The heads of the record go outside the database; the key is read once."""
    key = SigningKey(settings.checkpoint_key)
    heads = HeadsLog(settings.checkpoints, key)
    return lambda: keep_outside(database, clock.now(), key, settings.checkpoints, heads)
