"""The rows about how long cases are kept, legal hold and erasures that follow from the chain of an authority."""

from collections.abc import Mapping

from engine.record.chain import RecordedEntry
from engine.record.entry_words import Said
from engine.rerun.projections import Rows
from engine.rerun.rows_of_people import Follows, moment


def _rule_added(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    kept = {name: said[name] for name in ("years", "counts_from", "process", "process_title")}
    by = {"set_at": entry.at, "set_by": entry.actor, "ended_at": None, "ended_by": None, "ending_why": ""}
    rows[f"retention rule {said['rule']}"] = {**kept, **by}


def _rule_ended(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"retention rule {said['rule']}"] |= {
        "ended_at": entry.at,
        "ended_by": entry.actor,
        "ending_why": said["reason"],
    }


def _hold_set(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    by = {"held_at": entry.at, "held_by": entry.actor, "why": said["reason"]}
    over = {"lifted_at": None, "lifted_by": None, "ending_why": ""}
    rows[f"legal hold {said['hold']}"] = {"case_id": said["case"], **by, **over}


def _hold_lifted(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    over = {"lifted_at": entry.at, "lifted_by": entry.actor, "ending_why": said["reason"]}
    rows[f"legal hold {said['hold']}"] |= over


def _erasure_proposed(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    by = {"proposed_at": entry.at, "proposed_by": entry.actor, "why": said["reason"]}
    waits = {"outcome": None, "settled_at": None, "settled_by": None, "ending_why": ""}
    rows[f"erasure {said['erasure']}"] = {"case_id": said["case"], "rule_id": said["rule"], **by, **waits}


def _erasure_refused(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"erasure {said['erasure']}"] |= _settled(entry, "refused", said)


def _erased(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    """All of the row: a backup that was put back may not have the proposal."""
    by = {"proposed_at": moment(said, "proposed_at"), "proposed_by": said["proposed_by"], "why": said["why"]}
    of = {"case_id": said["case"], "rule_id": said["rule"]}
    rows[f"erasure {said['erasure']}"] = {**of, **by, **_settled(entry, "erased", said)}
    for case in said["cases"]:
        rows[f"erased case {case}"] = {"erased_at": entry.at}
    for chain, first, last in said["spans"]:
        rows[f"erased span {chain} {first}"] = {"last_number": last, "erasure_id": said["erasure"]}


def _settled(entry: RecordedEntry, outcome: str, said: Said) -> Mapping[str, object]:
    return {"outcome": outcome, "settled_at": entry.at, "settled_by": entry.actor, "ending_why": said["reason"]}


FOLLOWED: Mapping[str, Follows] = {
    "retention_rule_added": _rule_added,
    "retention_rule_ended": _rule_ended,
    "legal_hold_set": _hold_set,
    "legal_hold_lifted": _hold_lifted,
    "erasure_proposed": _erasure_proposed,
    "erasure_refused": _erasure_refused,
    "erased": _erased,
}
