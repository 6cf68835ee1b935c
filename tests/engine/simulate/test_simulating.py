"""A simulated caseload: for one seed the same whatever it ran on and however often it was cut, and sound throughout."""

from collections import Counter
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.simulate.acts import FAULT, Acts
from engine.simulate.simulating import CaseloadPlan, set_up, simulated
from engine.tables import Alarm, Instance, Person
from tests.builders import ROOT, authority
from tests.engine.simulate.simulated_acts import acts_of
from tests.rerun.rerunning import differing

PLAN = CaseloadPlan(children=8, years=1, seed=3, since=date(2022, 4, 1), authorities=2)
NOWHERE = Path("/nowhere")


class Cut(BaseException):
    """As sudden as a kill: nothing catches it."""


def simulate(database: Database, processes: int = 1) -> Counter[str]:
    set_up(database, PLAN, ROOT)
    return sum(simulated(database, PLAN, processes), Counter[str]())


def simulate_with_cuts(database: Database, monkeypatch: pytest.MonkeyPatch, every: int) -> int:
    """Cut again and again, before letters leave and in the middle of months; gives how often."""
    calls, cuts = count(1), 0
    sending = Acts.send_letters

    def send_or_be_cut(self: Acts, now: object) -> None:
        if next(calls) % every == 0:
            raise Cut
        sending(self, now)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(Acts, "send_letters", send_or_be_cut)
    while True:
        try:
            simulate(database)
        except Cut:
            cuts += 1
        else:
            return cuts


def test_the_same_on_both_databases_side_by_side_and_cut(
    database: Database, postgresql_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = simulate(database)
    assert not [what for what in tally if what.startswith(FAULT)]
    acts = acts_of(database)
    assert len(acts) > 150

    simulate(postgresql_database, processes=2)
    assert acts_of(postgresql_database) == acts

    cut = Database(f"sqlite:///{tmp_path / 'cut.db'}")
    cut.upgrade()
    assert simulate_with_cuts(cut, monkeypatch, every=90) > 2
    assert acts_of(cut) == acts
    cut.dispose()

    for one in (database, postgresql_database):
        with one.read() as connection:
            assert verify(source(connection, NOWHERE)).faults == []
        assert differing(database=one) == []
    of_what_it_is_made(database)


def of_what_it_is_made(database: Database) -> None:
    """As many children as were asked for, those who come again counted once."""
    with database.read() as connection:
        known = select(Person.authority_id, Person.given_name, Person.family_name).distinct()
        assert len(connection.execute(known).all()) == PLAN.children
        assert connection.scalar(select(func.count(Instance.process.distinct()))) or 0 > 3
        assert connection.scalar(select(func.count()).select_from(Alarm)) is not None


def test_another_seed_is_another_caseload_and_is_not_added(database: Database) -> None:
    set_up(database, PLAN, ROOT)
    another = CaseloadPlan(PLAN.children, PLAN.years, 4, PLAN.since, PLAN.authorities)
    with pytest.raises(NotPossible, match="something else"):
        set_up(database, another, ROOT)


def test_a_database_in_use_is_left_alone(database: Database) -> None:
    authority(database=database)
    with pytest.raises(NotPossible, match="a database of its own"):
        set_up(database, PLAN, ROOT)
