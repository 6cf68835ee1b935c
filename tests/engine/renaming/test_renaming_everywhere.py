"""Whatever is renamed is the same thing under another name, in every file; renamed back, the files are as before."""

import re
from functools import cache

import pytest

from engine.base.errors import BadAnswers, NotFound
from engine.difference.between_models import differences_between
from engine.forms.checks import KNOWN_CHECKS
from engine.lint.linted import linted
from engine.process.bundle import START, read_bundle
from engine.process.renames import RENAMES, parse_renames
from engine.renaming.everywhere import renamed_everywhere, renaming_of, why_it_stays
from engine.renaming.renaming import Reads, Renaming
from engine.scenario.story import read
from tests.amount import random_of, seeds
from tests.builders import shipped, shipped_model
from tests.organisations import ROOT

NEW = "called_anew_here"
FORM, DRAWING = "forms/referral/decide_response.json", "processes/referral/referral.bpmn"


@cache
def whole() -> dict[str, bytes]:
    """The bundle with the stories beside it."""
    stories = {str(path.relative_to(ROOT)): path.read_bytes() for path in ROOT.glob("processes/**/scenarios/*.toml")}
    return {**shipped(), **stories}


@cache
def names() -> list[str]:
    """All that can be renamed: `process.step`, with a question and its answer."""
    model = shipped_model()
    steps = [f"{one.process}.{each}" for one in model.drawings.values() for each in one.elements if each != START]
    asked = [(path.removeprefix("forms/").removesuffix(".json"), form) for path, form in model.forms.items()]
    questions = [
        (f"{at.replace('/', '.')}.{name}", one) for at, form in asked for name, one in form["properties"].items()
    ]
    answers = [
        f"{name}.{choice['const']}"
        for name, one in questions
        for choice in (*one.get("oneOf", ()), *one.get("items", {}).get("oneOf", ()))
        if not why_it_stays(one)
    ]
    return [*steps, *(name for name, _ in questions), *answers]


def renamed(path: str, new: str = NEW, files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    files = files or shipped()
    return renamed_everywhere(files, shipped(), renaming_of(path, new)).over(files)


@pytest.mark.parametrize("seed", seeds(4, 60))
def test_what_is_renamed_is_the_same_and_back_again_the_files_are_as_before(seed: int) -> None:
    random = random_of(seed)
    of_kind = [[one for one in names() if one.count(".") == dots] for dots in (1, 2, 3)]
    path = random.choice(of_kind[seed % 3])
    after = renamed(path)
    (one,) = differences_between(shipped_model(), read_bundle(after))
    assert one.kind == "renamed", one.words
    back = renamed(f"{path.rpartition('.')[0]}.{NEW}", path.rpartition(".")[2], after)
    assert {path for path in {*back, *shipped()} if back.get(path) != shipped().get(path)} == set()


@pytest.mark.parametrize(
    "path",
    [
        "referral.decide_response",
        "initial_conference.hold_conference.held_at",
        "referral.decide_response.response.no_further_action",
    ],
)
def test_the_checks_find_nothing_left_of_the_old_name(path: str) -> None:
    """What a step, a question and a date of a time limit are named by: conditions, tables, other forms, stories."""
    after = renamed(path)
    assert linted(after, KNOWN_CHECKS) == ()
    told = parse_renames(after[RENAMES])
    assert {**told.task, **told.question, **told.answer} == {path: NEW}


def test_an_answer_is_renamed_wherever_something_is_compared_with_it() -> None:
    after = renamed("referral.decide_response.response.no_further_action", "nothing_from_us", whole())
    assert b"nothing_from_us" in after[DRAWING]
    was, becomes = (f'response = "{answer}"'.encode() for answer in ("no_further_action", "nothing_from_us"))
    stories = [path for path, content in whole().items() if was in content]
    assert stories
    assert all(after[path].count(becomes) == whole()[path].count(was) for path in stories)


def test_a_renamed_step_takes_its_form_its_ways_and_its_stories_along() -> None:
    after = renamed("referral.decide_response", "settle_response", whole())
    assert (FORM in after, FORM.replace("decide", "settle") in after) == (False, True)
    left = {path: content.count(b"decide_response") for path, content in after.items() if b"decide_response" in content}
    assert left == {RENAMES: 1}


def test_what_a_story_answers_where_a_life_event_is_recorded_is_renamed_with_its_question() -> None:
    after = renamed("change_for_child.start.how_known", files=whole())
    path = "processes/change_for_child/scenarios/address_and_school.toml"
    assert after[path].count(f'{NEW} = "She rang."'.encode()) == whole()[path].count(b'how_known = "She rang."') > 0
    assert b"how_known" not in after[path]


def test_what_another_step_of_that_name_may_be_meant_by_is_left_to_somebody() -> None:
    """Two processes have a step “See the child”: only playing a story tells which of them it does."""
    found = renamed_everywhere(whole(), whole(), renaming_of("assessment.see_child", NEW))
    assert found.unclear
    for path, steps in found.unclear.items():
        said = [repr(step) for step in read(ROOT / path).steps]
        assert [number for number, step in enumerate(said, 1) if re.search(r"'see_child\b", step)] == [*steps]


@pytest.mark.parametrize(
    ("path", "new", "words"),
    [
        ("referral.decide_response", "decide_response", "called so already"),
        ("referral.decide_response", "Decide it", "small letters and digits"),
        ("referral.decide_response", "x" * 61, "60 characters at most"),
        ("referral.decide_response", "inform_family", "Something else in this drawing"),
        ("referral.decide_response", "begin_to_decide_response", "Something else in this drawing"),
        ("referral.decide_response", "case", "a meaning in conditions"),
        ("referral.start", "began", "it stays"),
        ("referral.decide_response.response", "services_now", "a question of this name already"),
        ("referral.decide_response.response.assessment", "strategy_discussion", "an answer of this name already"),
        ("referral.clarify_referral.same_child.no", "never", "they stay"),
        ("referral.decide_response.services_now.any", "some", None),
        ("referral.no_step", "some", None),
        ("referral", "some", None),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_words(path: str, new: str, words: str | None) -> None:
    if words is None:
        with pytest.raises(NotFound):
            renamed(path, new)
        return
    with pytest.raises(BadAnswers) as refused:
        renamed(path, new)
    assert words in refused.value.problems["new"]


def test_what_is_renamed_twice_is_told_by_the_name_that_running_cases_know() -> None:
    """In one draft, and in a draft that was made of one that had been published; what is new in it is not told."""
    once = renamed("referral.decide_response", "settle_response")
    twice = renamed("referral.settle_response", "answer_referral", once)
    assert parse_renames(twice[RENAMES]).task == {"referral.decide_response": "answer_referral"}
    asked = renamed("referral.answer_referral.response", "outcome", twice)
    answered = renamed("referral.answer_referral.outcome.assessment", "assess", asked)
    told = parse_renames(answered[RENAMES])
    assert told.question == {"referral.decide_response.response": "outcome"}
    assert told.answer == {"referral.decide_response.response.assessment": "assess"}
    later = renamed_everywhere(once, once, renaming_of("referral.settle_response", "answer_referral")).over(once)
    rows = parse_renames(later[RENAMES]).task
    assert rows == {"referral.decide_response": "answer_referral", "referral.settle_response": "answer_referral"}
    both = renamed_everywhere(later, once, renaming_of("referral.answer_referral.response", "outcome")).over(later)
    assert [*parse_renames(both[RENAMES]).question] == [f"{task}.response" for task in rows]
    new = {**shipped(), DRAWING: shipped()[DRAWING].replace(b"inform_family", b"tell_family")}
    assert RENAMES not in renamed("referral.tell_family", "speak_with_family", new)
    with pytest.raises(BadAnswers, match="running cases know it by that name"):
        renamed("referral.inform_family", "decide_response", once)


@pytest.mark.parametrize(
    ("source", "scope", "wanted"),
    [
        ('do_it.how == "a" and has(do_it.how)', Reads(here=True), 'do_it.how == "b" and has(do_it.how)'),
        ('"a" != do_it.how or do_it.other == "a"', Reads(here=True), '"b" != do_it.how or do_it.other == "a"'),
        ('do_it.how not in ["c", "a"]', Reads(here=True), 'do_it.how not in ["c", "b"]'),
        ('"a" not in do_it.how', Reads(here=True), '"b" not in do_it.how'),
        ("do_it.how == &quot;a&quot;", Reads(here=True), "do_it.how == &quot;b&quot;"),
        ('do_it.how == "a"', Reads(), 'do_it.how == "a"'),
        ('how == "a" or it.how == "a"', Reads(here=True, own=True), 'how == "b" or it.how == "a"'),
        ('how == "a" and answers.how == "a"', Reads(own=True, asks_case=True), 'how == "a" and answers.how == "b"'),
        ("child.answered.p.do_it.how.a", Reads(asks_case=True), "child.answered.p.do_it.how.b"),
        ('last.do_it.how == "a"', Reads(here=True, asks_case=True), 'last.do_it.how == "b"'),
        ('do_it.how == "a', Reads(here=True), 'do_it.how == "a'),
    ],
)
def test_only_what_is_compared_with_the_question_is_its_answer(source: str, scope: Reads, wanted: str) -> None:
    assert Renaming("p", "do_it", "how", "a", "b").expression(source, scope) == wanted
