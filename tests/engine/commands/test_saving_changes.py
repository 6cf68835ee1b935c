"""A draft of the pathway: nothing that somebody saved is lost or overwritten, and faults never stand in the way."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands.saving_changes import (
    SavedMeanwhile,
    drop_change,
    note_editing,
    save_file,
    start_change,
)
from engine.commands.taking_back import take_back_save
from engine.facts.change_files import change_row, file_of_change, files_of_change
from engine.people.identity import Actor
from engine.process.bundle import bundle_hash
from engine.tables import ChangeSave, Editing
from tests.amount import random_of, seeds
from tests.builders import HERE, MONDAY, SYSTEM_HERE, Authority, authority, shipped
from tests.drafts import publish_by_two
from tests.engine.commands.calls_of_drafts import FORM, begun, otherwise

OTHER = "forms/referral/acknowledge_referral.json"
NEW = "forms/referral/new_task.json"


def stands(at: Authority, change: str, path: str = FORM) -> tuple[bytes | None, int]:
    with at.database.read() as connection:
        found = file_of_change(connection, HERE, change_row(connection, HERE, change), path)
    return found.content, found.version


def whole(at: Authority, change: str) -> dict[str, bytes]:
    with at.database.read() as connection:
        return dict(files_of_change(connection, HERE, change_row(connection, HERE, change)).now)


def saves(at: Authority, change: str, path: str, content: bytes | None, version: int) -> int:
    return save_file(at.database, at.actor("process_owner"), MONDAY, change, path, content, version)


def test_a_draft_begins_as_what_is_in_force_and_keeps_whatever_is_saved(database: Database) -> None:
    """Also what is no form at all: what is wrong is said by its checks."""
    at = authority(database=database)
    change = begun(at)
    assert whole(at, change) == shipped()
    assert (saves(at, change, FORM, b"{", 0), saves(at, change, NEW, b"{}", 0)) == (1, 1)
    assert saves(at, change, OTHER, None, 0) == 1
    assert (stands(at, change), stands(at, change, NEW)) == ((b"{", 1), (b"{}", 1))
    changed = {**shipped(), FORM: b"{", NEW: b"{}"}
    del changed[OTHER]
    assert whole(at, change) == changed
    assert saves(at, change, FORM, b"{", 1) == 1  # the same once more is no save


def test_what_somebody_saved_meanwhile_is_not_overwritten_and_is_given_back(database: Database) -> None:
    at = authority(database=database)
    change = begun(at)
    second = at.actor("process_owner", number=2)
    saves(at, change, FORM, b"mine", 0)
    with pytest.raises(SavedMeanwhile) as refused:
        save_file(database, second, MONDAY, change, FORM, b"yours", 0)
    assert (refused.value.theirs.content, refused.value.theirs.version) == (b"mine", 1)
    assert stands(at, change) == (b"mine", 1)


def test_each_save_can_be_taken_back_also_the_first_and_a_taking_out(database: Database) -> None:
    at = authority(database=database)
    owner, change = at.actor("process_owner"), begun(at)
    saves(at, change, FORM, b"one", 0)
    saves(at, change, FORM, b"two", 1)
    saves(at, change, FORM, None, 2)
    for number, content in ((3, b"two"), (2, b"one"), (1, shipped()[FORM])):
        take_back_save(database, owner, MONDAY, change, number, 9)
        assert stands(at, change)[0] == content
    assert stands(at, change)[1] == 6
    for unknown in (0, 99, 10**30):
        with pytest.raises(NotFound):
            take_back_save(database, owner, MONDAY, change, unknown, 99)
    with pytest.raises(SavedMeanwhile):
        take_back_save(database, owner, MONDAY, change, 1, 5)  # asked for before the sixth


def test_a_path_that_no_file_of_a_pathway_has_is_refused(database: Database) -> None:
    at = authority(database=database)
    change = begun(at)
    for path in (
        *("", "forms", "../forms/a.json", "forms/../a.json", "/etc/passwd", "forms/a/b.exe", "processes/a b.csv"),
        *("forms/a/\u0661.json", f"forms/a/{'b' * 101}.json", "forms/a/b.json\0", "forms\\a\\b.json"),
        *("forms/a/b/c/d/e.json", "forms/a/.json", "forms//a.json", "forms/a/b.json\n"),
    ):
        with pytest.raises(NotPossible, match="cannot be the path"):
            saves(at, change, path, b"{}", 0)


def test_what_is_too_large_is_refused_and_a_draft_needs_a_title_a_reason_and_a_person(database: Database) -> None:
    at = authority(database=database)
    change = begun(at)
    with pytest.raises(NotPossible, match="larger than 2 MB"):
        saves(at, change, FORM, b" " * 2_000_001, 0)
    with pytest.raises(BadAnswers) as refused:
        start_change(database, at.actor("process_owner"), MONDAY, " ", "")
    assert set(refused.value.problems) == {"title", "why"}
    with pytest.raises(NotAllowed, match="Only a person"):
        start_change(database, SYSTEM_HERE, MONDAY, "A title", "A reason")


def test_a_draft_has_so_many_files_and_no_more(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at = authority(database=database)
    change = begun(at)
    monkeypatch.setattr("engine.commands.saving_changes.MOST_FILES", len(shipped()) + 1)
    assert saves(at, change, NEW, b"{}", 0) == 1
    for content in (b"[]", b"{}"):
        assert saves(at, change, NEW, content, stands(at, change, NEW)[1]) > 1
    with pytest.raises(NotPossible, match="no more than"):
        saves(at, change, "forms/referral/another.json", b"{}", 0)
    with pytest.raises(NotPossible, match="no more than"):
        begun(at, {**shipped(), NEW: b"{}", OTHER.replace("ack", "a"): b"{}"})


def test_only_process_owners_change_the_pathway(database: Database) -> None:
    at = authority(database=database)
    change = begun(at)
    for role in ("social_worker", "team_manager", "administrator", "auditor", "pathway_approver"):
        actor = at.actor(role)
        for give in (
            partial(start_change, database, actor, MONDAY, "A title", "A reason"),
            partial(save_file, database, actor, MONDAY, change, FORM, b"{}", 0),
            partial(drop_change, database, actor, MONDAY, change, "Not wanted"),
        ):
            with pytest.raises(NotAllowed):
                give()


def test_a_draft_of_another_authority_is_not_there(database: Database) -> None:
    at = authority(database=database)
    change = begun(at)
    there = authority(database=database, id="there", host="there.example")
    with pytest.raises(NotFound):
        save_file(database, there.actor("process_owner"), MONDAY, change, FORM, b"{}", 0)


def test_a_draft_that_is_dropped_stands_as_it_was_without_its_steps(database: Database) -> None:
    at = authority(database=database)
    owner, change = at.actor("process_owner"), begun(at)
    saves(at, change, FORM, b"{}", 0)
    note_editing(database, owner, MONDAY, change, FORM)
    with pytest.raises(NotPossible, match="Say why"):
        drop_change(database, owner, MONDAY, change, " ")
    drop_change(database, owner, MONDAY, change, "Not wanted")
    with database.read() as connection:
        for table in (ChangeSave, Editing):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    assert stands(at, change) == (b"{}", 1)
    with pytest.raises(NotPossible, match="is closed"):
        saves(at, change, FORM, b"[]", 1)
    with pytest.raises(NotPossible, match="closed already"):
        drop_change(database, owner, MONDAY, change, "Once more")


def test_going_back_to_what_was_published_before_is_a_draft_as_any_other(database: Database) -> None:
    at = authority(database=database)
    publish_by_two(at, otherwise())
    owner = at.actor("process_owner")
    change = start_change(database, owner, MONDAY, "Back", "It was better", from_bundle=bundle_hash(shipped()))
    assert whole(at, change) == shipped()
    with pytest.raises(NotFound):
        start_change(database, owner, MONDAY, "Back", "It was better", from_bundle="0" * 64)


def edited_by_two(at: Authority, random: Random, moves: int, save: Callable[..., int] = save_file) -> None:
    """Each knows what they last read; whatever they save stands, or they are told of the other's and it stands."""
    owners = [at.actor("process_owner"), at.actor("process_owner", number=2)]
    change = begun(at)
    known: list[dict[str, int]] = [{}, {}]
    truth: dict[str, tuple[bytes | None, int]] = {}
    for number in range(moves):
        who, path = random.randrange(2), random.choice((FORM, OTHER, NEW))
        content = None if random.random() < 0.1 else b"%d by %d" % (number, who)
        stood = truth.get(path, (shipped().get(path), 0))
        theirs = None
        try:
            version = save(at.database, owners[who], MONDAY, change, path, content, known[who].get(path, 0))
        except SavedMeanwhile as conflict:
            theirs, version = conflict.theirs, conflict.theirs.version
        assert (known[who].get(path, 0) == stood[1]) is (theirs is None)
        if theirs is None:
            truth[path] = stood if content == stood[0] else (content, stood[1] + 1)
        else:
            assert theirs.content == stood[0]
        known[who][path] = truth.get(path, stood)[1]
        assert version == known[who][path]
    for path, (content, version) in truth.items():
        assert stands(at, change, path) == (content, version)
    with at.database.read() as connection:
        kept = connection.scalar(select(func.count()).select_from(ChangeSave).where(ChangeSave.change_id == change))
    assert kept == sum(version for _, version in truth.values())


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_of_two_who_save_at_will_none_loses_anything_unseen(database: Database, seed: int) -> None:
    at = authority(database=database)
    edited_by_two(at, random_of(seed), 60 if len(seeds(1, 10)) == 1 else 1000)


def overwriting(database: Database, owner: Actor, now: datetime, change: str, path: str, *what: Any) -> int:
    """Saves over whatever stands."""
    try:
        return save_file(database, owner, now, change, path, *what)
    except SavedMeanwhile as conflict:
        return save_file(database, owner, now, change, path, what[0], conflict.theirs.version)


def test_a_save_over_what_somebody_else_saved_is_seen(database: Database) -> None:
    with pytest.raises(AssertionError):
        edited_by_two(authority(database=database), random_of(1), 60, overwriting)
