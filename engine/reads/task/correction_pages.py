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
from engine.process.bundle import Model
from engine.reads.case.answered import Given, Said, said
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.task.form_view import Answering, FormView, named_by, nothing_typed
from engine.tables import AnswerCorrection, Answers, Case, Instance, NamedRow, corrects_answers, models_then

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """`rows` is what stands, `corrections` how often it was put right before. `decided` are the questions by whose
    answers the process has gone on; `of_children`: others may have been referred by the same form.
    """

    case: str
    bar: CaseBar
    given: Given
    rows: tuple[Said, ...]
    form: FormView
    corrections: int
    decided: tuple[str, ...]
    of_children: bool
    is_closed: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.bar.cases_shown, *self.form.cases_named)))


def to_correct(
    connection: Connection, actor: Actor, now: datetime, case: str, given: str, typed: Answering = nothing_typed
) -> CorrectionPage:
    """Raises NotFound; NotAllowed for who neither gave these answers nor manages the team that has the case. Who gave
    them and works for another organisation now does not read all of them any more: for them there are none."""
    must_know(connection, actor, case)
    must_take_part(connection, actor, case)
    row = _row(connection, case, given)
    if row is None:
        raise NotFound
    its_model = model(connection, row.bundle)
    if not may_correct(actor, its_model, row.team_id, row.account_id):
        raise NotAllowed(NOT_YOURS, code=RefusalCode.ROLE)
    found = EarlierAnswers(connection, actor, case).those(Answers.id == given)
    if not found or not found[0].is_whole:
        raise NotFound
    one = found[0]
    form = _as_given(connection, actor, its_model, one, row)
    answers = typed(its_model.every_question(one.process, one.element)) if typed is not nothing_typed else row.answers
    stands = form.stands(answers)
    asked = (*questions(form.form, stands.holding, stands.choices), *questions(REASON_FORM, _NO_CIRCUMSTANCES))
    named = named_by(stands.choices)
    decided = decisions_read(its_model, one.process, one.element)
    return CorrectionPage(
        case=case,
        bar=case_bar(connection, actor, now, case),
        given=one,
        rows=said(connection, actor, found)[0],
        form=FormView("", REASON_FORM["title"], "", asked, {}, row.answers, {}, {}, None, cases_named=named),
        corrections=row.corrections,
        decided=tuple(each.title for each in asked if each.id in decided and each.id in row.answers),
        of_children=field_with_role(form.form, "children") is not None,
        is_closed=row.closed_at is not None,
    )


def _row(connection: Connection, case: str, given: str) -> NamedRow | None:
    many = select(func.coalesce(func.max(AnswerCorrection.number), 0)).where(corrects_answers()).scalar_subquery()
    return connection.execute(
        select(Answers.instance_id, Answers.occurrence, Answers.account_id, Answers.answers)
        .add_columns(Case.team_id, Case.closed_at, Answers.case_id, many.label("corrections"))
        .add_columns(models_then(Answers).label("bundle"))
        .join(Case, Case.id == Answers.case_id)
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.id == given, Answers.case_id == case)
    ).one_or_none()


def _as_given(connection: Connection, actor: Actor, its_model: Model, one: Given, row: NamedRow) -> FormAsGiven:
    return FormAsGiven(
        connection=connection,
        actor=actor,
        model=its_model,
        process=one.process,
        element=one.element,
        case=row.case_id,
        instance=row.instance_id,
        occurrence=row.occurrence,
        given=row.answers,
        at=one.at,
        by=row.account_id,
    )
