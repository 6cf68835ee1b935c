"""What follows from a step, before it is committed: messages arrive, nobody's tasks are done, an idle case closes."""

from sqlalchemy import select

from engine.commands.casework import CaseWork, InstanceRow, running
from engine.commands.clocks import press
from engine.commands.completing import complete
from engine.commands.instances import CLOSURE, begin, move
from engine.errors import BadModel, Problem
from engine.process import run
from engine.process.bundle import MESSAGES
from engine.tables import Instance, Wait

# Messages and automatic tasks of one command: more than this is two drawings that call each other for ever.
LIMIT = 100


def settle(casework: CaseWork) -> None:
    """Carries the case on until only people and clocks can move it, then writes the record of all that was done."""
    for _ in range(LIMIT):
        if casework.thrown:
            _deliver(casework, *casework.thrown.pop(0))
        elif casework.automatic:
            complete(casework, casework.automatic.pop(0), {})
        elif casework.something_ended and not casework.closed_at and not running(casework):
            begin(casework, CLOSURE, {})
        else:
            break
    else:
        raise BadModel([Problem(MESSAGES, "", 0, "these processes call each other without end")])
    press(casework)
    casework.write_record()


def _deliver(casework: CaseWork, thrower: InstanceRow, name: str) -> None:
    """To every instance that waits for it; else it starts the process of its row, unless one runs there already."""
    message = casework.model(thrower).messages[name]
    if waiting := _waiting(casework, name):
        for instance, state in waiting:
            _note(casework, thrower, name, f"reached {instance.process}")
            move(casework, instance, run.catch_message(casework.model(instance), instance.process, state, name))
        return
    if not message.starts:
        _note(casework, thrower, name, "nobody waited for it")
        return
    others = [one for one in running(casework, message.starts) if one.id != thrower.id]
    if others and message.if_one_runs.startswith("join"):
        _note(casework, thrower, name, f"joined {message.starts}")
        return
    if message.starts not in casework.model_in_force.drawings:
        raise BadModel([Problem(MESSAGES, name, 0, f"it starts {message.starts}, which is not among the processes")])
    _note(casework, thrower, name, f"started {message.starts}")
    begin(casework, message.starts, {}, led_here=thrower)


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


def _note(casework: CaseWork, thrower: InstanceRow, name: str, what: str) -> None:
    casework.note("message", thrower, element=name, payload={"what": what})
