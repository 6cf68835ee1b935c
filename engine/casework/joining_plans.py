"""Two cases of one child that each have a plan in force: records from before there was one case and one plan.

The plan that began first goes on. The work of the other is withdrawn, and of two clocks for one thing the one that is
due first runs on. A manager confirms what the one plan holds.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from engine.casework.case_rows import RunningInstance
from engine.casework.deadline_rows import GOES_ON, stop_deadlines
from engine.casework.joining_work import go_on_in
from engine.casework.locked_case import CaseWork
from engine.casework.moving import begin, end_as_joined
from engine.casework.to_do import JoinCases
from engine.facts.case_now import RunningDeadline
from engine.people.identity import SYSTEM
from engine.process.bundle import Model
from engine.process.drawing import THROWS
from engine.tables import Case, Instance
from engine.timescales.rules import Clock


def make_one_plan(casework: CaseWork, joining: JoinCases, since: datetime) -> None:
    """`since` is when the plan of the older case began."""
    later = _of_later_plan(casework, joining, since)
    of_plan = [one for one in casework.running_in_order() if _waits_for_its_end(casework, one)]
    for one in of_plan:
        if one.row.id in later:
            heirs = (each.row for each in of_plan if each.row.process == one.row.process and each.row.id not in later)
            heir = next(heirs, None)
            if heir:
                go_on_in(casework, one.row, heir)
            else:
                end_as_joined(casework, one.row, None)
    for deadline in [one for one in casework.deadlines if one.instance in later]:
        _keep_what_is_due_first(casework, deadline, later)
    for process in casework.model_in_force.starting_with("begins_with_two_plans"):
        begin(casework, process, {}, by=SYSTEM)


def _of_later_plan(casework: CaseWork, joining: JoinCases, since: datetime) -> frozenset[str]:
    """The instances of the case whose plan began later, whether or not they run."""
    newer, origin = _joined_into(casework, joining.newer), func.coalesce(Instance.came_from_id, Instance.case_id)
    is_later = joining.plan_since is not None and datetime.fromisoformat(joining.plan_since) >= since
    theirs = origin.in_(newer) if is_later else origin.not_in(newer)
    of_case = select(Instance.id).where(Instance.case_id == casework.case.id, theirs)
    return frozenset(casework.connection.scalars(of_case))


def _joined_into(casework: CaseWork, case: str) -> set[str]:
    joined = select(Case.id).where(Case.joined_to_id == case)
    return {case}.union(*(_joined_into(casework, one) for one in casework.connection.scalars(joined).all()))


def _waits_for_its_end(casework: CaseWork, one: RunningInstance) -> bool:
    """What goes on as long as a plan does. What ends a plan is no work of it."""
    model = casework.model(one.row)
    ends = {*_ending_plan(model)}
    thrown = {each.message for each in model.drawings[one.row.process].elements.values() if each.kind in THROWS}
    return not ends & thrown and any(wait.kind == "message" and wait.name in ends for wait in one.waits)


def _ending_plan(model: Model) -> Iterator[str]:
    return (one.name for one in model.messages.values() if "ends_plan" in one.effects)


def _keep_what_is_due_first(casework: CaseWork, deadline: RunningDeadline, later: frozenset[str]) -> None:
    rules, ends = casework.model_in_force.rules, {*_ending_plan(casework.model_in_force)}
    rule = rules.get(deadline.clock)
    if rule is None or not _ends_with_plan(rule, ends):
        return
    like = [
        one
        for one in casework.deadlines
        if one.instance not in later and (other := rules.get(one.clock)) and _is_for_the_same(rule, other)
    ]
    if like:
        last = max(like[0], deadline, key=lambda one: one.due_at)
        stop_deadlines(casework, [last], GOES_ON)


def _ends_with_plan(rule: Clock, ends: set[str]) -> bool:
    stopping = {event.process for event in rule.stopped_on if event.happening == "thrown"}
    return rule.scope == "case" and bool(stopping & ends)


def _is_for_the_same(rule: Clock, other: Clock) -> bool:
    """One clock, or the first and the next of something that the same step meets."""
    if rule.id == other.id:
        return True
    if rule.counts_from.named or other.counts_from.named:
        return False
    meeting = {(event.process, event.task) for event in rule.met_on}
    return bool(meeting & {(event.process, event.task) for event in other.met_on}) and other.scope == "case"
