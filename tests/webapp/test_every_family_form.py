"""Every form, asked of families of two to five: what is answered of each child lands with that child."""

from collections.abc import Mapping, Sequence
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from engine.base.identifiers import new_id
from engine.facts.protecting_steps import closes_or_protects
from engine.forms import questions
from engine.forms.asked_together import asked_together
from engine.forms.offering import Choice
from engine.forms.questions import SEVERAL, Question
from engine.forms.schema import conditions_of
from engine.forms.sharing_block import ABOUT_CONSENT
from engine.process.bundle import START
from engine.reads.task import children_page
from engine.reads.task.form_view import asked_plainly
from tests.amount import random_of, seeds
from tests.builders import shipped_model
from webapp.fields import answers_of, typed_of

FORMS = sorted(
    (path, form)
    for path, form in shipped_model().forms.items()
    if form.get("properties") and not path.endswith(f"/{START}.json")
)
SOMEBODY = (Choice("somebody", "Somebody"), Choice("other", "Somebody else"))
CHOICES = {**dict.fromkeys(("person", "people", "agencies"), SOMEBODY), "other_children": SOMEBODY}


def family(chance: Random, form: Mapping[str, Any]) -> list[Any]:
    """Tasks of children, for each of whom other conditions hold, so that not all of them are asked the same."""
    conditions = sorted(conditions_of(form))
    found: list[Any] = []
    for number in range(chance.randint(2, 5)):
        holding = frozenset(one for one in conditions if chance.random() < 0.7)
        asked = asked_plainly({"title": "A form", "properties": {}}, {})
        view = children_page.replace(asked, questions=questions(form, holding, CHOICES))
        found.append(SimpleNamespace(item=new_id(), name=f"Child {number}", form=view, asked_once=asked_together(form)))
    return found


def answered(chance: Random, asked: Sequence[Question], mark: str) -> dict[str, Any]:
    """Texts bear the mark of whose they are."""
    found = {one.id: answer(chance, one, mark) for one in asked if one.kind not in ("statement", "number")}
    return {name: said for name, said in found.items() if said}


def answer(chance: Random, one: Question, mark: str) -> Any:
    choices = [choice.value for choice in one.choices]
    if one.kind == "list":
        return [] if choices else [answered(chance, one.questions, mark) for _ in range(2)]
    if one.kind in SEVERAL:
        return chance.sample(choices, min(2, len(choices)))
    if choices:
        return chance.choice(choices)
    day = f"20{chance.randint(10, 26)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
    days = {"date": day, "date_time": f"{day}T0{chance.randint(1, 9)}:30"}
    return days.get(one.kind, f"{mark} {one.id}")


def lost_or_misfiled(chance: Random, form: Mapping[str, Any]) -> list[str]:
    """Each child is answered by itself, what is asked once as one; in whatever order it comes, it is read as given."""
    tasks = family(chance, form)
    asked = children_page.as_one(tasks).questions
    once = {one.id for one in asked if "." not in one.id}
    given = answered(chance, [one for one in asked if one.id in once], "all")
    wanted: dict[str, dict[str, Any]] = {}
    for task in tasks:
        own = answered(chance, [one for one in task.form.questions if one.id not in once], task.item)
        wanted[task.item] = {**given, **own}
    whole = {**given, **{f"{item}.{name}": said for item, own in wanted.items() for name, said in own.items()}}
    typed = typed_of(asked, whole)
    names = [*typed]
    chance.shuffle(names)
    sent = answers_of(asked, {name: typed[name] for name in names})
    read = children_page.answers_of_each([task.item for task in tasks], sent)
    return [item for item in wanted if read[item] != wanted[item]]


@pytest.mark.parametrize(("path", "form"), FORMS, ids=[path for path, _ in FORMS])
def test_what_is_answered_of_a_child_lands_with_that_child(path: str, form: Mapping[str, Any]) -> None:
    for seed in seeds(3, 200):
        assert lost_or_misfiled(random_of(seed), form) == [], (path, seed)


def test_answers_that_are_read_by_their_place_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the answers of each child are given to the next one."""

    def by_place(items: list[str], answers: Mapping[str, Any]) -> dict[str, Any]:
        found = answers_of_each(items, answers)
        return dict(zip(items, [*[*found.values()][1:], found[items[0]]], strict=True))

    answers_of_each: Any = children_page.answers_of_each
    monkeypatch.setattr(children_page, "answers_of_each", by_place)
    form = shipped_model().forms["forms/referral/decide_response.json"]
    assert lost_or_misfiled(random_of(1), form)


def test_where_something_else_is_filled_in_for_one_each_is_asked() -> None:
    """What stands of the first is not sent for the others: a brother moves elsewhere, and other people are invited."""
    form = shipped_model().forms["forms/initial_conference/arrange_conference.json"]
    tasks = family(random_of(1), form)[:2]
    for number, task in enumerate(tasks):
        task.form = children_page.replace(
            task.form,
            questions=questions(form, frozenset(), CHOICES),
            filled={"people_invited": f"Father {number}", "invited": ["somebody"]},
        )
    view = children_page.as_one(tasks)
    asked, each = {one.id for one in view.questions}, {f"{task.item}.people_invited" for task in tasks}
    assert "people_invited" not in asked
    assert each <= asked
    assert {view.filled[name] for name in each} == {"Father 0", "Father 1"}
    assert "invited" in asked
    assert view.filled["invited"] == ["somebody"]


@pytest.mark.parametrize(("path", "form"), FORMS, ids=[path for path, _ in FORMS])
def test_what_is_each_childs_is_asked_of_each(path: str, form: Mapping[str, Any]) -> None:
    """When a child was seen; how much of what was decided for a child each parent, or the child, was told, and the
    referrer, who may be another one; whether they agreed that it is shared.
    """
    fields = {name: form["properties"][name] for name in asked_together(form)}
    seen = any(field.get("x-role") == "child_seen" for field in form["properties"].values())
    for name, field in fields.items():
        assert "told" not in field.get("items", {}).get("properties", {}), (path, name)
        assert "referrer" not in field.get("x-shown-to", ()), (path, name)
        assert field.get("x-role") not in {*ABOUT_CONSENT, "child_seen", "concerns"}, (path, name)
        assert not (seen and field.get("x-role") == "happened_at"), (path, name)


def test_steps_that_end_what_protects_a_child_say_how_the_others_stand() -> None:
    """A sister who goes home while her brother is under an order; nothing of the kind where nothing protects."""
    model = shipped_model()
    ends = (
        ("case_closure", "close_case"),
        ("immediate_protection", "decide_before_lapse"),
        ("immediate_protection", "record_protection_ended"),
        ("review_conference", "hold_review_conference"),
    )
    assert [step for step in ends if not closes_or_protects(model, *step)] == []
    assert not closes_or_protects(model, "immediate_protection", "seek_legal_advice")
    assert not closes_or_protects(model, "referral", "decide_response")
