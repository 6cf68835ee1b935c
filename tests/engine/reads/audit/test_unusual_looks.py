"""Looks that somebody should ask about, refused attempts, and who could have seen a case: on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import insert, select, update

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound, NotPossible
from engine.commands.accounts import disable_account
from engine.commands.exports import record_export
from engine.commands.marking_well_known import mark_well_known, unmark_well_known
from engine.commands.reviewing_looks import review_look
from engine.people.identity import Actor, actor
from engine.people.who_knows import knows
from engine.reads.audit import unusual_looks as rules
from engine.reads.audit.looks_of_days import LONGEST, OWN, LookedDays
from engine.reads.audit.looks_reviewed import lookers, looks_at_case, looks_of_person, refused_attempts
from engine.reads.audit.unusual_looks import UnusualLooks, unusual_looks
from engine.reads.audit.who_could_see import everybody_who_could_see, who_could_see
from engine.reads.list_page import OVERVIEW, Wanted
from engine.record.chain import NewEntry, append
from engine.tables import Account, Case, DutyTurn, Membership
from engine.timescales.calendar import day_of, start_of
from tests.auditing import lists_cases, opens_case
from tests.builders import (
    DAY,
    HERE,
    HOUR,
    LONG_BEFORE,
    MONDAY,
    Authority,
    authority,
    case_at,
    child,
    do,
    membership,
    reference,
)

TODAY = day_of(MONDAY)
ONE, MONTH = LookedDays(TODAY, 1), LookedDays(day_of(MONDAY + DAY), LONGEST)
NIGHT = start_of(TODAY) + 23 * HOUR


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def officer(world: Authority, *, number: int = 1) -> Actor:
    return world.actor("privacy_officer", number=number)


def unusual(world: Authority, *, wanted: Wanted = OVERVIEW, days: LookedDays = ONE) -> UnusualLooks:
    with world.database.read() as connection:
        return unusual_looks(connection, officer(world), MONDAY + DAY, days, wanted)


def by_rule(world: Authority, rule: str) -> list[tuple[str, str | None]]:
    return [(one.by, one.case) for one in unusual(world).lists[rule].rows]


def renamed(world: Authority, account: str, name: str) -> None:
    with world.database.transaction() as connection:
        connection.execute(update(Account).where(Account.id == account).values(name=name))


def test_who_opens_the_case_of_a_child_of_their_own_name(world: Authority) -> None:
    case, other = (case_at(authority=world, children=[child(family_name=name)]) for name in ("O’Brién", "Lee"))
    renamed(world, "social_worker.1", "Lee obrien-Smith")
    for one in (case, other):
        opens_case(authority=world, case=one, role="social_worker", now=MONDAY)
    lists_cases(authority=world, role="social_worker", now=MONDAY)
    assert by_rule(world, "name") == [("Lee obrien-Smith", case)]


def test_who_had_no_part_and_did_nothing(world: Authority) -> None:
    """An auditor reads every case, and each look of theirs is one without a part; whose team or organisation has one,
    whoever did something, and whose role ended after the look, have none in the list.
    """
    case = case_at(authority=world, point="deciding")
    for role in ("social_worker", "health_practitioner", "auditor", "conference_chair"):
        opens_case(authority=world, case=case, role=role, now=MONDAY)
    elsewhere = update(Membership).where(Membership.account_id == "conference_chair.1")
    with world.database.transaction() as connection:
        connection.execute(elsewhere.values(held_until=MONDAY - HOUR))
    assert by_rule(world, "no_part") == [("Auditor 1", case), ("Conference chair 1", case)]
    with world.database.transaction() as connection:
        connection.execute(elsewhere.values(held_until=MONDAY + HOUR))
    assert by_rule(world, "no_part") == [("Auditor 1", case)]
    with world.database.transaction() as connection:
        connection.execute(elsewhere.values(held_until=MONDAY - HOUR))
        did = [NewEntry("taken", element="decide_response", occurrence=1)]
        append(connection, f"case:{case}", "conference_chair.1", MONDAY + DAY, did)
    assert by_rule(world, "no_part") == [("Auditor 1", case)]


def test_who_opens_very_many_cases_in_a_day(world: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MANY", 2)
    opened = [case_at(authority=world, children=[child(given_name=name)]) for name in ("Ada", "Ben", "Cleo")]
    for case in (*opened[:2], opened[0]):
        opens_case(authority=world, case=case, role="team_manager", now=MONDAY)
    for case in opened:
        opens_case(authority=world, case=case, role="social_worker", now=MONDAY)
    lists_cases(authority=world, role="team_manager", now=MONDAY)
    [one] = unusual(world).lists["many"].rows
    assert (one.by, one.times, one.case) == ("Social worker 1", 3, None)


def test_who_looks_at_night_and_is_not_on_duty(world: Authority) -> None:
    case = case_at(authority=world)
    opens_case(authority=world, case=case, role="social_worker", now=MONDAY)
    opens_case(authority=world, case=case, role="social_worker", now=NIGHT)
    opens_case(authority=world, case=case, role="team_manager", now=start_of(TODAY) + 5 * HOUR)
    [early, late] = unusual(world).lists["night"].rows
    assert ((early.by, early.at), (late.by, late.at)) == (
        ("Team manager 1", start_of(TODAY) + 5 * HOUR),
        ("Social worker 1", NIGHT),
    )
    turn = {"id": "turn", "authority_id": HERE, "account_id": "social_worker.1", "place": "first", "address": ""}
    times = {"starts_at": NIGHT - HOUR, "ends_at": NIGHT + HOUR, "changed_at": MONDAY, "changed_by": "system"}
    with world.database.transaction() as connection:
        connection.execute(insert(DutyTurn).values(**turn, **times))
    assert by_rule(world, "night") == [("Team manager 1", case)]


def test_all_looks_at_a_case_that_is_marked_as_well_known(world: Authority) -> None:
    case = case_at(authority=world)
    opens_case(authority=world, case=case, role="social_worker", now=MONDAY)
    assert by_rule(world, "well_known") == []
    marks = (mark_well_known, mark_well_known, unmark_well_known, unmark_well_known)
    assert [mark(world.database, officer(world), MONDAY, case) for mark in marks] == [True, False, True, False]
    mark_well_known(world.database, officer(world), MONDAY, case)
    assert by_rule(world, "well_known") == [("Social worker 1", case)]
    with pytest.raises(NotAllowed):
        mark_well_known(world.database, world.actor("team_manager"), MONDAY, case)
    with pytest.raises(NotFound):
        mark_well_known(world.database, officer(world), MONDAY, "nothing")


def test_what_came_of_asking_is_kept_once_and_said_in_each_list(world: Authority) -> None:
    case, other = case_at(authority=world), case_at(authority=world, children=[child(given_name="Ben")])
    opens_case(authority=world, case=case, role="social_worker", now=NIGHT)
    mark_well_known(world.database, officer(world), MONDAY, case)
    found = {"verdict": "wrong", "reason": "She could not say why."}
    of = "social_worker.1", TODAY, case
    review_look(world.database, officer(world), MONDAY, *of, found)
    said = [(rule, part.rows[0].found) for rule, part in unusual(world).lists.items() if part.rows]
    assert [rule for rule, _ in said] == ["night", "well_known"]
    assert {(one.right, one.reason, one.by) for _, one in said if one} == {
        (False, "She could not say why.", "Privacy officer 1")
    }
    with pytest.raises(NotPossible):
        review_look(world.database, officer(world, number=2), MONDAY, *of, found)
    for nothing in (("social_worker.2", TODAY, case), (of[0], TODAY - DAY, case), (of[0], TODAY, other)):
        with pytest.raises(NotFound):
            review_look(world.database, officer(world), MONDAY, *nothing, found)
    with pytest.raises(NotAllowed):
        review_look(world.database, world.actor("team_manager"), MONDAY, *of, found)
    with pytest.raises(NotAllowed):
        review_look(world.database, officer(world), MONDAY, "privacy_officer.1", TODAY, case, found)


def test_only_looks_of_that_day_and_not_ones_own_are_there(world: Authority) -> None:
    case = case_at(authority=world)
    mark_well_known(world.database, officer(world), MONDAY, case)
    for days in (-1, 1):
        opens_case(authority=world, case=case, role="social_worker", now=MONDAY + days * DAY)
    assert by_rule(world, "well_known") == []
    assert unusual(world).cases_shown == ()
    with world.database.transaction() as connection:
        both = membership(account="privacy_officer.1", role="auditor")
        connection.execute(insert(Membership).values(both))
    opens_case(authority=world, case=case, role="privacy_officer", now=MONDAY)
    assert by_rule(world, "well_known") == []
    with world.database.read() as connection:
        seen = unusual_looks(connection, world.actor("auditor"), MONDAY, ONE, Wanted("well_known", 7))
    assert [(one.by, one.reference) for one in seen.lists["well_known"].rows] == [
        ("Privacy officer 1", reference(authority=world, case=case))
    ]
    assert (seen.cases_shown, seen.lists["night"].rows) == ((case,), ())


def test_looks_by_person_and_by_case_name_cases_by_reference_alone(world: Authority) -> None:
    case, other = case_at(authority=world), case_at(authority=world, children=[child(given_name="Ben")])
    opens_case(authority=world, case=case, role="social_worker", now=MONDAY)
    lists_cases(authority=world, role="social_worker", now=MONDAY + HOUR)
    record_export(world.database, world.actor("auditor"), MONDAY, case, "full", "Why", "pack.zip", "0" * 64)
    both = tuple(sorted(((one, reference(authority=world, case=one)) for one in (case, other)), key=lambda one: one[1]))
    with world.database.read() as connection:
        asked = (connection, officer(world), MONDAY)
        people = lookers(*asked, MONTH, 1)
        of_person = looks_of_person(*asked, "social_worker.1", MONTH, 1)
        at_case = looks_at_case(*asked, case, MONTH, 1)
        none = looks_of_person(*asked, "social_worker.1", LookedDays(TODAY - timedelta(days=2), 1), 1)
    assert [(one.name, one.looks, one.cases) for one in people.part.rows] == [
        ("Social worker 1", 2, 2),
        ("Auditor 1", 1, 1),
    ]
    assert [(one.page, one.cases) for one in of_person.part.rows] == [
        ("A list of cases", both),
        ("The case", ((case, reference(authority=world, case=case)),)),
    ]
    assert set(of_person.cases_shown) == {case, other}
    assert [(one.by, one.page) for one in at_case.part.rows] == [
        ("Social worker 1", "A list of cases"),
        ("Auditor 1", "A whole audit pack was made"),
        ("Social worker 1", "The case"),
    ]
    assert (at_case.part.total, none.part.total) == (3, 0)
    assert "Ada" not in repr((people, of_person, at_case))


def test_nobody_reviews_their_own_and_only_those_who_may_review_at_all(world: Authority) -> None:
    case = case_at(authority=world)
    with world.database.read() as connection:
        with pytest.raises(NotAllowed, match=OWN[:20]):
            looks_of_person(connection, officer(world), MONDAY, "privacy_officer.1", ONE, 1)
        assert looks_of_person(connection, officer(world, number=2), MONDAY, "privacy_officer.1", ONE, 1).name
        assert looks_of_person(connection, world.actor("auditor"), MONDAY, "privacy_officer.1", ONE, 1).name
        with pytest.raises(NotFound):
            looks_of_person(connection, officer(world), MONDAY, "nobody", ONE, 1)
        with pytest.raises(NotFound):
            looks_at_case(connection, officer(world), MONDAY, "nothing", ONE, 1)
        for role in ("team_manager", "administrator", "process_owner", "health_practitioner"):
            asked = (connection, world.actor(role), MONDAY)
            reads: tuple[Callable[[], object], ...] = (
                partial(lookers, *asked, ONE, 1),
                partial(looks_at_case, *asked, case, ONE, 1),
                partial(refused_attempts, *asked, ONE, 1),
                partial(unusual_looks, *asked, ONE, OVERVIEW),
                partial(who_could_see, *asked, case),
            )
            for read in reads:
                with pytest.raises(NotAllowed):
                    read()


def test_what_was_refused_is_told_in_words(world: Authority) -> None:
    with pytest.raises(NotAllowed):
        mark_well_known(world.database, world.actor("team_manager"), MONDAY, "nothing")
    with pytest.raises(NotFound):
        opens_case(authority=world, case="nothing", role="social_worker", now=MONDAY + HOUR)
    with world.database.read() as connection:
        found = refused_attempts(connection, officer(world), MONDAY, MONTH, 1).part
    assert [(one.by, one.wanted) for one in found.rows] == [
        ("Social worker 1", "opening a page"),
        ("Team manager 1", "mark well known"),
    ]
    assert found.rows[0].why == "There is none, or this person may not know of it."


def test_who_could_have_seen_a_case_and_by_which_rule(world: Authority) -> None:
    case = case_at(authority=world, point="deciding")
    disable_account(world.database, world.system, MONDAY + 2 * DAY, "social_worker.2")

    def could(at: datetime) -> dict[str, tuple[str, ...]]:
        with world.database.read() as connection:
            found = everybody_who_could_see(connection, officer(world), case, at)
        return {one.name: one.rules for one in found}

    then = could(MONDAY + DAY)
    assert then["Social worker 1"] == then["Social worker 2"] == ("their team has the case",)
    assert then["Auditor 2"] == ("oversight reads every case",)
    assert then["Health practitioner 1"] == ("Health had a part: it referred the child",)
    assert not {"Police officer 1", "Administrator 1", "Privacy officer 1", "Process owner 1"} & then.keys()
    assert "Social worker 2" not in could(MONDAY + 3 * DAY)
    assert could(LONG_BEFORE) == {}
    with world.database.read() as connection:
        seen = who_could_see(connection, officer(world), MONDAY + DAY, case, LONG_BEFORE)
    assert (seen.was_open, seen.people.rows, seen.cases_shown) == (False, (), (case,))


def test_who_could_see_agrees_with_who_may_know_now(world: Authority) -> None:
    """Of everybody with an account, at every point of a case."""
    case = case_at(authority=world, point="planned")
    now = MONDAY + DAY
    agrees(world, case, now)
    do(authority=world, case=case, task="see_child", now=now)
    agrees(world, case, now + HOUR)


def agrees(world: Authority, case: str, now: datetime) -> None:
    with world.database.read() as connection:
        could = {one.account for one in everybody_who_could_see(connection, officer(world), case, now)}
        people = [actor(connection, one, now) for one in connection.scalars(select(Account.id))]
        know = select(Case.id).where(Case.id == case)
        assert could == {one.account for one in people if connection.scalar(know.where(knows(one)))}
