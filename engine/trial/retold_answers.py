"""The answers of a case as a story may hold them: decisions, days and choices. Nobody's words, names or numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from engine.forms.action_block import OUTCOMES
from engine.forms.questions import SEVERAL, Schema
from engine.process.bundle import Model
from engine.scenario.fields import choices, inside, kind
from engine.trial.moved_days import MovedDays

WORDS = "(words of the record)"
EMAIL = "words@example.org"
FAMILY_NAMES = ("Example", "Fable", "Storey", "Sample")
CAST = (
    *("Ada", "Ben", "Cleo", "Dan", "Edie", "Finn", "Gwen", "Hugo", "Iris", "Jude", "Kit", "Lena", "Milo", "Nell"),
    *("Otis", "Poppy", "Quinn", "Rosa", "Sami", "Tess", "Uma", "Vera", "Wren", "Xena", "Yusuf", "Zadie"),
)
BIRTHS = ("born", "expected")
Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepCompared:
    """What became of the answers of one step, by the titles of the questions: those that the story has as the record
    has them, those that it has otherwise, and those that it leaves out. `number` is that of the step in the story.
    """

    number: int
    title: str
    kept: tuple[str, ...]
    changed: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(slots=True)
class RetoldAnswers:
    """`person` gives what a story calls somebody who was chosen, by the account and by where the choices came from.
    `taken` are words, in small letters, that no name of the cast may be.
    """

    model: Model
    days: MovedDays
    person: Callable[[str, str], str]
    taken: frozenset[str]
    _names: dict[str, str] = field(default_factory=dict[str, str])

    def of(self, form: Schema, answers: Answers) -> dict[str, Any]:
        """Without what a form takes only as it was, and without whom a referral is about: the story's own children."""
        fields = inside(form)
        told = {
            name: self._answer(name, fields[name], value)
            for name, value in answers.items()
            if name in fields and fields[name].get("x-role") != "children"
        }
        return {name: value for name, value in told.items() if value is not None}

    def compared(self, number: int, form: Schema, answers: Answers, told: Answers) -> StepCompared:
        """The answers to a form with what the story has of them (`of`)."""
        fields = inside(form)
        by_name = {name: fields[name].get("title", name) for name in fields if answers.get(name) not in (None, "", [])}
        of_children = {name for name in by_name if fields[name].get("x-role") == "children"}  # told as its own child
        kept = {name for name in by_name if name in told and told[name] == answers[name]}
        changed = {name for name in by_name if name in told and name not in kept} | of_children
        return StepCompared(
            number,
            form.get("title", ""),
            tuple(title for name, title in by_name.items() if name in kept),
            tuple(title for name, title in by_name.items() if name in changed),
            tuple(title for name, title in by_name.items() if name not in kept | changed),
        )

    def child(self, item: Schema, known: Answers) -> dict[str, Any]:
        """What the story says of a child, of the items of the list that asks which children a referral is about."""
        return self._item(item, known)

    def given_name(self, name: str) -> str:
        """One of the cast for each name of the record."""
        key = name.strip().casefold()
        if key not in self._names:
            free = (one for one in CAST if one.casefold() not in self.taken and one not in self._names.values())
            self._names[key] = next(free, f"Child {len(self._names) + 1}")
        return self._names[key]

    def _item(self, item: Schema, value: Answers) -> dict[str, Any]:
        fields = inside(item)
        told = {name: self._answer(name, fields[name], one) for name, one in value.items() if name in fields}
        return {name: one for name, one in told.items() if one is not None}

    def _answer(self, name: str, asked: Schema, value: Any) -> Any:
        if value in ("", []):
            return value
        if asked.get("x-role") == OUTCOMES:  # its rows are words of the record
            return None
        if inside(asked) and isinstance(value, list):
            items = [self._item(asked, one) for one in cast("Sequence[Answers]", value)]
            return items if all(items) else None
        if kind(asked) in SEVERAL and isinstance(value, list):
            return [
                one for each in cast("list[Any]", value) if (one := self._one(name, asked, each)) is not None
            ] or None
        return self._one(name, asked, value)

    def _one(self, name: str, asked: Schema, value: Any) -> Any:
        if kind(asked) in ("person", "people"):
            return self.person(value, asked.get("x-choices", "")) or None
        if not isinstance(value, str):
            return value if asked.get("x-decision") else None
        if asked.get("format") in ("date", "date-time"):
            return self.days.answered(value, is_birth=asked.get("x-role") in BIRTHS)
        return self._known_choice(name, asked, value) or self._text(asked, value)

    def _known_choice(self, name: str, asked: Schema, value: str) -> str | None:
        """One that the models know by its id, not one of this case alone."""
        known = {*choices(name, asked)}
        if kind(asked) == "agencies" or asked.get("x-own-people"):
            known |= {*self.model.agencies, *self.model.roles_with("own_people")}
        return value if value in known else None

    def _text(self, asked: Schema, value: str) -> str | None:
        if asked.get("x-role") == "given_name":
            return self.given_name(value)
        if asked.get("x-role") == "family_name":
            return next((one for one in FAMILY_NAMES if one.casefold() not in self.taken), "Nobody")
        if asked.get("format") == "email":  # whether an answer can be sent by itself hangs on there being one
            return EMAIL
        is_free = (
            kind(asked) in ("", "text", "long_text") and not {"oneOf", "enum", "items", "x-choices"} & asked.keys()
        )
        is_any_text = not {"format", "x-check", "pattern"} & asked.keys()
        fits = asked.get("minLength", 0) <= len(WORDS) <= asked.get("maxLength", len(WORDS))
        return WORDS if is_free and is_any_text and fits else None
