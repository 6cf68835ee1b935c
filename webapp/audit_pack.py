"""An audit pack of a case: which one and why, who it is that asks, and then the file."""

from datetime import timedelta

from flask import Blueprint, make_response, render_template, request

from engine.base.errors import BadAnswers
from engine.commands.counting import Budget
from engine.commands.exports import LONGEST_REASON, check_reason
from engine.export import export_case
from engine.reads.audit.exportable import Exportable, exportable
from webapp import limits
from webapp.pages import Answer, PageRight, Visit, page
from webapp.showing_who import not_shown_to_be

blueprint = Blueprint("export", __name__)
BAD_REQUEST = 400
PACKS = Budget(20, timedelta(hours=1))
FORMS = ("redacted", "full")


@blueprint.get("/cases/<case>/export")
@page(may=PageRight.KNOWS_CASE, look="export")
def form(visit: Visit, case: str) -> Answer:
    return _form(visit.read_logged(exportable, case), {})


@blueprint.post("/cases/<case>/export")
@page(may=PageRight.KNOWS_CASE, look="export")
def export(visit: Visit, case: str) -> Answer:
    limits.spend(visit, limits.of_sender(visit, "export", PACKS))
    seen = visit.read_logged(exportable, case)
    if problems := _problems(visit):
        return _form(seen, problems), BAD_REQUEST
    site, redacted, reason = visit.site, request.form["pack"] == "redacted", request.form["reason"]
    place = site.settings.checkpoints
    made = export_case(site.database, visit.actor, visit.now, case, reason, redacted=redacted, checkpoints=place)
    response = make_response(made.content)
    response.content_type = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


def _form(seen: Exportable, problems: dict[str, str]) -> str:
    typed = {name: request.form.get(name, "") for name in ("pack", "reason")}
    errors = [{"text": text, "href": f"#{name}"} for name, text in problems.items()]
    words = {"typed": typed, "problems": problems, "errors": errors}
    return render_template("export/export.html", seen=seen, longest=LONGEST_REASON, **words)


def _problems(visit: Visit) -> dict[str, str]:
    """By field. A file leaves with all that is known of a child: it is not for whoever finds the browser open."""
    problems: dict[str, str] = {}
    if request.form.get("pack") not in FORMS:
        problems["pack"] = "Choose which pack you need."
    try:
        check_reason(request.form.get("reason", ""))
    except BadAnswers as bad:
        problems |= bad.problems
    return problems or not_shown_to_be(visit)
