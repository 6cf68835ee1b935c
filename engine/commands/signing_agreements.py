"""Texts that are signed before the door opens: set by version, signed for an organisation, agreed to by a person."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, insert, select

from engine.base.database import one_at_a_time
from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.commands.accounts import must_be_ours
from engine.facts.agreement_forms import SET_TEXT, SIGN_FOR
from engine.forms import check
from engine.forms.cleaning import must_not_turn
from engine.forms.findings import Finding
from engine.people.command import CommandRight, Work, command
from engine.people.signed import AGREEMENTS, CONDUCT, SHARING, holds
from engine.tables import Account, AgreementText, ConductSignature, Organisation, OrganisationSignature
from engine.timescales.calendar import day_of, start_of, typed_day

ANOTHER_VERSION = "Another version has come meanwhile. Read it, and agree to that."
NO_TEXT = "No agreement is set that could be signed. Set one first."
LEADS = "This organisation has the cases: the others sign with it, so there is nothing for it to sign."
_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.ADMINISTRATOR)
def set_agreement(work: Work, agreement: str, answers: Mapping[str, Any]) -> int:
    """From answers to `SET_TEXT`; gives the number of the new version. Raises NotFound for no such agreement,
    BadAnswers.
    """
    if agreement not in AGREEMENTS:
        raise NotFound
    against = partial(_against_day, day_of(work.now))
    given = check(SET_TEXT, answers, _NO_CIRCUMSTANCES, work.now, against=against)
    one_at_a_time(work.connection, f"agreement {work.authority} {agreement}")
    first = date.fromisoformat(given["first_day"]) if "first_day" in given else day_of(work.now)
    holds_from = start_of(first) if first > day_of(work.now) else work.now
    version = newest_version(work.connection, work.authority, agreement) + 1
    said = {"agreement": agreement, "version": version, "text": given["text"]}
    times = {"holds_from": holds_from, "set_at": work.now, "set_by": work.actor.signature}
    work.connection.execute(insert(AgreementText).values(authority_id=work.authority, **said, **times))
    work.record_settled("agreement_set", {**said, "holds_from": holds_from.isoformat()})
    return version


@command(may=CommandRight.ADMINISTRATOR)
def note_signed(work: Work, organisation: str, answers: Mapping[str, Any]) -> None:
    """From answers to `SIGN_FOR`: somebody signed the newest version for the organisation, also one that is to come.

    Raises NotFound, NotPossible where there is nothing to sign or it has, BadAnswers.
    """
    must_be_ours(work, Organisation, organisation)
    one_at_a_time(work.connection, f"agreement {work.authority} {SHARING}")
    if work.connection.scalar(select(Organisation.leads).where(Organisation.id == organisation)):
        raise NotPossible(LEADS, code=RefusalCode.NOTHING_TO_SIGN)
    version = newest_version(work.connection, work.authority, SHARING)
    mine = (OrganisationSignature.organisation_id == organisation, OrganisationSignature.version == version)
    if not version:
        raise NotPossible(NO_TEXT, code=RefusalCode.NOTHING_TO_SIGN)
    if work.connection.scalar(select(OrganisationSignature.name).where(*mine)) is not None:
        raise NotPossible("It has signed this version already.", code=RefusalCode.NOTHING_TO_SIGN)
    given = check(SIGN_FOR, answers, _NO_CIRCUMSTANCES, work.now)
    must_not_turn("name", "The name", given["name"])
    whose = {"organisation": organisation, "version": version, "name": given["name"]}
    row = {"organisation_id": organisation, "authority_id": work.authority, "version": version, "name": given["name"]}
    noted = {
        "signed_on": date.fromisoformat(given["signed_on"]),
        "noted_at": work.now,
        "noted_by": work.actor.signature,
    }
    work.connection.execute(insert(OrganisationSignature).values(**row, **noted))
    work.record_settled("agreement_signed", {**whose, "signed_on": given["signed_on"]})


@command(may=CommandRight.SIGNED_IN)
def agree_to_conduct(work: Work, version: int) -> None:
    """The reader agrees to the version that they read. Nothing happens where they have, or nothing is asked.

    Raises NotPossible where another version holds by now.
    """
    account, authority = work.actor.account, work.authority
    one_at_a_time(work.connection, f"conduct of {account}")
    in_force = conduct_in_force(work.connection, authority, work.now)
    if in_force is not None and version != in_force:
        raise NotPossible(ANOTHER_VERSION, code=RefusalCode.ANOTHER_VERSION)
    mine = (ConductSignature.account_id == account, ConductSignature.version == version)
    if in_force is None or work.connection.scalar(select(ConductSignature.version).where(*mine)):
        return
    ours = select(Account.id).where(Account.id == account, Account.authority_id == authority)
    if work.connection.scalar(ours) is None:
        raise NotFound
    work.connection.execute(insert(ConductSignature).values(account_id=account, version=version, signed_at=work.now))
    work.record_settled("conduct_agreed_to", {"account": account, "version": version})


def newest_version(connection: Connection, authority: str, agreement: str) -> int:
    """Whether it holds already or not; 0 where none was ever set."""
    of = (AgreementText.authority_id == authority, AgreementText.agreement == agreement)
    return connection.execute(select(func.coalesce(func.max(AgreementText.version), 0)).where(*of)).scalar_one()


def conduct_in_force(connection: Connection, authority: str, now: datetime) -> int | None:
    ours = (AgreementText.authority_id == authority, holds(CONDUCT, now))
    return connection.scalar(select(AgreementText.version).where(*ours))


def _against_day(today: date, given: Mapping[str, Any]) -> Iterator[Finding]:
    first = typed_day(given.get("first_day"))
    if first and first < today:
        yield Finding(("first_day",), "The day must be today or in the future")
