"""Random walks through the commands: whatever people do, in whatever order, no case comes to a dead end.

On failure hypothesis leaves out every step that the fault does not need, and says what was done in the rest.
"""

import sys
from collections import Counter
from collections.abc import Callable, Generator
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.base.database import Database
from engine.facts.life_events import life_event
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.tables import Case, Instance
from tests.builders import Authority, authority, shipped_model
from tests.databases import Copies, not_to_the_disk
from tests.faults.consistency import inconsistencies
from tests.rerun.rerunning import differing
from tests.walks.invariants import broken
from tests.walks.walking import BEGINNINGS, LARGEST_STEP, Act, Walk, reproducible, steps_of, walks_in

Fresh = Callable[[], Authority]
LENGTH = 60
NOWHERE = Path("/nowhere")
WALKS = {"sqlite": 6, "postgresql": 2}
WALKS_IN_A_ROUND = {"sqlite": 250, "postgresql": 40}


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Fresh]:
    """An authority at work in an empty database, each time it is called."""
    if request.param == "sqlite":
        yield from _on_sqlite(request, tmp_path_factory)
    else:
        yield from _on_postgresql(request.getfixturevalue("postgresql_copies"))


def _on_sqlite(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Generator[Fresh]:
    file = folders.mktemp("walks") / "walk.db"
    template = request.getfixturevalue("sqlite_template").read_bytes()
    database = not_to_the_disk(Database(f"sqlite:///{file}"))

    def begin() -> Authority:
        database.dispose()
        for left in file.parent.glob("walk.db*"):
            left.unlink()
        file.write_bytes(template)
        return authority(database=database)

    yield begin
    database.dispose()


def _on_postgresql(copies: Copies) -> Generator[Fresh]:
    made: list[Database] = []
    addresses: list[str] = []

    def remove() -> None:
        while made:
            made.pop().dispose()
            copies.remove(addresses.pop())

    def begin() -> Authority:
        remove()
        addresses.append(copies.make())
        made.append(Database(addresses[-1]))
        return authority(database=made[-1])

    yield begin
    remove()


def test_no_walk_leads_astray(
    fresh: Fresh, request: pytest.FixtureRequest, long_run: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every process is reached, plans are made and cases closed: else the walks would say nothing of them."""
    kind = request.node.callspec.params["fresh"]
    reached: Counter[str] = Counter()
    for number, beginning in enumerate(dict.fromkeys(BEGINNINGS)):
        reached.update(taken(fresh, [beginning_with(beginning), *steps_of(number, LENGTH)]))

    @settings(max_examples=(WALKS_IN_A_ROUND if long_run else WALKS)[kind])
    @given(steps=st.lists(st.integers(0, LARGEST_STEP), min_size=LENGTH, max_size=LENGTH))
    def walk(steps: list[int]) -> None:
        reached.update(taken(fresh, steps))

    walk()
    with capsys.disabled():
        sys.stdout.write(f"\n{kind}: " + ", ".join(f"{name} {count}" for name, count in sorted(reached.items())) + "\n")
    of_life = {process for process in shipped_model().drawings if life_event(shipped_model(), process)}
    by_files = {"protection_plan_taken_over"}
    assert {*shipped_model().drawings, "planned", "closed", "joined"} - of_life - by_files <= reached.keys()
    assert of_life & reached.keys(), "each is begun by chance alone, and a birth of an unborn child alone"


def beginning_with(act: Act) -> int:
    """A first step that chooses this beginning."""
    return next(number for number in count(1) if Random(number).choice(BEGINNINGS) is act)  # noqa: S311 (a walk)


def taken(fresh: Fresh, steps: list[int]) -> Counter[str]:
    """Takes one walk, looking at every case after every step, and at the whole record at its end."""
    with reproducible():
        walk = Walk(fresh())
        database = walk.at.database
        for step in steps:
            walk.step(step)
            with database.read() as connection:
                faults = [*broken(connection, walk.cases), *walk.faults]
            for told in walk.told if faults else ():
                note(told)
            assert faults == []
    assert inconsistencies(database) == []
    with database.read() as connection:
        assert verify(source(connection, NOWHERE)).faults == []
    assert differing(database=database) == []
    return walk.reached + seen(database)


def seen(database: Database) -> Counter[str]:
    """Once a walk: the processes that began, whether a plan was made, a case closed and two joined."""
    with database.read() as connection:
        found = Counter(set(connection.scalars(select(Instance.process))))
        for name, column in (("planned", Case.plan_from), ("closed", Case.closed_at), ("joined", Case.joined_to_id)):
            count = connection.execute(select(func.count(column))).scalar_one()
            found[name] += count > 0
    return found


def test_a_walk_can_be_taken_again(fresh: Fresh) -> None:
    """Step by step the same, whatever identifiers would otherwise have come out."""
    told: list[list[str]] = []
    for _ in range(2):
        with reproducible():
            walk = Walk(fresh())
            for number in steps_of(3, 30):
                walk.step(number)
        told.append(walk.told)
    assert told[0] == told[1]
    assert len(told[0]) > 15


def test_one_database_holds_many_walks(fresh: Fresh) -> None:
    at = fresh()
    first, second, third = walks_in(at, (1, 2, 3), 20)
    assert first.began <= first.now < second.began <= second.now < third.began
    found = [*first.cases, *second.cases, *third.cases]
    with at.database.read() as connection:
        assert sorted(found) == sorted(connection.scalars(select(Case.id)))
        assert broken(connection, found) == []
