"""“Must be answered when this question has that answer”: the `if` and `then` of a form, read and changed for one
question. Conditions over several questions, on a list that is not empty, and those with an `else`, are left as they
stand.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.forms.schema import Schema


def needed_for(group: Schema, name: str) -> dict[str, tuple[str, ...]]:
    """Of a form, or of the items of a list: the questions that make this one needed, with the answers that do."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in group.get("allOf", ()):
        if (test := _one_test(rule)) and name in rule["then"]["required"]:
            asked, values = test
            found[asked] = tuple(dict.fromkeys((*found.get(asked, ()), *values)))
    return found


def other_rules(group: Schema, name: str) -> Iterator[Schema]:
    """What else says that it is needed, which is not changed here."""
    for rule in group.get("allOf", ()):
        branches = (rule.get("then", {}), rule.get("else", {}))
        if not _one_test(rule) and any(name in one.get("required", ()) for one in branches):
            yield rule


def with_needed_for(group: Schema, name: str, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Only what is otherwise than before is touched, so that rules keep their places."""
    before = needed_for(group, name)
    same = {asked for asked, values in wanted.items() if set(before.get(asked, ())) == set(values)}
    rules = [_without(rule, name) if _is_of(rule, name, before.keys() - same) else rule for rule in _rules(group)]
    for asked, values in wanted.items():
        if asked not in same:
            _add(rules, name, asked, values)
    return _with_rules(group, rules)


def needed_by_nothing(group: Schema, name: str) -> dict[str, Any]:
    """For a question that is taken out: no condition, of whatever kind, makes it needed any more."""
    return _with_rules(group, [_without(rule, name) for rule in _rules(group)])


def _with_rules(group: Schema, rules: list[dict[str, Any]]) -> dict[str, Any]:
    kept = [rule for rule in rules if rule["then"]["required"] or rule.get("else", {}).get("required")]
    made = {key: value for key, value in group.items() if key != "allOf" or kept}
    return {**made, "allOf": kept} if kept else made


def _rules(group: Schema) -> list[dict[str, Any]]:
    return [*group.get("allOf", ())]


def _is_of(rule: Schema, name: str, questions: set[str]) -> bool:
    test = _one_test(rule)
    return bool(test) and test[0] in questions and name in rule["then"]["required"]


def _without(rule: Schema, name: str) -> dict[str, Any]:
    branches = {branch: rule[branch] for branch in ("then", "else") if name in rule.get(branch, {}).get("required", ())}
    left = {
        key: {**one, "required": [each for each in one["required"] if each != name]} for key, one in branches.items()
    }
    return {**rule, **left}


def _add(rules: list[dict[str, Any]], name: str, asked: str, values: tuple[str, ...]) -> None:
    for place, rule in enumerate(rules):
        test = _one_test(rule)
        if test and test[0] == asked and set(test[1]) == set(values):
            then = {**rule["then"], "required": [*rule["then"]["required"], name]}
            rules[place] = {**rule, "then": then}
            return
    tested = {"const": values[0]} if len(values) == 1 else {"enum": [*values]}
    condition = {"properties": {asked: tested}, "required": [asked]}
    rules.append({"if": condition, "then": {"required": [name]}})


def _one_test(rule: Schema) -> tuple[str, tuple[str, ...]] | None:
    """The one question that is tested, with the answers; None for anything more."""
    tested: Mapping[str, Schema] = rule["if"]["properties"]
    if "else" in rule or len(tested) != 1:
        return None
    asked, test = next(iter(tested.items()))
    if len(test) != 1 or not test.keys() & {"const", "enum"}:
        return None
    return asked, (test["const"],) if "const" in test else tuple(test["enum"])
