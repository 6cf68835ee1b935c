"""A try by hand kept as a story of the draft: the steps that were done, and how all of it stands at their end."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.base.clock import LONDON
from engine.scenario.sight import Sight, look
from engine.scenario.written import written
from engine.trial.hand_scratch import PlayedTry
from engine.trial.hand_story import Told, tables_of

SEVERAL = ""
"""In place of a process: the story lies with those of several."""


def story_text(played: PlayedTry, told: Told, title: str) -> str:
    """`told` is what was played."""
    tables = tables_of(told)
    last = tables["step"][-1]["at"]
    with played.database.read() as connection:
        sights = {name: look(connection, case, played.now) for case, name in played.cases.items()}
    ends = [{"at": last, "case": name, "expect": dict(_expected(one))} for name, one in sights.items()]
    return written({"title": title, "child": tables["child"], "step": [*tables["step"], *ends]})


def _expected(sight: Sight) -> Iterator[tuple[str, Any]]:
    """Lists that are empty say nothing, but that nothing is open does."""
    yield "case", "closed" if sight.closed else "open"
    yield "open", sorted(sight.name(task) for task in sight.tasks)
    running = dict.fromkeys(process for process, status in sight.processes if status == "running")
    over = dict.fromkeys(process for process, status in sight.processes if status not in ("running", "stuck"))
    clocks = sight.clocks.items()
    due = {name: one.due_at.astimezone(LONDON).date() for name, one in clocks if not (one.met_at or one.stopped_at)}
    said: Mapping[str, Any] = {
        "running": [*running],
        "ended": [*over],
        "due": due,
        "met": sorted(name for name, one in clocks if one.met_at),
        "late": sorted(name for name, one in clocks if one.is_late(sight.now)),
    }
    yield from ((name, one) for name, one in said.items() if one)


def path_of_story(process: str, title: str) -> str:
    """Where a story of this title lies; empty where the title has no letter or number of which a name can be made."""
    plain = re.sub("[^a-z0-9]+", "_", title.casefold()).strip("_")[:60].strip("_")
    folder = f"processes/{process}/scenarios" if process != SEVERAL else "processes/scenarios"
    return f"{folder}/{plain}.toml" if plain else ""
