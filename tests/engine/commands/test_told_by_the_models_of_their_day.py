"""Half-way through, a process goes over to models in which what was passed is called otherwise: every page goes on to
tell what was done in the words of its day, and tells what is done from then on in the new ones.
"""

import json
from collections.abc import Iterator

from sqlalchemy import select

from engine.base.database import Database
from engine.commands import migrating_instances
from engine.process.bundle import bundle_hash
from engine.reads.audit.duties_shown import duties_of_case
from engine.reads.audit.replay import replay_feed
from engine.reads.case.case_page import case as case_page
from engine.reads.list_page import Wanted
from engine.reads.task.task_page import task as task_page
from engine.tables import Instance
from tests.builders import MONDAY, Authority, authority, case_at, do, open_items, publish, shipped
from tests.engine.export.packs import made, stored_case
from tests.rerun.rerunning import differing

REFERRAL, DECIDE = "processes/referral/referral.bpmn", "forms/referral/decide_response.json"
OLD = (
    "Decide the response",
    "What does this child need from us?",
    "An assessment by a social worker",
    "Which response?",
)
NEW = ("Settle what follows", "What is to be done for the child?", "We look at it ourselves", "Which of these?")
OPEN_OLD, OPEN_NEW = "Tell the referrer", "Ring whoever referred"


def reworded() -> dict[str, bytes]:
    """A passed task with its form, a gateway that was passed, and a task that is open; the form asks one thing more."""
    files, words = dict(shipped()), (*zip(OLD, NEW, strict=True), (OPEN_OLD, OPEN_NEW))
    for path in (REFERRAL, DECIDE):
        text = files[path].decode()
        for old, new in words:
            text = text.replace(f'"{old}"', f'"{new}"')
        files[path] = text.encode()
    form = json.loads(files[DECIDE])
    form["properties"]["school_told"] = {"type": "string", "title": "Who told the school?", "x-ui": {"kind": "text"}}
    return {**files, DECIDE: json.dumps(form).encode()}


def carried_over(database: Database) -> tuple[Authority, str, str]:
    at = authority(database=database)
    case = case_at(authority=at, point="accepted")
    with database.read() as connection:
        instance = connection.scalars(select(Instance.id).where(Instance.process == "referral")).one()
    new = publish(database=database, files=reworded())
    migrating_instances.migrate_instance(database, at.actor("process_owner"), MONDAY, instance, new, "Plainer words.")
    do(authority=at, case=case, task="feed_back_to_referrer")
    return at, case, new


def pages(at: Authority, case: str) -> Iterator[tuple[str, str]]:
    """All words of each page that tells what has happened."""
    item = open_items(database=at.database, case=case)["inform_family"].id
    with at.database.read() as connection:
        worker, auditor = at.actor("social_worker"), at.actor("auditor")
        yield "case", str(case_page(connection, worker, MONDAY, case))
        yield "what happened", str(case_page(connection, worker, MONDAY, case, wanted=Wanted("happened")).happened)
        known = task_page(connection, worker, MONDAY, item).known.rows
        yield "earlier answers", str([(one.title, words) for one, words in known])
        feed = replay_feed(connection, auditor, MONDAY, case)
        yield "replay", str(feed.steps)
        yield "known when", str(feed.forms)
        yield "guidance", str(duties_of_case(connection, auditor, MONDAY, case).duties)
    pack = made(stored_case(at.database, case), MONDAY)
    yield "page of the pack", pack.text("index.html")
    yield "pack", pack.text("steps.csv") + pack.text("answers.csv")
    yield "log", pack.text("case.xes")


# The drawing that it stands on shows the new words, and so does when a duty is done in a step that is done by them.
SAID_SINCE = {"page of the pack": set(NEW), "guidance": {NEW[1]}}
TOLD = {
    "case": (OLD[0], OPEN_NEW),
    "what happened": (OLD[0], OPEN_NEW),
    "earlier answers": OLD[:3],
    "replay": (*OLD, OPEN_NEW),
    "known when": OLD[:3],
    "guidance": (OLD[0], OPEN_NEW),
    "page of the pack": (*OLD, OPEN_NEW),
    "pack": (*OLD, OPEN_NEW),
    "log": (OLD[0], OPEN_NEW),
}


def test_what_was_done_is_told_in_the_words_of_its_day(database: Database) -> None:
    at, case, new = carried_over(database)
    told = dict(pages(at, case))
    assert {page: [words for words in TOLD[page] if words not in text] for page, text in told.items()} == {
        page: [] for page in TOLD
    }
    said_since = {page: {words for words in NEW if words in text} for page, text in told.items()}
    assert {page: words for page, words in said_since.items() if not words <= SAID_SINCE.get(page, set())} == {}
    old = bundle_hash(shipped())
    assert {old in told["log"], new in told["log"], f"{old[:12]} until act" in told["page of the pack"]} == {True}
    assert differing(database=database) == []
