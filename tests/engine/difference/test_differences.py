"""Drawings: each attribute and property of a shape is changed by itself, and found in words."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.difference import elements_between
from engine.difference.between_models import ONLY_LAYOUT, differences_between, under_headings
from engine.difference.model_difference import Mark
from engine.lint.task_rules import PROPERTIES
from engine.process.bundle import Model, bundle_hash, read_bundle
from engine.process.drawing import Drawing, Element, Flow
from engine.process.renames import RENAMES
from tests.builders import shipped, shipped_model
from tests.engine.difference.made_otherwise import (
    CLOCK,
    PROCESS,
    TASK,
    UNSAID,
    said,
    with_drawing,
    with_element,
    with_flow,
)

ID = re.compile(r"\b[a-z0-9]+_[a-z0-9_]+\b")


def test_a_bundle_says_what_it_says_itself() -> None:
    assert differences_between(shipped_model(), shipped_model()) == ()


def test_of_the_picture_alone_is_said_that_it_is_that() -> None:
    path = f"processes/{PROCESS}/{PROCESS}.bpmn"
    moved = {**shipped(), path: shipped()[path].replace(b'<dc:Bounds x="', b'<dc:Bounds  x="')}
    assert bundle_hash(moved) != bundle_hash(shipped())
    (one,) = differences_between(shipped_model(), read_bundle(moved))
    assert (one.about, one.words) == ("files", ONLY_LAYOUT)


# What only elements of some kind have, and a value of it that another process owner might have drawn.
ATTRIBUTES: Mapping[str, tuple[str, Any, str]] = {
    "name": (TASK, "Sign it off", "Sign it off"),
    "kind": ("authorised", "eventBasedGateway", "whichever comes first"),
    "lane": (TASK, "social_worker", "the social worker does this now; before, the team manager did"),
    "properties": (TASK, {}, "Write the assessment"),
    "message": ("start", "child_died", "Child died"),
    "signal": ("authorised_as_assessment", "another_sign", "Another sign"),
    "clock": ("limit_passed", "initial_conference", "Hold the child protection conference"),
    "attached_to": ("contributions_withdrawn", "see_child", "See the child"),
    "interrupting": ("contributions_withdrawn", False, "leaving the task open"),
    "default": ("authorised", "authorised_to_authorisation_given", "Authorised"),
    "cardinality": ("contribute", "count(see_child.others)", "opened as often"),
    "ends_all": ("not_continued", True, "ending everything"),
}


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Element) if field.name not in UNSAID])
def test_each_attribute_of_a_shape(name: str) -> None:
    element, value, words = ATTRIBUTES[name]
    before = shipped_model().drawings[PROCESS].elements[element]
    assert getattr(before, name) != value
    found = said(with_element(replace(before, **{name: value})))
    assert [one.subject for one in found] == [element]
    assert words in found[0].words
    assert found[0].marks == (Mark("before", PROCESS, element), Mark("now", PROCESS, element))


def test_an_attribute_of_which_nothing_is_said_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements_between, "ATTRIBUTES", {})
    element, value, _ = ATTRIBUTES["clock"]
    before = shipped_model().drawings[PROCESS].elements[element]
    (one,) = said(with_element(replace(before, clock=value)))
    assert one.words == ONLY_LAYOUT


PLACES = {"userTask": (PROCESS, TASK), "startEvent": (PROCESS, "start")}
THROWING = (PROCESS, "require_child_in_need_plan")
VALUES = {
    "effect": "allocates closes_case",
    "for_agency": "start.raised_by",
    "automatic": "case.unborn",
    "resumes_when": "case.unborn",
    "also": "service_manager",
    "started_by": "service_manager",
    "not_by": "plan_assessment",
    "for_each": "plan_assessment.contributors",
    "resumes_clock": CLOCK,
    "carries_on_clock": CLOCK,
    "calls_for_known_child": "child_died",
    "gives_way_to_plan": "child_died",
}


@pytest.mark.parametrize(
    ("process", "element", "name"),
    [
        *((*PLACES[kind], name) for kind, names in PROPERTIES.items() if kind in PLACES for name in sorted(names)),
        (*THROWING, "payload.told"),
        (*THROWING, "not_in_any_list"),
    ],
)
def test_each_property_of_the_vocabulary(process: str, element: str, name: str) -> None:
    """Given, given otherwise, and taken away."""
    shape = shipped_model().drawings[process].elements[element]
    without = {key: value for key, value in shape.properties.items() if key != name}
    texts = ["", VALUES.get(name, "yes"), "another_value"]
    models = [
        with_element(replace(shape, properties={**without, name: text} if text else without), process) for text in texts
    ]
    for old, new in ((0, 1), (1, 2), (2, 1), (1, 0)):
        found = said(models[new], models[old])
        assert [one.subject for one in found] == [element], (old, new)
        assert shape.name in found[0].words
        assert "  " not in found[0].words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", "Sent back", "now called “Sent back”"),
        ("condition", 'authorise_assessment.authorised == "returned"', "“Do you authorise this assessment?” is “"),
        ("target", "not_continued", "Ends as an assessment"),
        ("source", "plan_assessment", "Plan the assessment"),
    ],
)
def test_each_attribute_of_a_way(name: str, value: str, words: str) -> None:
    (flow,) = (one for one in shipped_model().drawings[PROCESS].flows if one.id == "authorised_to_authorisation_given")
    found = said(with_flow(replace(flow, **{name: value}), flow.id))
    assert any(words in one.words for one in found), [one.words for one in found]
    assert {mark.element for one in found for mark in one.marks} == {flow.id}


def test_every_attribute_of_a_way_and_of_a_drawing_is_known_to_these_tests() -> None:
    assert {one.name for one in dataclasses.fields(Flow)} - UNSAID == {"name", "condition", "source", "target"}
    assert {one.name for one in dataclasses.fields(Drawing)} == {
        *("process", "name", "file", "elements", "flows", "lanes"),
    }
    assert {one.name for one in dataclasses.fields(Model)} - UNSAID == {
        *("drawings", "forms", "rules", "roles", "agencies", "groups", "messages", "edition", "duties"),
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "Assess"}, "The process “Assessment” is called “Assess” now."),
        ({"file": "processes/other.bpmn"}, "processes/other.bpmn"),
        ({"lanes": {"agency": "Agency", "team_manager": "Team manager"}}, "The social worker no longer has a part"),
        ({"lanes": {**shipped_model().drawings[PROCESS].lanes, "agency": "Whoever"}}, "is called “Whoever” now"),
    ],
)
def test_each_attribute_of_a_drawing(changes: Mapping[str, Any], words: str) -> None:
    (one,) = said(with_drawing(replace(shipped_model().drawings[PROCESS], **changes)))
    assert words in one.words


NEW = Element(
    "record_school",
    "userTask",
    "Record the school",
    "social_worker",
    0,
    {},
    None,
    None,
    None,
    None,
    True,
    None,
    None,
    False,
)


def with_school(place: str) -> Drawing:
    """A task put into the way of this id."""
    drawing = shipped_model().drawings[PROCESS]
    (way,) = (one for one in drawing.flows if one.id == place)
    there, on = replace(way, target=NEW.id), Flow("on", NEW.id, way.target, "", None, 0)
    flows = (*(there if one.id == place else one for one in drawing.flows), on)
    return replace(drawing, elements={**drawing.elements, NEW.id: NEW}, flows=flows)


def test_a_step_that_was_put_between_two_is_one_sentence_and_so_is_one_that_was_taken_out() -> None:
    way = "interview_family_to_family_interviewed"
    new = with_drawing(with_school(way))
    (one,) = said(new)
    assert one.words == (
        "“Record the school” is new: a task, done by the social worker. It comes after “Interview the family”, and "
        "before “Family interviewed”."
    )
    assert {*one.marks} == {
        Mark("before", PROCESS, way),
        *(Mark("now", PROCESS, each) for each in (NEW.id, way, "on")),
    }
    (back,) = differences_between(replace(new, hash="other"), shipped_model())
    assert back.kind == "removed"
    assert back.words.endswith("After “Interview the family” comes “Family interviewed” now.")


def test_a_condition_that_went_with_the_step_is_said_beside_it() -> None:
    drawing = with_school("authorised_to_authorisation_given")
    flows = [replace(one, condition=None) if one.target == NEW.id else one for one in drawing.flows]
    said_of = {one.about: one.words for one in said(with_drawing(replace(drawing, flows=tuple(flows))))}
    assert said_of["element"].startswith("“Record the school” is new")
    assert "now taken without a condition; before: where “Do you authorise this assessment?” is" in said_of["way"]


def test_the_default_that_leads_by_a_new_step_first_is_no_other_default() -> None:
    drawing = shipped_model().drawings[PROCESS]
    gateway = drawing.elements["authorised"]
    (one,) = said(with_drawing(with_school(gateway.default or "")))
    assert one.kind == "added"


def test_a_renamed_step_is_the_same_step() -> None:
    """In every file that names it; without being told, it is another one."""
    renamed = {
        path.replace(TASK, "sign_off"): text.replace(TASK.encode(), b"sign_off") for path, text in shipped().items()
    }
    new = read_bundle({**renamed, RENAMES: f'[task]\n"{PROCESS}.{TASK}" = "sign_off"\n'.encode()})
    (one,) = differences_between(shipped_model(), new)
    words = "“Authorise the assessment” is the same step under another id: `sign_off`; before: `authorise_assessment`."
    assert (one.kind, one.subject, one.words) == ("renamed", "sign_off", words)
    assert one.marks == (Mark("before", PROCESS, TASK), Mark("now", PROCESS, "sign_off"))
    (back,) = differences_between(new, shipped_model())
    assert (back.kind, back.subject) == ("renamed", TASK)
    untold = differences_between(shipped_model(), read_bundle(renamed))
    assert {one.kind for one in untold if one.about == "element"} >= {"added", "removed"}


def test_what_was_renamed_long_ago_is_no_difference_and_stands_in_the_way_of_none() -> None:
    told = f'[task]\n"{PROCESS}.sign_off" = "{TASK}"\n'.encode()
    base = read_bundle({**shipped(), RENAMES: told})
    renamed = {
        path: text.replace(b'name="Authorise the assessment"', b'name="Sign it"') for path, text in shipped().items()
    }
    (one,) = differences_between(base, read_bundle({**renamed, RENAMES: told}))
    assert one.words == "“Authorise the assessment” is called “Sign it” now."


def test_differences_stand_under_the_name_of_their_process() -> None:
    new = with_element(replace(shipped_model().drawings[PROCESS].elements[TASK], lane="social_worker"))
    model = replace(new, edition=replace(new.edition, name="Another"), hash="other")
    found = under_headings(differences_between(shipped_model(), model), shipped_model(), model)
    assert {heading: len(those) for heading, those in found.items()} == {
        "Assessment": 1,
        "The edition of the guidance": 1,
    }


def _atoms() -> list[tuple[str, str, str]]:
    model = shipped_model()
    shapes = [("elements", each.process, one) for each in model.drawings.values() for one in each.elements]
    flows = [("flows", each.process, one.id) for each in model.drawings.values() for one in each.flows]
    questions = [("forms", path, field) for path, form in model.forms.items() for field in form["properties"]]
    return [*shapes, *flows, *questions, *(("rules", "", one) for one in model.rules)]


def without(model: Model, kind: str, place: str, name: str) -> Model:
    if kind == "rules":
        return replace(model, rules={key: one for key, one in model.rules.items() if key != name})
    if kind == "forms":
        form = model.forms[place]
        fields = {key: one for key, one in form["properties"].items() if key != name}
        return replace(model, forms={**model.forms, place: {**form, "properties": fields}})
    drawing = model.drawings[place]
    if kind == "flows":
        other = replace(drawing, flows=tuple(one for one in drawing.flows if one.id != name))
    else:
        other = replace(drawing, elements={key: one for key, one in drawing.elements.items() if key != name})
    return replace(model, drawings={**model.drawings, place: other})


@settings(max_examples=40)
@given(st.data())
def test_whatever_is_taken_out_of_a_bundle_is_missed_and_named_without_ids(data: st.DataObject) -> None:
    taken = data.draw(st.lists(st.sampled_from(_atoms()), min_size=1, max_size=3, unique=True))
    model = shipped_model()
    for kind, place, name in taken:
        model = without(model, kind, place, name)
    for found in (said(model), differences_between(replace(model, hash="other"), shipped_model())):
        assert found
        assert found[0].about != "files"
        for one in found:
            assert one.words.endswith((".", ".”"))
            assert not ID.search(re.sub(r"`[^`]*`", "", one.words)), one.words
