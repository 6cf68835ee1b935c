"""Where somebody proceeded differently from the drawing, or asks a manager whether they may: of a case, and waiting."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select, true
from sqlalchemy.orm import aliased

from engine.facts.managing import manages
from engine.facts.models import model
from engine.forms.departure_rules import How
from engine.people.identity import Actor
from engine.people.shown_names import shown_name
from engine.people.who_knows import knows
from engine.people.who_may import sees_answers_of
from engine.process.bundle import Model
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.answered import Said, form_title, in_words
from engine.tables import Account, Case, Departure, Instance, NamedRow, Person

MOST = 50
"""Of one case, or of one manager: of a case the newest."""


@dataclass(frozen=True, slots=True)
class DepartureView:
    """`title` is the step, `process` what it belongs to. `stated` is what the process went on by, in words.
    `decided_by` is empty where nobody else was needed. `may_decide`: the reader may agree or refuse.
    """

    id: str
    case: str
    reference: str
    child: ChildView
    how: How
    title: str
    process: str
    reason: str
    stated: tuple[Said, ...]
    state: str
    by: str
    at: datetime
    decided_by: str
    decision: str
    may_decide: bool


def departures_of_case(
    connection: Connection, actor: Actor, now: datetime, model_in_force: Model, case: NamedRow
) -> tuple[DepartureView, ...]:
    """Newest first; of a case that the reader knows. Who does not see all of it is told of their own."""
    own = Departure.asked_by == actor.account if actor.account else Departure.id == ""
    told: ColumnElement[bool] = true() if sees_answers_of(actor, None) else own
    rows = _read(connection, actor, Departure.case_id == case.id, told)
    return _views(connection, actor, now, rows, [case.team_id] if manages(actor, model_in_force, case.team_id) else ())


def departures_to_decide(
    connection: Connection, actor: Actor, now: datetime, managed: Collection[str]
) -> tuple[DepartureView, ...]:
    """What waits for a manager of these teams, of what they did not ask for themselves. It is found by what waits
    anywhere, which is little: not by all that these teams have ever had.
    """
    waits = Departure.stands == "waits"
    waiting = connection.scalars(select(Departure.id).where(waits)).all() if managed else ()
    if not waiting:
        return ()
    theirs = (Departure.id.in_(waiting), waits, Case.team_id.in_(managed), knows(actor), others_than(actor))
    rows = _read(connection, actor, *theirs)
    return _views(connection, actor, now, rows, managed)


def one_departure(
    connection: Connection, actor: Actor, now: datetime, case: str, departure: str, managed: Collection[str]
) -> DepartureView | None:
    rows = _read(connection, actor, Departure.case_id == case, Departure.id == departure)
    return next(iter(_views(connection, actor, now, rows, managed)), None)


def others_than(actor: Actor) -> ColumnElement[bool]:
    """Of `departure`: somebody else asked for it."""
    mine = [*actor.stands_for, *([actor.account] if actor.account else [])]
    return or_(Departure.asked_by.is_(None), Departure.asked_by.not_in(mine))


def _read(connection: Connection, actor: Actor, *conditions: ColumnElement[bool]) -> Sequence[NamedRow]:
    return connection.execute(_statement(actor).where(*conditions)).all()


def _statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    asker, decider = aliased(Account), aliased(Account)
    return (
        select(
            *(Departure.id, Departure.process, Departure.element, Departure.how, Departure.reason, Departure.stated),
            *(Departure.stands, Departure.asked_at, Departure.asked_by, Departure.decided_by, Departure.decision),
            *(shown_name(actor, asker).label("asker"), shown_name(actor, decider).label("decider")),
            *(Instance.bundle_hash, Case.id.label("case_id"), Case.reference, Case.team_id),
            *child_columns(),
        )
        .select_from(Departure)
        .join(Instance, Instance.id == Departure.instance_id)
        .join(Case, Case.id == Departure.case_id)
        .join(Person, Person.id == Case.person_id)
        .outerjoin(asker, asker.id == Departure.asked_by)
        .outerjoin(decider, decider.id == Departure.decided_by)
        .order_by(Departure.asked_at.desc(), Departure.id)
        .limit(MOST)
    )


def _views(
    connection: Connection, actor: Actor, now: datetime, rows: Iterable[NamedRow], managed: Collection[str]
) -> tuple[DepartureView, ...]:
    those = [(row, model(connection, row.bundle_hash)) for row in rows]
    told = in_words(connection, [(its, row.process, row.element, row.stated) for row, its in those])
    mine = (actor.account, *actor.stands_for)
    return tuple(
        DepartureView(
            id=row.id,
            case=row.case_id,
            reference=row.reference,
            child=child_of(row, now),
            how=row.how,
            title=_title(its, row),
            process=its.drawings[row.process].name,
            reason=row.reason,
            stated=words,
            state=row.stands,
            by=row.asker or "",
            at=row.asked_at,
            decided_by=(row.decider or "") if row.decided_by != row.asked_by else "",
            decision=row.decision,
            may_decide=row.stands == "waits" and row.team_id in managed and row.asked_by not in mine,
        )
        for (row, its), words in zip(those, told, strict=True)
    )


def _title(its_model: Model, row: NamedRow) -> str:
    """Of a step that is called otherwise, or is gone, since its process went over to other models, what it was."""
    there = row.element in its_model.drawings[row.process].elements
    return form_title(its_model, row.process, row.element) if there else row.element.replace("_", " ")
