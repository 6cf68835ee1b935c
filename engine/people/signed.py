"""What somebody must sign before the door opens to them: their organisation its agreement, they the code of conduct."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, select
from sqlalchemy.orm import aliased

from engine.tables import (
    Account,
    AgreementText,
    ConductSignature,
    Membership,
    Organisation,
    OrganisationSignature,
    held_at,
)

SHARING, CONDUCT = "sharing", "conduct"
AGREEMENTS = (SHARING, CONDUCT)
_NEWER = aliased(AgreementText)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Since when what is not signed holds; None where nothing is to be signed. `began_at` is when the session began."""

    conduct: datetime | None = None
    sharing: datetime | None = None
    began_at: datetime | None = None

    @property
    def any(self) -> bool:
        return bool(self.conduct or self.sharing)

    @property
    def came_since(self) -> bool:
        """It holds only since the session began: what somebody was about to send is taken, and nothing more shown."""
        since = [one for one in (self.conduct, self.sharing) if one]
        return self.began_at is not None and all(one > self.began_at for one in since)


NOTHING_UNSIGNED = Unsigned()


def holds(agreement: str, now: Any) -> ColumnElement[bool]:
    """Of `agreement_text`: the newest version that holds at this moment."""
    newer = exists().where(
        *(_NEWER.authority_id == AgreementText.authority_id, _NEWER.agreement == agreement),
        *(_NEWER.version > AgreementText.version, _NEWER.holds_from <= now),
    )
    return and_(AgreementText.agreement == agreement, AgreementText.holds_from <= now, ~newer)


def has_signed(organisation: Any) -> ColumnElement[bool]:
    """That version of `agreement_text`, or a later one."""
    signed = OrganisationSignature.version >= AgreementText.version
    return exists().where(OrganisationSignature.organisation_id == organisation, signed)


def agreed(account: Any) -> ColumnElement[bool]:
    """To that version of `agreement_text`, or a later one."""
    signed = ConductSignature.version >= AgreementText.version
    return exists().where(ConductSignature.account_id == account, signed)


def conduct_unsigned(account: Any, now: Any) -> ScalarSelect[datetime]:
    """Since when the code of conduct holds that this account has not agreed to."""
    return (
        select(AgreementText.holds_from)
        .join(Account, Account.authority_id == AgreementText.authority_id)
        .where(Account.id == account, holds(CONDUCT, now), ~agreed(Account.id))
        .scalar_subquery()
    )


def sharing_unsigned(account: Any, now: Any) -> ScalarSelect[datetime]:
    """Since when an agreement holds that an organisation has not signed in which this account holds a role. The one
    that has the cases is the other side of it.
    """
    return (
        select(AgreementText.holds_from)
        .join(Organisation, Organisation.authority_id == AgreementText.authority_id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.account_id == account, held_at(now), Organisation.leads.is_(False))
        .where(holds(SHARING, now), ~has_signed(Organisation.id))
        .limit(1)
        .scalar_subquery()
    )
