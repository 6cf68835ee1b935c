"""What is renamed in a draft is saved, and taken back, as one; what runs goes over under the new name."""

import pytest

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands import migrating_instances
from engine.commands.renaming_for_ever import rename_for_ever
from engine.commands.saving_changes import save_file
from engine.commands.taking_back import take_back_save
from engine.facts.change_files import change_row, files_of_change
from engine.reads.studio.change_page import change_page
from tests.builders import HERE, MONDAY, Authority, authority, case_at, do, open_items, shipped
from tests.drafts import publish_by_two
from tests.engine.commands.calls_of_drafts import FORM, begun
from tests.engine.commands.test_renamed_going_over import stored
from tests.rerun.rerunning import differing

STEP, NEW = "referral.decide_response", "settle_response"
SEEN = 1_000  # saves, before it was asked for


def whole(at: Authority, change: str) -> dict[str, bytes]:
    with at.database.read() as connection:
        return dict(files_of_change(connection, HERE, change_row(connection, HERE, change)).now)


def renames(at: Authority, change: str, saves: int = 0) -> tuple[str, ...]:
    return rename_for_ever(at.database, at.actor("process_owner"), MONDAY, change, STEP, NEW, saves)


def test_it_is_one_save_and_taken_back_as_one(database: Database) -> None:
    at = authority(database=database)
    owner, change = at.actor("process_owner"), begun(at)
    changed = renames(at, change)
    with database.read() as connection:
        (one,) = change_page(connection, owner, MONDAY, change).saves
    assert (one.number, one.title) == (1, f"{len(changed)} files at once")
    take_back_save(database, owner, MONDAY, change, len(changed), SEEN)
    assert whole(at, change) == shipped()
    with database.read() as connection:
        assert len(change_page(connection, owner, MONDAY, change).saves) == 2
    take_back_save(database, owner, MONDAY, change, len(changed) + 1, SEEN)
    assert NEW.encode() in whole(at, change)["processes/referral/referral.bpmn"]


def test_nothing_is_lost_that_was_saved_since(database: Database) -> None:
    """Neither by the renaming, of which somebody saw less, nor by taking it back."""
    at = authority(database=database)
    owner, change = at.actor("process_owner"), begun(at)
    save_file(database, owner, MONDAY, change, FORM, shipped()[FORM] + b"\n", 0)
    with pytest.raises(NotPossible, match="look at what is rewritten once more"):
        renames(at, change)
    changed = renames(at, change, 1)
    moved = FORM.replace("decide", "settle")
    save_file(database, owner, MONDAY, change, moved, b"{}", 1)
    before = whole(at, change)
    with pytest.raises(NotPossible, match=f"{moved}: this was changed since"):
        take_back_save(database, owner, MONDAY, change, 2, SEEN)
    assert whole(at, change) == before
    take_back_save(database, owner, MONDAY, change, len(changed) + 2, SEEN)
    take_back_save(database, owner, MONDAY, change, 2, SEEN)
    assert whole(at, change) == {**shipped(), FORM: shipped()[FORM] + b"\n"}


def test_a_case_at_the_step_goes_over_and_comes_back(database: Database) -> None:
    at = authority(database=database)
    owner, case = at.actor("process_owner"), case_at(authority=at)
    instance, before = stored(database, case)
    change = begun(at)
    renames(at, change)
    item = open_items(database=database, case=case)["decide_response"].id
    new = publish_by_two(at, whole(at, change))
    migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, "It is called otherwise.")
    assert open_items(database=database, case=case)[NEW].id == item
    migrating_instances.undo_migration(database, owner, MONDAY, instance, "Not yet.")
    assert stored(database, case) == (instance, before)
    migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, "Now.")
    do(authority=at, case=case, task=NEW, response="assessment")
    assert differing(database=database) == []
