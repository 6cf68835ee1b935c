"""A case as an auditor reads it: replayed step by step, beside the guidance, and who looked at it."""

from dataclasses import replace
from typing import Any, cast, get_args

import orjson
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.base.database_faults import DatabaseUnavailable
from engine.commands.keeping_searches import keep_search_in_case
from engine.reads.audit import guidance as guidance_reads
from engine.reads.audit import replay as reads
from engine.reads.audit.known import By
from engine.reads.audit.who_looked import looks as read_looks
from webapp.pages import Answer, PageRight, Visit, page, page_number, wanted_list
from webapp.replay_feed import frames

blueprint = Blueprint("audit", __name__)
LONGEST = 100
NARROWED = ("about", "process", "person", "late", "search")


@blueprint.get("/cases/<case>/replay")
@page(may=PageRight.SEES_ALL, look="replay")
def replay(visit: Visit, case: str) -> Answer:
    return _show_replay(visit, case, _query())


@blueprint.post("/cases/<case>/replay")
@page(may=PageRight.SEES_ALL, look="replay")
def narrow(visit: Visit, case: str) -> Answer:
    """The words are kept for whoever typed them, and are in no address; where nothing can be kept, the list that they
    ask for is the answer itself.
    """
    asked = replace(_query(), text=request.form.get("text", "").strip()[:LONGEST], search="")
    try:
        search = visit.do(keep_search_in_case, case, asked.text)
    except DatabaseUnavailable as refused:
        if not visit.cannot_write(refused):
            raise
        return _show_replay(visit, case, asked)
    others = {name: value for name, value in _narrowed().items() if name != "search"}
    return redirect(url_for("audit.replay", case=case, **others, search=search or None, _anchor="steps"), 303)


def _show_replay(visit: Visit, case: str, asked: reads.ReplayQuery) -> Answer:
    seen = visit.read_logged(reads.replay, case, asked, page_number(), wanted_list(reads.LISTS))
    return render_template("audit/replay.html", seen=seen, narrowed=_narrowed())


@blueprint.get("/cases/<case>/replay/<int:number>")
@page(may=PageRight.SEES_ALL, look="replay")
def step(visit: Visit, case: str, number: int) -> Answer:
    known_by: By = "happened" if request.args.get("known") == "happened" else "recorded"
    seen = visit.read_logged(reads.moment, case, number, known_by, wanted_list(reads.LISTS_OF_A_STEP))
    return render_template("audit/step.html", seen=seen)


@blueprint.get("/cases/<case>/replay/steps.json")
@page(may=PageRight.SEES_ALL, look="replay")
def replay_feed(visit: Visit, case: str) -> Response:
    """All steps for the script, in one answer: playing asks the server for nothing but the drawings."""
    seen = visit.read_logged(reads.replay_feed, case)
    response = make_response(orjson.dumps(frames(seen, visit.now)))
    response.content_type = "application/json"
    return response


@blueprint.get("/cases/<case>/guidance")
@page(may=PageRight.SEES_ALL, look="guidance")
def guidance(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(guidance_reads.guidance, case, wanted_list(guidance_reads.LISTS))
    return render_template("audit/guidance.html", seen=seen)


@blueprint.get("/cases/<case>/looks")
@page(may=PageRight.OVERSEES, look="looks")
def looks(visit: Visit, case: str) -> Answer:
    person, lists = request.args.get("person", "")[:LONGEST], bool(request.args.get("lists"))
    return render_template("audit/looks.html", seen=visit.read_logged(read_looks, case, person, lists, page_number()))


def _query() -> reads.ReplayQuery:
    about = request.values.get("about", "")
    return reads.ReplayQuery(
        about=cast("reads.About", about) if about in get_args(reads.About) else "main",
        run=request.values.get("process", "")[:LONGEST],
        person=request.values.get("person", "")[:LONGEST],
        late=bool(request.values.get("late")),
        search=request.args.get("search", ""),
    )


def _narrowed() -> dict[str, Any]:
    """What was asked for, for the links to the other pages of the list."""
    return {name: request.values[name] for name in NARROWED if request.values.get(name)}
