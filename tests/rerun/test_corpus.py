"""Cases that were recorded by an earlier version lead where they led then, on either database."""

import gzip
from pathlib import Path

import pytest

from engine.database import Database
from tests.rerun import corpus
from tests.rerun.rerunning import differing, rerun_all

# Everything that a case may begin with or that may be done in it, by the first entry of the act.
ACTS = {"opened_case", "part", "started", "withdrawn", "completed", "deadline"}


@pytest.mark.parametrize("path", corpus.recorded(), ids=lambda path: path.name.partition(".")[0])
def test_a_recorded_case_leads_where_it_led(path: Path, database: Database) -> None:
    corpus.load(path, database)
    assert differing(database=database) == []
    assert sum(one.entries for one in rerun_all(database=database)) > 30


def test_the_recorded_cases_hold_every_kind_of_act() -> None:
    assert len(corpus.recorded()) >= len(corpus.STORIES)
    text = b"".join(gzip.decompress(path.read_bytes()) for path in corpus.recorded())
    assert all(kind in text for kind in (b'"part"', b'"withdrawn"', b'"deadline"', b'"entry"', b'"instance"'))
