"""What was asked for, decided and said to be wrong of a case goes with it, and nothing goes before it was answered."""

import pytest
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.answering_subject_requests import close_subject_request
from engine.record.chain import authority_chain, lines
from engine.tables import DisputeNote, Draft, SubjectDecision, SubjectRequest
from tests.builders import MONDAY, Authority, authority
from tests.engine.commands.calls_of_retention import closed, decides, proposes, rules
from tests.engine.commands.calls_of_subject import WITHHELD, asks_what_is_held, decides_items, notes_dispute
from tests.engine.commands.test_erasing import faults, left_of, planted

OVER = {"outcome": "withdrawn", "reason": "They have changed their mind."}
ASKED = ("subject_access_asked", "subject_items_decided", "subject_access_closed")


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_it_goes_with_the_case_once_it_was_answered(world: Authority) -> None:
    case = closed(world)
    notes_dispute(world, case)
    request = asks_what_is_held(world, case)
    decides_items(world, request, lambda _item: WITHHELD)
    rules(world)
    with pytest.raises(NotPossible):
        proposes(world, case)
    close_subject_request(world.database, world.actor("privacy_officer"), MONDAY, request, OVER)
    decides(world, proposes(world, case))
    assert (faults(world), left_of(world, case), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        for table in (SubjectRequest, SubjectDecision, DisputeNote, Draft):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
        told = lines(connection, authority_chain(world.id), ASKED)
        assert {(one.kind, one.erased) for one in told} == {(kind, True) for kind in ASKED}
