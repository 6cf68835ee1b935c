"""What an administrator settles: closure days and local limits. Open clocks are then recalculated, case by case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import delete, insert, select, tuple_, update

from engine.base.database import Database, one_at_a_time
from engine.base.errors import BadModel, CaseBroken, NotPossible, RefusalCode
from engine.casework.clocks import recalculated_from
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_cases
from engine.casework.task_deadlines import reassign_deadlines
from engine.facts.authority import CLOSURE_DAY, NOT_YOURS, calendar_of, limit_form, rule_to_set
from engine.facts.models import in_force, model
from engine.facts.which_authority import authorities
from engine.forms import check
from engine.forms.findings import Finding
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.tables import Case, ClosureDay, Deadline, Instance, LocalTimescale, NamedRow, running_deadline
from engine.timescales.calendar import Calendar, day_of
from engine.timescales.rules import due

# A day further away is a slip of the keyboard: nobody closes that long ago or plans that far ahead.
YEARS_BACK, YEARS_AHEAD = 1, 2
_NO_CIRCUMSTANCES: frozenset[str] = frozenset()

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Recalculated:
    """How many open clocks were recalculated, and how many of them fall on another day now. `left` are the cases that
    somebody worked on this moment.
    """

    clocks: int = 0
    moved: int = 0
    left: frozenset[str] = frozenset()

    def __add__(self, other: "Recalculated") -> "Recalculated":
        return Recalculated(self.clocks + other.clocks, self.moved + other.moved, self.left | other.left)


@command(may=CommandRight.ADMINISTRATOR)
def add_closure_day(work: Work, answers: Mapping[str, Any]) -> date:
    """A day that does not count as a working day, from answers to CLOSURE_DAY; gives the day.

    Raises BadAnswers, also for a day that is no working day already. Open clocks are recalculated by `recalculate`.
    """
    one_at_a_time(work.connection, f"closure days of {work.authority}")
    calendar, today = calendar_of(work.connection, work.authority), day_of(work.now)
    found = check(CLOSURE_DAY, answers, _NO_CIRCUMSTANCES, work.now, against=partial(_against_day, calendar, today))
    day = date.fromisoformat(found["day"])
    values = {
        "authority_id": work.authority,
        "day": day,
        "name": found["name"],
        "added_at": work.now,
        "added_by": work.actor.signature,
    }
    work.connection.execute(insert(ClosureDay).values(values))
    work.record_settled("closure_day_added", {"day": day.isoformat(), "name": found["name"]})
    return day


@command(may=CommandRight.ADMINISTRATOR)
def remove_closure_day(work: Work, day: date) -> None:
    """Raises NotPossible where it is none of the authority's own."""
    ours = (ClosureDay.authority_id == work.authority, ClosureDay.day == day)
    name = work.connection.scalar(select(ClosureDay.name).where(*ours))
    if not work.connection.execute(delete(ClosureDay).where(*ours)).rowcount:
        raise NotPossible(NOT_YOURS, code=RefusalCode.NO_CLOSURE_DAY)
    work.record_settled("closure_day_removed", {"day": day.isoformat(), "name": name})


@command(may=CommandRight.ADMINISTRATOR)
def set_local_limit(work: Work, clock: str, answers: Mapping[str, Any]) -> None:
    """For clocks that start from now on, from answers to `limit_form`; it counts in the direction of the table.

    Raises NotFound for no clock, NotPossible for a limit that is not the authority's, BadAnswers for one out of range.
    """
    rule = rule_to_set(in_force(work.connection, work.authority).rules, clock)
    count = int(check(limit_form(rule), answers, _NO_CIRCUMSTANCES, work.now)["limit"])
    limit = -count if rule.limit < 0 else count
    values = {"limit": limit, "changed_at": work.now, "changed_by": work.actor.signature}
    one_at_a_time(work.connection, f"local limits of {work.authority}")
    ours = (LocalTimescale.authority_id == work.authority, LocalTimescale.clock == clock)
    before = work.connection.scalar(select(LocalTimescale.limit).where(*ours))
    if not work.connection.execute(update(LocalTimescale).where(*ours).values(values)).rowcount:
        work.connection.execute(insert(LocalTimescale).values(authority_id=work.authority, clock=clock, **values))
    work.record_settled(
        "local_limit_set", {"clock": clock, "limit": limit, "before": rule.limit if before is None else before}
    )


def recalculate(database: Database, actor: Actor, now: datetime) -> Recalculated:
    """Recalculates every open clock that was counted on another calendar; another who does so at once shares the work.

    Of the actor's authority, or of all where the system itself acts for none. Each case is tried once, in order of id:
    one that fails, or that somebody works on this moment, is left for the next time and holds up no other.
    """
    done = Recalculated()
    with database.read() as connection:
        chosen = [actor.authority] if actor.authority else list(authorities(connection))
    for authority in chosen:
        case = ""
        while case := _next_outdated(database, authority, case):
            try:
                done += recalculate_case(database, actor, now, case)
            except Exception as fault:  # noqa: BLE001 - whatever is wrong with one case, the others are recalculated
                why = str(fault) if isinstance(fault, CaseBroken | BadModel) else type(fault).__name__
                log.error("the clocks of a case could not be recalculated", case=case, why=why)
    return done


@command(may=CommandRight.SYSTEM)
def recalculate_case(work: Work, case: str) -> Recalculated:
    """Each clock whose day moves has an entry with both days; one that had run out and now has not runs again."""
    free = lock_cases(work, [case], skip_locked=True)
    if not free:
        return Recalculated(left=frozenset({case}))
    casework = free[0]
    outdated = work.connection.execute(
        select(Deadline.clock, Deadline.number)
        .where(Deadline.case_id == case, running_deadline())
        .where(Deadline.calendar != casework.calendar.version)
        .order_by(Deadline.clock, Deadline.number)
    )
    clocks = [(row.clock, row.number) for row in outdated]
    return recalculate_clocks(casework, clocks) if clocks else Recalculated()


def recalculate_clocks(casework: CaseWork, clocks: list[tuple[str, int]]) -> Recalculated:
    """`clocks` are named by their kind and number; the entry says which they were, whether or not a day moves."""
    casework.note("recalculated", payload={"calendar": casework.calendar.version, "clocks": clocks})
    rows = casework.connection.execute(
        select(Deadline.__table__, Instance.bundle_hash)
        .join(Instance, Instance.id == Deadline.instance_id)
        .where(Deadline.case_id == casework.case.id, tuple_(Deadline.clock, Deadline.number).in_(clocks))
        .order_by(Deadline.clock, Deadline.number)
    )
    models = [(model(casework.connection, row.bundle_hash), row) for row in rows.all()]
    # In the order of the table: a clock that counts from another one's day stands below it.
    in_order = sorted(models, key=lambda each: [*each[0].rules].index(each[1].clock))
    moved = sum([_recalculate(casework, its_model, row) for its_model, row in in_order])
    reassign_deadlines(casework)
    casework.write_record()
    return Recalculated(len(in_order), moved)


def _recalculate(casework: CaseWork, its_model: Model, row: NamedRow) -> bool:
    """Whether its day moved."""
    rule, calendar = its_model.rules[row.clock], casework.calendar
    rule = replace(rule, limit=row.limit)
    counted_from = recalculated_from(casework, rule, row.counted_from)
    due_at = due(rule, counted_from, calendar)
    values = {"counted_from": counted_from, "due_at": due_at, "calendar": calendar.version}
    provisional = calendar.is_provisional(day_of(due_at))
    again = {"passed_at": None} if due_at >= casework.now else {}
    casework.connection.execute(
        update(Deadline).where(Deadline.id == row.id).values(provisional=provisional, **values, **again)
    )
    moved = due_at != row.due_at
    if moved:
        _note_move(casework, row.clock, row.due_at, due_at)
    return moved


def _next_outdated(database: Database, authority: str, after: str) -> str | None:
    with database.read() as connection:
        version = calendar_of(connection, authority).version
        return connection.execute(
            select(Deadline.case_id)
            .join(Case, Case.id == Deadline.case_id)
            .where(Case.authority_id == authority, running_deadline(), Deadline.calendar != version)
            .where(Deadline.case_id > after)
            .order_by(Deadline.case_id)
            .limit(1)
        ).scalar_one_or_none()


def _against_day(calendar: Calendar, today: date, answers: Mapping[str, Any]) -> Iterator[Finding]:
    """What speaks against a closure day; that it is no date at all is said by its form."""
    try:
        day = date.fromisoformat(answers.get("day", ""))
    except ValueError:
        return
    if problem := _why_not(calendar, today, day):
        yield Finding(("day",), problem)


def _why_not(calendar: Calendar, today: date, day: date) -> str:
    if not today.year - YEARS_BACK <= day.year <= today.year + YEARS_AHEAD:
        return f"Date must have a year from {today.year - YEARS_BACK} to {today.year + YEARS_AHEAD}"
    closed = calendar.why_closed(day)
    return f"Date must be a working day: this one is {closed}" if closed else ""


def _note_move(casework: CaseWork, clock: str, before: datetime, after: datetime) -> None:
    payload = {"what": "recalculated", "clock": clock, "due_at": after.isoformat(), "before": before.isoformat()}
    casework.note("deadline", payload=payload)
