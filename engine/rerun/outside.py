"""What stood outside a case when something was done in it: closure days, local limits, roles, who acts for whom,
organisations, the duty list, the models in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from engine.record.chain import RecordedEntry, authority_chain, lines
from engine.rerun.scratch import ANY_TIME, put_in_force
from engine.tables import Account, ClosureDay, Cover, DutyTurn, LocalTimescale, Membership, Organisation, Table
from engine.timescales.calendar import Calendar

TURNS = ("duty_turn_added", "duty_turn_changed", "duty_turn_removed")
COVERS = ("cover_set", "cover_ended")
OF_PEOPLE = ("account_disabled", "account_enabled", "organisation_added", "role_given", "role_ended")
OF_DAYS = ("closure_day_added", "closure_day_removed", "local_limit_set")
KINDS_OUTSIDE = (*OF_DAYS, "published", *OF_PEOPLE, *TURNS, *COVERS)
# Where the rows stand that such an entry added, and what it calls the id of one.
ADDED = {"role_given": ("roles", "membership"), "organisation_added": ("organisations", "organisation")}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outside:
    """As it stood from an entry of the authority's chain on: `number`, at the moment `since`.

    `bundles` are those that have been published by then, the last of them in force; `roles` the rows of those that had
    been given by then, each with the time for which it is held; `organisations` the rows of those that were there;
    `left` are the accounts that were disabled, `turns` what the duty list says, and `covers` who acts for whom.
    """

    since: datetime
    number: int = 0
    closure_days: frozenset[date] = frozenset()
    limits: tuple[tuple[str, int], ...] = ()
    bundles: tuple[str, ...] = ()
    roles: tuple[Row, ...] = ()
    organisations: tuple[Row, ...] = ()
    left: frozenset[str] = frozenset()
    turns: tuple[Row, ...] = ()
    covers: tuple[Row, ...] = ()

    @property
    def bundle(self) -> str | None:
        return self.bundles[-1] if self.bundles else None

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.closure_days)

    @property
    def closures(self) -> str:
        return closures_of(self.calendar.version)


def closures_of(calendar: str) -> str:
    """Of the version of a calendar the part that the authority settles; the rest names the library of bank holidays."""
    return calendar.partition(", ")[2]


def history(connection: Connection, authority: str, first: datetime) -> tuple[Outside, ...]:
    """Every state in which the authority has been, from the first moment on; read from its chain."""
    chain = lines(connection, authority_chain(authority), KINDS_OUTSIDE)
    held = select(Membership.__table__).join(Account, Account.id == Membership.account_id)
    roles = _by_id(connection, held.where(Account.authority_id == authority))
    organisations = _by_id(connection, select(Organisation.__table__).where(Organisation.authority_id == authority))
    _take_back_ends(roles, chain)
    to_come: dict[str, Row] = {}
    for line in chain:
        for table, (_, named) in zip((roles, organisations), ADDED.values(), strict=True):
            if (key := (line.payload or {}).get(named)) in table:
                to_come[key] = table.pop(key)
    found = [Outside(first, roles=tuple(roles.values()), organisations=tuple(organisations.values()))]
    for line in chain:
        found.append(_after(found[-1], line, to_come))
    return tuple(found)


def _take_back_ends(roles: dict[str, Row], chain: Sequence[RecordedEntry]) -> None:
    """A row has the end that was set last: before that it had another, or none."""
    for line in reversed(chain):
        said = line.payload or {}
        if line.kind == "role_ended" and said["membership"] in roles:
            roles[said["membership"]] = {**roles[said["membership"]], "held_until": _moment(said["before"])}


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _by_id(connection: Connection, rows: Select[*tuple[Any, ...]]) -> dict[str, Row]:
    return {row["id"]: dict(row) for row in connection.execute(rows).mappings()}


def _after(before: Outside, line: RecordedEntry, to_come: Mapping[str, Row]) -> Outside:
    """`to_come` are the rows, by id, of what was added after the first moment."""
    said = line.payload or {}
    now = replace(before, number=line.number, since=max(before.since, line.at))
    if line.kind == "published":
        return replace(now, bundles=(*before.bundles, line.bundle or ""))
    if line.kind in OF_PEOPLE:
        return _after_people(now, line, to_come)
    if line.kind in TURNS:
        others = tuple(turn for turn in before.turns if turn["id"] != said["turn"])
        return replace(now, turns=others if line.kind == "duty_turn_removed" else (*others, _turn(said)))
    if line.kind in COVERS:
        others = tuple(cover for cover in before.covers if cover["id"] != said["cover"])
        return replace(now, covers=(*others, _cover(said)))
    if line.kind == "local_limit_set":
        return replace(now, limits=tuple(sorted({**dict(before.limits), said["clock"]: said["limit"]}.items())))
    day = frozenset({date.fromisoformat(said["day"])})
    days = before.closure_days | day if line.kind == "closure_day_added" else before.closure_days - day
    return replace(now, closure_days=days)


def _after_people(now: Outside, line: RecordedEntry, to_come: Mapping[str, Row]) -> Outside:
    said = line.payload or {}
    if line.kind in ADDED:
        rows, named = ADDED[line.kind]
        new = to_come.get(said[named])
        return replace(now, **{rows: (*getattr(now, rows), *([new] if new else []))})
    if line.kind == "role_ended":
        ended, until = said["membership"], {"held_until": _moment(said["held_until"])}
        return replace(now, roles=tuple({**row, **until} if row["id"] == ended else row for row in now.roles))
    account = {said["account"]}
    return replace(now, left=now.left | account if line.kind == "account_disabled" else now.left - account)


def _turn(said: Mapping[str, Any]) -> Row:
    moments = {name: datetime.fromisoformat(said[name]) for name in ("starts_at", "ends_at")}
    row = {"id": said["turn"], "account_id": said["account"], "place": said["place"], "address": said["address"]}
    return row | moments


def _cover(said: Mapping[str, Any]) -> Row:
    who = {"absent_id": said["absent"], "covering_id": said["covering"], "team_id": said["team"]}
    span = {name: datetime.fromisoformat(said[name]) for name in ("held_from", "held_until")}
    return {"id": said["cover"], **who, **span}


def stood_at(states: Sequence[Outside], saw: int) -> Outside:
    """As the command saw it that wrote `saw` into its act: whatever clock the moments were taken from."""
    return next(state for state in reversed(states) if state.number <= saw)


def set_up(connection: Connection, authority: str, before: Outside | None, now: Outside) -> None:
    """Makes the scratch database stand as the authority stood."""
    ours = {"authority_id": authority}
    if before is None or before.closure_days != now.closure_days:
        days = [{**ours, "day": day, "name": "", **_by("added", now)} for day in now.closure_days]
        _replace(connection, ClosureDay, days)
    if before is None or before.limits != now.limits:
        rows = [{**ours, "clock": clock, "limit": limit, **_by("changed", now)} for clock, limit in now.limits]
        _replace(connection, LocalTimescale, rows)
    _set_up_people(connection, ours, before, now)
    if now.bundle and (before is None or before.bundle != now.bundle):
        put_in_force(connection, authority, now.bundle)


def _set_up_people(connection: Connection, ours: Row, before: Outside | None, now: Outside) -> None:
    if before is None or before.roles != now.roles:
        _replace(connection, Membership, now.roles)
    if before is None or before.organisations != now.organisations:
        _replace(connection, Organisation, now.organisations)
    if before is None or before.left != now.left:
        connection.execute(update(Account).values(disabled_at=None))
        connection.execute(update(Account).where(Account.id.in_(now.left)).values(disabled_at=ANY_TIME))
    if before is None or before.covers != now.covers:
        _replace(connection, Cover, [{**ours, **cover} for cover in now.covers])
    if before is None or before.turns != now.turns:
        _replace(connection, DutyTurn, [{**ours, **turn, **_by("changed", now)} for turn in now.turns])


def _by(what: str, state: Outside) -> dict[str, Any]:
    return {f"{what}_at": state.since, f"{what}_by": ""}


def _replace(connection: Connection, table: type[Table], rows: Sequence[Row]) -> None:
    connection.execute(delete(table))
    if rows:
        connection.execute(insert(table), [dict(row) for row in rows])
