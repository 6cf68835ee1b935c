"""What a form says of proceeding differently at its task (`x-departures`), and what is asked of a step that is skipped.

`skip`: the step is not done as drawn, and the process goes on by what is stated. `repeat`: it is done once more.
`open`: it is opened before the drawing comes to it. Each is free, `approved` (a manager agrees first) or `never`. What
a manager decides is never free: where its form says nothing, it is `approved`.
"""

from collections.abc import Collection, Mapping
from typing import Any, Literal, cast, get_args

from engine.forms.answer_roles import fields_with_role
from engine.forms.schema import Schema

How = Literal["skip", "repeat", "open"]
HOWS: tuple[How, ...] = get_args(How)
DEPARTURES, BECAUSE = "x-departures", "because"
NOT_STATED = "x-not-stated"
"""Of a choice: nobody goes on by it without having done the step."""
APPROVED, NEVER = "approved", "never"


def is_never(form: Schema, how: How) -> bool:
    return _said(form).get(how) == NEVER


def is_approved(form: Schema, how: How, *, decided_by_manager: bool) -> bool:
    """Whether it takes a manager beside whoever asks."""
    return _said(form).get(how, APPROVED if decided_by_manager else None) == APPROVED


def why_never(form: Schema) -> str:
    """In words of the models; empty where something is possible."""
    return str(_said(form).get(BECAUSE, ""))


def _said(form: Schema) -> Mapping[str, Any]:
    return form.get(DEPARTURES, {})


def departures_in_words(said: Mapping[str, str]) -> str:
    """“Skipped only where a manager agrees and never opened out of order, because …”, of `x-departures`."""
    ways = {APPROVED: "{} only where a manager agrees", NEVER: "never {}"}
    those = {way: [_DONE[how] for how in _DONE if said.get(how) == way] for way in ways}
    words = " and ".join(ways[way].format(" or ".join(done)) for way, done in those.items() if done)
    return f"{words}, because “{said[BECAUSE]}”" if BECAUSE in said else words


_DONE: Mapping[How, str] = {"skip": "skipped", "repeat": "repeated", "open": "opened out of order"}


def skip_form(form: Schema, asked: Collection[str]) -> Schema:
    """Of the form the questions `asked`, by which the process goes on; all else is left unanswered. What is asked must
    be answered where the form itself says so.
    """
    seen = fields_with_role(form, "child_seen")
    fields = {
        name: _stated(field, asked, {"yes"} if name in seen else set())
        for name, field in form.get("properties", {}).items()
        if name in asked
    }
    return {
        "title": form.get("title", ""),
        "type": "object",
        "properties": fields,
        "required": [name for name in form.get("required", ()) if name in fields],
        "allOf": [one for one in (_kept(each, asked) for each in form.get("allOf", ())) if one],
    }


def _stated(field: Schema, asked: Collection[str], closed: Collection[str]) -> Schema:
    """Without what would hang on a question that is not asked, and without the choices that nobody may state: that the
    child was seen (`closed`) among them.
    """
    ui, choices = field.get("x-ui", {}), field.get("oneOf", ())
    kept = [one for one in choices if one["const"] not in closed and NOT_STATED not in one]
    left = field if len(kept) == len(choices) else {**field, "oneOf": kept}
    if {*ui.get("show_if", {})} <= {*asked}:
        return left
    return {**left, "x-ui": {key: value for key, value in ui.items() if key != "show_if"}}


def _kept(condition: Schema, asked: Collection[str]) -> dict[str, Any]:
    """One `if` of the form as far as it is about what is asked; nothing where it is about something else."""
    tested = condition.get("if", {}).get("properties", {})
    if not {*tested} <= {*asked}:
        return {}
    branches: dict[str, Any] = {}
    for branch in ("then", "else"):
        required = cast("list[str]", condition.get(branch, {}).get("required", []))
        if kept := [name for name in required if name in asked]:
            branches[branch] = {"required": kept}
    if "then" not in branches:
        return {"if": condition["if"], "then": {"required": []}, **branches} if branches else {}
    return {"if": condition["if"], **branches}
