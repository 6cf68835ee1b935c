"""The page on which it is kept what somebody says is wrong in the answers to one form."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.base.errors import NotFound
from engine.facts.dispute_forms import dispute_form
from engine.facts.models import model
from engine.people.identity import Actor
from engine.people.who_knows import must_see_all, must_take_part
from engine.reads.case.answered import Given, Said, said
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Answers


@dataclass(frozen=True, slots=True)
class DisputePage:
    case: str
    given: Given
    rows: tuple[Said, ...]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case,)


def to_dispute(connection: Connection, actor: Actor, _now: datetime, case: str, given: str) -> DisputePage:
    """Raises NotFound, NotAllowed for who does not see all answers of the case or only oversees it."""
    must_see_all(connection, actor, case)
    must_take_part(connection, actor, case)
    found = EarlierAnswers(connection, actor, case).those(Answers.id == given)
    if not found:
        raise NotFound
    one = found[0]
    form = model(connection, one.bundle).form(one.process, one.element) or {}
    return DisputePage(case, one, said(connection, actor, found)[0], asked_plainly(dispute_form(form, one.answers), {}))
