"""A process goes over to models that call tasks, questions and answers otherwise and say so, and comes back."""

import re

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands import cases, drafts, migrating_instances
from engine.process.renames import RENAMES
from engine.reads.audit.duties_shown import duties_of_case
from engine.reads.audit.replay import ReplayFeed, replay_feed
from engine.reads.case.case_page import case as case_page
from engine.tables import Draft, Instance
from tests.builders import MONDAY, Authority, authority, case_at, do, open_items, publish, shipped
from tests.rerun.rerunning import differing

DECIDE = "forms/referral/decide_response.json"
OPEN = """
[task]
"referral.decide_response" = "settle_response"
[question]
"referral.decide_response.services_now" = "help_now"
[answer]
"referral.decide_response.response.no_further_action" = "nothing_from_us"
"""
PASSED = '[task]\n"referral.acknowledge_referral" = "thank_referrer"\n'
TYPED = {"response": "no_further_action", "services_now": "A nurse.", "specialist_assessments": "Speech."}
BECOMES = {"response": "nothing_from_us", "help_now": "A nurse.", "specialist_assessments": "Speech."}
WHY = "It is called otherwise from now on."


def called(renames: str, **words: str) -> dict[str, bytes]:
    """Each of the words becomes another one in all files, but for the answer, which is one in its own form only."""
    files = dict(shipped())
    for old, new in words.items():
        for path in [path for path in files if old in path]:
            files[path.replace(old, new)] = files.pop(path)
        for path, content in files.items():
            files[path] = re.sub(rf"\b{old}\b", new, content.decode()).encode()
    return {**files, RENAMES: renames.encode()}


def settled() -> dict[str, bytes]:
    files = called(OPEN, decide_response="settle_response", services_now="help_now")
    form, drawing = DECIDE.replace("decide", "settle"), "processes/referral/referral.bpmn"
    files[form] = files[form].replace(b'"no_further_action"', b'"nothing_from_us"')
    files[drawing] = files[drawing].replace(b"&quot;no_further_action&quot;", b"&quot;nothing_from_us&quot;")
    return files


def stored(database: Database, case: str) -> tuple[str, bytes]:
    with database.read() as connection:
        those = select(Instance.id, Instance.state).where(Instance.case_id == case, Instance.process == "referral")
        row = connection.execute(those).one()
        return row.id, row.state


def typed(database: Database) -> object:
    with database.read() as connection:
        return connection.scalars(select(Draft.answers)).one()


def told(at: Authority, case: str) -> ReplayFeed:
    with at.database.read() as connection:
        return replay_feed(connection, at.actor("auditor"), MONDAY, case)


def duty(at: Authority, case: str, name: str) -> str:
    with at.database.read() as connection:
        duties = duties_of_case(connection, at.actor("auditor"), MONDAY, case).duties
    return next(one.state for one in duties if one.duty.id == name)


def test_what_is_open_goes_on_under_its_new_names_and_comes_back_under_the_old(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    item, worker = open_items(database=database, case=case)["decide_response"], at.actor("social_worker")
    cases.claim(database, worker, MONDAY, item.id)
    drafts.save_draft(database, worker, MONDAY, item.id, TYPED)
    (instance, before), owner = stored(database, case), at.actor("process_owner")
    new = publish(database=database, files=settled())

    migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, WHY)
    assert open_items(database=database, case=case)["settle_response"].id == item.id
    assert typed(database) == BECOMES
    assert duty(at, case, "R-06") == "open"
    migrating_instances.undo_migration(database, owner, MONDAY, instance, "Not yet.")
    assert stored(database, case) == (instance, before)
    assert (typed(database), open_items(database=database, case=case)["decide_response"].id) == (TYPED, item.id)

    migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, WHY)
    do(authority=at, case=case, task="settle_response", response="assessment")
    assert duty(at, case, "R-06") == "done"
    assert [step.what for step in told(at, case).steps].count("“Decide the response” was completed") == 1
    assert differing(database=database) == []


def test_what_was_answered_keeps_its_names_unless_the_new_models_look_for_it(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at, point="accepted")
    (instance, _), owner = stored(database, case), at.actor("process_owner")
    new = publish(database=database, files=settled())
    words = "“Decide the response” was answered here under other names, and the new models look for the answer."
    with pytest.raises(NotPossible, match=words):
        migrating_instances.migrate_instance(database, owner, MONDAY, instance, new, WHY)
    begun = '[question]\n"referral.start.immediate_danger" = "danger_now"\n'
    other = publish(database=database, files=called(begun, immediate_danger="danger_now"))
    with pytest.raises(NotPossible, match="“Referral” was answered here under other names"):
        migrating_instances.migrate_instance(database, owner, MONDAY, instance, other, WHY)
    thanked = publish(database=database, files=called(PASSED, acknowledge_referral="thank_referrer"))
    migrating_instances.migrate_instance(database, owner, MONDAY, instance, thanked, WHY)
    do(authority=at, case=case, task="feed_back_to_referrer")
    with database.read() as connection:
        page = case_page(connection, at.actor("social_worker"), MONDAY, case)
    assert "Acknowledge the referral" in {one.title for one, _ in page.answered.rows}
    assert differing(database=database) == []
