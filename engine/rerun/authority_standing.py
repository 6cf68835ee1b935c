"""The rows of an authority that stand, under the names that engine/rerun/authority_rows.py has for them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from engine.people.password_entry import digest_of
from engine.rerun.projections import Rows
from engine.tables import (
    Account,
    AgreementText,
    Authority,
    Bar,
    BrokenGlass,
    Case,
    ClosureDay,
    CodeApp,
    ConductSignature,
    Cover,
    DutyTurn,
    ErasedSpan,
    Erasure,
    LegalHold,
    LocalTimescale,
    LookReview,
    Membership,
    NamedAccount,
    Organisation,
    OrganisationSignature,
    PartRequest,
    Passkey,
    ProposedRole,
    ProviderLink,
    RecoveryCode,
    RestrictedCase,
    Restriction,
    RetentionRule,
    Service,
    SubjectDecision,
    SubjectRequest,
    Table,
    Team,
    WellKnownCase,
)


class Standing(NamedTuple):
    """What a row of a table is called, by which columns, and what of it follows from the record: by its name there, the
    column. `holder` is the row by which it is of an authority, where its own does not say so.
    """

    name: str
    table: type[Table]
    key: tuple[str, ...]
    columns: Mapping[str, str]
    holder: tuple[type[Table], str] | None = None


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_SPAN = ("held_from", "held_until")
_ENDED = {**_same("ended_by", "ended_at"), "ending_why": "ending_reason", "why": "reason"}
_OF_ACCOUNT = (Account, "account_id")
STANDING: tuple[Standing, ...] = (
    Standing(
        "authority",
        Authority,
        ("id",),
        _same("name", "host", "telephone", "alarm_minutes", "draft_days", "created_at"),
    ),
    Standing("organisation", Organisation, ("id",), _same("agency", "name", "leads")),
    Standing("team", Team, ("id",), {"organisation": "organisation_id", **_same("name", "duty")}),
    Standing(
        "account",
        Account,
        ("id",),
        {"person_name": "name", "person_email": "email", "password": "password_hash"}
        | _same("created_at", "disabled_at"),
    ),
    Standing(
        "membership",
        Membership,
        ("id",),
        _same("account_id", "role", "organisation_id", "team_id", *_SPAN),
        _OF_ACCOUNT,
    ),
    Standing(
        "proposed role",
        ProposedRole,
        ("id",),
        _same("account_id", "role", *_SPAN, "proposed_at", "proposed_by", "settled_at", "settled_by", "membership_id"),
    ),
    Standing("cover", Cover, ("id",), _same("absent_id", "covering_id", "team_id", *_SPAN)),
    Standing("app of", CodeApp, ("account_id",), {"account_id": "account_id", "since": "confirmed_at"}, _OF_ACCOUNT),
    Standing("passkey", Passkey, ("id",), {"account_id": "account_id", "since": "made_at"}, _OF_ACCOUNT),
    Standing(
        "single sign-on of",
        ProviderLink,
        ("account_id",),
        {**_same("account_id", "issuer", "subject"), "since": "linked_at"},
        _OF_ACCOUNT,
    ),
    Standing("closure day", ClosureDay, ("day",), _same("name", "added_at", "added_by")),
    Standing("local limit", LocalTimescale, ("clock",), _same("limit", "changed_at", "changed_by")),
    Standing(
        "duty turn",
        DutyTurn,
        ("id",),
        _same("account_id", "place", "address", "starts_at", "ends_at", "changed_at", "changed_by"),
    ),
    Standing(
        "service",
        Service,
        ("id",),
        _same("name", "run_by", "agency", "contact", "for_whom", "offers", "waiting_time", "takes_requests")
        | _same("changed_at", "changed_by", "ended_at", "ended_because"),
    ),
    Standing("well known case", WellKnownCase, ("case_id",), _same("since", "marked_by"), (Case, "case_id")),
    Standing(
        "bar",
        Bar,
        ("id",),
        _same("person_id", "account_id", "barred_by", "barred_at", "ending_asked_by", "ending_asked_at") | _ENDED,
    ),
    Standing("restriction", Restriction, ("id",), _same("case_id", "restricted_by", "restricted_at") | _ENDED),
    Standing(
        "restricted case",
        RestrictedCase,
        ("restriction_id", "case_id"),
        _same("restriction_id", "case_id"),
        (Restriction, "restriction_id"),
    ),
    Standing(
        "named account",
        NamedAccount,
        ("restriction_id", "account_id"),
        _same("restriction_id", "account_id"),
        (Restriction, "restriction_id"),
    ),
    Standing(
        "use of break glass",
        BrokenGlass,
        ("id",),
        _same("account_id", "case_id", "broken_at", "until", "reviewed_by", "reviewed_at", "verdict")
        | {"why": "reason", "ending_why": "review"},
    ),
    Standing("agreement", AgreementText, ("agreement", "version"), _same("text", "holds_from", "set_at", "set_by")),
    Standing(
        "signature of",
        OrganisationSignature,
        ("organisation_id", "version"),
        _same("name", "signed_on", "noted_at", "noted_by"),
    ),
    Standing("agreed conduct", ConductSignature, ("account_id", "version"), _same("signed_at"), _OF_ACCOUNT),
    Standing(
        "review of a look",
        LookReview,
        ("id",),
        _same("account_id", "case_id", "day", "verdict", "reviewed_by", "reviewed_at") | {"why": "reason"},
    ),
    Standing(
        "request for a part",
        PartRequest,
        ("id",),
        _same("organisation_id", "account_id", "asked_at", "given_name", "family_name", "how", "why", "born")
        | _same("decided_at", "decided_by", "case_id"),
    ),
    Standing(
        "retention rule",
        RetentionRule,
        ("id",),
        _same("years", "counts_from", "process", "process_title", "set_at", "set_by", "ended_at", "ended_by")
        | {"ending_why": "ending_reason"},
    ),
    Standing(
        "legal hold",
        LegalHold,
        ("id",),
        _same("case_id", "held_at", "held_by", "lifted_at", "lifted_by")
        | {"why": "reason", "ending_why": "lifting_reason"},
    ),
    Standing(
        "erasure",
        Erasure,
        ("id",),
        _same("case_id", "rule_id", "proposed_at", "proposed_by", "outcome", "settled_at", "settled_by")
        | {"why": "reason", "ending_why": "settling_reason"},
    ),
    Standing(
        "erased span",
        ErasedSpan,
        ("chain", "first_number"),
        _same("last_number", "erasure_id"),
        (Erasure, "erasure_id"),
    ),
    Standing("erased case", Case, ("id",), _same("erased_at")),
    Standing(
        "request for what is held",
        SubjectRequest,
        ("id",),
        _same("case_id", "asked_by", "proof", "received_on", "recorded_at", "recorded_by", "extended_at")
        | {**_same("made_at", "sha256", "closed_at", "outcome"), "why": "extension_reason"},
    ),
    Standing(
        "decision on",
        SubjectDecision,
        ("request_id", "item"),
        _same("case_id", "decision", "ground", "digest", "decided_at", "decided_by") | {"why": "reason"},
        (SubjectRequest, "request_id"),
    ),
)


def standing_rows(live: Connection, authority: str) -> Rows:
    found: Rows = {}
    for one in STANDING:
        columns = one.table.__table__.c
        named = [columns[name].label(f"key_{name}") for name in one.key]
        statement = select(*named, *(columns[name].label(label) for label, name in one.columns.items()))
        for row in live.execute(statement.where(_is_of(one, authority), *_counts(one))).mappings():
            key = " ".join(str(row[f"key_{name}"]) for name in one.key)
            found[f"{one.name} {key}"] = {label: _as_said(label, row[label]) for label in one.columns}
    codes = select(RecoveryCode.account_id, func.count().label("left")).join(
        Account, Account.id == RecoveryCode.account_id
    )
    for row in live.execute(codes.where(Account.authority_id == authority).group_by(RecoveryCode.account_id)):
        found[f"recovery codes of {row.account_id}"] = {"left": row.left}
    return found


def _as_said(label: str, value: Any) -> Any:
    return digest_of(value) if label == "password" and value is not None else value


def _counts(one: Standing) -> tuple[ColumnElement[bool], ...]:
    """An app of which no code was shown yet counts for nothing, nor does a case of which all stands."""
    if one.table is CodeApp:
        return (CodeApp.confirmed_at.is_not(None),)
    return (Case.erased_at.is_not(None),) if one.table is Case else ()


def _is_of(one: Standing, authority: str) -> ColumnElement[bool]:
    if one.table is Authority:
        return Authority.id == authority
    columns = one.table.__table__.c
    if one.holder is None:
        return columns["authority_id"] == authority
    holder, name = one.holder
    of = holder.__table__.c
    return columns[name].in_(select(of["id"]).where(of["authority_id"] == authority))
