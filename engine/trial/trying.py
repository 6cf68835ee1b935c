"""A draft tried on the cases of an authority, each read at one moment and done again on a scratch database."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from sqlalchemy import Connection, select

from engine.base.database import Database
from engine.people.kept_from import nothing_keeps_from_anybody
from engine.process.bundle import read_bundle
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.rerun.rerunning import read_case, why_not
from engine.rerun.scratch import Scratch
from engine.rerun.several import side_by_side
from engine.tables import Case
from engine.trial.case_trial import CaseTrial
from engine.trial.trial_findings import CaseTried, Cause, ClockTried, TrialFinding


class DraftOnCases:
    """Reads the live database and changes nothing in it. To be closed."""

    def __init__(self, database: Database, draft: Mapping[str, bytes]) -> None:
        """Raises BadModel where the draft cannot be read."""
        self._database = database
        self._draft = read_bundle(draft)
        self._scratch = Scratch()
        self._scratch.keep_files(self._draft.hash, draft)

    def close(self) -> None:
        self._scratch.close()

    def of_case(self, case: str) -> CaseTried:
        """`case` is its id."""
        with self._database.snapshot() as live:
            row = live.execute(select(Case.reference, Case.closed_at).where(Case.id == case)).one()
            chain = lines(live, case_chain(case))
            acts = len({line.act for line in chain})
            reason = why_not(chain)
            if reason:
                found = [TrialFinding(Cause("not_tried", "", "", is_now=reason), 0)]
                return CaseTried(case, row.reference, row.closed_at is None, 0, acts, tuple(found))
            trial, clocks = self._tried(live, case, chain)
            found, is_open = tuple(trial.found), row.closed_at is None
            return CaseTried(case, row.reference, is_open, len(trial.done), acts, found, clocks)

    def _tried(
        self, live: Connection, case: str, chain: Sequence[RecordedEntry]
    ) -> tuple[CaseTrial, tuple[ClockTried, ...]]:
        recorded = read_case(live, case, chain)
        with self._scratch.case(live, recorded.bundles) as connection:
            trial = CaseTrial(connection, case, recorded.authority, self._draft, recorded.on(connection))
            trial.along()
            return trial, trial.clocks(goes_on=any(line.kind == "joined" and not line.instance for line in chain))


def cases_of(database: Database, authority: str, most: int | None = None) -> Sequence[str]:
    """Their ids, oldest first; where there are more than `most`, as many spread evenly over all. Those that are kept
    from anybody are left out: what is found in all together is told to whoever may try a draft.
    """
    with database.read() as connection:
        ours = select(Case.id).where(Case.authority_id == authority, nothing_keeps_from_anybody())
        every = connection.scalars(ours.order_by(Case.opened_at, Case.id)).all()
    return every if most is None else spread(every, most)


def spread(cases: Sequence[str], most: int) -> Sequence[str]:
    """As many at most, evenly over all."""
    if len(cases) <= most:
        return cases
    return [cases[number * len(cases) // most] for number in range(most)]


def tried(database: Database, draft: Mapping[str, bytes], cases: Sequence[str]) -> Iterator[CaseTried]:
    """In the order of the cases; many on all cores. Raises BadModel."""
    return side_by_side(partial(DraftOnCases, draft=dict(draft)), DraftOnCases.of_case, database, cases)
