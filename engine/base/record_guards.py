"""What holds off changes to the record in the database itself, and whether it is as the product sets it.

Whoever owns the database can take it away and put it back; while it is away, that is seen here.
"""

import re
from collections.abc import Iterator

from sqlalchemy import Connection, text

from engine.base.database import Database
from engine.base.database_role import ERASED_FROM, KEPT, rights_on

Fault = tuple[str, str]
"""Where, and what is wrong."""
FIRST = 3
"""So many are said in one line: `verify` names them all."""
_ON_SQLITE = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
# A trigger that is switched off stands with another letter.
_ON_POSTGRESQL = text(
    "SELECT t.tgname AS name, c.relname || ' ' || p.proname || ' ' || t.tgtype || ' ' || (t.tgqual IS NULL) AS sql, "
    "t.tgenabled::text AS enabled, p.prosrc AS does "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
)
# Of whole tables and of single columns, to whomever but the owner.
_RIGHTS = text(
    "SELECT coalesce(r.rolname, 'PUBLIC') AS role, g.relname AS name, g.privilege FROM ("
    " SELECT c.relname, c.relowner, a.grantee, a.privilege_type AS privilege"
    " FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace"
    " UNION SELECT c.relname, c.relowner, a.grantee, a.privilege_type FROM pg_class c"
    " JOIN pg_attribute l ON l.attrelid = c.oid CROSS JOIN LATERAL aclexplode(l.attacl) a"
    " WHERE c.relnamespace = 'public'::regnamespace"
    ") g LEFT JOIN pg_roles r ON r.oid = g.grantee WHERE g.grantee <> g.relowner"
    " ORDER BY role, g.relname, g.privilege"
)
# Before, and of each row or of the statement; on updating, deleting, or emptying the table (pg_trigger, tgtype).
_TYPES = {"update": 1 + 2 + 16, "delete": 1 + 2 + 8, "truncate": 2 + 32}
_KEEPS, _ERASES = "record_is_kept", "payload_is_kept"
# What the function of a trigger does before it refuses, and then ends: nothing, or it lets go what was decided to go.
_REFUSES = re.compile(r"RAISE EXCEPTION '[^']*' USING ERRCODE = 'restrict_violation'; END")
_BEFORE = {
    _KEEPS: "BEGIN ",
    _ERASES: "BEGIN IF EXISTS (SELECT 1 FROM erased_span s JOIN erasure e ON e.id = s.erasure_id "
    "WHERE s.chain = OLD.chain AND OLD.number BETWEEN s.first_number AND s.last_number AND e.outcome = 'erased' "
    "AND e.settled_by <> e.proposed_by) THEN RETURN OLD; END IF; ",
}


def what_is_unguarded(database: Database) -> str:
    """In one line for an operator; empty where all is as the product sets it, or the tables are of another version."""
    found = faults_of_guards(database) if database.is_upgraded() else ()
    more = f", and {len(found) - FIRST} more" if len(found) > FIRST else ""
    return ", ".join(f"{where} {what}" for where, what in found[:FIRST]) + more


def faults_of_guards(database: Database) -> tuple[Fault, ...]:
    """Of a database whose tables are those of this version."""
    with database.read() as connection:
        if connection.dialect.name == "postgresql":
            return (*_triggers_of_postgresql(connection), *_rights(connection))
        return tuple(_triggers_of_sqlite(connection))


def _triggers_of_sqlite(connection: Connection) -> Iterator[Fault]:
    stands = {row.name: row.sql for row in connection.execute(_ON_SQLITE)}
    sets = _set_by_product()
    for name in sorted(sets):
        if name not in stands:
            yield f"trigger {name}", "is missing: the database does not hold off what it should"
        elif stands[name] != sets[name]:
            yield f"trigger {name}", "was changed: it is not the one that the product sets"
    for name in sorted(stands.keys() - sets.keys()):
        yield f"trigger {name}", "is none of the product’s"


def _set_by_product() -> dict[str, str]:
    made = Database("sqlite://")
    try:
        made.upgrade()
        with made.read() as connection:
            return {row.name: row.sql for row in connection.execute(_ON_SQLITE)}
    finally:
        made.dispose()


def _triggers_of_postgresql(connection: Connection) -> Iterator[Fault]:
    stands = {row.name: row for row in connection.execute(_ON_POSTGRESQL)}
    sets = {
        (f"{table}_no_{event}"): (table, _function(table, event), _TYPES[event]) for table in KEPT for event in _TYPES
    }
    for name in sorted(sets):
        row, (table, function, type_) = stands.get(name), sets[name]
        if row is None:
            yield f"trigger {name}", "is missing: the database does not hold off what it should"
        elif row.enabled not in "OA":
            yield f"trigger {name}", "is switched off"
        elif row.sql != f"{table} {function} {type_} true" or not _refuses(row.does, function):
            yield f"trigger {name}", "was changed: it is not the one that the product sets"
    for name in sorted(stands.keys() - sets.keys()):
        yield f"trigger {name}", "is none of the product’s"


def _refuses(does: str, function: str) -> bool:
    begin, _, end = does.strip().partition(_BEFORE[function])
    return not begin and _REFUSES.fullmatch(end) is not None


def _function(table: str, event: str) -> str:
    return _ERASES if (table, event) == (ERASED_FROM, "delete") else _KEEPS


def _rights(connection: Connection) -> Iterator[Fault]:
    """`throughline db role` gives no more than reading and adding where the record stands, and erasing there."""
    more: dict[tuple[str, str], list[str]] = {}
    for row in connection.execute(_RIGHTS):
        if row.name in KEPT and row.privilege not in rights_on(row.name):
            more.setdefault((row.role, row.name), []).append(row.privilege)
    for (role, table), rights in more.items():
        yield f"table {table}", f"the role {role} has rights that the product does not give: {', '.join(rights)}"
