"""How long cases are kept: rules of the authority, which a privacy officer or an administrator sets and ends."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import NotFound
from engine.base.identifiers import new_id
from engine.facts.models import in_force
from engine.facts.retention_forms import END_RULE, EVERY_CASE, rule_form
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.tables import RetentionRule

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


def processes_of(work: Work) -> dict[str, str]:
    """Titles by process, of the models in force."""
    return {one.process: one.name for one in in_force(work.connection, work.authority).drawings.values()}


@command(may=CommandRight.KEEPS_RETENTION)
def add_retention_rule(work: Work, answers: Mapping[str, Any]) -> str:
    """From answers to `rule_form`. Gives the id of the rule. Raises BadAnswers."""
    processes = processes_of(work)
    one_at_a_time(work.connection, f"erasures of {work.authority}")
    said = check(rule_form(processes), answers, _NO_CIRCUMSTANCES, work.now)
    process = None if said["cases"] == EVERY_CASE else said["cases"]
    new = new_id()
    rule = {"years": said["years"], "counts_from": said["counts_from"], "process": process}
    rule["process_title"] = processes[process] if process else ""
    set_ = {"set_at": work.now, "set_by": work.actor.signature, "ending_reason": ""}
    work.connection.execute(insert(RetentionRule).values(id=new, authority_id=work.authority, **rule, **set_))
    work.record_settled("retention_rule_added", {"rule": new, **rule})
    return new


@command(may=CommandRight.KEEPS_RETENTION)
def end_retention_rule(work: Work, rule: str, answers: Mapping[str, Any]) -> None:
    """From now on it keeps no case, and makes none due. Raises NotFound where there is none, or it has ended, and
    BadAnswers.
    """
    one_at_a_time(work.connection, f"erasures of {work.authority}")
    ours = RetentionRule.id == rule, RetentionRule.authority_id == work.authority, RetentionRule.ended_at.is_(None)
    if work.connection.scalar(select(RetentionRule.id).where(*ours)) is None:
        raise NotFound
    reason = check(END_RULE, answers, _NO_CIRCUMSTANCES, work.now)["reason"]
    over = {"ended_at": work.now, "ended_by": work.actor.signature, "ending_reason": reason}
    work.connection.execute(update(RetentionRule).where(RetentionRule.id == rule).values(over))
    work.record_settled("retention_rule_ended", {"rule": rule, "reason": reason})
