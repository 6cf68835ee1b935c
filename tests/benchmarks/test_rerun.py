"""How many entries are done again in a second, case after case in one process."""

from pathlib import Path

from engine.base.database import Database
from engine.rerun.rerunning import Rerunner, cases
from tests.amount import sized
from tests.benchmarks.conftest import Shows
from tests.benchmarks.measuring import Amount, Cost, Meter
from tests.builders import Authority, authority, case_at, do

CASES, CYCLES, ROUNDS = sized(15, 1), sized(20, 1), sized(3, 1)


def recorded(file: Path) -> Authority:
    """Short cases from referral to closure, and two with a plan that goes on and on."""
    at = authority(database=Database(f"sqlite:///{file}"))
    for _ in range(CASES):
        case_at(authority=at, point="closed")
    for _ in range(2):
        case = case_at(authority=at, point="in_need")
        for _ in range(CYCLES):
            do(authority=at, case=case, task="agree_plan", review_date="2026-06-01")
            do(authority=at, case=case, task="review_plan", progress="continue")
    return at


def test_re_running(tmp_path: Path, sqlite_template: Path, shows: Shows) -> None:
    file = tmp_path / "live.db"
    file.write_bytes(sqlite_template.read_bytes())
    at = recorded(file)
    found, cost, entries = cases(at.database), Cost(Meter()), 0
    rerunner = Rerunner(at.database)
    rerunner.rerun(found[0])  # everything is loaded and compiled once
    for _ in range(ROUNDS):
        for case in found:
            done = cost.time(lambda case=case: rerunner.rerun(case))
            assert done.differences == ()
            entries += done.entries
    rerunner.close()
    at.database.dispose()
    seconds = sum(cost.cpu) / 1000
    shows(Amount("Re-running cases", "SQLite", f"{entries / seconds:,.0f} entries for each second of CPU"))
