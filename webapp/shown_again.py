"""A form that is taken only from whoever shows with it that it is them, and what keeps somebody from a case at once."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import flash, render_template, url_for

from engine.base.errors import BadAnswers
from engine.commands.ending_drafts import end_drafts
from engine.commands.leavers import end_what_is_kept_from_them, hand_back_tasks_of_leavers
from engine.people.identity import SYSTEM
from webapp import sending
from webapp.fields import Typed, answers_of
from webapp.pages import Answer, Visit
from webapp.sending import FormOnPage, FormPage, HasForm
from webapp.showing_who import not_shown_to_be


class ShowsForm(HasForm, Protocol):
    """A page with a form, which names the cases that it shows."""

    @property
    def cases_shown(self) -> tuple[str, ...]: ...


def first(visit: Visit, seen: HasForm, template: str) -> Answer:
    form = sending.blank(seen.form, visit.now)
    return render_template(template, seen=seen, form=form, problems={})


def sent(
    visit: Visit,
    template: str,
    give: Callable[[dict[str, Any]], str],
    look: Callable[..., Any],
    read: Callable[..., ShowsForm],
    *of: str,
) -> Answer:
    """`look` is how the visit reads what the page shows. Who it is is asked last, so that a wrong password is counted
    only where all else will do.
    """
    problems: dict[str, str] = {}

    def send(typed: Typed) -> str:
        problems.update(not_shown_to_be(visit))
        if problems:
            raise BadAnswers(problems)
        return give(dict(answers_of(visit.read_for_command(read, *of).form.questions, typed)))

    def show(seen: ShowsForm, form: FormOnPage, status: int) -> Answer:
        return render_template(template, seen=seen, form=form, problems=problems), status

    return sending.respond(visit, FormPage(lambda _typed: look(read, *of), show, send))


def done(said: str, page: str) -> str:
    flash(said)
    return url_for(page)


def take_from_them(visit: Visit) -> None:
    """From whoever may not know of a case any more, at once; should it be cut short, the clock does."""
    for end in (hand_back_tasks_of_leavers, end_what_is_kept_from_them, end_drafts):
        end(visit.site.database, SYSTEM.at(visit.actor.within), visit.now)
