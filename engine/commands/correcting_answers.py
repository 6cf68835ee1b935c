"""An answer that was found wrong gets a new version, with a reason: by whoever gave it, or who manages the team."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from engine import forms
from engine.base.errors import BadAnswers, NotAllowed, NotFound, RefusalCode
from engine.casework.correcting import GivenAnswers, changes_of, correct, given_answers
from engine.casework.disputing import AnswersPlace
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_known_case
from engine.facts.corrected_forms import NOT_YOURS, REASON, REASON_FORM, FormAsGiven, may_correct
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.people.who_knows import must_take_part
from engine.people.who_may import sees_answers_of
from engine.tables import AnswerCorrection, Answers

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()
NOTHING_CHANGED = "Nothing is answered otherwise than it stands, so there is nothing to correct."
MEANWHILE = (
    "Somebody has corrected these answers since you opened this page. What stands now is shown below. The form has "
    "what you sent, and takes the place of all of it: change what is to stay as they put it right, and send it again."
)


@command(may=CommandRight.GAVE_ANSWERS)
def correct_answers(work: Work, case: str, given: str, seen: int, answers: Mapping[str, Any]) -> None:
    """`given` is the id of the answers to one form, `answers` the whole form as it should have been answered, with the
    reason as `REASON`; `seen`: how many corrections of them whoever sends this had before them.

    The same correction of the same person again is one. Raises NotFound, NotAllowed, BadAnswers.
    """
    casework = lock_known_case(work, case)
    must_take_part(work.connection, work.actor, case)
    stands = answers_that_stand(casework, given)
    if not may_correct(work.actor, stands.model, casework.case.team, stands.account):
        raise NotAllowed(NOT_YOURS, code=RefusalCode.ROLE)
    said = {name: answer for name, answer in answers.items() if name != REASON}
    problems, reason = _reason(work, answers)
    try:
        corrected = form_as_given(casework, stands).checked(said)
    except BadAnswers as bad:
        raise BadAnswers({**bad.problems, **problems}) from bad
    if problems:
        raise BadAnswers(problems)
    changes = changes_of(stands.answers, corrected)
    if not changes and _is_kept(casework, stands, reason):
        return
    if not changes or seen != stands.corrections:
        raise BadAnswers({"": MEANWHILE if changes else NOTHING_CHANGED})
    correct(casework, stands, changes, reason)


def form_as_given(casework: CaseWork, stands: GivenAnswers) -> FormAsGiven:
    instance, place = stands.instance, stands.place
    return FormAsGiven(
        connection=casework.connection,
        actor=casework.work.actor,
        model=stands.model,
        process=instance.process,
        element=place.element,
        case=casework.case.id,
        instance=instance.id,
        occurrence=place.occurrence,
        given=stands.answers,
        at=stands.at,
        by=stands.account,
    )


def answers_that_stand(casework: CaseWork, given: str) -> GivenAnswers:
    """Of the case, by their id, for who reads all of them. Raises NotFound."""
    row = casework.connection.execute(
        select(Answers.instance_id, Answers.element, Answers.occurrence)
        .where(Answers.id == given)
        .where(_reads_all(casework.work.actor))
    ).one_or_none()
    found = given_answers(casework, AnswersPlace(row.instance_id, row.element, row.occurrence)) if row else None
    if found is None:
        raise NotFound
    return found


def _reads_all(actor: Actor) -> ColumnElement[bool]:
    """Of `answers`. Whoever gave them and works for another organisation now neither corrects them nor says that they
    stand.
    """
    if sees_answers_of(actor, None):
        return true()
    return or_(Answers.organisation_id.is_(None), Answers.organisation_id.in_(actor.organisations))


def _reason(work: Work, answers: Mapping[str, Any]) -> tuple[Mapping[str, str], str]:
    try:
        said = forms.check(REASON_FORM, {REASON: answers.get(REASON)}, _NO_CIRCUMSTANCES, work.now)
    except BadAnswers as bad:
        return bad.problems, ""
    return {}, said[REASON]


def _is_kept(casework: CaseWork, stands: GivenAnswers, reason: str) -> bool:
    """The last correction is the same person's, for the same reason: the form was sent twice."""
    last = select(AnswerCorrection.account_id, AnswerCorrection.reason)
    last = last.filter_by(**stands.place.as_columns, number=stands.corrections).limit(1)
    row = casework.connection.execute(last).one_or_none()
    return row is not None and (row.account_id, row.reason) == (casework.work.actor.account, reason)
