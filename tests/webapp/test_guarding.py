"""No shift of the clock of the machine puts a tick off, and one that does not end is told. No test waits."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler  # pyright: ignore[reportMissingTypeStubs]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.reads.lists.header import LONGEST_UNTICKED
from tests.builders import MONDAY
from webapp.cli.guarding import Guard
from webapp.cli.ticking import TICK_SECONDS

TICK = timedelta(seconds=TICK_SECONDS)


@dataclass
class Machine:
    """What its clock says, and for how many seconds it has been up."""

    wall: datetime = MONDAY
    up: float = 1000.0

    def goes_on(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.up += seconds

    def now(self) -> datetime:
        return self.wall

    def uptime(self) -> float:
        return self.up


@dataclass
class Guarded:
    """A scheduler that is not let run, so that only what it has planned is seen."""

    machine: Machine
    scheduler: Any
    guard: Guard

    def plan(self) -> None:
        """As after a tick."""
        self.scheduler.get_jobs()[0].modify(next_run_time=self.machine.wall + TICK)

    @property
    def puts_off(self) -> timedelta:
        """For how long from now the next tick is put off."""
        return self.scheduler.get_jobs()[0].next_run_time - self.machine.wall


@pytest.fixture
def guarded() -> Generator[Guarded]:
    machine, scheduler = Machine(), BackgroundScheduler(timezone=UTC)
    guard = Guard(scheduler, machine.now, machine.uptime)
    scheduler.add_job(lambda: None, "interval", seconds=TICK_SECONDS)  # pyright: ignore[reportUnknownMemberType]
    scheduler.start(paused=True)  # pyright: ignore[reportUnknownMemberType]
    yield Guarded(machine, scheduler, guard)
    scheduler.shutdown()  # pyright: ignore[reportUnknownMemberType]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    shifts=st.lists(
        st.tuples(st.timedeltas(timedelta(days=-400), timedelta(days=400)), st.floats(0, 14)), min_size=1, max_size=4
    )
)
def test_however_the_clock_is_set_the_next_tick_is_not_put_off(
    guarded: Guarded, shifts: list[tuple[timedelta, float]]
) -> None:
    """Back, forward, by a second or a year, and again: it never waits longer than it would have."""
    machine = guarded.machine
    guarded.plan()
    for shift, meanwhile in shifts:
        machine.goes_on(meanwhile)
        machine.wall += shift
        guarded.guard.look()
        assert guarded.puts_off <= TICK + timedelta(seconds=2)


def test_one_that_nobody_guards_is_put_off(guarded: Guarded) -> None:
    """The planted fault."""
    guarded.plan()
    guarded.machine.wall -= timedelta(days=3)
    assert guarded.puts_off > timedelta(days=3)


def test_a_clock_that_nobody_sets_leaves_the_plan_alone(guarded: Guarded, capsys: pytest.CaptureFixture[str]) -> None:
    """Over the change to summer time, too: it is planned in UTC."""
    machine = guarded.machine
    machine.wall = datetime(2026, 3, 29, 0, 59, 55, tzinfo=UTC)
    guard = Guard(guarded.scheduler, machine.now, machine.uptime)
    guarded.plan()
    planned = machine.wall + TICK
    for _ in range(10):
        machine.goes_on(1)
        guard.look()
    assert machine.wall + guarded.puts_off == planned
    assert "was set" not in "".join(capsys.readouterr())


def test_small_steps_add_up(guarded: Guarded) -> None:
    """A clock that is set back by a second each time is seen as well."""
    guarded.plan()
    for _ in range(3):
        guarded.machine.goes_on(1)
        guarded.machine.wall -= timedelta(seconds=1)
        guarded.guard.look()
    assert guarded.puts_off == timedelta()


def test_a_tick_that_does_not_end_is_told_once_a_minute(guarded: Guarded, capsys: pytest.CaptureFixture[str]) -> None:
    machine, guard = guarded.machine, guarded.guard
    tick = guard.watched(lambda: 7)
    machine.goes_on(LONGEST_UNTICKED.total_seconds())
    assert tick() == 7
    machine.goes_on(LONGEST_UNTICKED.total_seconds())
    guard.look()
    assert "no tick has come to its end" not in "".join(capsys.readouterr())
    for _ in range(90):
        machine.goes_on(1)
        guard.look()
    assert "".join(capsys.readouterr()).count("no tick has come to its end") == 2


def test_a_tick_that_fails_is_none(guarded: Guarded, capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        raise OSError

    guarded.machine.goes_on(LONGEST_UNTICKED.total_seconds() + 1)
    with pytest.raises(OSError):  # noqa: PT011 - it has no words
        guarded.guard.watched(fails)()
    guarded.guard.look()
    assert "no tick has come to its end" in "".join(capsys.readouterr())
