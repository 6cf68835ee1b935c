"""What is held of a child, item by item, for a request of the person themselves or of somebody for them: answers,
reasons, letters, notes of what is wrong, and what somebody typed and has not sent.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from engine.facts.child import of_child
from engine.facts.kept_drafts import draft_days, is_about, kept_until, words_in
from engine.facts.models import in_force, model
from engine.facts.subject_requests import blacked_out, digest_of
from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.process.bundle import START
from engine.reads.authority.people import names_of
from engine.reads.case.answer_rows import answered, ids_in, moment
from engine.reads.case.answered import form_title
from engine.reads.case.reasons_held import reasons_held
from engine.reads.case.subject_beside import kept_beside
from engine.reads.case.subject_people import AnsweredForm, OthersLookedFor, about_others, looked_for
from engine.tables import (
    Account,
    AnswerCorrection,
    Answers,
    Case,
    DisputeNote,
    Draft,
    Instance,
    NamedRow,
    Organisation,
    Outbox,
    Person,
    WorkItem,
    corrects_answers,
    models_then,
)

ABOUT_ANOTHER = "This is about somebody else."
FROM_OUTSIDE = "It was sent by somebody without an account: it may show who told us."
SENT_OUTSIDE = "It was sent to somebody without an account: it may show who told us."
STOOD_BEFORE = "It stood there until it was corrected, and may be about somebody else."
SAID_BY_SOMEBODY = "It is what somebody said, who may be another person than whoever asks."
HAS_OTHERS = frozenset({ABOUT_ANOTHER, STOOD_BEFORE, FROM_OUTSIDE, SENT_OUTSIDE, SAID_BY_SOMEBODY})
"""What to look at where others may be in it though no name was found."""


@dataclass(frozen=True, slots=True)
class SubjectItem:
    """`looks` say what to look at before it is given; `names` are others’ names and secret addresses that stand in it,
    as they stand there. `has_others`: it may be given only where the other person agreed, or that is reasonable. `row`
    is the row of a list in which it stands (“household.1”), empty for none.
    """

    id: str
    question: str
    words: str
    looks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    row: str = ""

    @property
    def title(self) -> str:
        """With the number of its row among all that are held: for whoever decides, and for no pack."""
        numbers = [int(part) + 1 for part in self.row.split(".") if part.isdecimal()]
        return self.question + "".join(f" (number {number})" for number in numbers)

    @property
    def has_others(self) -> bool:
        return bool(self.names) or not HAS_OTHERS.isdisjoint(self.looks)

    def digest(self, hidden: Sequence[str]) -> str:
        """With what is blacked out of it: what was decided holds as long as this is the same."""
        return digest_of([self.title, self.words, [*self.names], self.has_others, [*hidden]])

    def without(self, hidden: Sequence[str]) -> str:
        return blacked_out(self.words, hidden)


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """Items that are looked at together: the answers to one form, or one letter. `by`: who gave them, for the reader of
    the page alone. `case` is None for what is of no case.
    """

    id: str
    case: str | None
    reference: str
    title: str
    at: datetime
    by: str
    items: tuple[SubjectItem, ...]


@dataclass(frozen=True, slots=True)
class HeldOfChild:
    """`cases` are those whose items these are; `kept`: how many more are restricted, and do not name this reader."""

    sheets: tuple[ItemSheet, ...]
    cases: tuple[str, ...]
    kept: int

    def sheet(self, wanted: str) -> ItemSheet | None:
        return next((one for one in self.sheets if one.id == wanted), None)

    @property
    def items(self) -> tuple[SubjectItem, ...]:
        return tuple(item for sheet in self.sheets for item in sheet.items)


def held_of_child(connection: Connection, actor: Actor, case: str) -> HeldOfChild:
    """Oldest first; of the cases that nothing keeps from the actor. Nobody asks here whether they know of the cases:
    whoever answers requests does not.
    """
    this = of_child(select(Case.id).where(Case.id == case))
    ours = (Case.authority_id == actor.within, Case.erased_at.is_(None))
    every = connection.execute(select(Case.id, Case.reference).where(this, *ours)).all()
    open_to = {*connection.scalars(select(Case.id).where(this, is_open_to(actor)))}
    cases = {row.id: row.reference for row in every if row.id in open_to}
    rows = _answer_rows(connection, [row.id for row in every])
    forms = {row.id: _form_of(connection, row) for row in rows}
    looked = looked_for(connection, [row.id for row in every], forms.values())
    held = _Held(connection, actor, cases, looked)
    sheets = (
        *held.of_forms([row for row in rows if row.case_id in cases], forms),
        *(*held.of_reasons(), *held.of_letters(), *held.of_notes(), *held.of_corrections()),
        *(*held.of_what_is_beside(), *held.of_drafts()),
    )
    found = sorted((one for one in sheets if one.items), key=lambda one: (one.at, one.id))
    return HeldOfChild(tuple(found), tuple(sorted(cases)), len(every) - len(cases))


def _answer_rows(connection: Connection, cases: Sequence[str]) -> Sequence[NamedRow]:
    return connection.execute(
        select(Answers.__table__, models_then(Answers).label("bundle"), Account.name.label("by"))
        .add_columns(Organisation.name.label("organisation"), Organisation.leads)
        .join(Instance, Instance.id == Answers.instance_id)
        .outerjoin(Account, Account.id == Answers.account_id)
        .outerjoin(Organisation, Organisation.id == Answers.organisation_id)
        .where(Answers.case_id.in_(cases))
    ).all()


def _form_of(connection: Connection, row: NamedRow) -> AnsweredForm:
    return AnsweredForm(model(connection, row.bundle).form(row.process, row.element) or {}, row.answers)


@dataclass(frozen=True, slots=True)
class _Held:
    connection: Connection
    actor: Actor
    cases: Mapping[str, str]
    looked: OthersLookedFor

    def of_forms(self, rows: Sequence[NamedRow], forms: Mapping[str, AnsweredForm]) -> Iterator[ItemSheet]:
        names = names_of(self.connection, ids_in(row.answers for row in rows))
        for row in rows:
            its_model, asked = model(self.connection, row.bundle), forms[row.id]
            others = about_others(asked, self.looked)
            told = answered(its_model, asked.form, row.answers, names)
            from_outside = row.account_id is None and row.organisation is None
            items = (
                self._item(
                    *(f"{row.id}:{one.field}", one.question, one.words),
                    *((ABOUT_ANOTHER,) if one.field.startswith(others) and others else ()),
                    *((FROM_OUTSIDE,) if from_outside else ()),
                    row=one.field.rpartition(".")[0],
                )
                for one in told
            )
            title = form_title(its_model, row.process, row.element)
            yield self._sheet(row.id, row.case_id, title, row.at, _given_by(row), items)

    def of_reasons(self) -> Iterator[ItemSheet]:
        for case in self.cases:
            for one in reasons_held(self.connection, case):
                item = self._item(one.name, "Reason", one.words)
                yield self._sheet(one.name, case, one.title, one.at, "", [item])

    def of_letters(self) -> Iterator[ItemSheet]:
        rows = self.connection.execute(select(Outbox.__table__).where(Outbox.case_id.in_(self.cases)))
        for row in rows:
            name, words = f"letter-{row.id}", f"{row.subject}\n\n{row.body}"
            looks = () if row.recipient.startswith("account:") else (SENT_OUTSIDE,)
            item = self._item(name, "What it says", words, *looks)
            yield self._sheet(name, row.case_id, "A letter", row.asked_at, "", [item])

    def of_notes(self) -> Iterator[ItemSheet]:
        """What somebody says is wrong was said by them, be it another one than who asks now."""
        rows = self.connection.execute(
            select(DisputeNote.__table__, Account.name.label("by"))
            .outerjoin(Account, Account.id == DisputeNote.account_id)
            .where(DisputeNote.case_id.in_(self.cases))
        )
        for row in rows:
            name, said = f"note-{row.id}", f"Said by {row.said_by}."
            item = self._item(name, "What is said to be wrong", f"{row.said_by}: {row.words}", said, SAID_BY_SOMEBODY)
            yield self._sheet(name, row.case_id, "A note beside an answer", row.written_at, row.by or "", [item])

    def of_what_is_beside(self) -> Iterator[ItemSheet]:
        for one in kept_beside(self.connection, in_force(self.connection, self.actor.within), self.cases):
            items: list[SubjectItem] = []
            for said in one.told:
                looks = (SAID_BY_SOMEBODY,) if said.field in one.by_somebody else ()
                items.append(self._item(f"{one.name}:{said.field}", said.question, said.words, *looks))
            yield self._sheet(one.name, one.case, one.title, one.at, one.by, items)

    def of_corrections(self) -> Iterator[ItemSheet]:
        """What stood in an answer before it was put right, and why it was: what stands now is among the forms."""
        rows = self.connection.execute(
            select(AnswerCorrection.__table__, Account.name.label("by"), Instance.process)
            .add_columns(models_then(Answers).label("bundle"))
            .join(Instance, Instance.id == AnswerCorrection.instance_id)
            .join(Answers, corrects_answers())
            .outerjoin(Account, Account.id == AnswerCorrection.account_id)
            .where(AnswerCorrection.case_id.in_(self.cases))
            .order_by(AnswerCorrection.corrected_at, AnswerCorrection.field)
        ).all()
        names = names_of(self.connection, ids_in(row.before for row in rows))
        for row in rows:
            its_model, name = model(self.connection, row.bundle), f"correction-{row.id}"
            form, given = its_model.form(row.process, row.element) or {}, {row.field: row.before}
            told = answered(its_model, form, given, names) if row.before is not None else ()
            stood = (self._item(f"{name}:{one.field}", one.question, one.words, STOOD_BEFORE) for one in told)
            why = self._item(name, "Why it was corrected", row.reason, SAID_BY_SOMEBODY)
            title = f"Corrected: {form_title(its_model, row.process, row.element)}"
            yield self._sheet(name, row.case_id, title, row.corrected_at, row.by or "", [*stood, why])

    def of_drafts(self) -> Iterator[ItemSheet]:
        """Of these cases, and of none where they name the child."""
        names = self.connection.execute(
            select(Person.given_name, Person.family_name)
            .join(Case, Case.person_id == Person.id)
            .where(Case.id.in_(self.cases))
        ).all()
        rows = self.connection.execute(
            select(Draft.__table__, Account.name.label("by"), WorkItem.title)
            .join(Account, Account.id == Draft.account_id)
            .outerjoin(WorkItem, WorkItem.id == Draft.subject)
            .where(Account.authority_id == self.actor.within)
            .where(or_(Draft.case_id.in_(self.cases), Draft.case_id.is_(None)))
        )
        days = draft_days(self.connection, self.actor.within)
        for row in rows:
            if row.case_id or any(is_about(row.answers, one.given_name, one.family_name) for one in names):
                name = f"draft-{hashlib.sha256(f'{row.account_id} {row.subject}'.encode()).hexdigest()[:32]}"
                until = f"Kept until {moment(kept_until(row.saved_at, days))}, then it is gone."
                item = self._item(name, "What was typed", words_in(row.answers), until)
                title = f"Typed and not sent: {row.title or self._beginning(row.subject)}"
                yield self._sheet(name, row.case_id, title, row.saved_at, row.by, [item])

    def _beginning(self, subject: str) -> str:
        """What a form begins that is not sent, by the name of the draft."""
        process = subject.removeprefix("start:").partition(":")[0]
        newest = in_force(self.connection, self.actor.within)
        return form_title(newest, process, START) if process in newest.drawings else "a form"

    def _item(self, name: str, question: str, words: str, *looks: str, row: str = "") -> SubjectItem:
        return SubjectItem(name, question, words, looks, self.looked.found_in(words), row)

    def _sheet(
        self, name: str, case: str | None, title: str, at: datetime, by: str, items: Iterable[SubjectItem]
    ) -> ItemSheet:
        those = tuple(one for one in items if one.words.strip())
        return ItemSheet(name, case, self.cases.get(case or "", ""), title, at, by, those)


def _given_by(row: NamedRow) -> str:
    """The person, and the organisation where it is another one."""
    return ", ".join(part for part in (row.by or "", "" if row.leads else row.organisation or "") if part)
