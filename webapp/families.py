"""One page that serves several children of a family, and the page of the family."""

from collections.abc import Sequence

from flask import Blueprint, flash, make_response, render_template, request, url_for

from engine.base.errors import AlreadyDone, BadAnswers, BadAnswersOfEach, NotAllowed, NotPossible
from engine.commands.drafts import discard_draft, save_draft
from engine.commands.several_children import complete_for_children
from engine.reads.lists.family_page import family as read_family
from engine.reads.task.children_page import ChildrenView, answers_of_each, children
from engine.reads.task.task_page import still_known
from webapp import asked_of_each, sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage, as_answers
from webapp.words import at

blueprint = Blueprint("families", __name__)
GONE = (
    "Not all whom you chose can be done on this page any more: they stand below, with what you typed for them. "
    "Check for whom it is, and send it again."
)


@blueprint.get("/tasks/<item>/children")
@page(may=PageRight.HOLDS_TASK, look="task")
def step(visit: Visit, item: str) -> Answer:
    """Which of the others are meant stands in the address: nobody is meant who was not chosen."""
    seen = visit.read_logged(children, item, None if "all" in request.args else _chosen())
    return _show(seen, asked_of_each.blank(seen, visit.now), sending.OK)


@blueprint.get("/cases/<case>/family")
@page(may=PageRight.KNOWS_CASE, look="family")
def family(visit: Visit, case: str) -> Answer:
    return render_template("families/family.html", seen=visit.read_logged(read_family, case))


@blueprint.post("/tasks/<item>/children")
@page(may=PageRight.HOLDS_TASK, look="task", keeps_typed=True, taken_once=True)
def submit(visit: Visit, item: str) -> Answer:
    def read(typed: Typed) -> ChildrenView:
        return visit.read_logged(children, item, _chosen(), as_answers(typed))

    def send(typed: Typed) -> str:
        return _send(visit, item, typed)

    if sending.pressed() == asked_of_each.SAME:
        seen = read(sending.typed_now())
        return _show(seen, asked_of_each.filled_in(seen, sending.typed_now()), sending.OK)
    return sending.respond(visit, FormPage(read, _show, send))


@blueprint.post("/tasks/<item>/children/draft")
@page(may=PageRight.HOLDS_TASK, look=None)
def draft(visit: Visit, item: str) -> Answer:
    """Called by the page while somebody types: for each child a draft of its own, which its own task offers again."""
    try:
        _keep(visit, _items(item), sending.typed_now())
    except BadAnswers as bad:
        return make_response({"said": bad.problems[""]}, sending.BAD_REQUEST)
    return make_response({"said": f"Draft saved at {at(visit.now)}"})


def _chosen() -> list[str]:
    return [*dict.fromkeys(request.args.getlist("child"))]


def _items(item: str) -> list[str]:
    return [*dict.fromkeys((item, *_chosen()))]


def _send(visit: Visit, item: str, typed: Typed) -> str:
    if sending.pressed() == "discard":
        for one in _items(item):
            visit.do(discard_draft, one)
        return _here(item)
    seen = visit.read_for_command(children, item, _chosen(), as_answers(typed))
    if {*seen.items} != {*_items(item)}:
        raise BadAnswers({"": GONE})
    try:
        return _done(visit, item, seen, typed)
    except BadAnswersOfEach as bad:
        raise BadAnswers(asked_of_each.on_page(seen, bad)) from bad
    except (AlreadyDone, NotAllowed, NotPossible) as refusal:
        raise BadAnswers({"": refusal.message}) from refusal


def _done(visit: Visit, item: str, seen: ChildrenView, typed: Typed) -> str:
    """Where to go on, once a draft is kept of each, or the step is done for all of them."""
    if sending.pressed() == "save":
        _keep(visit, seen.items, typed)
        return _here(item)
    done = visit.do(complete_for_children, answers_of_each(seen.items, answers_of(seen.form.questions, typed)))
    many = len(done.cases)
    flash(f"“{done.title}” is done for {'one child' if many == 1 else f'{many} children'}.")
    case = done.cases[0]
    return (
        url_for("families.family", case=case) if visit.read_for_command(still_known, case) else url_for("inbox.tasks")
    )


def _here(item: str) -> str:
    return url_for("families.step", item=item, child=_chosen())


def _keep(visit: Visit, items: Sequence[str], typed: Typed) -> None:
    for item in items:
        visit.do(save_draft, item, asked_of_each.of_child(item, items, typed))


def _typed_for(item: str) -> Typed:
    return asked_of_each.without_name(item, sending.typed_now())


def _show(seen: ChildrenView, form: FormOnPage, status: int) -> Answer:
    if seen.first.closed or seen.first.obstacle:
        return sending.not_theirs(seen.first, asked_of_each.of_child(seen.first.item, seen.items, sending.typed_now()))
    words = render_template(
        "families/children.html",
        seen=seen,
        form=form,
        groups=[*asked_of_each.groups(seen, form.fields)],
        left_out=[(one, sending.not_taken_of(one.form, _typed_for(one.item))) for one in seen.left_out],
        kept_otherwise=asked_of_each.kept_otherwise(seen) if form.from_draft else [],
        chosen=[*seen.items[1:]],
    )
    return words, status
