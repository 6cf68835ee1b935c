"""One task of a case: the engine's step alone, the floor beneath any command, the whole command; in one run, by turns.

The floor is what no command can do without: the engine's step, one row and one commit, on the same database.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert

from engine.base.database import Database
from engine.commands.cases import complete_task
from engine.tables import Act as ActRow
from tests.amount import sized
from tests.benchmarks.conftest import Shows
from tests.benchmarks.measuring import Cost, Meter, Ratio
from tests.builders import MONDAY, WAYS, answers_to, authority, case_at, open_items, refer, shipped_model
from tests.engine.process.walking import Act, done, kept

CASES = sized(25, 2)
# By what a command is judged.
OF_THE_FLOOR = 8
OF_THE_ENGINE = {"SQLite": 5, "PostgreSQL": 8}
BODY = 700
"""Bytes of an act of a few entries, as it is stored."""

# The tasks of one case from referral to closure, process by process, as the engine alone sees them.
WALKS: dict[str, tuple[Act, ...]] = {
    "referral": (
        done("clarify_referral", same_child="no"),
        done("acknowledge_referral"),
        done("decide_response", response="assessment"),
        done("feed_back_to_referrer", given="yes"),
        done("inform_family"),
        done("allocate_social_worker"),
    ),
    "assessment": (
        done("plan_assessment", contributors=["health", "police"]),
        done("write_assessment", finding="child_in_need"),
        done("authorise_assessment", authorised="yes"),
        done("share_outcome"),
    ),
    "child_in_need_plan": (done("agree_plan"), done("circulate_plan"), done("review_plan", progress="close")),
    "case_closure": (done("close_case"),),
}


def test_one_task(kind: str, as_it_is_run: Database, shows: Shows, monkeypatch: pytest.MonkeyPatch) -> None:
    at, meter = authority(database=as_it_is_run), Meter(as_it_is_run)
    case_at(authority=at, point="closed")  # everything is loaded and compiled once
    engine, row, command = Cost(meter), Cost(meter), Cost(meter)
    for number in range(CASES):
        case, acts = refer(authority=at).cases[0], engine_alone(engine)
        for place, (task, given) in enumerate(step for steps in WAYS.values() for step in steps):
            item = open_items(database=as_it_is_run, case=case)[task]
            answers, person = answers_to(authority=at, item=item, **given), at.actor(item.role)
            with monkeypatch.context() as nothing_saved:
                nothing_saved.setattr("engine.process.state.save", nothing)
                next(acts)
            row.time(partial(write_one_row, as_it_is_run, f"floor {number}", place))
            command.time(partial(complete_task, as_it_is_run, person, MONDAY, item.id, answers))
        assert next(acts, None) is None
    floor = engine.median + row.median
    shows(Ratio("The floor", kind, floor / engine.median, "the engine’s step in memory", milliseconds=floor))
    shown = command.median
    shows(Ratio("The whole command", kind, shown / floor, "the floor", OF_THE_FLOOR, shown))
    of_engine = shown / engine.median
    shows(Ratio("The whole command", kind, of_engine, "the engine’s step in memory", OF_THE_ENGINE[kind], shown))


def nothing(_workflow: object, _counts: object) -> bytes:
    return b""


def engine_alone(cost: Cost) -> Iterator[bool]:
    """One step each time that it is asked: nothing is saved and nothing is loaded."""
    for process, acts in WALKS.items():
        move = kept(shipped_model(), process, {"reply_by": "post", "plan_agreed": "no"})
        move(None)
        for act in acts:
            cost.time(partial(move, act))
            yield True


def write_one_row(database: Database, chain: str, number: int) -> None:
    row: dict[str, Any] = {"chain": chain, "number": number, "hash": bytes(32), "body": bytes(BODY)}
    with database.transaction() as connection:
        connection.execute(INSERT, {**row, "at": MONDAY, "kind": "floor"})


INSERT = insert(ActRow)
