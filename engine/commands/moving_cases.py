"""Whoever manages the team that has a case gives it to another team."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_case, lock_known_case
from engine.casework.moving_teams import move_to_team
from engine.facts.part_decisions import must_be_open
from engine.facts.team_decisions import may_move_case, move_form, teams_to_move_to
from engine.forms import check
from engine.people.command import CommandRight, Work, command

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def move_case(work: Work, case: str, answers: Mapping[str, Any]) -> str:
    """From answers to `move_form`: the team's name. From then on its people know of the case, and those of the other
    one no longer.

    Raises NotFound, NotAllowed for who does not manage the team, NotPossible where the case is closed, BadAnswers.
    """
    casework = _locked(work, case)
    if not may_move_case(work.actor, casework.model_in_force, casework.case.team):
        words = "A manager of the team that has the case decides this."
        raise NotAllowed(words, code=RefusalCode.ROLE)
    must_be_open(casework.closed_at)
    teams = teams_to_move_to(work.connection, casework.case.authority, casework.case.team, work.now)
    chosen = check(move_form(teams), answers, _NO_CIRCUMSTANCES, work.now)
    move_to_team(casework, chosen["team"], chosen["reason"])
    return teams[chosen["team"]]


def _locked(work: Work, case: str) -> CaseWork:
    """The product itself, at the command line, knows every case of the authority that it acts in."""
    if not work.actor.is_system:
        return lock_known_case(work, case)
    casework = lock_case(work, case)
    if casework.case.authority != work.authority:
        raise NotFound
    return casework
