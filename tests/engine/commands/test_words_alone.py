"""Whoever changes words alone saves words and nothing else, whichever way the save comes; then as with any draft."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotPossible, RefusalCode
from engine.commands.approving_changes import judge_change, publish_change, reopen_change, submit_change
from engine.commands.saving_changes import drop_change, save_file, start_change
from engine.commands.taking_back import take_back_save
from engine.commands.taking_over import take_over_published
from engine.commands.trials import begin_trial
from engine.facts.change_files import change_row, file_of_change
from engine.people.identity import Actor
from engine.process.drawn_names import with_names
from tests.builders import HERE, MONDAY, Authority, authority, publish, shipped
from tests.drafts import publish_by_two

FORM, DRAWING = "forms/assessment/see_child.json", "processes/assessment/assessment.bpmn"
STORY = "processes/assessment/scenarios/story.toml"
WHY = "Plainer words"
Asked = dict[str, dict[str, Any]]


def form(change: Callable[[dict[str, Any]], object]) -> bytes:
    made = json.loads(shipped()[FORM])
    change(made)
    return json.dumps(made).encode()


PLAIN = form(lambda made: made.update(title="See the child by themselves"))
BEYOND = form(lambda made: made["properties"]["child_seen"].update({"x-source": "Otherwise"}))
NAMED = with_names(shipped()[DRAWING], {"see_child": "Meet the child"})


@pytest.fixture
def at(database: Database) -> Authority:
    return authority(database=database)


@pytest.fixture
def writer(at: Authority) -> Actor:
    return at.actor("pathway_writer")


def begun(at: Authority, actor: Actor, *saves: tuple[str, bytes]) -> str:
    change = start_change(at.database, actor, MONDAY, "Plainer", WHY)
    for path, content in saves:
        save_file(at.database, actor, MONDAY, change, path, content, 0)
    return change


def content(at: Authority, change: str, path: str = FORM) -> bytes | None:
    with at.database.read() as connection:
        return file_of_change(connection, HERE, change_row(connection, HERE, change), path).content


def refused(code: RefusalCode, call: Callable[..., object], *given: object) -> str:
    with pytest.raises(NotPossible) as refusal:
        call(*given)
    assert refusal.value.code is code
    return str(refusal.value)


def test_words_go_the_way_of_any_draft(at: Authority, writer: Actor) -> None:
    change = begun(at, writer, (FORM, PLAIN), (DRAWING, NAMED))
    assert begin_trial(at.database, writer, MONDAY, change, "cases").is_new
    seen = submit_change(at.database, writer, MONDAY, change, WHY)
    with pytest.raises(NotAllowed):
        judge_change(at.database, writer, MONDAY, change, seen, WHY, approve=True)
    judge_change(at.database, at.actor("pathway_approver"), MONDAY, change, seen, WHY, approve=True)
    with pytest.raises(NotAllowed):
        publish_change(at.database, writer, MONDAY, change)
    assert publish_change(at.database, at.actor("pathway_approver"), MONDAY, change) == 2


@pytest.mark.parametrize(
    ("path", "saved", "said"),
    [
        (FORM, BEYOND, "asked because of “Otherwise”"),
        (FORM, b"{", "could not be read"),
        (FORM, None, "is gone"),
        ("forms/assessment/another.json", PLAIN, "is new"),
        (STORY, b"title = 'A story'", "story"),
        ("processes/roles.toml", shipped()["processes/roles.toml"].replace(b'"Auditor"', b'"Reader"'), "“Reader”"),
    ],
)
def test_what_goes_beyond_is_refused_by_name_and_nothing_is_saved(
    at: Authority, writer: Actor, path: str, saved: bytes | None, said: str
) -> None:
    change = begun(at, writer, (DRAWING, NAMED))
    words = refused(RefusalCode.BEYOND_WORDS, save_file, at.database, writer, MONDAY, change, path, saved, 0)
    assert said in words
    with at.database.read() as connection:
        assert change_row(connection, HERE, change).version == 1


def test_in_a_draft_of_a_process_owner_words_are_theirs_and_the_rest_is_not(at: Authority, writer: Actor) -> None:
    owner = at.actor("process_owner")
    change = begun(at, owner, (FORM, BEYOND))
    save_file(at.database, writer, MONDAY, change, DRAWING, NAMED, 0)
    assert content(at, change, DRAWING) == NAMED
    beyond = (RefusalCode.BEYOND_WORDS, at.database, writer, MONDAY, change)
    assert "asked because of “Otherwise”" in refused(beyond[0], submit_change, *beyond[1:], WHY)
    assert "before: asked because of “Otherwise”" in refused(beyond[0], take_back_save, *beyond[1:], 1, 2)
    assert content(at, change) == BEYOND
    take_back_save(at.database, writer, MONDAY, change, 2, 2)
    for settles in (drop_change, reopen_change):
        if settles is reopen_change:
            submit_change(at.database, owner, MONDAY, change, WHY)
        refused(RefusalCode.NOT_BEGUN_BY, settles, at.database, writer, MONDAY, change, WHY)
    reopen_change(at.database, at.actor("pathway_approver"), MONDAY, change, WHY)


def test_their_own_draft_is_opened_again_brought_up_and_closed_by_them(at: Authority, writer: Actor) -> None:
    change = begun(at, writer, (FORM, PLAIN))
    submit_change(at.database, writer, MONDAY, change, WHY)
    reopen_change(at.database, writer, MONDAY, change, "A slip of the pen")
    publish_by_two(at, {**shipped(), DRAWING: NAMED})
    assert take_over_published(at.database, writer, MONDAY, change, {}) == (FORM,)
    owners = begun(at, at.actor("process_owner"), (FORM, BEYOND))
    publish(database=at.database)
    refused(RefusalCode.BEYOND_WORDS, take_over_published, at.database, writer, MONDAY, owners, {FORM: True})
    drop_change(at.database, writer, MONDAY, change, "Not wanted")


def test_to_go_back_beyond_words_is_for_a_process_owner(at: Authority, writer: Actor) -> None:
    with at.database.read() as connection:
        before = change_row(connection, HERE, begun(at, at.actor("process_owner"))).base_hash
    publish_by_two(at, {**shipped(), FORM: BEYOND}, accept_doubts="Meant")
    words = refused(RefusalCode.BEYOND_WORDS, start_change, at.database, writer, MONDAY, "Back", WHY, None, before)
    assert "before: asked because of “Otherwise”" in words


def test_a_name_is_put_into_a_drawing_and_nothing_else_is_touched() -> None:
    drawing = shipped()[DRAWING]
    assert drawing.replace(b'name="See the child"', b'name="Meet the child"') == NAMED
    odd = b'<!-- <bpmn:userTask id="see_child" name="x"> -->'
    written = drawing.replace(b"<bpmn:laneSet", odd + b"<bpmn:laneSet", 1)
    assert with_names(written, {"see_child": 'A "<b>" & c'}).count(odd) == 1
    assert with_names(with_names(written, {"see_child": 'A "<b>" & c'}), {"see_child": "See the child"}) == written
    assert with_names(drawing, {"assessment": "Weighing up"}).count(b'"Weighing up"') == 2
