"""Erasing a case whose time is over: one proposes it, and another, who is never the same, agrees or does not."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.casework.erased_rows import erase_payloads, erase_rows, spans
from engine.casework.locking import lock_cases
from engine.facts.child import joined_to
from engine.facts.retention import due_cases, is_due, is_told_to, rules
from engine.facts.retention_forms import DECIDE, PROPOSE
from engine.facts.right_time import doubted
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import in_authority_of
from engine.tables import Case, Erasure, NamedRow, RetentionRule

AGAIN = "It was decided before a backup was put back, and holds again."
_NO_CIRCUMSTANCES: frozenset[str] = frozenset()
NOT_DUE = (
    "This case is not due to be erased: it is open, on legal hold or part of another one, or a rule keeps it longer."
)


@command(may=CommandRight.PRIVACY_OFFICER)
def propose_erasure(work: Work, case: str, answers: Mapping[str, Any]) -> str:
    """The first of two people; from answers to PROPOSE. Gives the id of the erasure.

    Raises NotFound, also for a case of a child from whom the actor is barred, NotPossible where it is not due or was
    proposed already, BadAnswers.
    """
    one_at_a_time(work.connection, f"erasures of {work.authority}")
    _must_be_told(work, case)
    reason = check(PROPOSE, answers, _NO_CIRCUMSTANCES, work.now)["reason"]
    rule = _rule_by_which_due(work, case)
    if work.connection.scalar(select(Erasure.id).where(Erasure.case_id == case, Erasure.settled_at.is_(None))):
        raise NotPossible("It was proposed already to erase this case.", code=RefusalCode.CHANGED_MEANWHILE)
    new = new_id()
    by = {"proposed_at": work.now, "proposed_by": work.actor.signature, "reason": reason, "settling_reason": ""}
    row = {"id": new, "authority_id": work.authority, "case_id": case, "rule_id": rule}
    work.connection.execute(insert(Erasure).values(**row, **by))
    work.record_settled("erasure_proposed", {"erasure": new, "case": case, "rule": rule, "reason": reason})
    return new


@command(may=CommandRight.KEEPS_RETENTION)
def decide_on_erasure(work: Work, erasure: str, answers: Mapping[str, Any]) -> bool:
    """The second of two people; from answers to DECIDE. Gives whether the case was erased, with all that were joined to
    it.

    Raises NotFound as `propose_erasure`, NotAllowed for whoever proposed it, NotPossible where it was decided already
    or the case is due no longer, as on legal hold, and BadAnswers.
    """
    row = _waiting(work, erasure)
    said = check(DECIDE, answers, _NO_CIRCUMSTANCES, work.now)
    erases = said["verdict"] == "erase"
    if erases and row.proposed_by == work.actor.signature:
        raise NotAllowed("Another person decides whether it is erased.", code=RefusalCode.SECOND_PERSON)
    settled = {"settled_at": work.now, "settled_by": work.actor.signature, "settling_reason": said["reason"]}
    if not erases:
        _settle(work, erasure, {**settled, "outcome": "refused"})
        work.record_settled("erasure_refused", {"erasure": erasure, "case": row.case_id, "reason": said["reason"]})
        return False
    # Locked before it is asked whether it is due: nothing may begin in it between the two.
    cases = _locked(work, joined_to(work.connection, row.case_id))
    rule = _rule_by_which_due(work, row.case_id)
    _erase(work, _settle(work, erasure, {**settled, "outcome": "erased", "rule_id": rule}), cases)
    return True


def erase_again(work: Work, said: Mapping[str, Any]) -> bool:
    """As a backup from before it was put back: by the same decision, whatever the rules say of it now. `said` is what
    the log outside has of it. Gives whether there was something to erase.

    All that went with it goes again, also what had not been joined to it yet by the time of the backup.
    """
    case, erasure = said["case"], said["erasure"]
    together = {*joined_to(work.connection, case), *said["cases"]}
    whole = Case.id.in_(together), Case.erased_at.is_(None), Case.authority_id == work.authority
    cases = [*work.connection.scalars(select(Case.id).where(*whole).order_by(Case.id))]
    if case not in cases:
        return False
    rule = work.connection.scalar(select(RetentionRule.id).where(RetentionRule.id == said["rule"]))
    row = work.connection.execute(select(Erasure.__table__).where(Erasure.id == erasure)).one_or_none()
    by = {"proposed_by": said["proposed_by"], "proposed_at": work.now, "reason": AGAIN}
    if row is not None:
        by = {"proposed_by": row.proposed_by, "proposed_at": row.proposed_at, "reason": row.reason}
    over = {"outcome": "erased", "settled_at": work.now, "settled_by": work.actor.signature, "settling_reason": AGAIN}
    values = {"authority_id": work.authority, "case_id": case, "rule_id": rule, **by, **over}
    if row is None:
        work.connection.execute(insert(Erasure).values(id=erasure, **values))
    _erase(work, _settle(work, erasure, values), _locked(work, cases))
    return True


def _locked(work: Work, cases: Collection[str]) -> Collection[str]:
    lock_cases(work, cases, as_it_stands=True)
    return cases


def _settle(work: Work, erasure: str, values: Mapping[str, Any]) -> NamedRow:
    """Gives the row as it stands by then."""
    work.connection.execute(update(Erasure).where(Erasure.id == erasure).values(values))
    return work.connection.execute(select(Erasure.__table__).where(Erasure.id == erasure)).one()


def _erase(work: Work, row: NamedRow, cases: Collection[str]) -> None:
    """The entry names each chain of which something went, so that nothing else may be missing."""
    gone = spans(work.connection, work.authority, cases)
    erase_rows(work.connection, work.authority, cases, work.now)
    erase_payloads(work.connection, row.id, gone)
    told = {
        "erasure": row.id,
        "case": row.case_id,
        "cases": [*cases],
        "spans": [list(span) for span in gone],
        "rule": row.rule_id,
    }
    by = {"proposed_by": row.proposed_by, "proposed_at": row.proposed_at.isoformat(), "why": row.reason}
    work.record_settled("erased", {**told, **by, "reason": row.settling_reason})


def _must_be_told(work: Work, case: str) -> None:
    ours = Case.id == case, in_authority_of(work.actor)
    if work.connection.scalar(select(Case.id).where(*ours, is_told_to(work.actor))) is None:
        raise NotFound


def _rule_by_which_due(work: Work, case: str) -> str:
    """The rule that kept it longest. Raises NotPossible where it is not due, or where the clock of the machine may be
    wrong, by which it would be.
    """
    if doubted(work.connection, work.now):
        raise NotPossible("The clock of this system may be wrong, so nothing is erased.", code=RefusalCode.NOT_NOW)
    of = rules(work.connection, work.authority)
    if work.connection.scalar(select(Case.id).where(Case.id == case, is_due(of, work.now))) is None:
        raise NotPossible(NOT_DUE, code=RefusalCode.NOT_DUE)
    return due_cases(work.connection, of, [case])[case].rule.id


def _waiting(work: Work, erasure: str) -> NamedRow:
    ours = Erasure.id == erasure, Erasure.authority_id == work.authority
    statement = select(Erasure.__table__).join(Case, Case.id == Erasure.case_id)
    one_at_a_time(work.connection, f"erasures of {work.authority}")
    row = work.connection.execute(statement.where(*ours, is_told_to(work.actor))).one_or_none()
    if row is None:
        raise NotFound
    if row.settled_at is not None:
        raise NotPossible("It was decided already.", code=RefusalCode.CHANGED_MEANWHILE)
    return row
