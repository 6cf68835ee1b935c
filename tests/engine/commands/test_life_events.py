"""What happens in a child's life is kept with the child, in every case; what ends by it, and what begins, is as of the
day.
"""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import NotPossible, RefusalCode
from engine.commands.correcting_answers import correct_answers
from engine.facts.corrected_forms import REASON
from engine.reads.authority.people import child_columns, child_of
from engine.reads.case.case_page import case as case_page
from engine.reads.case.life_page import LifeEvent, life_events, life_page
from engine.tables import Answers, Case, Deadline, Person, PersonKey
from engine.timescales.calendar import day_of
from tests.builders import DAY, MONDAY, Authority, authority, case_at, child, do
from tests.engine.commands.joining import same
from tests.engine.commands.pathway import begin, in_enquiry, planned, tasks
from tests.engine.commands.test_cases_of_one_child import make_one, of_commands, of_other_team
from tests.rerun.rerunning import differing
from tests.statements import counted

KNOWN = {"how_known": "Zqknown: the midwife rang."}
TOLD = {"evidence": "Zqtold: the hospital rang."}
EXPECTED = (MONDAY + 60 * DAY).date()


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def records(world: Authority, case: str, process: str, days: int = 0, **answers: Any) -> None:
    """So many days after the Monday on which the case begins."""
    now = MONDAY + days * DAY
    begin(authority=world, case=case, process=process, now=now, by=world.actor("social_worker", now=now), **answers)


def moves(world: Authority, case: str, day: date, address: str, days: int) -> None:
    said = {"changed": "address", "address": address, "address_withheld": "no", **KNOWN}
    records(world, case, "change_for_child", days, changed_on=day.isoformat(), **said)


def person(world: Authority, case: str) -> Any:
    with world.database.read() as connection:
        of_case = select(Person.__table__).join(Case, Case.person_id == Person.id).where(Case.id == case)
        return connection.execute(of_case).one()


def age(world: Authority, case: str, days: int) -> str:
    with world.database.read() as connection:
        row = select(*child_columns()).join(Case, Case.person_id == Person.id).where(Case.id == case)
        return child_of(connection.execute(row).one(), MONDAY + days * DAY).age


def told(world: Authority, case: str, role: str = "social_worker") -> tuple[LifeEvent, ...]:
    with world.database.read() as connection:
        return life_events(connection, world.actor(role), case)


def addresses(events: tuple[LifeEvent, ...]) -> list[tuple[str, bool]]:
    return [(one.words, one.holds) for one in events]


def of_one_child(world: Authority, **about: Any) -> tuple[str, str]:
    said = {name: one for name, one in child(**about).items() if one}
    born: dict[str, Any] = {"children": [said]} if about else {}
    first, second = in_enquiry(authority=world, **born), case_at(authority=world, **born)
    make_one(authority=world, cases=[first, second])
    return first, second


def test_a_birth_is_kept_in_every_open_case_of_the_child(world: Authority) -> None:
    here, there = of_one_child(world, given_name="Baby", born="", expected=EXPECTED.isoformat())
    before = person(world, here)
    keys = keys_of(world, here)
    records(world, here, "birth_of_child", 1, born=MONDAY.date().isoformat(), given_name="Iris", **KNOWN)
    stands = person(world, here)
    assert (stands.given_name, stands.family_name) == ("Iris", before.family_name)
    assert (stands.born, stands.expected, person(world, there).born) == (MONDAY.date(), None, MONDAY.date())
    assert keys_of(world, here) != keys
    assert "iris" in stands.match_name
    assert age(world, here, 1) == "1 day"
    assert of_commands(database=world.database) == []


def keys_of(world: Authority, case: str) -> set[int]:
    with world.database.read() as connection:
        mine = select(PersonKey.key).where(PersonKey.person_id == person(world, case).id)
        return {*connection.scalars(mine)}


def test_what_cannot_have_happened_is_refused_with_words(world: Authority) -> None:
    case = case_at(authority=world)
    born = {"born": MONDAY.date().isoformat(), **KNOWN}
    with pytest.raises(NotPossible) as refused:
        records(world, case, "birth_of_child", 1, **born)
    assert refused.value.code is RefusalCode.CANNOT_HAVE_HAPPENED
    assert "correct it where it was answered" in str(refused.value)
    records(world, case, "death", 1, happened_on=MONDAY.date().isoformat(), **TOLD)
    gone = {"happened_on": MONDAY.date().isoformat(), "where_to": "Spain", **TOLD}
    for process, said in (("death", {"happened_on": MONDAY.date().isoformat(), **TOLD}), ("departure_abroad", gone)):
        with pytest.raises(NotPossible):
            records(world, case, process, 2, **said)
    with world.database.read() as connection:
        page = life_page(connection, world.actor("social_worker"), MONDAY + 2 * DAY, case)
    assert [one.process for one in page.beginnings] == ["change_for_child"]
    assert len(page.not_now) == 3


def test_a_death_ends_what_sees_the_child_in_all_cases_and_is_said_wherever_the_child_is_named(
    world: Authority,
) -> None:
    enquiring, with_plan = in_enquiry(authority=world), planned(authority=world)
    make_one(authority=world, cases=[with_plan, enquiring])
    day = (MONDAY + DAY).date()
    records(world, enquiring, "death", 3, happened_on=day.isoformat(), **TOLD)
    assert "see_child" not in tasks(authority=world, case=enquiring)
    assert "record_visit" not in tasks(authority=world, case=with_plan)
    assert {person(world, one).died_on for one in (enquiring, with_plan)} == {day}
    assert age(world, with_plan, 400) == age(world, with_plan, 4)
    assert age(world, with_plan, 4).startswith(f"died on {day.day} {day:%B %Y}")
    assert of_commands(database=world.database) == []


def test_the_day_of_a_death_that_is_corrected_is_corrected_with_the_child_and_its_clocks(world: Authority) -> None:
    case = planned(authority=world)
    records(world, case, "death", 3, happened_on=(MONDAY + 2 * DAY).date().isoformat(), **TOLD)
    earlier = (MONDAY + DAY).date()
    with world.database.read() as connection:
        row = connection.execute(select(Answers).where(Answers.process == "death")).one()
    said = {**row.answers, "happened_on": earlier.isoformat(), REASON: "Zqwhy: it was the day before."}
    correct_answers(world.database, world.actor("team_manager"), MONDAY + 4 * DAY, case, row.id, 0, said)
    assert person(world, case).died_on == earlier
    with world.database.read() as connection:
        stopped = connection.scalars(select(Deadline.stopped_at).where(Deadline.clock == "plan_visit")).all()
    assert [day_of(one) for one in stopped if one] == [earlier]
    assert differing(database=world.database) == []


def test_the_newest_address_by_its_day_holds_and_none_is_overwritten(world: Authority) -> None:
    case = case_at(authority=world)
    now = MONDAY.date()
    moves(world, case, now, "Zqnew 1", 1)
    moves(world, case, date(now.year - 1, 1, 1), "Zqold 2", 2)
    assert person(world, case).address == "Zqnew 1"
    assert addresses(told(world, case)) == [("Zqnew 1", True), ("Zqold 2", False)]
    moves(world, case, (MONDAY + 2 * DAY).date(), "Zqnewest 3", 3)
    assert person(world, case).address == "Zqnewest 3"
    assert [holds for _, holds in addresses(told(world, case))] == [True, False, False]
    assert differing(database=world.database) == []


def test_a_change_is_read_in_the_other_case_of_the_child_by_who_may_know_of_where_it_was_recorded(
    world: Authority,
) -> None:
    here, there = of_one_child(world)
    moves(world, here, MONDAY.date(), "Zqnew 1", 1)
    (seen,) = told(world, there)
    assert (seen.words, seen.holds) == ("Zqnew 1", True)
    assert seen.reference
    with world.database.read() as connection:
        page = case_page(connection, world.actor("social_worker"), MONDAY + DAY, there)
    assert {here, there} <= {*page.cases_shown}
    assert [one.words for one in page.beside.life] == ["Zqnew 1"]
    assert told(world, here)[0].reference == ""
    of_other_team(authority=world, case=here)
    assert told(world, there) == ()


def test_cases_in_which_nothing_was_recorded_are_not_asked_one_by_one(world: Authority) -> None:
    first = case_at(authority=world)
    asked: list[int] = []
    for others in range(3):
        make_one(authority=world, cases=[first, *(case_at(authority=world) for _ in range(others))])
        with counted(world.database) as statements:
            assert told(world, first) == ()
        asked.append(len(statements))
    assert len({*asked}) == 1


def test_an_address_that_must_be_kept_secret_is_kept_so(world: Authority) -> None:
    case = case_at(authority=world)
    said = {"changed": "address", "address": "Zqrefuge", "address_withheld": "yes", **KNOWN}
    records(world, case, "change_for_child", 1, changed_on=MONDAY.date().isoformat(), **said)
    assert person(world, case).address_withheld
    moves(world, case, (MONDAY + DAY).date(), "Zqhome", 2)
    assert not person(world, case).address_withheld


def test_the_other_children_are_asked_for_and_the_review_and_the_case_stays_open_until_both_are_answered(
    world: Authority,
) -> None:
    case = case_at(authority=world)
    records(world, case, "death", 1, happened_on=MONDAY.date().isoformat(), **TOLD)
    assert {"consider_other_children", "call_for_review", "notify_agencies"} <= tasks(authority=world, case=case)
    with pytest.raises(NotPossible) as refused:
        begin(authority=world, case=case, process="case_closure", now=MONDAY + DAY)
    assert refused.value.code is RefusalCode.CLOSURE_BLOCKED
    named = [{"given_name": "Zqtom", "family_name": "Example", "at_risk": "unknown"}]
    do(authority=world, case=case, task="consider_other_children", now=MONDAY + DAY, other_children=named)
    with world.database.read() as connection:
        names = {*connection.scalars(select(Person.given_name))}
    assert "Zqtom" in names


def test_a_death_that_one_case_knows_of_is_heard_by_the_other_when_they_are_joined(world: Authority) -> None:
    """Whichever of the two knew of it: nobody is to visit the child, and no plan is left in force."""
    older, newer = planned(authority=world), case_at(authority=world, now=MONDAY + DAY)
    day = (MONDAY + DAY).date()
    records(world, newer, "death", 1, happened_on=day.isoformat(), **TOLD)
    same(world, newer, older)
    _must_have_ended(world, older, day)
    older = case_at(authority=world)
    records(world, older, "death", 1, happened_on=day.isoformat(), **TOLD)
    newer = planned(authority=world, now=MONDAY + DAY)
    same(world, older, newer, by=world.actor("team_manager", now=MONDAY + DAY))
    _must_have_ended(world, older, day)


def _must_have_ended(world: Authority, case: str, day: date) -> None:
    assert person(world, case).died_on == day
    assert not tasks(authority=world, case=case) & {"record_visit", "hold_core_group", "bring_forward_review"}
    with world.database.read() as connection:
        plan = connection.execute(select(Case.plan_from, Case.plan_until).where(Case.id == case)).one()
        running = Deadline.met_at.is_(None), Deadline.stopped_at.is_(None), Deadline.case_id == case
        clocks = {*connection.scalars(select(Deadline.clock).where(*running))}
    assert plan.plan_from
    assert day_of(plan.plan_until) == day
    assert not clocks & {"plan_visit", "first_core_group", "first_review", "review_preparation"}
    assert differing(database=world.database) == []


def test_a_birth_that_one_case_knows_of_is_heard_by_the_other_when_they_are_joined(world: Authority) -> None:
    unborn = [{name: one for name, one in child(born="", expected=EXPECTED.isoformat()).items() if one}]
    older = in_enquiry(authority=world, children=unborn)
    newer = case_at(authority=world, now=MONDAY + DAY, children=unborn)
    records(world, newer, "birth_of_child", 1, born=MONDAY.date().isoformat(), **KNOWN)
    same(world, newer, older)
    assert (person(world, older).born, person(world, older).expected) == (MONDAY.date(), None)
    with world.database.read() as connection:
        seen = select(Deadline.met_at).where(Deadline.case_id == older, Deadline.clock == "child_seen_section_47")
        assert connection.scalars(seen).all() == [None], "the child is to be seen"
    assert differing(database=world.database) == []
