"""The guard over the ticking clock: APScheduler plans by the time of day, which somebody can set."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import TypeVar

import structlog
from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.schedulers.background import BackgroundScheduler  # pyright: ignore[reportMissingTypeStubs]

from engine.base import clock
from engine.reads.lists.header import LONGEST_UNTICKED

LOOK_SECONDS = 1
# More than a machine that is set by small steps drifts between two looks.
SET_SECONDS = 2
SAID_EVERY = 60

log = structlog.get_logger()
Result = TypeVar("Result")


class Guard:
    """Looks every second of the machine's uptime. `now` and `uptime`, in seconds, are those of the machine; tests give
    their own.

    Where the time of day was set, whatever was planned is planned from now: a job that was to run at 10:00 is not to
    wait a day because it is yesterday again. Where no tick has come to its end for two minutes it says so, aloud.
    """

    def __init__(
        self,
        scheduler: BackgroundScheduler,
        now: Callable[[], datetime] = clock.now,
        uptime: Callable[[], float] = lambda: clock.uptime().seconds,
    ) -> None:
        self._scheduler, self._now, self._uptime = scheduler, now, uptime
        self._wall, self._up = now(), uptime()
        self._ticked = self._said = self._up

    def watched(self, tick: Callable[[], Result]) -> Callable[[], Result]:
        """The same tick, which the guard knows to have come to its end."""

        def ticked() -> Result:
            result = tick()
            self._ticked = self._uptime()
            return result

        return ticked

    def start(self) -> None:
        """Until the scheduler is shut down."""
        stop = Event()
        self._scheduler.add_listener(lambda _: stop.set(), EVENT_SCHEDULER_SHUTDOWN)  # pyright: ignore[reportUnknownMemberType, reportUnknownLambdaType]
        Thread(target=self._until, args=(stop,), name="guard of the clock", daemon=True).start()

    def look(self) -> None:
        wall, up = self._now(), self._uptime()
        was_set_by = wall - self._wall - timedelta(seconds=up - self._up)
        if abs(was_set_by.total_seconds()) > SET_SECONDS:
            self._wall, self._up = wall, up
            by = int(was_set_by.total_seconds())
            log.warning("the clock of the machine was set: the next tick is planned anew", seconds=by)
            for job in self._scheduler.get_jobs():  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
                job.modify(next_run_time=wall)  # pyright: ignore[reportUnknownMemberType]
        if up - self._ticked > LONGEST_UNTICKED.total_seconds() and up - self._said > SAID_EVERY:
            self._said = up
            log.critical("no tick has come to its end: deadlines are not being checked", seconds=int(up - self._ticked))

    def _until(self, stop: Event) -> None:
        while not stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception as fault:  # noqa: BLE001 - whatever goes wrong in a look, the next one is made
                log.error("the guard of the clock could not look", why=type(fault).__name__)
