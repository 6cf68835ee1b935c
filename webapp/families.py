"""One page that serves several children of a family, and the page of the family."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from flask import Blueprint, flash, make_response, render_template, request, url_for

from engine.base.errors import AlreadyDone, BadAnswers, BadAnswersOfEach, NotAllowed, NotPossible
from engine.commands.drafts import discard_draft, save_draft
from engine.commands.several_children import complete_for_children
from engine.forms.asked_together import OF_ONE_CHILD_ALONE
from engine.forms.questions import Question
from engine.reads.lists.family_page import family as read_family
from engine.reads.task.children_page import ChildrenView, answers_of_each, children
from engine.reads.task.task_page import TaskView, still_known
from webapp import sending
from webapp.components import Field, fields_of
from webapp.fields import Typed, answers_of, typed_of
from webapp.pages import Answer, PageRight, Visit, page
from webapp.sending import FormOnPage, FormPage, NotTaken, as_answers
from webapp.words import at

blueprint = Blueprint("families", __name__)
SAME = "same"
FILLED = "It is filled in for the others where nothing was, and not sent yet. Check what stands for each child."
NOTHING_TO_FILL = "Nothing was filled in: answer for the first child first, or all that can be filled in is."
GONE = (
    "Not all whom you chose can be done on this page any more: they stand below, with what you typed for them. "
    "Check for whom it is, and send it again."
)


@blueprint.get("/tasks/<item>/children")
@page(may=PageRight.HOLDS_TASK, look="task")
def step(visit: Visit, item: str) -> Answer:
    """Which of the others are meant stands in the address: nobody is meant who was not chosen."""
    seen = visit.read_logged(children, item, None if "all" in request.args else _chosen())
    return _show(seen, _blank(seen, visit), sending.OK)


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

    if sending.pressed() == SAME:
        seen, typed = read(sending.typed_now()), sending.typed_now()
        filled = _with_the_same(seen, typed)
        flash(FILLED if filled != typed else NOTHING_TO_FILL)
        return _show(seen, _as_typed(seen, filled), sending.OK)
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
        raise BadAnswers(_on_page(seen, bad)) from bad
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
        visit.do(save_draft, item, _of_child(item, items, typed))


def _of_child(item: str, items: Sequence[str], typed: Typed) -> dict[str, Sequence[str]]:
    """As if it had been typed at the task of this child alone."""
    once = {name: values for name, values in typed.items() if name.partition(".")[0] not in items}
    return {**once, **_without_name(item, typed)}


def _without_name(item: str, typed: Typed) -> dict[str, Sequence[str]]:
    return {name.removeprefix(f"{item}."): said for name, said in typed.items() if name.startswith(f"{item}.")}


def _on_page(seen: ChildrenView, bad: BadAnswersOfEach) -> dict[str, str]:
    """What is wrong with an answer that was asked once stands beside that; it names nobody if it is so for all."""
    once = {one.id for one in seen.form.questions if "." not in one.id}
    problems = {
        path: words for path, words in bad.problems.items() if path.partition(".")[2].partition(".")[0] not in once
    }
    found: dict[str, dict[str, str]] = {}
    for item, of_one in bad.of_each.items():
        for path, words in of_one.items():
            if path.partition(".")[0] in once:
                found.setdefault(path, {})[item] = words
    for path, said in found.items():
        alike = len(said) == len(seen.tasks) and len({*said.values()}) == 1
        named = (words if alike else f"{bad.names[item]}: {words}" for item, words in said.items())
        problems[path] = " ".join(dict.fromkeys(named))
    return problems


def _blank(seen: ChildrenView, visit: Visit) -> FormOnPage:
    """As it is first shown: what the reader typed at the task of each child stands with that child, and what is asked
    once is that of the first who has any.
    """
    typed: dict[str, Sequence[str]] = {**sending.at_first(seen.form, visit.now)}
    for one in (task for task in reversed(seen.tasks) if task.form.draft):
        kept = sending.kept(one.form)
        typed = {name: values for name, values in typed.items() if not name.startswith(f"{one.item}.")}
        typed |= {**kept, **{f"{one.item}.{name}": values for name, values in kept.items()}}
    return _as_typed(seen, typed, from_draft=any(one.form.draft for one in seen.tasks))


def _kept_otherwise(seen: ChildrenView) -> list[tuple[TaskView, NotTaken]]:
    """Of what is asked once the draft of one child is shown: what stands otherwise in those of others is not lost."""
    once = {one.id for one in seen.form.questions}
    asked = [
        (one, tuple(each for each in one.form.questions if each.id in once)) for one in seen.tasks if one.form.draft
    ]
    drafts = [(one, sending.not_taken_of(replace(one.form, questions=those), {})) for one, those in asked]
    return [(one, kept) for one, kept in drafts[1:] if kept.texts and kept.texts != drafts[0][1].texts]


def _as_typed(seen: ChildrenView, typed: Typed, *, from_draft: bool = False) -> FormOnPage:
    fields = fields_of(seen.form.questions, typed, {})
    return FormOnPage(seen.form, fields, [], sending.submission_key(), from_draft)


def _with_the_same(seen: ChildrenView, typed: Typed) -> Typed:
    """What was typed for the first child, for each of the others where nothing was: asked for, and shown before it is
    sent. What no two children share is left out, and what is not offered for one of them.
    """
    asked, first = {one.id: one for one in seen.form.questions}, seen.first.item
    answers, given = answers_of(seen.form.questions, typed), dict(typed)
    for name, question in asked.items():
        item, _, field = name.partition(".")
        said = answers.get(f"{first}.{field}")
        if not field or item == first or said is None or name in answers or question.role in OF_ONE_CHILD_ALONE:
            continue
        if _is_offered(question, said):
            given |= typed_of([question], {name: said})
    return given


def _is_offered(question: Question, said: object) -> bool:
    offered = {choice.value for choice in question.choices}
    if not offered or question.kind == "list":
        return True
    return offered.issuperset(cast("list[object]", said) if isinstance(said, list) else [said])


def _show(seen: ChildrenView, form: FormOnPage, status: int) -> Answer:
    if seen.first.closed or seen.first.obstacle:
        return sending.not_theirs(seen.first, _of_child(seen.first.item, seen.items, sending.typed_now()))
    words = render_template(
        "families/children.html",
        seen=seen,
        form=form,
        groups=[*_groups(seen, form.fields)],
        left_out=[
            (one, sending.not_taken_of(one.form, _without_name(one.item, sending.typed_now()))) for one in seen.left_out
        ],
        kept_otherwise=_kept_otherwise(seen) if form.from_draft else [],
        chosen=[*seen.items[1:]],
    )
    return words, status


def _groups(seen: ChildrenView, fields: Sequence[Field]) -> Iterator[tuple[str, TaskView | None, list[Field]]]:
    """What is asked once, then what is asked of each child, with the task of the child."""
    yield "once", None, [one for one in fields if "." not in one.question.id]
    for task in seen.tasks:
        yield task.item, task, [one for one in fields if one.question.id.startswith(f"{task.item}.")]
