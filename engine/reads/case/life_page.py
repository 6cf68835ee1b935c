"""What has happened in a child's life, and has changed for them since: of all cases of the child, newest first.

It stands in the answers to the forms of the processes that record it (`life_event`): nothing is overwritten, what held
before stays to be read, and what is corrected is corrected there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.facts.child import known_cases_of_child
from engine.facts.life_events import life_event, why_not_recorded
from engine.facts.models import in_force, model
from engine.forms.answer_roles import field_with_role
from engine.forms.happening import happened_at
from engine.people.identity import Actor
from engine.people.who_knows import must_see_all
from engine.process.bundle import START, Model
from engine.reads.case.answered import Given, Said, outcomes, said
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.case.starts import Allows, Beginning, life_beginnings
from engine.tables import Answers, Case
from engine.timescales.calendar import day_of

MOST_OF_CASE = 30
"""Of one case: more than change for any child while it is open."""


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """`what` is the change in the words of its choice, empty for a birth, death or departure, and `words` the first of
    what was said of it. `holds`: nothing newer of this kind has been recorded. `case` is where it was recorded, and
    `reference` that of the case, where it is another one.
    """

    case: str
    title: str
    what: str
    words: str
    on: date
    said: tuple[Said, ...]
    by: str
    recorded_at: datetime
    holds: bool
    reference: str


@dataclass(frozen=True, slots=True)
class LifePage:
    """`beginnings` are what the reader may record now, and `not_now` why not, by the title of what they may not."""

    case: str
    bar: CaseBar
    events: tuple[LifeEvent, ...]
    beginnings: tuple[Beginning, ...]
    not_now: tuple[tuple[str, str], ...]
    other_cases: tuple[str, ...]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.bar.cases_shown, *self.other_cases)))


def life_page(connection: Connection, actor: Actor, now: datetime, case: str) -> LifePage:
    """Raises NotFound, NotAllowed for who does not see all answers of the case."""
    must_see_all(connection, actor, case)
    bar = case_bar(connection, actor, now, case)
    cases = _cases_of_child(connection, actor, case)
    open_to, not_now = _to_record(connection, actor, now, case, bar)
    others = tuple(one for one in cases if one != case)
    return LifePage(case, bar, life_events(connection, actor, case, cases), open_to, not_now, others)


def life_events(
    connection: Connection, actor: Actor, case: str, cases: dict[str, str] | None = None
) -> tuple[LifeEvent, ...]:
    """`cases` are those of the child that the reader may know of, each with its reference; without, they are read. Of
    those in which nothing was recorded nothing more is asked: most of them.
    """
    known = _cases_of_child(connection, actor, case) if cases is None else cases
    recorded = Answers.element == START, Answers.process.in_([*_recording(in_force(connection, actor.within))])
    where = select(Answers.case_id).where(Answers.case_id.in_([*known]), *recorded).distinct()
    having, found = {*connection.scalars(where)}, list[LifeEvent]()
    for one in (each for each in known if each in having):
        given = EarlierAnswers(connection, actor, one).those(*recorded, most=MOST_OF_CASE)
        found += _events(connection, actor, given, one, "" if one == case else known[one])
    return (*_with_what_holds(sorted(found, key=lambda event: (event.on, event.recorded_at), reverse=True)),)


def _recording(its_model: Model) -> Iterator[str]:
    return (process for process in its_model.drawings if life_event(its_model, process))


def _cases_of_child(connection: Connection, actor: Actor, case: str) -> dict[str, str]:
    known = Case.id.in_(known_cases_of_child(actor, case))
    rows = connection.execute(select(Case.id, Case.reference).where(known).order_by(Case.opened_at, Case.id))
    return {row.id: row.reference for row in rows}


def _events(
    connection: Connection, actor: Actor, given: Sequence[Given], case: str, reference: str
) -> Iterator[LifeEvent]:
    decided = outcomes(connection, given)
    for one, rows in zip(given, said(connection, actor, given), strict=True):
        form = model(connection, one.bundle).form(one.process, START) or {}
        yield LifeEvent(
            case=case,
            title=one.process_name,
            what=decided.get(one.instance, ""),
            words=_first_words(rows, field_with_role(form, "happened_at") or ""),
            on=day_of(happened_at(form, one.answers, one.at) or one.at),
            said=rows,
            by=one.by,
            recorded_at=one.at,
            holds=True,
            reference=reference,
        )


def _first_words(rows: Sequence[Said], day: str) -> str:
    """`day` is the question that says when."""
    return next((row.words for row in rows if row.about != "decision" and row.field != day), "")


def _with_what_holds(newest_first: Sequence[LifeEvent]) -> Iterator[LifeEvent]:
    seen: set[str] = set()
    for one in newest_first:
        yield replace(one, holds=one.what not in seen or not one.what)
        seen.add(one.what)


def _to_record(
    connection: Connection, actor: Actor, now: datetime, case: str, bar: CaseBar
) -> tuple[tuple[Beginning, ...], tuple[tuple[str, str], ...]]:
    its_model = in_force(connection, actor.within)
    row = connection.execute(select(Case.team_id, Case.closed_at).where(Case.id == case)).one()
    if bar.is_joined:
        return (), ()
    allows = Allows(row.team_id, row.closed_at, {})
    facts = {"unborn": bar.child.is_unborn, "order_in_force": bool(bar.protection.orders)}
    offered = life_beginnings(actor, now, its_model, allows)
    refused = {
        one.process: why
        for one in offered
        if (why := why_not_recorded(life_event(its_model, one.process), facts, bar.child.died_on))
    }
    open_to = tuple(one for one in offered if one.process not in refused)
    return open_to, tuple((one.title, refused[one.process]) for one in offered if one.process in refused)
