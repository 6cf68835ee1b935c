"""Nobody judges what they wrote, nor what they corrected since."""

import pytest

from engine.base.database import Database
from engine.base.errors import NotAllowed
from engine.commands.cases import complete_task
from engine.facts.giving_forms import who_can_have
from tests.builders import DAY, MONDAY, Authority, answers_to, authority, case_at, open_items, shipped_model
from tests.engine.commands.test_correcting_answers import corrects


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_who_corrected_what_is_to_be_judged_does_not_judge_it(world: Authority) -> None:
    """Nor is it given to them; a manager who corrected nothing does."""
    case = case_at(authority=world, point="written")
    item = open_items(database=world.database, case=case)["authorise_assessment"]
    model = shipped_model()
    with world.database.read() as connection:
        assert "team_manager.1" in who_can_have(connection, model, item.id, MONDAY)
    corrects(world, case, element="write_assessment", process="assessment", analysis="Zqanother.")
    with world.database.read() as connection:
        assert "team_manager.1" not in who_can_have(connection, model, item.id, MONDAY)
    yes = answers_to(authority=world, item=item, authorised="yes")
    with pytest.raises(NotAllowed, match="wrote or corrected"):
        complete_task(world.database, world.actor("team_manager"), MONDAY + DAY, item.id, yes)
    complete_task(world.database, world.actor("team_manager", number=2), MONDAY + DAY, item.id, yes)
