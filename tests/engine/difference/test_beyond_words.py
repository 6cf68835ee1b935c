"""Whoever changes words alone: what is words is told by the models, and whatever else is otherwise goes beyond."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from engine.difference.beyond_words import beyond_words, is_local
from engine.forms.form_edits import places_of, question_at
from engine.process.bundle import Model
from tests.builders import shipped, shipped_model
from tests.engine.difference.made_otherwise import PROCESS, TASK, with_drawing, with_element, with_form
from tests.engine.difference.test_form_differences import KEYWORDS_OF_PLACES, asking, two_values

LOCAL = ("strategy_discussion", "convene_strategy_discussion", "how")
WORDS = frozenset({(place, word) for place in ("form", "field") for word in ("title", "description")})


@pytest.mark.parametrize(("place", "keyword"), KEYWORDS_OF_PLACES)
def test_of_a_form_nothing_but_titles_and_hints_is_words(place: str, keyword: str) -> None:
    """Each keyword of the language of forms is given, given otherwise, and taken away. The question is one that the
    drawing reads, so that its choices are not local.
    """
    first, second = two_values(keyword)
    models = [asking(place, keyword, value) for value in (None, first, second)]
    for old, new in ((0, 1), (1, 2), (2, 1), (1, 0)):
        found = beyond_words(models[old], models[new])
        is_words = (place, keyword) in WORDS and (0 not in (old, new) or keyword == "description")
        assert bool(found) is not is_words, (old, new, [one.words for one in found])


def test_names_of_tasks_and_processes_are_words_and_other_names_are_not() -> None:
    model = shipped_model()
    drawing = model.drawings[PROCESS]
    named = replace(drawing, name="Otherwise", elements={**drawing.elements, TASK: _renamed(model, TASK, "Otherwise")})
    assert not beyond_words(model, with_drawing(named))
    assert beyond_words(model, with_element(_renamed(model, TASK, "")))
    gateway = next(one.id for one in drawing.elements.values() if one.kind == "exclusiveGateway")
    assert beyond_words(model, with_element(_renamed(model, gateway, "Otherwise")))


def _renamed(model: Model, element: str, name: str) -> Any:
    return replace(model.drawings[PROCESS].elements[element], name=name)


def _first_otherwise(rows: Mapping[str, Any], **values: object) -> dict[str, Any]:
    first = next(iter(rows))
    return {**rows, first: replace(rows[first], **values)}


OTHERWISE: Mapping[str, Callable[[Model], Model]] = {
    "role": lambda model: replace(model, roles=_first_otherwise(model.roles, name="Otherwise")),
    "agency": lambda model: replace(model, agencies=_first_otherwise(model.agencies, name="Otherwise")),
    "time limit": lambda model: replace(model, rules=_first_otherwise(model.rules, title="Otherwise")),
    "message": lambda model: replace(model, messages=_first_otherwise(model.messages, alert_words="Otherwise")),
    "duty": lambda model: replace(model, duties=_first_otherwise(model.duties, duty="Otherwise")),
    "edition": lambda model: replace(model, edition=replace(model.edition, name="Otherwise")),
    "renames": lambda model: replace(model, renames=replace(model.renames, task={"assessment.a": "b"})),
    "form": lambda model: replace(model, forms=dict(list(model.forms.items())[1:])),
    "process": lambda model: replace(model, drawings=dict(list(model.drawings.items())[1:])),
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_words_of_anything_else_go_beyond(what: str) -> None:
    assert beyond_words(shipped_model(), OTHERWISE[what](shipped_model()))


def test_local_choices_are_those_that_no_model_reads() -> None:
    """What is local by the rule is named in no other file, nor anywhere else in its form."""
    local = list(_local(shipped_model()))
    assert LOCAL in local
    texts = {path: content.decode() for path, content in shipped().items()}
    for process, task, field in local:
        own = f"forms/{process}/{task}.json"
        others = [text for path, text in texts.items() if path != own and f".{field}" in text]
        assert not any(f"{task}.{field}" in text or f"start.{field}" in text for text in others), (process, task, field)
        form: dict[str, Any] = json.loads(texts[own])
        asked = form["properties"].pop(field)
        assert f'"{field}"' not in json.dumps(_read(form)), (process, task, field)
        assert not asked.keys() & {"x-decision", "x-role", "x-outcome", "default", "x-prefill", "x-by-system"}


def _read(form: Any) -> Any:
    """Without what reads no question: that an answer must be given, and choices, which may be called as a question."""
    if isinstance(form, list):
        return [_read(one) for one in cast("list[Any]", form)]
    if not isinstance(form, dict):
        return form
    named = {"required", "const", "enum"}
    return {
        name: [*one] if name == "show_if" else _read(one)
        for name, one in cast("dict[str, Any]", form).items()
        if name not in named
    }


def _local(model: Model) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for path, form in model.forms.items():
        process, task = Path(path).with_suffix("").parts[1:]
        for place in places_of(form):
            asked = question_at(form, place)
            if asked.get("items", asked).get("oneOf") and is_local(model, process, task, place):
                found.append((process, task, place))
    return found


def _with_choice(model: Model, **of_question: object) -> Model:
    """The local question with one choice more, and one called otherwise; `of_question` is said of it as well."""
    process, task, field = LOCAL
    path = f"forms/{process}/{task}.json"
    form: dict[str, Any] = deepcopy(dict(model.forms[path]))
    asked = form["properties"][field]
    asked["oneOf"][0]["title"] = "Otherwise"
    asked["oneOf"].append({"const": "by_letter", "title": "By letter"})
    asked.update(of_question)
    return replace(model, forms={**model.forms, path: form})


def _reading(model: Model, source: str) -> Model:
    """A way of the local question's process is taken by a condition."""
    drawing = model.drawings[LOCAL[0]]
    flows = (replace(drawing.flows[0], condition=source), *drawing.flows[1:])
    return replace(model, drawings={**model.drawings, drawing.process: replace(drawing, flows=flows)})


def test_a_local_choice_may_come_and_go_until_something_reads_it() -> None:
    old = shipped_model()
    new = _with_choice(old)
    assert not beyond_words(old, new)
    assert not beyond_words(new, old)
    assert beyond_words(old, _with_choice(old, **{"x-decision": True}))
    source = f"{LOCAL[1]}.{LOCAL[2]} == 'meeting'"
    assert beyond_words(_reading(old, source), _reading(new, source))
    assert beyond_words(old, _reading(new, source))
    other = {"title": "Judged", "x-duty-when": {"A-06": f"last.{LOCAL[1]}.{LOCAL[2]} == 'meeting'"}}
    judged = {f"forms/{LOCAL[0]}/another.json": other}
    assert beyond_words(*(replace(one, forms={**one.forms, **judged}) for one in (old, new)))


def test_a_form_that_keeps_not_to_its_language_is_judged_all_the_same() -> None:
    both = shipped_model(), _with_choice(shipped_model())
    for wrong in ({"properties": [1]}, {"properties": {"a": 1}}, {"title": {"a": 1}}):
        form: Any = wrong
        assert beyond_words(shipped_model(), with_form(form))
    wrong = {"properties": {"a": {"x-prefill": 1}}}
    assert beyond_words(*(replace(one, forms={**one.forms, "forms/assessment/other.json": wrong}) for one in both))
