"""A plan that goes on and on, over HTTP: sending a form beside its command, and round 40 beside round 1."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.base.database import Database
from engine.commands.cases import complete_task
from engine.reads.task.task_page import task as read_task
from tests.amount import MEASURED, sized
from tests.benchmarks.conftest import Shows
from tests.benchmarks.measuring import Cost, Meter, Ratio
from tests.benchmarks.site import Browser, Site, served, token_in
from tests.builders import MONDAY, Authority, account, answers_to, authority, do, open_items
from tests.engine.commands.pathway import planned
from webapp.fields import typed_of

ROUNDS = (1, 10, 40) if MEASURED else (1, 2, 3)
TIMES = sized(3, 1)
# By what they are judged.
OF_THE_COMMAND = 2
GROWTH = 1.15


def steps(now: datetime) -> Mapping[str, dict[str, Any]]:
    """One round of a child protection plan, all on one day: its tasks in order, with the answers that matter."""
    late = {"late_reason": "The worker was ill."}
    held = {"held_at": now.isoformat(), "took_part": ["police", "health"], "quorate": "yes", **late}
    return {
        "record_visit": {"child_seen": "yes", "seen_at": now.isoformat(), **late},
        "hold_core_group": {"held_at": now.isoformat(), **late},
        "circulate_plan": {},
        "bring_forward_review": {},
        "arrange_review": {"invited": ["health", "police"], "same_chair": "yes"},
        "hold_review_conference": {**held, "decision": "continue", "proceedings": "not_now"},
        "circulate_record": {},
    }


def open_steps(at: Authority, case: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for task, given in steps(MONDAY).items():
        if task in open_items(database=at.database, case=case):
            yield task, given


def live_through(at: Authority, case: str) -> None:
    for task, given in open_steps(at, case):
        do(authority=at, case=case, task=task, **given)


@dataclass
class Costs:
    """Of one round: the page of the task, sending its form, the command in it, and the page of the case after it."""

    meter: Meter
    each: dict[str, Cost] = field(default_factory=dict[str, Cost])

    def __getitem__(self, what: str) -> Cost:
        return self.each.setdefault(what, Cost(self.meter))


@dataclass
class Sender:
    """Sends forms as a browser does; `current` are the costs of the round that is being lived through."""

    at: Authority
    site: Site
    current: Costs
    browsers: dict[str, Browser] = field(default_factory=dict[str, Browser])

    def watched(self, *arguments: Any) -> Any:
        """In place of `complete_task`."""
        return self.current["command"].time(lambda: complete_task(*arguments))

    def send(self, case: str, task: str, given: Mapping[str, Any], costs: Costs) -> None:
        item = open_items(database=self.at.database, case=case)[task]
        answers = answers_to(authority=self.at, item=item, **given)
        if item.role not in self.browsers:
            self.browsers[item.role] = self.site.browser(account(role=item.role))
        browser, self.current = self.browsers[item.role], costs
        page = costs["task page"].time(lambda: browser.get(f"/tasks/{item.id}"))
        with self.at.database.read() as connection:
            seen = read_task(connection, self.at.actor(item.role), MONDAY, item.id, lambda _: answers)
        typed = {**typed_of(seen.form.questions, answers), "csrf_token": [token_in(page)], "do": ["submit"]}
        costs["POST"].time(lambda: browser.post(f"/tasks/{item.id}", typed))
        costs["case page"].time(lambda: browser.get(f"/cases/{case}"))


def test_rounds_of_a_plan(
    kind: str, as_it_is_run: Database, shows: Shows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, meter = authority(database=as_it_is_run), Meter(as_it_is_run)
    found = {number: Costs(meter) for number in ROUNDS}
    with served(as_it_is_run, tmp_path, MONDAY) as site:
        sender = Sender(at, site, Costs(meter))
        monkeypatch.setattr("webapp.tasks.complete_task", sender.watched)
        warm = planned(authority=at)
        for task, given in open_steps(at, warm):
            sender.send(warm, task, given, Costs(meter))  # everything is loaded and compiled once
        for _ in range(TIMES):
            by_turns(at, sender, found)
    show(kind, found, shows)


def by_turns(at: Authority, sender: Sender, found: Mapping[int, Costs]) -> None:
    """A young plan and old ones."""
    cases = {number: planned(authority=at) for number in found}
    for number, case in cases.items():
        for _ in range(number - 1):
            live_through(at, case)
    for task in steps(MONDAY):
        for number, case in cases.items():
            if task in (given := dict(open_steps(at, case))):
                sender.send(case, task, given[task], found[number])


def show(kind: str, found: Mapping[int, Costs], shows: Shows) -> None:
    first = found[ROUNDS[0]]
    for number, costs in found.items():
        ratio = costs["POST"].median / costs["command"].median
        shows(Ratio(f"POST, round {number}", kind, ratio, "its command", OF_THE_COMMAND, costs["POST"].median))
    for what, young in first.each.items():
        for number in ROUNDS[1:]:
            cost = found[number][what].median
            shows(Ratio(f"{what}, round {number}", kind, cost / young.median, "round 1", GROWTH, cost))
