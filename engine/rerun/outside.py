"""What stood outside a case when something was done in it: closure days, local limits and the models in force."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert

from engine.calendar import Calendar
from engine.record import Line, lines
from engine.rerun.scratch import put_in_force
from engine.tables import ClosureDay, LocalTimescale

SYSTEM_CHAIN = "system"
KINDS = ("closure_day_added", "closure_day_removed", "local_limit_set", "published")


@dataclass(frozen=True, slots=True)
class Outside:
    """As it stood from a moment on."""

    since: datetime
    closure_days: frozenset[date] = frozenset()
    limits: tuple[tuple[str, int], ...] = ()
    bundle: str | None = None

    @property
    def closures(self) -> str:
        return closures_of(Calendar(self.closure_days).version)


def closures_of(calendar: str) -> str:
    """Of the version of a calendar the part that the authority settles; the rest names the library of bank holidays."""
    return calendar.partition(", ")[2]


def history(connection: Connection, first: datetime) -> tuple[Outside, ...]:
    """Every state in which the authority has been, from the first moment on; read from the chain of the system."""
    found = [Outside(first)]
    for line in lines(connection, SYSTEM_CHAIN, KINDS):
        found.append(_after(found[-1], line))
    return tuple(found)


def _after(before: Outside, line: Line) -> Outside:
    said = line.payload or {}
    now = replace(before, since=max(before.since, line.at))
    if line.kind == "published":
        return replace(now, bundle=line.bundle)
    if line.kind == "local_limit_set":
        return replace(now, limits=tuple(sorted({**dict(before.limits), said["clock"]: said["limit"]}.items())))
    day = frozenset({date.fromisoformat(said["day"])})
    days = before.closure_days | day if line.kind == "closure_day_added" else before.closure_days - day
    return replace(now, closure_days=days)


def stood_at(states: Sequence[Outside], at: datetime, act: Sequence[Line]) -> Outside:
    """By time; but with the closure days that the act's own entries name and the models that it started something on,
    since of two commands of one moment either may have come first.
    """
    known = [state for state in states if state.since <= at] or list(states[:1])
    found = known[-1]
    if (named := next(_calendars(act), None)) is not None and closures_of(named) != found.closures:
        later = [state for state in states if state.since > at]
        agreeing = [state for state in [*reversed(known), *later] if state.closures == closures_of(named)]
        found = replace(found, closure_days=agreeing[0].closure_days if agreeing else found.closure_days)
    started = next((line.bundle for line in act if line.kind == "started"), None)
    return replace(found, bundle=started or found.bundle)


def _calendars(act: Sequence[Line]) -> Iterator[str]:
    for line in act:
        if line.payload and line.kind in ("deadline", "recounted") and "calendar" in line.payload:
            yield line.payload["calendar"]


def set_up(connection: Connection, before: Outside | None, now: Outside) -> Outside:
    """Makes the scratch database stand as the authority stood. What nothing says otherwise of stays as it was."""
    if now.bundle is None and before:
        now = replace(now, bundle=before.bundle)
    if before is None or before.closure_days != now.closure_days:
        _replace(connection, ClosureDay, [{"day": day, "name": "", **_by("added", now)} for day in now.closure_days])
    if before is None or before.limits != now.limits:
        rows = [{"clock": clock, "limit": limit, **_by("changed", now)} for clock, limit in now.limits]
        _replace(connection, LocalTimescale, rows)
    if now.bundle and (before is None or before.bundle != now.bundle):
        put_in_force(connection, now.bundle)
    return now


def _by(what: str, state: Outside) -> dict[str, Any]:
    return {f"{what}_at": state.since, f"{what}_by": ""}


def _replace(connection: Connection, table: type[ClosureDay | LocalTimescale], rows: list[dict[str, Any]]) -> None:
    connection.execute(delete(table))
    if rows:
        connection.execute(insert(table), rows)
