"""What is known of the people around a child, wherever it is read: in other cases of the child, after a join, among
what is held of the child, beside tasks that make contact; and nowhere once it is kept from somebody or erased.
"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.recording_people import change_personal_fact
from engine.facts.people_around import THE_CHILD, facts_around, people_in
from engine.reads.case.around_page import AroundPage, around_page
from engine.reads.case.subject_decisions import request_at_work
from engine.reads.task.task_page import task
from engine.tables import PersonalFact
from tests.builders import MONDAY, Authority, authority, case_at, child, open_items, refer
from tests.engine.commands.calls_of_keeping import restricts
from tests.engine.commands.calls_of_people_around import COMMUNICATION, fact, person
from tests.engine.commands.calls_of_retention import closed, decides, proposes, rules
from tests.engine.commands.calls_of_subject import asks_what_is_held
from tests.engine.commands.joining import TUESDAY, must_be_sound, same
from tests.engine.commands.test_erasing import faults, left_of, planted

HOUR = timedelta(hours=1)


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def names(world: Authority, case: str, number: int = 1) -> list[tuple[str, str]]:
    """With how they are related."""
    with world.database.read() as connection:
        facts = facts_around(connection, world.actor("social_worker", number=number), case)
    return [(one.name, one.relation) for one in people_in(facts)]


def page_of(world: Authority, case: str, role: str = "social_worker") -> AroundPage:
    with world.database.read() as connection:
        return around_page(connection, world.actor(role), MONDAY, case)


def needs(world: Authority, case: str, item: str, role: str = "social_worker") -> list[str]:
    with world.database.read() as connection:
        seen = task(connection, world.actor(role), MONDAY, open_items(database=world.database, case=case)[item].id)
    return [one.name or THE_CHILD for one in seen.needs]


def test_it_holds_in_every_case_of_the_child_but_is_not_told_of_one_that_is_kept(world: Authority) -> None:
    case = closed(world)
    mother = person(world, case)
    later = refer(authority=world, children=[child()], now=TUESDAY).cases[0]
    assert names(world, later) == []
    same(world, later, case)
    assert names(world, later) == [("Zqmother", "mother")]
    risk = fact(world, later, mother, "risk")
    restricts(world, case)
    assert names(world, later) == [("Zqmother", "mother")]
    # Who may not know of the first case reads what is kept in this one, with the name that stands there.
    assert names(world, later, number=2) == [("Zqmother", "")]
    with world.database.read() as connection:
        (told,) = facts_around(connection, world.actor("social_worker", number=2), later)
    assert (told.id, told.said["what"]) == (risk, "Zqharm: he hit her.")
    must_be_sound(world)


def test_after_a_join_what_was_known_in_both_stands_in_the_one_that_goes_on(world: Authority) -> None:
    case = case_at(authority=world)
    person(world, case)
    newer = refer(authority=world, children=[child()], now=MONDAY + HOUR).cases[0]
    person(world, newer, name="Zqfather", relation="father")
    need = fact(world, newer)
    same(world, newer, case)
    assert names(world, case) == [("Zqmother", "mother"), ("Zqfather", "father")]
    answers = {**COMMUNICATION, "ended_as": "wrong"}
    worker = world.actor("social_worker")
    with pytest.raises(NotPossible):
        change_personal_fact(world.database, worker, TUESDAY, newer, need, answers)
    change_personal_fact(world.database, worker, TUESDAY, case, need, answers)
    assert len(page_of(world, case).needs_of_child) == 1
    must_be_sound(world)


def test_it_is_among_what_is_held_of_the_child_and_of_others_only_with_a_reason(world: Authority) -> None:
    case = case_at(authority=world)
    fact(world, case, person(world, case), "risk")
    fact(world, case)
    request = asks_what_is_held(world, case)
    with world.database.read() as connection:
        held = request_at_work(connection, world.actor("privacy_officer"), request).held
    items = {item.words: item for item in held.items}
    assert items["Zqharm: he hit her."].has_others
    assert not items["Zqleave no message."].has_others  # of the child


def test_it_is_erased_with_the_case(world: Authority) -> None:
    case = closed(world)
    fact(world, case, person(world, case), "risk")
    fact(world, case)
    rules(world)
    decides(world, proposes(world, case))
    assert (faults(world), left_of(world, case), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(PersonalFact)).scalar_one() == 0


@pytest.mark.parametrize(
    ("point", "item", "told"), [("assessing", "plan_assessment", True), ("deciding", "decide_response", False)]
)
def test_a_task_that_makes_contact_shows_how_to_communicate(
    world: Authority, point: str, item: str, told: bool
) -> None:
    case = case_at(authority=world, point=point)
    fact(world, case)
    fact(world, case, person(world, case))
    fact(world, case, person(world, case, name="Zqnurse", relation="professional"), source="Zqelse")
    assert needs(world, case, item) == ([THE_CHILD, "Zqmother"] if told else [])


def test_a_picture_says_what_the_table_says_and_is_as_narrow_as_a_telephone(world: Authority) -> None:
    case = case_at(authority=world)
    partner = person(
        world, case, name="Zqpartner of the mother whose name is long", relation="step_parent", side="mother"
    )
    fact(world, case, partner, "risk")
    for number in range(4):
        said = {"name": f"Zq{number}", "relation": "sister", "blood": "half", "side": "mother", "lives": "part"}
        person(world, case, **said)
    seen = page_of(world, case)
    drawn = seen.genogram
    assert drawn.width <= 340
    assert all(0 < one.x < drawn.width and 0 < one.y < drawn.height for one in drawn.symbols)
    assert len({(one.x, one.y) for one in drawn.symbols}) == len(drawn.symbols) == 6
    assert [head for head, _ in drawn.heads] == ["Parents and carers", "Children"]
    words = {one.words.partition(":")[0]: one.words for one in drawn.symbols}
    assert words["Zq3"] == ("Zq3: half-sister, mother’s side, lives with the child, has parental responsibility.")
    assert "risk" in words["Zqpartner of the mother whose name is long"]
    assert [one.tie for one in drawn.symbols if one.words.startswith("Zq3")] == ["half"]
    glance = {one.person.name: one.in_short for one in seen.people}
    assert (glance["Zq3"].relation, glance["Zq3"].lives) == ("Sister (half, mother’s side)", "Some of the time")


def test_who_lived_with_the_child_when_stands_in_order_with_what_is_over(world: Authority) -> None:
    case = case_at(authority=world)
    mother = person(world, case)
    fact(world, case, mother, "household", lives="yes", from_day="2014-01-01", until_day="2016-05-01")
    fact(world, case, mother, "household", lives="no", from_day="2016-05-02", until_day="2019-12-31")
    assert [(f"{one.since}", f"{one.until}") for one in page_of(world, case).households] == [
        ("2014-01-01", "2016-05-01"),
        ("2020-01-01", "None"),
    ]
