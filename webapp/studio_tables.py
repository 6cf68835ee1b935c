"""A decision table of a draft as a grid of fields. It works without JavaScript: each button sends the whole grid.

What is saved goes to the file itself, in which nothing but the changed cells changes. Faults never block a save.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, takewhile

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.errors import BadModel
from engine.commands.saving_changes import SavedMeanwhile, save_file
from engine.decision_tables.cells import BadCell
from engine.decision_tables.typed_cells import NO_CHOICES, with_marks
from engine.process.dmn_cells import GridRow, with_policy, with_rows
from engine.process.dmn_columns import GridInput, with_inputs, with_result
from engine.process.dmn_file import TableInput
from engine.process.new_dmn import id_of, new_table
from engine.process.rule_tasks import table_file
from engine.reads.studio.draft_rights import may_change
from engine.reads.studio.table_page import GridPage, NewGridPage, new_table_in_change, table_in_change
from webapp.pages import Answer, PageRight, Visit, page
from webapp.whole_numbers import whole_number

blueprint = Blueprint("studio_tables", __name__)
SEE_OTHER, BAD_REQUEST, CONFLICT = 303, 400, 409
SAVED = "The table is saved in the draft."


@blueprint.get("/studio/changes/<change>/table/<path:path>")
@page(may=PageRight.STUDIO, look=None)
def table(visit: Visit, change: str, path: str) -> Answer:
    seen = visit.read_unlogged(table_in_change, change, path)
    return _shown(seen, _AsTyped(seen.rows, _inputs(seen), seen.result, seen.hit_policy))


@blueprint.post("/studio/changes/<change>/table/<path:path>")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def save(visit: Visit, change: str, path: str) -> Answer:
    """What was typed is shown again where it could not be saved: nothing typed is lost, nothing overwritten."""
    visit.read_unlogged(may_change)
    seen = visit.read_unlogged(table_in_change, change, path)
    version, do = request.form.get("version", ""), request.form.get("do", "save")
    typed = _typed(request.form, seen, do)
    try:
        content = with_rows(seen.content, path, _fitting(typed.rows, seen))
        content = with_result(with_inputs(content, path, typed.inputs), path, typed.result)
        content = with_policy(content, path, typed.policy)
        visit.do(save_file, change, path, content, whole_number(version, -1))
    except BadModel as error:
        return _shown(seen, typed, error="; ".join(one.message for one in error.problems)), BAD_REQUEST
    except SavedMeanwhile:
        theirs = visit.read_unlogged(table_in_change, change, path)
        return _shown(theirs, typed, theirs=theirs), CONFLICT
    flash(SAVED)
    return redirect(url_for("studio_tables.table", change=change, path=path), SEE_OTHER)


@blueprint.get("/studio/changes/<change>/new-table/<process>")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def ask_for_new(visit: Visit, change: str, process: str) -> Answer:
    visit.read_unlogged(may_change)
    return _new_form(visit.read_unlogged(new_table_in_change, change, process), {})


@blueprint.post("/studio/changes/<change>/new-table/<process>")
@page(may=PageRight.CHANGES_PATHWAY, look=None)
def make(visit: Visit, change: str, process: str) -> Answer:
    visit.read_unlogged(may_change)
    seen = visit.read_unlogged(new_table_in_change, change, process)
    name, result = (request.form.get(field, "").strip() for field in ("name", "result"))
    result = with_marks(result)
    known = dict(seen.answers)
    reads = [TableInput(path, known[path], "") for path in request.form.getlist("reads") if path in known]
    path = table_file(process, id_of(name))
    problems = {} if id_of(name) else {"name": "Say in a few words what the table decides"}
    if path in seen.taken:
        problems["name"] = "There is a table of this name already"
    if not reads:
        problems["reads"] = "Choose at least one answer"
    try:
        content = new_table(name, reads, result)
    except BadCell as error:
        return _new_form(seen, {**problems, "result": str(error)}), BAD_REQUEST
    if problems:
        return _new_form(seen, problems), BAD_REQUEST
    visit.do(save_file, change, path, content, 0)
    flash("The table is in the draft. Give it rows and save them; then draw where it decides.")
    return redirect(url_for("studio_tables.table", change=change, path=path), SEE_OTHER)


def _new_form(seen: NewGridPage, problems: Mapping[str, str]) -> str:
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    typed = {name: request.form.get(name, "") for name in ("name", "result")}
    words = {"typed": typed, "chosen": request.form.getlist("reads"), "problems": problems, "errors": errors}
    return render_template("studio/new_table.html", seen=seen, **words)


@dataclass(frozen=True, slots=True)
class _AsTyped:
    """A table as somebody has it before them, with what the pressed button made of it."""

    rows: Sequence[GridRow]
    inputs: Sequence[GridInput]
    result: str
    policy: str


def _shown(seen: GridPage, typed: _AsTyped, *, error: str = "", theirs: GridPage | None = None) -> str:
    return render_template("studio/table.html", seen=seen, typed=typed, error=error, theirs=theirs)


def _inputs(seen: GridPage) -> list[GridInput]:
    return [GridInput(number, one.label, one.reads) for number, one in enumerate(seen.columns[:-1], 1)]


def _typed(form: Mapping[str, str], seen: GridPage, do: str) -> _AsTyped:
    """Rows and cells are numbered from 0, and each row and column says which one of the file it was."""
    numbers = takewhile(lambda number: f"was-{number}" in form, count())
    sent = [GridRow(whole_number(form[f"was-{number}"], 0), _cells(form, number)) for number in numbers]
    rows = [replace(row, cells=_with_marks(row, seen)) for row in sent]
    places = takewhile(lambda number: f"column-{number}" in form, count())
    inputs = [
        GridInput(
            whole_number(form[f"column-{at}"], 0), form.get(f"label-{at}", "").strip(), form.get(f"reads-{at}", "")
        )
        for at in places
    ]
    result, policy = form.get("result", seen.result).strip(), form.get("policy", seen.hit_policy)
    return _AsTyped(_after(rows, do), _columns_after(inputs, do, form.get("new", ""), seen), result, policy)


def _with_marks(row: GridRow, seen: GridPage) -> tuple[str, ...]:
    """What was typed now; what stands in the file is left as it is written."""
    was = seen.rows[row.was - 1].cells if 0 < row.was <= len(seen.rows) else ()
    chosen = (*(one.chosen for one in seen.columns), *[NO_CHOICES] * len(row.cells))
    return tuple(
        text if text in was[at : at + 1] else with_marks(text, chosen[at]) for at, text in enumerate(row.cells)
    )


def _columns_after(inputs: list[GridInput], do: str, new: str, seen: GridPage) -> list[GridInput]:
    """`column` adds one that reads `new`, `without-2` takes that one out, `left-2` moves it to the left."""
    what, _, place = do.partition("-")
    at, known = whole_number(place, 0), dict(seen.answers)
    if what == "column" and new in known:
        return [*inputs, GridInput(0, known[new], new)]
    if what == "without":
        return [*inputs[:at], *inputs[at + 1 :]]
    if what == "left" and 0 < at < len(inputs):
        return [*inputs[: at - 1], inputs[at], inputs[at - 1], *inputs[at + 1 :]]
    return inputs


def _cells(form: Mapping[str, str], row: int) -> tuple[str, ...]:
    names = takewhile(form.__contains__, (f"cell-{row}-{column}" for column in count()))
    return tuple(form[name] for name in names)


def _after(rows: list[GridRow], do: str) -> list[GridRow]:
    """What the pressed button says: `add-2` puts a row below that one and `above-2` above it, `drop-2` takes it out,
    `up-2` moves it up.
    """
    what, _, place = do.partition("-")
    at = whole_number(place, 0)
    if at >= len(rows):
        return rows
    before, this, after = rows[:at], rows[at], rows[at + 1 :]
    new = GridRow(0, (*["-"] * (len(this.cells) - 1), *this.cells[-1:]))
    match what:
        case "add":
            return [*before, this, new, *after]
        case "above":
            return [*before, new, this, *after]
        case "drop":
            return [*before, *after]
        case "up":
            return [*before[:-1], this, *before[-1:], *after]
        case _:
            return rows


def _fitting(rows: Sequence[GridRow], seen: GridPage) -> list[GridRow]:
    """Where somebody took rows out meanwhile, those of them that are still in the grid are new ones."""
    return [row if row.was <= len(seen.rows) else replace(row, was=0) for row in rows]
