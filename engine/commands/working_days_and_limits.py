"""What an administrator settles: closure days and local limits. Open clocks are then recalculated, case by case."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.base.database import Database, one_at_a_time
from engine.base.errors import NotPossible, RefusalCode
from engine.casework.locking import lock_cases
from engine.casework.recalculating import Recalculated, recalculate_outdated
from engine.casework.stalling import is_stalled
from engine.commands.setting_cases_aside import set_aside
from engine.facts.authority import CLOSURE_DAY, NOT_YOURS, calendar_of, limit_form, rule_to_set
from engine.facts.models import in_force
from engine.facts.which_authority import authorities
from engine.forms import check
from engine.forms.findings import Finding
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.tables import Case, ClosureDay, Deadline, LocalTimescale, running_deadline
from engine.timescales.calendar import Calendar, day_of

# A day further away is a slip of the keyboard: nobody closes that long ago or plans that far ahead.
YEARS_BACK, YEARS_AHEAD = 1, 2
_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


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
        while case := _next_outdated(database, authority, case, now):
            try:
                done += recalculate_case(database, actor, now, case)
            except Exception as fault:  # noqa: BLE001 - whatever is wrong with one case, the others are recalculated
                set_aside(database, actor, now, case, "recalculation", fault)
    return done


@command(may=CommandRight.SYSTEM)
def recalculate_case(work: Work, case: str) -> Recalculated:
    """As `recalculate_outdated`, before anything in it runs out: none does on a day that is no longer its last."""
    free = lock_cases(work, [case], skip_locked=True, as_it_stands=True)
    return recalculate_outdated(free[0]) if free else Recalculated(left=frozenset({case}))


def _next_outdated(database: Database, authority: str, after: str, now: datetime) -> str | None:
    with database.read() as connection:
        version = calendar_of(connection, authority).version
        return connection.execute(
            select(Deadline.case_id)
            .join(Case, Case.id == Deadline.case_id)
            .where(Case.authority_id == authority, running_deadline(), Deadline.calendar != version)
            .where(Deadline.case_id > after, ~is_stalled("recalculation", now))
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
