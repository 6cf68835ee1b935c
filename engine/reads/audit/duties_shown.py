"""The duties of a case in words: what each step asked, what was answered, and why it is not simply done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.forms.duty_judgement import State
from engine.people.identity import Actor
from engine.people.who_knows import must_oversee
from engine.process.condition_words import condition_in_words
from engine.process.duty_table import Duty
from engine.reads.audit.clock_runs import MISSED, clock_runs
from engine.reads.audit.duties_met import Asked, duties_met
from engine.reads.audit.trail import People, Trail, trail
from engine.reads.case.answered import Said, in_words
from engine.tables import Case


@dataclass(frozen=True, slots=True)
class StepAsked:
    """A step that was to answer for a duty, and the entry `number` that says what became of it.

    `done_when` is what the form takes for done, `said` what was answered to that, `reasons` why it is not simply done.
    `by` and `at` are of whoever answered; empty where nobody did.
    """

    state: State
    process: str
    title: str
    number: int
    by: str
    at: datetime | None
    done_when: str
    said: tuple[Said, ...]
    reasons: tuple[str, ...]
    aside: bool


@dataclass(frozen=True, slots=True)
class DutyShown:
    """`late`: its clock was not met in time."""

    duty: Duty
    state: State
    asked: tuple[StepAsked, ...]
    late: bool


@dataclass(frozen=True, slots=True)
class DutiesOfCase:
    """`edition` names the guidance."""

    case: str
    reference: str
    edition: str
    duties: tuple[DutyShown, ...]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case,)


def duties_of_case(connection: Connection, actor: Actor, now: datetime, case: str) -> DutiesOfCase:
    """Raises NotFound, and NotAllowed (`who_knows.must_oversee`)."""
    must_oversee(connection, actor, case)
    found = trail(connection, actor.within, case)
    reference = connection.execute(select(Case.reference).where(Case.id == case)).scalar_one()
    return DutiesOfCase(case, reference, found.newest.edition.name, duties_shown(connection, found, now))


def duties_shown(connection: Connection, found: Trail, now: datetime) -> tuple[DutyShown, ...]:
    """Those whose clock was missed come first, then what is not done."""
    late = frozenset(one.clock for one in clock_runs(found) if one.ending(now) in MISSED)
    met = duties_met(found.lines, found.runs, tuple(found.newest.duties.values()), late)
    asked = [one for duty in met for one in duty.asked]
    forms = [(one.run.model, one.run.process, one.judgement.element, one.answers) for one in asked]
    said = iter(in_words(connection, forms))
    return tuple(
        DutyShown(one.duty, one.state, tuple(_step(found.people, step, next(said)) for step in one.asked), one.late)
        for one in met
    )


def _step(them: People, one: Asked, said: tuple[Said, ...]) -> StepAsked:
    answered = one.line.kind in ("completed", "started")
    judgement = one.judgement
    return StepAsked(
        state=one.state,
        process=one.run.name,
        title=one.title,
        number=one.line.number,
        by=them.name(one.line.actor) if answered else "",
        at=one.line.at if answered else None,
        done_when=condition_in_words(one.run.model, judgement.process, judgement.element, judgement.done),
        said=said,
        reasons=one.reasons,
        aside=one.aside,
    )
