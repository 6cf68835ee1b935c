"""What shows that somebody is who they say, beside their password: one-time words, apps, passkeys, recovery codes, and
whom a provider of single sign-on means.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table

CODE_NOT_GIVEN = ""
"""Where a word opens with a code that nobody has given yet."""


class OneTimeWord(Table):
    """What opens one thing once: the link by which somebody chooses their password, or the code of the first
    administrator of an authority, who has no account yet. Only its digest is kept; it goes when it is used.

    `code_digest` is None where it opens by itself; else it opens with a code that another than `made_by` gives, and is
    CODE_NOT_GIVEN until then.
    """

    __tablename__ = "one_time_word"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str]
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), index=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    until: Mapped[datetime]
    made_by: Mapped[str | None]
    code_digest: Mapped[str | None] = mapped_column(String(64))


class CodeApp(Table):
    """An app that shows a new code every 30 seconds (RFC 6238). `secret` is sealed with a key outside the database.

    It counts from `confirmed_at` on, when a first code was shown. `last_step` is the span of time whose code was used
    last: that code and all before it are good no more.
    """

    __tablename__ = "code_app"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[bytes]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]


class Passkey(Table):
    """A key that a device or browser keeps for an account (WebAuthn); here lies its public half.

    `id` is that of the credential, in base64url. `sign_count` is how often the device says that it was used; many
    always say 0.
    """

    __tablename__ = "passkey"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Table):
    """One of those that stand in for a lost second factor, each once. Only its digest is kept."""

    __tablename__ = "recovery_code"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class ProviderLink(Table):
    """Which account somebody has whom a provider of single sign-on (`issuer`) knows by `subject`, for good."""

    __tablename__ = "provider_link"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime]
