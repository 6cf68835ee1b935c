"""Tables under a new name: time limits, messages, and decision tables."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.process.bundle import START
from engine.process.dmn_cells import rows_of, with_rows
from engine.process.dmn_file import read_dmn
from engine.renaming.renaming import Reads, Renaming
from engine.timescales.table_cells import with_every_cell
from engine.timescales.timescale_table import EVENT

Asks = Callable[[str, str, str], bool]
"""Whether the form of a step of a process asks this question: process, step, question."""
_EVENTS = frozenset({"starts_on", "met_on", "stopped_on", "until"})
_DATED_BY: Mapping[str, str] = {"counts_from": "starts_on", "met_at": "met_on"}
"""The column that says when it happened -> that of the events of which it says so."""
_INPUT = re.compile(r"(<(?:[\w.-]+:)?inputExpression\b[^>]*>\s*<(?:[\w.-]+:)?text>)([^<]*)(<)")
_WORD = re.compile(r"\w+")
_TEXT = re.compile(r'"([^"]*)"')


def rows_renamed(content: bytes, renaming: Renaming, asks: Asks) -> bytes:
    """The table of time limits, or that of messages. `asks` speaks of the forms as they were before."""

    def cell(column: str, value: str, row: Mapping[str, str]) -> str:
        if column in _EVENTS:
            return renaming.events(value)
        if column in _DATED_BY and renaming.what == "question":
            return _moment(value, row[_DATED_BY[column]], renaming, asks)
        if column == "thrown_by" and renaming.what == "task":
            return renaming.places(value)
        return value

    return with_every_cell(content, cell)


def _moment(cell: str, events: str, renaming: Renaming, asks: Asks) -> str:
    """`held_at or ended_at`, `received_at of referral`: each is a question of the forms of the events."""
    field, of, process = cell.partition(" of ")
    if of:
        own = renaming.is_event_of_it(process.strip(), START)
        return f"{_named(field, renaming)}{of}{process}" if own else cell
    found = [EVENT.fullmatch(one.strip()) for one in events.split(";")]
    forms = [(one["process"], one["task"] or START) for one in found if one]
    if not any(renaming.is_event_of_it(*form) for form in forms):
        return cell
    others = [form for form in forms if not renaming.is_event_of_it(*form)]
    if cell == renaming.old and any(asks(process, task, renaming.old) for process, task in others):
        return f"{renaming.new} or {renaming.old}"
    return _named(cell, renaming)


def _named(cell: str, renaming: Renaming) -> str:
    return _WORD.sub(lambda found: renaming.renamed(found[0]), cell)


def table_renamed(content: bytes, path: str, renaming: Renaming) -> bytes:
    """A decision table of the process. Raises BadModel for what is no plain table."""
    inputs = read_dmn(content, path).inputs
    if renaming.what == "answer":
        question = f"{renaming.task}.{renaming.question}"
        columns = [number for number, one in enumerate(inputs) if one.path == question]
        rows = [
            replace(
                row,
                cells=tuple(
                    cell_renamed(text, renaming) if at in columns else text for at, text in enumerate(row.cells)
                ),
            )
            for row in rows_of(content, path)
        ]
        return with_rows(content, path, rows) if columns else content
    here = Reads(here=True)
    text = _INPUT.sub(lambda found: f"{found[1]}{renaming.expression(found[2], here)}{found[3]}", content.decode())
    return text.encode()


def cell_renamed(text: str, renaming: Renaming) -> str:
    return _TEXT.sub(lambda found: f'"{renaming.renamed(found[1])}"', text)
