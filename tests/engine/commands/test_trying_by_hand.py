"""What is kept of a try by hand: one for each person and draft, no entry of it, and nothing is lost between windows."""

from typing import Any

import pytest
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotPossible
from engine.commands import trying_by_hand
from engine.commands.saving_changes import drop_change
from engine.commands.trying_by_hand import MOST_STEPS, begin_try, drop_try, go_on_with_try
from engine.tables import Act, TryByHand
from tests.builders import MONDAY, Authority, authority
from tests.engine.commands.calls_of_drafts import NOTHING_DONE, begun

A_STEP: dict[str, Any] = {"at": "2026-03-02T10:01", "as": "public", "start": "referral"}


def told(steps: int) -> dict[str, Any]:
    return {**NOTHING_DONE, "step": [A_STEP] * steps}


def kept(at: Authority) -> list[tuple[str, int, int]]:
    with at.database.read() as connection:
        rows = connection.execute(select(TryByHand).order_by(TryByHand.account_id)).mappings()
        return [(row["account_id"], row["version"], len(row["told"]["step"])) for row in rows]


def entries(at: Authority) -> int:
    with at.database.read() as connection:
        return connection.execute(select(func.count()).select_from(Act)).scalar_one()


def test_each_person_has_one_of_a_draft_and_nothing_of_it_is_an_entry(database: Database) -> None:
    at = authority(database=database)
    first, second, change = at.actor("process_owner"), at.actor("process_owner", number=2), begun(at)
    before = entries(at)
    begin_try(database, first, MONDAY, change, NOTHING_DONE, "a")
    go_on_with_try(database, first, MONDAY, change, told(1), "a", 1)
    begin_try(database, second, MONDAY, change, NOTHING_DONE, "a")
    assert kept(at) == [("process_owner.1", 2, 1), ("process_owner.2", 1, 0)]
    begin_try(database, first, MONDAY, change, NOTHING_DONE, "a")
    drop_try(database, second, MONDAY, change)
    drop_try(database, second, MONDAY, change)
    assert kept(at) == [("process_owner.1", 1, 0)]
    assert entries(at) == before
    with pytest.raises(NotAllowed):
        begin_try(database, at.actor("pathway_approver"), MONDAY, change, NOTHING_DONE, "a")
    with pytest.raises(NotAllowed):
        begin_try(database, at.system, MONDAY, change, NOTHING_DONE, "a")


def test_what_went_on_in_another_window_is_not_overwritten(database: Database) -> None:
    at = authority(database=database)
    owner, change = at.actor("process_owner"), begun(at)
    begin_try(database, owner, MONDAY, change, NOTHING_DONE, "a")
    go_on_with_try(database, owner, MONDAY, change, told(2), "a", 1)
    for version in (1, 3):
        with pytest.raises(NotPossible, match="went on in another window"):
            go_on_with_try(database, owner, MONDAY, change, told(1), "a", version)
    assert kept(at) == [("process_owner.1", 2, 2)]


def test_it_is_no_longer_than_it_may_be(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at = authority(database=database)
    owner, change = at.actor("process_owner"), begun(at)
    begin_try(database, owner, MONDAY, change, NOTHING_DONE, "a")
    go_on_with_try(database, owner, MONDAY, change, told(MOST_STEPS), "a", 1)
    with pytest.raises(NotPossible, match="100 steps at most"):
        go_on_with_try(database, owner, MONDAY, change, told(MOST_STEPS + 1), "a", 2)
    monkeypatch.setattr(trying_by_hand, "LARGEST", 100)
    with pytest.raises(NotPossible):
        go_on_with_try(database, owner, MONDAY, change, told(2), "a", 2)


def test_it_is_gone_with_its_draft_and_a_closed_one_is_not_tried(database: Database) -> None:
    at = authority(database=database)
    owner, change = at.actor("process_owner"), begun(at)
    begin_try(database, owner, MONDAY, change, NOTHING_DONE, "a")
    drop_change(database, owner, MONDAY, change, "Not wanted")
    assert kept(at) == []
    with pytest.raises(NotPossible):
        begin_try(database, owner, MONDAY, change, NOTHING_DONE, "a")
