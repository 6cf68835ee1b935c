"""The rows of requests for what is held of a child, and how long drafts are kept, by the entries of an authority."""

from collections.abc import Mapping
from datetime import date

from engine.record.chain import RecordedEntry
from engine.record.entry_words import Said
from engine.rerun.projections import Rows
from engine.rerun.rows_of_people import Follows


def _asked(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"request for what is held {said['request']}"] = {
        "case_id": said["case"],
        "asked_by": said["asked_by"],
        "proof": said["proof"],
        "received_on": date.fromisoformat(said["received_on"]),
        "recorded_at": entry.at,
        "recorded_by": entry.actor,
        "extended_at": None,
        "why": "",
        "made_at": None,
        "sha256": "",
        "closed_at": None,
        "outcome": None,
    }


def _extended(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"request for what is held {said['request']}"] |= {"extended_at": entry.at, "why": said["reason"]}


def _decided(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    for one in said["items"]:
        rows[f"decision on {said['request']} {one['item']}"] = {
            "case_id": one["case"],
            "decision": one["decision"],
            "ground": one["ground"],
            "why": one["reason"],
            "digest": one["digest"],
            "decided_at": entry.at,
            "decided_by": entry.actor,
        }


def _made(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    row = rows[f"request for what is held {said['request']}"]
    if row["made_at"] is None:
        row |= {"made_at": entry.at, "sha256": said["sha256"]}


def _closed(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"request for what is held {said['request']}"] |= {"closed_at": entry.at, "outcome": said["outcome"]}


def _draft_days_set(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"authority {entry.chain.partition(':')[2]}"]["draft_days"] = said["days"]


FOLLOWED: Mapping[str, Follows] = {
    "subject_access_asked": _asked,
    "subject_access_extended": _extended,
    "subject_items_decided": _decided,
    "subject_pack_made": _made,
    "subject_access_closed": _closed,
    "draft_days_set": _draft_days_set,
}
