"""Forms question by question: what is asked and no longer asked, how it is put, what may be answered, what must be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from engine.difference.called import title
from engine.difference.model_difference import (
    About,
    Kind,
    Mark,
    ModelDifference,
    Renames,
    apart,
    kind_of,
    marks_on,
    turned,
)
from engine.difference.question_words import NOT_IN_THE_LANGUAGE, AskedQuestion, keyword_in_words
from engine.difference.ways_between import same_expression
from engine.forms.duty_judgement import JUDGING
from engine.process.bundle import Model
from engine.process.condition_words import listed, readable

Schema = Mapping[str, Any]
_NONE: Schema = {}
_OF_FORM = frozenset({"properties", "required", "allOf", "x-duty", *JUDGING})
"""What is said question by question here, or duty by duty in guidance_between.py."""
_OF_FIELD = frozenset({"items", "oneOf", "properties", "required", "allOf", "x-ui", "x-serves"})
_GROUPS = ("x-ui", "x-serves")
"""Of which each part is said by itself."""
_CONDITIONS = frozenset({"x-when"})


@dataclass(frozen=True, slots=True)
class FormPair:
    """The form of a task before and now, or of the items of a list in it (`path`). One may be empty.

    `name` is how sentences begin; `task` and `before_task` are its ids, other where the task was renamed.
    """

    models: tuple[Model, Model]
    process: str
    before_task: str
    task: str
    was: Schema
    is_now: Schema
    name: str
    renames: Renames
    path: str = ""

    def asked(self, *, now: bool) -> AskedQuestion:
        form, task = (self.is_now, self.task) if now else (self.was, self.before_task)
        return AskedQuestion(self.models[now], self.process, task, form.get("properties", {}))

    def difference(self, about: About, field: str, kind: Kind, words: str) -> ModelDifference:
        subject = ".".join(filter(None, (self.task, self.path, field)))
        return ModelDifference(self.process, about, subject, kind, words, self.marks)

    @property
    def marks(self) -> tuple[Mark, ...]:
        old, new = (model.drawings.get(self.process) for model in self.models)
        return marks_on(old, new, [self.before_task], [self.task])


def differences_of_forms(models: tuple[Model, Model], renames: Renames) -> Iterator[ModelDifference]:
    """In the order of the new bundle, then what is gone."""
    old, new = ({_place(path): form for path, form in model.forms.items()} for model in models)
    before = {(process, renames.of(process).get(task, task)): form for (process, task), form in old.items()}
    for process, task in dict.fromkeys((*new, *before)):
        then = renames.old_id(process, task)
        there, gone = (process, task) in new, (process, task) not in before
        if there and not gone and _written(new[process, task]) == _written(before[process, task]):
            continue  # with its questions in the same order
        name = title(models[there], process, task if there else then)
        was, is_now = before.get((process, task), _NONE), new.get((process, task), _NONE)
        pair = FormPair(models, process, then, task, was, is_now, name, renames)
        yield from _whole(pair) if gone or not there else _as_far_as_it_is_a_form(pair)


def _as_far_as_it_is_a_form(pair: FormPair) -> tuple[ModelDifference, ...]:
    """A draft may hold what is no form yet, which the linter refuses in words of its own."""
    try:
        return tuple(_differences(pair))
    except NOT_IN_THE_LANGUAGE:
        words = f"The form of {pair.name} is otherwise now, and has faults: until they are mended, no more can be said."
        return (pair.difference("form", "", "changed", words),)


def _place(path: str) -> tuple[str, str]:
    """Process and task."""
    process, _, task = path.removeprefix("forms/").removesuffix(".json").partition("/")
    return process, task


def _whole(pair: FormPair) -> Iterator[ModelDifference]:
    form = pair.is_now or pair.was
    asks = listed([f"“{field.get('title') or readable(name)}”" for name, field in form.get("properties", {}).items()])
    if pair.is_now:
        yield pair.difference("form", "", "added", f"{pair.name} now has a form, and asks {asks or 'nothing'}.")
    else:
        yield pair.difference("form", "", "removed", f"{pair.name} has no form any more; it asked {asks or 'nothing'}.")


def _differences(pair: FormPair) -> Iterator[ModelDifference]:
    before, now = pair.asked(now=False), pair.asked(now=True)
    for keyword in dict.fromkeys((*pair.was, *pair.is_now)):
        was, is_now = pair.was.get(keyword), pair.is_now.get(keyword)
        if keyword not in _OF_FORM and was != is_now:
            words = _turned(
                f"The form of {pair.name}" if not pair.path else pair.name, keyword, (before, now), was, is_now
            )
            yield pair.difference("form", "", "renamed" if keyword == "title" else "changed", words)
    yield from _of_questions(pair, before, now)
    yield from _order(pair)
    yield from _rules(pair, before, now)


def _of_questions(pair: FormPair, before: AskedQuestion, now: AskedQuestion) -> Iterator[ModelDifference]:
    then, there = before.beside, now.beside
    for field in dict.fromkeys((*there, *then)):
        if field not in then:
            yield pair.difference(
                "question", field, "added", f"{pair.name} now asks {_whole_question(pair, now, field)}."
            )
        elif field not in there:
            yield pair.difference("question", field, "removed", f"{pair.name} no longer asks {before.named(field)}.")
        else:
            yield from _of_question(pair, field, before, now)
    unasked = (
        {field for form in (pair.was, pair.is_now) for field in form.get("required", ())} - then.keys() - there.keys()
    )
    for field in sorted(unasked):  # which the linter refuses
        yield from _needed_now(pair, field, f"{pair.name}, {now.named(field)}")


def _whole_question(pair: FormPair, now: AskedQuestion, field: str) -> str:
    """“Why?” (shown only where “Is it late?” is “Yes”, it must be answered)."""
    asked = now.beside[field]
    shown = {**asked.get("x-ui", {}), **asked}
    said = [keyword_in_words(now, each, shown[each]) for each in ("show_if", "x-when", "x-shown-to") if each in shown]
    choices = listed([f"“{one.get('title')}”" for one in asked.get("items", asked).get("oneOf", ())], "or")
    inner = listed([f"“{one.get('title')}”" for one in asked.get("items", _NONE).get("properties", _NONE).values()])
    said += [f"with the choices {choices}"] if choices else []
    said += [f"of each item {inner}"] if inner else []
    said += ["it must be answered"] if field in pair.is_now.get("required", ()) else []
    return f"{now.named(field)} ({', '.join(said)})" if said else now.named(field)


def _of_question(pair: FormPair, field: str, before: AskedQuestion, now: AskedQuestion) -> Iterator[ModelDifference]:
    was, is_now = before.beside[field], now.beside[field]
    name = f"{pair.name}, {now.named(field)}"
    if was.get("title") != is_now.get("title"):
        words = f"{pair.name}: the question {before.named(field)} is put as {now.named(field)} now."
        yield pair.difference("question", field, "renamed", words)
    for keyword, then, there in _keywords(was, is_now, pair.renames):
        words = _turned(name, keyword, (before, now), then, there)
        yield pair.difference("question", field, "changed", words)
    yield from _needed_now(pair, field, name)
    yield from _choices(pair, field, name, (before, now))
    yield from _items(pair, field, name)


def _needed_now(pair: FormPair, field: str, name: str) -> Iterator[ModelDifference]:
    was, is_now = (field in form.get("required", ()) for form in (pair.was, pair.is_now))
    if was is not is_now:
        words = (
            "must be answered now; before it could be left"
            if is_now
            else "can be left now; before it had to be answered"
        )
        yield pair.difference("question", field, "changed", f"{name} {words}.")


def _keywords(was: Schema, is_now: Schema, renames: Renames) -> Iterator[tuple[str, Any, Any]]:
    """What differs, of the question itself and of how it is shown; of its items what is no question of theirs."""
    parts = ((was.get(group, _NONE), is_now.get(group, _NONE)) for group in _GROUPS)
    for before, now in ((was, is_now), *parts):
        for keyword in dict.fromkeys((*before, *now)):
            then, there = before.get(keyword), now.get(keyword)
            alike = keyword in _CONDITIONS and same_expression(then, there)
            alike = alike or renames.explain(_written(then), _written(there))
            if keyword not in _OF_FIELD and keyword != "title" and then != there and not alike:
                yield keyword, then, there


def _turned(name: str, keyword: str, asked: tuple[AskedQuestion, AskedQuestion], was: Any, is_now: Any) -> str:
    then, there = keyword_in_words(asked[0], keyword, was), keyword_in_words(asked[1], keyword, is_now)
    return turned(name, *apart(then, there, _written(was), _written(is_now)))


def _written(value: Any) -> str:
    return "nothing" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()


def _choices(
    pair: FormPair, field: str, name: str, asked: tuple[AskedQuestion, AskedQuestion]
) -> Iterator[ModelDifference]:
    then, there = (_offered(one.beside[field]) for one in asked)
    for value in dict.fromkeys((*there, *then)):
        was, is_now = then.get(value), there.get(value)
        label = f"“{((is_now or was) or {}).get('title') or readable(value)}”"
        if was is None or is_now is None:
            words = f"{name} {f'can be answered {label} now' if is_now else f'can no longer be answered {label}'}."
            yield pair.difference("question", field, kind_of(was is not None, is_now is not None), words)
            continue
        for keyword, before, now in _keywords(was, is_now, pair.renames):
            yield pair.difference(
                "question", field, "changed", _turned(f"{name}, the answer {label}", keyword, asked, before, now)
            )
        if was.get("title") != is_now.get("title"):
            called_before = was.get("title") or readable(value)
            words = f"{name}: the answer “{called_before}” is called {label} now."
            yield pair.difference("question", field, "renamed", words)
    if _in_other_order(list(then), list(there)):
        yield pair.difference("question", field, "moved", f"{name}: the answers stand in another order now.")


def _offered(field: Schema) -> dict[str, Schema]:
    own = field.get("oneOf", ())
    return {str(one.get("const")): one for one in (*own, *field.get("items", _NONE).get("oneOf", ()))}


def _in_other_order(was: Sequence[str], is_now: Sequence[str]) -> bool:
    return [one for one in was if one in is_now] != [one for one in is_now if one in was]


def _items(pair: FormPair, field: str, name: str) -> Iterator[ModelDifference]:
    was, is_now = (form["properties"][field].get("items", _NONE) for form in (pair.was, pair.is_now))
    path = ".".join(filter(None, (pair.path, field)))
    inner = FormPair(
        pair.models,
        pair.process,
        pair.before_task,
        pair.task,
        _group(was),
        _group(is_now),
        f"{name}, each item",
        pair.renames,
        path,
    )
    yield from _differences(inner)


def _group(items: Schema) -> Schema:
    """Without its choices, which are those of the question itself."""
    return {keyword: value for keyword, value in items.items() if keyword != "oneOf"}


def _order(pair: FormPair) -> Iterator[ModelDifference]:
    was, is_now = (list(form.get("properties", ())) for form in (pair.was, pair.is_now))
    if _in_other_order(was, is_now):
        yield pair.difference("form", "", "moved", f"{pair.name}: the questions stand in another order now.")


def _rules(pair: FormPair, before: AskedQuestion, now: AskedQuestion) -> Iterator[ModelDifference]:
    then, there = ([_canonical(rule) for rule in form.get("allOf", ())] for form in (pair.was, pair.is_now))
    gone = {_rule_in_words(before, rule) for rule in then if rule not in there}
    new = {_rule_in_words(now, rule) for rule in there if rule not in then}
    for words in sorted(gone | new):
        kind = kind_of(words in gone, words in new)
        said = {"added": words, "removed": f"no longer so: {words}", "changed": f"written otherwise now: {words}"}
        yield pair.difference("form", "", kind, f"{pair.name}: {said[kind]}.")


def _canonical(rule: Schema) -> str:
    return orjson.dumps(rule, option=orjson.OPT_SORT_KEYS).decode()


def _rule_in_words(asked: AskedQuestion, written: str) -> str:
    """“Why?” must be answered where “Is it late?” is “Yes”."""
    rule: Schema = orjson.loads(written)
    tested = rule.get("if", _NONE)
    holds = [
        f"{asked.named(field)} is {'answered' if 'minItems' in test else _tested(asked, field, test)}"
        for field, test in tested.get("properties", _NONE).items()
    ]
    asks_for = [one for one in tested.get("required", ()) if one not in tested.get("properties", _NONE)]
    holds += [f"{asked.named(field)} is answered" for field in asks_for]
    told = [f"{_needed(asked, rule.get('then', _NONE))} must be answered where {listed(holds)}"]
    told += [f"and otherwise {_needed(asked, rule['else'])}"] if "else" in rule else []
    return ", ".join(told)


def _tested(asked: AskedQuestion, field: str, test: Schema) -> str:
    return asked.answers(field, [test["const"]] if "const" in test else test.get("enum", ()))


def _needed(asked: AskedQuestion, branch: Schema) -> str:
    return listed([asked.named(field) for field in branch.get("required", ())]) or "nothing"
