"""Bars, restricted cases and break glass: who decides, what follows in the case, and that its record leads there."""

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.base.subject import Subject
from engine.casework.locking import lock_case
from engine.casework.referring import case_after
from engine.commands import barring, breaking_glass, leavers, restricting
from engine.commands.cases import claim
from engine.commands.timers import tick
from engine.facts import candidates
from engine.facts.models import in_force
from engine.people.command import Work
from engine.people.identity import SYSTEM
from engine.people.who_knows import knows
from engine.record.chain import authority_chain, lines
from engine.tables import Case, Outbox, WorkItem
from tests.builders import DAY, HOUR, MONDAY, Authority, authority, case_at, child, do, open_items, refer, reference
from tests.engine.commands.calls_of_keeping import (
    NAMED,
    WHY,
    asks_to_end,
    bars,
    breaks_glass,
    held,
    restricts,
)
from tests.engine.commands.joining import TUESDAY, kinds, must_be_sound, same


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def known(at: Authority, role: str, number: int = 1) -> list[str]:
    with at.database.read() as connection:
        cases = select(Case.id).where(knows(at.actor(role, number=number, now=MONDAY + DAY))).order_by(Case.id)
        return [*connection.scalars(cases)]


def settled(at: Authority) -> list[str]:
    with at.database.read() as connection:
        return [line.kind for line in lines(connection, authority_chain(at.id))]


def owner(at: Authority, case: str) -> str | None:
    with at.database.read() as connection:
        return connection.scalar(
            select(WorkItem.owner_id).where(WorkItem.case_id == case, WorkItem.closed_at.is_(None))
        )


def test_a_bar_holds_for_every_case_of_the_child_and_takes_two_people_to_end(world: Authority) -> None:
    case = case_at(authority=world)
    bar = asks_to_end(world, case)
    assert known(world, "social_worker", 2) == []
    with pytest.raises(NotAllowed):
        barring.decide_on_bar(world.database, world.actor("privacy_officer"), MONDAY, bar, ends=True)
    barring.decide_on_bar(world.database, world.actor("privacy_officer", number=2), MONDAY, bar, ends=False)
    with pytest.raises(NotPossible):
        barring.decide_on_bar(world.database, world.actor("administrator"), MONDAY, bar, ends=True)
    barring.ask_to_end_bar(world.database, world.actor("privacy_officer"), MONDAY, bar, WHY)
    barring.decide_on_bar(world.database, world.actor("administrator"), MONDAY, bar, ends=True)
    assert (held(world, bar), known(world, "social_worker", 2)) == (False, [case])
    of_bars = ["barred", "ending_bar_asked", "bar_kept", "ending_bar_asked", "bar_ended"]
    assert [kind for kind in settled(world) if "bar" in kind] == of_bars


def test_who_is_barred_keeps_no_bar_of_the_child(world: Authority) -> None:
    case = case_at(authority=world)
    bar = asks_to_end(world, case)
    bars(world, case, "administrator.1@example.org")
    bars(world, case, "privacy_officer.2@example.org")
    for role, number in (("administrator", 1), ("privacy_officer", 2)):
        with pytest.raises(NotFound):
            barring.decide_on_bar(world.database, world.actor(role, number=number), MONDAY, bar, ends=True)
    again = {"reference": reference(authority=world, case=case), "who": "auditor.1@example.org", **WHY}
    none_such = {**again, "reference": "BBBB-BBBB"}
    told: list[dict[str, str]] = []
    for said in (again, none_such):
        with pytest.raises(BadAnswers) as refused:
            barring.bar_from_child(world.database, world.actor("privacy_officer", number=2), MONDAY, said)
        told.append(dict(refused.value.problems))
    assert told[0] == told[1]


def test_what_the_barred_held_is_handed_back_and_others_are_chosen(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    do(authority=world, case=case, task="decide_response", response="assessment")
    do(authority=world, case=case, task="allocate_social_worker", lead_social_worker="social_worker.1")
    item = next(iter(open_items(database=world.database, case=case).values()))
    claim(world.database, world.actor("social_worker"), MONDAY, item.id)
    bars(world, case, "social_worker.1@example.org")
    tick(world.database, SYSTEM, MONDAY + HOUR)
    with world.database.read() as connection:
        row = connection.execute(select(Case.lead_account_id).where(Case.id == case)).one()
    assert (owner(world, case), row.lead_account_id) == (None, None)
    assert {"handed_back", "lead_ended"} <= {*kinds(world, case)}
    must_be_sound(world)
    with world.database.read() as connection:
        subject = Subject("referral", "decide_response", case)
        offered = candidates.colleagues(connection, in_force(connection, world.id), subject, MONDAY)
    assert "social_worker.1" not in {one.value for one in offered}
    by = world.actor("team_manager")
    do(authority=world, case=case, task="choose_new_lead", by=by, lead_social_worker=offered[0].value)
    with world.database.read() as connection:
        assert connection.scalar(select(Case.lead_account_id).where(Case.id == case)) == offered[0].value
    must_be_sound(world)


def test_nobody_barred_is_told_and_the_record_leads_there(world: Authority) -> None:
    """Of a second case of the child, who may be the same by name and birth date: also before anybody has said so."""
    first = case_at(authority=world)
    bars(world, first, "team_manager.1@example.org")
    second = refer(authority=world, children=[child()], immediate_danger="yes", now=MONDAY + HOUR).cases[0]
    with world.database.read() as connection:
        told = {*connection.scalars(select(Outbox.recipient).where(Outbox.case_id == second))}
    assert "account:team_manager.1" not in told
    assert "account:team_manager.2" in told
    assert (second in known(world, "team_manager", 2), known(world, "team_manager")) == (True, [])
    assert "kept_out" in kinds(world, second)
    must_be_sound(world)


def test_who_refers_a_child_from_whom_they_are_barred_gets_a_receipt_and_no_part(world: Authority) -> None:
    """Their organisation has the part of it; the others there know of the case."""
    first = case_at(authority=world)
    bars(world, first, "police_officer.1@example.org")
    begun = refer(authority=world, sender=world.actor("police_officer"), children=[child()], now=MONDAY + HOUR)
    assert begun.references
    assert (known(world, "police_officer"), known(world, "police_officer", 2)) == ([], [*begun.cases])


def test_once_it_is_said_that_it_is_another_child_the_bar_does_not_hold(world: Authority) -> None:
    first = case_at(authority=world)
    bars(world, first, "social_worker.2@example.org")
    other = refer(authority=world, children=[child()], now=MONDAY + HOUR).cases[0]
    assert known(world, "social_worker", 2) == []
    do(authority=world, case=other, task="clarify_referral", now=TUESDAY, same_child="no")
    assert known(world, "social_worker", 2) == [other]


def test_a_join_lets_nobody_know_who_might_not_before(world: Authority) -> None:
    older = refer(authority=world, children=[child()]).cases[0]
    newer = refer(authority=world, children=[child()], now=MONDAY + HOUR).cases[0]
    restricts(world, newer, "social_worker.1", "team_manager.1")
    bars(world, older, "team_manager.1@example.org")
    same(world, newer, older)
    assert known(world, "social_worker") == sorted((older, newer))
    assert known(world, "social_worker", 2) == known(world, "team_manager") == known(world, "auditor") == []
    must_be_sound(world)


def test_nobody_restricts_so_that_nobody_could_work(world: Authority) -> None:
    case = case_at(authority=world)
    manager = world.actor("team_manager")
    for accounts, words in ((["auditor.1"], "lead the case"), (["police_officer.1"], "")):
        with pytest.raises(BadAnswers) as refused:
            restricting.restrict_case(world.database, manager, MONDAY, case, {"accounts": accounts, **WHY})
        assert words in str(refused.value.problems)
    with pytest.raises(NotAllowed):
        restricting.restrict_case(world.database, world.actor("social_worker"), MONDAY, case, {**NAMED, **WHY})
    restriction = restricts(world, case)
    assert (known(world, "social_worker"), known(world, "social_worker", 2), known(world, "auditor")) == (
        [case],
        [],
        [],
    )
    with pytest.raises(NotPossible):
        restricting.restrict_case(world.database, manager, MONDAY, case, {**NAMED, **WHY})
    officer = world.actor("privacy_officer")
    emails = {"emails": "social_worker.1@example.org, auditor.1@example.org"}
    restricting.change_named_by_email(world.database, officer, MONDAY, restriction, emails)
    assert (known(world, "auditor"), known(world, "team_manager")) == ([case], [])
    restricting.end_restriction(world.database, officer, MONDAY, restriction, WHY)
    assert known(world, "team_manager") == [case]


def test_a_case_that_comes_after_a_restricted_one_is_restricted(world: Authority) -> None:
    case = case_at(authority=world)
    restricts(world, case)
    with world.database.transaction() as connection:
        after = case_after(lock_case(Work(connection, SYSTEM.at(world.id), MONDAY), case)).case.id
    assert after in known(world, "social_worker")
    assert after not in known(world, "social_worker", 2)


def test_break_glass_opens_the_page_for_a_time_and_somebody_else_looks_at_why(world: Authority) -> None:
    case = case_at(authority=world)
    use = breaks_glass(world, case)
    tick(world.database, SYSTEM, MONDAY + HOUR)
    with world.database.read() as connection:
        letters = connection.execute(select(Outbox.recipient, Outbox.subject).where(Outbox.kind == "glass")).all()
    assert {row.recipient for row in letters} == {"account:privacy_officer.1", "account:privacy_officer.2"}
    assert {row.subject for row in letters} == {"A case was opened in an emergency"}
    assert "glass_of_case" in kinds(world, case)
    found = {"verdict": "wrong", "reason": "She knows the family."}
    breaking_glass.review_glass(world.database, world.actor("privacy_officer"), MONDAY, use, found)
    with pytest.raises(NotPossible):
        breaking_glass.review_glass(world.database, world.actor("privacy_officer", number=2), MONDAY, use, found)
    must_be_sound(world)


def test_to_the_barred_no_glass_can_be_broken(world: Authority) -> None:
    case = case_at(authority=world)
    bars(world, case, "police_officer.1@example.org")
    for said in ({"reference": reference(authority=world, case=case)}, {"reference": "BBBB-BBBB"}):
        with pytest.raises(NotFound) as refused:
            breaking_glass.break_glass(world.database, world.actor("police_officer"), MONDAY, {**said, **WHY}, 60)
        assert str(refused.value) == breaking_glass.NONE_SUCH
    by_name = {"given_name": "Ada", "family_name": "Example", "born": "2011-06-03", **WHY}
    opened = breaking_glass.break_glass(world.database, world.actor("police_officer", number=2), MONDAY, by_name, 60)
    assert opened.case == case
    with pytest.raises(NotAllowed):
        breaking_glass.break_glass(world.database, world.actor("administrator"), MONDAY, by_name, 60)
    with pytest.raises(BadAnswers):
        breaking_glass.break_glass(world.database, world.actor("auditor"), MONDAY, WHY, 60)


def test_letters_that_wait_are_not_sent_to_who_is_barred(world: Authority) -> None:
    case = refer(authority=world, children=[child()], immediate_danger="yes").cases[0]
    bars(world, case, "team_manager.1@example.org")
    assert leavers.end_what_is_kept_from_them(world.database, SYSTEM, MONDAY + HOUR) == 1
    with world.database.read() as connection:
        rows = connection.execute(select(Outbox.state).where(Outbox.recipient == "account:team_manager.1")).scalars()
        assert {*rows} == {"withdrawn"}
    must_be_sound(world)
