"""What is to be signed: for whoever must before the door opens, and for administrators, who see who has not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotFound
from engine.facts.agreement_forms import SET_TEXT, SIGN_FOR, TITLES
from engine.people.identity import ADMINISTRATOR, Actor
from engine.people.signed import AGREEMENTS, CONDUCT, SHARING, agreed, conduct_unsigned, has_signed, holds
from engine.people.who_may import must_hold
from engine.reads.list_page import ListPart, Wanted, part_of
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import (
    Account,
    AgreementText,
    Membership,
    Organisation,
    OrganisationSignature,
    enabled_at,
    held_at,
)


@dataclass(frozen=True, slots=True)
class ShownText:
    """`version` of it that holds; `coming` is a newer one that holds from a later day on."""

    agreement: str
    title: str
    version: int
    text: str
    holds_from: datetime
    is_coming: bool


@dataclass(frozen=True, slots=True)
class ToSign:
    """`conduct` is None where the reader has nothing to agree to. `organisations` are names of those of the reader that
    have not signed what holds.
    """

    conduct: ShownText | None
    organisations: tuple[str, ...]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationSigned:
    """`version` is the newest that it has signed; None where it has signed none. `missing`: it signs the newest."""

    organisation: str
    name: str
    missing: bool
    version: int | None = None
    by: str = ""
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class UnsignedPerson:
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class AllAgreements:
    """`people` have not agreed to what holds."""

    texts: tuple[ShownText, ...]
    organisations: tuple[OrganisationSigned, ...]
    people: tuple[UnsignedPerson, ...]


@dataclass(frozen=True, slots=True)
class AgreementsPage:
    texts: tuple[ShownText, ...]
    titles: Mapping[str, str]
    organisations: tuple[OrganisationSigned, ...]
    people: ListPart[UnsignedPerson]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementForm:
    title: str
    form: FormView
    organisation: str = ""
    text: ShownText | None = None
    cases_shown: tuple[str, ...] = ()


def to_sign(connection: Connection, actor: Actor, now: datetime) -> ToSign:
    """Of the reader."""
    texts = _texts(connection, actor.within, now)
    conduct = next((one for one in texts if one.agreement == CONDUCT and not one.is_coming), None)
    if conduct and connection.scalar(select(conduct_unsigned(actor.account, now))) is None:
        conduct = None
    unsigned = connection.scalars(
        select(Organisation.name)
        .distinct()
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(AgreementText, AgreementText.authority_id == Organisation.authority_id)
        .where(Membership.account_id == actor.account, held_at(now), Organisation.leads.is_(False))
        .where(holds(SHARING, now), ~has_signed(Organisation.id))
        .order_by(Organisation.name)
    )
    return ToSign(conduct, tuple(unsigned))


def agreements(connection: Connection, actor: Actor, now: datetime, page: int) -> AgreementsPage:
    """Raises NotAllowed for who does not administer."""
    must_hold(actor, [ADMINISTRATOR])
    found = agreements_of(connection, actor.within, now)
    return AgreementsPage(found.texts, TITLES, found.organisations, part_of(found.people, Wanted("people", page)))


def agreements_of(connection: Connection, authority: str, now: datetime) -> AllAgreements:
    texts = _texts(connection, authority, now)
    people = connection.execute(
        select(Account.id, Account.name)
        .join(AgreementText, AgreementText.authority_id == Account.authority_id)
        .where(Account.authority_id == authority, enabled_at(now), holds(CONDUCT, now), ~agreed(Account.id))
        .order_by(Account.name, Account.id)
    )
    unsigned = tuple(UnsignedPerson(row.id, row.name) for row in people)
    return AllAgreements(texts, _organisations(connection, authority, texts), unsigned)


def text_to_set(connection: Connection, actor: Actor, now: datetime, agreement: str) -> AgreementForm:
    """With the words of the newest version. Raises NotAllowed, NotFound."""
    must_hold(actor, [ADMINISTRATOR])
    if agreement not in AGREEMENTS:
        raise NotFound
    mine = [one for one in _texts(connection, actor.within, now) if one.agreement == agreement]
    newest = max(mine, key=lambda one: one.version, default=None)
    asked = asked_plainly(SET_TEXT, {"text": newest.text} if newest else {})
    return AgreementForm(TITLES[agreement], asked, text=newest)


def organisation_to_sign(connection: Connection, actor: Actor, now: datetime, organisation: str) -> AgreementForm:
    """Raises NotAllowed, NotFound where there is nothing for it to sign."""
    must_hold(actor, [ADMINISTRATOR])
    texts = _texts(connection, actor.within, now)
    rows = _organisations(connection, actor.within, texts)
    found = next((one for one in rows if one.organisation == organisation and one.missing), None)
    if found is None:
        raise NotFound
    newest = max((one for one in texts if one.agreement == SHARING), key=lambda one: one.version)
    return AgreementForm(TITLES[SHARING], asked_plainly(SIGN_FOR, {}), found.name, newest)


def _texts(connection: Connection, authority: str, now: datetime) -> tuple[ShownText, ...]:
    """Of each agreement what holds, and a newer one that is to come."""
    rows = connection.execute(
        select(AgreementText.agreement, AgreementText.version, AgreementText.text, AgreementText.holds_from)
        .where(AgreementText.authority_id == authority)
        .order_by(AgreementText.agreement, AgreementText.version.desc())
    )
    shown: dict[tuple[str, bool], ShownText] = {}
    for row in rows:
        is_coming = row.holds_from > now
        is_over = (row.agreement, False) in shown
        one = ShownText(row.agreement, TITLES[row.agreement], row.version, row.text, row.holds_from, is_coming)
        if not is_over:
            shown.setdefault((row.agreement, is_coming), one)
    return tuple(shown.values())


def _organisations(
    connection: Connection, authority: str, texts: tuple[ShownText, ...]
) -> tuple[OrganisationSigned, ...]:
    newest = max((one.version for one in texts if one.agreement == SHARING), default=None)
    if newest is None:
        return ()
    ours = (Organisation.authority_id == authority, Organisation.leads.is_(False))
    rows = connection.execute(
        select(Organisation.id, Organisation.name, OrganisationSignature.version, OrganisationSignature.signed_on)
        .add_columns(OrganisationSignature.name.label("by"))
        .outerjoin(OrganisationSignature, OrganisationSignature.organisation_id == Organisation.id)
        .where(*ours)
        .order_by(Organisation.name, Organisation.id, OrganisationSignature.version)
    )
    found: dict[str, OrganisationSigned] = {}
    for row in rows:  # the last of each is the newest
        missing = row.version is None or row.version < newest
        found[row.id] = OrganisationSigned(row.id, row.name, missing, row.version, row.by or "", row.signed_on)
    return tuple(found.values())
