"""What was shared of a child, with whom and why, and what the child and the parents wish about that."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for

from engine.commands.recording_shares import record_share, record_wish, withdraw_wish
from engine.reads.case.what_was_shared import shared_in_case, shared_with
from engine.reads.task import sharing_pages as reads
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page, page_number
from webapp.sending import FormOnPage, FormPage, as_answers

blueprint = Blueprint("shares", __name__)


@blueprint.get("/cases/<case>/shared")
@page(may=PageRight.SEES_ALL, look="what was shared")
def of_case(visit: Visit, case: str) -> Answer:
    seen = visit.read_logged(shared_in_case, case, page_number())
    return render_template("shares/of_case.html", seen=seen)


@blueprint.get("/shared/<recipient>")
@page(may=PageRight.SEES_ALL, look="what was shared with one")
def by_recipient(visit: Visit, recipient: str) -> Answer:
    seen = visit.read_logged(shared_with, recipient, page_number())
    return render_template("shares/by_recipient.html", seen=seen)


@blueprint.get("/cases/<case>/shared/record")
@page(may=PageRight.TEAM_OF_CASE, look="record what was shared")
def share(visit: Visit, case: str) -> Answer:
    return _blank(visit, visit.read_logged(reads.share_to_record, case))


@blueprint.post("/cases/<case>/shared/record")
@page(may=PageRight.TEAM_OF_CASE, look="record what was shared", keeps_typed=True)
def keep_share(visit: Visit, case: str) -> Answer:
    def read(typed: Typed) -> reads.SharingPage:
        return visit.read_logged(reads.share_to_record, case, as_answers(typed))

    def send(typed: Typed) -> str:
        asked = visit.read_for_command(reads.share_to_record, case, as_answers(typed)).form
        visit.do(record_share, case, answers_of(asked.questions, typed))
        return url_for("shares.of_case", case=case)

    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.get("/cases/<case>/wishes/record")
@page(may=PageRight.TEAM_OF_CASE, look="wish about sharing")
def wish(visit: Visit, case: str) -> Answer:
    return _blank(visit, visit.read_logged(reads.wish_to_record, case))


@blueprint.post("/cases/<case>/wishes/record")
@page(may=PageRight.TEAM_OF_CASE, look="wish about sharing", keeps_typed=True)
def keep_wish(visit: Visit, case: str) -> Answer:
    return _sent(visit, lambda answers: visit.do(record_wish, case, answers), reads.wish_to_record, case)


@blueprint.get("/cases/<case>/wishes/<wish>/replace")
@page(may=PageRight.TEAM_OF_CASE, look="wish about sharing")
def other_wish(visit: Visit, case: str, wish: str) -> Answer:
    return _blank(visit, visit.read_logged(reads.wish_to_replace, case, wish))


@blueprint.post("/cases/<case>/wishes/<wish>/replace")
@page(may=PageRight.TEAM_OF_CASE, look="wish about sharing", keeps_typed=True)
def replace_wish(visit: Visit, case: str, wish: str) -> Answer:
    return _sent(visit, lambda answers: visit.do(record_wish, case, answers, wish), reads.wish_to_replace, case, wish)


@blueprint.get("/cases/<case>/wishes/<wish>/withdraw")
@page(may=PageRight.TEAM_OF_CASE, look="wish about sharing")
def to_withdraw(visit: Visit, case: str, wish: str) -> Answer:
    return _blank(visit, visit.read_logged(reads.wish_to_withdraw, case, wish))


@blueprint.post("/cases/<case>/wishes/<wish>/withdraw")
@page(may=PageRight.TEAM_OF_CASE, look="wish about sharing", keeps_typed=True)
def withdraw(visit: Visit, case: str, wish: str) -> Answer:
    return _sent(
        visit, lambda answers: visit.do(withdraw_wish, case, wish, answers), reads.wish_to_withdraw, case, wish
    )


def _sent(
    visit: Visit, give: Callable[[dict[str, Any]], None], read: Callable[..., reads.SharingPage], case: str, *wish: str
) -> Answer:
    """What is asked of a wish does not hang on what was typed."""

    def send(typed: Typed) -> str:
        give(answers_of(visit.read_for_command(read, case, *wish).form.questions, typed))
        return url_for("shares.of_case", case=case)

    return sending.respond(visit, FormPage(lambda _typed: visit.read_logged(read, case, *wish), _show, send))


def _blank(visit: Visit, seen: reads.SharingPage) -> Answer:
    return _show(seen, sending.blank(seen.form, visit.now), sending.OK)


def _show(seen: reads.SharingPage, form: FormOnPage, status: int) -> Answer:
    return render_template("shares/record.html", seen=seen, form=form), status
