"""A message about the child that went out in another of their cases: what it moves, meets, stops and ends here."""

from collections.abc import Iterable

from engine.casework.clocks import tell_of_message
from engine.casework.deadline_rows import meet_deadline, stop_deadlines
from engine.casework.effects import on_message
from engine.casework.further_steps import further_ended_by, withdraw_further
from engine.casework.locked_case import CaseWork
from engine.casework.moving import move
from engine.casework.setting_aside import attempt
from engine.casework.to_do import Hear
from engine.process import run
from engine.process.bundle import Message
from engine.process.position import AwaitedEvent
from engine.timescales.rules import Event


def hear(casework: CaseWork, heard: Hear) -> None:
    """Whatever waits for it is moved; no process starts where nothing happened. Not recorded where nobody listens,
    unless it is news for whoever works in the case.
    """
    message = casework.model_in_force.messages.get(heard.message)
    awaited = AwaitedEvent("message", heard.message)
    waiting = [one for one in casework.running_in_order() if awaited in one.waits]
    beside = further_ended_by(casework, heard.message)
    if message is None or not (waiting or beside or message.news or _listens(casework, message)):
        return
    casework.happened = heard.happened_at
    told = {"message": heard.message, "payload": dict(heard.payload), "news": message.news}
    casework.note("heard", payload={**told, "at": heard.happened_at.isoformat()})
    for one in waiting:
        model = casework.model(one.row)
        position = attempt(run.catch_message, model, one.row.process, one.state, heard.message, heard.payload)
        move(casework, one.row, position)
        tell_of_message(casework, one.row, heard.message)
    for item in beside:
        withdraw_further(casework, item)
    _meet_and_stop(casework, heard)
    on_message(casework, message)


def _listens(casework: CaseWork, message: Message) -> bool:
    """Whether a plan or a clock of this case is concerned."""
    clocks = {rule.id for rule in casework.model_in_force.clocks_for("thrown", message.name, "")}
    ends = casework.plan_since is not None and "ends_plan" in message.effects
    return ends or any(one.clock in clocks for one in casework.deadlines)


def _meet_and_stop(casework: CaseWork, heard: Hear) -> None:
    """What the table says, whatever instance set it."""
    model = casework.model_in_force
    for rule in model.clocks_for("thrown", heard.message, ""):
        running = [one for one in casework.deadlines if one.clock == rule.id]
        if _names(rule.met_on, heard.message):
            for one in running:
                meet_deadline(casework, one, heard.happened_at, None, None)
        elif _names(rule.stopped_on, heard.message):
            stop_deadlines(casework, running, "stopped")


def _names(events: Iterable[Event], message: str) -> bool:
    return any(one.happening == "thrown" and one.process == message for one in events)
