"""The form that starts a process: for somebody new, or in a case that the reader knows."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.base.subject import Subject
from engine.facts.authority import calendar_of
from engine.facts.beginnings import GOES_ON_ELSEWHERE, open_to_anyone, opens_cases, starters, why_not
from engine.facts.models import in_force
from engine.forms.asked_together import asked_together
from engine.forms.questions import Question
from engine.people.identity import Actor
from engine.people.who_knows import must_know
from engine.process.bundle import START, Model
from engine.reads.authority.people import ChildView, child_columns, child_of
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.case.protected import NONE, Protection, protection
from engine.reads.case.starts import may_begin
from engine.reads.task.form_view import Answering, FormView, asked, nothing_typed, questions_now
from engine.reads.task.same_start import OtherChild, same_start
from engine.tables import Case, NamedRow, Person


@dataclass(frozen=True, slots=True)
class Start:
    """`title` is the drawing's; `case`, `reference` and `child` are None where it opens a new case. `obstacle` says
    that the case goes on in another one: what the reader typed there is to be copied. `asked_once` are the questions
    that a page for several children asks once, `same_start` the others for whom it can be begun.
    """

    process: str
    title: str
    case: str | None
    reference: str | None
    child: ChildView | None
    protection: Protection
    form: FormView
    asked_once: frozenset[str]
    obstacle: str = ""
    same_start: tuple[OtherChild, ...] = ()

    @property
    def item(self) -> str:
        """Its key where several children stand on one page."""
        return self.case or ""

    @property
    def name(self) -> str:
        return self.child.name if self.child else ""

    @property
    def cases_shown(self) -> tuple[str, ...]:
        if not self.case:
            return ()
        family = (one.case for one in self.same_start)
        return tuple(dict.fromkeys((self.case, *self.protection.other_cases, *family)))


def start(
    connection: Connection,
    actor: Actor,
    now: datetime,
    process: str,
    case: str | None = None,
    typed: Answering = nothing_typed,
) -> Start:
    """With the other children of the family for whom it can be begun as well. Raises as `start_alone`."""
    found = start_alone(connection, actor, now, process, case, typed)
    if not case or found.obstacle:
        return found
    return replace(found, same_start=same_start(connection, actor, now, process, case))


def start_alone(
    connection: Connection, actor: Actor, now: datetime, process: str, case: str | None, typed: Answering
) -> Start:
    """Raises NotFound where nobody begins this by hand or the reader may not know of the case; NotAllowed where others
    begin it; NotPossible where the case does not allow it now.
    """
    model = in_force(connection, actor.within)
    if process not in model.drawings or not starters(model, process):
        raise NotFound
    row = _row(connection, actor, case) if case else None
    if row is None and not opens_cases(model, process):
        raise NotFound
    if not may_begin(actor, model, process, row.team_id if row else None):
        raise NotAllowed("This is not part of your role.", code=RefusalCode.ROLE)
    if row and not row.is_joined and (refusal := why_not(model, process, row.closed_at, now=now)):
        raise refusal
    return Start(
        process=process,
        title=model.title(process, START),
        case=row.case if row else None,
        reference=row.reference if row else None,
        child=child_of(row, now) if row else None,
        protection=_protection(connection, actor, now, row.case) if row else NONE,
        form=_form(connection, actor, now, model, process, case, typed),
        asked_once=asked_together(model.form(process, START) or {}),
        obstacle=GOES_ON_ELSEWHERE if row and row.is_joined else "",
    )


def _protection(connection: Connection, actor: Actor, now: datetime, case: str) -> Protection:
    return protection(connection, actor, [case], now, calendar_of(connection, actor.within))[case]


def referral(connection: Connection, actor: Actor, now: datetime, typed: Answering = nothing_typed) -> Start:
    """The form by which anyone refers a child, with or without an account."""
    return start(connection, actor, now, open_to_anyone(in_force(connection, actor.within)), None, typed)


def start_questions(
    connection: Connection, actor: Actor, now: datetime, process: str, case: str | None, typed: Answering
) -> tuple[Question, ...]:
    """What the form asks now, for the command that is to take its answers. Raises NotFound as `start` does; whether
    the reader may begin the process is for that command to say.
    """
    model = in_force(connection, actor.within)
    if process not in model.drawings:
        raise NotFound
    if case:
        must_know(connection, actor, case)
    return questions_now(connection, actor, now, model, _about(actor, process, case), typed)


def _form(
    connection: Connection,
    actor: Actor,
    now: datetime,
    model: Model,
    process: str,
    case: str | None,
    typed: Answering,
) -> FormView:
    about, subject = _about(actor, process, case), f"start:{process}:{case or ''}"
    earlier = EarlierAnswers(connection, actor, case) if case else None
    return asked(connection, actor, now, model, about, draft_of=subject, typed=typed, earlier=earlier)


def _about(actor: Actor, process: str, case: str | None) -> Subject:
    return Subject(process, START, case, by_anyone=actor.account is None)


def _row(connection: Connection, actor: Actor, case: str) -> NamedRow:
    must_know(connection, actor, case)
    return connection.execute(
        select(
            *(Case.id.label("case"), Case.reference, Case.team_id, Case.closed_at),
            Case.joined_to_id.is_not(None).label("is_joined"),
            *child_columns(),
        )
        .join(Person, Person.id == Case.person_id)
        .where(Case.id == case)
    ).one()
