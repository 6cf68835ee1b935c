"""What the forms show somebody outside of a case (`x-shown-to`), under the headings that the models give it."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.facts.models import model
from engine.forms.shown_to import heading
from engine.reads.case.answered import Answered, Given, said
from engine.reads.case.earlier import EarlierAnswers


@dataclass(frozen=True, slots=True)
class ShownSection:
    """The newest of each form that says so, newest first."""

    heading: str
    forms: tuple[Answered, ...]


def shown_sections(connection: Connection, earlier: EarlierAnswers) -> tuple[ShownSection, ...]:
    """In the order of the headings; nothing for a reader to whom the forms show nothing."""
    parts: dict[str, list[Given]] = {}
    for given in earlier.shown_by_forms():
        form = model(connection, given.bundle).form(given.process, given.element) or {}
        headings = {field: heading(form, field) or given.title for field in given.answers}
        for under in dict.fromkeys(headings.values()):
            answers = {field: answer for field, answer in given.answers.items() if headings[field] == under}
            parts.setdefault(under, []).append(replace(given, answers=answers))
    forms = [given for several in parts.values() for given in several]
    told = iter(zip(forms, said(connection, earlier.actor, forms), strict=True))
    sections = [ShownSection(under, tuple(next(told) for _ in several)) for under, several in parts.items()]
    return tuple(sorted(sections, key=lambda one: one.heading))
