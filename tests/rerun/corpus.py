"""Recorded cases, kept as files: every row of the database that a story was played on. What is re-run must not change
with the version of the engine, the models or a library, so these are written once and on purpose: `make corpus`.

A new corpus is added beside the old ones when the record or the tables change their form; old ones stay.
"""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.base.database import Database
from engine.scenario.running import play_on
from engine.scenario.story import read
from tests import kept_databases
from tests.builders import ROOT, publish

FOLDER = Path(__file__).parent / "recorded"
# Short ones, and the longest. Taking a task, handing it back and counting anew are in none: random walks have them.
STORIES = (
    "processes/case_closure/scenarios/closed_by_a_manager.toml",
    "processes/discontinuation/scenarios/one_child_in_two_cases.toml",
    "processes/immediate_protection/scenarios/police_protection_and_home_again.toml",
    "processes/joined_plans/scenarios/two_plans_one_child.toml",
    "processes/professional_disagreement/scenarios/overruled_after_closure.toml",
    "processes/referral/scenarios/acknowledged_by_email.toml",
    "processes/referral/scenarios/acknowledged_by_nobody_knows.toml",
    "processes/scenarios/one_family_two_ways.toml",
    "processes/scenarios/ten_years_on_a_plan.toml",
    "processes/transfer_in/scenarios/two_sisters.toml",
)
# What is not of the record or of the case, and nobody asks for.
LEFT_OUT = frozenset({"session", "draft"})
# A hash in hexadecimal is the one that the next act names, and packs well.
TEXTS = frozenset({"body", "state", "content"})
YEAR_ONE = datetime(2013, 1, 1, tzinfo=UTC)


def recorded() -> list[Path]:
    return kept_databases.kept(FOLDER)


def write() -> None:
    """Plays every story anew, on the models of today."""
    FOLDER.mkdir(exist_ok=True)
    for story in STORIES:
        with TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/throughline.db")
            database.upgrade()
            publish(database=database, now=YEAR_ONE)
            assert play_on(read(ROOT / story), database).passed
            kept_databases.write(database, FOLDER / f"{Path(story).stem}.jsonl.gz", LEFT_OUT, TEXTS)
            database.dispose()


if __name__ == "__main__":
    write()
