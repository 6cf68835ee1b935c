"""A simulated caseload: for one seed the same whatever it ran on and however often it was cut, and sound throughout."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.casework.running_out import is_due
from engine.record.checkpoints import source
from engine.record.verifier import verify
from engine.simulate import acts
from engine.simulate.simulating import CaseloadPlan, set_up, simulated
from engine.tables import Case, Deadline, Instance, Person
from engine.timescales.calendar import in_months, start_of
from tests.builders import ROOT, authority
from tests.engine.simulate.simulated_acts import acts_of
from tests.rerun.rerunning import differing

PLAN = CaseloadPlan(children=4, years=1, seed=3, since=date(2022, 4, 1), authorities=2)
NOWHERE = Path("/nowhere")
MOST_CUTS = 100


class Cut(BaseException):
    """As sudden as a kill: nothing catches it."""


def simulate(database: Database, processes: int = 1) -> Counter[str]:
    set_up(database, PLAN, ROOT)
    return sum(simulated(database, PLAN, processes), Counter[str]())


def cut_now_and_then(monkeypatch: pytest.MonkeyPatch, every: int) -> None:
    """Between two commands: of an act and its letters, of a letter and its outcome, of two clocks."""
    calls = count(1)

    def or_be_cut(command: Callable[..., Any]) -> Callable[..., Any]:
        def given(*arguments: Any, **named: Any) -> Any:
            if next(calls) % every == 0:
                raise Cut
            return command(*arguments, **named)

        return given

    for name in ("start_process", "claim", "complete_task", "pass_clocks", "claim_letter", "record_outcome"):
        monkeypatch.setattr(acts, name, or_be_cut(getattr(acts, name)))
    monkeypatch.setattr(acts.Acts, "send_letters", or_be_cut(acts.Acts.send_letters))


def simulate_again_and_again(database: Database) -> int:
    """Gives how often it was cut."""
    for cuts in range(MOST_CUTS):
        try:
            simulate(database)
        except Cut:
            continue
        return cuts
    raise AssertionError("a caseload that is cut does not come on")


def test_the_same_on_both_databases_side_by_side_and_cut(
    database: Database, postgresql_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = simulate(database)
    assert not [what for what in tally if what.startswith(acts.FAULT)]
    done = acts_of(database)
    assert len(done) > 150

    simulate(postgresql_database, processes=2)
    assert acts_of(postgresql_database) == done

    cut = Database(f"sqlite:///{tmp_path / 'cut.db'}")
    cut.upgrade()
    cut_now_and_then(monkeypatch, every=29)
    assert simulate_again_and_again(cut) > 3
    assert acts_of(cut) == done

    for one in (database, postgresql_database, cut):
        with one.read() as connection:
            assert verify(source(connection, NOWHERE)).faults == []
    assert differing(database=cut) == []
    cut.dispose()
    of_what_it_is_made(database)


def test_what_one_authority_has_come_to_stops_no_clock_of_another(database: Database) -> None:
    """They go through the same years one after another: to the second, the record of the first lies ahead."""
    simulate(database)
    with database.read() as connection:
        passed = select(Case.authority_id).join(Deadline, Deadline.case_id == Case.id)
        assert len({*connection.scalars(passed.where(Deadline.passed_at.is_not(None)))}) == PLAN.authorities
        assert connection.scalars(passed.where(is_due(start_of(in_months(PLAN.since, PLAN.months))))).all() == []


def of_what_it_is_made(database: Database) -> None:
    """As many children as were asked for, those who come again counted once."""
    with database.read() as connection:
        known = select(Person.authority_id, Person.given_name, Person.family_name).distinct()
        assert len(connection.execute(known).all()) == PLAN.children
        assert len({*connection.scalars(select(Instance.process))}) > 3


def test_another_seed_is_another_caseload_and_is_not_added(database: Database) -> None:
    plan = replace(PLAN, authorities=1)
    set_up(database, plan, ROOT)
    with pytest.raises(NotPossible, match="something else"):
        set_up(database, replace(plan, seed=4), ROOT)


def test_a_database_in_use_is_left_alone(database: Database) -> None:
    authority(database=database)
    with pytest.raises(NotPossible, match="a database of its own"):
        set_up(database, PLAN, ROOT)
