"""The rows about people, organisations and teams that follow from the chain of an authority."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.record.chain import RecordedEntry
from engine.record.entry_words import Said
from engine.rerun.projections import Rows

UNSAID = "not said"
"""Of the password of an account that was made before the record said anything of passwords."""
Follows = Callable[[Rows, RecordedEntry, Said], None]


def moment(said: Said, name: str) -> datetime | None:
    found = said.get(name)
    return datetime.fromisoformat(found) if found else None


def _organisation_added(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"organisation {said['organisation']}"] = {name: said[name] for name in ("agency", "name", "leads")}


def _organisation_renamed(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"organisation {said['organisation']}"]["name"] = said["name"]


def _team_added(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"team {said['team']}"] = {name: said[name] for name in ("organisation", "name", "duty")}


def _team_renamed(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"team {said['team']}"]["name"] = said["name"]


def _duty_team_chosen(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    if said["before"]:
        rows[f"team {said['before']}"]["duty"] = False
    rows[f"team {said['team']}"]["duty"] = True


def _account_added(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"account {said['account']}"] = {
        "person_name": said["name"],
        "person_email": said["email"],
        "password": UNSAID if entry.meaning == 1 else None,
        "created_at": entry.at,
        "disabled_at": None,
    }


def _account_changed(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"account {said['account']}"] |= {"person_name": said["name"], "person_email": said["email"]}


def _account_disabled(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"account {said['account']}"]["disabled_at"] = entry.at


def _account_enabled(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"account {said['account']}"]["disabled_at"] = None


def _role_given(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    """Before roles were given for a time, one was held from its entry on, without an end."""
    held = {name: said[name] for name in ("account_id", "role", "organisation_id", "team_id")}
    moments = {"held_from": moment(said, "held_from") or entry.at, "held_until": moment(said, "held_until")}
    rows[f"membership {said['membership']}"] = {**held, **moments}
    if said.get("proposal"):
        _settle(rows, entry, said["proposal"], said["membership"])


def _role_ended(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"membership {said['membership']}"]["held_until"] = moment(said, "held_until")


def _role_proposed(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    asked = {"account_id": said["account_id"], "role": said["role"]}
    moments = {name: moment(said, name) for name in ("held_from", "held_until")}
    by = {"proposed_at": entry.at, "proposed_by": entry.actor}
    waits = {"settled_at": None, "settled_by": None, "membership_id": None}
    rows[f"proposed role {said['proposal']}"] = {**asked, **moments, **by, **waits}


def _role_proposal_dropped(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    _settle(rows, entry, said["proposal"], None)


def _settle(rows: Rows, entry: RecordedEntry, proposal: str, membership: str | None) -> None:
    settled = {"settled_at": entry.at, "settled_by": entry.actor, "membership_id": membership}
    rows[f"proposed role {proposal}"] |= settled


def _cover_put(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    whose: dict[str, Any] = {"absent_id": said["absent"], "covering_id": said["covering"], "team_id": said["team"]}
    rows[f"cover {said['cover']}"] = {**whose, **{name: moment(said, name) for name in ("held_from", "held_until")}}


def _cover_ended(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"cover {said['cover']}"]["held_until"] = moment(said, "held_until")


FOLLOWED: Mapping[str, Follows] = {
    "organisation_added": _organisation_added,
    "organisation_renamed": _organisation_renamed,
    "team_added": _team_added,
    "team_renamed": _team_renamed,
    "duty_team_chosen": _duty_team_chosen,
    "account_added": _account_added,
    "account_changed": _account_changed,
    "account_disabled": _account_disabled,
    "account_enabled": _account_enabled,
    "role_given": _role_given,
    "role_ended": _role_ended,
    "role_proposed": _role_proposed,
    "role_proposal_dropped": _role_proposal_dropped,
    "cover_set": _cover_put,
    "cover_ended": _cover_ended,
}
