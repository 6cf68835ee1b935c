"""The record of a case with those of the cases that were joined to it: one child, one story."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain as one_after_the_other

from sqlalchemy import Connection

from engine.record.chain import RecordedEntry, case_chain, lines


def whole_record(connection: Connection, case: str) -> tuple[RecordedEntry, ...]:
    """In the order in which it happened. Where there are several chains the entries are numbered through all of them;
    each says in which case it was written.
    """
    return numbered_through(in_order(_chains(connection, case)))


def _chains(connection: Connection, case: str) -> Iterator[Sequence[RecordedEntry]]:
    """Those that were joined come first, so that what is of one moment stands before that it was taken over. What was
    recorded of a child in the case of another, while the two were taken for one, stands with its own.
    """
    own = lines(connection, case_chain(case))
    for other in taken_over(own):
        yield from _chains(connection, other)
    yield meanwhile(connection, own)
    yield without_what_went(own)


def meanwhile(connection: Connection, chain: Iterable[RecordedEntry]) -> Sequence[RecordedEntry]:
    """What was recorded of the child of this chain in the case of another, while the two were taken for one."""
    found: list[RecordedEntry] = []
    for line in [one for one in chain if one.kind == "separated"]:
        said = line.payload or {}
        there, went = lines(connection, case_chain(said["older"])), {*said["instances"]}
        since = datetime.fromisoformat(said["joined_at"])
        of_child = (one for one in there if one.instance in went and since <= one.at <= line.at)
        found += [replace(one, case=line.case) for one in of_child]
    return found


def without_what_went(chain: Sequence[RecordedEntry]) -> Sequence[RecordedEntry]:
    """A chain without what was recorded in it of a child who turned out to be another one."""
    went: dict[str, datetime] = {}
    for line in chain:
        if line.kind == "gave_back":
            went |= dict.fromkeys((line.payload or {}).get("instances", ()), line.at)
    return [line for line in chain if line.instance not in went or line.at > went[line.instance]]


def is_joined_there(chain: Iterable[RecordedEntry]) -> bool:
    """Whether by this record its case goes on in another one."""
    said = [line.kind for line in chain if line.kind in ("joined", "separated") and not line.instance]
    return said[-1:] == ["joined"]


def taken_over(chain: Iterable[RecordedEntry]) -> Iterator[str]:
    """The cases of which this chain says that they were joined to its own, and have not been separated again."""
    found: list[str] = []
    for line in chain:
        said = line.payload or {}
        if line.kind == "took_over":
            found.append(said.get("case", ""))
        elif line.kind == "gave_back":
            found.remove(said["newer"])
    yield from found


def in_order(chains: Iterable[Sequence[RecordedEntry]]) -> tuple[RecordedEntry, ...]:
    """As it happened; what is of one moment in the order of the chains."""
    return tuple(sorted(one_after_the_other.from_iterable(chains), key=lambda line: line.at))


def numbered_through(entries: Sequence[RecordedEntry]) -> tuple[RecordedEntry, ...]:
    """Those of one chain keep their numbers."""
    if all(line.chain == entries[0].chain for line in entries):
        return tuple(entries)
    found: list[RecordedEntry] = []
    first: dict[tuple[str, int], int] = {}
    for number, line in enumerate(entries, start=1):
        act = first.setdefault((line.chain, line.act), number)
        found.append(replace(line, number=number, act=act))
    return tuple(found)
