"""What a story does beside its tasks: it records that something was shared and what is wished about that, adds an
action, says what became of one, and keeps a service of the directory.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case as sql_case
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.subject import Subject
from engine.commands.keeping_actions import add_action, tell_of_action
from engine.commands.keeping_directory import add_service, change_service
from engine.commands.recording_shares import record_share, record_wish, withdraw_wish
from engine.facts.action_forms import add_form, agencies_to_act
from engine.facts.candidates import colleagues
from engine.facts.circumstances import Situation
from engine.facts.directory import called, said_of, service_form, services
from engine.facts.models import in_force
from engine.facts.sharing_forms import WITHDRAW_WISH, agencies_to_tell, share_form, wish_form
from engine.facts.sharing_wishes import wishes_of
from engine.forms.action_block import DONE, OPEN
from engine.forms.questions import Schema
from engine.forms.sharing_block import AGAINST_WISHES
from engine.people.identity import Actor
from engine.scenario.finding import Unplayable
from engine.scenario.misspelt_words import unknown
from engine.scenario.people_in_stories import record_around
from engine.scenario.putting_right import PersonNamed
from engine.scenario.stage import StoryWorld
from engine.scenario.story import Story, StoryStep, Table
from engine.scenario.story_answers import prepare
from engine.scenario.story_words import AROUND
from engine.tables import CaseAction

REASON = "against_wishes_because"


def record(
    stage: StoryWorld, story: Story, step: StoryStep, actor: Actor, case: str, person: PersonNamed
) -> Callable[[], object]:
    """The target: `share`, `wish`, `withdrawal`, which is of the newest wish that holds, `action`, or `service`."""
    database, now, strict, what, written = stage.database, stage.now, story.strict, step.target, step.answers
    if what == "service":
        return _keep_service(database, actor, now, written, strict=strict)
    if what in AROUND:
        return record_around(database, step, actor, now, case, strict=strict)
    if what == "action":
        return _add(database, actor, now, case, written, strict=strict, person=person)
    with database.read() as connection:
        agencies = agencies_to_tell(in_force(connection, actor.within))
        newest = next((one.id for one in wishes_of(connection, actor, case) if one.holds), "")
    answers = _prepared(_form(what, agencies), written, now, strict=strict)
    if what == "share":
        return lambda: record_share(database, actor, now, case, answers)
    if what == "wish":
        return lambda: record_wish(database, actor, now, case, answers)
    return lambda: withdraw_wish(database, actor, now, case, newest, answers)


def _form(what: str, agencies: Mapping[str, str]) -> Schema:
    return {"share": share_form(agencies), "wish": wish_form(agencies)}.get(what, WITHDRAW_WISH)


def _prepared(form: Schema, written: Table, now: datetime, *, strict: bool) -> dict[str, Any]:
    """That it goes against a wish is filled in by no story that does not say why: it is refused."""
    stands = Situation(frozenset({AGAINST_WISHES} if REASON in written else ()), {})
    return prepare(form, written, lambda _answers: stands, str, now, children={}, strict=strict).answers


def _add(
    database: Database,
    actor: Actor,
    now: datetime,
    case: str,
    written: Table,
    *,
    strict: bool,
    person: Callable[[str], str],
) -> Callable[[], object]:
    with database.read() as connection:
        its_model = in_force(connection, actor.within)
        offered = colleagues(connection, its_model, Subject("", "", case), now)
    form = add_form(agencies_to_act(its_model), its_model.leading_agency, {one.value: one.label for one in offered})
    named = {"colleague": person(written["colleague"])} if "colleague" in written else {}
    answers = prepare(form, {**written, **named}, lambda _answers: _NOTHING, str, now, children={}, strict=strict)
    return lambda: add_action(database, actor, now, case, answers.answers)


def _keep_service(
    database: Database, actor: Actor, now: datetime, written: Table, *, strict: bool
) -> Callable[[], object]:
    """It is put into the directory, or changed where one of this name is there."""
    with database.read() as connection:
        agencies = agencies_to_tell(in_force(connection, actor.within))
        there = called(services(connection, actor.within), str(written.get("name", "")))
    said = {**said_of(there), **written} if there else written
    form = service_form(agencies, "")
    answers = prepare(form, said, lambda _answers: _NOTHING, str, now, children={}, strict=strict).answers
    if there:
        return lambda: change_service(database, actor, now, there.id, answers)
    return lambda: add_service(database, actor, now, answers)


_NOTHING = Situation(frozenset(), {})


def tell(
    stage: StoryWorld, _story: Story, step: StoryStep, actor: Actor, case: str, _person: PersonNamed
) -> Callable[[], object]:
    """Of the newest action that says what the step names, of those first to which it can be said. Raises Unplayable
    where none ever said so.
    """
    state = step.state or DONE
    can_be_told = (CaseAction.state != OPEN) if state == OPEN else (CaseAction.state == OPEN)
    named = select(CaseAction.id).where(CaseAction.case_id == case, CaseAction.what == step.target)
    first = func.coalesce(sql_case((can_be_told, 0)), 1)
    with stage.database.read() as connection:
        found = connection.scalars(named.order_by(first, CaseAction.agreed_at.desc(), CaseAction.id)).first()
        others = connection.scalars(select(CaseAction.what).where(CaseAction.case_id == case)).all()
    if found is None:
        raise Unplayable(unknown("action that says", step.target, others))
    answers = {"state": state} | ({"why": step.why} if step.why else {})
    return lambda: tell_of_action(stage.database, actor, stage.now, found, answers)
