"""What a publication changed is told to whoever does the tasks that it touches, and to nobody else."""

from dataclasses import replace
from typing import Any

import pytest

from engine.difference.news_between import news_between
from engine.process.bundle import Model
from tests.builders import shipped_model
from tests.engine.difference.made_otherwise import FORM_PATH, PROCESS, TASK, with_drawing, with_element, with_form

WRITING = f"{PROCESS}.write_assessment"
VISIT = ("plan_visit", "record_visit")


def named(task: str, **values: object) -> Model:
    return with_element(replace(shipped_model().drawings[PROCESS].elements[task], **values))


def with_form_title() -> Model:
    return with_form({**shipped_model().forms[FORM_PATH], "title": "Otherwise"})


def with_question() -> Model:
    form: dict[str, Any] = dict(shipped_model().forms[FORM_PATH])
    return with_form({**form, "properties": {**form["properties"], "more": {"title": "More?", "type": "string"}}})


def with_limit() -> Model:
    model = shipped_model()
    clock = next(one for one in model.rules.values() if any((each.process, each.task) == VISIT for each in one.met_on))
    return replace(model, rules={**model.rules, clock.id: replace(clock, limit=clock.limit + 1)})


def with_duty() -> Model:
    model = shipped_model()
    return replace(model, duties={**model.duties, "A-06": replace(model.duties["A-06"], duty="Otherwise")})


def with_process_name() -> Model:
    return with_drawing(replace(shipped_model().drawings[PROCESS], name="Otherwise"))


@pytest.mark.parametrize(
    ("new", "task", "role"),
    [
        (named(TASK, name="Otherwise"), f"{PROCESS}.{TASK}", "team_manager"),
        (named(TASK, lane="social_worker"), f"{PROCESS}.{TASK}", "team_manager"),
        (with_form_title(), WRITING, "social_worker"),
        (with_question(), WRITING, "social_worker"),
        (with_limit(), ".".join(VISIT), "social_worker"),
        (with_duty(), WRITING, "social_worker"),
        (with_process_name(), "", "team_manager"),
    ],
    ids=["name", "role", "form", "question", "limit", "duty", "process"],
)
def test_it_touches_the_task_and_whoever_does_it(new: Model, task: str, role: str) -> None:
    told = news_between(shipped_model(), replace(new, hash="other"))
    assert told
    assert any((not task or task in one.tasks) and role in one.roles for one in told)
    assert all("auditor" not in one.roles and "administrator" not in one.roles for one in told)


def test_what_touches_no_task_is_said_to_nobody() -> None:
    model = shipped_model()
    edition = replace(model, hash="other", edition=replace(model.edition, name="Otherwise"))
    assert news_between(model, edition) == news_between(model, model) == ()
