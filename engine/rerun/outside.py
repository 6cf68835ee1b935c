"""What stood outside a case when something was done in it: closure days, local limits and the models in force."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert

from engine.record.chain import RecordedEntry, authority_chain, lines
from engine.rerun.scratch import put_in_force
from engine.tables import ClosureDay, LocalTimescale
from engine.timescales.calendar import Calendar

# As long as one command may wait for another.
ALMOST_AT_ONCE = timedelta(minutes=1)
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


def history(connection: Connection, authority: str, first: datetime) -> tuple[Outside, ...]:
    """Every state in which the authority has been, from the first moment on; read from its chain."""
    found = [Outside(first)]
    for line in lines(connection, authority_chain(authority), KINDS):
        found.append(_after(found[-1], line))
    return tuple(found)


def _after(before: Outside, line: RecordedEntry) -> Outside:
    said = line.payload or {}
    now = replace(before, since=max(before.since, line.at))
    if line.kind == "published":
        return replace(now, bundle=line.bundle)
    if line.kind == "local_limit_set":
        return replace(now, limits=tuple(sorted({**dict(before.limits), said["clock"]: said["limit"]}.items())))
    day = frozenset({date.fromisoformat(said["day"])})
    days = before.closure_days | day if line.kind == "closure_day_added" else before.closure_days - day
    return replace(now, closure_days=days)


def stood_at(states: Sequence[Outside], at: datetime, act: Sequence[RecordedEntry]) -> Outside:
    """By time; of those that stood within a minute of it the one that the act's own entries name, since of two commands
    given almost at once either may have come first. The models are those that it started something on.
    """
    latest = next((state for state in reversed(states) if state.since <= at), states[0])
    near = [one for one in states if abs(one.since - at) <= ALMOST_AT_ONCE]
    # And the one that stood before them.
    near = [*(one for one in states if one.since < at - ALMOST_AT_ONCE), *near][-len(near) - 1 :]
    found = next((state for state in (latest, *reversed(near)) if _agrees(state, act)), latest)
    started = next((line.bundle for line in act if line.kind == "started"), None)
    return replace(found, bundle=started or latest.bundle)


def _agrees(state: Outside, act: Sequence[RecordedEntry]) -> bool:
    limits = dict(state.limits)
    for said in (line.payload for line in act if line.payload and line.kind in ("deadline", "recounted")):
        if "calendar" in said and closures_of(said["calendar"]) != state.closures:
            return False
        if "limit" in said and limits.get(said["clock"], said["limit"]) != said["limit"]:
            return False
    return True


def set_up(connection: Connection, authority: str, before: Outside | None, now: Outside) -> Outside:
    """Makes the scratch database stand as the authority stood. What nothing says otherwise of stays as it was."""
    if now.bundle is None and before:
        now = replace(now, bundle=before.bundle)
    ours = {"authority_id": authority}
    if before is None or before.closure_days != now.closure_days:
        _replace(
            connection, ClosureDay, [{**ours, "day": day, "name": "", **_by("added", now)} for day in now.closure_days]
        )
    if before is None or before.limits != now.limits:
        rows = [{**ours, "clock": clock, "limit": limit, **_by("changed", now)} for clock, limit in now.limits]
        _replace(connection, LocalTimescale, rows)
    if now.bundle and (before is None or before.bundle != now.bundle):
        put_in_force(connection, authority, now.bundle)
    return now


def _by(what: str, state: Outside) -> dict[str, Any]:
    return {f"{what}_at": state.since, f"{what}_by": ""}


def _replace(connection: Connection, table: type[ClosureDay | LocalTimescale], rows: list[dict[str, Any]]) -> None:
    connection.execute(delete(table))
    if rows:
        connection.execute(insert(table), rows)
