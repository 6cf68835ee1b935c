"""What a refused command must leave as it was: everything but the people of the story and their own chains."""

from typing import Any

from sqlalchemy import Connection, not_, select

from engine.tables import Table

# People come as steps name them, and a refusal is remembered in the chain of whoever was refused.
_MAY_CHANGE = frozenset({"account", "membership", "session"})
_NEVER_CHANGES = frozenset({"bundle_file"})

Standing = dict[str, frozenset[Any]]


def standing(connection: Connection) -> Standing:
    """Every row of every table, by table."""
    found: Standing = {}
    for table in Table.metadata.sorted_tables:
        if table.name in _MAY_CHANGE | _NEVER_CHANGES:
            continue
        statement = select(table)
        chain = table.columns["name"] if table.name == "chain" else table.columns.get("chain")
        if chain is not None:
            statement = statement.where(not_(chain.startswith("person:")))
        found[table.name] = frozenset(repr(tuple(row)) for row in connection.execute(statement))
    return found


def changed(before: Standing, after: Standing) -> list[str]:
    """The tables in which something differs."""
    return [table for table in before if before[table] != after[table]]
