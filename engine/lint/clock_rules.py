"""Clocks: those that drawings name, and what the rows of timescales.csv listen to."""

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile

from engine.forms.answer_roles import field_with_role
from engine.lint.form_file import START, FormFile, kind_of
from engine.lint.lint_problems import LintProblem, RuleId
from engine.lint.listening import event_faults
from engine.lint.material import Material, fault, missing, nearest, of_kind
from engine.lint.table_files import TIMESCALES
from engine.process.drawing import CATCHES, Drawing
from engine.timescales.rules import Clock, DateRule, Event, Notice, Unit

PAST = "not_in_future"
"""The check of a date that says when something has happened."""
LATE_REASON = "late_reason"
"""The role of the answer that says why a clock is met late."""


def check(drawing: Drawing, material: Material) -> Iterator[LintProblem]:
    """The clocks named by the events of one drawing."""
    known = frozenset(material.tables.clocks)
    for event in of_kind(drawing, *CATCHES):
        if event.clock is not None and event.clock not in known:
            message = f"{event.clock or 'This'} is no clock of timescales.csv.{_instead(event.clock, known)}"
            yield fault("unknown-clock", drawing, event, message, missing("clock", event.clock))

    for task in of_kind(drawing, "userTask"):
        rule = material.tables.clocks.get(task.properties.get("resumes_clock", ""))
        if rule is not None and rule.scope == "instance":
            message = f"`resumes_clock`: {rule.id} ended with what set it: give it the scope origin or case."
            yield fault("clock-scope", drawing, task, message)


_DURATION = re.compile(r"(R[0-9]*/)?P(?=.*[0-9])[0-9YMWDTHS.]+|[0-9]+ *(minute|hour|day|week|month|year)s?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*")


def _instead(written: str, known: frozenset[str]) -> str:
    if _DURATION.fullmatch(written):
        return " Durations stand under Time limits (timescales.csv): write the name of the clock here."
    if _MOMENT.fullmatch(written):
        return " No date stands in a drawing: timescales.csv says from what a clock counts. Write its name here."
    return nearest(written, known)


def check_table(material: Material) -> Iterator[LintProblem]:
    above: set[str] = set()
    for rule in material.tables.clocks.values():
        for event in (*rule.starts_on, *rule.met_on, *rule.stopped_on):
            found = event_faults(event, material, "clock-event")
            yield from (_fault(one.rule, rule, material, one.message, one.cause) for one in found)
        yield from _order(rule, above, material)
        yield from _scope(rule, material)
        yield from _moments(rule, material)
        yield from _warned_at_once(rule, material)
        above.add(rule.id)
    yield from _late_reasons(material)


def _order(rule: Clock, above: set[str], material: Material) -> Iterator[LintProblem]:
    """Clocks that start each other in turn would never come to rest, so one listens only to rows above its own."""
    for event in rule.starts_on:
        if event.happening in ("set", "passed") and event.process in material.tables.clocks.keys() - above:
            message = f"Put the row {event.process} above this one: a clock listens only to the clocks above it."
            yield _fault("clock-event", rule, material, message)


def _scope(rule: Clock, material: Material) -> Iterator[LintProblem]:
    """A clock of an instance ends with it, so it does not start on what may happen after that; one of the child is met
    and stopped wherever the child has a case.
    """
    late = [event for event in rule.starts_on if _may_come_after_the_end(event, material.tables.clocks)]
    if late and rule.scope == "instance":
        event = f"{late[0].happening} {late[0].process}"
        message = f"`{event}` may come when the instance has ended: give this clock the scope origin or case."
        yield _fault("clock-scope", rule, material, message)
    for event in (*rule.met_on, *rule.stopped_on) if rule.scope == "person" else ():
        row = material.tables.message(event.process) if event.happening == "thrown" else None
        if row is not None and "reaches_child" not in row.effects:
            message = f"{row.name} stays in its case: say reaches_child in its column effect, or give the scope case."
            yield _fault("clock-scope", rule, material, message)


def _may_come_after_the_end(event: Event, clocks: Mapping[str, Clock]) -> bool:
    """A clock that is set by another begins at the same moment; `_order` sees that they do not go in a circle."""
    watched = clocks.get(event.process)
    match event.happening:
        case "thrown" | "ended":
            return True
        case "passed":
            return watched is not None and watched.scope != "instance"
        case "set":
            above = dict(takewhile(lambda row: row[0] != event.process, clocks.items()))
            return watched is not None and any(_may_come_after_the_end(one, above) for one in watched.starts_on)
        case _:
            return False


def _moments(rule: Clock, material: Material) -> Iterator[LintProblem]:
    for event in rule.starts_on:
        yield from _moment(rule, rule.counts_from, event, material)
    for event in rule.met_on:
        yield from _moment(rule, rule.met_at, event, material)


def _moment(rule: Clock, moment: DateRule, event: Event, material: Material) -> Iterator[LintProblem]:
    if moment.named == "its due date" and event.happening != "set":
        message = f"`its due date` is that of the clock that was set: start it on set ..., not on {event.happening}."
        yield _fault("clock-field", rule, material, message)
    if moment is rule.counts_from and rule.limit < 0:
        yield from _back(rule, event, material)
    if not moment.field or event.happening == "reached":
        return
    process, task = (moment.process, START) if moment.process else (event.process, event.task or START)
    form = material.forms.get((process, task))
    fields = {} if form is None or event.happening not in ("started", "completed") else form.fields
    asked = (fields.get(name, {}).get("format") for name in moment.fields)
    if not {"date", "date-time"} & set(asked):
        message = (
            f"The form {process}/{task} asks no date or time {moment.field}.{nearest(moment.field, frozenset(fields))}"
        )
        yield _fault("clock-field", rule, material, message)


def _back(rule: Clock, event: Event, material: Material) -> Iterator[LintProblem]:
    """Counted back from what has happened, it would be over before anybody could know of it."""
    if not _is_planned(rule, event, material) and rule.counts_from.named != "its due date":
        message = (
            "A limit counts back only from a day that is planned or from `its due date`: write it without the minus."
        )
        yield _fault("clock-limit", rule, material, message)


def _is_planned(rule: Clock, event: Event, material: Material) -> bool:
    """Whether it counts from a day that may lie ahead."""
    form = material.forms.get((event.process, event.task or START))
    asked = {} if form is None else form.fields
    names = [name for name in rule.counts_from.fields if name in asked]
    return bool(names) and not any(asked[name].get("x-check") == PAST for name in names)


def _warned_at_once(rule: Clock, material: Material) -> Iterator[LintProblem]:
    """A warning as long as the limit is there from the first moment on, and nobody heeds it."""
    planned = any(_is_planned(rule, event, material) for event in rule.starts_on)
    if not planned and any(_is_as_long(notice, rule) for notice in rule.warn_before):
        message = "Its warning comes as soon as it begins: it warns as long ahead as it runs, or longer. Is that meant?"
        yield _fault("early-warning", rule, material, message)


def _is_as_long(notice: Notice, rule: Clock) -> bool:
    """Whatever weekends and holidays lie between."""
    if rule.limit <= 0 or rule.unit == "instant":
        return False
    if notice.unit == rule.unit:
        return notice.count >= rule.limit
    hours = notice.count * (24 if notice.unit == "working_days" else 1)
    return hours >= rule.limit * _MOST_HOURS[rule.unit]


_MOST_HOURS: Mapping[Unit, int] = {"hours": 1, "days": 24, "working_days": 7 * 24, "months": 31 * 24}


def _late_reasons(material: Material) -> Iterator[LintProblem]:
    met = {(event.process, event.task): rule for rule in material.tables.clocks.values() for event in rule.met_on}
    for place, rule in met.items():
        form = material.forms.get(place)
        if form is not None and not _asks_why_late(form):
            message = (
                f"This task can meet the clock {rule.id} late: ask why (x-role {LATE_REASON}, long_text, x-when late)."
            )
            yield form.fault("late-reason", ("properties", field_with_role(form.schema, LATE_REASON) or ""), message)


def _asks_why_late(form: FormFile) -> bool:
    field = form.fields.get(field_with_role(form.schema, LATE_REASON) or "", {})
    return (field.get("type"), field.get("x-when"), kind_of(field)) == ("string", "late", "long_text")


def _fault(rule_id: RuleId, rule: Clock, material: Material, message: str, cause: str = "") -> LintProblem:
    return LintProblem(TIMESCALES, rule.id, material.tables.clock_lines.get(rule.id, 0), message, rule_id, cause=cause)
