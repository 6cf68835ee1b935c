"""What a walk does with several cases of one child: it is found out that they are one, or are not."""

from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import Row, select

from engine.commands.cases import complete_task
from engine.commands.separating_cases import separate_case
from engine.facts.models import in_force
from engine.facts.separating_forms import GOES, was_joined
from engine.tables import Case
from tests.builders import refer
from tests.protecting import on_a_plan
from tests.walks.answering import a_child

if TYPE_CHECKING:
    from tests.walks.walking import Walk


def same_child(walk: "Walk", random: Random) -> None:
    """Of two cases: it is one child. Whatever stands in them goes on in the one that was opened first."""
    open_ones = _open_cases(walk)
    if len(open_ones) > 1:
        _say_that_it_is_one(walk, random, *random.sample(open_ones, 2))


def _say_that_it_is_one(walk: "Walk", random: Random, case: Row[str, str], other: Row[str, str]) -> None:
    """Where nobody is asked in the case who the child is, a call is written down, after which they are."""
    by = walk.actor("team_manager", random)
    items = [item for item in walk.items() if item.case_id == case.id and item.element == "clarify_referral"]
    if not items:
        what = f"{by.name} writes down a call in {walk.cases.index(case.id)}"
        walk.give(what, lambda: refer(authority=walk.at, sender=by, case=case.id, now=walk.now))
        return
    said = {"concerns_clarified": "Asked.", "same_child": "yes", "same_child_reason": "The mother says so."}
    answers = {**said, "known_person": other.person_id}
    what = f"{by.name} says that {walk.cases.index(case.id)} is {walk.cases.index(other.id)}"
    walk.give(what, lambda: complete_task(walk.at.database, by, walk.now, items[0].id, answers))


def two_children(walk: "Walk", random: Random) -> None:
    """Of two cases that were joined: these are two. Whatever began since may be about either."""
    joined = select(Case.id, Case.joined_to_id).where(Case.id.in_(walk.cases), Case.joined_to_id.is_not(None))
    by = walk.actor("team_manager", random)
    with walk.at.database.read() as connection:
        rows = sorted(connection.execute(joined).all(), key=lambda one: walk.cases.index(one.id))
        if not rows:
            return
        one = random.choice(rows)
        found = was_joined(connection, in_force(connection, walk.at.id), one.joined_to_id, one.id)
    assert found
    goes = [each.id for each in found.since if random.random() < 0.3]
    said = {"reason": "They are two.", **({GOES: goes} if found.since else {})}
    what = f"{by.name} takes {walk.cases.index(one.id)} from {walk.cases.index(one.joined_to_id)}, with {len(goes)}"
    walk.give(what, lambda: separate_case(walk.at.database, by, walk.now, one.id, said))


def _open_cases(walk: "Walk") -> list[Row[str, str]]:
    with walk.at.database.read() as connection:
        rows = connection.execute(
            select(Case.id, Case.person_id).where(Case.id.in_(walk.cases), Case.closed_at.is_(None))
        )
        return sorted(rows.all(), key=lambda one: walk.cases.index(one.id))


def two_plans(walk: "Walk", random: Random) -> None:
    """Of one child, of whom nobody knew that."""
    for _ in range(2):
        about = a_child(random, walk.now)
        walk.give(f"on a plan: {about}", lambda about=about: on_a_plan(authority=walk.at, now=walk.now, about=about))
    walk.find_new_cases()
    if len(open_ones := _open_cases(walk)) == 2:
        for _ in range(2):
            _say_that_it_is_one(walk, random, *open_ones)
