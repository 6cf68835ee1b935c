"""The pages on which somebody records what was shared, or what is wished about that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.base.subject import Subject
from engine.facts.models import in_force
from engine.facts.sharing_forms import (
    WITHDRAW_WISH,
    agencies_to_tell,
    agency_names,
    recipients_in,
    share_form,
    wish_form,
)
from engine.facts.sharing_wishes import go_against, wish_that_holds
from engine.forms import questions
from engine.forms.questions import Schema
from engine.forms.sharing_block import AGAINST_WISHES, SHARES
from engine.people.identity import Actor
from engine.people.who_knows import must_see_all, must_take_part
from engine.process.bundle import Model
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.case.what_was_shared import WishView, wish_view, wish_views
from engine.reads.task.form_view import Answering, FormView, asked_plainly, nothing_typed
from engine.timescales.calendar import day_of


@dataclass(frozen=True, slots=True)
class SharingPage:
    """`wishes` are those that hold; `wish` is the one that another takes the place of, or that holds no longer."""

    case: str
    bar: CaseBar
    wishes: tuple[WishView, ...]
    wish: WishView | None
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.bar.cases_shown


def share_to_record(
    connection: Connection, actor: Actor, now: datetime, case: str, typed: Answering = nothing_typed
) -> SharingPage:
    """What is typed decides whether it goes against a wish. Raises NotFound, NotAllowed for who does not see all
    answers of the case or only oversees it.
    """
    names = _names(connection, actor, case)
    wishes = wish_views(connection, actor, case, names, holding=True)
    form = share_form(names)
    given = typed(questions(form, frozenset({AGAINST_WISHES})))
    against = go_against((one.wish for one in wishes), recipients_in(names, given))
    asked = asked_plainly(form, {"shared_on": day_of(now).isoformat()}, frozenset({AGAINST_WISHES} if against else ()))
    return _page(connection, actor, now, case, wishes, None, asked)


def wish_to_record(connection: Connection, actor: Actor, now: datetime, case: str) -> SharingPage:
    """Raises NotFound, NotAllowed as `share_to_record`."""
    names = _names(connection, actor, case)
    wishes = wish_views(connection, actor, case, names, holding=True)
    return _page(connection, actor, now, case, wishes, None, asked_plainly(wish_form(names), {}))


def wish_to_replace(connection: Connection, actor: Actor, now: datetime, case: str, wish: str) -> SharingPage:
    """With what it says to be changed. Raises NotFound, NotAllowed, AlreadyDone for one that holds no longer."""
    names = _names(connection, actor, case)
    said = wish_view(wish_that_holds(connection, actor, case, wish), names)
    one = said.wish
    columns = ("whose", "who", "what", "against", "others", "why")
    filled = {name: value for name in columns if (value := getattr(one, name))} | {"agencies": [*one.agencies]}
    form: Schema = {**wish_form(names), "title": "Record another wish in its place"}
    return _page(connection, actor, now, case, (), said, asked_plainly(form, filled))


def wish_to_withdraw(connection: Connection, actor: Actor, now: datetime, case: str, wish: str) -> SharingPage:
    """Raises as `wish_to_replace`."""
    names = _names(connection, actor, case)
    said = wish_view(wish_that_holds(connection, actor, case, wish), names)
    return _page(connection, actor, now, case, (), said, asked_plainly(WITHDRAW_WISH, {}))


def wishes_beside(connection: Connection, actor: Actor, model: Model, about: Subject) -> tuple[WishView, ...]:
    """Those that hold, beside a task whose form shares something; none beside any other."""
    if about.case is None or SHARES not in (model.form(about.process, about.element) or {}):
        return ()
    return wish_views(connection, actor, about.case, agency_names(model), holding=True)


def _names(connection: Connection, actor: Actor, case: str) -> Mapping[str, str]:
    must_see_all(connection, actor, case)
    must_take_part(connection, actor, case)
    return agencies_to_tell(in_force(connection, actor.within))


def _page(
    connection: Connection,
    actor: Actor,
    now: datetime,
    case: str,
    wishes: tuple[WishView, ...],
    wish: WishView | None,
    form: FormView,
) -> SharingPage:
    return SharingPage(case, case_bar(connection, actor, now, case), wishes, wish, form)
