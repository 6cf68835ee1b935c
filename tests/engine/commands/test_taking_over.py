"""What was put in force meanwhile is taken over: file by file, and where both changed one file, part by part."""

from functools import partial

import pytest

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.taking_over import take_over_published
from tests.builders import MONDAY, authority, publish, shipped
from tests.engine.commands.calls_of_drafts import FORM, begun, otherwise
from tests.engine.commands.test_saving_changes import NEW, OTHER, saves, stands, whole
from tests.engine.merging.drawing_edits import Edited, put_between


def test_what_was_published_meanwhile_is_taken_over_file_by_file(database: Database) -> None:
    """Where both changed the same file, somebody says which is kept."""
    at = authority(database=database)
    owner, change = at.actor("process_owner"), begun(at)
    saves(at, change, FORM, b"mine", 0)
    saves(at, change, NEW, b"new", 0)
    published = {**otherwise(), OTHER: shipped()[OTHER] + b"\n"}
    publish(database=database, files=published)
    with pytest.raises(NotPossible, match="changed “Decide the response”"):
        take_over_published(database, owner, MONDAY, change, {})
    assert take_over_published(database, owner, MONDAY, change, {FORM: True}) == (FORM, NEW)
    assert whole(at, change) == {**published, FORM: b"mine", NEW: b"new"}
    second = begun(at)
    saves(at, second, FORM, b"mine", 0)
    again = {**published, FORM: shipped()[FORM] + b"\n\n"}
    publish(database=database, files=again)
    assert take_over_published(database, owner, MONDAY, second, {FORM: False}) == ()
    assert whole(at, second) == again
    assert stands(at, second) == (again[FORM], 2)


DRAWING = "processes/referral/referral.bpmn"


def drawn(*said: tuple[str, str]) -> bytes:
    """The drawing with these names of steps otherwise."""
    content = shipped()[DRAWING]
    for before, now in said:
        assert f'name="{before}"'.encode() in content
        content = content.replace(f'name="{before}"'.encode(), f'name="{now}"'.encode())
    return content


FAMILY, REFERRER = ("Tell the family", "Say it to the family"), ("Tell the referrer", "Say it to the referrer")
ANOTHER_WAY = ("Tell the family", "Ring the family")


def test_a_drawing_that_both_changed_is_made_one_element_by_element(database: Database) -> None:
    """What both changed in one element is asked for; without a word for it nothing is taken over."""
    at = authority(database=database)
    owner, first, second = at.actor("process_owner"), begun(at), begun(at)
    saves(at, first, DRAWING, drawn(FAMILY), 0)
    saves(at, second, DRAWING, drawn(FAMILY, REFERRER), 0)
    publish(database=database, files={**shipped(), DRAWING: drawn(REFERRER)})
    assert take_over_published(database, owner, MONDAY, first, {}, {DRAWING: {}}) == (DRAWING,)
    assert stands(at, first) == (shipped()[FORM], 0)
    assert stands(at, first, DRAWING) == (drawn(FAMILY, REFERRER), 2)
    publish(database=database, files={**shipped(), DRAWING: drawn(ANOTHER_WAY)})
    with pytest.raises(NotPossible, match="changed “Tell the family” in “Referral”"):
        take_over_published(database, owner, MONDAY, second, {}, {DRAWING: {}})
    assert stands(at, second, DRAWING) == (drawn(FAMILY, REFERRER), 1)
    take_over_published(database, owner, MONDAY, second, {}, {DRAWING: {"inform_family": False}})
    assert stands(at, second, DRAWING) == (drawn(ANOTHER_WAY, REFERRER), 2)


def test_what_would_have_a_fault_together_or_cannot_be_made_one_is_not(database: Database) -> None:
    """Both put a step in the place of one way: each is sound alone, and together one leads nowhere."""
    at = authority(database=database)
    owner, change = at.actor("process_owner"), begun(at)
    mine, theirs = (
        Edited(shipped()[DRAWING], partial(put_between, step="inform_family", number=number)).content
        for number in (1, 2)
    )
    saves(at, change, DRAWING, mine, 0)
    saves(at, change, FORM, b"{", 0)
    publish(database=database, files={**otherwise(), DRAWING: theirs})
    for in_one, why in (
        ({DRAWING: {"inform_family_to_family_told": True}}, "Together there would be a fault"),
        ({FORM: {}, DRAWING: {"inform_family_to_family_told": True}}, "One of the forms cannot be read"),
    ):
        with pytest.raises(NotPossible, match=f"Choose one of the two. {why}"):
            take_over_published(database, owner, MONDAY, change, {FORM: False, DRAWING: True}, in_one)
    assert take_over_published(database, owner, MONDAY, change, {FORM: False, DRAWING: True}) == (DRAWING,)
