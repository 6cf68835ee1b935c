"""A case that ran in another system until now goes on here: at a place of the models that is open to it
(`takes_over`), by what its files say. Nothing that was done before is told as done here (docs/taking_over.md).
"""

from collections.abc import Mapping
from typing import Any

from engine.casework.case_rows import InstanceRow
from engine.casework.effects import give_parts
from engine.casework.locked_case import CaseWork
from engine.casework.moving import begin
from engine.casework.settling import settle
from engine.process.bundle import START
from engine.tables import TakenOver


def take_over(casework: CaseWork, process: str, answers: Mapping[str, Any], came: Mapping[str, str]) -> InstanceRow:
    """In a case that was opened for it, from checked answers; `came` are the columns of `taken_over`. The clocks that
    begin count from the days that were said, and of those that have run out by now nobody here was late.

    Raises NotPossible where the child has a plan already.
    """
    casework.note("taken_over", payload=came)
    casework.changes.add(
        TakenOver, casework.case.id, case_id=casework.case.id, authority_id=casework.case.authority, **came
    )
    casework.comes_over = True
    model = casework.model_in_force
    give_parts(casework, model, model.form(process, START) or {}, answers)
    begun = begin(casework, process, answers, by=casework.work.actor)
    settle(casework)
    return begun
