"""The page on which a manager gives a case to another team."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, RefusalCode
from engine.facts.authority import calendar_of
from engine.facts.models import in_force
from engine.facts.part_decisions import must_be_open
from engine.facts.team_decisions import may_move_case, move_form, teams_to_move_to
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.protected import Protection, protection
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Case, Person, Team


@dataclass(frozen=True, slots=True)
class CaseToMove:
    """`team` has it now. `nowhere`: there is no other team in which somebody works."""

    case: str
    reference: str
    child: ChildView
    protection: Protection
    team: str
    nowhere: bool
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.case, *self.protection.other_cases)))


def case_to_move(connection: Connection, actor: Actor, now: datetime, case: str) -> CaseToMove:
    """Raises NotFound, NotAllowed for who does not manage the team, and NotPossible where the case is closed."""
    must_know(connection, actor, case)
    row = connection.execute(
        select(Case.id, Case.reference, Case.team_id, Case.closed_at, Team.name.label("team"), *child_columns())
        .join(Person, Person.id == Case.person_id)
        .join(Team, Team.id == Case.team_id)
        .where(Case.id == case)
    ).one()
    if not may_move_case(actor, in_force(connection, actor.within), row.team_id):
        raise NotAllowed("This is not part of your role.", code=RefusalCode.ROLE)
    must_be_open(row.closed_at)
    teams = teams_to_move_to(connection, actor.within, row.team_id, now)
    return CaseToMove(
        case=row.id,
        reference=row.reference,
        child=child_of(row, now),
        protection=protection(connection, actor, [row.id], now, calendar_of(connection, actor.within))[row.id],
        team=row.team,
        nowhere=not teams,
        form=asked_plainly(move_form(teams), {}),
    )
