"""Each kind of entry stands once, in the table of kinds: what it carries, and how page, replay and pack say it."""

import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.export.stored import read_case
from engine.export.telling import Telling
from engine.reads.audit.clock_runs import _TELL  # pyright: ignore[reportPrivateUsage]
from engine.reads.audit.replay import replay_feed
from engine.reads.case.case_page import case as read_page
from engine.reads.list_page import Wanted
from engine.record.chain import NewEntry, append, case_chain, lines
from engine.record.entry_kind import ACTING_FOR, EntryKind
from engine.record.entry_words import CLOCK, EntryTitles
from engine.record.kinds import KINDS, sentence
from engine.scenario.running import play_on
from engine.scenario.story import read
from engine.tables import Chain
from tests.builders import MONDAY, ROOT, Authority, authority, case_at, publish

YEAR_ONE = datetime(2013, 1, 1, tzinfo=UTC)
STORIES = (
    "processes/case_closure/scenarios/closed_by_a_manager.toml",
    "processes/immediate_protection/scenarios/police_protection_and_home_again.toml",
    "processes/professional_disagreement/scenarios/overruled_after_closure.toml",
    "processes/referral/scenarios/an_alarm_goes_on.toml",
    "processes/transfer_in/scenarios/two_sisters.toml",
)


def said_by_all(world: Authority, case: str) -> tuple[set[str], set[str], set[str]]:
    """The sentences of the page, of the replay and of the pack."""
    auditor = world.actor("auditor")
    with world.database.read() as connection:
        wanted = Wanted("happened")
        pages = range(1, read_page(connection, auditor, MONDAY, case, wanted=wanted).happened.pages + 1)
        on_page = {
            words
            for page in pages
            for one in read_page(connection, auditor, MONDAY, case, wanted=replace(wanted, page=page)).happened.rows
            for words in one.words
        }
        in_replay = {step.what for step in replay_feed(connection, auditor, MONDAY, case).steps}
        in_pack = {step.words for step in Telling(read_case(connection, case), MONDAY, redacted=False).told().steps}
    return on_page, in_replay, in_pack


def test_page_replay_and_pack_say_the_same_of_the_same_entry(database: Database) -> None:
    world = authority(database=database)
    on_page, in_replay, in_pack = said_by_all(world, case_at(authority=world, point="closed"))
    assert in_replay == in_pack
    assert on_page < in_replay
    assert {"The case was opened", "“Decide the response” was completed", "The case was closed"} <= on_page


def test_the_document_says_all_that_can_become_of_a_clock() -> None:
    """As the sentences have them, and as the replay reads them."""
    (row,) = (line for line in (ROOT / "docs/record.md").read_text().splitlines() if line.startswith("| `deadline` |"))
    said = set(re.findall("`([a-z_]+)`", row)) - {"deadline", "what"}
    assert said == {*CLOCK, "met"} == set(_TELL)


def test_a_new_kind_is_told_in_one_place(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = EntryKind(
        "wandered",
        lambda said, _titles, redacted: "The path was left" + ("" if redacted else f": {said['why']}"),
        ("why",),
        on_page=lambda _said: True,
    )
    monkeypatch.setitem(KINDS, "wandered", planted)
    world = authority(database=database)
    case = case_at(authority=world)
    with database.transaction() as connection:
        left = NewEntry("wandered", case=case, payload={"why": "the court said so"})
        append(connection, case_chain(case), "team_manager.1", MONDAY, [left])
    for told in said_by_all(world, case):
        assert "The path was left: the court said so" in told
    with database.read() as connection:
        redacted = Telling(read_case(connection, case), MONDAY, redacted=True).told()
    assert redacted.steps[-1].words == "The path was left"


def test_a_kind_of_a_newer_version_is_said_by_its_name() -> None:
    said = {"what": "skipped a task"}
    assert (
        sentence("wandered", said, EntryTitles(element="See the child")) == "Wandered “See the child”: skipped a task"
    )
    assert sentence("wandered", said, EntryTitles(), redacted=True) == "Wandered"


def carried_in_stories(database: Database, stories: tuple[str, ...]) -> dict[str, set[str]]:
    """By kind, all that payloads say; and what is said that is not declared is named by the caller."""
    found: dict[str, set[str]] = defaultdict(set)
    publish(database=database, now=YEAR_ONE)
    for story in stories:
        assert play_on(read(ROOT / story), database).passed
    with database.read() as connection:
        for chain in connection.scalars(select(Chain.name)).all():
            for entry in lines(connection, chain):
                found[entry.kind] |= set(entry.payload or {})
    return found


def test_entries_carry_what_is_declared(sqlite_template: Path, tmp_path: Path) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for number, story in enumerate(STORIES):
        file = tmp_path / f"{number}.db"
        file.write_bytes(sqlite_template.read_bytes())
        database = Database(f"sqlite:///{file}")
        for kind, fields in carried_in_stories(database, (story,)).items():
            found[kind] |= fields
        database.dispose()
    undeclared = {kind: fields - set(KINDS[kind].carries) for kind, fields in found.items()}
    assert {kind: fields for kind, fields in undeclared.items() if fields} == {}
    unwritten = set(KINDS["completed"].carries) | set(KINDS["started"].carries) | set(KINDS["queued"].carries)
    assert unwritten - {ACTING_FOR} == found["completed"] | found["started"] | found["queued"]  # test_covering.py
    without = replace(KINDS["completed"], carries=("answers",))
    assert found["completed"] - set(without.carries)  # the planted fault: one that declares less would be seen


def test_what_is_queued_is_said_to_be_still_to_come() -> None:
    alert = {"kind": "alert", "recipient": "team:t", "subject": "A child may be in immediate danger", "letters": ["a"]}
    told = sentence("queued", alert, EntryTitles(recipient="The duty team"))
    assert told == "The duty team is to be told: A child may be in immediate danger"
    nobody = sentence("queued", {**alert, "letters": []}, EntryTitles(recipient="The duty team"))
    assert nobody == "The duty team: there is nobody to be told: A child may be in immediate danger"
    assert sentence("queued", {"kind": "acknowledgement"}, EntryTitles()) == (
        "The referrer is to be told that the referral has arrived"
    )


def test_a_letter_is_never_said_to_have_arrived_because_it_was_written() -> None:
    said = {"what": "refused", "subject": "We have received your referral", "why": "It does not take it (550)."}
    told = "The mail server does not take the letter “We have received your referral”"
    assert sentence("letter", said, EntryTitles()) == f"{told}. It does not take it (550)."
    assert sentence("letter", said, EntryTitles(), redacted=True) == told
    assert "Nobody knows" in sentence("letter", {**said, "what": "unknown"}, EntryTitles())


def test_a_page_of_a_case_tells_of_the_letters_that_matter_to_it() -> None:
    on_page = KINDS["letter"].on_page
    assert on_page({"what": "handed_over", "kind": "acknowledgement"})
    assert on_page({"what": "unknown", "kind": "notice"})
    assert not on_page({"what": "handed_over", "kind": "notice"})
