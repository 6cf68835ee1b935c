"""Two people: what a process owner changed is put in force by a second person's word, of these very files, or not."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.base.errors import BadModel, NotAllowed, NotPossible
from engine.commands.approving_changes import (
    hold_up,
    judge_change,
    publish_change,
    publish_due,
    reopen_change,
    submit_change,
)
from engine.commands.giving_roles import give_role
from engine.commands.saving_changes import save_file
from engine.facts.change_files import change_row, stories_beside
from engine.facts.models import in_force
from engine.people.identity import SYSTEM
from engine.process.bundle import bundle_hash
from engine.record.chain import authority_chain, lines
from engine.tables import Approval, ChangeFile, Publication
from tests.builders import DAY, HERE, MONDAY, Authority, authority, publish, shipped
from tests.drafts import approved
from tests.engine.commands.calls_of_drafts import FORM, begun, otherwise, submitted

WHY = "Agreed"


def state(at: Authority, change: str) -> str:
    with at.database.read() as connection:
        return change_row(connection, HERE, change).state


def hash_in_force(at: Authority) -> str:
    with at.database.read() as connection:
        return in_force(connection, HERE).hash


def judges(at: Authority, change: str, seen: str, role: str = "pathway_approver", number: int = 1) -> None:
    judge_change(at.database, at.actor(role, number=number), MONDAY, change, seen, WHY, approve=True)


def test_what_a_second_person_approved_is_in_force_with_both_in_the_record(database: Database) -> None:
    at = authority(database=database)
    change, seen = submitted(at)
    judges(at, change, seen)
    assert publish_change(database, at.actor("process_owner"), MONDAY, change) == 2
    assert hash_in_force(at) == bundle_hash(otherwise()) == seen
    with database.read() as connection:
        entries = lines(connection, authority_chain(HERE))
        row = connection.execute(select(Publication.__table__).where(Publication.number == 2)).one()
    said = [(entry.kind, entry.actor) for entry in entries][1:]
    owner, second = "process_owner.1", "pathway_approver.1"
    assert said == [
        *[("change_started", owner), ("change_submitted", owner), ("change_judged", second), ("published", owner)]
    ]
    assert ((entries[-1].payload or {})["approved_by"], (entries[-1].payload or {})["change_id"]) == (second, change)
    assert (row.approved_by, row.change_id, row.shipped) == (second, change, False)
    assert state(at, change) == "published"


def test_nobody_approves_what_they_had_a_hand_in(database: Database) -> None:
    """Not who began it, nor who saved one file in it, nor the product itself; whatever roles they hold."""
    at = authority(database=database)
    give_role(database, at.actor("administrator"), MONDAY, "process_owner.2", "pathway_approver")
    both = at.actor("process_owner", number=2)
    change = begun(at, otherwise())
    save_file(database, both, MONDAY, change, FORM, shipped()[FORM] + b" ", 1)
    seen = submit_change(database, at.actor("process_owner"), MONDAY, change, WHY)
    for actor in (both, at.system):
        with pytest.raises(NotAllowed):
            judge_change(database, actor, MONDAY, change, seen, WHY, approve=True)
    for role in ("process_owner", "administrator", "auditor", "team_manager"):
        with pytest.raises(NotAllowed):
            judge_change(database, at.actor(role), MONDAY, change, seen, WHY, approve=True)
    with pytest.raises(NotPossible, match="waits for a second person"):
        publish_change(database, both, MONDAY, change)
    judges(at, change, seen)
    assert state(at, change) == "approved"


def test_an_approval_is_of_these_very_files(database: Database) -> None:
    """Neither of what stood when they looked, nor of what somebody slipped in behind the back of the commands."""
    at = authority(database=database)
    change, seen = submitted(at)
    with pytest.raises(NotPossible, match="not as it was when you looked"):
        judges(at, change, "0" * 64)
    with pytest.raises(NotPossible, match="being looked at"):
        save_file(database, at.actor("process_owner"), MONDAY, change, FORM, b"{}", 1)
    judges(at, change, seen)
    with database.transaction() as connection:
        other = shipped()[FORM].replace(b'"title"', b'"title"  ', 1)
        connection.execute(update(ChangeFile).where(ChangeFile.change_id == change).values(content=other))
    with pytest.raises(NotPossible, match="No second person has approved this draft as it is"):
        publish_change(database, at.actor("process_owner"), MONDAY, change)
    assert hash_in_force(at) == bundle_hash(shipped())


def test_an_approval_is_of_the_stories_as_well(database: Database) -> None:
    """They are put in force with the models, and say what these are meant to do."""
    at = authority(database=database)
    owner, story = at.actor("process_owner"), "processes/referral/scenarios/own.toml"
    change = begun(at, {**otherwise(), story: b'title = "Ours"\n'})
    seen = submit_change(database, owner, MONDAY, change, WHY)
    reopen_change(database, owner, MONDAY, change, "One thing more")
    save_file(database, owner, MONDAY, change, story, b'title = "Other"\n', 1)
    submit_change(database, owner, MONDAY, change, WHY)
    with pytest.raises(NotPossible, match="not as it was when you looked"):
        judges(at, change, seen)


def test_what_is_returned_or_opened_again_needs_a_second_person_once_more(database: Database) -> None:
    at = authority(database=database)
    owner, second = at.actor("process_owner"), at.actor("pathway_approver")
    change, seen = submitted(at)
    judge_change(database, second, MONDAY, change, seen, "Name it better", approve=False)
    assert state(at, change) == "open"
    assert submit_change(database, owner, MONDAY, change, WHY) == seen
    judges(at, change, seen)
    reopen_change(database, owner, MONDAY, change, "One thing more")
    with pytest.raises(NotPossible, match="still being worked on"):
        publish_change(database, owner, MONDAY, change)
    with database.read() as connection:
        verdicts = connection.scalars(select(Approval.verdict).order_by(Approval.number)).all()
    assert verdicts == ["returned", "approved"]


def no_reason(at: Authority, change: str) -> object:
    return submit_change(at.database, at.actor("process_owner"), MONDAY, change, " ")


def on_another_base(at: Authority, change: str) -> object:
    publish(database=at.database, files={**shipped(), FORM: shipped()[FORM] + b"\n"})
    return submit_change(at.database, at.actor("process_owner"), MONDAY, change, WHY)


@pytest.mark.parametrize(("give", "why"), [(no_reason, "Say why"), (on_another_base, "Take them over first")])
def test_a_draft_is_submitted_with_a_reason_and_on_top_of_what_is_in_force(
    database: Database, give: Callable[[Authority, str], object], why: str
) -> None:
    at = authority(database=database)
    with pytest.raises(NotPossible, match=why):
        give(at, begun(at, otherwise()))


def test_a_draft_with_faults_or_without_a_change_is_not_submitted(database: Database) -> None:
    at = authority(database=database)
    owner = at.actor("process_owner")
    with pytest.raises(NotPossible, match="Nothing is changed"):
        submit_change(database, owner, MONDAY, begun(at), WHY)
    with pytest.raises(BadModel, match="not JSON"):
        submit_change(database, owner, MONDAY, begun(at, {**shipped(), FORM: b"{"}), WHY)


def test_what_is_approved_for_a_day_is_put_in_force_on_it_by_the_clock(database: Database) -> None:
    at = authority(database=database)
    change = approved(at, otherwise())
    owner = at.actor("process_owner")
    assert publish_change(database, owner, MONDAY, change, MONDAY + 7 * DAY) is None
    assert publish_due(database, MONDAY + 6 * DAY) == 0
    assert hash_in_force(at) == bundle_hash(shipped())
    assert publish_due(database, MONDAY + 7 * DAY) == 1
    assert hash_in_force(at) == bundle_hash(otherwise())
    with pytest.raises(NotPossible, match="That moment has passed"):
        publish_change(database, owner, MONDAY, approved(at, {**shipped(), FORM: shipped()[FORM] + b"\n"}), MONDAY)
    with pytest.raises(NotPossible, match="more than a year ahead"):
        publish_change(database, owner, MONDAY, approved(at, shipped()), MONDAY + timedelta(days=401))


def test_what_cannot_be_put_in_force_on_its_day_is_held_up_and_says_why(database: Database) -> None:
    """Once, whatever the clock does; and nothing else is stopped by it."""
    at = authority(database=database)
    late, good = approved(at, otherwise()), approved(at, {**otherwise(), FORM: shipped()[FORM] + b"\n"})
    owner = at.actor("process_owner")
    for change in (late, good):
        publish_change(database, owner, MONDAY, change, MONDAY + DAY)
    assert publish_due(database, MONDAY + DAY) == 1
    with database.read() as connection:
        rows = [change_row(connection, HERE, change) for change in (late, good)]
    assert sorted((row.state, row.held_up != "") for row in rows) == [("approved", True), ("published", False)]
    assert any("Other models have been put in force" in row.held_up for row in rows)
    assert publish_due(database, MONDAY + 2 * DAY) == 0


def test_of_several_clocks_one_puts_it_in_force_and_none_holds_it_up(database: Database) -> None:
    """Each found it to be due; also where a person opened it again meanwhile."""
    at = authority(database=database)
    change = approved(at, otherwise())
    publish_change(database, at.actor("process_owner"), MONDAY, change, MONDAY + DAY)
    found: list[int] = []
    clocks = [Thread(target=lambda: found.append(publish_due(database, MONDAY + DAY))) for _ in range(3)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert sorted(found) == [0, 0, 1]
    hold_up(database, at.system, MONDAY + DAY, change, "Another was quicker")
    with database.read() as connection:
        row = change_row(connection, HERE, change)
    assert (row.state, row.held_up) == ("published", "")


def test_stories_stay_beside_what_was_published_and_the_next_draft_begins_with_them(database: Database) -> None:
    at = authority(database=database)
    path, story = "processes/referral/scenarios/own.toml", b'title = "Ours"\n'
    change = begun(at, {**otherwise(), path: story})
    seen = submit_change(database, at.actor("process_owner"), MONDAY, change, WHY)
    judges(at, change, seen)
    with pytest.raises(NotPossible, match="have not been played"):
        publish_change(database, at.actor("process_owner"), MONDAY, change)
    with database.read() as connection:
        assert stories_beside(connection, HERE, bundle_hash(shipped())) == {}
    assert SYSTEM.account is None


def test_both_roles_can_be_held_whatever_the_models_in_force_say(database: Database) -> None:
    """Models that know neither could never be changed again."""
    roles = shipped()["processes/roles.toml"].replace(b"[role.pathway_approver]", b"[role.other]")
    at = authority(database=database, files={**shipped(), "processes/roles.toml": roles})
    give_role(database, at.actor("administrator"), MONDAY, "auditor.1", "pathway_approver")
    assert "pathway_approver" in at.actor("auditor").roles
