"""The rows of what keeps a case from somebody, and of what lets somebody in, by the entries of an authority.

For which other cases a restriction holds stands in the chains of those (engine/reads/audit/restricted_then.py).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from engine.record.chain import RecordedEntry
from engine.record.entry_words import Said
from engine.rerun.projections import Rows
from engine.rerun.rows_of_people import Follows, moment


def _barred(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    by = {"barred_by": entry.actor, "barred_at": entry.at, "why": said["reason"]}
    whom = {"person_id": said["person"], "account_id": said["account"]}
    rows[f"bar {said['bar']}"] = {**whom, **by, **_asked(None, None, ""), "ended_by": None, "ended_at": None}


def _asked(by: str | None, at: object, why: str) -> dict[str, object]:
    return {"ending_asked_by": by, "ending_asked_at": at, "ending_why": why}


def _ending_bar_asked(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"bar {said['bar']}"] |= _asked(entry.actor, entry.at, said["reason"])


def _bar_kept(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"bar {said['bar']}"] |= _asked(None, None, "")


def _bar_ended(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"bar {said['bar']}"] |= {"ended_by": entry.actor, "ended_at": entry.at}


def _case_restricted(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    restriction, case = said["restriction"], said["case"]
    by = {"restricted_by": entry.actor, "restricted_at": entry.at, "why": said["reason"]}
    rows[f"restriction {restriction}"] = {
        "case_id": case,
        **by,
        "ended_by": None,
        "ended_at": None,
        "ending_why": "",
    }
    rows[f"restricted case {restriction} {case}"] = {"restriction_id": restriction, "case_id": case}
    _name(rows, restriction, said["accounts"])


def _restriction_changed(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    for account in said["before"]:
        del rows[f"named account {said['restriction']} {account}"]
    _name(rows, said["restriction"], said["accounts"])


def _name(rows: Rows, restriction: str, accounts: Iterable[str]) -> None:
    for account in accounts:
        rows[f"named account {restriction} {account}"] = {"restriction_id": restriction, "account_id": account}


def _restriction_ended(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    over = {"ended_by": entry.actor, "ended_at": entry.at, "ending_why": said["reason"]}
    rows[f"restriction {said['restriction']}"] |= over


def _glass_broken(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"use of break glass {said['use']}"] = {
        "account_id": said["account"],
        "case_id": said["case"],
        "why": said["reason"],
        "broken_at": entry.at,
        "until": moment(said, "until"),
        "reviewed_by": None,
        "reviewed_at": None,
        "verdict": None,
        "ending_why": "",
    }


def _glass_reviewed(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    found = {"reviewed_by": entry.actor, "reviewed_at": entry.at, "verdict": said["verdict"]}
    rows[f"use of break glass {said['use']}"] |= {**found, "ending_why": said["reason"]}


def _part_asked_for(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    asked = {name: said[name] for name in ("given_name", "family_name", "how", "why")}
    rows[f"request for a part {said['request']}"] = {
        "organisation_id": said["organisation"],
        "account_id": entry.actor,
        "asked_at": entry.at,
        **asked,
        "born": date.fromisoformat(said["born"]) if said.get("born") else None,
        "decided_at": None,
        "decided_by": None,
        "case_id": None,
    }


def _part_request_decided(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    decided = {"decided_at": entry.at, "decided_by": entry.actor, "case_id": said["case"]}
    rows[f"request for a part {said['request']}"] |= decided


def _look_reviewed(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"review of a look {said['review']}"] = {
        "account_id": said["account"],
        "case_id": said["case"],
        "day": date.fromisoformat(said["day"]),
        "verdict": said["verdict"],
        "why": said["reason"],
        "reviewed_by": entry.actor,
        "reviewed_at": entry.at,
    }


FOLLOWED: Mapping[str, Follows] = {
    "barred": _barred,
    "ending_bar_asked": _ending_bar_asked,
    "bar_kept": _bar_kept,
    "bar_ended": _bar_ended,
    "case_restricted": _case_restricted,
    "restriction_changed": _restriction_changed,
    "restriction_ended": _restriction_ended,
    "glass_broken": _glass_broken,
    "glass_reviewed": _glass_reviewed,
    "look_reviewed": _look_reviewed,
    "part_asked_for": _part_asked_for,
    "part_request_decided": _part_request_decided,
}
