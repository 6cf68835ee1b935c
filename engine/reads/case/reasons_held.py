"""Reasons that stand in the record of a case alone, beside no answer: they are held of the child as well."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from engine.reads.case.whole_record import without_what_went
from engine.record.chain import case_chain, lines

REASONS: Mapping[str, str] = {
    "part": "Why an organisation was given a part in the case",
    "part_ended": "Why the part of an organisation ended",
    "team_changed": "Why the case went to another team",
    "departed": "Why somebody proceeded differently",
    "departure_asked": "Why somebody asked to proceed differently",
    "departure_refused": "Why somebody did not proceed differently",
    "gave_back": "Why the case of another child was separated from this one",
    "separated": "Why the case was separated from that of another child",
}
"""By kind of entry."""


class ReasonHeld(NamedTuple):
    """`name` is that of the item, the same whenever it is asked."""

    name: str
    title: str
    at: datetime
    words: str


def reasons_held(connection: Connection, case: str) -> Iterator[ReasonHeld]:
    """Also what a manager said who agreed (`decision`); not of another child who had been taken for this one."""
    for line in without_what_went(lines(connection, case_chain(case), (*REASONS,))):
        for said in ("reason", "decision"):
            if words := (line.payload or {}).get(said):
                yield ReasonHeld(f"{said}-{case}-{line.number}", REASONS[line.kind], line.at, words)
