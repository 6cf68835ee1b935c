"""The record of a case with those of the cases that were joined to it: one child, one story."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain as one_after_the_other

from sqlalchemy import Connection

from engine.record.chain import RecordedEntry, case_chain, lines


def whole_record(connection: Connection, case: str) -> tuple[RecordedEntry, ...]:
    """In the order in which it happened. Where there are several chains the entries are numbered through all of them;
    each says in which case it was written.
    """
    return numbered_through(in_order(_chains(connection, case)))


def _chains(connection: Connection, case: str) -> Iterator[tuple[RecordedEntry, ...]]:
    """Those that were joined come first, so that what is of one moment stands before that it was taken over."""
    own = lines(connection, case_chain(case))
    for other in taken_over(own):
        yield from _chains(connection, other)
    yield own


def taken_over(chain: Iterable[RecordedEntry]) -> Iterator[str]:
    """The cases of which this chain says that they were joined to its own."""
    for line in chain:
        if line.kind == "took_over":
            yield (line.payload or {}).get("case", "")


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
