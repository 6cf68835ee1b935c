"""An organisation gets a part in a case by decision, or loses it."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import AlreadyDone, NotAllowed, NotPossible, RefusalCode
from engine.casework.case_rows import HeldPart
from engine.casework.giving_parts import end_part, give_part_to
from engine.casework.locked_case import CaseWork
from engine.casework.locking import lock_known_case
from engine.facts.part_decisions import (
    END_PART,
    add_part_form,
    may_add_part,
    may_end_part,
    must_be_open,
    organisations_to_add,
    what_it_has_to_do,
)
from engine.forms import check
from engine.people.command import CommandRight, Work, command

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.TEAM_OF_CASE)
def add_organisation_to_case(work: Work, case: str, answers: Mapping[str, Any]) -> None:
    """From answers to `add_part_form`: its people may know of the case from now on.

    Raises NotFound, NotAllowed for who neither may lead cases of the team nor manages it, NotPossible where the case is
    closed, BadAnswers.
    """
    casework = lock_known_case(work, case)
    if not may_add_part(work.actor, casework.model_in_force, casework.case.team):
        words = "A social worker or manager of the team that has the case decides this."
        raise NotAllowed(words, code=RefusalCode.ROLE)
    must_be_open(casework.closed_at)
    offered = organisations_to_add(work.connection, casework.case.authority, case)
    form = add_part_form(offered, casework.model_in_force)
    chosen = check(form, answers, _NO_CIRCUMSTANCES, work.now)
    agency = next(one.agency for one in offered if one.id == chosen["organisation"])
    decide_on(casework, agency, chosen["organisation"], chosen["reason"])


@command(may=CommandRight.TEAM_OF_CASE)
def end_part_in_case(work: Work, case: str, part: str, answers: Mapping[str, Any]) -> None:
    """From answers to `END_PART`: the organisation's people know of the case no longer.

    Raises NotFound, NotAllowed for who neither leads the case nor manages its team, AlreadyDone where it is over,
    NotPossible while something is for it to do, BadAnswers.
    """
    casework = lock_known_case(work, case)
    if not may_end_part(work.actor, casework.model_in_force, casework.case.team, casework.case.lead):
        words = "The lead social worker of the case or a manager of the team decides this."
        raise NotAllowed(words, code=RefusalCode.ROLE)
    held = casework.parts.get(part)
    if held is None:
        raise AlreadyDone("This part in the case is over already.", code=RefusalCode.PART_OVER)
    reason = check(END_PART, answers, _NO_CIRCUMSTANCES, work.now)["reason"]
    if titles := what_it_has_to_do(work.connection, case, held.agency, held.organisation):
        still = ", ".join(f"“{title}”" for title in titles)
        words = f"It still has something to do in this case: {still}. Its part ends once that is done or withdrawn."
        raise NotPossible(words, code=RefusalCode.PART_HAS_WORK)
    end(casework, held, reason)


def decide_on(casework: CaseWork, agency: str, organisation: str, reason: str) -> None:
    give_part_to(casework, agency, organisation, "decided", reason)
    casework.write_record()


def end(casework: CaseWork, part: HeldPart, reason: str) -> None:
    end_part(casework, part, reason)
    casework.write_record()
