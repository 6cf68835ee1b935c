"""The page of the record: auditors alone see it, make and take checkpoints, and find out what is wrong."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.base.settings import Settings
from engine.commands.checkpointing import note_verification
from engine.record.chain import NewEntry, RecordedEntry, append, authority_chain, entries_of, lines
from engine.record.verifier import Found, Restoration
from engine.tables import Act
from tests.builders import HERE, MONDAY, Authority, case_at
from tests.engine.record.hand import KEPT, take_triggers_away
from tests.webapp.visitor import Visitor

SignedIn = Callable[..., Visitor]


@pytest.mark.parametrize("role", ["social_worker", "team_manager", "administrator", "process_owner"])
def test_only_who_oversees_sees_it(as_a: SignedIn, role: str) -> None:
    other = as_a(role)
    assert "The record" not in other.get("/tasks").tree.xpath("string(//nav)")
    other.get("/record", status=403)
    for path in ("/record/checkpoints", "/record/verification"):
        page = other.get("/tasks")
        token = page.tree.xpath("string(//input[@name='csrf_token']/@value)")
        other.post(path, {"csrf_token": token}, status=403)
    other.get("/record/checkpoints/1", status=403)


def test_a_checkpoint_is_made_listed_and_taken_home(as_a: SignedIn, world: Authority, settings: Settings) -> None:
    case_at(authority=world)
    auditor = as_a("auditor")
    page = auditor.get(auditor.get("/tasks").link("The record"))
    assert "There is no checkpoint yet." in page.text
    page = auditor.send(page, button="Make a checkpoint now")
    taken = auditor.client.get(page.link("download this checkpoint"))
    assert taken.data == (settings.checkpoints / "000001.json").read_bytes()
    assert taken.headers["Content-Disposition"] == 'attachment; filename="000001.json"'
    assert json.loads(taken.data)["key"] in page.text
    with world.database.read() as connection:
        pages = [line.payload for line in lines(connection, "person:auditor.1", ["viewed"])]
    assert {"page": "checkpoint"} in pages
    auditor.get("/record/checkpoints/2", status=404)


def test_of_all_verifications_the_newest_alone_is_read(
    as_a: SignedIn, world: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work of an auditor of many years does not make the page slower."""
    with world.database.transaction() as connection:
        for faults in range(3):
            payload: dict[str, Any] = {"counts": {"entries": 1}, "faults": faults, "first": []}
            append(connection, authority_chain(HERE), "auditor.1", MONDAY, [NewEntry("verified", payload=payload)])
    auditor = as_a("auditor")
    read: list[bytes] = []

    def counting(body: bytes, payload: bytes | None) -> Iterator[RecordedEntry]:
        read.append(body)
        return entries_of(body, payload)

    monkeypatch.setattr("engine.record.chain.entries_of", counting)
    assert "2 things are wrong." in auditor.get("/record").text
    assert len(read) == 1


def test_a_folder_that_cannot_be_written_is_told(as_a: SignedIn, settings: Settings) -> None:
    settings.checkpoints.parent.mkdir(parents=True, exist_ok=True)
    settings.checkpoints.write_text("a file where the folder should be")
    auditor = as_a("auditor")
    told = auditor.send(auditor.get("/record"), button="Make a checkpoint now", status=409)
    assert "Checkpoint 1 is made, but cannot be kept outside" in told.text


def test_what_is_wrong_is_shown_with_its_place(as_a: SignedIn, world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    auditor = as_a("auditor")
    page = auditor.send(auditor.get("/record"), button="Check the record now")
    assert re.search("Nothing is wrong. Auditor 1 checked [0-9]+ entries", page.text)
    with world.database.transaction() as connection:
        take_triggers_away(connection)
        connection.execute(
            update(Act).where(Act.chain == f"case:{case}", Act.kind == "opened_case").values(hash=b"1" * 32)
        )
    page = auditor.send(page, button="Check the record now")
    assert f"{1 + 3 * len(KEPT)} things are wrong." in page.text
    assert "trigger act_no_delete is missing" in page.text
    assert re.search(f"case:{case} [0-9]+ its hash was changed", page.text)
    with world.database.read() as connection:
        kinds = connection.scalars(
            select(Act.kind).where(Act.chain == authority_chain(HERE)).order_by(Act.number)
        ).all()
    assert kinds.count("verified") == 2


def test_a_backup_that_was_put_back_is_shown_each_time(as_a: SignedIn, world: Authority) -> None:
    """It is no fault, and nobody may hide behind it."""
    found = Found(restorations=[Restoration(10, "2026-03-02T19:00:00+00:00", 4, {}, {})])
    note_verification(world.database, world.actor("auditor"), MONDAY, found)
    page = as_a("auditor").get("/record")
    assert "Nothing is wrong." in page.text
    assert (
        "Checkpoint 10 of 2026-03-02T19:00:00+00:00: a backup was put back, and checkpoints 5 to 9 tell of what is "
        "no more. This is declared and no fault"
    ) in page.text


def test_a_checkpoint_of_whatever_number_is_not_there(as_a: SignedIn) -> None:
    as_a("auditor").get(f"/record/checkpoints/{10**30}", status=404)
