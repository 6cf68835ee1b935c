"""What an administrator settles: closure days and local limits. Open clocks are then counted anew, case by case."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.access import Actor
from engine.authority import calendar_of, local_rule
from engine.calendar import day_of
from engine.commands.casework import CaseWork, lock_case
from engine.commands.clocks import counted_anew_from, press
from engine.commands.command import May, Work, command
from engine.database import Database
from engine.errors import BadAnswers, NotPossible
from engine.models import in_force, model
from engine.process.bundle import Model
from engine.record import Fact, append
from engine.tables import Case, ClosureDay, Deadline, Instance, LocalTimescale
from engine.timescales import due

LARGEST_LIMIT = 1000
LONGEST_NAME = 100
NO_WORKING_DAY = "This day is a weekend, a bank holiday or one of your closure days already."


@command(may=May.ADMINISTRATOR)
def add_closure_day(work: Work, day: date, name: str) -> None:
    """A day that does not count as a working day. Raises BadAnswers for a day that is none already.

    Open clocks are counted anew by `recount`, at the next tick.
    """
    problems: dict[str, str] = {}
    if not calendar_of(work.connection).is_working_day(day):
        problems["day"] = NO_WORKING_DAY
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        problems["name"] = f"Say what the day is in up to {LONGEST_NAME} characters, for example: Christmas closure."
    if problems:
        raise BadAnswers(problems)
    values = {"day": day, "name": name.strip(), "added_at": work.now, "added_by": work.actor.signature}
    try:
        work.connection.execute(insert(ClosureDay).values(values))
    except IntegrityError:  # somebody else has added it at this moment
        raise BadAnswers({"day": NO_WORKING_DAY}) from None
    _note(work, "closure_day_added", {"day": day.isoformat(), "name": name.strip()})


@command(may=May.ADMINISTRATOR)
def remove_closure_day(work: Work, day: date) -> None:
    """Raises NotPossible where it is none of the authority's own."""
    name = work.connection.scalar(select(ClosureDay.name).where(ClosureDay.day == day))
    if not work.connection.execute(delete(ClosureDay).where(ClosureDay.day == day)).rowcount:
        raise NotPossible("This day is not among your closure days.")
    _note(work, "closure_day_removed", {"day": day.isoformat(), "name": name})


@command(may=May.ADMINISTRATOR)
def set_local_limit(work: Work, clock: str, limit: int) -> None:
    """For clocks that start from now on. Raises NotPossible for a limit that the law sets, BadAnswers for no number."""
    rule = in_force(work.connection).rules.get(clock)
    if rule is None or rule.kind == "statutory":
        raise NotPossible("The law sets this limit, or there is no such clock.")
    if not rule.limit:
        raise NotPossible("This day is chosen each time, so there is no limit to set.")
    if not 0 < abs(limit) <= LARGEST_LIMIT or (limit < 0) != (rule.limit < 0):
        raise BadAnswers({"limit": f"Enter a whole number up to {LARGEST_LIMIT}, counted in the same direction."})
    before = work.connection.scalar(select(LocalTimescale.limit).where(LocalTimescale.clock == clock))
    values = {"limit": limit, "changed_at": work.now, "changed_by": work.actor.signature}
    if not work.connection.execute(update(LocalTimescale).where(LocalTimescale.clock == clock).values(values)).rowcount:
        work.connection.execute(insert(LocalTimescale).values(clock=clock, **values))
    _note(work, "local_limit_set", {"clock": clock, "limit": limit, "before": rule.limit if before is None else before})


def recount(database: Database, actor: Actor, now: datetime) -> int:
    """Counts every open clock that was counted on another calendar anew; gives how many cases had one."""
    recounted = 0
    while case := _first_outdated(database):
        recount_case(database, actor, now, case)
        recounted += 1
    return recounted


@command(may=May.SYSTEM)
def recount_case(work: Work, case: str) -> None:
    """Each clock whose day moves has an entry with both days; one that had run out and now has not runs again."""
    casework = lock_case(work, case)
    version = casework.calendar.version
    rows = work.connection.execute(
        select(Deadline.__table__, Instance.bundle_hash)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Deadline.case_id == case, Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
        .where(Deadline.calendar != version)
    )
    models = [(model(work.connection, row.bundle_hash), row) for row in rows.all()]
    # In the order of the table: a clock that counts from another one's day stands below it.
    for its_model, row in sorted(models, key=lambda each: [*each[0].rules].index(each[1].clock)):
        _recount(casework, its_model, row)
    press(casework)
    casework.write_record()


def _recount(casework: CaseWork, its_model: Model, row: Any) -> None:
    rule, calendar = its_model.rules[row.clock], casework.calendar
    rule = replace(rule, limit=row.limit) if row.limit is not None else local_rule(casework.connection, rule)
    counted_from = counted_anew_from(casework, rule, row.counted_from)
    due_at = due(rule, counted_from, calendar)
    values = {"counted_from": counted_from, "due_at": due_at, "calendar": calendar.version}
    provisional = calendar.is_provisional(day_of(due_at))
    again = {"passed_at": None} if due_at >= casework.now else {}
    casework.connection.execute(
        update(Deadline).where(Deadline.id == row.id).values(provisional=provisional, **values, **again)
    )
    if due_at != row.due_at:
        _note_move(casework, row.clock, row.due_at, due_at)


def _first_outdated(database: Database) -> str | None:
    with database.read() as connection:
        version = calendar_of(connection).version
        return connection.execute(
            select(Deadline.case_id)
            .join(Case, Case.id == Deadline.case_id)
            .where(Deadline.met_at.is_(None), Deadline.stopped_at.is_(None), Deadline.calendar != version)
            .limit(1)
        ).scalar_one_or_none()


def _note_move(casework: CaseWork, clock: str, before: datetime, after: datetime) -> None:
    payload = {"what": "recounted", "clock": clock, "due_at": after.isoformat(), "before": before.isoformat()}
    casework.note("deadline", payload=payload)


def _note(work: Work, kind: str, payload: dict[str, object]) -> None:
    append(work.connection, "system", work.actor.signature, work.now, [Fact(kind, payload=payload)])
