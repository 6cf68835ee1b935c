"""Re-runs cases: the chain of each is followed on a scratch database, and where it leads held against what stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, or_, select

from engine.base.database import Database
from engine.base.errors import NotFound
from engine.base.numbers import reference_as_kept
from engine.casework.erased_rows import what_is_left
from engine.record.chain import RecordedEntry, authority_chain, case_chain, lines
from engine.rerun.chain_rerun import ChainRerun, RecordedChain
from engine.rerun.differences import NOTHING, Difference, differences
from engine.rerun.letters_said import letter_differences
from engine.rerun.outside import Outside, history, stood_at
from engine.rerun.projections import projections
from engine.rerun.scratch import Scratch
from engine.tables import Case, Chain, ErasedSpan, Erasure, Person

THE_CASE = "the case"


@dataclass(frozen=True, slots=True)
class Rerun:
    """What came of one case. Without a difference it stands where its record leads, by the record's own entries; of one
    that was `erased`, that nothing of it is left.
    """

    case: str
    reference: str
    entries: int
    differences: tuple[Difference, ...]
    erased: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """`chains` are by case: its own, and those of the cases that were joined to it. `bundles`: all that it ran on."""

    case: str
    authority: str
    chains: Mapping[str, RecordedChain]

    @property
    def bundles(self) -> frozenset[str]:
        return frozenset(name for one in self.chains.values() for name in _bundles(one))

    def on(self, scratch: Connection) -> ChainRerun:
        return ChainRerun(scratch, self.authority, self.case, self.chains)


def read_case(live: Connection, case: str, chain: Sequence[RecordedEntry]) -> RecordedCase:
    """`chain` is that of the case, about which `why_not` says nothing."""
    authority = (chain[0].payload or {}).get("authority", "")
    joined = _joined(live, case, chain)
    first = min(one[0].at for one in (chain, *joined.values()))
    states = history(live, authority, first)
    chains = {name: _recorded(live, one, states) for name, one in {case: chain, **joined}.items()}
    return RecordedCase(case, authority, chains)


class Rerunner:
    """Reads the live database and changes nothing in it. To be closed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._scratch = Scratch()

    def close(self) -> None:
        self._scratch.close()

    def rerun(self, case: str) -> Rerun:
        """`case` is its id. Raises NotFound where there is neither such a case nor a record of one."""
        with self._database.snapshot() as live:
            chain = lines(live, case_chain(case))
            reference = live.execute(select(Case.reference).where(Case.id == case)).scalar_one_or_none()
            if not chain and reference is None:
                raise NotFound("There is no such case.")
            if erased := _erased_at(live, case):
                left = tuple(Difference(what, "", "something is left", NOTHING) for what in what_is_left(live, case))
                return Rerun(case, reference or case, len(chain), left, erased)
            reason = why_not(chain)
            found = [Difference(THE_CASE, "", reason, NOTHING)] if reason else self._differences(live, case, chain)
            return Rerun(case, reference or case, len(chain), tuple(found))

    def _differences(self, live: Connection, case: str, chain: Sequence[RecordedEntry]) -> Iterator[Difference]:
        yield from letter_differences(live, case, chain, _joined(live, case, chain).values())
        recorded_case = read_case(live, case, chain)
        with self._scratch.case(live, recorded_case.bundles) as connection:
            chain_rerun = recorded_case.on(connection)
            yield from chain_rerun.along()
            if chain_rerun.stopped:
                return
            redone = projections(connection, case, chain_rerun.recorded)
        recorded = projections(live, case, {})
        if _was_corrected_elsewhere(live, case):
            for rows in (recorded, redone):
                rows.pop(Person.__tablename__, None)
                rows[Case.__tablename__].pop("match_name", None)
        for row in dict.fromkeys([*recorded, *redone]):
            yield from differences(row, recorded.get(row, NOTHING), redone.get(row, NOTHING))


def cases(database: Database, named: str | None = None) -> list[str]:
    """The ids of all cases that there are or of which there is a record, oldest first; of one by its reference or id.

    Raises NotFound.
    """
    with database.read() as connection:
        known = select(Case.id).order_by(Case.opened_at, Case.id)
        if named:
            known = known.where(or_(Case.id == named, Case.reference == reference_as_kept(named)))
        recorded = select(Chain.name).where(Chain.name.startswith("case:")).order_by(Chain.name)
        if named:
            recorded = recorded.where(Chain.name == case_chain(named))
        found = [*connection.scalars(known), *(chain.partition(":")[2] for chain in connection.scalars(recorded))]
    if named and not found:
        raise NotFound(f"There is no case {named}.")
    return list(dict.fromkeys(found))


def _was_corrected_elsewhere(live: Connection, case: str) -> bool:
    """Whether what stands of the child may come from a correction in another case of the very same person, which is
    re-run by itself.
    """
    same = select(Case.person_id).where(Case.id == case).scalar_subquery()
    others = live.scalars(select(Case.id).where(Case.person_id == same, Case.id != case))
    return any(lines(live, case_chain(one), ("answers_corrected",)) for one in others.all())


def _erased_at(live: Connection, case: str) -> datetime | None:
    """When it was erased, as the chain of its authority says, whatever stands in rows."""
    spans = select(Erasure.authority_id, Erasure.settled_at).join(ErasedSpan, ErasedSpan.erasure_id == Erasure.id)
    for row in live.execute(spans.where(ErasedSpan.chain == case_chain(case))):
        said = lines(live, authority_chain(row.authority_id), ("erased",))
        for entry in (one for one in said if one.at == row.settled_at):
            if case in (entry.payload or {}).get("cases", ()):
                return entry.at
    return None


def _joined(live: Connection, case: str, chain: Sequence[RecordedEntry]) -> dict[str, Sequence[RecordedEntry]]:
    """The chains of all cases that were one with this one for a time, and with those: that were joined to it, and the
    one from which it was separated again.
    """
    found: dict[str, Sequence[RecordedEntry]] = {case: chain}
    to_read = [case]
    while to_read:
        for line in found[to_read.pop()]:
            other = (line.payload or {}).get(ONE_WITH.get(line.kind, ""))
            if other and other not in found:
                found[other] = lines(live, case_chain(other))
                to_read.append(other)
    del found[case]
    return found


ONE_WITH = {"took_over": "case", "separated": "older"}
"""The kind of entry -> where it names the other case."""


def _recorded(live: Connection, chain: Sequence[RecordedEntry], states: Sequence[Outside]) -> RecordedChain:
    acts = (tuple(act) for _, act in groupby(chain, key=lambda line: line.act))
    return RecordedChain(tuple((act, stood_at(states, act[0].saw)) for act in acts), _child(live, chain[0]))


def _bundles(chain: RecordedChain) -> Iterator[str]:
    for act, outside in chain.acts:
        yield from (name for name in (outside.bundle, *(line.bundle for line in act)) if name)


def why_not(chain: Sequence[RecordedEntry]) -> str:
    """Why a case cannot be done again from its record; empty where it can."""
    if not chain or chain[0].kind != "opened_case":
        return "it cannot be re-run: its record does not begin with its opening"
    erased = sum(line.erased for line in chain)
    return f"it cannot be re-run: {erased} of its entries have lost what they carried" if erased else ""


def _child(live: Connection, opened: RecordedEntry) -> Mapping[str, Any]:
    """As the case was opened for; one that was opened after a closed case is of the same child."""
    said = opened.payload or {}
    while "after" in said:
        earlier = lines(live, case_chain(said["after"]), ["opened_case"])
        said = (earlier[0].payload or {}) if earlier else {}
    return said.get("child", {})
