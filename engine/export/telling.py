"""From what is stored to what is told: here, and nowhere later, what a redacted pack withholds is left out."""

import base64
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.export.stored import StoredCase
from engine.export.told import (
    LATE,
    NarratedDeadline,
    NarratedDuty,
    NarratedLook,
    NarratedProcess,
    NarratedStep,
    Narrative,
    Who,
    state_of,
)
from engine.export.told_beside import BESIDE
from engine.process.bundle import START, Model
from engine.process.condition_words import condition_in_words
from engine.reads.audit.duties_met import duties_met
from engine.reads.case.answer_rows import Answer, answered, disclosable, length_of, moment
from engine.reads.case.case_facts import ProcessRun
from engine.reads.case.corrected import Correction, corrected_by_place
from engine.reads.case.disputed import Disputed, disputed_by_place
from engine.reads.case.entry_titles import without_account, words
from engine.reads.case.passed_shapes import is_choice
from engine.record.chain import RecordedEntry
from engine.tables import NamedRow
from engine.timescales.calendar import day_of
from engine.timescales.rules import limit_in_words


class Telling:
    """Tells one case at one moment, with all of it or redacted."""

    def __init__(self, case: StoredCase, made_at: datetime, *, redacted: bool) -> None:
        self.case, self.made_at, self.redacted = case, made_at, redacted
        self._numbers = {run: number for number, run in enumerate(case.runs, 1)}
        self._persons = _persons(case)
        called = {case.id: case.reference} | {one.id: one.reference for one in case.joined}
        self._called = {one: _own_number(case, one, made_at) for one in called} if redacted else called
        self._disputed = disputed_by_place(case.entries, lambda account: case.names.get(account, account))
        self._corrected = corrected_by_place(case.entries, lambda account: case.names.get(account, account))
        self._endings = frozenset(_endings(case.entries) if case.goes_on_in else ())

    def told(self) -> Narrative:
        return Narrative(
            number=self._called[self.case.id],
            joined=tuple(self._called[one.id] for one in self.case.joined),
            is_joined=self.case.goes_on_in is not None,
            redacted=self.redacted,
            made_at=self.made_at,
            edition=self.case.newest.edition.name,
            about=self._about(),
            stages=tuple(self._stages()),
            steps=tuple(map(self._step, self.case.entries, self.case.written)),
            clocks=tuple(self._clock(row) for row in self.case.clocks if self._ended_here(row)),
            duties=tuple(self._duties()),
            looks=tuple(self._look(look) for look in self.case.looks),
        )

    def _about(self) -> dict[str, str]:
        closed = moment(self.case.closed_at) if self.case.closed_at else "still open"
        times = {"Opened": moment(self.case.opened_at), "Closed": closed} | self._about_joining()
        return times if self.redacted else {"Child": self.case.child, "Team": self.case.team} | times

    def _about_joining(self) -> dict[str, str]:
        joined = ", ".join(self._called[one.id] for one in self.case.joined)
        elsewhere = self.case.goes_on_in
        # The reference of another case is withheld like this one's.
        goes_on = "another case of this child" if self.redacted else f"case {elsewhere.reference}" if elsewhere else ""
        return ({"Joined to it": f"case {joined}"} if joined else {}) | ({"Goes on in": goes_on} if elsewhere else {})

    def _stages(self) -> Iterator[NarratedProcess]:
        for number, run in enumerate(self.case.runs.values(), 1):
            earlier = (self._stage(number, replace(run, model=one), until) for until, one in run.earlier)
            yield self._stage(number, run, earlier=tuple(earlier))

    def _stage(
        self, number: int, run: ProcessRun, until: int = sys.maxsize, earlier: tuple[NarratedProcess, ...] = ()
    ) -> NarratedProcess:
        drawing = run.model.drawings[run.process]
        return NarratedProcess(
            id=run.id,
            number=number,
            name=run.name,
            process=run.process,
            bundle=run.model.hash,
            drawing=drawing,
            drawn=self.case.files[run.model.hash][drawing.file],
            status=run.status,
            started_at=run.started_at,
            ended_at=run.ended_at,
            until=until,
            earlier=earlier,
        )

    def who(self, actor: str, at: datetime) -> Who:
        """In a redacted pack a role, and a number that tells one person of it from another."""
        if nobody := without_account(self.case.newest).get(actor):
            return Who("", nobody.capitalize())
        names = self.case.newest.roles
        held = {
            one.role
            for one in self.case.roles.get(actor, ())
            if one.held_from <= at and (one.held_until is None or one.held_until > at)
        }
        role = " and ".join(names[one].name for one in sorted(held) if one in names)
        name = f"person {self._persons[actor]}" if self.redacted else self.case.names.get(actor, actor)
        return Who(name, role)

    def _step(self, entry: RecordedEntry, written: RecordedEntry) -> NarratedStep:
        """`written` is the same entry as it is numbered in its own chain."""
        run = self.case.runs.get(entry.instance or "")
        run = run and run.then(entry.number)
        its_model, element = (run.model if run else self.case.newest), entry.element or ""
        form = _form_of(entry, run.process if run else "", its_model)
        answers = self._answers(entry, its_model, form)
        kept = disclosable(answers) if self.redacted else answers
        return NarratedStep(
            number=entry.number,
            case=self._called[entry.case or self.case.id],
            written_as=written.number,
            act=entry.act,
            at=entry.at,
            by=self.who(entry.actor, entry.at),
            kind=entry.kind,
            stage=self._numbers.get(entry.instance or "", 0),
            element=element,
            title=_title(its_model, run.process if run else "", element),
            occurrence=entry.occurrence,
            flows=entry.flows,
            words=words(entry, run, self.case.newest, redacted=self.redacted),
            answers=kept,
            withheld=len(answers) - len(kept),
            form=form,
            chooses=entry.kind == "passed" and run is not None and is_choice(run, element),
            renamed=(entry.payload or {}).get("renamed", {}),
        )

    def _answers(self, entry: RecordedEntry, its_model: Model, form: tuple[str, str]) -> tuple[Answer, ...]:
        said = entry.payload or {}
        if entry.kind in BESIDE and said:
            return answered(its_model, *BESIDE[entry.kind](said, its_model), self.case.names)
        given: Mapping[str, Any] = (said.get("answers") or {}) if entry.kind != "departure_asked" else {}
        told = answered(its_model, its_model.form(*form) or {}, given, self.case.names) if given else ()
        place = (entry.instance or "", form[1], entry.occurrence or 1)
        notes, corrections = self._disputed.get(place, ()), self._corrected.get(place, ()) if given else ()
        told = (*told, *self._answered_since(its_model, form, given, corrections))
        told = tuple(self._with_corrections(its_model, form, one, corrections) for one in told)
        return tuple(_with_disputes(one, notes) for one in told) if notes else told

    def _answered_since(
        self, its_model: Model, form: tuple[str, str], given: Mapping[str, Any], corrections: Sequence[Correction]
    ) -> Iterator[Answer]:
        """Questions that were not answered at first stand beside the others, with no answer of their own."""
        for field in dict.fromkeys(one.field for one in corrections if one.field not in given):
            since = next((one.after or one.before for one in corrections if one.field == field), None)
            asked = answered(its_model, its_model.form(*form) or {}, {field: since}, self.case.names)
            if asked:
                first = asked[0]
                yield replace(first, field=field, values=(), words="", printed=False)

    def _with_corrections(
        self, its_model: Model, form: tuple[str, str], answer: Answer, corrections: Sequence[Correction]
    ) -> Answer:
        told = [
            _in_words(one, *(self._plainly(its_model, form, one.field, each) for each in (one.before, one.after)))
            for one in corrections
            if answer.field.partition(".")[0] == one.field
        ]
        return replace(answer, corrected=" ".join(told)) if told else answer

    def _plainly(self, its_model: Model, form: tuple[str, str], field: str, answer: Any) -> str:
        given = {field: answer} if answer is not None else {}
        told = answered(its_model, its_model.form(*form) or {}, given, self.case.names)
        return "; ".join(one.words if one.field == field else f"{one.question}: {one.words}" for one in told)

    def _ended_here(self, row: NamedRow) -> bool:
        """Not in the case to which this one was joined, be it at that very moment: there it stands in that pack."""
        return self.case.goes_on_in is None or (row.clock, row.met_at or row.stopped_at) in self._endings

    def _clock(self, row: NamedRow) -> NarratedDeadline:
        rule = self.case.runs[row.instance_id].model.rules.get(row.clock)
        # One that is counted back from the eighteenth birthday would tell the day on which the child was born.
        withheld = self.redacted and (rule is None or bool(rule.counts_from.named))
        ended = row.met_at or row.stopped_at or self.made_at
        state = state_of(row, self.made_at)
        late = state in LATE
        return NarratedDeadline(
            clock=row.clock,
            number=row.number,
            title=row.title,
            kind=row.kind,
            limit=limit_in_words(replace(rule, limit=row.limit)) if rule and row.limit else "",
            stage=self._numbers[row.instance_id],
            counted_from=None if withheld else row.counted_from,
            due_at=None if withheld else row.due_at,
            started_at=row.started_at,
            met_at=None if withheld and rule and rule.counts_from.named == "coming of age" else row.met_at,
            stopped_at=row.stopped_at,
            state=state,
            days_over=(day_of(ended) - day_of(row.due_at)).days if late and not withheld else 0,
            late_reason=(length_of(row.late_reason) if late else "") if self.redacted else row.late_reason or "",
            withheld=withheld,
        )

    def _duties(self) -> Iterator[NarratedDuty]:
        late = frozenset(row.clock for row in self.case.clocks if self._was_late(row))
        duties = tuple(self.case.newest.duties.values())
        for one in duties_met(self.case.entries, self.case.runs, duties, late):
            if not one.asked:
                yield NarratedDuty(one.duty, one.state, one.late)
            for step in one.asked:
                judged = step.judgement
                reason = " ".join(step.reasons)
                yield NarratedDuty(
                    duty=one.duty,
                    state=one.state,
                    late=one.late,
                    here=step.state,
                    stage=self._numbers[step.run.id],
                    title=step.title,
                    entry=step.line.number,
                    done_when=condition_in_words(step.run.model, judged.process, judged.element, judged.done),
                    reason=length_of(reason) if self.redacted and reason else reason,
                )

    def _was_late(self, row: NamedRow) -> bool:
        """As far as this case tells: of a clock that went on in another one, whether it had run out before that."""
        if self._ended_here(row):
            return state_of(row, self.made_at) in LATE
        return self.case.closed_at is not None and row.due_at < self.case.closed_at

    def _look(self, look: RecordedEntry) -> NarratedLook:
        said = look.payload or {}
        page = str(said.get("page") or said.get("form") or "")
        return NarratedLook(look.at, self.who(look.actor, look.at), look.kind, page)


def _in_words(one: Correction, before: str, after: str) -> str:
    was, now = (f"“{words}”" if words else "no answer" for words in (before, after))
    return f"Corrected by {one.by} on {moment(one.at)}, from {was} to {now}: {one.reason}"


def _with_disputes(answer: Answer, notes: Sequence[Disputed]) -> Answer:
    """Of an answer that has several parts beside each of them."""
    own = (note for note in notes if answer.field.partition(".")[0] == note.field)
    said = (f"Said to be wrong by {one.said_by} on {one.said_on.day} {one.said_on:%B %Y}: {one.words}" for one in own)
    return replace(answer, disputed=" ".join(said))


def _endings(entries: Iterable[RecordedEntry]) -> Iterator[tuple[str, datetime]]:
    """Each clock that ended, and when, as the record says."""
    for entry in entries:
        said = entry.payload or {}
        ended = said.get("met_at") or said.get("stopped_at")
        if entry.kind == "deadline" and ended:
            yield said["clock"], datetime.fromisoformat(ended)


def _persons(case: StoredCase) -> dict[str, int]:
    """Everybody with a part in it, numbered as they appear."""
    actors = (one.actor for one in (*case.entries, *case.looks))
    accounts = dict.fromkeys(one for one in actors if one not in without_account(case.newest))
    return {account: number for number, account in enumerate(accounts, 1)}


def _own_number(case: StoredCase, of: str, made_at: datetime) -> str:
    """Of the pack alone: another pack of the case has another one, and nobody gets from it to the reference. `of` is
    the case, or one that was joined to it.
    """
    digest = hashlib.sha256(f"{of} {made_at.isoformat()} ".encode() + case.head.hash).digest()
    return base64.b32encode(digest[:5]).decode()


def _form_of(entry: RecordedEntry, process: str, its_model: Model) -> tuple[str, str]:
    """Where the answers of an entry were asked; a second call that was joined answered the form of its start."""
    if entry.kind in ("completed", "departed"):
        return process, entry.element or ""
    message = its_model.messages.get(entry.element or "") if entry.kind == "message" else None
    return (message.starts if message else process), START


def _title(its_model: Model, process: str, element: str) -> str:
    drawing = its_model.drawings.get(process)
    return drawing.elements[element].name if drawing and element in drawing.elements else ""
