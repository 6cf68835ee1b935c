"""What the record says of a password: enough to find one that was put in its place, and nothing that opens anything."""

from hashlib import sha256

from engine.people.command import Work


def digest_of(stored: str) -> str:
    """Of what is stored of a password (argon2 with its salt), in hexadecimal."""
    return sha256(stored.encode()).hexdigest()


def note_password(work: Work, account: str, stored: str) -> None:
    """Whoever stores a password says so in the record: else a re-run says that somebody put another in its place."""
    work.record_settled("password_set", {"account": account, "digest": digest_of(stored)})
