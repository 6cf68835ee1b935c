"""A file from elsewhere waits until somebody has looked at what comes of it; then a draft is made of it, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands.approving_changes import submit_change
from engine.commands.bringing_in import KEPT_FOR, bring_in, forget_brought_in, make_draft_of
from engine.commands.saving_changes import save_file
from engine.facts.change_files import change_row, files_of_change
from engine.importing.package import packed
from engine.people.identity import SYSTEM
from engine.process.bundle import bundle_hash
from engine.reads.studio.brought_in import brought_in_row, what_comes_of
from engine.record.chain import authority_chain, lines
from engine.tables import BroughtIn
from tests.builders import HERE, MONDAY, Authority, authority, shipped
from tests.engine.commands.calls_of_drafts import FORM, TITLE, WHY, begun, brings_in, otherwise
from tests.engine.importing.bringing_in import FOREIGN

STORY = "processes/case_closure/scenarios/a_case_is_closed.toml"
IN_FORCE = bundle_hash(shipped())


@pytest.fixture
def at(database: Database) -> Authority:
    return authority(database=database)


def standing(at: Authority, kept: str) -> str:
    with at.database.read() as connection:
        return what_comes_of(connection, HERE, brought_in_row(connection, HERE, kept)).standing


def waiting(at: Authority) -> list[str]:
    with at.database.read() as connection:
        return list(connection.scalars(select(BroughtIn.id).where(BroughtIn.packed.is_not(None))))


def changed(at: Authority, change: str) -> tuple[str, ...]:
    with at.database.read() as connection:
        return files_of_change(connection, HERE, change_row(connection, HERE, change)).changed


def test_a_draft_is_made_once_and_what_was_said_stays_with_it(at: Authority) -> None:
    owner, kept = at.actor("process_owner"), brings_in(at)
    assert waiting(at) == [kept]
    change = make_draft_of(at.database, owner, MONDAY, kept, IN_FORCE)
    assert make_draft_of(at.database, owner, MONDAY, kept, "whatever") == change
    assert (waiting(at), changed(at, change)) == ([], (FORM,))
    with at.database.read() as connection:
        row, draft = brought_in_row(connection, HERE, kept), change_row(connection, HERE, change)
        entries = lines(connection, authority_chain(HERE), ["change_started"])
    assert [one["words"] for one in (row.report or {})["changed"]] == ["Forms that are other: 1 of referral."]
    assert (draft.title, draft.why, draft.state, draft.version) == (TITLE, WHY, "open", 1)
    assert [(one.payload or {})["change"] for one in entries] == [change]
    with pytest.raises(NotPossible, match="already"):
        forget_brought_in(at.database, owner, MONDAY, kept)


def test_into_a_draft_come_only_the_files_that_differ_and_only_as_it_was_looked_at(at: Authority) -> None:
    owner, change = at.actor("process_owner"), begun(at, otherwise())
    theirs = packed({path: content for path, content in otherwise().items() if path == FORM} | {STORY: b"title = 'A'"})
    kept = bring_in(at.database, owner, MONDAY, theirs, "theirs.zip", "", "", change)
    seen = standing(at, kept)
    save_file(at.database, owner, MONDAY, change, FORM, b"{}", 1)
    with pytest.raises(NotPossible, match="has changed since you looked"):
        make_draft_of(at.database, owner, MONDAY, kept, seen)
    assert make_draft_of(at.database, owner, MONDAY, kept, standing(at, kept)) == change
    assert changed(at, change) == (FORM, STORY)
    with at.database.read() as connection:
        now = files_of_change(connection, HERE, change_row(connection, HERE, change))
    assert (now.saved[FORM].content, now.saved[FORM].version, now.saved[STORY].version) == (otherwise()[FORM], 3, 1)
    submit_change(at.database, owner, MONDAY, change, WHY)
    with pytest.raises(NotPossible, match="second person"):
        bring_in(at.database, owner, MONDAY, theirs, "theirs.zip", "", "", change)


def test_what_cannot_be_read_or_has_no_words_is_not_kept(at: Authority) -> None:
    owner = at.actor("process_owner")
    for content, words in ((b"", "empty"), (b"PK\x03\x04", "zip"), (b"<a/>", "BPMN")):
        with pytest.raises(BadAnswers) as bad:
            bring_in(at.database, owner, MONDAY, content, "a", "", " ")
        assert bad.value.problems.keys() == {"file", "title", "why"}
        assert words in bad.value.problems["file"]
    with pytest.raises(NotAllowed):
        bring_in(at.database, SYSTEM.at(HERE), MONDAY, packed(otherwise()), "a.zip", TITLE, WHY)
    assert waiting(at) == []


def test_no_draft_is_made_where_something_stands_in_the_way(at: Authority) -> None:
    owner, content = at.actor("process_owner"), (FOREIGN / "what_stands_in_the_way.bpmn").read_bytes()
    kept = bring_in(at.database, owner, MONDAY, content, "odd.bpmn", TITLE, WHY)
    with pytest.raises(NotPossible, match="stands in the way"):
        make_draft_of(at.database, owner, MONDAY, kept, IN_FORCE)
    assert waiting(at) == [kept]
    forget_brought_in(at.database, owner, MONDAY, kept)
    assert waiting(at) == []


def test_a_file_that_nobody_uses_is_forgotten_when_the_next_comes(at: Authority) -> None:
    old = brings_in(at)
    owner, later = at.actor("process_owner"), MONDAY + KEPT_FOR + timedelta(minutes=1)
    made = bring_in(at.database, owner, later, packed(otherwise()), "a.zip", TITLE, WHY)
    assert waiting(at) == [made]
    with pytest.raises(NotFound):
        make_draft_of(at.database, owner, later, old, IN_FORCE)


@pytest.mark.parametrize("role", ["social_worker", "pathway_approver", "administrator"])
def test_only_process_owners_bring_in(at: Authority, role: str) -> None:
    kept, actor = brings_in(at), at.actor(role)
    given: tuple[Callable[[], object], ...] = (
        lambda: bring_in(at.database, actor, MONDAY, packed(otherwise()), "a.zip", TITLE, WHY),
        lambda: make_draft_of(at.database, actor, MONDAY, kept, IN_FORCE),
        lambda: forget_brought_in(at.database, actor, MONDAY, kept),
    )
    for command in given:
        with pytest.raises(NotAllowed):
            command()
