"""A case that was closed by mistake is opened again on the same day, by who manages the team that has it."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import NotAllowed, NotPossible, RefusalCode
from engine.casework.locking import lock_known_case
from engine.casework.reopening import reopen
from engine.facts.managing import manages
from engine.facts.reopening_forms import REOPEN, why_not_reopen
from engine.forms import check
from engine.people.command import CommandRight, Work, command

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def reopen_case(work: Work, case: str, answers: Mapping[str, Any]) -> None:
    """From answers to `REOPEN`. Raises NotFound, NotAllowed, BadAnswers; NotPossible where it is open, was closed on
    another day, or the child has another open case.
    """
    casework = lock_known_case(work, case)
    if not manages(work.actor, casework.model_in_force, casework.case.team):
        words = "A manager of the team that has the case decides this."
        raise NotAllowed(words, code=RefusalCode.ROLE)
    beside = [one.is_known for one in casework.same_child if one.closed_at is None]
    why_not = why_not_reopen(casework.closed_at, work.now, is_joined=casework.case.is_joined, open_beside=beside)
    if why_not:
        raise NotPossible(why_not, code=RefusalCode.CANNOT_REOPEN)
    reopen(casework, check(REOPEN, answers, _NO_CIRCUMSTANCES, work.now)["reason"])
