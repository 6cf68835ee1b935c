"""A role of PostgreSQL for the product at work: it adds to the record and cannot change or remove what stands there."""

from sqlalchemy import Connection, text

from engine.base.database import Database
from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.tables import (
    Act,
    Alarm,
    AnswerCorrection,
    Answers,
    BroughtIn,
    Bundle,
    BundleFile,
    CarryOverItem,
    CaseAction,
    Chain,
    ChangeSave,
    Checkpoint,
    ClosureDay,
    CodeApp,
    Counted,
    Deadline,
    Departure,
    DisputeNote,
    Draft,
    DutyTurn,
    Editing,
    ErasedSpan,
    Instance,
    KeptSearch,
    NamedAccount,
    OneTimeWord,
    Outbox,
    Part,
    PartRequest,
    Passkey,
    Payload,
    PersonalFact,
    PersonKey,
    PossibleMatch,
    ProviderLink,
    Publication,
    RecoveryCode,
    Relationship,
    RestingMark,
    Session,
    SharedInformation,
    SharingWish,
    Shown,
    StalledCase,
    SubjectDecision,
    SubjectRequest,
    Submission,
    Table,
    TakenOver,
    TryByHand,
    Wait,
    WellKnownCase,
    WorkItem,
)

_TABLES = (Act, Bundle, BundleFile, Chain, Checkpoint, ErasedSpan, Payload, Publication, Shown)
KEPT = {table.__tablename__ for table in _TABLES}
ERASED_FROM = Payload.__tablename__
"""Of the tables that are kept the one from which rows are removed, where an erasure was decided: a trigger asks."""

REMOVED_FROM = {
    table.__tablename__
    for table in (
        # What lasts for a while, or is typed anew.
        *(BroughtIn, ChangeSave, ClosureDay, Counted, Draft, DutyTurn, Editing, KeptSearch, OneTimeWord, Session),
        *(StalledCase, SubjectDecision, TryByHand, Wait),
        # How somebody shows who they are, who is named in a restricted case, what is looked at more closely.
        *(CodeApp, NamedAccount, Passkey, PersonKey, ProviderLink, RecoveryCode, WellKnownCase),
        # What goes with an erased case (engine/casework/erased_rows.py).
        *(Alarm, AnswerCorrection, Answers, CarryOverItem, CaseAction, Deadline, Departure, DisputeNote, Instance),
        *(Outbox, Part, PartRequest, PossibleMatch, Relationship, RestingMark, SharedInformation, SharingWish),
        *(PersonalFact, SubjectRequest, Submission, TakenOver, WorkItem),
    )
}
"""Of the other tables those from which the product removes rows. Cases, children, accounts, roles, bars, restrictions,
rules, legal holds and decisions are in none of them: they end, and stay.
"""


def grant(database: Database, role: str) -> None:
    """What the role may do from now on, and no more. It must exist; the tables belong to another.

    Raises NotPossible on SQLite, which has no roles, and NotFound for a role that is not there.
    """
    if database.url.get_backend_name() != "postgresql":
        raise NotPossible(
            "Only PostgreSQL has roles. On SQLite, triggers alone hold off changes to the record.",
            code=RefusalCode.NO_DATABASE_ROLES,
        )
    with database.transaction() as connection:
        if connection.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :role"), {"role": role}) == 0:
            raise NotFound(
                f"There is no role called “{role}”. Make it first: CREATE ROLE {role} LOGIN.",
                code=RefusalCode.UNKNOWN_NAME,
            )
        _grant(connection, connection.dialect.identifier_preparer.quote(role))


def _grant(connection: Connection, role: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table in Table.metadata.tables:
        connection.exec_driver_sql(f"GRANT {', '.join(rights_on(table))} ON {quote(table)} TO {role}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {role}")


def rights_on(table: str) -> tuple[str, ...]:
    """What the role may do with a table."""
    if table in KEPT:
        return ("SELECT", "INSERT", "DELETE") if table == ERASED_FROM else ("SELECT", "INSERT")
    every = "SELECT", "INSERT", "UPDATE", "DELETE"
    return every if table in REMOVED_FROM else every[:-1]
