"""The server is killed in the middle of its work: all that was acknowledged is there, and nothing is half-done."""

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from random import Random

import pytest
from sqlalchemy import select, update

from engine.base.database import Database
from engine.tables import Case, Instance, WorkItem
from tests.amount import seeds
from tests.builders import authority, case_at
from tests.faults.consistency import inconsistencies
from tests.faults.submitting import boast, submit

Told = list[tuple[str, str]]
SERVERS = 2
KILLS_IN_A_ROUND = 25
# Forked from one process that has everything loaded: a new server stands ready in milliseconds.
servers = multiprocessing.get_context("forkserver")
servers.set_forkserver_preload(["__main__", "tests.faults.submitting"])


def killed_at_work(url: str, work: Callable[[str, Connection, int], None], *, seed: int, after: int) -> Told:
    """What the servers acknowledged until they were killed, a moment after that many acts."""
    pipes = [servers.Pipe() for _ in range(SERVERS)]
    running = [
        servers.Process(target=work, args=(url, theirs, seed + number)) for number, (_, theirs) in enumerate(pipes)
    ]
    for server, (_, theirs) in zip(running, pipes, strict=True):
        server.start()
        theirs.close()
    told = [pipes[number % SERVERS][0].recv() for number in range(after)]
    threading.Event().wait(Random(seed).random() / 50)  # noqa: S311 (anywhere in the next act, not only at its start)
    for server in running:
        server.kill()
    for server, (ours, _) in zip(running, pipes, strict=True):
        server.join()
        assert server.exitcode == -9
        told += rest_of(ours)
        server.close()
    return told


def rest_of(pipe: Connection) -> Told:
    told: Told = []
    try:
        while pipe.poll():
            told.append(pipe.recv())
    except EOFError:
        pipe.close()
    return told


def lost(database: Database, told: Told) -> Told:
    """What was acknowledged and is not there."""
    with database.read() as connection:
        there: dict[str, set[str | None]] = {
            "opened": {*connection.scalars(select(Case.id))},
            "completed": {*connection.scalars(select(WorkItem.id).where(WorkItem.closed_how == "completed"))},
            "taken": {*connection.scalars(select(WorkItem.id).where(WorkItem.owner_id.is_not(None)))},
        }
    return [(kind, what) for kind, what in told if what not in there[kind]]


def test_killing_the_servers_loses_nothing_and_leaves_nothing_half_done(database: Database, database_url: str) -> None:
    authority(database=database)
    told: Told = []
    for kill in seeds(5, KILLS_IN_A_ROUND):
        told += killed_at_work(database_url, submit, seed=kill * SERVERS, after=6)
        assert inconsistencies(database) == []
        assert lost(database, told) == []
    assert {kind for kind, _ in told} == {"opened", "completed", "taken"}


def test_an_act_that_is_acknowledged_before_it_is_kept_is_found(database: Database, database_url: str) -> None:
    at = authority(database=database)
    case_at(authority=at)
    told = killed_at_work(database_url, boast, seed=1, after=1)
    assert lost(database, told) == told


@pytest.mark.parametrize(
    ("half", "said"),
    [
        (update(WorkItem).where(WorkItem.element == "see_child").values(occurrence=2), "its open tasks"),
        (update(WorkItem).where(WorkItem.element == "clarify_referral").values(closed_how="withdrawn"), "completed"),
        (update(Instance).where(Instance.process == "assessment").values(status="ended"), "has ended"),
    ],
)
def test_what_is_half_done_is_found(database: Database, half: object, said: str) -> None:
    at = authority(database=database)
    case_at(authority=at, point="planned")
    assert inconsistencies(database) == []
    with database.transaction() as connection:
        connection.execute(half)  # pyright: ignore[reportCallIssue, reportArgumentType]
    assert any(said in fault for fault in inconsistencies(database))
