"""The page on which answers that were found wrong are put right: the form as it was asked, with what stands in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.facts.corrected_forms import NOT_YOURS, REASON_FORM, FormAsGiven, decisions_read, may_correct
from engine.facts.models import model
from engine.forms import questions
from engine.forms.answer_roles import field_with_role
from engine.people.identity import Actor
from engine.people.who_knows import must_know, must_take_part
from engine.reads.case.answered import Given, Said, said
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.task.form_view import Answering, FormView, nothing_typed
from engine.tables import AnswerCorrection, Answers, Case

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """`rows` is what stands, `corrections` how often it was put right before. `decided` are the questions by whose
    answers the process has gone on; `of_children`: others may have been referred by the same form.
    """

    case: str
    given: Given
    rows: tuple[Said, ...]
    form: FormView
    corrections: int
    decided: tuple[str, ...]
    of_children: bool
    is_closed: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.case, *self.form.cases_named)))


def to_correct(
    connection: Connection, actor: Actor, _now: datetime, case: str, given: str, typed: Answering = nothing_typed
) -> CorrectionPage:
    """Raises NotFound; NotAllowed for who neither gave these answers nor manages the team that has the case."""
    must_know(connection, actor, case)
    must_take_part(connection, actor, case)
    row = connection.execute(
        select(Answers.instance_id, Answers.occurrence, Answers.account_id, Answers.answers, Case.team_id)
        .add_columns(Case.closed_at)
        .join(Case, Case.id == Answers.case_id)
        .where(Answers.id == given, Answers.case_id == case)
    ).one_or_none()
    found = EarlierAnswers(connection, actor, case).those(Answers.id == given) if row else ()
    if row is None or not found:
        raise NotFound
    one = found[0]
    its_model = model(connection, one.bundle)
    if not may_correct(actor, its_model, row.team_id, row.account_id):
        raise NotAllowed(NOT_YOURS, code=RefusalCode.ROLE)
    place = (one.process, one.element, case, row.instance_id, row.occurrence)
    form = FormAsGiven(connection, actor, its_model, *place, row.answers, one.at, row.account_id)
    answers = typed(its_model.every_question(one.process, one.element)) if typed is not nothing_typed else row.answers
    stands = form.stands(answers)
    asked = (*questions(form.form, stands.holding, stands.choices), *questions(REASON_FORM, _NO_CIRCUMSTANCES))
    decided = decisions_read(its_model, one.process, one.element)
    many = select(func.coalesce(func.max(AnswerCorrection.number), 0)).filter_by(
        instance_id=row.instance_id, element=one.element, occurrence=row.occurrence
    )
    return CorrectionPage(
        case=case,
        given=one,
        rows=said(connection, found)[0],
        form=FormView("", REASON_FORM["title"], "", asked, {}, row.answers, {}, {}, None),
        corrections=connection.execute(many).scalar_one(),
        decided=tuple(each.title for each in asked if each.id in decided and each.id in row.answers),
        of_children=field_with_role(form.form, "children") is not None,
        is_closed=row.closed_at is not None,
    )
