"""Two bundles in one case: what an earlier one throws the new one must understand, or it is not published."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from engine.base.database import Database
from engine.base.errors import BadModel
from engine.commands.publishing import publish
from engine.lint.between_bundles import must_fit
from engine.process.bundle import read_bundle
from tests.builders import MONDAY, Authority, authority, case_at, shipped
from tests.engine.commands.pathway import called

CORE_GROUP = "processes/core_group/core_group.bpmn"
MESSAGES = "processes/messages.csv"
CONFERENCE = "processes/initial_conference/initial_conference.bpmn"
REVIEW = "processes/review_conference/review_conference.bpmn"
DISCONTINUATION = "processes/discontinuation/discontinuation.bpmn"
FORMS = ("forms/core_group/hold_core_group.json", "forms/review_conference/hold_review_conference.json")


def with_another_field(*, has: bool = False) -> dict[str, bytes]:
    """The payload field `first` is called otherwise, everywhere."""
    files = {**shipped()}
    for path in (CORE_GROUP, CONFERENCE, REVIEW, DISCONTINUATION):
        text = files[path].decode().replace("payload.first", "payload.which_meeting")
        asked = "has(start.which_meeting) and start.which_meeting" if has else "start.which_meeting"
        files[path] = text.replace("start.first", asked).encode()
    for path in FORMS:
        files[path] = files[path].replace(b"start.first", b"start.which_meeting")
    rows = [row.replace(",first,", ",which_meeting,") for row in ROWS]
    return {**files, MESSAGES: "\n".join(rows).encode()}


ROWS = shipped()[MESSAGES].decode().split("\n")


def said_against(at: Authority, files: Mapping[str, bytes]) -> list[str]:
    """Why it is not published."""
    try:
        publish(at.database, at.actor("process_owner"), MONDAY, files)
    except BadModel as error:
        return [f"{problem.file}: {problem.message}" for problem in error.problems]
    return []


def test_a_field_that_a_running_process_does_not_send_is_missed(database: Database) -> None:
    at = authority(database=database)
    called(authority=at)
    (said,) = said_against(at, with_another_field())
    assert said.startswith(f"{CORE_GROUP}: Cases that run now start this process by core_group_required")
    assert "without which_meeting" in said


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
    assert len(said_against(there, with_another_field())) == 1


def test_what_an_earlier_bundle_starts_must_still_be_there() -> None:
    model = read_bundle(shipped())
    gone = replace(model, hash="another", drawings={k: v for k, v in model.drawings.items() if k != "core_group"})
    with pytest.raises(BadModel, match=r"throw core_group_required .* it must still be there"):
        must_fit(model, {"initial_conference"}, gone)
    must_fit(model, {"assessment"}, gone)


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
