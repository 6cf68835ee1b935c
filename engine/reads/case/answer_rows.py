"""The answers of one form, question by question as it was asked; and what of them may leave without the narrative."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, cast

from engine.base.clock import LONDON
from engine.forms import questions
from engine.forms.questions import Question, Schema
from engine.forms.schema import conditions_of
from engine.process.bundle import Model
from engine.reads.case.answered import rows_answered

# Kinds whose answers are chosen from a list that the form itself prints: they can name nobody.
PRINTED = frozenset({"one_of", "yes_no", "any_of", "agencies"})
# No form asks for the category of a reason: how long it is, is all that can be said of one without its words.
LENGTHS = ((15, "short: up to 15 words"), (60, "medium: 16 to 60 words"))
LONGER = "long: more than 60 words"
LAST_INSTANT = time.max
LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """`field` is the path of the answer ("told.0.name"), `values` what is kept and `words` what people read.

    `printed`: each value is one of the choices that the form prints. `disputed`: what somebody says is wrong in it;
    `corrected`: how it was put right.
    """

    field: str
    question: str
    values: tuple[str, ...]
    words: str
    decision: bool
    reason: bool
    printed: bool
    disputed: str = ""
    corrected: str = ""

    @property
    def value(self) -> str:
        """As one text; ids have no spaces."""
        return " ".join(self.values)


def answered(model: Model, form: Schema, answers: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Answer, ...]:
    """In the order of the form, the items of a list one after the other."""
    rows = rows_answered(model, form, answers)
    # A row is named in words that somebody typed: what is chosen from among rows is not printed by the form.
    typed = frozenset(choice.value for row in rows.values() for choice in row)
    asked = questions(form, conditions_of(form), {"agencies": model.who_may_be_named, **rows})
    told = _answered(asked, answers, names, "")
    return tuple(replace(one, printed=one.printed and typed.isdisjoint(one.values)) for one in told)


def disclosable(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Decisions and reasons that are a printed choice; of a reason that was written, how long it is. Nothing else."""
    chosen = (
        replace(one, disputed="", corrected="") for one in answers if one.printed and (one.decision or one.reason)
    )
    written = (one for one in answers if one.reason and not one.printed)
    return (
        *chosen,
        *(replace(one, values=(), words=length_of(" ".join(one.values)), disputed="", corrected="") for one in written),
    )


def length_of(reason: str | None) -> str:
    words = len((reason or "").split())
    if not words:
        return "none given"
    return "given, " + next((name for most, name in LENGTHS if words <= most), LONGER)


def _answered(
    asked: Sequence[Question], answers: Mapping[str, Any], names: Mapping[str, str], prefix: str
) -> Iterator[Answer]:
    for question in asked:
        if question.id not in answers:
            continue
        answer = answers[question.id]
        if question.kind == "list":
            for number, item in enumerate(answer):
                yield from _answered(question.questions, item, names, f"{prefix}{question.id}.{number}.")
        else:
            yield _one(question, answer, names, prefix + question.id)


def _one(question: Question, answer: Any, names: Mapping[str, str], field: str) -> Answer:
    labels = {choice.value: choice.label for choice in question.choices}
    values = [str(one) for one in (cast("list[Any]", answer) if isinstance(answer, list) else [answer])]
    moment = _moment(question.kind, values[0]) if values else ""
    return Answer(
        field=field,
        question=question.title,
        values=tuple(values),
        words=moment or ", ".join(labels.get(one) or names.get(one, one) for one in values),
        decision=question.decision,
        reason=question.role in ("reason", "late_reason"),
        printed=question.kind in PRINTED and set(values) <= set(labels) and question.role != "row",
    )


def _moment(kind: str, answer: str) -> str:
    if kind == "date":
        day = date.fromisoformat(answer)
        return f"{day.day} {day:%B %Y}"
    return moment(datetime.fromisoformat(answer)) if kind == "date_time" else ""


def moment(at: datetime) -> str:
    """“2 March 2026 at 10:00”, in London; a day alone where a clock counts from its beginning or to its end."""
    there = at.astimezone(LONDON)
    day = f"{there.day} {there:%B %Y}"
    if there.time() == LAST_INSTANT:
        return f"the end of {day}"
    return day if there.time() == time.min else f"{day} at {there:%H:%M}"


def ids_in(values: Iterable[Any]) -> Iterator[str]:
    """Whatever might be the id of somebody: an answer may mean a colleague or a child by it."""
    for value in values:
        if isinstance(value, str):
            if len(value) <= LONGEST_ID and " " not in value:
                yield value
        elif isinstance(value, Mapping):
            yield from ids_in(cast("Mapping[str, Any]", value).values())
        elif isinstance(value, list):
            yield from ids_in(cast("list[Any]", value))
