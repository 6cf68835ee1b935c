"""What others read of a case: a word of its own is planted in every answer, and each reader finds those that the table
here gives them, which was written from the guidance and not from the forms, and no other. A guard that is taken away is
seen to matter.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.subject import Subject
from engine.facts.circumstances import situation
from engine.facts.models import in_force
from engine.process.bundle import Model
from engine.tables import Answers, Outbox, Part, WorkItem
from tests.builders import DAY, Authority, child, do, open_items, refer, shipped_model, who_sees_all
from tests.engine.commands.calls_of_keeping import restricts
from tests.webapp.conftest import Clock
from tests.webapp.test_partners import PARTNERS, add
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
QUESTION = 2
"""Dots in `process.task.field`."""
PLANTED = re.compile(r"planted ([a-z0-9_.]+) here")

TABLE: Mapping[str, frozenset[str]] = {
    "referrer": frozenset(
        {"referral.feed_back_to_referrer.what_was_said", "referral.feed_back_to_referrer.better_support"}
    ),
    "in the strategy discussion": frozenset(
        {"strategy_discussion.hold_strategy_discussion.actions.action"}
        | {"strategy_discussion.hold_strategy_discussion.actions.who"}
    ),
    "told of the enquiry": frozenset({"section_47_enquiry.share_outcome.help_agreed"}),
    "invited to the conference": frozenset(
        {"initial_conference.hold_conference.reason", "initial_conference.hold_conference.outline_plan"}
        | {f"initial_conference.hold_conference.plan_actions.{one}" for one in ("action", "who")}
    ),
    "in the core group": frozenset(
        {"core_group.circulate_plan.plan"}
        | {f"core_group.hold_core_group.changes.{one}" for one in ("what", "how_much")}
        | {f"core_group.hold_core_group.tasks.{one}" for one in ("task", "who")}
    ),
    "family": frozenset(
        {"initial_conference.hold_conference.reason", "initial_conference.hold_conference.outline_plan"}
        | {f"initial_conference.hold_conference.plan_actions.{one}" for one in ("action", "who")}
        | {"section_47_enquiry.share_outcome.help_agreed", "core_group.circulate_plan.plan"}
    ),
}
"""What each may read, of what is planted: by `process.task.field`."""
RELATIONS: Mapping[str, tuple[str, ...]] = {
    "health": ("referrer", "in the strategy discussion", "invited to the conference", "in the core group"),
    "police": ("in the strategy discussion", "invited to the conference", "told of the enquiry"),
    "education": ("in the core group",),
    "housing": (),
}
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("clarify_referral", {"same_child": "no"}),
    ("acknowledge_referral", {}),
    ("decide_response", {"response": "strategy_discussion"}),
    ("feed_back_to_referrer", {"given": "yes"}),
    ("hold_strategy_discussion", {"took_part": ["social_worker", "team_manager", "police", "health"]}),
    ("analyse_enquiry", {"outcome": "substantiated_continuing_risk"}),
    ("authorise_section_47_outcome", {"authorised": "yes", "conference": "yes"}),
    ("share_outcome", {"agencies_told": ["police"]}),
    ("arrange_conference", {"invited": ["health", "police"]}),
    ("appoint_chair", {}),
    ("hold_conference", {"decision": "plan", "took_part": ["police", "health"], "quorate": "yes"}),
    ("hold_core_group", {"took_part": ["social_worker", "health"], "family_present": "yes"}),
    ("circulate_plan", {"agencies_told": ["education"]}),
)


def planted(world: Authority, case: str, item: Any, now: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """A word of its own in each text that the form asks now, also of lists."""
    about = Subject(item.process, item.element, case, item.instance_id)
    with world.database.read() as connection:
        model = in_force(connection, world.id)
        stands = situation(connection, who_sees_all(world.id), model, about, given, now)
    form = model.form(item.process, item.element) or {}
    return {**_planted(form, stands.holding, f"{item.process}.{item.element}", given, now), **given}


def _planted(form: Any, holding: frozenset[str], place: str, given: Mapping[str, Any], now: Any) -> dict[str, Any]:
    asked = {name: field for name, field in form["properties"].items() if field.get("x-when", "") in {"", *holding}}
    made = {name: _answer(field, holding, f"{place}.{name}", now) for name, field in asked.items() if name not in given}
    return {name: answer for name, answer in made.items() if answer is not None}


def _answer(field: Any, holding: frozenset[str], place: str, now: Any) -> Any:
    """None where nothing can be planted. What stands in a list must be answered as well as it can be."""
    items, in_list = field.get("items", {}), place.count(".") > QUESTION
    if "properties" in items and "x-choices" not in field:
        return [_planted(items, holding, place, {}, now)]
    if in_list and (field.get("format") == "date" or "oneOf" in field):
        return f"{now + 7 * DAY:%Y-%m-%d}" if "format" in field else field["oneOf"][0]["const"]
    is_text = field.get("x-ui", {}).get("kind", "text") in ("text", "long_text") and field.get("type") == "string"
    return f"planted {place} here" if is_text and not {"oneOf", "format", "x-check"} & field.keys() else None


@pytest.fixture
def case(world: Authority, clock: Clock) -> str:
    """On a plan, with four organisations that each have another part in it; `housing` has one by decision alone."""
    ada = child(school="planted referral.start.children.school here")
    made = refer(authority=world, now=clock.now, children=[ada], concerns="planted referral.start.concerns here").cases[
        0
    ]
    for task, given in STEPS:
        item = open_items(database=world.database, case=made)[task]
        held = {"held_at": clock.now.isoformat()} if task.startswith("hold_") else {}
        answers = planted(world, made, item, clock.now, {**given, **held})
        do(authority=world, case=made, task=task, now=clock.now, **answers)
    for agency in ("education", "housing"):
        add(world, made, agency, clock.now)
    return made


def texts(as_a: As, world: Authority, case: str, agency: str) -> str:
    role = {**PARTNERS, "housing": "housing_officer"}[agency]
    with world.database.read() as connection:
        items = connection.scalars(select(WorkItem.id).where(WorkItem.case_id == case, WorkItem.agency_id == agency))
        tasks = [f"/tasks/{item}" for item in items]
    pages = ["/cases", "/tasks", f"/cases/{case}", f"/cases/{case}?list=answered", f"/cases/{case}?list=happened"]
    pages += [f"/cases/{case}/start/{process}" for process in ("professional_disagreement", "strategy_discussion")]
    client = as_a(role).client
    return " ".join(client.get(path).text for path in (*pages, *tasks))


def found_in(text: str) -> set[str]:
    return {*PLANTED.findall(text)}


def own(world: Authority, case: str, agency: str) -> set[str]:
    with world.database.read() as connection:
        rows = connection.scalars(
            select(Answers.answers).where(Answers.case_id == case, Answers.organisation_id == agency)
        )
        return found_in(repr([*rows]))


def may_read(agency: str) -> set[str]:
    return {place for relation in RELATIONS[agency] for place in TABLE[relation]}


def disclosed(as_a: As, world: Authority, case: str) -> dict[str, set[str]]:
    """By agency what it reads and should not, and what it should read and does not."""
    wrong = {
        agency: found_in(texts(as_a, world, case, agency)) ^ (may_read(agency) | own(world, case, agency))
        for agency in RELATIONS
    }
    return {agency: places for agency, places in wrong.items() if places}


def test_each_reads_what_the_table_gives_them_and_nothing_else(as_a: As, world: Authority, case: str) -> None:
    with world.database.read() as connection:
        everything = found_in(repr([*connection.scalars(select(Answers.answers))]))
        letters = repr([*connection.execute(select(Outbox.subject, Outbox.body))])
    assert len(everything - set().union(*TABLE.values())) > 20, "there is enough that nobody may read"
    assert set().union(*TABLE.values()) <= everything
    assert found_in(letters) == set()
    assert disclosed(as_a, world, case) == {}


def test_who_has_the_case_sees_it_as_each_of_them_does(as_a: As, world: Authority, case: str) -> None:
    manager = as_a("team_manager")
    for agency in RELATIONS:
        page = manager.get(f"/cases/{case}/as/{agency}")
        assert found_in(page.text) == may_read(agency) | own(world, case, agency), agency
    assert found_in(manager.get(f"/cases/{case}/as/family").text) == TABLE["family"]
    plan = as_a("education_practitioner").get(f"/cases/{case}")
    assert [one.text for one in plan.tree.xpath("//h2[starts-with(@id, 'shown-')]")] == ["The plan"]
    manager.get(f"/cases/{case}/as/nspcc", status=404)
    manager.get(f"/cases/{case}/as/core_group", status=404)
    as_a("health_practitioner").get(f"/cases/{case}/as/police", status=403)
    as_a("nspcc_officer").get(f"/cases/{case}/as/police", status=404)


def test_of_a_restricted_case_no_organisation_as_a_whole_sees_anything(as_a: As, world: Authority, case: str) -> None:
    restricts(world, case, "team_manager.1", "social_worker.1")
    refused = as_a("team_manager").get(f"/cases/{case}/as/police", status=409)
    assert "of other organisations those alone know of it who are named" in refused.text


def test_whose_part_is_over_reads_nothing(as_a: As, world: Authority, case: str, clock: Clock) -> None:
    with world.database.transaction() as connection:
        connection.execute(update(Part).where(Part.agency_id == "health").values(held_until=clock.now))
    as_a("health_practitioner").get(f"/cases/{case}", status=404)
    as_a("team_manager").get(f"/cases/{case}/as/health", status=404)


def anybody(_then: Any, _now: Any, _field: Any) -> frozenset[str]:
    """In place of engine.facts.shown_answers.readers_now."""
    return frozenset({*shipped_model().groups, *shipped_model().agencies})


def whole(answers: Any, _fields: Any) -> Any:
    """In place of what leaves the other answers of a form out."""
    return answers


FAULTS: Mapping[str, Callable[..., Any]] = {
    "engine.facts.shown_answers.readers_now": anybody,
    "engine.reads.case.earlier._only": whole,
}


@pytest.mark.parametrize("guard", FAULTS)
def test_each_guard_that_is_taken_away_is_found(
    as_a: As, world: Authority, case: str, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    monkeypatch.setattr(guard, FAULTS[guard])
    assert disclosed(as_a, world, case)


def test_what_is_narrowed_is_closed_at_once(
    as_a: As, world: Authority, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the models in force, also of what was answered before."""
    with monkeypatch.context() as patch:
        narrow = shipped_model()
        path = "forms/core_group/circulate_plan.json"
        form = {**narrow.forms[path], "properties": {**narrow.forms[path]["properties"]}}
        form["properties"]["plan"] = {**form["properties"]["plan"], "x-shown-to": []}
        model = replace(narrow, forms={**narrow.forms, path: form})

        def narrowed(*_of: Any) -> Model:
            return model

        patch.setattr("engine.facts.shown_answers.in_force", narrowed)
        assert disclosed(as_a, world, case) == {
            "education": {"core_group.circulate_plan.plan"},
            "health": {"core_group.circulate_plan.plan"},
        }
