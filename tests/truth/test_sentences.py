"""Whatever a page or a pack says of a case, there is a row that makes it true.

Stories are played, every page of their cases is read by four people and both packs are made; each block of text is a
label, which claims nothing, or a sentence of the table, whose statement finds its row.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine.scenario.databases import temporary
from engine.scenario.running import story_files
from tests import amount
from tests.builders import ROOT
from tests.truth.reading import told_by
from tests.truth.sayings import untrue

STORIES = (
    "scenarios/police_protection_on_easter_weekend",
    "initial_conference/scenarios/called_off_moved",
)


def test_every_sentence_has_a_row(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    shipped = [ROOT / "processes" / f"{name}.toml" for name in STORIES]
    with temporary(ROOT) as fresh:
        for file in shipped:
            for readings, rows in told_by(fresh, file, tmp_path):
                assert [f"{file.stem}: {one}" for one in untrue(readings, rows, seen)] == []
