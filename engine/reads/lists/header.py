"""What stands at the top of every page of whoever is signed in: alarms, and whether deadlines are being checked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, literal, select

from engine.facts.managing import teams_managed
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.reads.authority.working_days_and_limits_pages import administers
from engine.reads.lists.alarm_list import standing_alarms
from engine.reads.lists.responsibility import how_many_to_see_to
from engine.tables import Case, LastTick, StalledCase

LONGEST_UNTICKED = timedelta(minutes=2)
_THE_ROW = LastTick.number == 1


@dataclass(frozen=True, slots=True)
class Header:
    """`alarms` is how many nobody has opened, of the reader's teams. `ticked_at` is None where the clock has never gone
    through all that had run out; `is_doubted`: it acts on nothing, as the time may be wrong. `stalled` is in how many
    cases it cannot act, for who administers the authority. `manages`: the reader manages a team, of which `to_see_to`
    children were not seen in time, or have nobody who leads their case. No case is named.
    """

    alarms: int
    ticked_at: datetime | None
    is_doubted: bool
    stalled: int
    manages: bool
    to_see_to: int
    cases_shown: tuple[str, ...] = ()

    def is_late(self, now: datetime, up_for: timedelta) -> bool:
        """Where it has never ticked, it is given its time from the start of the site, which has been up for so long."""
        return (now - self.ticked_at if self.ticked_at else up_for) > LONGEST_UNTICKED


def header(connection: Connection, actor: Actor, now: datetime) -> Header:
    """One statement; for whoever is in a team one more, which says what the models are."""
    teams = teams_managed(connection, actor)
    to_see_to = how_many_to_see_to(actor, teams, in_force(connection, actor.within), now) if teams else literal(0)
    alarms = standing_alarms(actor).scalar_subquery() if actor.teams else literal(0)
    stalled = (
        select(func.count(StalledCase.case_id.distinct()))
        .join(Case, Case.id == StalledCase.case_id)
        .where(Case.authority_id == actor.authority, is_open_to(actor))
        .scalar_subquery()
    )
    row = connection.execute(
        select(
            select(LastTick.at).where(_THE_ROW).scalar_subquery().label("ticked_at"),
            select(LastTick.doubted_at).where(_THE_ROW).scalar_subquery().label("doubted_at"),
            alarms.label("alarms"),
            (stalled if administers(actor) else literal(0)).label("stalled"),
            to_see_to.label("to_see_to"),
        )
    ).one()
    return Header(row.alarms, row.ticked_at, row.doubted_at is not None, row.stalled, bool(teams), row.to_see_to)
