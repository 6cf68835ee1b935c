"""The page on which somebody looks again at what they decided, as it rests on an answer that was corrected."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.facts.corrected_forms import NOT_YOURS_TO_JUDGE, STILL_RIGHT, may_correct
from engine.facts.models import model
from engine.people.identity import Actor
from engine.people.who_knows import must_know, must_take_part
from engine.reads.case.answered import Answered, Given, Said, said
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Answers, Case, Instance, RestingMark, models_then


@dataclass(frozen=True, slots=True)
class LookingAgainPage:
    """`rows` are what was decided, `corrected` the forms with what was put right, as far as the reader may see them.
    `waits`: nobody has said yet that it is still right.
    """

    case: str
    bar: CaseBar
    given: Given
    rows: tuple[Said, ...]
    corrected: tuple[Answered, ...]
    waits: bool
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.bar.cases_shown


def to_look_at_again(connection: Connection, actor: Actor, now: datetime, case: str, given: str) -> LookingAgainPage:
    """Raises NotFound, NotAllowed as `to_correct`."""
    must_know(connection, actor, case)
    must_take_part(connection, actor, case)
    row = connection.execute(
        select(Answers.account_id, Answers.instance_id, Answers.element, Answers.occurrence, Case.team_id)
        .add_columns(models_then(Answers).label("bundle"))
        .join(Case, Case.id == Answers.case_id)
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.id == given, Answers.case_id == case)
    ).one_or_none()
    if row is None:
        raise NotFound
    if not may_correct(actor, model(connection, row.bundle), row.team_id, row.account_id):
        raise NotAllowed(NOT_YOURS_TO_JUDGE, code=RefusalCode.ROLE)
    earlier = EarlierAnswers(connection, actor, case)
    found = earlier.those(Answers.id == given)
    if not found or not found[0].is_whole:
        raise NotFound
    waits = and_(
        *(RestingMark.instance_id == row.instance_id, RestingMark.element == row.element),
        *(RestingMark.occurrence == row.occurrence, RestingMark.settled_at.is_(None)),
    )
    of = (RestingMark.of_instance_id == Answers.instance_id, RestingMark.of_element == Answers.element)
    corrected = earlier.those(exists().where(waits, *of, RestingMark.of_occurrence == Answers.occurrence))
    still_waits = connection.execute(select(RestingMark.id).where(waits).limit(1)).one_or_none() is not None
    told = said(connection, actor, (*found, *corrected))
    pairs = tuple(zip(corrected, told[1:], strict=True))
    return LookingAgainPage(
        case=case,
        bar=case_bar(connection, actor, now, case),
        given=found[0],
        rows=told[0],
        corrected=pairs,
        waits=still_waits,
        form=asked_plainly(STILL_RIGHT, {}),
    )
