"""What an organisation and a person sign before the door opens: texts by version, and who signed which."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables.column_types import Table


class AgreementText(Table):
    """One version of a text: how organisations share information (`sharing`), or how each person works with what they
    learn here (`conduct`). The newest that holds by now is asked for.
    """

    __tablename__ = "agreement_text"
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    agreement: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    holds_from: Mapped[datetime]
    set_at: Mapped[datetime]
    set_by: Mapped[str]


class OrganisationSignature(Table):
    """`name` signed for the organisation on a day, as somebody who administers noted."""

    __tablename__ = "organisation_signature"
    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[str] = mapped_column(ForeignKey("authority.id"))
    name: Mapped[str]
    signed_on: Mapped[date]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(["authority_id", "organisation_id"], ["organisation.authority_id", "organisation.id"]),
    )


class ConductSignature(Table):
    """Somebody agreed to a version of the code of conduct, themselves."""

    __tablename__ = "conduct_signature"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    signed_at: Mapped[datetime]
