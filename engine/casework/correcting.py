"""Answers that were found wrong are put right: what stood there before stays in the record and beside the answer.

Nothing goes back by it: where the drawing has gone, and what was sent, stays. The clocks that the answers set, met or
stopped follow the day that is said now (engine/casework/corrected_clocks.py), and so does what is held of the child
(corrected_child.py), and what is kept of what was shared (sharing.py) and of actions (agreed_actions.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import func, select

from engine.base.identifiers import new_id
from engine.casework import case_rows
from engine.casework.agreed_actions import correct_actions
from engine.casework.case_rows import InstanceRow
from engine.casework.corrected_child import correct_child
from engine.casework.corrected_clocks import Corrected, correct_clocks
from engine.casework.disputing import AnswersPlace
from engine.casework.locked_case import CaseWork
from engine.casework.resting import end_marks, mark_what_rests
from engine.casework.sharing import correct_share
from engine.facts.models import model
from engine.forms.questions import Schema
from engine.forms.wall_time import read_moment
from engine.process.bundle import Model
from engine.tables import AnswerCorrection, Answers, Instance, models_then

Change = tuple[Any, Any]
"""Of one question what was answered and what is: None where there is no answer."""


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """The answers to one form as they stand, with the models by which they were asked. `corrections`: how often they
    have been put right.
    """

    id: str
    place: AnswersPlace
    instance: InstanceRow
    model: Model
    answers: Mapping[str, Any]
    at: datetime
    account: str | None
    corrections: int

    @property
    def form(self) -> Schema:
        return self.model.form(self.instance.process, self.place.element) or {}


def given_answers(casework: CaseWork, place: AnswersPlace) -> GivenAnswers | None:
    connection, of_place = casework.connection, place.as_columns
    row = connection.execute(
        select(Answers.id, Answers.answers, Answers.at, Answers.account_id, models_then(Answers).label("bundle"))
        .join(Instance, Instance.id == Answers.instance_id)
        .filter(*(Answers.__table__.c[name] == value for name, value in of_place.items()))
        .where(Answers.case_id == casework.case.id)
    ).one_or_none()
    if row is None:
        return None
    instance, its_model = case_rows.instance(connection, place.instance), model(connection, row.bundle)
    before = select(func.coalesce(func.max(AnswerCorrection.number), 0)).filter_by(**of_place)
    corrections = connection.execute(before).scalar_one()
    return GivenAnswers(row.id, place, instance, its_model, row.answers, row.at, row.account_id, corrections)


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Change]:
    """By question, in the order of both; of those that are answered otherwise. What is chosen has no order, and nobody
    types the seconds of a time.
    """
    fields = dict.fromkeys((*before, *after))
    both = {field: (before.get(field), after.get(field)) for field in fields}
    return {field: (was, now) for field, (was, now) in both.items() if _plain(was) != _plain(now)}


def _plain(answer: Any) -> Any:
    if isinstance(answer, Mapping):
        return {name: _plain(one) for name, one in cast("Mapping[str, Any]", answer).items()}
    if isinstance(answer, list):
        several = [_plain(one) for one in cast("list[Any]", answer)]
        return sorted(several) if all(isinstance(one, str) for one in several) else several
    moment = read_moment(answer) if isinstance(answer, str) and "T" in answer else None
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="minutes") if moment else answer


def correct(casework: CaseWork, given: GivenAnswers, changes: Mapping[str, Change], reason: str) -> None:
    """`changes` have been checked with the whole form. The rows, and the entries of all that follows from it."""
    after = {name: answer for name, answer in given.answers.items() if name not in changes}
    after |= {name: now for name, (_, now) in changes.items() if now is not None}
    _note(casework, given, changes, reason)
    casework.changes.change(Answers, given.id, answers=after)
    for field, (was, now) in changes.items():
        _keep(casework, given, field, was, now, reason)
    said = Corrected(given.instance, given.place.element, given.model, given.form, given.answers, after, given.at)
    casework.write_rows()
    born_before = casework.case.born
    correct_child(casework, said)
    correct_clocks(casework, said, born_before)
    correct_share(casework, said, given.place)
    correct_actions(casework, said, given.place)
    end_marks(casework, given.place, None)
    mark_what_rests(casework, said, given.place, [*changes])
    casework.write_record()


def _note(casework: CaseWork, given: GivenAnswers, changes: Mapping[str, Change], reason: str) -> None:
    before = {field: was for field, (was, _) in changes.items() if was is not None}
    after = {field: now for field, (_, now) in changes.items() if now is not None}
    casework.note(
        "answers_corrected",
        given.instance,
        element=given.place.element,
        occurrence=given.place.occurrence,
        payload={"before": before, "after": after, "reason": reason},
    )


def _keep(casework: CaseWork, given: GivenAnswers, field: str, was: Any, now: Any, reason: str) -> None:
    new = new_id()
    casework.changes.add(
        AnswerCorrection,
        new,
        id=new,
        case_id=casework.case.id,
        **given.place.as_columns,
        number=given.corrections + 1,
        field=field,
        before=was,
        after=now,
        reason=reason,
        corrected_at=casework.now,
        account_id=casework.work.actor.account,
    )
