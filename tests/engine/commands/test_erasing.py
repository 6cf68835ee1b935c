"""How long cases are kept, legal hold, and what is left of a case that two people erased."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Executable, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands import erasing, legal_holds, retention_rules
from engine.facts.retention import is_due, is_kept, rules, why_kept, years_later
from engine.record.chain import case_chain
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.rerun.authority_rerunning import rerun_authorities
from engine.rerun.rerunning import Rerunner
from engine.tables import (
    Act,
    Answers,
    Case,
    ErasedSpan,
    Erasure,
    Instance,
    Outbox,
    Payload,
)
from engine.timescales.calendar import day_of
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, refer
from tests.engine.commands import calls_of_retention as calls
from tests.engine.commands.calls_of_keeping import bars
from tests.engine.commands.calls_of_retention import ERASE, KEEP, LATER, WHY, closed, decides, erases, holds, proposes
from tests.walks.test_walks import NOWHERE


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def due(at: Authority, now: datetime = LATER) -> list[str]:
    with at.database.read() as connection:
        return [*connection.scalars(select(Case.id).where(is_due(rules(connection, at.id), now)).order_by(Case.id))]


def kept(at: Authority, now: datetime = LATER) -> dict[str, str]:
    with at.database.read() as connection:
        rows = select(Case.id, why_kept().label("why")).where(is_kept(rules(connection, at.id), now))
        return {row.id: row.why for row in connection.execute(rows)}


def faults(at: Authority) -> list[str]:
    with at.database.read() as connection:
        return [f"{one.where}: {one.what}" for one in verify(source(connection, NOWHERE)).faults]


def left_of(at: Authority, *cases: str) -> list[str]:
    rerunner = Rerunner(at.database)
    try:
        return [str(difference) for case in cases for difference in rerunner.rerun(case).differences]
    finally:
        rerunner.close()


def planted(at: Authority) -> list[str]:
    found = [str(one) for each in rerun_authorities(at.database) for one in each.differences]
    return [
        one
        for one in found
        if "eras" in one or "request for" in one or "decision on" in one or "hold" in one or "rule" in one
    ]


def test_without_a_rule_nothing_is_due_and_the_longest_that_applies_wins(world: Authority) -> None:
    case = closed(world)
    open_case = case_at(authority=world)
    assert (due(world), kept(world)) == ([], {})
    calls.rules(world)
    assert (due(world), due(world, MONDAY + 365 * 5 * DAY)) == ([case], [])
    other = calls.rules(world, 75, "birth", "initial_conference")
    assert due(world) == [case]  # it ran in no case
    every = calls.rules(world, 75, "birth")
    assert (due(world), kept(world)) == ([], {})
    assert kept(world, MONDAY + 366 * 90 * DAY) == {open_case: "open"}
    for rule in (other, every):
        retention_rules.end_retention_rule(world.database, world.actor("administrator"), LATER, rule, WHY)
    assert due(world) == [case]


def test_a_day_that_a_year_does_not_have_is_the_next() -> None:
    leap = day_of(MONDAY).replace(year=2024, month=2, day=29)
    assert (str(years_later(leap, 1)), str(years_later(leap, 4))) == ("2025-03-01", "2028-02-29")


def test_what_keeps_a_case_whose_time_is_over_is_said(world: Authority) -> None:
    unborn = closed(world, children=[child(born="")])
    held = closed(world)
    calls.rules(world)
    hold = holds(world, held)
    assert (due(world), kept(world)) == ([unborn], {held: "held"})
    calls.rules(world, 1, "birth")
    assert kept(world) == {held: "held", unborn: "no_birth_date"}
    legal_holds.lift_hold(world.database, world.actor("privacy_officer", number=2), LATER, hold, WHY)
    assert (due(world), kept(world)) == ([held], {unborn: "no_birth_date"})
    with pytest.raises(NotFound):
        legal_holds.lift_hold(world.database, world.actor("privacy_officer"), LATER, hold, WHY)


def test_of_two_birth_dates_of_a_child_the_later_counts(world: Authority) -> None:
    known = case_at(authority=world)
    slip = refer(authority=world, children=[child(born="2010-06-03")], now=MONDAY + HOUR).cases[0]
    with world.database.transaction() as connection:
        person = select(Case.person_id).where(Case.id == known).scalar_subquery()
        linked = update(Case).where(Case.id == slip)
        connection.execute(linked.values(same_person_id=person, closed_at=MONDAY))
        connection.execute(update(Instance).where(Instance.case_id == slip).values(status="ended"))
        connection.execute(update(Outbox).values(settled_at=MONDAY))
    calls.rules(world, 75, "birth")
    between, after = (datetime(year, 1, 1, tzinfo=UTC) for year in (2086, 2087))
    assert (due(world, between), due(world, after)) == ([], [slip])


def test_it_takes_two_people_and_none_who_is_barred(world: Authority) -> None:
    case = closed(world)
    with pytest.raises(NotPossible):
        proposes(world, case)
    calls.rules(world)
    erasure = proposes(world, case)
    with pytest.raises(NotPossible):
        proposes(world, case)
    with pytest.raises(NotAllowed):
        decides(world, erasure, role="privacy_officer")
    bars(world, case, "administrator.1@example.org")
    with pytest.raises(NotFound):
        decides(world, erasure)
    with pytest.raises(BadAnswers):
        legal_holds.hold_case(world.database, world.actor("privacy_officer"), LATER, {"reference": "BBBB-BBBB", **WHY})
    second = world.actor("privacy_officer", number=2)
    assert not erasing.decide_on_erasure(world.database, second, LATER, erasure, KEEP)
    with pytest.raises(NotPossible):
        erasing.decide_on_erasure(world.database, second, LATER, erasure, ERASE)
    assert due(world) == [case]


def test_a_hold_keeps_what_was_proposed_before(world: Authority) -> None:
    case = closed(world)
    calls.rules(world)
    erasure = proposes(world, case)
    holds(world, case, LATER)
    with pytest.raises(NotPossible):
        decides(world, erasure)
    assert faults(world) == []
    with world.database.read() as connection:
        assert connection.scalar(select(Answers.id).where(Answers.case_id == case).limit(1))


def test_nothing_is_erased_by_a_clock_that_may_be_wrong(world: Authority) -> None:
    case = closed(world)
    calls.rules(world)
    erasure = proposes(world, case)
    with pytest.raises(NotPossible, match="clock"):
        decides(world, erasure, now=LATER - DAY)
    assert decides(world, erasure)


def test_the_database_lets_nothing_go_that_was_not_decided(world: Authority) -> None:
    case = closed(world)
    calls.rules(world)
    erasure = proposes(world, case)
    chain = case_chain(case)
    span = {"chain": chain, "first_number": 1, "last_number": 99, "erasure_id": erasure}
    alone = {"outcome": "erased", "settled_by": "privacy_officer.1", "settled_at": LATER}
    refused = (
        [delete(Payload).where(Payload.chain == chain)],
        [insert(ErasedSpan).values(span), delete(Payload).where(Payload.chain == chain)],  # proposed by one alone
        [update(Erasure).values(alone)],
    )
    for statements in refused:
        with pytest.raises(DBAPIError):
            run(world, *statements)
    decides(world, erasure)
    for statement in (delete(ErasedSpan), update(ErasedSpan).values(last_number=1000)):
        with pytest.raises(DBAPIError):
            run(world, statement)


def run(at: Authority, *statements: Executable) -> None:
    with at.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def test_what_is_planted_about_an_erasure_is_named(world: Authority) -> None:
    """A payload that goes without an entry, one that comes back, and rows that say what no entry does."""
    case, other = closed(world), closed(world)
    erasure = erases(world, case)
    chain, theirs = case_chain(case), case_chain(other)
    with world.database.read() as connection:
        last = connection.scalar(select(Act.number).where(Act.chain == chain).order_by(Act.number.desc()).limit(1))
    with world.database.transaction() as connection:
        back = {"chain": chain, "number": last, "salt": b"0" * 16, "body": b"[]"}
        connection.execute(insert(Payload).values(back))
        span = {"chain": theirs, "first_number": 1, "last_number": 1000, "erasure_id": erasure}
        connection.execute(insert(ErasedSpan).values(span))
        connection.execute(delete(Payload).where(Payload.chain == theirs))
    found = "\n".join(faults(world))
    assert f"{chain} {last}: its payload was erased, and is there again" in found
    assert f"{theirs} 1 to 1000: may be erased as a row says, and no entry says so" in found
    assert f"{theirs} 10: its payload is missing" in found
    assert f"erased span {theirs} 1: recorded several values" in "\n".join(planted(world))
    assert left_of(world, case) == ["payload: recorded something is left, re-run nothing"]
    with world.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == other).values(erased_at=LATER))
    assert f"erased case {other}: recorded several values" in "\n".join(planted(world))
