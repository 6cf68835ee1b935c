"""Models under the new name of a question or an answer, as if they had been written so from the first."""

from dataclasses import replace
from typing import Any

from engine.decision_tables.cells import read_cell
from engine.decision_tables.decision_table import DecisionTable
from engine.process.bundle import START, Model
from engine.process.drawing import Drawing, Element
from engine.renaming.in_forms import form_renamed
from engine.renaming.in_tables import cell_renamed
from engine.renaming.renaming import Reads, Renaming
from engine.timescales.rules import Clock, DateRule, Event


def model_renamed(model: Model, renaming: Renaming) -> Model:
    """Of a question, or an answer. What it runs by (`specifications`) stays as it is."""
    forms: dict[str, dict[str, Any]] = {}
    for path, form in model.forms.items():
        process, _, task = path.removeprefix("forms/").removesuffix(".json").partition("/")
        forms[path] = form_renamed(form, process, task, renaming)
    return replace(
        model,
        forms=forms,
        drawings={process: _drawing(drawing, renaming) for process, drawing in model.drawings.items()},
        rules={name: _clock(clock, renaming) for name, clock in model.rules.items()},
        messages={
            name: replace(message, until=_events(message.until, renaming)) for name, message in model.messages.items()
        },
    )


def _drawing(drawing: Drawing, renaming: Renaming) -> Drawing:
    if drawing.process != renaming.process:
        return drawing
    here = Reads(here=True)
    flows = (
        replace(flow, condition=flow.condition and renaming.expression(flow.condition, here)) for flow in drawing.flows
    )
    elements = {name: _element(one, renaming) for name, one in drawing.elements.items()}
    return replace(drawing, elements=elements, flows=tuple(flows))


def _element(one: Element, renaming: Renaming) -> Element:
    here = Reads(here=True)
    properties = {name: renaming.expression(value, here) for name, value in one.properties.items()}
    cardinality = one.cardinality and renaming.expression(one.cardinality, here)
    table = one.table and _table(one.table, renaming)
    return replace(one, properties=properties, cardinality=cardinality, table=table)


def _table(table: DecisionTable, renaming: Renaming) -> DecisionTable:
    columns = {at for at, one in enumerate(table.inputs) if one.path == f"{renaming.task}.{renaming.question}"}
    if renaming.what == "question":
        inputs = (replace(one, path=renaming.expression(one.path, Reads(here=True))) for one in table.inputs)
        return replace(table, inputs=tuple(inputs))
    rows = (
        replace(
            row,
            cells=tuple(
                read_cell(cell_renamed(cell.source, renaming)) if at in columns else cell
                for at, cell in enumerate(row.cells)
            ),
        )
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def _clock(clock: Clock, renaming: Renaming) -> Clock:
    return replace(
        clock,
        starts_on=_events(clock.starts_on, renaming),
        met_on=_events(clock.met_on, renaming),
        stopped_on=_events(clock.stopped_on, renaming),
        counts_from=_moment(clock.counts_from, clock.starts_on, renaming),
        met_at=_moment(clock.met_at, clock.met_on, renaming),
    )


def _events(events: tuple[Event, ...], renaming: Renaming) -> tuple[Event, ...]:
    return tuple(_event(one, renaming) if one.process == renaming.process else one for one in events)


def _event(event: Event, renaming: Renaming) -> Event:
    own = renaming.is_event_of_it(event.process, event.task)
    return replace(event, condition=renaming.expression(event.condition, Reads(here=True, own=own)))


def _moment(moment: DateRule, events: tuple[Event, ...], renaming: Renaming) -> DateRule:
    of = [(moment.process, START)] if moment.process else [(one.process, one.task) for one in events]
    if renaming.what != "question" or not any(renaming.is_event_of_it(*one) for one in of):
        return moment
    return replace(
        moment, field=renaming.renamed(moment.field), otherwise=tuple(map(renaming.renamed, moment.otherwise))
    )
