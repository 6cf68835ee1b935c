"""The one place that opens a transaction, and so the only one that commits."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, cast
from weakref import finalize

import orjson
from alembic import command
from alembic.config import Config
from sqlalchemy import ColumnElement, Connection, Engine, create_engine, event, func, literal, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from engine.base.errors import BadAnswers, NotFound
from engine.base.settings import BadSetting

MIGRATIONS = Path(__file__).parents[1] / "migrations"
BUSY_SECONDS = 30
NO_CHARACTER = "\0"
_Parameters: TypeAlias = Mapping[str, object] | Sequence[object]  # drivers take them by name or by place
NOT_KEPT = "Some of this text holds a character that cannot be kept. Type it again and send it again."


class DatabaseUnavailable(Exception):
    """The database cannot be opened or written just now. Says what to do; never what was in the statement."""


class Database:
    """A database by its address, `sqlite:///path` or `postgresql://...`; both are first-class.

    SQLite runs with WAL and `synchronous=FULL`: NORMAL lost acknowledged work when the power was cut.
    """

    def __init__(self, url: str) -> None:
        """Raises BadSetting for what is no address."""
        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError):  # not repeated: it may hold a password
            raise BadSetting("What was given is not the address of a database.") from None
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.engine = _engine(self.url.render_as_string(hide_password=False))
        finalize(self, self.engine.dispose)  # whoever drops it leaves no connection open

    @contextmanager
    def transaction(self) -> Generator[Connection]:
        """One command: everything in the block is committed together, or nothing is."""
        with _said_plainly(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A look that changes nothing: whatever was done in the block is rolled back."""
        with _said_plainly(), self.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.info["reading"] = True
            try:
                yield connection
            finally:
                connection.info.pop("reading", None)

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """A look at several tables as they all stood at one moment, whatever others write meanwhile."""
        with self.read() as connection:
            if connection.dialect.name == "postgresql":  # a read on SQLite is one anyway
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    def upgrade(self) -> None:
        """Bring the tables to the newest form. Safe to call at every start, and by several at once."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.transaction() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # another server's upgrade may take long
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(730137)")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def owns_tables(self) -> bool:
        """Whether the role of PostgreSQL that is at work here owns the record, and so may change it."""
        with self.read() as connection:
            owned = "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'act'::regclass"
            return bool(connection.exec_driver_sql(owned).scalar_one())

    def dispose(self) -> None:
        self.engine.dispose()


@contextmanager
def undone_if_it_fails(connection: Connection) -> Generator[None]:
    """A part of a command that may fail by itself: what it did is undone, and the rest of the command stands."""
    with connection.begin_nested():
        yield


def one_at_a_time(connection: Connection, name: str) -> None:
    """Waits until no other transaction holds this name, and holds it to the end. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_number_of(literal(name)))))


def shared_with_others(connection: Connection, name: str) -> None:
    """Waits until nobody has this name one at a time, and keeps it from them to the end; others may share it."""
    for column in sharing(connection, literal(name)):
        connection.execute(select(column))


def sharing(connection: Connection, name: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """As `shared_with_others`, for a statement that selects the name: what it selects besides."""
    if connection.dialect.name != "postgresql":
        return ()
    return (func.pg_advisory_xact_lock_shared(_number_of(name)),)


def _number_of(name: ColumnElement[str]) -> ColumnElement[int]:
    """PostgreSQL locks numbers."""
    return func.hashtextextended(name, 0)


@contextmanager
def _said_plainly() -> Generator[None]:
    try:
        yield
    except DatabaseError as error:
        # SQLite says DatabaseError itself of a file that is no database; its other kinds are faults of ours.
        if type(error) not in (DatabaseError, OperationalError):
            raise
        # The statement and its values hold a child's data: only the driver's own words may travel on.
        raise DatabaseUnavailable(f"The database cannot be used just now: {error.orig}") from None


def _engine(url: str) -> Engine:
    sqlite = url.startswith("sqlite")
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}} if sqlite else {"pool_size": 20}
    engine = create_engine(
        url,
        json_serializer=_json,
        json_deserializer=orjson.loads,
        hide_parameters=True,
        **options,
    )
    event.listen(engine, "before_cursor_execute", _refuse_no_character)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _refuse_no_character(
    _connection: Any, _cursor: Any, _statement: str, parameters: Any, context: Any, executemany: bool
) -> None:
    """PostgreSQL takes a NUL in no text, so neither does SQLite: nothing has such a name, and nothing is kept of it.

    Raises NotFound where something is looked for, BadAnswers where something is to be written.
    """
    rows = cast("Sequence[_Parameters]", parameters if executemany else (parameters,))
    values = (value for row in rows for value in (row.values() if isinstance(row, Mapping) else row))
    if not any(isinstance(value, str) and NO_CHARACTER in value for value in values):
        return
    if context is not None and (context.isinsert or context.isupdate or context.isdelete):
        raise BadAnswers({"": NOT_KEPT})
    raise NotFound


def _json(value: object) -> str:
    return orjson.dumps(value).decode("utf-8")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Nobody waits for a lock without end, as on SQLite: whoever asked is told to try again."""
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.autocommit = False


def _begin_sqlite(connection: Connection) -> None:
    # A command takes the write lock before it reads: what it read is then still true when it writes.
    connection.exec_driver_sql("BEGIN" if connection.info.get("reading") else "BEGIN IMMEDIATE")
