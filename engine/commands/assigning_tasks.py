"""Whoever manages the team that has a case gives a task of it to somebody, moves it on, or takes it from them."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import NotAllowed, RefusalCode
from engine.casework.giving_tasks import give_by_hand
from engine.casework.locked_task import lock_task, require_open
from engine.commands.cases import hand_back
from engine.facts.giving_forms import TEAM, give_form, may_give, who_can_have
from engine.forms import check
from engine.people.command import CommandRight, Work, command

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def give_task(work: Work, work_item: str, answers: Mapping[str, Any]) -> str:
    """From answers to `give_form`; gives the case. Whoever gets it is told, and whoever had it.

    Raises NotFound, NotAllowed for who does not manage the team and where it is a task of another agency, AlreadyDone,
    BadAnswers.
    """
    item, casework = lock_task(work, work_item)
    if not may_give(work.actor, casework.model_in_force, casework.case.team):
        raise NotAllowed("A manager of the team that has the case decides this.", code=RefusalCode.ROLE)
    require_open(casework, item)
    its_model = casework.model(item.instance_row)
    if item.agency not in (None, its_model.leading_agency):
        words = "This is for the people of another agency: they say who of them does it."
        raise NotAllowed(words, code=RefusalCode.ROLE)
    people = who_can_have(work.connection, its_model, item.id, work.now)
    said = check(give_form(people, item.owner), answers, _NO_CIRCUMSTANCES, work.now)
    if said["to"] == TEAM:
        hand_back(casework, item, said.get("reason", ""))
    else:
        give_by_hand(casework, casework.items[item.id], said["to"], said.get("reason", ""))
    return item.case
