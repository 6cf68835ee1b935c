"""Between the questions of a form, what a browser sends for them, and the answers that the engine takes.

What was typed is kept as the browser sent it, name -> values: so it can be shown again to the letter, right or wrong.
A name is the path of the answer ("children.0.given_name"); a date has `-day`, `-month` and `-year` behind it. A list
sends its own name once for each item, with the item's number as the value: no item is lost because it is empty.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from engine.base.clock import LONDON
from engine.forms.questions import LONGEST_LIST, SEVERAL, Question
from engine.forms.size import LONGEST

Typed: TypeAlias = Mapping[str, Sequence[str]]

_DATE_PARTS = ("day", "month", "year")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*([ap]m)?")
_NOON = 12


def answers_of(questions: Sequence[Question], typed: Typed, prefix: str = "") -> dict[str, Any]:
    """What the engine is asked to take. Blank means not answered; an item of a list with nothing in it is none."""
    answers: dict[str, Any] = {}
    for question in questions:
        answer = _answer(question, typed, prefix + question.id)
        if answer:
            answers[question.id] = answer
    return answers


def typed_of(questions: Sequence[Question], answers: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """As if somebody had typed these answers: `answers_of` gives them back."""
    typed: dict[str, list[str]] = {}
    for question in questions:
        if question.id in answers:
            typed.update(_typed(question, answers[question.id], prefix + question.id))
    return typed


def tidied(questions: Sequence[Question], typed: Typed) -> dict[str, list[str]]:
    """The same with the items of every list numbered without gaps and the empty ones left out.

    The engine counts items so when it names one that is wrong.
    """
    return _renumbered(questions, typed, lambda question, at: bool(answers_of(question.questions, typed, f"{at}.")))


def with_another(questions: Sequence[Question], typed: Typed, path: str) -> dict[str, list[str]]:
    """With one empty item more at the end of that list."""
    numbered = _renumbered(questions, typed, lambda _question, _at: True)
    items = numbered.setdefault(path, [])
    if len(items) < LONGEST_LIST:
        items.append(str(len(items)))
    return numbered


def without(questions: Sequence[Question], typed: Typed, item: str) -> dict[str, list[str]]:
    """Without that item ("children.1") of a list."""
    return _renumbered(questions, typed, lambda _question, at: at != item)


def items_of(question: Question, typed: Typed, path: str) -> tuple[str, ...]:
    """The numbers of the items that the browser sent, in order; a list with rows given has one for each.

    More than a form takes are for the engine to refuse, which says so; only what it would not look at is left out.
    """
    if question.choices:
        return tuple(str(number) for number in range(len(question.choices)))
    sent = dict.fromkeys(number for number in typed.get(path, ()) if number.isascii() and number.isdecimal())
    return tuple(sent)[: LONGEST + 1]


def one(typed: Typed, name: str) -> str:
    values = typed.get(name, ())
    return values[0] if values else ""


def _renumbered(
    questions: Sequence[Question], typed: Typed, keep: Callable[[Question, str], bool], old: str = "", new: str = ""
) -> dict[str, list[str]]:
    """Only what belongs to these questions; `keep` says of an item of a list, by its path, whether it stays."""
    kept: dict[str, list[str]] = {}
    for question in questions:
        if question.kind == "list":
            kept.update(_renumbered_list(question, typed, keep, old + question.id, new + question.id))
        for name in _names(question):
            if old + name in typed:
                kept[new + name] = list(typed[old + name])
    return kept


def _renumbered_list(
    question: Question, typed: Typed, keep: Callable[[Question, str], bool], old: str, new: str
) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    items = [at for at in items_of(question, typed, old) if question.choices or keep(question, f"{old}.{at}")]
    for place, number in enumerate(items):
        kept.update(_renumbered(question.questions, typed, keep, f"{old}.{number}.", f"{new}.{place}."))
    kept[new] = [str(place) for place in range(len(items))]
    return kept


def _names(question: Question) -> tuple[str, ...]:
    """Under which names a browser sends the answer to this question."""
    if question.kind in ("list", "statement"):
        return ()
    if question.kind in ("date", "date_time"):
        parts = (*_DATE_PARTS, "time") if question.kind == "date_time" else _DATE_PARTS
        return tuple(f"{question.id}-{part}" for part in parts)
    return (question.id,)


def _answer(question: Question, typed: Typed, path: str) -> Any:
    if question.kind == "list":
        return _items(question, typed, path)
    if question.kind in SEVERAL:
        return [value for value in typed.get(path, ()) if value]
    if question.kind == "date":
        return _date(typed, path)
    if question.kind == "date_time":
        return _date_time(typed, path)
    return None if question.kind == "statement" else one(typed, path).strip() and one(typed, path)


def _items(question: Question, typed: Typed, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for number in items_of(question, typed, path):
        item = answers_of(question.questions, typed, f"{path}.{number}.")
        if question.choices:
            item[question.row] = question.choices[int(number)].value
        if item:
            items.append(item)
    return items


def _date(typed: Typed, path: str) -> str:
    day, month, year = (one(typed, f"{path}-{part}").strip() for part in _DATE_PARTS)
    month = _month(month)
    if day.isdecimal() and month.isdecimal() and year.isdecimal():
        return f"{year:0>4}-{month:0>2}-{day:0>2}"
    return f"{day}/{month}/{year}" if day or month or year else ""


def day_of(typed: Typed, path: str) -> date | None:
    """A date that was typed in three fields; None for what is none."""
    try:
        return date.fromisoformat(_date(typed, path))
    except ValueError:
        return None


def moment_of(typed: Typed, path: str) -> datetime | None:
    """A day and a time in London that were typed in four fields; None for what is none."""
    try:
        return datetime.fromisoformat(_date_time(typed, path)).replace(tzinfo=LONDON)
    except ValueError:
        return None


def typed_moment(path: str, moment: datetime) -> dict[str, list[str]]:
    """As `moment_of` reads it."""
    return _typed_date_time(moment.isoformat(), path)


def _month(text: str) -> str:
    """People may write the name of a month as well as its number."""
    name = text.casefold()[:3]
    return str(_MONTHS.index(name) + 1) if name in _MONTHS else text


def _date_time(typed: Typed, path: str) -> str:
    day, time = _date(typed, path), one(typed, f"{path}-time").strip()
    return f"{day}T{_time(time)}" if day or time else ""


def _time(text: str) -> str:
    """“2.30pm”, “1430” and “14:30” are one time. What is none stays as it is, for the engine to refuse."""
    found = _TIME.fullmatch(text.casefold())
    if found is None:
        return text
    hour, minute, half = int(found[1]), found[2] or "00", found[3]
    if half and hour <= _NOON:
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    return f"{hour:02}:{minute}"


def _typed(question: Question, answer: Any, path: str) -> dict[str, list[str]]:
    if question.kind == "list":
        return _typed_items(question, answer, path)
    if question.kind in SEVERAL:
        return {path: [str(value) for value in answer]}
    if question.kind == "date":
        return _typed_date(str(answer), path)
    if question.kind == "date_time":
        return _typed_date_time(str(answer), path)
    return {path: [str(answer)]}


def _typed_items(question: Question, items: Iterable[Mapping[str, Any]], path: str) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = {path: []}
    rows = {choice.value: number for number, choice in enumerate(question.choices)}
    for place, item in enumerate(items):
        number = rows.get(item.get(question.row, ""), place)
        typed[path].append(str(number))
        typed.update(typed_of(question.questions, item, f"{path}.{number}."))
    return typed


def _typed_date(answer: str, path: str) -> dict[str, list[str]]:
    found = _ISO_DATE.match(answer)
    if found is None:
        return {}
    year, month, day = found.groups()
    return {f"{path}-day": [day.lstrip("0")], f"{path}-month": [month.lstrip("0")], f"{path}-year": [year]}


def _typed_date_time(answer: str, path: str) -> dict[str, list[str]]:
    moment = datetime.fromisoformat(answer)
    local = moment.astimezone(LONDON) if moment.tzinfo else moment
    return {**_typed_date(local.date().isoformat(), path), f"{path}-time": [f"{local:%H:%M}"]}
