"""Who looked at the cases of the demonstration: a case is also read by people who do nothing in it."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.commands.looks import look
from engine.demo.dates import resolved
from engine.reads.case.case_page import case as read_case
from engine.scenario.stage import StoryWorld

LOOKS = Path(__file__).parent / "looks.toml"


@dataclass(frozen=True, slots=True)
class Looked:
    """`person` is a role as stories call people, `child` a child of a story."""

    at: datetime
    person: str
    child: str


def looked(now: datetime) -> Iterator[Looked]:
    """Each as it lies behind this moment."""
    for row in resolved(tomllib.loads(LOOKS.read_text(encoding="utf-8")), now)["look"]:
        yield Looked(row["at"], row["as"], row["child"])


def open_page(stage: StoryWorld, one: Looked, case: str) -> None:
    """What falls due before it happens first, as it would have been."""
    stage.advance(one.at)
    look(stage.database, stage.cast.actor(one.person, one.at), one.at, "case", read_case, case)
