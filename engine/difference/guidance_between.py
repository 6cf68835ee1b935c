"""The duties of the guidance before and now: what is asked for, and which forms say when it is done.

A duty that no form judges any more is lost: whoever publishes has to say that it is meant.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from engine.difference.called import clock_called, duty_called, process_called, role_called, title
from engine.difference.model_difference import ModelDifference, Renames, apart, kind_of, marks_on, turned
from engine.difference.ways_between import same_expression
from engine.forms.duty_judgement import JUDGING, Judgement, judgements_of
from engine.forms.schema import Schema
from engine.process.bundle import Model
from engine.process.condition_words import condition_in_words, listed
from engine.process.duty_table import NOW, Duty

Fulfilment = Literal["kept", "other", "lost", "gained", "nowhere"]
"""In both by the same answers; in both by other answers; before only; now only; in neither."""
_TABLES: Mapping[str, str] = dict(zip(JUDGING, ("done", "done otherwise", "still open", "not called for"), strict=True))

DUTY_COLUMNS: Mapping[str, Callable[[Model, Duty], str]] = {
    "duty": lambda _model, row: f"“{row.duty}”",
    "process": lambda model, row: f"a duty in {process_called(model, row.process)}",
    "actor": lambda model, row: f"for {listed([role_called(model, one) for one in row.actor.split()]) or 'nobody'}",
    "limit": lambda _model, row: f"within {row.limit}" if row.limit else "without a limit",
    "clock": lambda model, row: f"timed by {clock_called(model, row.clock)}" if row.clock else "timed by no time limit",
    "delivered": lambda _model, row: (
        "one that the product answers for"
        if row.delivered == NOW
        else f"one that the product does not answer for yet (“{row.delivered}”)"
    ),
    "source": lambda _model, row: f"asked for by “{row.source}”",
}


@dataclass(frozen=True, slots=True)
class DutyBetween:
    """A duty of either bundle, and where it is judged before and now: by no form where there is none."""

    duty: Duty
    before: tuple[Judgement, ...]
    now: tuple[Judgement, ...]

    @property
    def fulfilment(self) -> Fulfilment:
        if self.before and self.now:
            return "kept" if {*self.before} == {*self.now} else "other"
        return "lost" if self.before else "gained" if self.now else "nowhere"


def duties_between(old: Model, new: Model) -> tuple[DutyBetween, ...]:
    """In the order of the new table; then what only the old one has, and what only forms name."""
    before, now = _judged(old), _judged(new)
    known = {**old.duties, **new.duties}
    ids = dict.fromkeys((*new.duties, *old.duties, *now, *before))
    nameless = {duty: Duty(duty, "", "", duty, "", "", "", "") for duty in ids}
    return tuple(
        DutyBetween(known.get(duty) or nameless[duty], tuple(before.get(duty, ())), tuple(now.get(duty, ())))
        for duty in ids
    )


def _judged(model: Model) -> dict[str, list[Judgement]]:
    found: dict[str, list[Judgement]] = {}
    for path in sorted(model.forms):
        process, _, task = path.removeprefix("forms/").removesuffix(".json").partition("/")
        for duty, judgement in judgements_of(_judging(model.forms[path]), process, task):
            found.setdefault(duty, []).append(judgement)
    return found


def _judging(form: Schema) -> dict[str, dict[str, str]]:
    """The tables that say when a duty is done, as far as they keep to the language of forms: a draft may not."""
    tables = {table: form.get(table) for table in JUDGING}
    return {
        table: {duty: source for duty, source in cast(dict[str, Any], those).items() if isinstance(source, str)}
        for table, those in tables.items()
        if isinstance(those, dict)
    }


def _named(form: Schema) -> tuple[str, ...]:
    named: object = form.get("x-duty", ())
    several = named.split() if isinstance(named, str) else cast(list[object], named) if isinstance(named, list) else ()
    return tuple(one for one in several if isinstance(one, str))


def differences_of_guidance(old: Model, new: Model, renames: Renames) -> Iterator[ModelDifference]:
    """Of the table, of what is lost and gained, and of each form that says when a duty is done."""
    for one in duties_between(old, new):
        yield from _of_duty(old, new, one)
    for path in dict.fromkeys((*new.forms, *old.forms)):
        process, _, task = path.removeprefix("forms/").removesuffix(".json").partition("/")
        if path in new.forms or renames.of(process).get(task, task) == task:
            yield from _of_form(old, new, process, task, renames)


def _of_duty(old: Model, new: Model, one: DutyBetween) -> Iterator[ModelDifference]:
    duty, name = one.duty.id, f"The duty {duty_called(new if one.duty.id in new.duties else old, one.duty.id)}"
    was, is_now = old.duties.get(duty), new.duties.get(duty)
    if was and is_now:
        yield from _of_row((old, was), (new, is_now), name)
    elif there := is_now or was:
        source = f" ({there.source})" if there.source else ""
        words = f"{name}{source} is {'new' if is_now else 'no longer'} among those of the guidance."
        yield ModelDifference("", "duty", duty, kind_of(was, is_now), words)
    if one.fulfilment in ("lost", "gained"):
        lost = one.fulfilment == "lost"
        where = listed([title(old if lost else new, each.process, each.element) for each in (one.before or one.now)])
        words = f"{name} is lost: no form says any more when it is done; before, {where} did."
        words = words if lost else f"{name} is gained: {where} says now when it is done, and before no form did."
        yield ModelDifference("", "duty", duty, "removed" if lost else "added", words)


def _of_row(was: tuple[Model, Duty], is_now: tuple[Model, Duty], name: str) -> Iterator[ModelDifference]:
    for column, said in DUTY_COLUMNS.items():
        before, now = getattr(was[1], column), getattr(is_now[1], column)
        if before == now:
            continue
        if column == "duty":
            words = f"The duty “{before}” is worded “{now}” now."
            yield ModelDifference("", "duty", is_now[1].id, "renamed", words)
        else:
            words = turned(name, *apart(said(*was), said(*is_now), before, now))
            yield ModelDifference("", "duty", is_now[1].id, "changed", words)


def _of_form(old: Model, new: Model, process: str, task: str, renames: Renames) -> Iterator[ModelDifference]:
    then = renames.old_id(process, task)
    was, is_now = old.form(process, then) or {}, new.form(process, task) or {}
    name = title(new if is_now else old, process, task if is_now else then)
    marks = marks_on(old.drawings.get(process), new.drawings.get(process), [then], [task])
    named = [_named(form) for form in (was, is_now)]
    for duty in dict.fromkeys((*named[1], *named[0])):
        if (duty in named[0]) is not (duty in named[1]):
            about = f"about the duty {_duty(old, new, duty)}"
            words = f"{name} is {'now' if duty in named[1] else 'no longer'} {about}."
            yield ModelDifference(process, "duty", duty, kind_of(duty in named[0], duty in named[1]), words, marks)
    for table, state in _TABLES.items():
        before, now = (_judging(form).get(table, {}) for form in (was, is_now))
        for duty in dict.fromkeys((*now, *before)):
            alike = renames.explain(before.get(duty), now.get(duty))
            if not alike and not same_expression(before.get(duty), now.get(duty)):
                said = [
                    _holds(model, process, element, judged.get(duty))
                    for model, element, judged in ((old, then, before), (new, task, now))
                ]
                words = turned(f"{name}, the duty {_duty(old, new, duty)}, counts as {state}", *said)
                yield ModelDifference(process, "duty", duty, kind_of(duty in before, duty in now), words, marks)


def _duty(old: Model, new: Model, duty: str) -> str:
    return duty_called(new if duty in new.duties else old, duty)


def _holds(model: Model, process: str, element: str, source: str | None) -> str:
    return f"where {condition_in_words(model, process, element, source)}" if source else "never by this form"
