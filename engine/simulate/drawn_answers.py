"""What somebody answers to a form: what the table of rates says of it, and for the rest what the product fills in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from random import Random
from typing import Any, cast

from sqlalchemy import Connection

from engine import forms
from engine.base.clock import LONDON
from engine.base.subject import Subject
from engine.facts.case_now import CaseRead
from engine.facts.circumstances import Situation, situation
from engine.forms.filling import TEXT, leading_nowhere
from engine.forms.questions import SEVERAL, Question, is_shown
from engine.forms.schema import conditions_of, refusals_of
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.simulate.chance import HOUR, ahead, drawn, one_of
from engine.simulate.families import invented
from engine.simulate.rates import HOURS, Rates

# What was filled in may make another question hold, and that one more; no form goes on for longer.
ROUNDS = 5
MOST_SENTENCES = 3
PLANNED_AT = time(14, 0)


@dataclass(frozen=True)
class Answering:
    """`who` answers, `now`, by this chance."""

    connection: Connection
    who: Actor
    model: Model
    rates: Rates
    random: Random
    now: datetime

    def answers(self, subject: Subject, given: Mapping[str, Any], number: int = 1) -> dict[str, Any]:
        """Valid ones. `given` stay as they are. `number`: how often the process has run in the case, now included."""
        form = self.model.form(subject.process, subject.element)
        if form is None:
            return {}
        case_now = CaseRead(self.connection, subject.case, self.who) if subject.case else None

        def standing(answers: Mapping[str, Any]) -> Situation:
            return situation(self.connection, self.who, self.model, subject, answers, self.now, case_now)

        stands = standing(given)
        asked = forms.questions(form, stands.holding, stands.choices)
        chosen = self._chosen(subject, asked, given, number)
        answers, before = {**given, **chosen}, dict.fromkeys(chosen)
        hangs_on_answers = bool(conditions_of(form) or refusals_of(form))
        for _ in range(ROUNDS if hangs_on_answers else 1):
            stands = standing(answers) if hangs_on_answers else stands
            answers, more = forms.fill(form, answers, stands.holding, self.now, stands.choices, before)
            before |= dict.fromkeys(more)
            if not more:
                break
        kinds = {one.id: one.kind for question in asked for one in (question, *question.questions)}
        return {name: _worded(self.random, answer, name, kinds) for name, answer in answers.items()}

    def _chosen(
        self, subject: Subject, asked: Sequence[Question], given: Mapping[str, Any], number: int
    ) -> dict[str, Any]:
        """Of the questions that are shown, in their order, those that the table says something of, and persons."""
        chosen: dict[str, Any] = {}
        for question in asked:
            if question.id not in given and is_shown(question, {**given, **chosen}):
                path = f"{subject.process}.{subject.element}.{question.id}"
                if answer := self._answer(path, asked, question, number):
                    chosen[question.id] = answer
        return chosen

    def _answer(self, path: str, asked: Sequence[Question], question: Question, number: int) -> Any:
        """None leaves the question to what the product fills in."""
        if question.choices and path in self.rates.chosen:
            return self._of_choices(path, asked, question, number)
        if path in self.rates.planned:
            return self._ahead(path, question)
        if question.kind == "person" and question.choices and question.required:
            return self.random.choice(sorted(question.choices, key=lambda one: one.label)).value
        return None

    def _of_choices(self, path: str, asked: Sequence[Question], question: Question, number: int) -> Any:
        """Of what is offered now. None where the table gives it no share."""
        dead = leading_nowhere(asked, question)
        offered = [one.value for one in question.choices if one.value not in dead]
        shares = {value: self.rates.share(path, value, number) for value in offered}
        if question.kind in SEVERAL:
            return [value for value, share in shares.items() if self.random.random() < share]
        return one_of(self.random, shares)

    def _ahead(self, path: str, question: Question) -> str:
        span = self.rates.planned[path]
        number = drawn(self.random, span)
        if span.unit == HOURS:
            return (self.now + number * HOUR).astimezone(LONDON).replace(microsecond=0).isoformat()
        day = ahead(self.now, span.unit, number)
        return (
            datetime.combine(day, PLANNED_AT, LONDON).isoformat() if question.kind == "date_time" else day.isoformat()
        )


def _worded(random: Random, answer: Any, name: str, kinds: Mapping[str, str]) -> Any:
    """With invented words for what the product fills in where words are asked for: sentences, or who somebody is."""
    if answer == TEXT:
        lists = invented()
        if kinds.get(name) == "text":
            return f"{random.choice(lists['given_names'])} {random.choice(lists['family_names'])}"
        return " ".join(random.sample(lists["sentences"], random.randint(1, MOST_SENTENCES)))
    if isinstance(answer, list):
        return [_worded(random, one, name, kinds) for one in cast("list[Any]", answer)]
    if isinstance(answer, dict):
        items = cast("dict[str, Any]", answer).items()
        return {inner: _worded(random, one, inner, kinds) for inner, one in items}
    return answer
