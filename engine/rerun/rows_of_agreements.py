"""The rows of what organisations and people sign, by the entries of an authority."""

from collections.abc import Mapping
from datetime import date, datetime

from engine.record.chain import RecordedEntry
from engine.record.entry_words import Said
from engine.rerun.projections import Rows
from engine.rerun.rows_of_people import Follows


def _agreement_set(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    by = {"set_at": entry.at, "set_by": entry.actor}
    row = {"text": said["text"], "holds_from": datetime.fromisoformat(said["holds_from"]), **by}
    rows[f"agreement {said['agreement']} {said['version']}"] = row


def _agreement_signed(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    by = {"noted_at": entry.at, "noted_by": entry.actor}
    row = {"name": said["name"], "signed_on": date.fromisoformat(said["signed_on"]), **by}
    rows[f"signature of {said['organisation']} {said['version']}"] = row


def _conduct_agreed_to(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[f"agreed conduct {said['account']} {said['version']}"] = {"signed_at": entry.at}


FOLLOWED: Mapping[str, Follows] = {
    "agreement_set": _agreement_set,
    "agreement_signed": _agreement_signed,
    "conduct_agreed_to": _conduct_agreed_to,
}
