"""The time limits of a draft: all in a table, and each with a form to change it and a day to work it out for."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.base.clock import LONDON
from engine.base.errors import BadAnswers, NotPossible
from engine.commands.saving_changes import SavedMeanwhile, save_file
from engine.process.bundle import TIMESCALES
from engine.reads.studio.draft_rights import may_change
from engine.reads.studio.limits_page import LimitPage, limit_page, limits_page
from engine.timescales.rules import UNIT_WORDS
from engine.timescales.table_cells import with_cells
from engine.timescales.typed_limit import cells_typed
from webapp.fields import day_of, moment_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import STALE

blueprint = Blueprint("studio_limits", __name__)
OK, SEE_OTHER, BAD_REQUEST, CONFLICT = 200, 303, 400, 409
DAY_FIELDS = ("day-day", "day-month", "day-year", "day-time")
FIRST_YEAR, LAST_YEAR = 1900, 2100


@blueprint.get("/studio/changes/<change>/limits")
@page(may=PageRight.STUDIO, look=None)
def limits(visit: Visit, change: str) -> Answer:
    return render_template("studio/limits.html", seen=visit.read_unlogged(limits_page, change))


@blueprint.get("/studio/changes/<change>/limits/<clock>")
@page(may=PageRight.STUDIO, look=None)
def limit(visit: Visit, change: str, clock: str) -> Answer:
    """With a day in the address: what both sides make of it."""
    seen = visit.read_unlogged(limit_page, change, clock)
    if not any(request.args.get(name) for name in DAY_FIELDS):
        return _show(seen, {}, {})
    moment, problems = _moment(seen)
    if moment:
        seen = visit.read_unlogged(limit_page, change, clock, moment)
    return _show(seen, {}, problems, BAD_REQUEST if problems else OK)


@blueprint.post("/studio/changes/<change>/limits/<clock>")
@page(may=PageRight.CHANGES_PATHWAY, look=None, keeps_typed=True)
def change_limit(visit: Visit, change: str, clock: str) -> Answer:
    visit.read_unlogged(may_change)
    seen = visit.read_unlogged(limit_page, change, clock)
    typed = {column: request.form.get(column, "") for column in seen.columns}
    if visit.stale:
        return _show(seen, typed, {"": STALE}, BAD_REQUEST)
    version = request.form.get("version", "")
    try:
        cells = cells_typed(seen.rule, typed)
        if version != str(seen.version):
            return _show(seen, typed, {"": _meanwhile(seen)}, CONFLICT)
        now_at = visit.do(save_file, change, TIMESCALES, with_cells(seen.content, clock, cells), seen.version)
    except BadAnswers as bad:
        return _show(seen, typed, bad.problems, BAD_REQUEST)
    except SavedMeanwhile:
        seen = visit.read_unlogged(limit_page, change, clock)
        return _show(seen, typed, {"": _meanwhile(seen)}, CONFLICT)
    except NotPossible as refusal:
        return _show(seen, typed, {"": str(refusal)}, CONFLICT)
    said = f"“{cells.get('title', seen.limit.title)}” is saved in the draft."
    flash(said if now_at != seen.version else "Nothing was changed.")
    return redirect(url_for("studio_limits.limits", change=change), SEE_OTHER)


def _meanwhile(seen: LimitPage) -> str:
    by = seen.saved_by or "Somebody"
    return f"{by} saved the time limits since you opened this page, so yours was not saved. Both are below."


def _moment(seen: LimitPage) -> tuple[datetime | None, dict[str, str]]:
    """From when is to be counted; and what is wrong with what was typed, by field."""
    typed = {name: [request.args.get(name, "")] for name in DAY_FIELDS}
    day = day_of(typed, "day")
    if day is None:
        return None, {"day": "Day must be a real date, like 1 4 2027"}
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None, {"day": f"Year must be between {FIRST_YEAR} and {LAST_YEAR}"}
    if not seen.asks_time:
        return datetime(day.year, day.month, day.day, tzinfo=LONDON), {}
    moment = moment_of(typed, "day")
    return moment, {} if moment else {"day-time": "Time must be a real time, like 14:30"}


def _show(seen: LimitPage, typed: dict[str, str], problems: dict[str, str], status: int = OK) -> Answer:
    fields = {"": "changing", "day": "day-day"}
    errors = [{"text": text, "href": f"#{fields.get(name, name)}"} for name, text in problems.items()]
    stands = {**seen.cells, "limit": seen.cells["limit"].removeprefix("-")}
    return render_template(
        "studio/limit.html",
        seen=seen,
        stands=stands,
        typed={**stands, **typed},
        day={name: request.args.get(name, "") for name in DAY_FIELDS},
        problems=problems,
        errors=errors,
        units=[{"value": unit, "text": f"{words.capitalize()}s"} for unit, words in UNIT_WORDS.items()],
        is_conflict=status == CONFLICT and seen.may_save,
    ), status
