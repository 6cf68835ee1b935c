"""A case is not opened again beside another open case of the child: which one is said only to who may know of it."""

import pytest
from sqlalchemy import update

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.reopening_cases import reopen_case
from engine.facts.reopening_forms import HIDDEN_BESIDE, OPEN_BESIDE
from engine.reads.task.reopening_page import to_reopen
from engine.tables import Case
from tests.builders import MONDAY, Authority, authority, case_at
from tests.engine.commands.calls_of_corrections import MISTAKE


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_who_may_not_know_of_the_other_case_is_not_told_of_it(world: Authority) -> None:
    case, other = case_at(authority=world, point="closed"), case_at(authority=world)
    manager = world.actor("team_manager")
    for team, words in (("", OPEN_BESIDE), (world.other_team, HIDDEN_BESIDE)):
        with world.database.transaction() as connection:
            person = connection.execute(Case.__table__.select().where(Case.id == case)).one().person_id
            there = {"same_person_id": person, **({"team_id": team} if team else {})}
            connection.execute(update(Case).where(Case.id == other).values(there))
        with world.database.read() as connection:
            assert to_reopen(connection, manager, MONDAY, case).why_not == words
        with pytest.raises(NotPossible, match=words):
            reopen_case(world.database, manager, MONDAY, case, MISTAKE)
    with world.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == other).values(same_person_id=None))
    with world.database.read() as connection:
        assert to_reopen(connection, manager, MONDAY, case).why_not == ""
    reopen_case(world.database, manager, MONDAY, case, MISTAKE)
