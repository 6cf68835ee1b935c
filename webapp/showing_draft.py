"""The page of a draft, also with what was wrong in one of its forms beside it; what was typed stays."""

from collections.abc import Mapping

from flask import render_template, request

from engine.reads.studio.change_page import change_page
from webapp.pages import Visit

NOTHING_WRONG: Mapping[str, str] = {}


def draft_shown(visit: Visit, change: str, problems: Mapping[str, str] = NOTHING_WRONG) -> str:
    """`problems` by the id of the field. Raises NotAllowed, NotFound."""
    seen = visit.read_unlogged(change_page, change)
    errors = [{"text": text, "href": f"#{field}"} for field, text in problems.items()]
    return render_template("studio/change.html", seen=seen, problems=problems, errors=errors, typed=request.form)


def reason_missing(form: str) -> dict[str, str]:
    """What is wrong with the reason in the form of this name, as `draft_shown` takes it."""
    said = request.form.get("reason", "").strip()
    what = "what they should know: it" if form == "submit" else "why: the reason"
    return {} if said else {f"reason-{form}": f"Say {what} is kept in the record"}
