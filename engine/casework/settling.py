"""What follows from a step, before it is committed: messages arrive, clocks that have passed are acted on, nobody's
tasks are done, an idle case closes.
"""

from collections.abc import Iterator

from sqlalchemy import and_, select

from engine.base.errors import BadModel, NotPossible, Problem
from engine.casework.clocks import Happened, assign_deadlines, tell_clocks
from engine.casework.completing import complete
from engine.casework.effects import on_message
from engine.casework.instances import CLOSURE, begin, move
from engine.casework.invariants import must_fit_together
from engine.casework.locked_case import CaseWork, InstanceRow, is_idle, running
from engine.casework.setting_aside import attempt
from engine.facts.joining import is_decided
from engine.process import run
from engine.process.bundle import MESSAGES, Message
from engine.process.run import Thrown
from engine.tables import Deadline, Instance, Wait

# Messages and automatic tasks of one command: more than this is two drawings that call each other for ever.
LIMIT = 100


def settle(casework: CaseWork) -> None:
    """Carries the case on until only people and clocks can move it, then writes the record of all that was done."""
    for _ in range(LIMIT):
        if casework.thrown:
            _deliver(casework, *casework.thrown.pop(0))
        elif casework.automatic:
            complete(casework, casework.automatic.pop(0), {})
        elif casework.clock_awaited:
            _act_on_passed_clock(casework)
        elif casework.something_ended and not casework.closed_at and is_idle(casework):
            begin(casework, CLOSURE, {})
        else:
            break
    else:
        raise BadModel([Problem(MESSAGES, "", 0, "these processes call each other without end")])
    assign_deadlines(casework)
    must_fit_together(casework)
    casework.write_record()


def _deliver(casework: CaseWork, thrower: InstanceRow, thrown: Thrown) -> None:
    """To every instance that waits for it; else it starts the process of its row, unless one runs there already."""
    message = casework.model(thrower).messages[thrown.name]
    waiting = _waiting(casework, thrown.name)
    for instance, state in waiting:
        _note(casework, thrower, thrown, f"reached {instance.process}")
        model = casework.model(instance)
        position = attempt(run.catch_message, model, instance.process, state, thrown.name, thrown.payload)
        move(casework, instance, position)
    if not waiting:
        _start(casework, thrower, thrown, message)
    tell_clocks(casework, Happened("thrown", thrower, "", {"case": casework.case_facts()}, {}, of=thrown.name))
    on_message(casework, thrown.name)


def _start(casework: CaseWork, thrower: InstanceRow, thrown: Thrown, message: Message) -> None:
    """Raises NotPossible for a conference while a plan is in force: its review is brought forward instead."""
    if unneeded := _why_not_needed(casework, thrower, message):
        _note(casework, thrower, thrown, unneeded)
        return
    if casework.in_plan and message.in_plan == "refuse":
        raise NotPossible("A child protection plan is already in force. Bring its review forward instead.")
    if message.starts not in casework.model_in_force.drawings:
        missing = f"it starts {message.starts}, which is not among the processes"
        raise BadModel([Problem(MESSAGES, message.name, 0, missing)])
    _note(casework, thrower, thrown, f"started {message.starts}")
    if casework.closed_at:
        casework.reopened.append((message.starts, thrown))
    else:
        begin(casework, message.starts, {}, led_here=thrower, payload=thrown.payload)


def _why_not_needed(casework: CaseWork, thrower: InstanceRow, message: Message) -> str:
    if not message.starts:
        return "nobody waited for it"
    if casework.in_plan and message.in_plan == "drop":
        return "a protection plan is in force"
    if message.if_one_runs == "join" and _one_to_join(casework, thrower, message):
        return f"joined {message.starts}"
    return ""


def _one_to_join(casework: CaseWork, thrower: InstanceRow, message: Message) -> bool:
    others = [one for one in running(casework, message.starts) if one.id != thrower.id]
    return any(not is_decided(casework.connection, casework.model(one), one.process, one.id) for one in others)


def _act_on_passed_clock(casework: CaseWork) -> None:
    """Moves the first instance that waits for a clock that has run out, now or before the instance came to wait."""
    found = next(_overdue(casework), None)
    casework.clock_awaited = found is not None
    if found:
        instance, state, clock = found
        model = casework.model(instance)
        move(casework, instance, attempt(run.fire_clock, model, instance.process, state, clock))


def _overdue(casework: CaseWork) -> Iterator[tuple[InstanceRow, bytes, str]]:
    """By what was due first. A clock of one instance is for that one alone; what was met or stopped, for none."""
    rows = casework.connection.execute(
        select(
            Instance.id,
            Instance.process,
            Instance.number,
            Instance.bundle_hash,
            Instance.origin_at,
            Instance.state,
            Deadline.clock,
            Deadline.instance_id,
        )
        .join(Wait, Wait.instance_id == Instance.id)
        .join(Deadline, and_(Deadline.case_id == Wait.case_id, Deadline.clock == Wait.name))
        .where(Wait.case_id == casework.case.id, Wait.kind == "clock")
        .where(Deadline.passed_at.is_not(None), Deadline.met_at.is_(None), Deadline.stopped_at.is_(None))
        .order_by(
            Deadline.due_at, Deadline.clock, Deadline.number, Instance.started_at, Instance.process, Instance.number
        )
    )
    for row in rows.all():
        waiting = InstanceRow(*row[:5])
        if casework.model(waiting).rules[row.clock].scope == "case" or waiting.id == row.instance_id:
            yield waiting, row.state, row.clock


def _waiting(casework: CaseWork, name: str) -> list[tuple[InstanceRow, bytes]]:
    rows = casework.connection.execute(
        select(
            Instance.id,
            Instance.process,
            Instance.number,
            Instance.bundle_hash,
            Instance.origin_at,
            Instance.state,
        )
        .join(Wait, Wait.instance_id == Instance.id)
        .where(Wait.case_id == casework.case.id, Wait.kind == "message", Wait.name == name)
        .order_by(Instance.started_at, Instance.process, Instance.number)
    )
    return [(InstanceRow(*row[:5]), row.state) for row in rows]


def _note(casework: CaseWork, thrower: InstanceRow, thrown: Thrown, what: str) -> None:
    casework.note("message", thrower, element=thrown.name, payload={"what": what, "payload": dict(thrown.payload)})
