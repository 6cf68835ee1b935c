"""Whoever decided what rests on a corrected answer looks at it again, and says that it is still right."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import AlreadyDone, NotAllowed, RefusalCode
from engine.casework.locking import lock_known_case
from engine.casework.resting import keep_as_right, open_marks
from engine.commands.correcting_answers import answers_that_stand
from engine.facts.corrected_forms import ALREADY_SETTLED, NOT_YOURS_TO_JUDGE, STILL_RIGHT, may_correct
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_take_part

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.GAVE_ANSWERS)
def say_still_right(work: Work, case: str, given: str, answers: Mapping[str, Any]) -> None:
    """From answers to `STILL_RIGHT`, of the answers of which this is the id. Raises NotFound, NotAllowed, AlreadyDone
    where nothing waits any more, BadAnswers.
    """
    casework = lock_known_case(work, case)
    must_take_part(work.connection, work.actor, case)
    stands = answers_that_stand(casework, given)
    if not may_correct(work.actor, stands.model, casework.case.team, stands.account):
        raise NotAllowed(NOT_YOURS_TO_JUDGE, code=RefusalCode.ROLE)
    if not open_marks(casework, stands.place):
        raise AlreadyDone(ALREADY_SETTLED, code=RefusalCode.CHANGED_MEANWHILE)
    said = check(STILL_RIGHT, answers, _NO_CIRCUMSTANCES, work.now)
    keep_as_right(casework, stands.place, said["note"])
