"""Two authorities share one database, and neither can tell that the other is there."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError

from engine.base.database import Database
from engine.base.errors import NotFound, NotPossible, Refusal
from engine.casework.locking import FoundBy, lock_cases
from engine.commands.accounts import add_account, add_team, disable_account
from engine.commands.cases import claim, start_process
from engine.commands.giving_roles import give_role
from engine.commands.handing_over import claim_letter
from engine.commands.timers import tick
from engine.commands.working_days_and_limits import add_closure_day, recalculate, remove_closure_day, set_local_limit
from engine.facts.authority import calendar_of, settled
from engine.facts.matching import possible_matches
from engine.facts.models import in_force
from engine.people.command import Work
from engine.people.identity import PUBLIC, SYSTEM, Actor
from engine.reads.audit.guidance import guidance
from engine.reads.audit.who_looked import looks
from engine.reads.authority.administration import accounts, publications
from engine.reads.authority.working_days_and_limits_pages import time_limits, working_days
from engine.reads.case.case_page import case as case_page
from engine.reads.lists.case_list import cases
from engine.reads.lists.inbox import inbox
from engine.reads.lists.roster import roster
from engine.reads.lists.team_page import team
from engine.reads.task.start_page import start
from engine.reads.task.task_page import task
from engine.record.chain import authority_chain, lines
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.tables import Case, Deadline, Outbox, Person, Publication, WorkItem
from engine.timescales.rules import remaining
from tests.builders import (
    DAY,
    HERE,
    MONDAY,
    Authority,
    account,
    authority,
    case_at,
    child,
    do,
    open_items,
    own_id,
    refer,
    referral,
    shipped,
    shipped_model,
)
from tests.drafts import publish_by_two

THERE = "there"
NOWHERE = Path("no-such-folder")
LOCAL_CLOCK = next(rule.id for rule in shipped_model().rules.values() if rule.kind == "local" and rule.limit > 0)


@pytest.fixture
def here(database: Database) -> Authority:
    return authority(database=database)


@pytest.fixture
def there(here: Authority) -> Authority:
    return authority(database=here.database, id=THERE, host="there.example")


def closes(at: Authority, day: int) -> None:
    answers = {"day": (MONDAY + timedelta(days=day)).date().isoformat(), "name": "Closed"}
    add_closure_day(at.database, at.actor("administrator"), MONDAY, answers)


def published(at: Authority, title: str) -> str:
    files = {**shipped(), "processes/edition.toml": shipped()["processes/edition.toml"] + f"\n# {title}\n".encode()}
    return publish_by_two(at, files)


def employs(at: Authority) -> None:
    new = add_account(at.database, at.actor("administrator"), MONDAY, "New Person", "new@example.org")
    give_role(at.database, at.actor("administrator"), MONDAY, new, "process_owner")


# What may happen in an authority, of the very child that the other one has.
HAPPENINGS: tuple[Callable[[Authority], object], ...] = (
    lambda at: case_at(authority=at, point="assessing"),
    lambda at: refer(authority=at, sender=at.actor("police_officer"), immediate_danger="yes"),
    lambda at: refer(authority=at, sender=PUBLIC.at(at.id)),
    lambda at: closes(at, 8),
    lambda at: recalculate(at.database, at.system, MONDAY),
    lambda at: set_local_limit(at.database, at.actor("administrator"), MONDAY, LOCAL_CLOCK, {"limit": 9}),
    lambda at: published(at, "another"),
    employs,
    lambda at: tick(at.database, at.system, MONDAY),
)


def all_that_is_read(at: Authority, case: str) -> Iterator[tuple[str, object]]:
    """Every list and page that shows more than what its reader gave, for two people of every role."""
    with at.database.read() as connection:
        item = next(iter(open_items(database=at.database, case=case).values())).id
        yield "matches", possible_matches(connection, at.actor("auditor"), [case])
        yield "accounts", accounts(connection, at.id, MONDAY)
        yield "publications", publications(connection, at.id)
        yield "calendar", calendar_of(connection, at.id)
        yield "model", in_force(connection, at.id).hash
        yield "limit", settled(connection, at.id).rule(shipped_model().rules[LOCAL_CLOCK])
        for role in shipped_model().roles.values():
            actor = at.actor(role.id)
            for read, *more in READS:
                given: list[Any] = [{"case": case, "item": item}.get(one, one) for one in more]
                yield f"{role.id} {read.__name__}", seen(read, connection, actor, *given)


READS: tuple[tuple[Any, ...], ...] = (
    *((inbox,), (cases,), (cases, "Example"), (team,), (roster,), (working_days,), (time_limits,), (start, "referral")),
    *((case_page, "case"), (task, "item"), (guidance, "case"), (looks, "case")),
)


def seen(read: Any, connection: Any, actor: Actor, *more: Any) -> object:
    try:
        return read(connection, actor, MONDAY, *more)
    except Refusal as refusal:
        return type(refusal).__name__


@pytest.mark.parametrize("seed", range(2))
def test_nothing_that_happens_in_one_authority_shows_in_the_other(here: Authority, there: Authority, seed: int) -> None:
    case = case_at(authority=here, point="assessing")
    before = dict(all_that_is_read(here, case))
    chosen = random.Random(seed)  # noqa: S311
    for happens in chosen.sample(HAPPENINGS, len(HAPPENINGS)):
        happens(there)
    assert dict(all_that_is_read(here, case)) == before
    with here.database.read() as connection:
        assert len(cases(connection, there.actor("auditor"), MONDAY).rows) == 3
    with here.database.read() as connection:
        assert verify(source(connection, NOWHERE)).faults == []


def test_people_of_another_authority_know_no_case_of_this_one(here: Authority, there: Authority) -> None:
    """Nor does a role that two have in common, nor oversight."""
    case = case_at(authority=here)
    item = open_items(database=here.database, case=case)["decide_response"].id
    for role in shipped_model().roles:
        stranger = there.actor(role)
        with here.database.read() as connection:
            assert cases(connection, stranger, MONDAY).rows == ()
            assert seen(case_page, connection, stranger, case) == "NotFound"
            assert seen(task, connection, stranger, item) == "NotFound"
        with pytest.raises(NotFound):
            claim(here.database, stranger, MONDAY, item)


def test_a_child_is_matched_within_its_authority_alone(here: Authority, there: Authority) -> None:
    case_at(authority=there)
    first, second = case_at(authority=here), case_at(authority=here)
    with here.database.read() as connection:
        found = possible_matches(connection, here.actor("social_worker"), [second])[second].shown
        (own,) = connection.scalars(select(Case.person_id).where(Case.id == first))
    assert [match.person for match in found] == [own]


def test_a_referral_reaches_the_duty_team_of_its_authority(here: Authority, there: Authority) -> None:
    sent = start_process(
        here.database, PUBLIC.at(THERE), MONDAY, "referral", referral(authority=there, children=[child()])
    )
    with here.database.read() as connection:
        rows = connection.execute(select(Case.authority_id, Case.team_id).where(Case.id.in_(sent.cases))).all()
        assert {*connection.scalars(select(Person.authority_id)), *connection.scalars(select(Outbox.authority_id))} == {
            THERE
        }
    assert [tuple(row) for row in rows] == [(THERE, there.team)]


def test_what_an_authority_settles_holds_for_it_alone(here: Authority, there: Authority) -> None:
    case, other = (case_at(authority=at, point="accepted") for at in (here, there))
    closes(there, 8)
    assert recalculate(here.database, SYSTEM, MONDAY).clocks == deadlines(there, other)
    with pytest.raises(NotPossible):
        remove_closure_day(here.database, here.actor("administrator"), MONDAY, (MONDAY + 8 * DAY).date())
    set_local_limit(here.database, there.actor("administrator"), MONDAY, LOCAL_CLOCK, {"limit": 9})
    name = published(there, "other models")
    with here.database.read() as connection:
        assert calendar_of(connection, HERE).closure_days == frozenset()
        rule = shipped_model().rules[LOCAL_CLOCK]
        assert [settled(connection, one).rule(rule).limit for one in (HERE, THERE)] == [rule.limit, 9]
        assert in_force(connection, THERE).hash == name != in_force(connection, HERE).hash
        told = [line.kind for line in lines(connection, authority_chain(THERE))]
        draft = ["change_started", "change_submitted", "change_judged"]
        assert told == ["published", "closure_day_added", "local_limit_set", *draft, "published"]
        assert [line.kind for line in lines(connection, authority_chain(HERE))] == ["published"]
    assert deadlines(here, case)


def test_days_left_are_those_that_the_authority_works(here: Authority) -> None:
    """Four closure days: of 49 working days 45 are left, on the page of the case and in the inbox alike."""
    case = case_at(authority=here, point="accepted")
    for day in (8, 9, 10, 11):
        closes(here, day)
    recalculate(here.database, here.system, MONDAY)
    with here.database.read() as connection:
        page = case_page(connection, here.actor("social_worker"), MONDAY, case)
        listed = inbox(connection, here.actor("social_worker"), MONDAY)
        calendar = calendar_of(connection, HERE)
    running = [one for one in page.clocks.rows if one.runs and "working" in one.words]
    assert running
    assert [one.words for one in running] == [
        remaining(one.due_at, MONDAY, calendar, "working_days") for one in running
    ]
    shown = {
        row.clock.title: row.clock.words
        for row in (*listed.groups["mine"].rows, *listed.groups["team"].rows)
        if row.clock
    }
    assert {one.title: one.words for one in running if one.title in shown}.items() <= shown.items()


def deadlines(at: Authority, case: str) -> int:
    with at.database.read() as connection:
        return connection.scalar(select(func.count()).where(Deadline.case_id == case, Deadline.met_at.is_(None))) or 0


def test_the_same_models_are_kept_once_and_published_by_each(here: Authority, there: Authority) -> None:
    first, second = (published(at, "the same") for at in (here, there))
    assert first == second
    with here.database.read() as connection:
        rows = connection.execute(select(Publication.authority_id, Publication.number).order_by(Publication.number))
        assert sorted(map(tuple, rows)) == [(HERE, 1), (HERE, 2), (THERE, 1), (THERE, 2)]


def test_no_account_team_or_role_is_given_across_authorities(here: Authority, there: Authority) -> None:
    administrator, stranger = here.actor("administrator"), account(role="social_worker", authority=THERE)
    with pytest.raises(NotFound):
        give_role(here.database, administrator, MONDAY, stranger, "process_owner")
    with pytest.raises(NotFound):
        give_role(here.database, administrator, MONDAY, "social_worker.1", "social_worker", "social_care", there.team)
    with pytest.raises(NotFound):
        give_role(
            here.database, administrator, MONDAY, "social_worker.1", "health_practitioner", own_id("health", THERE)
        )
    with pytest.raises(NotFound):
        add_team(here.database, administrator, MONDAY, own_id("health", THERE), "Ours now")
    with pytest.raises(NotFound):
        disable_account(here.database, administrator, MONDAY, stranger)
    with pytest.raises(NotPossible, match="has an account already"):
        add_account(here.database, administrator, MONDAY, "Twice", f"{stranger}@example.org")


def test_the_database_itself_refuses_a_case_with_a_team_of_another_authority(here: Authority, there: Authority) -> None:
    case = case_at(authority=here)
    with pytest.raises(IntegrityError), here.database.transaction() as connection:
        connection.execute(update(Case).where(Case.id == case).values(team_id=there.team))


def test_cases_are_locked_in_order_of_id_and_nothing_else_is(here: Authority) -> None:
    known = sorted(case_at(authority=here, children=[child(given_name=name)]) for name in ("Ada", "Ben", "Cy"))
    with here.database.transaction() as connection:
        work = Work(connection, here.actor("social_worker"), MONDAY)
        assert [one.case.id for one in lock_cases(work, known[::-1])] == known
        of_one = FoundBy(select(Case.id).where(Case.id == bindparam("wanted")), {"wanted": known[1]})
        assert [one.case.id for one in lock_cases(work, of_one)] == known[1:2]


def test_whoever_acts_in_no_authority_settles_nothing(here: Authority) -> None:
    closed = {"day": (MONDAY + DAY).date().isoformat(), "name": "Closed"}
    with pytest.raises(NotPossible, match="which authority"):
        add_closure_day(here.database, SYSTEM, MONDAY, closed)
    with pytest.raises(NotPossible, match="which authority"):
        start_process(here.database, PUBLIC, MONDAY, "referral", referral(authority=here))


def test_who_sends_the_letters_of_one_authority_takes_no_other(here: Authority, there: Authority) -> None:
    mine, _ = (refer(authority=at, reply_by="email", referrer_email="a@b.example").cases[0] for at in (there, here))
    assert claim_letter(here.database, there.system, MONDAY, ()) is not None
    with here.database.read() as connection:
        under_way = select(Outbox.case_id).where(Outbox.state == "handing_over")
        assert connection.scalars(under_way).all() == [mine]
    assert claim_letter(here.database, there.system, MONDAY, ()) is None


def test_a_task_is_done_in_each_authority(here: Authority, there: Authority) -> None:
    for at in (here, there):
        case = case_at(authority=at)
        do(authority=at, case=case, task="decide_response", response="assessment")
        with at.database.read() as connection:
            teams = connection.scalars(select(WorkItem.team_id).where(WorkItem.case_id == case)).all()
        assert {*teams} <= {at.team, None}
