"""How a case moves on: what somebody begins in it, and all that follows from a step before it is committed."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import BadModel, Problem
from engine.casework import case_rows
from engine.casework.after_closure import go_on_after, go_on_in_open, who_raised
from engine.casework.case_rows import InstanceRow
from engine.casework.clocks import follow, tell_of_case, tell_of_message
from engine.casework.clocks_running_on import stopped_clock
from engine.casework.closing import work_to_withdraw
from engine.casework.effects import leave_to_letter, on_message, refuse_second_plan, take_start_as_said
from engine.casework.further_steps import further_ended_by, withdraw_further
from engine.casework.giving_parts import end_parts_with_case, give_parts_by_own_act
from engine.casework.giving_tasks import give_to_lead
from engine.casework.hearing import hear
from engine.casework.invariants import must_fit_together
from engine.casework.joining_cases import join_cases
from engine.casework.kept_with_child import keep_with_child
from engine.casework.locked_case import CaseWork
from engine.casework.moving import begin, complete, move, withdraw
from engine.casework.news_of_child import tell_message
from engine.casework.referring import (
    answers_for_other_child,
    case_after,
    case_for_other_child,
    known_child_said,
)
from engine.casework.setting_aside import attempt
from engine.casework.starting import join, one_to_join, tell_of_referral, tell_supervisors
from engine.casework.task_deadlines import assign_deadlines
from engine.casework.to_do import (
    ActOnPassedClocks,
    CloseIfIdle,
    CompleteAlone,
    Deliver,
    GiveToLead,
    Hear,
    JoinCases,
    OpenNextCase,
    ReferOtherChild,
    ToDo,
)
from engine.forms.schema import Schema
from engine.people.identity import SYSTEM, Actor
from engine.process import run
from engine.process.bundle import MESSAGES, START, Message
from engine.process.position import AwaitedEvent, Thrown


def begin_by_hand(
    casework: CaseWork, process: str, answers: Mapping[str, Any], *, by: Actor, submission: str | None
) -> InstanceRow:
    """What a person begins in a case, new or already open, from checked answers; the case is carried on. Whoever does
    so for another agency has a part in the case by it.

    Raises NotPossible for a closure that must wait.
    """
    model = casework.model_in_force
    start = model.start_event(process).properties
    if "withdraws_running_work" in start:
        _withdraw_running_work(casework, model.form(process, START) or {}, answers)
    give_parts_by_own_act(casework, by, "referred" if "refers" in start else "started")
    begun = join(casework, model, process, answers, submission) if "joins_by_hand" in start else None
    if "keeps_with_child" in start:
        keep_with_child(casework, model, process, answers)
    if begun is None:
        begun = begin(casework, process, answers, by=by, submission=submission)
        take_start_as_said(casework, begun, answers, by)
    if "refers" in start:
        tell_of_referral(casework, model, begun, answers)
    elif not casework.is_new:
        tell_supervisors(casework, model, process, by)
    settle(casework)
    return begun


def _withdraw_running_work(casework: CaseWork, form: Schema, answers: Mapping[str, Any]) -> None:
    for instance, why in work_to_withdraw(casework, form, answers):
        withdraw(casework, instance, why)
    for item in [one for one in casework.items.values() if one.is_further]:
        withdraw_further(casework, item)


def settle(casework: CaseWork) -> None:
    """Carries the case on until only people and clocks can move it, then writes the rows and the record of it all.

    Raises BadModel where there is no end to it.
    """
    while to_do := casework.to_do.take():
        _take_turn(casework, to_do)
    assign_deadlines(casework)
    end_parts_with_case(casework)
    casework.write_rows()
    must_fit_together(casework)
    casework.write_record()
    for other in casework.same_child:
        if other.has_news:
            settle(other)


def _take_turn(casework: CaseWork, to_do: ToDo) -> None:  # noqa: C901, PLR0912 - every turn that a case can take, side by side
    match to_do:
        case Hear():
            hear(casework, to_do)
        case Deliver(thrower, thrown):
            _deliver(casework, thrower, thrown)
        case CompleteAlone(item):
            _complete_alone(casework, item)
        case ActOnPassedClocks():
            _act_on_passed_clock(casework)
        case JoinCases():
            _join_cases(casework, to_do)
        case CloseIfIdle():
            _close_if_idle(casework)
        case GiveToLead():
            give_to_lead(casework)
        case ReferOtherChild() as other if not casework.work.alone:
            _refer_other_child(casework, other)
        case OpenNextCase() as call if not casework.work.alone:
            _open_next_case(casework, call)
        case _:
            pass  # it is another case's, and this one is re-run by itself


def _complete_alone(casework: CaseWork, item: str) -> None:
    """What a letter does is done when the letter has left."""
    if not leave_to_letter(casework, item):
        complete(casework, item, {}, by=SYSTEM)


def _deliver(casework: CaseWork, thrower: InstanceRow, thrown: Thrown) -> None:
    """To every instance that waits for it; else it starts the process of its row, unless one runs there already."""
    message = casework.model(thrower).messages[thrown.name]
    awaited = AwaitedEvent("message", thrown.name)
    waiting = [one for one in casework.running_in_order() if awaited in one.waits]
    for one in waiting:
        _note(casework, thrower, thrown, f"reached {one.row.process}")
        follow(casework, thrower, one.row)
        model = casework.model(one.row)
        position = attempt(run.catch_message, model, one.row.process, one.state, thrown.name, thrown.payload)
        move(casework, one.row, position)
        tell_of_message(casework, one.row, thrown.name)
    if not waiting:
        _start(casework, thrower, thrown, message)
    for item in further_ended_by(casework, thrown.name):
        withdraw_further(casework, item)
    tell_of_case(casework, "thrown", thrower, of=thrown.name)
    on_message(casework, message)
    tell_message(casework, thrown, message)


def _start(casework: CaseWork, thrower: InstanceRow, thrown: Thrown, message: Message) -> None:
    """Raises NotPossible for a conference while a plan is in force: its review is brought forward instead."""
    if unneeded := _why_not_needed(casework, message):
        _note(casework, thrower, thrown, unneeded)
        _carry_on(casework, thrower, thrown.name)
        return
    if joined := one_to_join(casework, message, but=thrower.id):
        _note(casework, thrower, thrown, f"joined {message.starts}")
        follow(casework, thrower, joined)
        return
    if message.in_plan == "refuse":
        refuse_second_plan(casework)
    if message.starts not in casework.model_in_force.drawings:
        missing = f"it starts {message.starts}, which is not among the processes"
        raise BadModel([Problem(MESSAGES, message.name, 0, missing)])
    _note(casework, thrower, thrown, f"started {message.starts}")
    if casework.closed_at:
        casework.to_do.add(OpenNextCase(message.starts, thrower, thrown.payload))
    else:
        begin(casework, message.starts, {}, by=SYSTEM, led_here=thrower, payload=thrown.payload)


def _carry_on(casework: CaseWork, thrower: InstanceRow, news: str) -> None:
    """Who would wait for the news at another time is about to do what it is told already, and meets its clocks."""
    for one in casework.running_in_order():
        if news in casework.model(one.row).drawings[one.row.process].caught:
            follow(casework, thrower, one.row)


def _why_not_needed(casework: CaseWork, message: Message) -> str:
    if not message.starts:
        return "nobody waited for it"
    if message.in_plan == "drop" and casework.case_facts()["plan_in_force"]:
        return "a protection plan is in force"
    return ""


def _act_on_passed_clock(casework: CaseWork) -> None:
    """Moves the first instance that waits for a clock that has run out, now or before the instance came to wait.

    By what was due first. What follows from an instant that came happened then, however late that is seen. A clock of
    one instance is for that one alone; what was met or stopped, for none.
    """
    passed = [one for one in casework.deadlines if one.passed]
    for deadline in sorted(passed, key=lambda one: (one.due_at, one.clock, one.number)):
        for one in casework.running_in_order():
            model, instance = casework.model(one.row), one.row
            awaited = AwaitedEvent("clock", deadline.clock) in one.waits
            is_for_it = awaited and deadline.is_in_scope(model.rules[deadline.clock], instance.id)
            if is_for_it:
                if model.rules[deadline.clock].unit == "instant":
                    casework.happened = deadline.due_at
                position = attempt(run.fire_clock, model, instance.process, one.state, deadline.clock)
                move(casework, instance, position)
                casework.to_do.add(ActOnPassedClocks())
                return


def _join_cases(casework: CaseWork, joining: JoinCases) -> None:
    """Each of the two goes on, and has a record of its own."""
    if other := join_cases(casework, joining):
        settle(other)


def _close_if_idle(casework: CaseWork) -> None:
    """What is set aside runs no more, yet is not done: the case is not closed over it, nor over a further step."""
    if (
        casework.closed_at
        or casework.running
        or casework.items
        or case_rows.is_any_stuck(casework.connection, casework.case.id)
    ):
        return
    for process in casework.model_in_force.starting_with("begins_when_idle"):
        begin(casework, process, {}, by=SYSTEM)


def _refer_other_child(casework: CaseWork, other: ReferOtherChild) -> None:
    """In the open case of a known child begins what the message calls for; for any other child a referral, in a case of
    its own: two of whom nobody knows the name are two.
    """
    model, by = casework.model_in_force, casework.work.actor
    if theirs := next(iter(casework.others.get(other.person or "", ())), None):
        message = theirs.model_in_force.messages.get(other.message)
        if message is None:
            raise BadModel([Problem(MESSAGES, other.message, 0, "this message is not among those of the processes")])
        begin_by_hand(theirs, message.starts, {}, by=by, submission=None)
        return
    child = known_child_said(casework.connection, other.person) if other.person else other.child
    opened = case_for_other_child(casework, child)
    reason = f"Named in case {casework.case.reference}: {other.named_in.lower()}."
    answers = answers_for_other_child(model, child, reason, casework.now.isoformat())
    begin_by_hand(opened, next(model.starting_with("refers")), answers, by=by, submission=None)


def _open_next_case(casework: CaseWork, call: OpenNextCase) -> None:
    """What a disagreement with a closed case called for goes to the open case of the child; to a new one where there is
    none. A clock that it gives back runs on there.
    """
    stopped = stopped_clock(casework, casework.resumes) if casework.resumes else None
    casework.resumes = ""
    raised_by = who_raised(casework, call.called_by)
    still_open = [one for one in casework.same_child if one.closed_at is None]
    if still_open:
        goes_on = min(still_open, key=lambda one: (one.case.opened_at, one.case.id))
        go_on_in_open(goes_on, raised_by, call.process, call.payload, stopped)  # it is settled with the child's others
        return
    linked = case_after(casework)
    linked.same_child = casework.same_child
    go_on_after(linked, raised_by, call.process, call.payload, stopped)
    settle(linked)


def _note(casework: CaseWork, thrower: InstanceRow, thrown: Thrown, what: str) -> None:
    casework.note("message", thrower, element=thrown.name, payload={"what": what, "payload": dict(thrown.payload)})
