"""Each fact that a form may ask is computed, from the case as it stands; nothing is asked that no form names."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from engine.base.database import Database
from engine.base.subject import Subject
from engine.casework.locking import lock_case
from engine.facts import circumstances
from engine.facts.candidates import _SOURCES as SOURCES  # pyright: ignore[reportPrivateUsage]
from engine.facts.case_now import CaseRead
from engine.facts.circumstances import situation
from engine.facts.models import in_force
from engine.forms.checks import CASE_FACTS, CHOICES, FACTS
from engine.people.command import Work
from tests.builders import HERE, MONDAY, SYSTEM_HERE, Authority, authority, case_at, open_items
from tests.engine.forms.builders import make_field, make_form


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def holding(
    world: Authority, case: str, *conditions: str, task: str = "decide_response", answers: object = None
) -> tuple[set[str], int]:
    """Those of the conditions that hold for the task, and how many statements it took to know."""
    model, statements = None, 0
    item = open_items(database=world.database, case=case)[task]
    subject = Subject("referral", task, case, item.instance_id)
    fields: dict[str, Any] = {f"field_{number}": make_field(x_when=one) for number, one in enumerate(conditions)}
    asked = make_form(**fields)

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    with world.database.read() as connection:
        model = in_force(connection, HERE)
        model = replace(model, forms={**model.forms, f"forms/referral/{task}.json": asked})
        event.listen(connection, "before_cursor_execute", count)
        found = situation(connection, SYSTEM_HERE, model, subject, answers, MONDAY)
    return set(found.holding), statements


def test_every_fact_and_every_source_of_choices_is_computed_and_no_other() -> None:
    computed = circumstances._COMPUTED  # pyright: ignore[reportPrivateUsage]
    assert {name.partition(".")[0] for name in FACTS} == computed.keys()
    assert {name.partition(" ")[0] for name in CHOICES} == SOURCES.keys()


def test_a_page_and_a_command_know_the_same_facts_of_a_case(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    with world.database.transaction() as connection:
        read = CaseRead(connection, case, SYSTEM_HERE).known_facts()
        known = lock_case(Work(connection, SYSTEM_HERE, MONDAY), case).known_facts()
    assert read == known
    assert read.keys() == CASE_FACTS.keys()


def test_nothing_is_computed_where_nothing_is_named(world: Authority) -> None:
    assert holding(world, case_at(authority=world, point="deciding")) == (set(), 0)


def test_what_is_not_reached_is_not_computed(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    assert holding(world, case, "has(answers.why) and open.decide_response") == (set(), 0)
    assert holding(world, case, "open.decide_response", "not open.decide_response", "open.clarify_referral")[1] == 1


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("open.decide_response", True),
        ("open.allocate_social_worker", False),
        ("not done.decide_response", True),
        ("running.response_decision", True),
        ("running.first_review", False),
        ('has(start.immediate_danger) and start.immediate_danger == "no"', True),
        ("has(last.decide_response.response)", False),
        ("case.unborn or case.plan_in_force or case.order_in_force or case.case_closed", False),
        ("chair.earlier or chair.meets_again", False),
        ("order_may_be_extended or possible_match or work_running or late", False),
        ("has(answers.took_part) and count(agencies_of(answers.took_part)) < 2", True),
        ('"police" in answers.took_part', True),
        ("answers.nothing", False),
        ("count(answers.note) < 2", False),
    ],
)
def test_a_condition_holds_as_the_case_stands(world: Authority, condition: str, holds: bool) -> None:
    case = case_at(authority=world, point="deciding")
    answers: dict[str, Any] = {"took_part": ["police", "social_worker", "social_care", {}], "note": "text"}
    assert (condition in holding(world, case, condition, answers=answers)[0]) is holds


@pytest.mark.parametrize("answers", [None, [], "text", 7, {"took_part": {"a": 1}}, {"took_part": None}])
def test_answers_that_are_none_make_nothing_hold(world: Authority, answers: object) -> None:
    case = case_at(authority=world, point="deciding")
    few = "has(answers.took_part) and count(agencies_of(answers.took_part)) < 2"
    assert holding(world, case, few, answers=answers)[0] == set()
