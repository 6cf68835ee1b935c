"""Who looked at a case, on both databases: for auditors alone, person by person, page by page."""

import pytest

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound
from engine.commands.exports import record_export
from engine.commands.looks import look
from engine.people.identity import SYSTEM
from engine.reads.audit.replay import ReplayQuery, replay
from engine.reads.audit.who_looked import PAGE, Looks, looks, watched
from engine.reads.list_page import OVERVIEW
from engine.reads.task.task_page import task
from tests.auditing import lists_cases, opens_case
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, open_items


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def seen(world: Authority, case: str, role: str = "auditor", *, person: str = "", lists: bool = False) -> Looks:
    with world.database.read() as connection:
        return looks(connection, world.actor(role), MONDAY + DAY, case, person, lists)


def test_a_look_is_told_with_who_when_and_which_page(world: Authority) -> None:
    case = case_at(authority=world)
    opens_case(authority=world, case=case, role="team_manager", now=MONDAY + HOUR)
    item = open_items(database=world.database, case=case)["decide_response"].id
    look(world.database, world.actor("social_worker"), MONDAY + 2 * HOUR, "task", task, item)
    auditor = world.actor("auditor")
    look(world.database, auditor, MONDAY + 3 * HOUR, "replay", replay, case, ReplayQuery(), 1, OVERVIEW)
    found = seen(world, case)
    assert [(one.by, one.role, one.page, one.at) for one in found.rows] == [
        ("Auditor 1", "Auditor", "The replay of the case", MONDAY + 3 * HOUR),
        ("Social worker 1", "Social worker", "A task of the case", MONDAY + 2 * HOUR),
        ("Team manager 1", "Team manager", "The case", MONDAY + HOUR),
    ]


def test_a_list_in_which_the_case_was_one_of_many_is_told_on_request(world: Authority) -> None:
    case = case_at(authority=world)
    lists_cases(authority=world, role="social_worker", now=MONDAY)
    opens_case(authority=world, case=case, role="team_manager", now=MONDAY)
    assert [one.page for one in seen(world, case).rows] == ["The case"]
    assert {(one.page, one.listed) for one in seen(world, case, lists=True).rows} == {
        ("The case", False),
        ("A list of cases", True),
    }


def test_who_made_a_pack_is_told_among_the_looks(world: Authority) -> None:
    """At the command line nobody's account makes one."""
    case = case_at(authority=world)
    makers = ((world.actor("auditor"), "full", HOUR), (SYSTEM.at(world.id), "redacted", 2 * HOUR))
    for maker, form, later in makers:
        record_export(world.database, maker, MONDAY + later, case, form, "A court asked", "pack.zip", "0" * 64)
    by_system = ("The system", "A redacted audit pack was made")
    assert [(one.by.capitalize(), one.page) for one in seen(world, case).rows] == [
        by_system,
        ("Auditor 1", "A whole audit pack was made"),
    ]
    (account,) = [account for account, name in seen(world, case).people if name.capitalize() == by_system[0]]
    assert [one.page for one in seen(world, case, person=account).rows] == [by_system[1]]


def test_the_looks_of_one_person_can_be_asked_for(world: Authority) -> None:
    case = case_at(authority=world)
    for role in ("team_manager", "social_worker", "team_manager"):
        opens_case(authority=world, case=case, role=role, now=MONDAY)
    found = seen(world, case, person="team_manager.1")
    assert (found.total, {one.by for one in found.rows}) == (2, {"Team manager 1"})
    assert [name for _, name in found.people] == ["Social worker 1", "Team manager 1"]


def test_looks_at_another_case_are_not_told(world: Authority) -> None:
    case, other = case_at(authority=world), case_at(authority=world, children=[child(given_name="Ben")])
    opens_case(authority=world, case=other, role="team_manager", now=MONDAY)
    assert seen(world, case).total == 0


def test_many_looks_come_a_page_at_a_time(world: Authority) -> None:
    case = case_at(authority=world)
    for minute in range(PAGE + 1):
        opens_case(authority=world, case=case, role="team_manager", now=MONDAY + minute * HOUR / 60)
    with world.database.read() as connection:
        second = looks(connection, world.actor("auditor"), MONDAY + DAY, case, page=2)
    assert (second.total, second.pages, [one.at for one in second.rows]) == (PAGE + 1, 2, [MONDAY])


def test_who_saw_a_case_in_a_stretch_of_time(world: Authority) -> None:
    case = case_at(authority=world)
    for hours in (1, 2, 30):
        opens_case(authority=world, case=case, role="team_manager", now=MONDAY + hours * HOUR)
    lists_cases(authority=world, role="social_worker", now=MONDAY + HOUR)
    with world.database.read() as connection:
        (found,) = watched(connection, [case], [(MONDAY, MONDAY + DAY)])
    assert {one.account: (one.opened, one.listed, one.first_at) for one in found} == {
        "team_manager.1": (2, 0, MONDAY + HOUR),
        "social_worker.1": (0, 1, MONDAY + HOUR),
    }


def test_looks_are_for_auditors(world: Authority) -> None:
    case = case_at(authority=world)
    for role in ("social_worker", "team_manager", "health_practitioner"):
        with pytest.raises(NotAllowed):
            seen(world, case, role)
    with pytest.raises(NotFound):
        seen(world, case, "housing_officer")
