"""For which other children of the family the same process can be begun, so that one page may serve them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, literal, select

from engine.facts.beginnings import why_not
from engine.facts.family import MOST_CHILDREN, of_other_children
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.starts import may_begin
from engine.tables import Case, Draft, Person


@dataclass(frozen=True, slots=True)
class OtherChild:
    """Another child of the family in whose case the reader can begin it as well. `has_draft`: they have typed answers
    to its form and not sent them.
    """

    case: str
    reference: str
    child: ChildView
    has_draft: bool

    @property
    def item(self) -> str:
        """Its key where several children stand on one page."""
        return self.case


def same_start(connection: Connection, actor: Actor, now: datetime, process: str, case: str) -> tuple[OtherChild, ...]:
    """The oldest child first; of each the case that was opened last."""
    model = in_force(connection, actor.within)
    drafted = (Draft.subject == literal(f"start:{process}:") + Case.id, Draft.account_id == actor.account)
    rows = connection.execute(
        select(Case.id.label("case"), Case.reference, Case.team_id, Case.closed_at, Person.id.label("of"))
        .add_columns(*child_columns(), exists().where(*drafted).label("has_draft"))
        .join(Person, Person.id == Case.person_id)
        .where(of_other_children(connection, actor, case), Case.joined_to_id.is_(None))
        .order_by(Person.born.asc().nulls_last(), Person.id, Case.opened_at.desc(), Case.id)
    )
    found: dict[str, OtherChild] = {}
    for row in rows:
        theirs = may_begin(actor, model, process, row.team_id)
        if theirs and row.of not in found and why_not(model, process, row.closed_at, now=now) is None:
            found[row.of] = OtherChild(row.case, row.reference, child_of(row, now), row.has_draft)
    return (*found.values(),)[: MOST_CHILDREN - 1]
