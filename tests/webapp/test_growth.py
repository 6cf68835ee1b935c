"""A page costs the same in an old case as in a young one, and sending a form little more than its command.

Counted are statements, bytes, and rows that are read: none depends on the machine.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import true

from engine.base.database import Database
from engine.commands.cases import Completed, complete_task
from engine.people.identity import Actor
from engine.reads import list_page
from engine.reads.case import seen_case
from engine.reads.case.answered import Given
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.task.task_page import task as read_task
from engine.record.chain import RecordedEntry, entries_of
from tests.builders import MONDAY, Authority, answers_to, child, do, open_items, pass_time
from tests.engine.commands.pathway import planned
from tests.statements import counted, rows_read
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor
from webapp.fields import typed_of

HALF_A_YEAR = timedelta(days=182)
LATE = {"late_reason": "The worker was ill."}
MOST_OF_THE_WEB = 10
GROWTH = 1.15
TASKS = ("record_visit", "hold_core_group")
As = Callable[..., Visitor]


def steps(now: datetime) -> Mapping[str, dict[str, Any]]:
    """Half a year of a child protection plan: its tasks in order, with the answers that matter."""
    held = {"held_at": now.isoformat(), "took_part": ["police", "health"], "quorate": "yes"}
    return {
        "record_visit": {"child_seen": "yes", "seen_at": now.isoformat(), **LATE},
        "hold_core_group": {"held_at": now.isoformat(), **LATE},
        "circulate_plan": {},
        "explain_plan_to_child": {},
        "explain_overrun": {},
        "bring_forward_review": {},
        "arrange_review": {"invited": ["health", "police"], "same_chair": "yes"},
        "hold_review_conference": {"decision": "continue", "proceedings": "not_now", **held, **LATE},
        "circulate_record": {},
    }


class Cost(NamedTuple):
    """Of a page."""

    statements: int
    bytes: int
    rows: int


@dataclass
class Plan:
    """A case with a plan whose half-years are lived through: by commands, or in a browser with everything counted."""

    world: Authority
    as_a: As
    clock: Clock
    case: str
    command: list[int]

    def half_year(self, number: int, *, watched: bool) -> dict[str, tuple[int, int]]:
        """By task: the statements of sending its form, and those of the command among them."""
        self.clock.now = MONDAY + number * HALF_A_YEAR
        pass_time(authority=self.world, now=self.clock.now)
        cost: dict[str, tuple[int, int]] = {}
        for task, given in steps(self.clock.now).items():
            if task not in open_items(database=self.world.database, case=self.case):
                continue
            if watched:
                cost[task] = self.send(task, given)
            else:
                do(authority=self.world, case=self.case, task=task, now=self.clock.now, **given)
        return cost

    def send(self, task: str, given: Mapping[str, Any]) -> tuple[int, int]:
        item = open_items(database=self.world.database, case=self.case)[task]
        answers = answers_to(authority=self.world, item=item, now=self.clock.now, **given)
        visitor = self.as_a(item.role)
        page = visitor.get(f"/tasks/{item.id}")
        with self.world.database.read() as connection:
            actor = self.world.actor(item.role, now=self.clock.now)
            questions = read_task(connection, actor, self.clock.now, item.id, lambda _: answers).form.questions
        typed = {**typed_of(questions, answers), "csrf_token": page.value("csrf_token")}
        with counted(self.world.database) as statements:
            assert visitor.client.post(f"/tasks/{item.id}", data=typed).status_code == 303
        return len(statements), self.command[-1]

    def case_page(self, role: str = "social_worker") -> Cost:
        return self.cost(role, f"/cases/{self.case}")

    def pages(self) -> dict[str, Cost]:
        """Of the case, for whoever has it and for a partner, and of its tasks."""
        items = open_items(database=self.world.database, case=self.case)
        tasks = {name: self.cost(items[name].role, f"/tasks/{items[name].id}") for name in TASKS}
        return {"case": self.case_page(), "case of a partner": self.case_page("police_officer"), **tasks}

    def cost(self, role: str, path: str) -> Cost:
        visitor = self.as_a(role)
        with counted(self.world.database) as statements, rows_read(self.world.database) as rows:
            page = visitor.get(path)
        return Cost(len(statements), len(page.response.data), len(rows))


@pytest.fixture
def plan(world: Authority, as_a: As, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Plan:
    command: list[int] = []

    def watched(database: Database, actor: Actor, now: datetime, item: str, answers: Mapping[str, Any]) -> Completed:
        with counted(database) as statements:
            done = complete_task(database, actor, now, item, answers)
        command.append(len(statements))
        return done

    monkeypatch.setattr("webapp.tasks.complete_task", watched)
    case = planned(authority=world, children=[child(born="2026-01-05")])  # of age long after
    return Plan(world, as_a, clock, case, command)


def test_sending_a_form_costs_its_command_and_little_more(plan: Plan) -> None:
    cost = plan.half_year(1, watched=True)
    assert len(cost) >= 6
    assert {task: whole - command for task, (whole, command) in cost.items() if whole > command + MOST_OF_THE_WEB} == {}


def test_an_old_case_costs_what_a_young_one_does(plan: Plan, long_run: bool) -> None:
    # By the sixth the lists are as full as they get; after the 36th the child is of age.
    first, rounds = (6, 35) if long_run else (3, 5)
    for number in range(1, first):
        plan.half_year(number, watched=False)
    young = plan.half_year(first, watched=True)
    young_pages = plan.pages()
    for number in range(first + 1, rounds):
        plan.half_year(number, watched=False)
    old, old_pages = plan.half_year(rounds, watched=True), plan.pages()
    assert grown_pages(young_pages, old_pages) == {}
    grown = {task: (young[task], old[task]) for task in young.keys() & old.keys() if old[task] > young[task]}
    assert {task: cost for task, cost in grown.items() if cost[1][0] > cost[0][0] * GROWTH} == {}


def grown_pages(young: Mapping[str, Cost], old: Mapping[str, Cost]) -> dict[str, tuple[Cost, Cost]]:
    return {
        page: (young[page], old[page])
        for page in old
        if any(after > before * GROWTH for before, after in zip(young[page], old[page], strict=True))
    }


def every_task(_case: str) -> Any:
    """In place of those that came up last."""
    return true()


def every_answer(earlier: EarlierAnswers, *_conditions: Any, most: int | None = None) -> tuple[Given, ...]:
    """In place of those that are asked for."""
    return those(earlier)[:most]


those = EarlierAnswers.those
FAULTS: Mapping[str, tuple[Any, str, Any]] = {
    "bytes": (list_page, "FEW", 1000),
    "tasks": (seen_case, "came_up_last", every_task),
    "answers": (EarlierAnswers, "those", every_answer),
}


def test_a_page_with_all_that_an_old_case_holds_would_be_seen(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: dict[str, list[dict[str, Cost]]] = {fault: [] for fault in FAULTS}
    for half_years in ((1, 2), (3, 4, 5)):
        for number in half_years:
            plan.half_year(number, watched=False)
        for fault, planted in FAULTS.items():
            with monkeypatch.context() as patch:
                patch.setattr(*planted)
                pages[fault].append(plan.pages())
    found = {fault: grown_pages(*young_and_old) for fault, young_and_old in pages.items()}
    # What a partner is shown is not yet as full as it gets by the second.
    assert {fault: grown.keys() - {"case of a partner"} for fault, grown in found.items()} == {
        "bytes": {"case", *TASKS},
        "tasks": {"case"},
        "answers": {"case", *TASKS},
    }


def test_of_the_record_of_an_old_case_no_more_is_read_than_is_shown(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3, 4):
        plan.half_year(number, watched=False)
    read: list[bytes] = []

    def counting(body: bytes, payload: bytes | None) -> Iterator[RecordedEntry]:
        read.append(body)
        return entries_of(body, payload)

    monkeypatch.setattr("engine.record.chain.entries_of", counting)
    plan.case_page()
    assert list_page.FEW <= len(read) < 2 * list_page.FEW
    plan.as_a("social_worker").get(f"/cases/{plan.case}?list=happened")
    assert len(read) > 4 * list_page.FEW


def test_what_is_not_shown_is_a_link_away(plan: Plan) -> None:
    for number in (1, 2):
        plan.half_year(number, watched=False)
    visitor = plan.as_a("social_worker")
    page = visitor.get(f"/cases/{plan.case}")
    for part, words in {"answered": "answered forms", "ended": "clocks that have ended", "happened": "events"}.items():
        link = next(each for each in page.tree.xpath("//a") if words in each.text_content())
        whole = visitor.get(link.get("href"))
        section = f"//section[@aria-labelledby='{part}']"
        shown = [len(each.xpath(f"{section}//details | {section}//li")) for each in (page.tree, whole.tree)]
        assert shown[0] < shown[1], part
        assert words not in " ".join(whole.tree.xpath(f"{section}//a/text()"))
    item = open_items(database=plan.world.database, case=plan.case)["record_visit"]
    task = plan.as_a(item.role).get(f"/tasks/{item.id}")
    known = "//details[@id='known']//h2"
    assert len(task.tree.xpath(known)) == list_page.FEW
    assert task.link("answered forms") == f"/cases/{plan.case}?list=answered"


def test_questions_are_made_once_for_each_form(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = plan.as_a("social_worker")
    visitor.get(f"/cases/{plan.case}")

    def again(*_: object) -> None:
        pytest.fail("made again")

    monkeypatch.setattr("engine.process.bundle.questions", again)
    visitor.get(f"/cases/{plan.case}")


def test_names_are_looked_up_once_for_a_page(plan: Plan) -> None:
    plan.half_year(1, watched=False)
    visitor = plan.as_a("social_worker")
    with counted(plan.world.database) as statements:
        visitor.get(f"/cases/{plan.case}?list=answered")
    assert sum("NULL AS family_name" in one for one in statements) == 1  # that of engine/reads/authority/people.py
