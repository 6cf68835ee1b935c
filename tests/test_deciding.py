"""A decision table at work: a case goes on as its row says, and record, re-run, pack and trial say which row it was."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadModel
from engine.export.picture import picture, taken_path
from engine.export.stored import StoredCase
from engine.export.symbols import LOOKS
from engine.export.telling import Telling
from engine.lint.doubts_between import doubts_between
from engine.process import run
from engine.process.bundle import START, Model, read_bundle
from engine.process.migrating import CannotMigrate, migrate
from engine.reads.case.entry_titles import words
from engine.record.chain import RecordedEntry
from engine.scenario.databases import temporary
from engine.scenario.running import play_on
from engine.scenario.story import parse
from engine.tables import Case
from engine.trial.trying import tried
from tests.deciding import ROWS, deciding, dmn
from tests.engine.export.packs import made, stored_case
from tests.engine.process.walking import FACTS
from tests.organisations import shipped_model
from tests.rerun.rerunning import differing
from webapp.cli.pathway_page import page

STORY = """
title = "Nobody is sent away who is in danger"

[child.ada]
given_name = "Ada"
family_name = "Birkett"
born = 2008-02-29

[[step]]
at = 2014-03-03T09:00:00
as = "health_practitioner"
start = "referral"
with = { immediate_danger = "yes" }

[[step]]
as = "social_worker"
do = "decide_response"
with = { response = "early_help" }
expect.running = ["referral", "strategy_discussion"]
expect.has = ["allocate_social_worker"]

[[step]]
as = "team_manager"
do = "allocate_social_worker"
"""
DECIDED = "“Which way is safe?” was decided by the table “The safe response”"
ROW = (
    f"{DECIDED}, row 1 (“What does this child need from us?” is “Early help, without social care” or “Nothing further "
    "from us”; “Is a child in danger right now?” is “Yes”): “Strategy discussion”"
)
GENTLER = (('"early_help", "no_further_action"', '"yes"', '"assessment"'), *ROWS[1:])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("deciding")
    for path, content in deciding().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    with temporary(folder) as fresh:
        database = fresh()
        result = play_on(parse(STORY, "story.toml"), database)
        assert [*map(str, result.faults), *map(str, result.failures)] == []
        yield database


def the_only(database: Database) -> tuple[StoredCase, RecordedEntry]:
    """The case of the story, and its entry about the table."""
    (case,) = cases_of(database)
    stored = stored_case(database, case)
    (entry,) = [one for one in stored.entries if one.element == "check_response"]
    return stored, entry


def cases_of(database: Database) -> Sequence[str]:
    with database.read() as connection:
        return connection.scalars(select(Case.id)).all()


def test_the_record_says_which_row_fired_and_leads_there_again(told: Database) -> None:
    _, entry = the_only(told)
    assert (entry.kind, entry.payload) == ("passed", {"row": 1, "decided": {"way": "strategy_discussion"}})
    assert differing(database=told) == []


def test_page_and_pack_say_it_in_words(told: Database) -> None:
    stored, entry = the_only(told)
    process = stored.runs[entry.instance or ""]
    assert words(entry, process, stored.newest) == ROW
    pack = made(stored, stored.entries[-1].at + timedelta(days=1))
    assert ROW in pack.text("steps.csv")
    assert [path for path in pack.files if path.endswith("/safe_response.dmn")]
    narrative = Telling(stored, stored.entries[-1].at, redacted=True).told()
    assert [one.chooses for one in narrative.steps if one.element == "check_response"] == [True]
    drawn = picture(narrative.stages[0], taken_path(narrative.stages[0], narrative.steps))
    assert LOOKS["taken"][0] in {box.get("fill") for box in drawn.iter("{*}rect")}


def test_of_what_was_erased_no_row_is_named(told: Database) -> None:
    stored, entry = the_only(told)
    assert words(replace(entry, payload=None), stored.runs[entry.instance or ""], stored.newest) == DECIDED


def test_a_trial_says_that_a_draft_decides_otherwise(told: Database) -> None:
    (found,) = tried(told, deciding(dmn(GENTLER)), cases_of(told))
    causes = [one.cause for one in found.findings if one.cause.kind == "other_way"]
    assert {(one.element, one.was, one.is_now) for one in causes} == {
        ("check_response", "Strategy discussion", "Assessment"),
        ("which_response", "Discussion", "Assessment"),
    }


def begun(model: Model, danger: str = "yes") -> bytes:
    return run.start(model, "referral", {START: {"immediate_danger": danger, "reply_by": "post"}, "case": FACTS}).state


def decided(model: Model, state: bytes, response: str = "early_help") -> run.Position:
    return run.complete(model, "referral", state, "decide_response", 1, {"response": response}, FACTS)


@pytest.mark.parametrize(
    ("danger", "response", "row", "message"),
    [
        ("yes", "early_help", 1, "strategy_discussion_required"),
        ("no", "early_help", 4, None),
        ("no", "immediate_protection", 2, "immediate_protection_required"),
        ("yes", "assessment", 6, "assessment_required"),
    ],
)
def test_the_way_that_the_row_decides_is_taken(danger: str, response: str, row: int, message: str | None) -> None:
    model = read_bundle(deciding())
    position = decided(model, begun(model, danger), response)
    (fired,) = [one.fired.row for one in position.trace if one.fired]
    assert fired == row
    assert [one.name for one in position.thrown] == ([message] if message else [])
    assert b"fired" not in position.state


def test_answers_that_no_row_takes_stop_the_case_in_words() -> None:
    """The linter refuses such a table."""
    model = read_bundle(deciding(dmn(ROWS[:1])))
    with pytest.raises(BadModel, match="No row of the table “The safe response” takes what was answered"):
        decided(model, begun(model), "assessment")
    files = deciding()
    del files["processes/referral/safe_response.dmn"]
    with pytest.raises(BadModel, match="the table that decides here is missing"):
        read_bundle(files)


def test_an_instance_goes_over_to_a_table_that_can_read_what_was_answered() -> None:
    before, model = shipped_model(), read_bundle(deciding())
    over = migrate(before, model, "referral", begun(before))
    assert [one.fired.row for one in decided(model, over).trace if one.fired] == [1]
    unasked = read_bundle(deciding(dmn(inputs=("decide_response.response", "start.source"))))
    with pytest.raises(CannotMigrate, match=r"was not asked here, and “Which way is safe\?” goes by the answer"):
        migrate(before, unasked, "referral", begun(before))


def test_a_new_answer_that_only_a_row_for_all_others_takes_is_doubted() -> None:
    offers = b'{ "const": "early_help", "title": "Early help, without social care" }'
    form = "forms/referral/decide_response.json"
    files = deciding()
    assert offers in files[form]
    files[form] = files[form].replace(offers, offers + b',\n{ "const": "advice", "title": "Advice" }')
    old = read_bundle(deciding())
    (doubt,) = [one for one in doubts_between(old, read_bundle(files)) if one.rule == "only-by-default"]
    assert (doubt.element, "“Advice”" in doubt.message) == ("check_response", True)
    files["processes/referral/safe_response.dmn"] = dmn((('"advice"', "-", '"assessment"'), *ROWS)).encode()
    assert [one for one in doubts_between(old, read_bundle(files)) if one.rule == "only-by-default"] == []


def test_the_page_of_the_pathway_has_its_rows() -> None:
    said = page(read_bundle(deciding()), [])
    assert "### Which way is safe?\n\n`check_response` · decided by the table" in said
    assert "6. whatever was answered: “Assessment”" in said
