"""Somebody says that an answer of the record is wrong: what they say is kept beside it, and it stays as it is."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.base.errors import NotFound
from engine.casework.disputing import AnswersPlace, keep_dispute
from engine.casework.locking import lock_known_case
from engine.facts.dispute_forms import dispute_form
from engine.facts.models import model
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_see_all, must_take_part
from engine.tables import Answers, DisputeNote, Instance, models_then

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def note_dispute(work: Work, case: str, given: str, answers: Mapping[str, Any]) -> None:
    """From answers to `dispute_form`; `given` is the id of the answers to one form.

    What stands there already is kept once.

    Raises NotFound, NotAllowed for who does not see all answers of the case or only oversees it, BadAnswers.
    """
    must_see_all(work.connection, work.actor, case)
    must_take_part(work.connection, work.actor, case)
    casework = lock_known_case(work, case)
    row = work.connection.execute(
        select(Answers.__table__, models_then(Answers).label("bundle"))
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.id == given, Answers.case_id == case)
    ).one_or_none()
    if row is None:
        raise NotFound
    form = model(work.connection, row.bundle).form(row.process, row.element) or {}
    said = check(dispute_form(form, row.answers), answers, _NO_CIRCUMSTANCES, work.now)
    place = AnswersPlace(row.instance_id, row.element, row.occurrence)
    if not _is_kept(work, place, said):
        keep_dispute(casework, place, said)


def _is_kept(work: Work, place: AnswersPlace, said: Mapping[str, Any]) -> bool:
    """The same words of the same person about the same answer: the form was sent twice, and nobody can take one out."""
    same = {**place.as_columns, **{name: said[name] for name in ("field", "said_by", "words")}}
    found = select(DisputeNote.id).filter_by(**same, said_on=date.fromisoformat(said["said_on"]))
    return work.connection.scalar(found.limit(1)) is not None
