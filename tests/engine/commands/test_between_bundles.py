"""Two bundles in one case: what an earlier one throws the new one must understand, or it is not published."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from engine.base.database import Database
from engine.base.errors import BadModel
from engine.commands.cases import complete_task
from engine.lint.between_bundles import must_fit
from engine.process.bundle import TIMESCALES, Model, read_bundle
from tests.builders import DAY, MONDAY, Authority, answers_to, authority, case_at, do, open_items, shipped
from tests.builders import publish as put_in_force
from tests.drafts import publish_by_two
from tests.engine.commands.pathway import MINIMUM, accepted, called, planned

CORE_GROUP = "processes/core_group/core_group.bpmn"
MESSAGES = "processes/messages.csv"
CONFERENCE = "processes/initial_conference/initial_conference.bpmn"
REVIEW = "processes/review_conference/review_conference.bpmn"
DISCONTINUATION = "processes/discontinuation/discontinuation.bpmn"
TAKEN_OVER = "processes/protection_plan_taken_over/protection_plan_taken_over.bpmn"
FORMS = ("forms/core_group/hold_core_group.json", "forms/review_conference/hold_review_conference.json")


def with_another_field(*, has: bool = False) -> dict[str, bytes]:
    """The payload field `first` is called otherwise, everywhere."""
    files = {**shipped()}
    asked = "has(start.which_meeting) and start.which_meeting" if has else "start.which_meeting"
    for path in (CORE_GROUP, CONFERENCE, REVIEW, DISCONTINUATION, TAKEN_OVER):
        text = files[path].decode().replace("payload.first", "payload.which_meeting")
        files[path] = text.replace("start.first", asked).encode()
    for path in FORMS:
        files[path] = files[path].replace(b"start.first", asked.encode())
    rows = [row.replace(",first,", ",which_meeting,") for row in ROWS]
    return {**files, MESSAGES: "\n".join(rows).encode()}


ROWS = shipped()[MESSAGES].decode().split("\n")


def said_against(at: Authority, files: Mapping[str, bytes]) -> list[str]:
    """Why it is not published."""
    try:
        publish_by_two(at, files)
    except BadModel as error:
        return [f"{problem.file}: {problem.message}" for problem in error.problems]
    return []


def test_a_field_that_a_running_process_does_not_send_is_missed(database: Database) -> None:
    at = authority(database=database)
    called(authority=at)
    said = said_against(at, with_another_field())
    assert said[0].startswith(f"{CORE_GROUP}: Cases that run now start this process by core_group_required")
    assert all("without which_meeting" in one for one in said)
    assert {one.partition(":")[0] for one in said} == {CORE_GROUP, *FORMS}


def test_a_field_that_is_asked_for_first_is_not_missed(database: Database) -> None:
    at = authority(database=database)
    called(authority=at)
    assert said_against(at, with_another_field(has=True)) == []


def test_where_no_such_process_runs_nothing_is_missed(database: Database) -> None:
    at = authority(database=database)
    case_at(authority=at, point="planned")
    assert said_against(at, with_another_field()) == []


def test_nobody_but_this_authority_is_asked(database: Database) -> None:
    at, there = authority(database=database), authority(database=database, id="elsewhere")
    called(authority=there)
    assert said_against(at, with_another_field()) == []
    assert said_against(there, with_another_field()) != []


@cache
def earlier() -> Model:
    return read_bundle(shipped())


def without(part: str, name: str) -> Model:
    """A later bundle in which that part has one name less."""
    left = {key: value for key, value in getattr(earlier(), part).items() if key != name}
    return replace(earlier(), hash="another", **{part: left})


def with_words(*changes: tuple[str, str], paths: tuple[str, ...]) -> Model:
    """A later bundle in which these files say something else."""
    files = {**shipped()}
    for path in paths:
        text = files[path].decode()
        assert any(old in text for old, _ in changes)
        for old, new in changes:
            text = text.replace(old, new)
        files[path] = text.encode()
    return read_bundle(files)


FIRST = (
    ('payload.first" value="&#34;yes&#34;', 'payload.first" value="&#34;one&#34;'),
    ('payload.first" value="&#34;no&#34;', 'payload.first" value="&#34;more&#34;'),
    ("else &#34;yes&#34;", "else &#34;one&#34;"),
    ('start.first == "no"', 'start.first == "more"'),
)
AUTHORISED = "section_47_enquiry.authorise_section_47_outcome.authorised.yes"
MEETS = {("initial_conference", "section_47_enquiry")}


@pytest.mark.parametrize(
    ("process", "new", "said"),
    [
        (
            "initial_conference",
            lambda: without("drawings", "core_group"),
            r"throw core_group_required .* it must still be there",
        ),
        (
            "initial_conference",
            lambda: with_words(*FIRST, paths=(CORE_GROUP, CONFERENCE, REVIEW, DISCONTINUATION, TAKEN_OVER)),
            r"start this process by core_group_required .* with first “yes”, which is not known there",
        ),
        (
            "assessment",
            lambda: with_words(
                ('"section_47"', '"enquiry"'), paths=("forms/strategy_discussion/hold_strategy_discussion.json",)
            ),
            r"wait for strategy_discussion_concluded .* do not know its decision “enquiry”",
        ),
        (
            "assessment",
            lambda: without("drawings", "strategy_discussion"),
            r"wait for strategy_discussion_concluded .*: something must still throw it",
        ),
        (
            "initial_conference",
            lambda: without("roles", "conference_administrator"),
            r"have “.*” \(.*\) for conference_administrator: the role must still be there",
        ),
        (
            "immediate_protection",
            lambda: without("messages", "strategy_discussion_required"),
            r"calls for strategy_discussion_required: it must still be there",
        ),
        (
            "professional_disagreement",
            lambda: without("rules", "initial_conference"),
            r"lets initial_conference run on: it must still be there",
        ),
        (
            "section_47_enquiry",
            lambda: with_words((AUTHORISED, AUTHORISED.replace("authorised", "agreed")), paths=FORMS[1:]),
            r"agreed\.yes: cases that run now never answer so",
        ),
    ],
)
def test_what_an_earlier_bundle_leaves_the_newer_one_must_find(
    process: str, new: Callable[[], Model], said: str
) -> None:
    with pytest.raises(BadModel, match=said):
        must_fit(earlier(), {process}, new())
    must_fit(earlier(), {"plan_visit"}, new())


def test_a_clock_that_another_process_is_to_meet_must_still_be_there() -> None:
    with pytest.raises(BadModel, match=r"The clock initial_conference .* runs in cases now, and .* meets it"):
        must_fit(earlier(), set(), without("rules", "initial_conference"), MEETS)
    must_fit(earlier(), set(), without("rules", "first_core_group"), {("first_core_group", "core_group")})


def test_the_clocks_that_run_are_found(database: Database) -> None:
    """Also where the process that set one has ended."""
    at = authority(database=database)
    planned(authority=at)
    files = {path: content.replace(b"first_core_group", b"core_group_one") for path, content in shipped().items()}
    (said,) = said_against(at, files)
    assert said.startswith(f"{TIMESCALES}: The clock first_core_group (")
    files = {path: content.replace(b"report_to_parents_initial", b"the_report") for path, content in shipped().items()}
    assert said_against(at, files) == []


def test_what_stays_as_it_was_fits() -> None:
    clocks = {(rule.id, event.process) for rule in earlier().rules.values() for event in rule.starts_on}
    must_fit(earlier(), set(earlier().drawings), replace(earlier(), hash="another"), clocks)


def test_what_an_earlier_bundle_reads_of_a_message_must_still_be_stated() -> None:
    """A discontinuation reads the ground of the one that it waits for, but asks first whether it is there."""
    model = read_bundle(shipped())
    silent = replace(model.messages["discontinuation_required"], payload=())
    other = replace(model, hash="another", messages={**model.messages, "discontinuation_required": silent})
    must_fit(model, {"discontinuation"}, other)
    drawing = model.drawings["discontinuation"]
    flows = tuple(
        replace(flow, condition='discontinuation_required.ground == "died"') if flow.condition else flow
        for flow in drawing.flows
    )
    bare = replace(model, drawings={**model.drawings, "discontinuation": replace(drawing, flows=flows)})
    with pytest.raises(BadModel, match=r"wait for discontinuation_required .* read its ground"):
        must_fit(bare, {"discontinuation"}, other)


DISCUSSION = "forms/strategy_discussion/hold_strategy_discussion.json"


def test_what_was_answered_on_an_earlier_bundle_is_dated_as_its_own_form_says(database: Database) -> None:
    """The discussion of an enquiry was two days ago: the child may have been seen then."""
    rows = shipped()[TIMESCALES].decode().splitlines()
    rows = [row.replace("held_at", "spoken_at") if row.startswith("strategy_discussion,") else row for row in rows]
    form = shipped()[DISCUSSION].replace(b"held_at", b"spoken_at")
    before, at = MONDAY - 2 * DAY, authority(database=database)
    put_in_force(database=database, files={**shipped(), DISCUSSION: form, TIMESCALES: "\n".join(rows).encode()})
    case = accepted(authority=at, response="strategy_discussion", now=before)
    put_in_force(database=database)
    item = open_items(database=database, case=case)["hold_strategy_discussion"]
    answers = answers_to(authority=at, item=item, now=MONDAY, decision="section_47", took_part=MINIMUM)
    del answers["held_at"]
    worker = at.actor(item.role)
    complete_task(database, worker, MONDAY, item.id, {**answers, "spoken_at": before.isoformat()})
    seen: dict[str, Any] = {"child_seen": "yes", "seen_at": before.isoformat()}
    do(authority=at, case=case, task="see_child", **seen)
    assert "see_child" not in open_items(database=database, case=case)
