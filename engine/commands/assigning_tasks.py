"""Whoever manages the team that has a case gives a task of it to somebody, moves it on, or takes it from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from engine.base.database import Database
from engine.base.errors import NotAllowed, Refusal, RefusalCode
from engine.casework.giving_tasks import give_by_hand
from engine.casework.locked_task import lock_task, require_open
from engine.commands.cases import hand_back
from engine.facts.covers import people_of
from engine.facts.giving_forms import TEAM, give_form, share_form, who_can_have
from engine.facts.managing import manages
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def give_task(work: Work, work_item: str, answers: Mapping[str, Any]) -> str:
    """From answers to `give_form`; gives the case. Whoever gets it is told, and whoever had it.

    Raises NotFound, NotAllowed for who does not manage the team and where it is a task of another agency, AlreadyDone,
    BadAnswers.
    """
    item, casework = lock_task(work, work_item)
    if not manages(work.actor, casework.model_in_force, casework.case.team):
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


@dataclass(frozen=True, slots=True)
class Shared:
    """How many tasks were given, and how many were not: somebody did them meanwhile, or whoever was chosen cannot have
    them. Why is not said, as it may be nobody's business.
    """

    given: int
    not_given: int


def share_out(
    database: Database, actor: Actor, now: datetime, answers: Mapping[str, Any], *, is_somebodys: bool
) -> Shared:
    """From answers to `share_form`: each task in a transaction of its own. Raises BadAnswers."""
    with database.read() as connection:
        people = people_of(connection, actor, now)
    asked = answers.get("tasks")
    tasks = [str(item) for item in cast("list[object]", asked)] if isinstance(asked, list) else []
    form = share_form(people, dict(zip(tasks, tasks, strict=True)), is_somebodys=is_somebodys)
    said = check(form, answers, _NO_CIRCUMSTANCES, now)
    to = {name: said[name] for name in ("to", "reason") if name in said}
    done = [_is_given(database, actor, now, item, to) for item in said["tasks"]]
    return Shared(sum(done), len(done) - sum(done))


def _is_given(database: Database, actor: Actor, now: datetime, item: str, to: Mapping[str, Any]) -> bool:
    try:
        give_task(database, actor, now, item, to)
    except Refusal:
        return False
    return True
