"""Rights and settings follow from entries: whatever was changed in their rows is named, and nothing else is."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert, select

from engine.base.database import Database
from engine.commands import accounts, authorities, keeping_directory, keeping_duty_list, marking_well_known
from engine.commands import working_days_and_limits as settings
from engine.commands.enrolling import NamedTeam, enrol
from engine.people.identity import PUBLIC, SYSTEM, actor
from engine.reads.authority.administration import account_called
from engine.record.kinds import KINDS
from engine.rerun.authority_rerunning import rerun_authorities
from engine.rerun.authority_rows import FOLLOWED, NO_ROWS
from engine.tables import (
    Account,
    ClosureDay,
    DutyTurn,
    LocalTimescale,
    Membership,
    Organisation,
    Outbox,
    Service,
    Table,
    Team,
    WellKnownCase,
)
from engine.tables import Authority as AuthorityTable
from tests.builders import DAY, HERE, MONDAY, Authority, authority, case_at, pass_time, publish, refer
from tests.engine.commands.calls_of_services import SERVICE
from tests.rerun.rerunning import differing
from tests.rerun.tampering import changed
from webapp.cli import main

SYSTEM_HERE = SYSTEM.at(HERE)
GONE: dict[str, Any] = {}


def entered(database: Database) -> str:
    """Everything that an authority settles, by the commands that record it; gives the account that did not leave."""
    authorities.add_authority(database, SYSTEM, MONDAY, HERE, "Here")
    authorities.set_telephone(database, SYSTEM, MONDAY, HERE, "01632 960 001")
    publish(database=database)
    roles, team = ("team_manager", "administrator", "privacy_officer"), NamedTeam(None, "Duty team")
    stays = enrol(database, SYSTEM_HERE, MONDAY, "Gwen Parry", "gwen@example.org", "hash one", roles, team)
    gone = enrol(database, SYSTEM_HERE, MONDAY, "Ada Left", "ada@example.org", "hash two", ("auditor",), None)
    accounts.disable_account(database, SYSTEM_HERE, MONDAY + DAY, gone)
    settings.add_closure_day(database, SYSTEM_HERE, MONDAY, {"day": "2026-04-16", "name": "Training"})
    settings.add_closure_day(database, SYSTEM_HERE, MONDAY, {"day": "2026-04-17", "name": "No"})
    settings.remove_closure_day(database, SYSTEM_HERE, MONDAY, date(2026, 4, 17))
    settings.set_local_limit(database, SYSTEM_HERE, MONDAY, "strategy_discussion", {"limit": "3"})
    with database.read() as connection:
        manager = actor(connection, stays, MONDAY)
    keeping_duty_list.set_alarm_minutes(database, manager, MONDAY, {"minutes": "20"})
    turn = {"person": stays, "place": "first", "address": "gwen@home.example"}
    times = {"starts_at": (MONDAY + DAY).isoformat(), "ends_at": (MONDAY + 2 * DAY).isoformat()}
    keeping_duty_list.add_duty_turn(database, manager, MONDAY, {**turn, **times})
    service = keeping_directory.add_service(database, manager, MONDAY, SERVICE)
    keeping_directory.change_service(database, manager, MONDAY, service, {**SERVICE, "waiting_time": "Two weeks"})
    other = keeping_directory.add_service(database, manager, MONDAY, {**SERVICE, "name": "Harbour House"})
    keeping_directory.end_service(database, manager, MONDAY, other, {"ended_because": "It closed."})
    case = refer(authority=Authority(database, HERE, "", ""), sender=PUBLIC.at(HERE)).cases[0]
    marking_well_known.mark_well_known(database, manager, MONDAY, case)
    return stays


def says_nothing(*_: object) -> None:
    """As the product did before version 1.2."""


def said(database: Database) -> list[str]:
    return [str(each) for one in rerun_authorities(database) for each in one.differences]


@contextmanager
def added(database: Database, table: type[Table], **row: Any) -> Generator[None]:
    with database.transaction() as connection:
        connection.execute(insert(table).values(row))
    yield
    with database.transaction() as connection:
        connection.execute(delete(table).where(*(table.__table__.c[name] == row[name] for name in row)))


Plant = tuple[type[Table], Any, dict[str, Any], str]


def plants(stays: str) -> list[Plant]:
    """A row, what is changed in it (without values it is deleted), and words of the difference that comes of it."""
    hers = Account.id == stays
    return [
        (Account, hers, {"name": "Somebody Else"}, f"account {stays}: person_name differs (it is about a person"),
        (Account, hers, {"email": "x@example.org"}, f"account {stays}: person_email differs (it is about a person"),
        (Account, hers, {"password_hash": "mine"}, f"account {stays}: password differs (it is about a person"),
        (Account, hers, {"password_hash": None}, f"account {stays}: password differs (it is about a person"),
        (Account, hers, {"disabled_at": MONDAY}, f"account {stays}: disabled_at: recorded 2026"),
        (Account, hers, {"created_at": MONDAY - DAY}, f"account {stays}: created_at: recorded 2026"),
        (Account, Account.disabled_at.is_not(None), {"disabled_at": None}, ": disabled_at: recorded nothing, re-run"),
        (Membership, Membership.role == "administrator", GONE, ": recorded nothing, re-run several values"),
        (Membership, Membership.role == "auditor", {"role": "administrator"}, ": role: recorded administrator, re-run"),
        (Membership, Membership.role == "auditor", {"held_until": MONDAY + DAY}, ": held_until: recorded 2026"),
        (Membership, Membership.role == "auditor", {"held_from": MONDAY - DAY}, ": held_from: recorded 2026"),
        (Organisation, Organisation.leads, {"agency": "health"}, ": agency: recorded health, re-run social_care"),
        (Organisation, Organisation.leads, {"name": "Other"}, ": name: recorded Other"),
        (Team, Team.duty, {"duty": False}, ": duty: recorded False, re-run True"),
        (ClosureDay, ClosureDay.name == "Training", {"name": "Other"}, "closure day 2026-04-16: name: recorded Other"),
        (ClosureDay, ClosureDay.name == "Training", GONE, "closure day 2026-04-16: recorded nothing"),
        (LocalTimescale, LocalTimescale.limit == 3, {"limit": 90}, "limit strategy_discussion: limit: recorded 90"),
        (DutyTurn, DutyTurn.place == "first", {"address": "x@example.org"}, ": address differs (it is about a person"),
        (DutyTurn, DutyTurn.place == "first", GONE, ": recorded nothing, re-run several values"),
        (Service, Service.name == "Family Links", {"agency": "police"}, ": agency: recorded police, re-run voluntary"),
        (
            Service,
            Service.name == "Family Links",
            {"waiting_time": "None"},
            ": waiting_time: recorded None, re-run Two",
        ),
        (Service, Service.name == "Family Links", GONE, ": recorded nothing, re-run several values"),
        (Service, Service.name == "Harbour House", {"ended_at": None}, ": ended_at: recorded nothing, re-run 2026"),
        (AuthorityTable, AuthorityTable.id == HERE, {"alarm_minutes": 60}, "here: alarm_minutes: recorded 60, re-run"),
        (AuthorityTable, AuthorityTable.id == HERE, {"telephone": "1"}, "here: telephone: recorded 1, re-run 0"),
        (WellKnownCase, WellKnownCase.marked_by == stays, GONE, "recorded nothing, re-run several values"),
    ]


def test_whatever_is_changed_without_an_entry_is_named_and_nothing_else(database: Database) -> None:
    stays = entered(database)
    assert said(database) == []
    missed: list[tuple[type[Table], str, list[str]]] = []
    for table, which, values, words in plants(stays):
        with changed(database, table, which, **values):
            found = said(database)
        tells = any("Somebody" in one or "x@example" in one for one in found)
        if tells or not any(words in one for one in found):
            missed.append((table, words, found))
    assert missed == []
    right = {"id": "planted", "account_id": stays, "role": "auditor", "held_from": MONDAY}
    with added(database, Membership, **right):
        assert [one.partition(":")[0] for one in said(database)] == ["membership planted"]
    door = {"id": "planted", "authority_id": HERE, "name": "Door", "email": "d@example.org", "created_at": MONDAY}
    with added(database, Account, **door):
        assert [one.partition(":")[0] for one in said(database)] == ["account planted"]
    day = {"authority_id": HERE, "day": date(2026, 4, 22), "name": "Training", "added_at": MONDAY, "added_by": stays}
    with added(database, ClosureDay, **day):
        assert [one.partition(": ")[0] for one in said(database)] == ["closure day 2026-04-22"]
    assert said(database) == []


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_a_letter_that_was_deleted_or_is_said_to_have_left_is_named(world: Authority) -> None:
    """Its state stands in the case’s entries."""
    case_at(authority=world, point="deciding", immediate_danger="yes", referrer_email="head@school.example")
    pass_time(authority=world, now=MONDAY + DAY)
    database = world.database
    with database.read() as connection:
        letter = connection.scalars(select(Outbox.id).order_by(Outbox.number)).first()
    it = Outbox.id == letter
    assert differing(database=database) == []
    for values, words in (
        (GONE, f"letter {letter}: recorded nothing"),
        ({"state": "handed_over", "settled_at": MONDAY}, f"letter {letter}: state: recorded handed_over"),
        ({"subject": "Another"}, f"letter {letter}: subject: recorded Another"),
        ({"recipient": "x@example.org"}, f"letter {letter}: recipient differs (it is about a person"),
    ):
        with changed(database, Outbox, it, **values):
            found = differing(database=database)
        assert [one for one in found if words in one], (words, found)
        assert "x@example.org" not in " ".join(found)


def test_of_an_older_account_nothing_is_said_of_the_password(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "account_added", replace(KINDS["account_added"], meaning=1))
    monkeypatch.setattr(accounts, "note_password", says_nothing)
    authorities.add_authority(database, SYSTEM, MONDAY, HERE, "Here")
    publish(database=database)
    enrol(database, SYSTEM_HERE, MONDAY, "Gwen Parry", "gwen@example.org", "hash one", ("auditor",), None)
    [one] = rerun_authorities(database)
    assert (one.differences, one.unsaid) == ((), 1)


def test_rerun_of_all_says_that_rights_were_held_against_their_entries(database: Database) -> None:
    entered(database)
    address = database.url.render_as_string(hide_password=False)
    ended = CliRunner().invoke(main, ["rerun", "--all", "--database", address])
    assert ended.exit_code == 0, ended.output
    authorities_said, cases_said = ended.stdout.splitlines()
    assert "entries of people, rights and settings: no difference" in authorities_said
    assert cases_said.startswith("1 case, ")
    with database.read() as connection:
        hers = account_called(connection, "gwen@example.org").account
    with changed(database, Account, Account.id == hers, password_hash="another"):
        ended = CliRunner().invoke(main, ["rerun", "--all", "--database", address])
    assert (ended.exit_code, "password differs" in ended.stdout, "another" in ended.stdout) == (1, True, False)


def test_every_kind_outside_the_cases_changes_rows_here_or_none() -> None:
    outside = {kind.name for kind in KINDS.values() if kind.redone == "nothing"}
    assert outside == {*FOLLOWED, *NO_ROWS}
    assert not NO_ROWS & FOLLOWED.keys()
