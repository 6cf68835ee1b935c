"""The time limits before and now, each change of a length with what it makes of one day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain

from engine.base.clock import LONDON
from engine.difference.called import clock_called, date_called, event_called, events_called
from engine.difference.model_difference import Mark, ModelDifference, Renames, apart, kind_of, marks_on, turned
from engine.process.bundle import Model
from engine.process.condition_words import listed
from engine.timescales.calendar import Calendar, day_of
from engine.timescales.rules import ELAPSED, Clock, Event, Notice, Scope, due, limit_in_words

INVENTED = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""The moment from which examples count: a Monday, with Easter ahead."""
_SCOPES: Mapping[Scope, str] = {
    "instance": "by steps of the same process only",
    "origin": "by steps of the same process and of what followed from it",
    "case": "by steps of any process in the case",
    "person": "by steps in any case of the child",
}
_PROTECTS: Mapping[str, str] = {
    "police": "saying that the child is in police protection while it runs",
    "order": "saying that an emergency protection order holds while it runs",
}


def differences_of_clocks(old: Model, new: Model, renames: Renames) -> Iterator[ModelDifference]:
    """In the order of the new table, then what is gone."""
    for clock in dict.fromkeys((*new.rules, *old.rules)):
        was, is_now = old.rules.get(clock), new.rules.get(clock)
        if was == is_now or renames.explain(was, is_now):
            continue
        if was and is_now:
            yield from _of_clock(old, new, was, is_now, renames)
        elif there := is_now or was:
            yield _whole(old, new, there, is_new=is_now is not None)


def _whole(old: Model, new: Model, clock: Clock, *, is_new: bool) -> ModelDifference:
    model = new if is_new else old
    name = f"The time limit {clock_called(model, clock.id)}"
    said = f"{_length(clock)}, from when {events_called(model, clock.starts_on)}"
    words = f"{name} is new: {said}.{_example(None, clock)}" if is_new else f"{name} is gone: it was {said}."
    return ModelDifference("", "time limit", clock.id, kind_of(not is_new, is_new), words, _marks(old, new, clock.id))


def _of_clock(old: Model, new: Model, was: Clock, is_now: Clock, renames: Renames) -> Iterator[ModelDifference]:
    marks = _marks(old, new, is_now.id)
    if was.title != is_now.title:
        words = f"The time limit “{was.title}” is called “{is_now.title}” now."
        yield ModelDifference("", "time limit", is_now.id, "renamed", words, marks)
    for words in _turns(old, new, was, is_now, renames):
        yield ModelDifference("", "time limit", is_now.id, "changed", words, marks)


def _turns(old: Model, new: Model, was: Clock, is_now: Clock, renames: Renames) -> Iterator[str]:
    name = f"The time limit “{is_now.title}”"
    if (was.limit, was.unit) != (is_now.limit, is_now.unit):
        yield f"{turned(name, _length(was), _length(is_now))}{_example(was, is_now)}"
    for column, does in EVENTS_IN_WORDS.items():
        before, now = getattr(was, column), getattr(is_now, column)
        if not renames.explain(before, now):
            yield from _events(old, new, name, does, before, now)
    for column, said in COLUMNS_IN_WORDS.items():
        before, now = getattr(was, column), getattr(is_now, column)
        if before != now and not renames.explain(before, now):
            yield turned(name, *apart(said(old, was), said(new, is_now), before, now))


def _length(clock: Clock) -> str:
    """“45 working days”; where a date is given, what is made of it."""
    if clock.unit == "instant" or clock.counts_from.named in ("the eighteenth birthday", "coming of age"):
        return limit_in_words(clock)
    if not clock.limit:
        return f"{limit_in_words(clock)} ({'the end of that day' if clock.unit == 'days' else f'in {clock.unit}'})"
    words = limit_in_words(clock)
    return f"{words.removesuffix(' before')} ahead" if clock.limit < 0 else words


def _example(was: Clock | None, is_now: Clock) -> str:
    """“Counted from Monday 2 March 2026 it is due on …; before: …”, as the engine calculates it; without closure days.

    Empty where the day is one that the case alone knows.
    """
    both = [clock for clock in (was, is_now) if clock]
    if any(one.counts_from.named in ("the eighteenth birthday", "coming of age") for one in both):
        return ""
    days = [_due(clock) for clock in both]
    if len({*days}) < len(days):
        return ""
    start = f"{_day(INVENTED)}{' at 10 am' if any(one.unit in ELAPSED for one in both) else ''}"
    before = f"; before, it was due on {days[0]}" if was else ""
    return f" For example: counted from {start}, it is due on {days[-1]}{before}."


def _due(clock: Clock) -> str:
    at = due(clock, INVENTED, Calendar())
    return f"{_day(at)}{f' at {_hour(at)}' if clock.unit in ELAPSED else ''}"


def _day(at: datetime) -> str:
    day = day_of(at)
    return f"{day:%A} {day.day} {day:%B %Y}"


def _hour(at: datetime) -> str:
    return at.astimezone(LONDON).strftime("%H:%M")


def _notice(one: Notice) -> str:
    unit = "hour" if one.unit == "hours" else "working day"
    return f"{one.count} {unit}{'' if one.count == 1 else 's'}"


def _warns(_model: Model, clock: Clock) -> str:
    return (
        f"warning {listed([_notice(one) for one in clock.warn_before])} ahead"
        if clock.warn_before
        else "without a warning"
    )


def _kind(_model: Model, clock: Clock) -> str:
    return (
        "statutory: no authority may set its own"
        if clock.kind == "statutory"
        else "local: an authority may set its own"
    )


EVENTS_IN_WORDS: Mapping[str, tuple[str, str]] = {
    "starts_on": ("now begins to run", "no longer begins to run"),
    "met_on": ("is now met", "is no longer met"),
    "stopped_on": ("is now stopped without being met", "is no longer stopped"),
}


def _events(
    old: Model, new: Model, name: str, does: tuple[str, str], was: Sequence[Event], is_now: Sequence[Event]
) -> Iterator[str]:
    yield from (f"{name} {does[0]} when {event_called(new, one)}." for one in is_now if one not in was)
    yield from (f"{name} {does[1]} when {event_called(old, one)}." for one in was if one not in is_now)
    if was != is_now and {*was} == {*is_now}:
        yield f"{name} {does[0]} when the same happens, which is named in another order."


COLUMNS_IN_WORDS: Mapping[str, Callable[[Model, Clock], str]] = {
    "kind": _kind,
    "scope": lambda _model, clock: f"met and stopped {_SCOPES.get(clock.scope, clock.scope)}",
    "counts_from": lambda model, clock: f"counted from {date_called(model, clock.counts_from, clock.starts_on)}",
    "met_at": lambda model, clock: f"in time by {date_called(model, clock.met_at, clock.met_on)}",
    "warn_before": _warns,
    "protects": lambda _model, clock: _PROTECTS.get(clock.protects, "saying nothing of the child’s protection"),
    "source": lambda _model, clock: f"with the source “{clock.source}”",
}
"""Of Clock all that is neither an event, nor its id, title, limit or unit."""


def _marks(old: Model, new: Model, clock: str) -> tuple[Mark, ...]:
    """What waits for it, and the tasks that meet it."""
    found: list[Mark] = []
    for process in dict.fromkeys((*new.drawings, *old.drawings)):
        before, now = (list(_shapes(model, process, clock)) for model in (old, new))
        found += marks_on(old.drawings.get(process), new.drawings.get(process), before, now)
    return tuple(found)


def _shapes(model: Model, process: str, clock: str) -> Iterator[str]:
    rule, drawing = model.rules.get(clock), model.drawings.get(process)
    met = [event.task for event in rule.met_on if event.process == process and event.task] if rule else []
    waiting = [one.id for one in drawing.elements.values() if one.clock == clock] if drawing else []
    return chain(met, waiting)
