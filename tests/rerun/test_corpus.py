"""Cases that were recorded by an earlier version lead where they led then, on either database."""

from pathlib import Path

import orjson
import pytest

from engine.base.database import Database
from tests import kept_databases
from tests.rerun import corpus
from tests.rerun.rerunning import differing, rerun_all

# What the first entry of an act is, in the stories that are kept.
BEGINNINGS = {"opened_case", "started", "withdrawn", "completed", "deadline", "message"}


@pytest.mark.parametrize("path", corpus.recorded(), ids=lambda path: path.name.partition(".")[0])
def test_a_recorded_case_leads_where_it_led(path: Path, database: Database) -> None:
    kept_databases.load(path, database)
    assert differing(database=database) == []
    assert sum(one.entries for one in rerun_all(database=database)) > 10


def test_the_recorded_cases_hold_these_kinds_of_act() -> None:
    assert {path.name.partition(".")[0] for path in corpus.recorded()} >= {Path(one).stem for one in corpus.STORIES}
    assert set[str]().union(*map(first_of_each_act, corpus.recorded())) >= BEGINNINGS


def first_of_each_act(path: Path) -> set[str]:
    _, *rows = map(orjson.loads, kept_databases.lines(path))
    bodies = [orjson.loads(row["body"].partition("\n")[2]) for name, row in rows if name == "act"]
    return {one["entries"][0]["kind"] for one in bodies if one["chain"].startswith("case:")}
