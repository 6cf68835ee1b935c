"""Several people, or several servers, at the same moment: one of them is first, and the others are told."""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from engine.base.database import Database
from engine.base.errors import AlreadyDone, NotAllowed, Refusal
from engine.commands import cases, publishing
from engine.commands.cases import claim, complete_task, start_process
from engine.commands.drafts import save_draft
from engine.commands.handing_over import claim_letter
from engine.commands.looks import look
from engine.commands.publishing import publish_shipped
from engine.commands.timers import catch_up
from engine.people.identity import SYSTEM
from engine.record.chain import authority_chain, case_chain, lines
from engine.tables import Account, Case, Deadline, Draft, Instance, Membership, Outbox, Publication, WorkItem
from tests.builders import (
    DAY,
    HERE,
    MONDAY,
    ROOT,
    SYSTEM_HERE,
    add_authority_row,
    answers_to,
    authority,
    case_at,
    do,
    membership,
    open_items,
    refer,
    referral,
)

Result = TypeVar("Result")
ROUNDS = 5


def at_once(*acts: Callable[[], Result]) -> list[Result | Refusal]:
    """What each of them gives or is refused with, when all begin at the same moment."""
    ready = threading.Barrier(len(acts))

    def begin(act: Callable[[], Result]) -> Result | Refusal:
        ready.wait()
        try:
            return act()
        except Refusal as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, acts))


def test_of_two_people_who_complete_a_task_one_succeeds_and_the_other_is_told(database: Database) -> None:
    at = authority(database=database)
    workers = [at.actor("social_worker", number=number) for number in (1, 2)]
    for _ in range(ROUNDS):
        case = case_at(authority=at)
        item = open_items(database=database, case=case)["decide_response"]
        answers = answers_to(authority=at, item=item, response="no_further_action")
        found = at_once(*[partial(complete_task, database, who, MONDAY, item.id, answers) for who in workers])
        refused = [one for one in found if isinstance(one, AlreadyDone)]
        assert len(refused) == 1
        winner = workers[1 - found.index(refused[0])]
        assert (refused[0].by, refused[0].at) == (winner.name, MONDAY)
        with database.read() as connection:
            completed = [line.actor for line in lines(connection, case_chain(case), ["completed"])]
        assert completed == [winner.account]


def test_of_two_servers_that_complete_a_task_one_succeeds(database: Database, database_url: str) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    item = open_items(database=database, case=case)["decide_response"]
    answers = answers_to(authority=at, item=item, response="no_further_action")
    given = json.dumps({"url": database_url, "item": item.id, "answers": answers})
    with ExitStack() as running:
        servers = [running.enter_context(server_of(f"social_worker.{number}")) for number in (1, 2)]
        for server in servers:  # both have started and stand ready before either is told what to do
            assert server.stdout
            assert server.stdout.readline() == "ready\n"
        for server in servers:
            assert server.stdin
            server.stdin.write(given)
            server.stdin.close()
        said = sorted(server.stdout.read() for server in servers if server.stdout)
    assert said[0].startswith("AlreadyDone: This task was already completed by Social worker")
    assert said[1] == "done\n"


def server_of(person: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.faults.completing", person]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_task_is_claimed_by_one_of_eight(database: Database) -> None:
    at = authority(database=database)
    people = [f"colleague.{number}" for number in range(8)]
    with database.transaction() as connection:
        for person in people:
            row = {"id": person, "name": person, "email": person, "created_at": MONDAY - DAY, "authority_id": at.id}
            connection.execute(insert(Account).values(**row))
            held = membership(account=person, role="social_worker", agency="social_care")
            connection.execute(insert(Membership).values(**held))
    actors = [at.actor("colleague", number=number) for number in range(8)]
    for _ in range(ROUNDS):
        item = open_items(database=database, case=case_at(authority=at))["decide_response"]
        found = at_once(*[partial(claim, database, who, MONDAY, item.id) for who in actors])
        assert Counter(type(one) for one in found) == {type(None): 1, NotAllowed: 7}
        winner = people[found.index(None)]
        assert {str(one) for one in found if one} == {f"{winner} has taken this task. Ask them to hand it back."}
        with database.read() as connection:
            owner = connection.execute(select(WorkItem.owner_id).where(WorkItem.id == item.id)).scalar_one()
            entries = lines(connection, case_chain(item.case_id), ["taken"])
        assert (owner, [line.actor for line in entries]) == (winner, [winner])


def test_two_schedulers_act_on_each_clock_once_and_in_order(database: Database) -> None:
    at = authority(database=database)
    known = [case_at(authority=at) for _ in range(6)]
    late = MONDAY + 30 * DAY
    counts = at_once(*[partial(catch_up, database, SYSTEM, late)] * 3)
    with database.read() as connection:
        clocks = connection.execute(select(Deadline.case_id, Deadline.passed_at)).all()
        passed = {case: lines(connection, case_chain(case), ["deadline"]) for case in known}
    assert [passed_at for _, passed_at in clocks] == [late] * 12
    assert sum(one for one in counts if isinstance(one, int)) == 12
    for entries in passed.values():
        acted = [line.payload["due_at"] for line in entries if line.payload and line.payload["what"] == "passed"]
        assert len(acted) == 2
        assert acted == sorted(acted)


def test_one_form_sent_twice_at_the_same_moment_is_one_start(database: Database) -> None:
    """The second click of a double click reaches another thread while the first is still at work."""
    at = authority(database=database)
    sender, answers = at.actor("health_practitioner"), referral(authority=at)
    for number in range(ROUNDS):
        send = partial(start_process, database, sender, MONDAY, "referral", answers, submission=f"key {number}")
        assert len({repr(one) for one in at_once(*[send] * 4)}) == 1
        with database.read() as connection:
            assert len(connection.execute(select(Case.id)).all()) == number + 1


def test_two_referrals_join_one_case_at_the_same_moment(database: Database) -> None:
    at = authority(database=database)
    case = case_at(authority=at)
    senders = [at.actor("health_practitioner", number=number) for number in (1, 2)]
    found = at_once(*[partial(refer, authority=at, sender=who, case=case) for who in senders])
    assert not [one for one in found if isinstance(one, Refusal)]
    with database.read() as connection:
        numbers = connection.execute(select(Instance.number).order_by(Instance.number)).scalars().all()
        chain = lines(connection, case_chain(case))
    assert numbers == [1, 2, 3]
    assert [line.number for line in chain] == list(range(1, len(chain) + 1))


class Page:
    cases_shown: tuple[str, ...] = ()


def a_page(*_: Any) -> Page:
    return Page()


def test_a_letter_that_just_comes_back_is_not_sent_once_its_task_is_done(postgresql_database: Database) -> None:
    """The sender holds it while it asks whether the task is open: whoever does the task waits for what it becomes."""
    at = authority(database=postgresql_database)
    case = refer(authority=at, reply_by="email", referrer_email="a@b.example").cases[0]
    letter = claim_letter(postgresql_database, SYSTEM, MONDAY, ())
    assert letter
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid")
    with ThreadPoolExecutor(1) as threads, postgresql_database.transaction() as sender:
        sender.execute(update(Outbox).where(Outbox.id == letter.letter.id).values(state="waiting"))
        done = threads.submit(do, authority=at, case=case, task="acknowledge_referral")
        while not done.done() and not sender.scalar(waits):
            pass
    done.result()
    with postgresql_database.read() as connection:
        assert connection.scalars(select(Outbox.state).where(Outbox.id == letter.letter.id)).all() == ["withdrawn"]


def test_one_person_looking_at_many_pages_at_once_leaves_a_chain_without_gaps(database: Database) -> None:
    auditor = authority(database=database).actor("auditor")
    pages = [partial(look, database, auditor, MONDAY, f"page {number}", a_page) for number in range(16)]
    assert not [one for one in at_once(*pages) if isinstance(one, Refusal)]
    with database.read() as connection:
        entries = lines(connection, auditor.chain)
    assert [line.number for line in entries] == list(range(1, 17))
    assert {(line.payload or {}).get("page") for line in entries} == {f"page {number}" for number in range(16)}


@pytest.mark.parametrize("subject", ["start:referral:", "a work item"])
def test_a_draft_saved_from_two_windows_at_once_is_one_draft(database: Database, subject: str) -> None:
    at = authority(database=database)
    worker = at.actor("social_worker")
    item = open_items(database=database, case=case_at(authority=at))["decide_response"].id
    about = item if subject == "a work item" else subject
    saves = [partial(save_draft, database, worker, MONDAY, about, {"reason": str(number)}) for number in range(6)]
    assert at_once(*saves) == [None] * 6
    with database.read() as connection:
        assert len(connection.execute(select(Draft.subject)).all()) == 1


def test_two_servers_that_start_at_once_publish_the_shipped_models_once(database: Database) -> None:
    add_authority_row(database=database)
    found = at_once(*[partial(publish_shipped, database, SYSTEM_HERE, MONDAY, ROOT)] * 4)
    assert len(set(map(repr, found))) == 1
    with database.read() as connection:
        assert connection.execute(select(Publication.number)).scalars().all() == [1]
        assert len(lines(connection, authority_chain(HERE), ["published"])) == 1


def waiting_for_each_other(act: Callable[..., Result]) -> Callable[..., Result]:
    """Two threads go on only when both have come this far; after that nobody waits any more."""
    both, came = threading.Barrier(2, timeout=10), threading.Event()

    def wait_and_act(*arguments: Any, **named: Any) -> Result:
        if not came.is_set():
            both.wait()
            came.set()
        return act(*arguments, **named)

    return wait_and_act


def unguarded(_connection: Connection, _name: str) -> None:
    """In place of engine.base.database.one_at_a_time."""


def test_without_the_guard_one_form_sent_twice_fails(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault. On PostgreSQL each reads before the other writes: the key of the form is kept once, so that no
    second case is opened, but whoever sent it is told of a failure and not of what their first click began.
    """
    at = authority(database=postgresql_database)
    sender, answers = at.actor("health_practitioner"), referral(authority=at)
    monkeypatch.setattr(cases, "one_at_a_time", unguarded)
    monkeypatch.setattr(cases, "cases_for_children", waiting_for_each_other(cases.cases_for_children))
    send = partial(start_process, postgresql_database, sender, MONDAY, "referral", answers, submission="key")
    with pytest.raises(IntegrityError):
        at_once(send, send)
    with postgresql_database.read() as connection:
        assert len(connection.execute(select(Case.id)).all()) == 1


def test_without_the_guard_a_server_fails_to_start(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_authority_row(database=postgresql_database)
    monkeypatch.setattr(publishing, "one_at_a_time", unguarded)
    monkeypatch.setattr(publishing, "insert", waiting_for_each_other(publishing.insert))
    with pytest.raises(IntegrityError):
        at_once(*[partial(publish_shipped, postgresql_database, SYSTEM_HERE, MONDAY, ROOT)] * 2)
