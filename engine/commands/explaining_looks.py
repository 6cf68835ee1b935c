"""Somebody says why they open very many cases in a short time, and goes on: the privacy officer reads it."""

from collections.abc import Mapping
from typing import Any

from engine.facts.keeping_forms import WHY_MANY
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.record.chain import NewEntry, append

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.SIGNED_IN)
def explain_many(work: Work, answers: Mapping[str, Any], number: int) -> None:
    """From answers to `WHY_MANY`; `number` is how many cases they had opened. Raises BadAnswers."""
    given = check(WHY_MANY, answers, _NO_CIRCUMSTANCES, work.now)
    said = NewEntry("many_opened_explained", payload={"cases": number, "reason": given["reason"]})
    append(work.connection, work.actor.chain, work.actor.signature, work.now, [said])
