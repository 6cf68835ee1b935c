"""Whoever decided what rests on a corrected answer looks at it again, and says that it is still right."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.base.errors import AlreadyDone, NotAllowed, NotFound, RefusalCode
from engine.casework.correcting import given_answers
from engine.casework.disputing import AnswersPlace
from engine.casework.locking import lock_known_case
from engine.casework.resting import keep_as_right, open_marks
from engine.facts.corrected_forms import ALREADY_SETTLED, NOT_YOURS_TO_JUDGE, STILL_RIGHT, may_correct
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_take_part
from engine.tables import Answers

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.GAVE_ANSWERS)
def say_still_right(work: Work, case: str, given: str, answers: Mapping[str, Any]) -> None:
    """From answers to `STILL_RIGHT`, of the answers of which this is the id. Raises NotFound, NotAllowed, AlreadyDone
    where nothing waits any more, BadAnswers.
    """
    casework = lock_known_case(work, case)
    must_take_part(work.connection, work.actor, case)
    row = work.connection.execute(
        select(Answers.instance_id, Answers.element, Answers.occurrence).where(Answers.id == given)
    ).one_or_none()
    stands = given_answers(casework, AnswersPlace(row.instance_id, row.element, row.occurrence)) if row else None
    if stands is None:
        raise NotFound
    if not may_correct(work.actor, stands.model, casework.case.team, stands.account):
        raise NotAllowed(NOT_YOURS_TO_JUDGE, code=RefusalCode.ROLE)
    if not open_marks(casework, stands.place):
        raise AlreadyDone(ALREADY_SETTLED, code=RefusalCode.CHANGED_MEANWHILE)
    said = check(STILL_RIGHT, answers, _NO_CIRCUMSTANCES, work.now)
    keep_as_right(casework, stands.place, said["note"])
