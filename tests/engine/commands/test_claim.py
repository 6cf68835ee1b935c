"""Taking a task and handing it back: one person has it, and the record says so."""

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import AlreadyDone, NotAllowed, NotFound
from engine.commands.cases import claim, release
from engine.record.chain import case_chain, lines
from engine.tables import WorkItem
from tests.builders import HOUR, MONDAY, all_rows, authority, case_at, do, open_items


def owner(database: Database, item: str) -> str | None:
    with database.read() as connection:
        return connection.execute(select(WorkItem.owner_id).where(WorkItem.id == item)).scalar_one()


def acts(database: Database, case: str) -> list[tuple[str, str, str | None, int | None]]:
    with database.read() as connection:
        entries = lines(connection, case_chain(case), ["taken", "handed_back"])
    return [(line.kind, line.actor, line.element, line.occurrence) for line in entries]


def test_a_task_is_taken_and_handed_back(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    item = open_items(database=database, case=case)["decide_response"].id
    first, second = (at.actor("social_worker", number=number) for number in (1, 2))
    claim(database, first, MONDAY + HOUR, item)
    assert owner(database, item) == "social_worker.1"
    release(database, first, MONDAY + HOUR, item)
    assert owner(database, item) is None
    claim(database, second, MONDAY + 2 * HOUR, item)
    assert acts(database, case) == [
        ("taken", "social_worker.1", "decide_response", 1),
        ("handed_back", "social_worker.1", "decide_response", 1),
        ("taken", "social_worker.2", "decide_response", 1),
    ]


def test_taking_it_twice_and_handing_back_what_nobody_has_change_nothing(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    items = open_items(database=database, case=case)
    worker = at.actor("social_worker")
    claim(database, worker, MONDAY, items["decide_response"].id)
    before = all_rows(database=database)
    claim(database, worker, MONDAY + HOUR, items["decide_response"].id)
    release(database, worker, MONDAY + HOUR, items["clarify_referral"].id)
    assert all_rows(database=database) == before


def test_nobody_takes_or_hands_back_what_a_colleague_has(database: Database) -> None:
    at = authority(database=database)
    item = open_items(database=database, case=case_at(authority=at))["decide_response"].id
    claim(database, at.actor("social_worker"), MONDAY, item)
    second = at.actor("social_worker", number=2)
    for act in (claim, release):
        with pytest.raises(NotAllowed, match="Social worker 1 has taken this task"):
            act(database, second, MONDAY, item)
    assert owner(database, item) == "social_worker.1"


def test_what_is_done_or_withdrawn_cannot_be_taken(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="written")
    items = open_items(database=database, case=case)
    do(authority=at, case=case, task="interview_family")
    do(authority=at, case=case, task="authorise_assessment", authorised="yes")
    for task in ("interview_family", "see_child"):
        for act in (claim, release):
            with pytest.raises(AlreadyDone):
                act(database, at.actor("social_worker"), MONDAY, items[task].id)


@pytest.mark.parametrize("item", ["", "a" * 26, "nothing", "é", "a" * 10_000, "' OR 1=1 --"])
def test_there_is_no_such_task(database: Database, item: str) -> None:
    at = authority(database=database)
    case_at(authority=at)
    for act in (claim, release):
        with pytest.raises(NotFound):
            act(database, at.actor("social_worker"), MONDAY, item)
