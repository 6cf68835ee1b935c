"""From what a step writes to the answers of its form: short ways of writing made long, gaps filled."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from engine.base.clock import LONDON
from engine.facts.circumstances import Situation
from engine.forms import Question, fill, questions
from engine.scenario.fields import as_asked
from engine.scenario.story import Table, instant

# Filling one field may change what holds (late, once it is known when), which may ask another: this settles it.
ROUNDS = 3
CHILD = "child"


class Prepared(NamedTuple):
    """`filled` are the paths of the fields that the story left out."""

    answers: dict[str, Any]
    filled: tuple[str, ...]

    def value(self, path: str) -> Any:
        """What stands at the path of a field: `told.0.reason`."""
        found: Any = self.answers
        for part in path.split("."):
            found = found[int(part) if isinstance(found, list) else part]
        return found


def prepare(
    form: Table,
    written: Table,
    situation: Callable[[Table], Situation],
    person: Callable[[str], str],
    at: datetime,
    *,
    children: Mapping[str, Table],
    strict: bool,
) -> Prepared:
    """`situation` says how things stand with the answers so far; `person` gives the id of whom a name stands for;
    `children` are what the story says of each.
    """
    now = situation({})
    asked = {question.id: question for question in questions(form, now.holding, now.choices)}
    answers = expand(written, asked, Expansion(person, at, children))
    filled: dict[str, None] = {}
    for _ in range(0 if strict else ROUNDS):
        now = situation(answers)
        answers, more = fill(form, answers, now.holding, at, now.choices)
        if not more:
            break
        filled |= dict.fromkeys(more)
    return Prepared(answers, tuple(filled))


def expand(written: Table, asked: Mapping[str, Question], expansion: "Expansion") -> dict[str, Any]:
    """Whatever is in no short form stays as it is: whether it is right is for the form to say."""
    answers: dict[str, Any] = {}
    for name, value in written.items():
        holder = asked.get(name) or _list_asking(asked, name)
        answers[holder.id if holder else name] = expansion.answer(name, value, holder)
    return answers


def _list_asking(asked: Mapping[str, Question], name: str) -> Question | None:
    """The one list whose items ask for a field of this name."""
    holders = [one for one in asked.values() if any(inner.id == name for inner in one.questions)]
    return holders[0] if len(holders) == 1 else None


class Expansion(NamedTuple):
    """How the short ways of writing of one story are made long."""

    person: Callable[[str], str]
    at: datetime
    children: Mapping[str, Table]

    def answer(self, name: str, value: Any, question: Question | None) -> Any:
        if question is None:
            return _plain(value)
        if question.kind == "list":
            return self._items(name, value, question)
        if question.kind in ("any_of", "people", "agencies"):
            several = cast("list[Any]", value) if isinstance(value, list) else [value]
            return [self._one(each, question) for each in several]
        return self._one(value, question)

    def _items(self, name: str, value: Any, question: Question) -> Any:
        """One item may stand without its list, and one field of it without the item: told = "yes"."""
        if isinstance(value, list):
            return [self._item(each, question.questions) for each in cast("list[Any]", value)]
        if isinstance(value, dict):
            return [self._item(value, question.questions)]
        item = self._item({name: value}, question.questions)
        return [{question.row: choice.value, **item} for choice in question.choices] or [item]

    def _item(self, value: Any, asked: Sequence[Question]) -> Any:
        """Of a list of children an item may be a child of the story: "ben", or { child = "ben", at_risk = "no" }."""
        by_name = {question.id: question for question in asked}
        by_role = {question.role: question.id for question in asked if question.role}
        item = cast("dict[str, Any]", value if isinstance(value, dict) else {CHILD: value})
        if "known_child" in by_role:
            item = {by_role["known_child"] if name == CHILD else name: each for name, each in item.items()}
            return {name: self.answer(name, each, by_name.get(name)) for name, each in item.items()}
        facts = self.children.get(item[CHILD]) if CHILD in item and "given_name" in by_role else None
        if facts is not None:
            known = {name: fact for name, fact in as_asked(facts, by_role).items() if name in by_name}
            item = {**known, **{name: each for name, each in item.items() if name != CHILD}}
        elif not isinstance(value, dict):
            return _plain(value)
        return {name: self.answer(name, each, by_name.get(name)) for name, each in item.items()}

    def _one(self, value: Any, question: Question) -> Any:
        if question.kind in ("person", "people") and isinstance(value, str):
            return self.person(value)
        if question.kind == "date" and isinstance(value, datetime):
            return instant(value).astimezone(LONDON).date().isoformat()
        if question.kind == "date_time" and isinstance(value, date) and not isinstance(value, datetime):
            # A day alone: at the time of day of the step, so that the step's own day is never in its future.
            return datetime.combine(value, self.at.astimezone(LONDON).time()).isoformat()
        return _plain(value)


def _plain(value: Any) -> Any:
    """As JSON has it: dates as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in cast(Table, value).items()}
    return value
