"""The page on which a case is opened again that was closed by mistake."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, false, select, true
from sqlalchemy import case as case_of

from engine.base.errors import NotAllowed, RefusalCode
from engine.facts.child import of_child
from engine.facts.managing import manages
from engine.facts.models import in_force
from engine.facts.reopening_forms import REOPEN, why_not_reopen
from engine.people.identity import Actor
from engine.people.who_knows import knows, must_know
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Case


@dataclass(frozen=True, slots=True)
class ReopeningPage:
    """`why_not` it cannot be opened again, in words; empty where it can."""

    case: str
    bar: CaseBar
    why_not: str
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.bar.cases_shown


def to_reopen(connection: Connection, actor: Actor, now: datetime, case: str) -> ReopeningPage:
    """Raises NotFound, NotAllowed for who does not manage the team."""
    must_know(connection, actor, case)
    this = Case.id == case
    is_known = case_of((knows(actor), true()), else_=false())
    beside = select(is_known).where(of_child(select(Case.id).where(this)), ~this, Case.closed_at.is_(None))
    row = connection.execute(select(Case.team_id, Case.closed_at, Case.joined_to_id).where(this)).one()
    if not manages(actor, in_force(connection, actor.within), row.team_id):
        raise NotAllowed("A manager of the team that has the case decides this.", code=RefusalCode.ROLE)
    is_joined, open_beside = row.joined_to_id is not None, connection.scalars(beside).all()
    why_not = why_not_reopen(row.closed_at, now, is_joined=is_joined, open_beside=open_beside)
    return ReopeningPage(case, case_bar(connection, actor, now, case), why_not, asked_plainly(REOPEN, {}))
