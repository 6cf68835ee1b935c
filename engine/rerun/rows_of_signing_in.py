"""The rows by which somebody signs in that follow from the chain of an authority, as far as an entry can say: what is
stored of a password, which factors somebody has, and how many recovery codes are left. Secrets stand in no entry.
"""

from collections.abc import Mapping

from engine.commands.second_factors import RECOVERY_CODES
from engine.record.chain import RecordedEntry
from engine.record.entry_words import Said
from engine.rerun.projections import Rows
from engine.rerun.rows_of_people import Follows


def _password_set(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"account {said['account']}"]["password"] = said["digest"]


def _password_taken_away(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[f"account {said['account']}"]["password"] = None


def _factor(said: Said) -> str:
    return f"app of {said['account']}" if said["factor"] == "app" else f"passkey {said['passkey']}"


def _second_factor_set(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    rows[_factor(said)] = {"account_id": said["account"], "since": entry.at}


def _second_factor_removed(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    """With the last one go the recovery codes."""
    del rows[_factor(said)]
    if not _factors_of(rows, said["account"]):
        rows.pop(_codes(said), None)


def _second_factor_taken_away(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    for name in (*_factors_of(rows, said["account"]), _codes(said)):
        rows.pop(name, None)


def _factors_of(rows: Rows, account: str) -> list[str]:
    kinds = ("app of ", "passkey ")
    return [name for name, row in rows.items() if name.startswith(kinds) and row["account_id"] == account]


def _codes(said: Said) -> str:
    return f"recovery codes of {said['account']}"


def _recovery_codes_made(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[_codes(said)] = {"left": RECOVERY_CODES}


def _recovery_code_used(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    rows[_codes(said)]["left"] -= 1
    if not rows[_codes(said)]["left"]:
        del rows[_codes(said)]


def _provider_linked(rows: Rows, entry: RecordedEntry, said: Said) -> None:
    row = {"account_id": said["account"], "issuer": said["issuer"], "subject": said["subject"], "since": entry.at}
    rows[f"single sign-on of {said['account']}"] = row


def _provider_unlinked(rows: Rows, _entry: RecordedEntry, said: Said) -> None:
    del rows[f"single sign-on of {said['account']}"]


FOLLOWED: Mapping[str, Follows] = {
    "password_set": _password_set,
    "password_taken_away": _password_taken_away,
    "second_factor_set": _second_factor_set,
    "second_factor_removed": _second_factor_removed,
    "second_factor_taken_away": _second_factor_taken_away,
    "recovery_codes_made": _recovery_codes_made,
    "recovery_code_used": _recovery_code_used,
    "provider_linked": _provider_linked,
    "provider_unlinked": _provider_unlinked,
}
