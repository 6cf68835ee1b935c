"""One page for several children: nobody is meant who was not chosen, and each answer lands with its own child."""

from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import select

from engine.commands.cases import complete_task
from engine.commands.drafts import save_draft
from engine.tables import Answers, Draft
from tests.builders import MONDAY, Authority, answers_to, child, open_items, refer
from tests.engine.commands.calls_of_keeping import bars
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]
NAMES = ("Ada", "Ben", "Cal")


def referred(world: Authority) -> dict[str, str]:
    cases = refer(authority=world, children=[child(given_name=name, born=f"201{n}-06-03") for n, name in enumerate(NAMES)]).cases
    return dict(zip(NAMES, cases, strict=True))


def items(world: Authority, cases: Mapping[str, str], task: str = "decide_response") -> dict[str, str]:
    return {name: open_items(database=world.database, case=case)[task].id for name, case in cases.items()}


def answered(world: Authority, case: str, field: str = "response") -> object:
    with world.database.read() as connection:
        found = connection.execute(
            select(Answers.answers).where(Answers.case_id == case, Answers.element == "decide_response")
        )
        return next((one[field] for one in found.scalars()), None)


def test_each_answer_lands_with_its_child_and_nobody_is_ticked_beforehand(as_a: As, world: Authority) -> None:
    cases = referred(world)
    task, visitor = items(world, cases), as_a("social_worker")
    page = visitor.get(f"/tasks/{task['Ada']}")
    offered = page.tree.xpath("//section[@id='children']//input")
    assert [(one.get("value"), one.get("checked")) for one in offered] == [(task["Ben"], None), (task["Cal"], None)]
    address = f"/tasks/{task['Ada']}/children"
    page = visitor.get(f"{address}?child={task['Ben']}")
    sent = {
        f"{task['Ada']}.response": "assessment",
        f"{task['Ada']}.reason": "Hers",
        f"{task['Ben']}.response": "early_help",
        f"{task['Ben']}.reason": "His",
        "before_clarifying_reason": "We know them.",
    }
    done = visitor.send(page, sent)
    assert done.path == f"/cases/{cases['Ada']}/family"
    assert "is done for 2 children" in done.text
    assert [answered(world, cases[name]) for name in NAMES] == ["assessment", "early_help", None]
    assert [answered(world, cases[name], "reason") for name in NAMES[:2]] == ["Hers", "His"]
    assert answered(world, cases["Ben"], "before_clarifying_reason") == "We know them."
