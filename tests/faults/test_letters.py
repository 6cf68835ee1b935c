"""The sender dies, is killed, or is not alone: no letter leaves twice, none is lost unseen, and no clock is met by one
that did not leave.
"""

import multiprocessing
import threading
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, select

from engine.base.database import Database
from engine.base.mail import Fate, Letter, Outcome
from engine.commands import handing_over
from engine.commands.handing_over import empty_outbox
from engine.people.identity import SYSTEM
from engine.tables import Deadline, Outbox, WorkItem
from tests.amount import seeds
from tests.builders import HOUR, MONDAY, Authority, authority, refer
from tests.faults.sending import send_all
from tests.mail_servers import ScriptedServer, listening
from tests.rerun.rerunning import differing

MOST = 200  # steps of one letter: more than any has
SENDERS = 2
LETTERS = 12
KILLS_IN_A_ROUND = 30
senders = multiprocessing.get_context("forkserver")
senders.set_forkserver_preload(["__main__", "tests.faults.sending"])


class Dies(Exception):
    """After it nothing more is done: whoever catches it and goes on comes to the next one."""


class Server:
    """It takes every letter. `dies`: the sender does so before it is asked, or when it has taken one."""

    def __init__(self, dies: str = "") -> None:
        self.dies = dies
        self.taken: list[str] = []

    def __call__(self, letter: Letter, _now: datetime) -> Outcome:
        if self.dies == "before":
            raise Dies
        self.taken.append(letter.id)
        if self.dies == "after":
            raise Dies
        return Outcome(Fate.TAKEN)


@contextmanager
def dying(database: Database, *, after: int) -> Generator[Counter[str]]:
    """At the next statement or commit after so many."""
    counted: Counter[str] = Counter()

    def step() -> None:
        if counted["passed"] >= after:
            counted["deaths"] += 1
            raise Dies
        counted["passed"] += 1

    def statement(*_: Any) -> None:
        step()

    def commit(_connection: Any) -> None:
        step()

    event.listen(database.engine, "before_cursor_execute", statement)
    event.listen(database.engine, "commit", commit)
    try:
        yield counted
    finally:
        event.remove(database.engine, "before_cursor_execute", statement)
        event.remove(database.engine, "commit", commit)


def referred(at: Authority, number: int) -> str:
    """The letter of a new case."""
    email = f"{number}@school.example"
    refer(authority=at, reply_by="email", referrer_email=email)
    with at.database.read() as connection:
        return connection.execute(select(Outbox.id).where(Outbox.recipient == email)).scalar_one()


def amiss(database: Database, taken: list[str]) -> list[str]:
    """`taken` are the letters that a mail server has had; all senders are done or dead, and known to be."""
    times = Counter(taken)
    with database.read() as connection:
        rows = connection.execute(
            select(Outbox.id, Outbox.state, Deadline.met_at, WorkItem.closed_at)
            .join(WorkItem, WorkItem.id == Outbox.work_item_id)
            .join(Deadline, Deadline.instance_id == WorkItem.instance_id)
            .where(Deadline.clock == "acknowledgement")
        ).all()
    found = [f"{letter} left {count} times" for letter, count in times.items() if count > 1]
    for row in rows:
        left, says_so = row.id in times, row.state == "handed_over"
        if says_so and not left:
            found.append(f"{row.id} is said to be sent and was not")
        if not says_so and row.state != "unknown":
            found.append(f"{row.id} is {row.state}" + (" and has left" if left else ""))
        if (row.met_at is not None, row.closed_at is not None) != (says_so, says_so):
            found.append(f"{row.id} is {row.state} and its clock or task is not")
    return found


def run(database: Database, server: Server, now: datetime = MONDAY) -> bool:
    """Whether the sender lived."""
    try:
        empty_outbox(database, SYSTEM, lambda: now, server)
    except Dies:
        return False
    return True


def test_a_sender_that_dies_at_any_statement_sends_nothing_twice_and_loses_nothing(database: Database) -> None:
    at, taken, deaths = authority(database=database), list[str](), 0
    for step in range(MOST):
        referred(at, step)
        dead, next_one = Server(), Server()
        with dying(database, after=step) as counted:
            run(database, dead)
        run(database, next_one, MONDAY + HOUR)
        taken += [*dead.taken, *next_one.taken]
        assert amiss(database, taken) == [], f"after {step} statements"
        if not counted["deaths"]:
            break
        deaths += 1
    assert deaths > 20
    with database.read() as connection:
        found = set(connection.scalars(select(Outbox.state)))
    assert found == {"handed_over", "unknown"}
    assert differing(database=database) == []


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_sender_that_dies_with_the_server_leaves_a_letter_of_which_nobody_knows(
    database: Database, dies: str
) -> None:
    at, dead, next_one = authority(database=database), Server(dies), Server()
    letter = referred(at, 1)
    assert not run(database, dead)
    run(database, next_one, MONDAY + HOUR)
    assert next_one.taken == []
    assert dead.taken == ([letter] if dies == "after" else [])
    assert amiss(database, dead.taken) == []


def test_a_sender_that_commits_after_the_server_would_be_found(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: what is under way when a sender dies is put back, and leaves again."""
    at, dead, next_one = authority(database=database), Server("after"), Server()
    referred(at, 1)
    run(database, dead)
    monkeypatch.setattr(handing_over, "record_outcome", handing_over.put_back)
    for now in (MONDAY + HOUR, MONDAY + 2 * HOUR):
        run(database, next_one, now)
    assert "left 2 times" in " ".join(amiss(database, [*dead.taken, *next_one.taken]))


def test_several_senders_at_once_send_each_letter_once(database: Database) -> None:
    at = authority(database=database)
    written = {referred(at, number) for number in range(LETTERS)}
    servers, ready = [Server() for _ in range(4)], threading.Barrier(4)

    def at_work(server: Server) -> None:
        ready.wait()
        run(database, server)

    with ThreadPoolExecutor(len(servers)) as threads:
        list(threads.map(at_work, servers))
    taken = [letter for server in servers for letter in server.taken]
    run(database, last := Server(), MONDAY + HOUR)
    assert set(taken) | set(last.taken) == written
    assert amiss(database, taken + last.taken) == []


def killed_at_work(url: str, port: int, *, after: float) -> None:
    """Two senders, killed so many seconds after they have begun."""
    pipes = [senders.Pipe() for _ in range(SENDERS)]
    running = [senders.Process(target=send_all, args=(url, theirs, port)) for _, theirs in pipes]
    for sender in running:
        sender.start()
    for ours, theirs in pipes:
        theirs.close()
        ours.recv()
    threading.Event().wait(after)
    for sender, (ours, _) in zip(running, pipes, strict=True):
        sender.kill()
        sender.join()
        assert sender.exitcode == -9
        sender.close()
        ours.close()


def test_killing_the_senders_sends_nothing_twice_and_loses_nothing(database: Database, database_url: str) -> None:
    at, taken = authority(database=database), list[str]()
    for kill in seeds(3, KILLS_IN_A_ROUND):
        for number in range(LETTERS):
            referred(at, kill * LETTERS + number)
        with listening(ScriptedServer()) as server:
            killed_at_work(database_url, server.port, after=Random(kill).random() / 4)  # noqa: S311 (when, no secret)
        run(database, last := Server(), MONDAY + HOUR)
        taken += [*map(letter_of, server.taken), *last.taken]
        assert amiss(database, taken) == [], f"kill {kill}"
    assert differing(database=database) == []


def letter_of(message: bytes) -> str:
    return str(message_from_bytes(message)["Message-ID"]).strip("<>").partition("@")[0]
