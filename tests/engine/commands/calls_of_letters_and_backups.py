"""Calls of the commands about letters, alarms, the duty list and backups, for the table in `calls.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp

from sqlalchemy import select

from engine.backup.backup_folder import Backup, make_backup
from engine.base.mail import Fate, Outcome
from engine.commands import (
    handing_over,
    keeping_duty_list,
    restoring,
    taking_in,
    watching_alarms,
)
from engine.people.identity import SYSTEM
from engine.record.checkpoints import SigningKey
from engine.record.kept_looks import KeptFile, KeptLook
from engine.scenario.databases import empty
from engine.tables import Alarm
from tests.builders import (
    HOUR,
    MONDAY,
    Authority,
    account,
    refer,
)
from tests.posting import sent, write


@dataclass(frozen=True)
class Page:
    cases_shown: tuple[str, ...]


Given = Callable[[Authority, str], object]


def a_key() -> SigningKey:
    with TemporaryDirectory() as folder:
        return SigningKey(Path(folder) / "key.pem")


LETTER = "head@school.example 1"


def claims_letter(at: Authority, case: str) -> Callable[[], object]:
    write(at, case, to="head@school.example")
    return lambda: handing_over.claim_letter(at.database, SYSTEM, MONDAY, ())


def hears_of_letter(step: Callable[..., object], fate: Fate) -> Given:
    def given(at: Authority, case: str) -> object:
        claims_letter(at, case)()
        return lambda: step(at.database, SYSTEM, MONDAY, LETTER, 1, Outcome(fate))

    return given


def decides_about_letter(decide: Callable[..., object], says: Outcome) -> Given:
    def given(at: Authority, case: str) -> object:
        write(at, case, to="head@school.example")
        sent(at.database, says=says)
        return lambda: decide(at.database, at.actor("social_worker"), MONDAY, LETTER)

    return given


def turn(at: Authority) -> dict[str, str]:
    moments = {"starts_at": MONDAY.isoformat(), "ends_at": (MONDAY + HOUR).isoformat()}
    return {"person": account(role="social_worker", authority=at.id), "place": "first", **moments}


def changes_a_turn(at: Authority, _case: str) -> Callable[[], object]:
    listed = keeping_duty_list.add_duty_turn(at.database, at.system, MONDAY, turn(at))
    changed = {**turn(at), "place": "second"}
    return lambda: keeping_duty_list.change_duty_turn(at.database, at.actor("team_manager"), MONDAY, listed, changed)


def removes_a_turn(at: Authority, _case: str) -> Callable[[], object]:
    listed = keeping_duty_list.add_duty_turn(at.database, at.system, MONDAY, turn(at))
    return lambda: keeping_duty_list.remove_duty_turn(at.database, at.actor("administrator"), MONDAY, listed)


def looks_after_alarm(at: Authority, _case: str) -> Callable[[], object]:
    refer(authority=at, immediate_danger="yes")
    with at.database.read() as connection:
        alarm = connection.execute(select(Alarm.id)).scalar_one()
    return lambda: watching_alarms.look_after_alarm(at.database, SYSTEM, MONDAY + HOUR, alarm)


def takes_in_looks(at: Authority, case: str) -> Callable[[], object]:
    kept = KeptLook(
        f"person:{account(role='auditor')}", account(role="auditor"), MONDAY, "viewed", {"page": "case"}, (case,)
    )
    return lambda: taking_in.take_in_file(at.database, SYSTEM, MONDAY, KeptFile("a file", (kept,), ()))


def backed_up(at: Authority) -> Backup:
    with TemporaryDirectory() as folder:
        return make_backup(at.database, Path(folder), MONDAY, Path(folder), {})


def puts_back(at: Authority, _case: str) -> Callable[[], object]:
    """Into the same database, once it is empty."""
    folder = Path(mkdtemp())
    backup = make_backup(at.database, folder, MONDAY, folder, {})
    empty(at.database)
    at.database.upgrade()

    def put_back() -> object:
        try:
            return restoring.restore(at.database, SYSTEM, MONDAY, backup, a_key(), folder)
        finally:
            rmtree(folder)

    return put_back
