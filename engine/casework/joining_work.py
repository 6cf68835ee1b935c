"""What two cases of one child both had under way: of some there is one for a child, and it goes on for both.

The start event of the process says so (`one_for_a_child`, `gives_way_to_plan`); whatever says nothing goes on beside
the other, as two assessments do. What has come to its decision stays as it is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from engine.casework.case_rows import InstanceRow, RunningInstance
from engine.casework.deadline_rows import GOES_ON, stop_deadlines
from engine.casework.effects import give_parts
from engine.casework.locked_case import CaseWork
from engine.casework.moving import end_as_joined, move
from engine.casework.setting_aside import attempt
from engine.casework.to_do import Deliver
from engine.facts.joining import decides, is_decided
from engine.facts.models import model as model_of
from engine.process import run
from engine.process.position import AwaitedEvent, Thrown
from engine.tables import Answers, Deadline, Draft, Instance, models_then

FOREVER = datetime.max.replace(tzinfo=UTC)


def make_one(casework: CaseWork) -> None:
    """In the case that goes on, once it holds what both had."""
    if casework.plan_since:
        for one in casework.running_in_order():
            _end_beside_plan(casework, one)
    for process in dict.fromkeys(one.row.process for one in casework.running_in_order()):
        _make_one_of(casework, process)


def _end_beside_plan(casework: CaseWork, one: RunningInstance) -> None:
    """What gives way to a plan, and what ends when one begins: it has begun."""
    model, process = casework.model(one.row), one.row.process
    news = model.start_event(process).properties.get("gives_way_to_plan")
    if news and not is_decided(casework.connection, model, process, one.row.id):
        end_as_joined(casework, one.row, None)
        payload = dict.fromkeys(model.messages[news].payload, process)
        casework.to_do.add(Deliver(one.row, Thrown(news, payload)))
        return
    for message in model.messages.values():
        if "starts_plan" in message.effects and AwaitedEvent("message", message.name) in one.waits:
            casework.note("message", one.row, element=message.name, payload={"what": f"reached {process}"})
            move(casework, one.row, attempt(run.catch_message, model, process, one.state, message.name, {}))


def _make_one_of(casework: CaseWork, process: str) -> None:
    undecided = [*_undecided(casework, process)]
    if len(undecided) < 2:
        return
    goes_on = undecided[0]
    if casework.model(goes_on).start_event(process).properties["one_for_a_child"] == "due_first":
        goes_on = min(undecided, key=lambda one: _due(casework, one))
    for one in undecided:
        if one.id != goes_on.id:
            go_on_in(casework, one, goes_on)


def _undecided(casework: CaseWork, process: str) -> Iterator[InstanceRow]:
    """Of which there is one for a child; oldest first."""
    for one in casework.running_of(process):
        model = casework.model(one)
        said = model.start_event(process).properties
        if "one_for_a_child" in said and not is_decided(casework.connection, model, process, one.id):
            yield one


def _due(casework: CaseWork, instance: InstanceRow) -> datetime:
    """By when its decision is to be made."""
    model, deciding = casework.model(instance), decides(casework.model(instance), instance.process)
    return min(
        (
            one.due_at
            for one in casework.deadlines
            if (rule := model.rules.get(one.clock))
            and one.is_in_scope(rule, instance.id)
            and any(event.process == instance.process and event.task in deciding for event in rule.met_on)
        ),
        default=FOREVER,
    )


def go_on_in(casework: CaseWork, ends: InstanceRow, goes_on: InstanceRow) -> None:
    """Whom it invited is invited, what was typed in it is kept, and no day becomes a later one."""
    _give_parts(casework, ends)
    _keep_drafts(casework, ends, goes_on)
    _hand_over_clocks(casework, ends, goes_on)
    end_as_joined(casework, ends, goes_on)


def _give_parts(casework: CaseWork, ends: InstanceRow) -> None:
    rows = casework.connection.execute(
        select(Answers.element, Answers.answers, models_then(Answers).label("bundle"))
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.instance_id == ends.id)
        .order_by(Answers.element, Answers.occurrence)
    )
    for row in rows.all():
        asked_on = model_of(casework.connection, row.bundle)
        give_parts(casework, asked_on, asked_on.form(ends.process, row.element) or {}, row.answers)


def _keep_drafts(casework: CaseWork, ends: InstanceRow, goes_on: InstanceRow) -> None:
    """With the task of the same name. Of who has typed in both, the other draft stays where it is,
    and is read there (engine/reads/case/unsent.py).
    """
    there = {(one.element, one.agency): one.id for one in casework.items.values() if one.instance == goes_on.id}
    for item in [one for one in casework.items.values() if one.instance == ends.id]:
        if heir := there.get((item.element, item.agency)):
            other = aliased(Draft)
            typed = exists().where(other.account_id == Draft.account_id, other.subject == heir)
            mine = update(Draft).where(Draft.subject == item.id, ~typed)
            casework.connection.execute(mine.values(subject=heir))


def _hand_over_clocks(casework: CaseWork, ends: InstanceRow, goes_on: InstanceRow) -> None:
    """Those of what led to it are met by the other as well. Of two of one kind that only these can meet, the one that
    is due first runs on.
    """
    rules = casework.model(ends).rules
    for one in [*casework.deadlines]:
        rule = rules.get(one.clock)
        if rule and rule.scope == "origin" and one.is_in_scope(rule, ends.id):
            called_at = one.taken_up.get(ends.id, casework.now.isoformat())
            one.taken_up = {goes_on.id: called_at, **one.taken_up}
            casework.changes.change(Deadline, one.id, taken_up=one.taken_up)
        elif rule and rule.scope == "instance" and one.instance == ends.id:
            like = [each for each in casework.deadlines if (each.clock, each.instance) == (one.clock, goes_on.id)]
            if like and one.due_at < like[0].due_at:
                stop_deadlines(casework, like, GOES_ON)
                one.instance = goes_on.id
                casework.changes.change(Deadline, one.id, instance_id=goes_on.id)
