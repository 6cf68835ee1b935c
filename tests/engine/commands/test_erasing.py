"""How long cases are kept, legal hold, and what is left of a case that two people erased."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Executable, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.base.identifiers import new_id
from engine.commands import asking_for_parts, erasing, legal_holds, retention_rules
from engine.facts.retention import is_due, is_kept, rules, why_kept, years_later
from engine.facts.searching import search
from engine.likeness.wanted import wanted
from engine.people.who_knows import knows
from engine.record.chain import authority_chain, case_chain, lines
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.rerun.authority_rerunning import rerun_authorities
from engine.rerun.rerunning import Rerunner
from engine.tables import Act, Answers, Case, ErasedSpan, Erasure, Payload, Person, PersonKey
from engine.timescales.calendar import day_of
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, do, open_items, refer
from tests.engine.commands import calls_of_retention as calls
from tests.engine.commands.calls import ASKED
from tests.engine.commands.calls_of_keeping import bars
from tests.engine.commands.calls_of_retention import ERASE, KEEP, LATER, WHY, closed, decides, erases, holds, proposes
from tests.engine.commands.joining import same
from tests.posting import sent
from tests.walks.test_walks import NOWHERE


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def finish(at: Authority, case: str) -> None:
    """Whatever is open in it is done, so that it is closed, and its letters are sent."""
    for _ in range(20):
        for task in open_items(database=at.database, case=case):
            more: dict[str, Any] = {"response": "no_further_action"} if task.startswith("decide_response") else {}
            more |= {"same_child": "no"} if task.startswith("clarify_referral") else {}
            if task in open_items(database=at.database, case=case):
                do(authority=at, case=case, task=task, now=MONDAY + 2 * DAY, **more)
    sent(at.database, MONDAY + 2 * DAY)


def asks(at: Authority) -> str:
    """Gives the id of a request for a part."""
    by = at.actor("education_practitioner")
    return asking_for_parts.ask_for_part(at.database, by, MONDAY, ASKED, new_id())


def gives_part(at: Authority, request: str, case: str) -> None:
    answers = {"decision": "given", "case": case, "reason": "She teaches her."}
    asking_for_parts.decide_on_part_request(at.database, at.actor("team_manager"), MONDAY, request, answers)


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
    return [one for one in found if "eras" in one or "request for a part" in one or "hold" in one or "rule" in one]


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


def test_of_an_erased_case_nothing_is_left_and_the_record_is_whole(world: Authority) -> None:
    case, other = closed(world), closed(world)
    erases(world, case)
    assert (faults(world), left_of(world, case, other), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        row = connection.execute(select(Case.__table__).where(Case.id == case)).one()
        assert (row.erased_at, row.match_name) == (LATER, "")
        names = select(Person.given_name, Person.born).join(Case, Case.person_id == Person.id).where(Case.id == case)
        assert tuple(connection.execute(names).one()) == ("", None)
        assert all(line.payload is None for line in lines(connection, case_chain(case)))
        for role in ("social_worker", "team_manager", "auditor", "privacy_officer"):
            actor = world.actor(role, now=LATER)
            assert connection.scalars(select(Case.id).where(knows(actor), Case.id == case)).all() == []
            found = search(connection, actor, wanted("Ada", day_of(LATER)), Case.id.label("case"))
            assert [row.case for row in found if row.case == case] == []
    with world.database.read() as connection:
        assert verify(source(connection, NOWHERE)).counts["erased"] > 3
    with pytest.raises(NotPossible):
        decides(world, erasures(world)[0])
    with pytest.raises(NotFound):
        proposes(world, case)


def erasures(at: Authority) -> list[str]:
    with at.database.read() as connection:
        return [*connection.scalars(select(Erasure.id))]


def test_a_case_goes_with_all_that_were_joined_to_it_and_not_by_itself(world: Authority) -> None:
    joined, case = joined_and_closed(world)
    calls.rules(world)
    hold = holds(world, joined)
    assert (due(world), kept(world)) == ([], {case: "held"})
    legal_holds.lift_hold(world.database, world.actor("privacy_officer"), LATER, hold, WHY)
    assert due(world) == [case]
    with pytest.raises(NotPossible):
        proposes(world, joined)
    decides(world, proposes(world, case))
    assert (faults(world), left_of(world, case, joined), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        assert connection.scalars(select(Case.id).where(Case.erased_at.is_(None))).all() == []
        assert connection.scalars(select(Person.given_name).distinct()).all() == [""]
        assert connection.scalars(select(PersonKey.key)).all() == []


def joined_and_closed(at: Authority) -> tuple[str, str]:
    """A case that was joined to another one of the same child, and that one, which is closed."""
    case = refer(authority=at, children=[child()]).cases[0]
    joined = refer(authority=at, children=[child()], now=MONDAY + HOUR).cases[0]
    same(at, joined, case)
    finish(at, case)
    return joined, case


def test_a_child_whom_another_case_names_keeps_the_name_there_and_is_found_by_that_one(world: Authority) -> None:
    """The later case says that its child is that of the earlier one, and can be done again without it."""
    earlier = closed(world)
    later = refer(authority=world, children=[child()], now=MONDAY + DAY).cases[0]
    same(world, later, earlier)
    erases(world, earlier)
    assert (faults(world), left_of(world, earlier, later), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        named = select(Person.given_name).join(Case, Case.person_id == Person.id).where(Case.id == earlier)
        assert connection.scalar(named) == "Ada"
        keys = select(PersonKey.person_id).join(Case, Case.person_id == PersonKey.person_id)
        assert connection.scalars(keys.where(Case.id == earlier)).all() == []


def test_whoever_asked_for_a_part_in_it_is_erased_with_it(world: Authority) -> None:
    """What was typed of the child stands in the chain of the authority."""
    case = case_at(authority=world)
    request = asks(world)
    gives_part(world, request, case)
    other = asks(world)
    finish(world, case)
    erases(world, case)
    assert (faults(world), left_of(world, case), planted(world)) == ([], [], [])
    with world.database.read() as connection:
        told = lines(connection, authority_chain(world.id), ("part_asked_for", "part_request_decided"))
        assert [one.erased for one in told] == [True, True, False]
        assert (told[-1].payload or {})["request"] == other


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
    with pytest.raises(DBAPIError):
        run(world, delete(ErasedSpan))


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
