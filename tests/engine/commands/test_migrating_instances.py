"""A running process goes over to other models with all that hangs on it, and back, or is refused with the reason."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound, NotPossible
from engine.commands import cases, drafts, migrating_instances
from engine.people.identity import SYSTEM
from engine.process.bundle import TIMESCALES, bundle_hash
from engine.reads.audit.replay import replay_feed
from engine.tables import Deadline, Draft, Instance
from tests.builders import MONDAY, Authority, all_rows, authority, case_at, do, open_items, publish, shipped
from tests.rerun.rerunning import differing

REFERRAL, DECIDE = "processes/referral/referral.bpmn", "forms/referral/decide_response.json"
WHY = "The step is called otherwise from now on."
Files = dict[str, bytes]
START = "forms/referral/start.json"
TYPED = {"reason": "As the school says.", "specialist_assessments": "Speech."}


def renamed(files: Files) -> Files:
    text = files[REFERRAL].decode().replace('name="Decide the response"', 'name="Decide what follows"')
    return {**files, REFERRAL: text.encode()}


def without_question(files: Files) -> Files:
    form = json.loads(files[DECIDE])
    del form["properties"]["specialist_assessments"]
    return {**files, DECIDE: json.dumps(form).encode()}


def for_the_manager(files: Files) -> Files:
    named = b"<bpmn:flowNodeRef>decide_response</bpmn:flowNodeRef>"
    lane = b'<bpmn:lane id="team_manager" name="Team manager">'
    return {**files, REFERRAL: files[REFERRAL].replace(named, b"").replace(lane, lane + named)}


def for_nobody(files: Files) -> Files:
    """By its drawing nobody is needed for it."""
    text, task = files[REFERRAL].decode(), '<bpmn:userTask id="decide_response" name="Decide the response">'
    before, _, after = text.partition(task)
    properties = "<spiffworkflow:properties>"
    alone = f'{properties}<spiffworkflow:property name="automatic" value="1 == 1" />'
    return {**files, REFERRAL: (before + task + after.replace(properties, alone, 1)).encode()}


def without_clock(files: Files) -> Files:
    rows = files[TIMESCALES].decode().splitlines(keepends=True)
    return {**files, TIMESCALES: "".join(row for row in rows if not row.startswith("response_decision,")).encode()}


def concerns_elsewhere(files: Files) -> Files:
    form = json.loads(files[START])
    form["properties"]["worries"] = form["properties"].pop("concerns")
    return {**files, START: json.dumps(form).encode()}


def danger_asked_otherwise(files: Files) -> Files:
    """A form ahead goes by an answer that is none any more."""
    start, decide = json.loads(files[START]), json.loads(files[DECIDE])
    start["properties"]["immediate_danger"] |= {"x-ui": {"kind": "one_of"}, "oneOf": [{"const": "now", "title": "Now"}]}
    decide["properties"]["reason"]["x-when"] = 'has(start.immediate_danger) and start.immediate_danger == "now"'
    return {**files, START: json.dumps(start).encode(), DECIDE: json.dumps(decide).encode()}


def rows_of(database: Database, table: Any, *conditions: Any) -> list[dict[str, Any]]:
    with database.read() as connection:
        return [dict(row) for row in connection.execute(select(table.__table__).where(*conditions)).mappings()]


def referred(database: Database) -> tuple[Authority, str, str]:
    """A case in which somebody decides how to respond, and has typed; its instance."""
    at = authority(database=database)
    case = case_at(authority=at)
    item, worker = open_items(database=database, case=case)["decide_response"], at.actor("social_worker")
    cases.claim(database, worker, MONDAY, item.id)
    drafts.save_draft(database, worker, MONDAY, item.id, TYPED)
    return at, case, item.instance_id


def test_a_process_goes_over_with_its_work_its_clocks_and_what_was_typed(database: Database) -> None:
    at, case, instance = referred(database)
    before = open_items(database=database, case=case)["decide_response"]
    clocks = rows_of(database, Deadline)
    new = publish(database=database, files=without_question(renamed(shipped())))
    stands = all_rows(database=database)
    owner = at.actor("process_owner")
    said = migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, WHY, dry_run=True)
    assert "Decide what follows" in said.open
    assert all_rows(database=database) == stands
    assert migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, WHY) == said
    after = open_items(database=database, case=case)["decide_response"]
    assert after.title == "Decide what follows"
    assert (after.id, after.owner_id, after.opened_at) == (before.id, before.owner_id, before.opened_at)
    assert rows_of(database, Deadline) == clocks
    assert rows_of(database, Draft)[0]["answers"] == {"reason": TYPED["reason"]}
    assert {row["bundle_hash"] for row in rows_of(database, Instance)} == {new}
    assert differing(database=database) == []
    with database.read() as connection:
        feed = replay_feed(connection, at.actor("auditor"), MONDAY, case)
    (told,) = (step for step in feed.steps if "carried over" in step.what)
    assert told.what == f"Referral was carried over to other models: {WHY}"
    (_, began_on), (since, goes_on_by) = feed.trail.ran_on(feed.trail.runs[instance])
    assert (began_on, since, goes_on_by) == (bundle_hash(shipped()), told.number, new)


def test_it_is_taken_back_with_what_was_dropped_while_nothing_has_moved_on(database: Database) -> None:
    at, case, instance = referred(database)
    owner, new = at.actor("process_owner"), publish(database=database, files=without_question(renamed(shipped())))
    migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, WHY)
    migrating_instances.undo_migration(database, owner, MONDAY, instance, "Not yet.")
    back = open_items(database=database, case=case)["decide_response"]
    assert (back.title, back.owner_id) == ("Decide the response", "social_worker.1")
    assert rows_of(database, Draft)[0]["answers"] == TYPED
    assert {row["bundle_hash"] for row in rows_of(database, Instance)} == {bundle_hash(shipped())}
    with pytest.raises(NotPossible, match="nothing to take back"):
        migrating_instances.undo_migration(database, owner, MONDAY, instance, "Once more.")

    migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, WHY)
    do(authority=at, case=case, task="decide_response", response="assessment")
    with pytest.raises(NotPossible, match="moved on since"):
        migrating_instances.undo_migration(database, owner, MONDAY, instance, "Too late.")
    assert differing(database=database) == []


def test_a_task_that_its_owner_may_not_do_any_more_is_handed_back_where_that_is_asked(database: Database) -> None:
    at, case, instance = referred(database)
    owner, new = at.actor("process_owner"), publish(database=database, files=for_the_manager(shipped()))
    said = migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, WHY, hands_back=True)
    assert said.handed_back == ("Decide the response",)
    item = open_items(database=database, case=case)["decide_response"]
    assert (item.owner_id, item.role) == (None, "team_manager")
    with database.read() as connection:
        feed = replay_feed(connection, at.actor("auditor"), MONDAY, case)
    assert "“Decide the response” was handed back" in [step.what for step in feed.steps]
    migrating_instances.undo_migration(database, owner, MONDAY, instance, "Not yet.")
    assert differing(database=database) == []


REFUSED = {
    "The clock “Decide how to respond to the referral” runs or ran here, and the new models have none that is counted "
    "so.": without_clock,
    "Whoever has taken “Decide the response” may not do it in the new drawing.": for_the_manager,
    "A task that is open would need nobody any more, or would need somebody now.": for_nobody,
    "“What are you worried about?” (“Referral”) was answered here, and the new models ask that elsewhere.": (
        concerns_elsewhere
    ),
    "“Is a child in danger right now?” (“Referral”) was answered as it cannot be any more, and the form of “Decide "
    "the response” goes by the answer.": danger_asked_otherwise,
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_go_over_is_refused_with_the_reason_and_stays(database: Database, why: str) -> None:
    at, _, instance = referred(database)
    new = publish(database=database, files=REFUSED[why](shipped()))
    before = all_rows(database=database)
    for dry_run in (True, False):
        with pytest.raises(NotPossible) as refused:
            migrating_instances.migrate_instance(
                database, at.actor("process_owner"), MONDAY, instance, new, WHY, dry_run=dry_run
            )
        assert str(refused.value) == why
    assert all_rows(database=database) == before


def test_only_a_process_owner_does_it_here_with_published_models_and_a_reason(database: Database) -> None:
    at, _, instance = referred(database)
    new = publish(database=database, files=renamed(shipped()))
    with pytest.raises(NotAllowed):
        migrating_instances.migrate_instance(database, at.actor("social_worker"), MONDAY, instance, new, WHY)
    owner = at.actor("process_owner")
    for whose, bundle in ((owner, "0" * 64), (SYSTEM.at("there"), new)):
        with pytest.raises(NotFound):
            migrating_instances.migrate_instance(database, whose, MONDAY, instance, bundle, WHY)
    with pytest.raises(NotPossible, match="Say why"):
        migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, " ")
    with pytest.raises(NotPossible, match="already"):
        migrating_instances.migrate_instance(database, owner, MONDAY, instance, bundle_hash(shipped()), WHY)
