"""The rows that follow from the chain of an authority: who has an account, holds which role, and what was settled.

Each kind of entry that changes such a row is followed here by one function; a kind that changes none is in NO_ROWS. A
test holds both against all kinds, so that none is forgotten (tests/rerun/test_authorities.py).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.facts.kept_drafts import DRAFT_DAYS
from engine.record.chain import RecordedEntry
from engine.record.entry_words import Said
from engine.rerun import (
    rows_of_agreements,
    rows_of_keeping,
    rows_of_people,
    rows_of_retention,
    rows_of_signing_in,
    rows_of_subject,
)
from engine.rerun.projections import Rows
from engine.rerun.rows_of_people import Follows

ALARM_MINUTES = 15
NO_ROWS = frozenset(
    {
        *("viewed", "exported", "refused", "signed_in", "signed_out", "looks_taken_in"),
        *("checkpoint", "keys_noted", "time_confirmed", "backed_up", "restored", "verified"),
        # What is published is held against its rows by `verify`; drafts and trials put nothing in force.
        *("published", "all_to_go_over", "all_may_go_over", "going_over_stopped"),
        *("change_started", "change_submitted", "change_reopened", "change_dropped", "change_judged"),
        # Links and codes open once, and their rows go with that; sessions are no rights that anybody gave.
        *("first_administrator_code_made", "password_link_made", "password_code_given", "sessions_ended"),
        *("sessions_of_others_ended", "many_opened_explained"),
        *("change_took_over", "change_dated", "change_held_up", "trial_started"),
    }
)


def rows_after(rows: Rows, entry: RecordedEntry) -> None:
    """Changes the rows as the entry says. Raises LookupError where it speaks of a row that no entry added."""
    if entry.kind in FOLLOWED:
        FOLLOWED[entry.kind](rows, entry, entry.payload or {})


def _authority_of(entry: RecordedEntry) -> str:
    return entry.chain.partition(":")[2]


def _by(what: str, entry: RecordedEntry) -> dict[str, Any]:
    return {f"{what}_at": entry.at, f"{what}_by": entry.actor}


def _authority_added(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    named = {"name": said["name"], "host": said["host"], "telephone": "", "alarm_minutes": ALARM_MINUTES}
    rows[f"authority {said['authority']}"] = {**named, "draft_days": DRAFT_DAYS, "created_at": entry.at}


def _telephone_set(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"authority {said['authority']}"]["telephone"] = said["telephone"]


def _alarm_minutes_set(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"authority {_authority_of(entry)}"]["alarm_minutes"] = said["minutes"]


def _closure_day_added(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"closure day {said['day']}"] = {"name": said["name"], **_by("added", entry)}


def _closure_day_removed(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    del rows[f"closure day {said['day']}"]


def _local_limit_set(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"local limit {said['clock']}"] = {"limit": said["limit"], **_by("changed", entry)}


def _duty_turn_put(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    moments = {name: datetime.fromisoformat(said[name]) for name in ("starts_at", "ends_at")}
    whose = {"account_id": said["account"], "place": said["place"], "address": said["address"]}
    rows[f"duty turn {said['turn']}"] = {**whose, **moments, **_by("changed", entry)}


def _duty_turn_removed(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    del rows[f"duty turn {said['turn']}"]


def _service_added(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"service {said['service']}"] = {
        **_service(said),
        **_by("changed", entry),
        "ended_at": None,
        "ended_because": "",
    }


def _service_changed(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"service {said['service']}"] |= {**_service(said), **_by("changed", entry)}


def _service(said: Said) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "service"}


def _service_ended(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    ended = {"ended_at": entry.at, "ended_because": said["reason"]}
    rows[f"service {said['service']}"] |= {**ended, **_by("changed", entry)}


def _well_known(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"well known case {said['case']}"] = {"since": entry.at, "marked_by": entry.actor}


def _not_well_known(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    del rows[f"well known case {said['case']}"]


FOLLOWED: Mapping[str, Follows] = {
    **rows_of_people.FOLLOWED,
    **rows_of_signing_in.FOLLOWED,
    **rows_of_keeping.FOLLOWED,
    **rows_of_retention.FOLLOWED,
    **rows_of_agreements.FOLLOWED,
    **rows_of_subject.FOLLOWED,
    "authority_added": _authority_added,
    "telephone_set": _telephone_set,
    "alarm_minutes_set": _alarm_minutes_set,
    "closure_day_added": _closure_day_added,
    "closure_day_removed": _closure_day_removed,
    "local_limit_set": _local_limit_set,
    "duty_turn_added": _duty_turn_put,
    "duty_turn_changed": _duty_turn_put,
    "duty_turn_removed": _duty_turn_removed,
    "service_added": _service_added,
    "service_changed": _service_changed,
    "service_ended": _service_ended,
    "case_well_known": _well_known,
    "case_not_well_known": _not_well_known,
}
