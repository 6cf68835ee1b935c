"""The record of a case with those of the cases that were joined to it: one child, one story."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection

from engine.record.chain import RecordedEntry, case_chain, lines


def whole_record(connection: Connection, case: str) -> tuple[RecordedEntry, ...]:
    """In the order in which it happened. Where there are several chains the entries are numbered through all of them;
    each says in which case it was written.
    """
    chains = [*_chains(connection, case)]
    if len(chains) == 1:
        return chains[0]
    found: list[RecordedEntry] = []
    first: dict[tuple[str, int], int] = {}
    for line in sorted((line for chain in chains for line in chain), key=lambda one: one.at):
        number = len(found) + 1
        act = first.setdefault((line.chain, line.act), number)
        found.append(replace(line, number=number, act=act))
    return tuple(found)


def _chains(connection: Connection, case: str) -> Iterator[tuple[RecordedEntry, ...]]:
    """Those that were joined come first, so that what is of one moment stands before that it was taken over."""
    own = lines(connection, case_chain(case))
    for line in own:
        if line.kind == "took_over":
            yield from _chains(connection, (line.payload or {}).get("case", ""))
    yield own
