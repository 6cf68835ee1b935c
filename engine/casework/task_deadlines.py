"""Which clock a task shows and is sorted by: the one that is to be met by it, or by what follows it."""

from collections.abc import Collection

from engine.casework.locked_case import CaseWork
from engine.facts.case_now import OpenItem, RunningDeadline
from engine.process.bundle import Model
from engine.tables import WorkItem
from engine.timescales.rules import ELAPSED, Clock


def assign_deadlines(casework: CaseWork) -> None:
    """Gives each open task of the case the running clock that is assigned to it, for the inbox to sort by."""
    deadlines = sorted(casework.deadlines, key=lambda one: one.due_at)  # of two on one day the first by name
    models = {instance: casework.model(running.row) for instance, running in casework.running.items()}
    waiting = {(item.instance, item.element) for item in casework.items.values()}
    for item in casework.items.values():
        if item.instance not in models:
            continue  # it does not fit together: what must hold is asked below
        model = models[item.instance]
        first_due = _first_due(model, deadlines, item, waiting)
        urgent = first_due is not None and model.rules[first_due.clock].unit in ELAPSED
        deadline = first_due.id if first_due else None
        if (deadline, urgent) != (item.deadline, item.urgent):
            item.deadline, item.urgent = deadline, urgent
            casework.changes.change(WorkItem, item.id, deadline_id=deadline, urgent=urgent)


def reassign_deadlines(casework: CaseWork) -> None:
    """After the days of deadlines were changed by statements of their own."""
    casework.read_deadlines_again()
    assign_deadlines(casework)


def _first_due(
    model: Model, deadlines: list[RunningDeadline], item: OpenItem, waiting: Collection[tuple[str, str]]
) -> RunningDeadline | None:
    """The earliest clock that completing the task meets. Without one, for a task of the agency that has the case, the
    earliest that a later task of its process meets: the date of a task that waits beside it is not its own. What the
    drawing takes away in time has none but its own: nobody must do it.
    """
    may_meet = [
        (one, tasks)
        for one in deadlines
        if (rule := model.rules.get(one.clock))
        and one.is_in_scope(rule, item.instance)
        and (tasks := _meeting_tasks(rule, item.process))
    ]
    own = next((one for one, tasks in may_meet if item.element in tasks), None)
    if own or item.agency != model.leading_agency or model.drawings[item.process].lapses(item.element):
        return own
    return next((one for one, tasks in may_meet if not any((item.instance, task) in waiting for task in tasks)), None)


def _meeting_tasks(rule: Clock, process: str) -> frozenset[str]:
    """The tasks of the process of which the completion meets the clock."""
    return frozenset(event.task for event in rule.met_on if event.process == process and event.task)
