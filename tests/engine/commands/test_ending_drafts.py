"""What was typed and not sent ends by the clock, with a bar, and with whatever else keeps a case from who typed it."""

import pytest
from sqlalchemy import Connection, Engine, event, func, select, update

from engine.base.database import Database
from engine.base.errors import BadAnswers
from engine.commands import ending_drafts
from engine.commands.drafts import save_draft
from engine.commands.ending_drafts import end_drafts, set_draft_days
from engine.commands.timers import tick
from engine.facts.kept_drafts import is_about
from engine.people.identity import SYSTEM
from engine.tables import Draft
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, open_items
from tests.engine.commands.calls_of_keeping import bars, restricts


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def kept(world: Authority) -> int:
    with world.database.read() as connection:
        return connection.execute(select(func.count()).select_from(Draft)).scalar_one()


def typed(world: Authority, case: str, number: int = 1) -> None:
    item = open_items(database=world.database, case=case)["clarify_referral"]
    worker = world.actor("social_worker", number=number)
    save_draft(world.database, worker, MONDAY, item.id, {"notes": ["Half of a sentence"]})


def test_a_draft_ends_after_the_days_that_the_authority_sets(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2):
        typed(world, case_at(authority=world), number)
    tick(world.database, SYSTEM, MONDAY + 28 * DAY - HOUR)
    assert kept(world) == 2
    monkeypatch.setattr(ending_drafts, "AT_ONCE", 1)
    assert end_drafts(world.database, SYSTEM, MONDAY + 28 * DAY) == 2
    typed(world, case_at(authority=world))
    set_draft_days(world.database, world.actor("privacy_officer"), MONDAY, {"days": 3})
    with pytest.raises(BadAnswers):
        set_draft_days(world.database, world.actor("privacy_officer"), MONDAY, {"days": 0})
    tick(world.database, SYSTEM, MONDAY + 3 * DAY)
    assert kept(world) == 0


def test_what_is_saved_anew_while_drafts_end_stays(world: Authority) -> None:
    typed(world, case_at(authority=world))

    def saved_anew(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("DELETE FROM draft"):
            connection.execute(update(Draft).values(saved_at=MONDAY + 28 * DAY))

    event.listen(Engine, "before_cursor_execute", saved_anew)
    try:
        end_drafts(world.database, SYSTEM, MONDAY + 28 * DAY)
    finally:
        event.remove(Engine, "before_cursor_execute", saved_anew)
    assert kept(world) == 1


@pytest.mark.parametrize(
    ("given", "family", "words", "is_of"),
    [
        ("Ruby", "Lee", "ruby and\nLee’s house", True),
        ("Al", "Lee", "We also saw him sleep", False),
        ("", "", "Somebody else", False),
        ("Not known", "not known", "His name is not known", False),
        ("Ruby", "Not known", "Ruby came", True),
    ],
)
def test_a_draft_is_about_a_child_by_whole_names(given: str, family: str, words: str, *, is_of: bool) -> None:
    assert is_about({"notes": [words]}, given, family) is is_of


def test_who_is_barred_has_no_draft_of_the_child_left(world: Authority) -> None:
    case = case_at(authority=world, children=[child(given_name="Ruby")])
    typed(world, case, 2)
    typed(world, case, 1)
    barred = world.actor("social_worker", number=2)
    save_draft(world.database, barred, MONDAY, "start:referral:", {"children.0.given_name": ["Ruby"], "n": ["Example"]})
    bars(world, case, "social_worker.2@example.org")
    with world.database.read() as connection:
        assert [*connection.scalars(select(Draft.account_id))] == ["social_worker.1"]


def test_who_is_not_named_in_a_restricted_case_keeps_no_draft_of_it(world: Authority) -> None:
    case = case_at(authority=world)
    typed(world, case, 2)
    typed(world, case, 1)
    restricts(world, case)
    assert end_drafts(world.database, SYSTEM, MONDAY) == 1
    with world.database.read() as connection:
        assert [*connection.scalars(select(Draft.account_id))] == ["social_worker.1"]
