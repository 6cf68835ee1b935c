"""Every duty of the guidance before and in a draft: which steps say that it is done, what is lost and gained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from engine.base.errors import BadModel
from engine.difference.called import process_called, title
from engine.difference.guidance_between import DutyBetween, duties_between
from engine.facts.change_files import ChangeRow, change_row, files_of_change
from engine.facts.models import model, model_of
from engine.forms.duty_judgement import Judgement
from engine.lint import faults_of_duties
from engine.people.identity import STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import START, Model
from engine.process.condition_words import condition_in_words

Faults = Mapping[tuple[str, str], Sequence[str]]
"""As `faults_of_duties` of the linter gives them."""
Turn = Literal["lost", "untold", "moved", "other", "gained", "kept", "nowhere"]
"""As Fulfilment has it; `moved`: other answers, and of another step; `untold`: a step says when it is done, and with
the draft as it stands that can never be told, as of a question that is gone. In the order in which a page shows them.
"""
TURNS: tuple[Turn, ...] = ("lost", "untold", "moved", "other", "gained", "kept", "nowhere")
NO_STEP = "No step of the drawing asks this form."


@dataclass(frozen=True, slots=True)
class DutyInDraft:
    """A duty in the words of the draft, or of its base where only that has it. `before` and `now`: the steps that say
    when it is done, a sentence each. `faults`: why that can never be told, a sentence each.
    """

    id: str
    duty: str
    process: str
    source: str
    turn: Turn
    before: Sequence[str]
    now: Sequence[str]
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class GuidancePage:
    """`duties` are what is lost first. `is_readable` is false where the draft cannot be read as a whole."""

    row: ChangeRow
    edition: str
    duties: Sequence[DutyInDraft]
    is_readable: bool = True
    cases_shown: tuple[str, ...] = ()

    def turned(self, turn: Turn) -> Sequence[DutyInDraft]:
        return [one for one in self.duties if one.turn == turn]


def guidance_page(connection: Connection, actor: Actor, _now: datetime, change: str) -> GuidancePage:
    """Raises NotAllowed for whoever neither changes the pathway nor approves that, and NotFound."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    base, files = model(connection, row.base_hash), files_of_change(connection, actor.within, row).models
    draft, faults = _read(files)
    if draft is None or faults is None:
        return GuidancePage(row, base.edition.name, (), is_readable=False)
    duties = [_shown(base, draft, one, _why_not(draft, one, faults)) for one in duties_between(base, draft)]
    return GuidancePage(row, draft.edition.name, sorted(duties, key=lambda one: TURNS.index(one.turn)))


def _read(files: Mapping[str, bytes]) -> tuple[Model | None, Faults | None]:
    try:
        return model_of(files), faults_of_duties(files)
    except BadModel:
        return None, None


def _why_not(draft: Model, one: DutyBetween, faults: Faults) -> Sequence[str]:
    """Of the steps that say when it is done. A form whose step is gone is asked of nobody."""
    found: list[str] = []
    for each in one.now:
        drawing = draft.drawings.get(each.process)
        asked = drawing is not None and (each.element == START or each.element in drawing.elements)
        said = faults.get((f"forms/{each.process}/{each.element}.json", one.duty.id), ()) if asked else (NO_STEP,)
        found += (f"{title(draft, each.process, each.element)}: {why}" for why in said)
    return found


def _shown(base: Model, draft: Model, one: DutyBetween, faults: Sequence[str]) -> DutyInDraft:
    known = draft if one.duty.id in draft.duties else base
    return DutyInDraft(
        id=one.duty.id,
        duty=one.duty.duty,
        process=process_called(known, one.duty.process) if one.duty.process else "",
        source=one.duty.source,
        turn="untold" if faults else _turn(one),
        before=[_judged(base, each) for each in one.before],
        now=[_judged(draft, each) for each in one.now],
        faults=faults,
    )


def _turn(one: DutyBetween) -> Turn:
    if one.fulfilment != "other":
        return one.fulfilment
    before, now = ({(each.process, each.element) for each in side} for side in (one.before, one.now))
    return "other" if before == now else "moved"


def _judged(known: Model, one: Judgement) -> str:
    """“See the child” (“Assessment”): done where “Have you seen the child?” is “Yes”."""
    said = (
        ("done", one.done),
        ("done in another way", one.otherwise),
        ("still open", one.still_open),
        ("not called for", one.unless),
    )
    asked = [(state, condition_in_words(known, one.process, one.element, source)) for state, source in said if source]
    words = "; ".join(f"{state} where {condition}" for state, condition in asked)
    within = "" if one.element == START else f" ({process_called(known, one.process)})"
    return f"{title(known, one.process, one.element)}{within}: {words}"
