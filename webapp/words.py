"""Moments and names in words, for templates: always London's time."""

from datetime import date, datetime, time, timedelta

from flask import Flask
from markupsafe import Markup

from engine.base.clock import LONDON
from engine.base.errors import by_cause
from engine.reads.case.deadlines import DeadlineView
from engine.reads.studio.change_list import STATES

COLOURS = {
    "overdue": "red",
    "soon": "yellow",
    "running": "grey",
    "met": "green",
    "late": "orange",
    "stopped": "grey",
    "stopped_late": "orange",
    "late_before": "orange",
}
MIDNIGHT, LAST_INSTANT = time.min, time.max
NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
LETTER_STATES = {
    "waiting": "Waits to be sent",
    "handing_over": "Being sent",
    "refused": "Not taken",
    "unknown": "Nobody knows whether it left",
}
ALARM_LETTER_STATES = {
    "waiting": "the letter has not left yet",
    "handing_over": "the letter is being sent",
    "refused": "the letter could not be sent",
    "unknown": "nobody knows whether the letter left",
    "handed_over": "the letter left",
    "confirmed": "it has arrived, as somebody found out",
    "withdrawn": "not sent, as somebody decided",
}
PROGRESS = {
    "open": ("Open now", "blue"),
    "done": ("Done", "green"),
    "withdrawn": ("Withdrawn", "grey"),
    "not_reached": ("Not reached", "grey"),
}


def register_filters(app: Flask) -> None:
    filters = (
        bdi,
        on,
        at,
        day,
        day_and_time,
        since,
        then,
        due_then,
        due,
        until,
        state,
        colour,
        capitalize_first,
        progress,
        progress_colour,
        letter_state,
        alarm_letter_state,
        by_cause,
        state_of_draft,
    )
    for filter_ in filters:
        app.add_template_filter(filter_)


def bdi(name: str) -> Markup:
    """A name that is written from right to left turns nothing round that stands beside it."""
    return Markup("<bdi>{}</bdi>").format(name)


def on(moment: datetime | date) -> str:
    """“Tuesday 31 March 2026”."""
    that_day = _day_of(moment)
    return f"{that_day:%A} {day(that_day)}"


def at(moment: datetime) -> str:
    """“14:05”."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def day(that_day: date) -> str:
    """“31 March 2026”."""
    return f"{that_day.day} {that_day:%B %Y}"


def day_and_time(moment: datetime, now: datetime) -> str:
    """“31 March 2026 at 14:05”; the year only where it is not this one, and “today” and “yesterday” by name.

    Midnight stands for the day: clocks that count from a date have it; the last instant for its end.
    """
    return _with_time(_near(_day_of(moment), now), moment)


def since(moment: datetime, now: datetime) -> str:
    """“09:14”, and with its day where that is not today: “yesterday at 09:14”, “27 November at 09:14”."""
    return at(moment) if _day_of(moment) == _day_of(now) else f"{_near(_day_of(moment), now)} at {at(moment)}"


def due(clock: DeadlineView, now: datetime) -> str:
    """“by the end of Tuesday 31 March”, or “by 14:05 today” for a clock that counts hours."""
    return f"by the end of {_weekday(clock.due_at, now)}" if clock.by_the_day else f"by {until(clock, now)}"


def until(clock: DeadlineView, now: datetime) -> str:
    """“14:05 today”, “14:05 on Tuesday 31 March”: when a clock that counts hours runs out, or has run out."""
    said = _weekday(clock.due_at, now)
    return f"{at(clock.due_at)} {said}" if said in NEAR else f"{at(clock.due_at)} on {said}"


def then(moment: datetime) -> str:
    """“31 March 2026 at 14:05”, for what is read years later: always with its year, whatever the day of reading."""
    return _with_time(day(_day_of(moment)), moment)


def _with_time(that_day: str, moment: datetime) -> str:
    clock = moment.astimezone(LONDON).time()
    if clock == LAST_INSTANT:
        return f"the end of {that_day}"
    return that_day if clock == MIDNIGHT else f"{that_day} at {at(moment)}"


def due_then(moment: datetime, by_the_day: bool) -> str:
    """“by the end of 31 March 2026”, or “by 31 March 2026 at 14:05” for a clock that counts hours."""
    return f"by the end of {day(_day_of(moment))}" if by_the_day else f"by {then(moment)}"


def state(clock: DeadlineView) -> str:
    """“Soon: 2 working days left” once the first warning has come."""
    return f"Soon: {clock.words}" if clock.state == "soon" else capitalize_first(clock.words)


def colour(clock: DeadlineView) -> str:
    return COLOURS[clock.state]


def capitalize_first(words: str) -> str:
    """Unlike Jinja's `capitalize`, leaves the names of months as they are."""
    return words[:1].upper() + words[1:]


def progress(name: str) -> str:
    return PROGRESS[name][0]


def progress_colour(name: str) -> str:
    return PROGRESS[name][1]


def letter_state(name: str) -> str:
    """Of a letter that has not left, or of which nobody knows."""
    return LETTER_STATES[name]


def alarm_letter_state(name: str) -> str:
    return ALARM_LETTER_STATES[name]


def state_of_draft(name: str) -> str:
    return STATES[name]


def _weekday(moment: datetime, now: datetime) -> str:
    near = _near(_day_of(moment), now)
    return near if near in NEAR else f"{_day_of(moment):%A} {near}"


def _near(that_day: date, now: datetime) -> str:
    today = _day_of(now)
    for name, days in NEAR.items():
        if that_day == today + timedelta(days=days):
            return name
    return f"{that_day.day} {that_day:%B}" if that_day.year == today.year else day(that_day)


def _day_of(moment: datetime | date) -> date:
    return moment.astimezone(LONDON).date() if isinstance(moment, datetime) else moment
