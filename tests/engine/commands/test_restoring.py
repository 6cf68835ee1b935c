"""A backup is whole whoever writes meanwhile; put back, it is declared once, and the record goes on from there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update
from structlog.testing import capture_logs

from engine.backup.backup_folder import make_backup
from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands import sessions
from engine.commands.choosing_passwords import make_password_link
from engine.commands.restoring import RESTORED
from engine.people.identity import SYSTEM
from engine.record import checkpoints
from engine.record.chain import INSTALLATION, lines
from engine.record.verifier import main, report
from engine.tables import Act, Case, Checkpoint, Instance, OneTimeWord, Outbox, Payload, Session
from tests import databases
from tests.builders import HERE, HOUR, MONDAY, Authority, all_rows, case_at, refer
from tests.engine.commands.house import KEYS, House
from tests.engine.record.hand import take_triggers_away
from tests.faults.consistency import inconsistencies
from tests.posting import letters, referred, sent, states, write
from tests.rerun.rerunning import differing

ADDED_BY_RESTORING = ("act", "payload", "chain", "checkpoint", "outbox", "session")


def rows_of(database: Database) -> Any:
    return all_rows(database=database, but=ADDED_BY_RESTORING)


NewDatabase = Callable[..., Database]


def said_of_restoration(told: str) -> list[str]:
    return [line for line in told.splitlines() if "no more" in line]


def test_what_is_put_back_is_what_was_there_and_the_gap_is_declared_once(
    house: House, new_database: NewDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four hours, a backup, five more that are lost, and three after it: what looked tampered with for ever."""
    house.hours(4)
    backup = house.back_up(tmp_path / "backup")
    before = rows_of(house.database)
    house.hours(5)
    assert (backup.manifest.newest_checkpoint, backup.manifest.keys) == (4, KEYS)
    assert backup.manifest.rows["case"] == 4
    # The verifier that lies in every pack reads it as it is; nothing outside the database is there to hold it against.
    assert (main(str(backup.rows)), "no faults" in capsys.readouterr().out) == (1, True)
    house.lost(new_database())
    done = house.put_back(backup)
    assert (done.since, done.outside, done.checkpoint) == (4, 9, 10)
    assert rows_of(house.database) == before
    declared = "2026-03-02T19:00:00+00:00"
    for _ in range(3):
        found = house.found()
        assert found.faults == []
        assert [(one.number, one.since) for one in found.restorations] == [(10, 4)]
        assert said_of_restoration(report(found)) == [
            f"checkpoint 10 of {declared}: a backup was put back, and checkpoints 5 to 9 tell of what is no more",
            f"{found.counts['lost']} heads that were stated outside are of what is no more",
        ]
        house.hours(1)
    assert checkpoints.newest_outside(house.place) == 12
    with house.database.read() as connection:
        (entry,) = lines(connection, INSTALLATION, ["restored"])
    assert entry.payload
    assert (entry.payload["outside"], entry.payload["manifest"]) == (9, backup.digest)
    assert differing(database=house.database) == []
    assert inconsistencies(house.database) == []


def test_the_same_put_back_by_hand_is_a_fault_for_ever_and_told(
    house: House, new_database: NewDatabase, tmp_path: Path
) -> None:
    """The planted fault: without the checkpoint that declares it, and with one that nobody signed."""
    house.hours(2)
    backup = house.back_up(tmp_path / "backup")
    house.hours(2)
    house.lost(new_database())
    with capture_logs() as told:
        house.put_back(backup)
    assert told == []
    (house.place / "000005.json").unlink()
    with house.database.transaction() as connection:
        take_triggers_away(connection)
        connection.execute(delete(Checkpoint).where(Checkpoint.number == 5))
    said = house.faults()
    assert "checkpoint 3: is missing in the database" in said
    with capture_logs() as told:
        house.keep()
    assert [line["checkpoint"] for line in told] == [4]
    assert any("a backup was put back, and checkpoint 5 does not say so" in one for one in said)


def test_what_was_before_the_backup_is_held_to_all_that_was_said_of_it(
    house: House, new_database: NewDatabase, tmp_path: Path
) -> None:
    """Nobody can hide behind a restoration: the log of the hour before the backup goes on counting."""
    house.hours(2)
    at = Authority(house.database, HERE, "duty_team", "other_team")
    case = case_at(authority=at, now=house.now, point="accepted")
    with house.database.read() as connection:
        house.log.note(connection, house.now)
    backup = house.back_up(tmp_path / "backup")
    house.hours(1)
    house.lost(new_database())
    house.put_back(backup)
    assert house.faults() == []
    with house.database.transaction() as connection:
        take_triggers_away(connection)
        for table in (Act, Payload):
            connection.execute(delete(table).where(table.chain == f"case:{case}"))
    assert any(one.startswith(f"case:{case}: is gone") for one in house.faults())


def test_a_second_restoration_takes_the_first_one_back(house: House, new_database: NewDatabase, tmp_path: Path) -> None:
    house.hours(2)
    older = house.back_up(tmp_path / "older")
    house.hours(2)
    newer = house.back_up(tmp_path / "newer")
    for backup in (older, newer):
        house.hours(1)
        house.lost(new_database())
        house.put_back(backup)
        house.hours(1)
        assert house.faults() == []
    assert [(one.number, one.since) for one in house.found().restorations] == [(8, 4)]
    assert [(one.number, one.since) for one in house.found().undone] == [(6, 2)]


def test_no_letter_goes_twice_and_nobody_stays_signed_in(
    house: House, new_database: NewDatabase, tmp_path: Path
) -> None:
    at = Authority(house.database, HERE, "duty_team", "other_team")
    case = case_at(authority=at)
    for subject in ("left", "under way", "waits"):
        write(at, case, to=f"{subject.replace(' ', '_')}@school.example")
    sessions.begin(house.database, SYSTEM, MONDAY, "social_worker.1")
    make_password_link(house.database, at.system, MONDAY, "social_worker.1")
    with house.database.transaction() as connection:
        for state, to in (("handed_over", "left"), ("handing_over", "under_way")):
            settled = {"settled_at": MONDAY} if state == "handed_over" else {}
            letter = update(Outbox).where(Outbox.recipient == f"{to}@school.example")
            connection.execute(letter.values(state=state, since=MONDAY, **settled))
    others = len(letters(house.database)) - 3
    backup = house.back_up(tmp_path / "backup")
    house.lost(new_database())
    done = house.put_back(backup)
    assert done.letters == others + 2
    assert states(house.database).count("unknown") == others + 2
    assert {row.why for row in letters(house.database, state="unknown")} == {RESTORED}
    assert sent(house.database, house.now + HOUR).tried == []
    with house.database.read() as connection:
        for table in (Session, OneTimeWord):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
        told = [line.payload or {} for line in lines(connection, f"case:{case}", ["letter"])]
    assert {(one["what"], one["why"]) for one in told} == {("unknown", RESTORED)}
    assert house.faults() == []


def test_a_backup_goes_into_the_other_kind_of_database_and_numbers_go_on(
    house: House, new_database: NewDatabase, tmp_path: Path
) -> None:
    house.hours(1)
    backup = house.back_up(tmp_path / "backup")
    before = rows_of(house.database)
    if house.database.url.get_backend_name() == "sqlite":
        return  # to PostgreSQL it goes below
    for kind in ("sqlite", "postgresql"):
        house.lost(new_database(kind))
        house.put_back(backup)
        assert rows_of(house.database) == before
        house.hours(1)
        assert house.faults() == []
        backup = house.back_up(tmp_path / kind)
        before = rows_of(house.database)


def test_whoever_writes_meanwhile_it_is_of_one_moment(house: House, new_database: NewDatabase, tmp_path: Path) -> None:
    """A referral is made after every table that is read."""
    house.hours(1)
    writer = databases.not_to_the_disk(Database(house.database.url.render_as_string(hide_password=False)))
    at = Authority(writer, HERE, "duty_team", "other_team")
    made: list[str] = []

    def refers(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT") and len(made) < 40:
            made.extend(refer(authority=at, now=house.now).cases)

    event.listen(house.database.engine, "after_cursor_execute", refers)
    backup = make_backup(house.database, tmp_path / "backup", house.now, house.place, KEYS)
    event.remove(house.database.engine, "after_cursor_execute", refers)
    writer.dispose()
    assert len(made) > 20
    house.lost(new_database())
    house.put_back(backup)
    assert inconsistencies(house.database) == []
    assert house.faults() == []
    with house.database.read() as connection:
        ended = connection.execute(select(func.count()).select_from(Case)).scalar_one()
    assert 1 <= ended < 10


def test_only_an_empty_database_takes_it(house: House, tmp_path: Path) -> None:
    house.hours(1)
    backup = house.back_up(tmp_path / "backup")
    before = all_rows(database=house.database)
    with pytest.raises(NotPossible, match="is not empty: 22 of its tables have rows"):
        house.put_back(backup)
    assert all_rows(database=house.database) == before


def test_a_case_that_does_not_fit_together_holds_up_no_restoration(
    house: House, new_database: NewDatabase, tmp_path: Path
) -> None:
    at = Authority(house.database, HERE, "duty_team", "other_team")
    cases = [referred(at), referred(at)]
    with house.database.transaction() as connection:
        connection.execute(update(Instance).where(Instance.case_id == cases[0]).values(state=b"{"))
    backup = house.back_up(tmp_path / "backup")
    house.lost(new_database())
    house.put_back(backup)
    assert states(house.database) == ["unknown", "unknown"]
