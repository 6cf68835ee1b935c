"""The page on which two cases are taken apart that were joined as those of one child, with what falls where."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, RefusalCode
from engine.facts.managing import manages
from engine.facts.models import in_force
from engine.facts.separating_forms import (
    A_MANAGER,
    IS_CLOSED,
    IS_HIDDEN,
    NOT_ASKED,
    NOT_JOINED,
    WasJoined,
    was_joined,
)
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.process.bundle import START, Model
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.case.relatives import Related, goes_on_in
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Case, Instance


@dataclass(frozen=True, slots=True)
class WhatFallsWhere:
    """Processes: `comes_back` by themselves; `given_up` by one of the two for the other, so that they go on again;
    `ended` when the cases were joined, so that they do not.
    """

    comes_back: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()


NOTHING = WhatFallsWhere()


@dataclass(frozen=True, slots=True)
class SeparatingPage:
    """`why_not` it cannot be done, in words; empty where it can. `other` is the case in which this one goes on."""

    case: str
    bar: CaseBar
    why_not: str
    other: Related | None
    falls: WhatFallsWhere
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (*self.bar.cases_shown, *([self.other.case] if self.other else []))


def to_separate(connection: Connection, actor: Actor, now: datetime, case: str) -> SeparatingPage:
    """Raises NotFound, NotAllowed for who does not manage the team."""
    must_know(connection, actor, case)
    row = connection.execute(select(Case.team_id, Case.joined_to_id).where(Case.id == case)).one()
    model = in_force(connection, actor.within)
    if not manages(actor, model, row.team_id):
        raise NotAllowed(A_MANAGER, code=RefusalCode.ROLE)
    bar, other = case_bar(connection, actor, now, case), goes_on_in(connection, actor, now, row.joined_to_id)
    why_not = NOT_JOINED if row.joined_to_id is None else IS_HIDDEN if other is None else ""
    if other and other.closed_at:
        why_not = IS_CLOSED
    joined = was_joined(connection, model, other.case, case) if other and not why_not else None
    if joined is None:
        return SeparatingPage(case, bar, why_not, None, NOTHING, asked_plainly(NOT_ASKED, {}))
    form = asked_plainly(joined.form, {})
    return SeparatingPage(case, bar, "", other, _what_falls_where(connection, model, joined), form)


def _what_falls_where(connection: Connection, model: Model, joined: WasJoined) -> WhatFallsWhere:
    rows = connection.execute(
        select(Instance.id, Instance.process, Instance.status, Instance.ended_at)
        .where(Instance.case_id == joined.older)
        .order_by(Instance.started_at, Instance.process, Instance.number)
    ).all()
    goes = joined.going(())
    then = [row for row in rows if row.ended_at == joined.joined_at]
    return WhatFallsWhere(
        comes_back=tuple(_title(model, row.process) for row in rows if row.id in goes),
        given_up=tuple(_title(model, row.process) for row in then if row.status == "joined"),
        ended=tuple(_title(model, row.process) for row in then if row.status != "joined"),
    )


def _title(model: Model, process: str) -> str:
    return model.title(process, START) if process in model.drawings else process
