"""What was decided after a backup and must outlive it is decided again, as the backup is put back: cases that were
erased, people who were barred, cases that were restricted or put on legal hold, roles and covers that ended, accounts
that were disabled, and passwords, second factors and single sign-on that opened an account no more.

It is read from the log outside (engine/record/decided_log.py), of which only what a key of this installation signed is
believed. What opens something again, as a bar that ended, is not done: people do that, who see that it stands.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import Connection, delete, exists, insert, select, update

from engine.commands.erasing import AGAIN, erase_again
from engine.commands.provider_links import unlink
from engine.commands.second_factors import take_away_factors
from engine.commands.setting_covers import end_at
from engine.commands.ways_in import take_away_password
from engine.people.command import Work
from engine.people.identity import SYSTEM
from engine.record.checkpoints import SigningKey
from engine.record.decided_log import believed
from engine.record.verifier import DecidedLine, key_name
from engine.tables import (
    Account,
    Act,
    Authority,
    Bar,
    Case,
    Checkpoint,
    Cover,
    LegalHold,
    Membership,
    NamedAccount,
    Person,
    RestrictedCase,
    Restriction,
    Session,
)

_ABOUT: Mapping[str, str] = {
    "barred": "bar",
    "bar_ended": "bar",
    "case_restricted": "restriction",
    "restriction_changed": "restriction",
    "restriction_ended": "restriction",
    "role_ended": "membership",
    "cover_ended": "cover",
    "account_disabled": "account",
    "account_enabled": "account",
    "password_set": "account",
    "password_taken_away": "account",
    "second_factor_taken_away": "account",
    "provider_unlinked": "account",
    "legal_hold_set": "hold",
    "legal_hold_lifted": "hold",
    "erased": "erasure",
}
"""By which of its ids a line of a kind is about one thing."""
_OF_ONE_KIND = {"account_enabled": "account_disabled", "password_set": "password_taken_away"}
"""Of an account several things are told, each apart from the others."""


def decide_again(work: Work, key: SigningKey, place: Path) -> Mapping[str, int]:
    """How many of each kind were decided again; `not_believed`: so many lines no known key has signed."""
    found = believed(place, _signed_by(work.connection, key, place))
    lost = [line for line in _that_hold(found.lines) if not _stands(work.connection, line)]
    done: Counter[str] = Counter()
    for line in lost:
        authority = line.chain.partition(":")[2]
        if work.connection.scalar(select(exists().where(Authority.id == authority))):
            done[line.kind] += _AGAIN[line.kind](replace(work, actor=SYSTEM.at(authority)), line.said)
    return {**+done, **({"not_believed": found.others} if found.others else {})}


def _signed_by(connection: Connection, key: SigningKey, place: Path) -> Callable[[str, bytes, str], bool]:
    """By the key that signs now, or by one of those that signed a checkpoint in the backup: whoever can write in the
    folder alone cannot have a case erased.
    """
    names = {orjson.loads(content)["key"] for content in connection.scalars(select(Checkpoint.content))}
    keys = {key.name: key.public}
    for name in names - keys.keys():
        path = place / f"{name}.pem"
        if path.exists() and key_name(path.read_bytes()) == name:
            keys[name] = path.read_bytes()

    def signed(name: str, statement: bytes, signature: str) -> bool:
        with suppress(InvalidSignature, ValueError):
            public = load_pem_public_key(keys[name]) if name in keys else None
            if isinstance(public, Ed25519PublicKey):
                public.verify(bytes.fromhex(signature), statement)
                return True
        return False

    return signed


def _stands(connection: Connection, line: DecidedLine) -> bool:
    """Whether the backup has its entry."""
    digest = connection.scalar(select(Act.hash).where(Act.chain == line.chain, Act.number == line.number))
    return digest is not None and digest.hex() == line.hash


def _that_hold(lines: Iterable[DecidedLine]) -> Iterable[DecidedLine]:
    """Of what was decided of one thing the last, and nothing where that opened it again. Erasures come last.

    The last is by the moment of its entry, wherever its line stands and however often it was written: two processes
    write lines twice. Lines that are in the backup count too: what an earlier restoration decided again stands by a
    newer one, and what was opened since is not closed by what came before. A password that was hashed anew is the one
    in the backup.
    """
    once = {line.place: line for line in lines if not line.said.get("anew")}.values()
    newest: dict[tuple[str, str], DecidedLine] = {}
    for line in sorted(once, key=lambda line: datetime.fromisoformat(line.at)):
        field = _ABOUT[line.kind]
        about = _OF_ONE_KIND.get(line.kind, line.kind) if field == "account" else field
        newest[about, str(line.said[field])] = line
    held = [line for line in newest.values() if line.kind in _AGAIN]
    return sorted(held, key=lambda line: line.kind == "erased")


def _bar(work: Work, said: Mapping[str, Any]) -> bool:
    there = select(exists().where(Person.id == said["person"]), exists().where(Account.id == said["account"]))
    if not all(work.connection.execute(there).one()):
        return False
    by = {"reason": AGAIN, "barred_by": work.actor.signature, "barred_at": work.now, "ending_reason": ""}
    row = {
        "id": said["bar"],
        "authority_id": work.authority,
        "person_id": said["person"],
        "account_id": said["account"],
    }
    work.connection.execute(insert(Bar).values(**row, **by))
    told = {"bar": said["bar"], "person": said["person"], "account": said["account"], "reason": AGAIN}
    work.record_settled("barred", told)
    return True


def _restrict(work: Work, said: Mapping[str, Any]) -> bool:
    """With those who were named last; nobody, where none of them is in the backup: a privacy officer names others."""
    case, restriction = said["case"], said["restriction"]
    if not work.connection.scalar(select(exists().where(Case.id == case))):
        return False
    accounts = sorted(work.connection.scalars(select(Account.id).where(Account.id.in_(said["accounts"]))))
    stands = work.connection.scalar(select(exists().where(Restriction.id == restriction)))
    if not stands:
        by = {"reason": AGAIN, "restricted_by": work.actor.signature, "restricted_at": work.now, "ending_reason": ""}
        row = {"id": restriction, "authority_id": work.authority, "case_id": case}
        work.connection.execute(insert(Restriction).values(**row, **by))
        work.connection.execute(insert(RestrictedCase).values(restriction_id=restriction, case_id=case))
    of = NamedAccount.restriction_id == restriction
    before = sorted(work.connection.scalars(select(NamedAccount.account_id).where(of)))
    work.connection.execute(delete(NamedAccount).where(of))
    names = [{"restriction_id": restriction, "account_id": account} for account in accounts]
    if names:
        work.connection.execute(insert(NamedAccount), names)
    told = {"restriction": restriction, "case": case, "accounts": accounts}
    if stands:
        work.record_settled("restriction_changed", {**told, "before": before})
    else:
        work.record_settled("case_restricted", {**told, "reason": AGAIN})
    return True


def _end_role(work: Work, said: Mapping[str, Any]) -> bool:
    until = datetime.fromisoformat(said["held_until"])
    row = work.connection.execute(select(Membership.__table__).where(Membership.id == said["membership"])).one_or_none()
    if row is None or (row.held_until and row.held_until <= until):
        return False
    work.connection.execute(update(Membership).where(Membership.id == row.id).values(held_until=until))
    held = {name: getattr(row, name) for name in ("account_id", "role", "organisation_id", "team_id")}
    moments = {"held_from": row.held_from, "held_until": until, "before": row.held_until}
    as_said = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    work.record_settled("role_ended", {"membership": row.id, **held, **as_said})
    return True


def _disable(work: Work, said: Mapping[str, Any]) -> bool:
    one = Account.id == said["account"], Account.disabled_at.is_(None)
    if not work.connection.scalar(select(exists().where(*one))):
        return False
    work.connection.execute(update(Account).where(*one).values(disabled_at=work.now))
    work.connection.execute(delete(Session).where(Session.account_id == said["account"]))
    work.record_settled("account_disabled", {"account": said["account"]})
    return True


def _end_cover(work: Work, said: Mapping[str, Any]) -> bool:
    until = datetime.fromisoformat(said["held_until"])
    row = work.connection.execute(select(Cover.__table__).where(Cover.id == said["cover"])).one_or_none()
    if row is None or row.held_until <= until:
        return False
    end_at(work, row, max(until, row.held_from))
    return True


def _close_password(work: Work, said: Mapping[str, Any]) -> bool:
    """The newer one is lost, and somebody else may know the one in the backup."""
    return take_away_password(work, said["account"])


def _take_away_factors(work: Work, said: Mapping[str, Any]) -> bool:
    return take_away_factors(work, said["account"])


def _unlink(work: Work, said: Mapping[str, Any]) -> bool:
    return unlink(work, said["account"])


def _hold(work: Work, said: Mapping[str, Any]) -> bool:
    """Whoever asked for a case to be kept does not know that a backup was put back."""
    ours = Case.id == said["case"], Case.authority_id == work.authority, Case.erased_at.is_(None)
    if not work.connection.scalar(select(exists().where(*ours))):
        return False
    by = {"reason": AGAIN, "held_at": work.now, "held_by": work.actor.signature, "lifting_reason": ""}
    row = {"id": said["hold"], "authority_id": work.authority, "case_id": said["case"]}
    work.connection.execute(insert(LegalHold).values(**row, **by))
    work.record_settled("legal_hold_set", {"hold": said["hold"], "case": said["case"], "reason": AGAIN})
    return True


_AGAIN: Mapping[str, Callable[[Work, Mapping[str, Any]], bool]] = {
    "barred": _bar,
    "case_restricted": _restrict,
    "restriction_changed": _restrict,
    "role_ended": _end_role,
    "cover_ended": _end_cover,
    "account_disabled": _disable,
    "password_set": _close_password,
    "password_taken_away": _close_password,
    "second_factor_taken_away": _take_away_factors,
    "provider_unlinked": _unlink,
    "legal_hold_set": _hold,
    "erased": erase_again,
}
