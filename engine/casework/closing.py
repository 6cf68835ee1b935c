"""A manager closes a case while something still runs in it: what must not be cut short, and what is withdrawn."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.base.errors import NotPossible, RefusalCode
from engine.casework.case_rows import InstanceRow
from engine.casework.locked_case import CaseWork
from engine.facts.candidates import work_name
from engine.facts.child import ASK_OVERSIGHT
from engine.facts.joining import is_decided
from engine.forms.answer_roles import answer_with_role, fields_with_role
from engine.forms.questions import Schema

BLOCKS = "blocks_closure"


def work_to_withdraw(casework: CaseWork, form: Schema, answers: Mapping[str, Any]) -> Iterator[tuple[InstanceRow, str]]:
    """Every running instance with the reason given for it. Raises NotPossible where something must be finished."""
    reasons = sorted({*_blocking_tasks(casework), *_blocking_processes(casework), *_protection(casework)})
    if reasons:
        raise NotPossible(
            f"This case cannot be closed while {', and '.join(reasons)}.", code=RefusalCode.CLOSURE_BLOCKED
        )
    refuse_while_protected(casework)
    given: dict[str, str] = {}
    for field in fields_with_role(form, "withdrawn"):
        item: Schema = form["properties"][field]["items"]
        for row in answers.get(field, []):
            given[answer_with_role(item, "row", row)] = answer_with_role(item, "reason", row)
    for running in casework.running_in_order():
        instance = running.row
        yield instance, given.get(work_name(instance.process, instance.number), "closure began anew")


def _blocking_tasks(casework: CaseWork) -> Iterator[str]:
    for item in (one for one in casework.items.values() if not one.is_further):
        drawing = casework.model(casework.running[item.instance].row).drawings[item.process]
        if words := drawing.elements[item.element].properties.get(BLOCKS):
            yield words


def _blocking_processes(casework: CaseWork) -> Iterator[str]:
    """Those that run and have not yet come to the decision that messages.csv names for them (`until`)."""
    for running in casework.running.values():
        instance, model = running.row, casework.model(running.row)
        words = model.start_event(instance.process).properties.get(BLOCKS)
        if words and not is_decided(casework.connection, model, instance.process, instance.id):
            yield words


def _protection(casework: CaseWork) -> Iterator[str]:
    """Whichever case of the child the order is in; a plan is looked after in its own."""
    if casework.plan_since:
        yield "a child protection plan is in force"
    if casework.known_facts()["order_in_force"]:
        yield "an order or police protection is in force"


def refuse_while_protected(casework: CaseWork) -> None:
    """Raises NotPossible while an order or police protection is in force, in whichever case of the child."""
    if casework.known_facts()["order_in_force"]:
        words = "This case cannot be closed while an order or police protection is in force."
        raise NotPossible(words, code=RefusalCode.CLOSURE_BLOCKED)
    if casework.case_facts()["order_in_force"]:
        raise NotPossible(f"This case cannot be closed now. {ASK_OVERSIGHT}", code=RefusalCode.NOT_NOW)
