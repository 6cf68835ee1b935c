"""Children and their families, and the people who work here."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import TOGETHER, Table


class Person(Table):
    """A child or somebody of a child's family. `expected` is the due date of a child not yet born, `abroad_since` the
    day on which one left the United Kingdom for good.
    """

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    given_name: Mapped[str]
    family_name: Mapped[str]
    born: Mapped[date | None]
    expected: Mapped[date | None]
    died_on: Mapped[date | None]
    abroad_since: Mapped[date | None]
    address: Mapped[str]
    # Shown, with the telephone and email address, to nobody of another organisation.
    address_withheld: Mapped[bool] = mapped_column(server_default=false())
    telephone: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    nhs_number: Mapped[str] = mapped_column(server_default="")
    upn: Mapped[str] = mapped_column(server_default="")
    # Of another system or authority, or of a case of long ago.
    other_reference: Mapped[str] = mapped_column(server_default="")
    # Folded (engine/likeness/folding.py), so that lists are in one order whatever script or accents were typed.
    match_name: Mapped[str]
    __table_args__ = (Index("ix_person_match", "authority_id", "match_name"),)


class PersonKey(Table):
    """By which a person is found: a number made from a name, a date or a place (engine/likeness/keys.py)."""

    __tablename__ = "person_key"
    __table_args__ = TOGETHER
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class PossibleMatch(Table):
    """A known child who may be this person: kept for both of them when the later was written. `answer` is `yes` or `no`
    once somebody has said it. `separated_at`: they had been taken for one until then, and who was barred from one of
    them is kept from the other until that bar ends.
    """

    __tablename__ = "possible_match"
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    known_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    answer: Mapped[str | None]
    separated_at: Mapped[datetime | None]


class Family(Table):
    __tablename__ = "family"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    created_at: Mapped[datetime]


class Relationship(Table):
    """Who belongs to which family, and as what (`child` for every child referred together)."""

    __tablename__ = "relationship"
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    kind: Mapped[str]


class Account(Table):
    """Somebody who may sign in. `password_hash` is argon2; none in demo mode, where people are picked from a list.

    An email address has one account in the whole installation: by it a request finds its authority.
    """

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), index=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    # The newest entry `signed_in` of their chain says so; None for who never did.
    signed_in_at: Mapped[datetime | None]


class Membership(Table):
    """A role that an account holds in a team of an organisation, from one moment until another.

    Roles outside the agencies (`roles.toml`) are of no organisation.
    """

    __tablename__ = "membership"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    team_id: Mapped[str | None] = mapped_column(ForeignKey("team.id"), index=True)
    role: Mapped[str]
    held_from: Mapped[datetime]
    held_until: Mapped[datetime | None]


class ProposedRole(Table):
    """A role that one administrator alone cannot give: it waits until a second agrees, or either drops it.
    `held_from` is None where it is to be held from the agreement on; `membership_id` is what came of it.
    """

    __tablename__ = "proposed_role"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str]
    held_from: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    membership_id: Mapped[str | None]


class Cover(Table):
    """Somebody acts for another who is away: between these moments `covering_id` holds what `absent_id` holds in the
    team, and the record says for whom it was done.
    """

    __tablename__ = "cover"
    id: Mapped[str] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    absent_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    covering_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    held_from: Mapped[datetime]
    held_until: Mapped[datetime]


class Session(Table):
    """A signed-in browser. The cookie holds a random token; only its digest is kept, so a stolen row opens nothing.

    `confirmed_at` is when its person showed last who they are; none in the demonstration, where nobody has a password.
    `half`: the password was shown and the second factor not yet, so that it opens nothing. `challenge` is what a
    passkey is to sign next. `way` is how they showed who they are (`engine.people.factors.SignInWay`).
    """

    __tablename__ = "session"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    half: Mapped[bool] = mapped_column(server_default=false())
    challenge: Mapped[bytes | None]
    way: Mapped[str] = mapped_column(server_default="password")
