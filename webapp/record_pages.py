"""The record, for those who oversee: its checkpoints, and whether it is what was written."""

from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, url_for

from engine.commands.checkpointing import take, verify_record
from engine.commands.counting import Budget
from engine.reads.audit.record_page import checkpoint_file
from engine.reads.audit.record_page import record as read_record
from engine.record.checkpoints import SigningKey, file_name
from webapp import limits
from webapp.pages import Answer, PageRight, Visit, page

blueprint = Blueprint("record", __name__, url_prefix="/record")
WHOLE_RECORDS = Budget(10, timedelta(minutes=1))


@blueprint.get("")
@page(may=PageRight.OVERSEES, look="record")
def record(visit: Visit) -> Answer:
    return render_template("record/record.html", seen=visit.read_logged(read_record))


@blueprint.get("/checkpoints/<int:number>")
@page(may=PageRight.OVERSEES, look="checkpoint")
def checkpoint(visit: Visit, number: int) -> Response:
    response = make_response(visit.read_logged(checkpoint_file, number).content)
    response.content_type = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(number)}"'
    return response


@blueprint.post("/checkpoints")
@page(may=PageRight.OVERSEES, look=None)
def take_one(visit: Visit) -> Answer:
    _count_reading(visit)
    settings = visit.site.settings
    visit.do(take, SigningKey(settings.checkpoint_key), settings.checkpoints)
    return redirect(url_for("record.record"), 303)


@blueprint.post("/verification")
@page(may=PageRight.OVERSEES, look=None)
def verify(visit: Visit) -> Answer:
    _count_reading(visit)
    visit.do(verify_record, visit.site.settings.checkpoints)
    return redirect(url_for("record.record"), 303)


def _count_reading(visit: Visit) -> None:
    """Either reads the whole record."""
    limits.spend(visit, limits.of_sender(visit, "record", WHOLE_RECORDS))
