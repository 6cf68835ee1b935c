"""Holds who has which rights, and what an authority has settled, against the entries that say so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.base.database import Database
from engine.reads.audit.restricted_then import Restricted, spread
from engine.record.chain import INSTALLATION, RecordedEntry, authority_chain, lines
from engine.rerun.authority_rows import FOLLOWED, rows_after
from engine.rerun.authority_standing import standing_rows
from engine.rerun.differences import NOTHING, Difference, differences
from engine.rerun.projections import Rows
from engine.rerun.rows_of_people import UNSAID
from engine.tables import Authority, Chain


@dataclass(frozen=True, slots=True)
class RerunAuthority:
    """What came of one authority. `unsaid`: of so many passwords the record says nothing, as they are from before it
    said anything of any.
    """

    authority: str
    entries: int
    differences: tuple[Difference, ...]
    unsaid: int


def rerun_authorities(database: Database) -> Iterator[RerunAuthority]:
    """All that there are, or of which there is a record. Reads the database as of one moment and changes nothing."""
    with database.snapshot() as live:
        chains = live.scalars(select(Chain.name).where(Chain.name.startswith(authority_chain("")))).all()
        known = {*live.scalars(select(Authority.id)), *(name.partition(":")[2] for name in chains)}
        of_all = lines(live, INSTALLATION, FOLLOWED)
        for authority in sorted(known):
            yield _rerun(live, authority, of_all)


def _rerun(live: Connection, authority: str, of_all: tuple[RecordedEntry, ...]) -> RerunAuthority:
    own = [entry for entry in of_all if (entry.payload or {}).get("authority") == authority]
    chain = [*own, *lines(live, authority_chain(authority), FOLLOWED)]
    said: Rows = {}
    found = list(follow(live, said, chain))
    stands = standing_rows(live, authority)
    unsaid = 0
    for name, row in said.items():
        if row.get("password") == UNSAID and name in stands:
            unsaid += stands[name]["password"] is not None
            row["password"] = stands[name]["password"]
    for name in dict.fromkeys([*stands, *said]):
        found += differences(name, stands.get(name, NOTHING), said.get(name, NOTHING))
    return RerunAuthority(authority, len(chain), tuple(found), unsaid)


def follow(live: Connection, said: Rows, chain: Iterable[RecordedEntry]) -> Iterator[Difference]:
    """Changes the rows as these entries say; gives what is wrong with the entries themselves."""
    entries = [*chain]
    erased = _erased_acts(entries)
    for entry in entries:
        if not (entry.erased and (entry.chain, entry.number) in erased):
            yield from _followed(said, entry)
    _spread(live, said)


def _erased_acts(entries: Iterable[RecordedEntry]) -> set[tuple[str, int]]:
    """Those that carry nothing any more, as a case that they were about was erased: what followed from them is gone."""
    spans = [span for one in entries if one.kind == "erased" and one.payload for span in one.payload["spans"]]
    return {(chain, first) for chain, first, _last in spans}


def _spread(live: Connection, said: Rows) -> None:
    """For which further cases what was restricted holds."""
    restricted = {
        name.removeprefix("restriction "): Restricted(row["case_id"], row["restricted_at"])
        for name, row in said.items()
        if name.startswith("restriction ")
    }
    for restriction, cases in spread(live, restricted).items():
        for case in cases:
            said[f"restricted case {restriction} {case}"] = {"restriction_id": restriction, "case_id": case}


def _followed(said: Rows, entry: RecordedEntry) -> Iterator[Difference]:
    place = f"entry {entry.number} ({entry.kind})"
    if entry.erased:
        yield Difference(place, "", "what it carried was erased", NOTHING)
        return
    try:
        rows_after(said, entry)
    except (LookupError, TypeError, ValueError):
        yield Difference(place, "", "it was done", "no entry before it added what it speaks of")
