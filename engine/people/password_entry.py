"""What the record says of a password: enough to find one that was put in its place, and nothing that opens anything."""

from hashlib import sha256
from typing import Literal

from engine.people.command import Work
from engine.record.chain import NewEntry, append, authority_chain

By = Literal["link", "old password", "first administrator", "account", "the same, hashed anew"]
"""How a password came to be stored: `account` is with the account, by whoever made it, else by the person."""
HASHED_ANEW: By = "the same, hashed anew"


def digest_of(stored: str) -> str:
    """Of what is stored of a password (argon2 with its salt), in hexadecimal."""
    return sha256(stored.encode()).hexdigest()


def note_password(work: Work, account: str, authority: str, stored: str, by: By) -> None:
    """Whoever stores a password says so in the record: else a re-run says that somebody put another in its place.
    `anew` goes outside with it: it is no other password, so that an older backup may open by it.
    """
    actor = work.actor.signature if by == "account" else account
    anew = {"anew": True} if by == HASHED_ANEW else {}
    said = {"account": account, "by": by, "digest": digest_of(stored), **anew}
    append(work.connection, authority_chain(authority), actor, work.now, [NewEntry("password_set", payload=said)])
