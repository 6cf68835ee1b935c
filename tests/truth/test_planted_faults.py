"""What is said falsely is found: each fault is planted where sentences are made, and one page of one case is read."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from engine.base.database import Database
from engine.export import telling
from engine.reads.audit import duties_shown, guidance
from engine.reads.audit.clock_runs import ClockRun
from engine.reads.authority import people
from engine.reads.case import deadlines, passed_shapes, protected, who_has_part
from engine.reads.list_page import ListPart
from engine.reads.lists import workload
from engine.record import entry_words, kinds
from engine.scenario.player import Player
from engine.scenario.stage import StoryWorld, stage_on
from engine.scenario.story import read
from engine.tables import Case
from tests.builders import LONG_BEFORE, ROOT, publish
from tests.databases import not_to_the_disk
from tests.truth.reading import AUDITOR, MANAGER, pack, page, visitors
from tests.truth.rows import Rows
from tests.truth.sayings import Reading, untrue
from webapp import words

STORY = ROOT / "processes" / "scenarios" / "turning_18_on_a_plan.toml"
Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Played:
    stage: StoryWorld
    case: str
    pages: Any
    rows: Rows


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("faults")
    file = folder / "story.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = not_to_the_disk(Database(f"sqlite:///{file}"))
    publish(database=database, now=LONG_BEFORE)
    story = read(STORY)
    player = Player(stage_on(database, story.steps[0].at), story)
    for step in story.steps:
        player.play(step)
    rows = Rows(file)
    case = rows.all('SELECT id FROM "case"')[0]["id"]
    signed_in = visitors(player.stage, folder)
    yield Played(player.stage, case, {role: signed_in(role) for role in (AUDITOR, MANAGER)}, rows)
    rows.close()
    database.dispose()


def said_on(played: Played, name: str) -> Iterator[Reading]:
    if name == "pack":
        return pack(played.stage.database, played.stage.now, played.case, redacted=False)
    role = MANAGER if name == "team" else AUDITOR
    reader, visitor = played.pages[role]
    paths = {
        "case": "",
        "replay": "/replay?about=clocks",
        "way": "/replay?about=all",
        "guidance": "/guidance",
    }
    path = "/team" if name == "team" else f"/cases/{played.case}{paths[name]}"
    return page(
        visitor,
        "replay" if name == "way" else name,
        path,
        played.stage.now,
        {"reader": reader, "case": played.case},
        ("happened", "ended"),
    )


def always(value: Any) -> Callable[..., Any]:
    return lambda *_given: value


def has_had_a_plan(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(protected, "plan_in_force", lambda: Case.plan_from.is_not(None))
    patch.setattr(protected, "_protecting", protected._protecting.__wrapped__)  # made anew, with the fault in it


def told(kind: str, words_of_it: str) -> Plant:
    def say(_said: entry_words.Said, titles: entry_words.EntryTitles, _redacted: bool) -> str:
        return words_of_it.format(titles.element)

    return lambda patch: patch.setitem(kinds.KINDS, kind, replace(kinds.KINDS[kind], say=say))


def _of_one(part: ListPart[Any], rows: Iterable[Any]) -> ListPart[Any]:
    return ListPart(tuple(rows), 1, part.page)


def instead(place: Any, name: str, value: Any) -> Plant:
    return lambda patch: patch.setattr(place, name, value)


FAULTS: dict[str, tuple[str, Plant]] = {
    "met where stopped": ("case", instead(deadlines, "_words", always("done in time"))),
    "done where withdrawn, in what happened": ("case", told("withdrawn", "“{}” was completed")),
    "done where withdrawn, in the steps": (
        "case",
        lambda patch: patch.setitem(words.PROGRESS, "withdrawn", words.PROGRESS["done"]),
    ),
    "being sent where it waits": ("case", lambda patch: patch.setitem(words.LETTER_STATES, "waiting", "Being sent")),
    "in time where too late": ("replay", instead(entry_words, "is_late", always(value=False))),
    "in time where too late, to an auditor": ("guidance", instead(ClockRun, "late", property(lambda _self: False))),
    "in time where too late, in a pack": ("pack", instead(telling, "state_of", always("met in time"))),
    "a duty in time where it is late": ("guidance", instead(duties_shown, "MISSED", ())),
    "by how much it was late": ("guidance", instead(guidance, "_over", always("3 days"))),
    "a plan that has ended is in force": ("case", has_had_a_plan),
    "of another age": ("case", instead(people, "_age", always("3 years"))),
    "a part by another deed": (
        "case",
        instead(who_has_part, "DEEDS", dict.fromkeys(who_has_part.DEEDS, "it disagreed with the closed case")),
    ),
    "one is in every list": ("case", instead(ListPart, "showing", _of_one)),
    "leads nothing": ("team", instead(workload, "_how_many_led", always(Counter[str]()))),
    "another shape was passed": (
        "way",
        lambda patch: patch.setitem(passed_shapes._SAY, "endEvent", passed_shapes._told),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    name, plant = FAULTS[fault]
    plant(monkeypatch)
    assert list(untrue(said_on(played, name), played.rows, Counter())) != []


@pytest.mark.parametrize("name", ["case", "replay", "guidance", "team", "pack"])
def test_without_a_fault_all_of_it_is_true(name: str, played: Played) -> None:
    played.rows.look_again()
    assert list(untrue(said_on(played, name), played.rows, Counter())) == []
