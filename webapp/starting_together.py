"""One page on which a process begins for several children of a family, in the open case of each."""

from collections.abc import Sequence
from contextlib import suppress

from flask import Blueprint, flash, make_response, render_template, request, url_for

from engine.base.errors import BadAnswers, BadAnswersOfEach, NotAllowed, NotFound, NotPossible
from engine.commands.drafts import discard_draft, save_draft
from engine.commands.starting_for_children import start_for_children
from engine.reads.task.children_page import answers_of_each
from engine.reads.task.starts_of_children import StartsView, starts_of_children
from webapp import asked_of_each, sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import CONFLICT, FormOnPage, FormPage, as_answers
from webapp.words import at

blueprint = Blueprint("starting_together", __name__)
GONE = (
    "It can no longer be started for all whom you chose. For whom it can stands below: check that, and send it again."
)


@blueprint.get("/cases/<case>/start/<process>/children")
@page(may=PageRight.KNOWS_CASE, look="start")
def form(visit: Visit, case: str, process: str) -> Answer:
    """Which of the others are meant stands in the address: nobody is meant who was not chosen."""
    chosen = None if "all" in request.args else _chosen()
    seen = visit.read_logged(starts_of_children, process, case, chosen)
    return _show(seen, asked_of_each.blank(seen, visit.now), sending.OK)


@blueprint.post("/cases/<case>/start/<process>/children")
@page(may=PageRight.KNOWS_CASE, look="start", keeps_typed=True, taken_once=True)
def begin(visit: Visit, case: str, process: str) -> Answer:
    def read(typed: Typed) -> StartsView:
        return visit.read_logged(starts_of_children, process, case, _chosen(), as_answers(typed))

    def send(typed: Typed) -> str:
        return _send(visit, process, case, typed)

    if sending.pressed() == asked_of_each.SAME:
        seen = read(sending.typed_now())
        return _show(seen, asked_of_each.filled_in(seen, sending.typed_now()), sending.OK)
    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.post("/cases/<case>/start/<process>/children/draft")
@page(may=PageRight.KNOWS_CASE, look=None)
def draft(visit: Visit, case: str, process: str) -> Answer:
    """Called by the page while somebody types: for each child a draft of its own, which its own page offers again."""
    try:
        _keep(visit, process, [case, *_chosen()], sending.typed_now())
    except BadAnswers as bad:
        return make_response({"said": bad.problems[""]}, sending.BAD_REQUEST)
    return make_response({"said": f"Draft saved at {at(visit.now)}"})


def _chosen() -> list[str]:
    return [*dict.fromkeys(request.args.getlist("child"))]


def _send(visit: Visit, process: str, case: str, typed: Typed) -> str:
    cases = [*dict.fromkeys((case, *_chosen()))]
    if sending.pressed() == "discard":
        _discard(visit, process, cases)
        return _here(process, case)
    seen = visit.read_for_command(starts_of_children, process, case, _chosen(), as_answers(typed))
    if sending.pressed() == "save":
        _keep(visit, process, seen.items, typed)
        return _here(process, case)
    if {*seen.items} != {*cases}:
        _keep_known(visit, process, cases, typed)
        raise BadAnswers({"": GONE})
    answers = answers_of_each(seen.items, answers_of(seen.form.questions, typed))
    try:
        started = visit.do(start_for_children, process, answers, sending.submission_key())
    except BadAnswersOfEach as bad:
        raise BadAnswers(asked_of_each.on_page(seen, bad)) from bad
    except (NotAllowed, NotPossible) as refusal:
        raise BadAnswers({"": refusal.message}) from refusal
    _discard(visit, process, cases)
    many = len(started.instances)
    flash(f"“{seen.first.title}” is started for {'one child' if many == 1 else f'{many} children'}.")
    return url_for("families.family", case=case)


def _here(process: str, case: str) -> str:
    return url_for("starting_together.form", case=case, process=process, child=_chosen())


def _keep(visit: Visit, process: str, cases: Sequence[str], typed: Typed) -> None:
    for case in cases:
        visit.do(save_draft, f"start:{process}:{case}", asked_of_each.of_child(case, cases, typed))


def _keep_known(visit: Visit, process: str, cases: Sequence[str], typed: Typed) -> None:
    """From whom one of the cases is kept since keeps nothing of it either."""
    for case in cases:
        with suppress(NotFound):
            visit.do(save_draft, f"start:{process}:{case}", asked_of_each.of_child(case, cases, typed))


def _discard(visit: Visit, process: str, cases: Sequence[str]) -> None:
    for case in cases:
        visit.do(discard_draft, f"start:{process}:{case}")


def _show(seen: StartsView, form: FormOnPage, status: int) -> Answer:
    if seen.first.obstacle:
        typed = asked_of_each.without_name(seen.first.item, sending.typed_now())
        not_taken = sending.not_taken_of(seen.first.form, typed)
        return render_template("cases/goes_on_elsewhere.html", seen=seen.first, not_taken=not_taken), CONFLICT
    words = render_template(
        "families/starts.html",
        seen=seen,
        form=form,
        groups=[*asked_of_each.groups(seen, form.fields)],
        kept_otherwise=asked_of_each.kept_otherwise(seen) if form.from_draft else [],
        chosen=[*seen.items[1:]],
    )
    return words, status
