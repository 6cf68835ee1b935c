"""The form of answers that are put right: asked as it was asked first, and held to the same rules as of that moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, cast

from sqlalchemy import Connection, select, union_all

from engine import forms
from engine.base.errors import BadAnswers
from engine.base.subject import START, Subject
from engine.expressions.evaluation import names_read
from engine.facts.case_checks import case_findings
from engine.facts.case_then import CaseThen
from engine.facts.circumstances import Situation, situation
from engine.facts.departure_forms import form_of_skip, was_skipped
from engine.facts.known_days import KnownDays
from engine.facts.managing import manages
from engine.forms import Choice
from engine.forms.answer_roles import fields_with_role
from engine.forms.findings import Finding
from engine.forms.questions import Question, Schema, has_fixed_rows, row_field
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.tables import Account, Person

REASON = "correction_reason"
REASON_FORM: Schema = {
    "title": "Correct these answers",
    "properties": {
        REASON: {
            "type": "string",
            "title": "What was wrong, and how do you know?",
            "description": "This is kept with the case, beside the answer as it was and as it is.",
            "maxLength": 2000,
            "x-ui": {"kind": "long_text", "rows": 3},
        },
    },
    "required": [REASON],
}
NOT_YOURS = "Only whoever gave these answers corrects them, or who manages the team that has the case."
ONE_CHILD = "This case is about one child: correct what was said of that child, and add or remove none."
STILL_RIGHT: Schema = {
    "title": "Say that it is still right",
    "properties": {
        "note": {
            "type": "string",
            "title": "Why does it stand, though the other answer was wrong?",
            "description": "This is kept with the case.",
            "maxLength": 2000,
            "x-ui": {"kind": "long_text", "rows": 3},
        },
    },
    "required": ["note"],
}
ALREADY_SETTLED = "Somebody has looked at this again already."
NOT_YOURS_TO_JUDGE = "Only whoever decided this says that it stands, or who manages the team that has the case."
OF_THEN = (
    *("possible_match", "hidden_match", "work_running", "order_may_be_extended", "chair."),
    *("child.answered.", "child.awaits."),
)
"""Facts that nobody can tell of a day that is over. What hangs on them is asked again where it was answered."""


def may_correct(actor: Actor, model: Model, team: str, account: str | None) -> bool:
    """Whoever gave the answers, and who manages the team that has the case."""
    gave_them = account is not None and account == actor.account
    return gave_them or manages(actor, model, team)


@dataclass(frozen=True)
class FormAsGiven:
    """`given` are the answers as they stand, `at` is when they were first given, `by` the account."""

    connection: Connection
    actor: Actor
    model: Model
    process: str
    element: str
    case: str
    instance: str
    occurrence: int
    given: Mapping[str, Any]
    at: datetime
    by: str | None

    @cached_property
    def form(self) -> Schema:
        """Of a step that was skipped what was asked then; the rest was not done."""
        if was_skipped(self.connection, self.instance, self.element, self.occurrence):
            return form_of_skip(self.model, self.process, self.element)
        return self.model.form(self.process, self.element) or {}

    @property
    def subject(self) -> Subject:
        """A form that began a process stands in none of its tasks."""
        instance = None if self.element == START else self.instance
        return Subject(self.process, self.element, self.case, instance, by_anyone=self.by is None, given_at=self.at)

    @cached_property
    def then(self) -> CaseThen:
        return CaseThen(
            connection=self.connection,
            case_id=self.case,
            actor=self.actor,
            instance=self.instance,
            element=self.element,
            occurrence=self.occurrence,
            at=self.at,
        )

    def stands(self, answers: Mapping[str, Any]) -> Situation:
        now = situation(self.connection, self.actor, self.model, self.subject, answers, self.at, self.then)
        return Situation(now.holding | self._held_then, {**now.choices, **self._chosen(now)})

    def questions(self, answers: Mapping[str, Any]) -> tuple[Question, ...]:
        stands = self.stands(answers)
        return forms.questions(self.form, stands.holding, stands.choices)

    def checked(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """What is found wrong with an answer that nobody changes, and was with the answers as they stand, is not held
        against the correction: they were taken once. Raises BadAnswers.
        """
        problems, cleaned = self._problems(answers)
        before, _ = self._problems(self.given)
        new = {
            field: words
            for field, words in problems.items()
            if before.get(field) != words or _at(answers, field) != _at(self.given, field)
        }
        for field in fields_with_role(self.form, "children") if self.element == START else ():
            if len(answers.get(field) or ()) != 1:
                new[field] = ONE_CHILD
        if new:
            raise BadAnswers(new)
        return cleaned

    def _problems(self, answers: Mapping[str, Any]) -> tuple[Mapping[str, str], dict[str, Any]]:
        stands, found = self.stands(answers), dict[str, Any]()

        def against(cleaned: Mapping[str, Any]) -> Iterator[Finding]:
            found.update(cleaned)
            days = KnownDays(self.connection, self.actor, self.model, self.subject, self.then, cleaned, self.at)
            return case_findings(days)

        try:
            return {}, forms.check(self.form, answers, stands.holding, self.at, stands.choices, against)
        except BadAnswers as bad:
            return bad.problems, found

    @cached_property
    def _held_then(self) -> frozenset[str]:
        """Of what was answered: nobody was asked what did not hold."""
        fields: Schema = self.form.get("properties", {})
        asked = (fields.get(name, {}).get("x-when") for name in self.given)
        return frozenset(one for one in asked if one and any(path.startswith(OF_THEN) for path in names_read(one)))

    def _chosen(self, now: Situation) -> dict[str, tuple[Choice, ...]]:
        """What was chosen stays a choice, though nobody would be offered it today."""
        fields: Schema = self.form.get("properties", {})
        found: dict[str, tuple[Choice, ...]] = {}
        for name, field in fields.items():
            if name in self.given and has_fixed_rows(field):
                row = row_field(field["items"])
                found[name] = tuple(
                    Choice(item[row], self._named(item[row])) for item in self.given[name] if row in item
                )
            elif name in self.given and "x-choices" in field:
                offered = now.choices.get(name, ())
                chosen = self.given[name] if isinstance(self.given[name], list) else [self.given[name]]
                missing = [one for one in chosen if one not in {each.value for each in offered}]
                found[name] = (*offered, *(Choice(one, self._named(one)) for one in missing))
        return found

    def _named(self, value: str) -> str:
        """A colleague, a child or an agency; what is none of them stands for itself."""
        if value in self.model.agencies:
            return self.model.agencies[value].name
        child = (Person.given_name + " " + Person.family_name).label("name")
        known = union_all(
            select(Account.name.label("name")).where(Account.id == value), select(child).where(Person.id == value)
        )
        return self.connection.execute(known).scalars().first() or value


def _at(answers: Mapping[str, Any], field: str) -> Any:
    """The answer at a path such as `told.0.name`; None where there is none."""
    found: Any = answers
    for step in field.split(".") if field else ():
        if isinstance(found, Mapping):
            found = cast("Mapping[str, Any]", found).get(step)
        elif isinstance(found, list) and step.isdecimal():
            found = next(islice(cast("list[Any]", found), int(step), None), None)
        else:
            return None
    return found


def decisions_read(model: Model, process: str, element: str) -> frozenset[str]:
    """The questions of a form by whose answers its drawing goes one way or another."""
    drawing = model.drawings[process]
    read = {path for one in drawing.elements for source in drawing.evaluated_at(one) for path in names_read(source)}
    fields: Schema = (model.form(process, element) or {}).get("properties", {})
    return frozenset(field for field in fields if f"{element}.{field}" in read)
