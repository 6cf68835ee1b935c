"""The one place that opens a transaction, and so the only one that commits."""

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias, cast
from weakref import finalize

import orjson
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ColumnElement, Connection, Engine, create_engine, event, func, literal, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from engine.base.compiled_statements import CompiledStatements
from engine.base.database_faults import said_of_commit, said_plainly
from engine.base.errors import BadAnswers, NotFound
from engine.base.settings import BadSetting
from engine.base.spent import watch

MIGRATIONS = Path(__file__).parents[1] / "migrations"
BUSY_SECONDS = 30
BRIEF_SECONDS = 3
# Of a server that does not answer, or whose network was cut, nobody waits until the machine gives up (libpq, 34.1.2).
ANSWERS = {
    "connect_timeout": 3,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
# Of each connection: more than commands and pages ask, so that each is planned once and not each time.
PREPARED_STATEMENTS = 400
NO_CHARACTER = "\0"
_Parameters: TypeAlias = dict[str, object] | Sequence[object]  # drivers take them by name or by place
NOT_KEPT = "Some of this text holds a character that cannot be kept. Type it again and send it again."


class Database:
    """A database by its address, `sqlite:///path` or `postgresql://...`; both are first-class.

    SQLite runs with WAL and `synchronous=FULL`: NORMAL lost acknowledged work when the power was cut.
    """

    def __init__(self, url: str, *, lock_seconds: float = BUSY_SECONDS) -> None:
        """`lock_seconds`: how long is waited for a lock that somebody else holds. Raises BadSetting for no address."""
        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError):  # not repeated: it may hold a password
            raise BadSetting("What was given is not the address of a database.") from None
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self._lock_seconds = lock_seconds
        self.engine = _engine(self.url.render_as_string(hide_password=False), lock_seconds)
        finalize(self, self.engine.dispose)  # whoever drops it leaves no connection open
        self._must_write: Callable[[], None] = lambda: None

    def ask_before_writing(self, must_write: Callable[[], None]) -> None:
        """Before each transaction from now on. It raises DatabaseUnavailable where there is to be none."""
        self._must_write = must_write

    @contextmanager
    def transaction(self) -> Generator[Connection]:
        """One command: everything in the block is committed together, or nothing is."""
        self._must_write()
        with said_plainly(), ExitStack() as committed:
            yield committed.enter_context(self.engine.begin())
            with said_of_commit():
                committed.close()

    @contextmanager
    def brief_transaction(self) -> Generator[Connection]:
        """A transaction that waits for nobody long: for what is written before the work that somebody came for.

        Raises DatabaseUnavailable where others hold what it needs for BRIEF_SECONDS.
        """
        self._must_write()
        with said_plainly(), self.engine.connect() as connection:
            if sqlite := connection.dialect.name == "sqlite":
                _wait(connection, BRIEF_SECONDS)
            try:
                with ExitStack() as committed:
                    committed.enter_context(connection.begin())
                    if not sqlite:
                        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(BRIEF_SECONDS * 1000)}")
                    yield connection
                    with said_of_commit():
                        committed.close()
            finally:
                if sqlite and not connection.invalidated:
                    _wait(connection, self._lock_seconds)

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A look that changes nothing: whatever was done in the block is rolled back, PostgreSQL refuses it at once."""
        options: dict[str, Any] = {"reading": True, "postgresql_readonly": True}
        with said_plainly(), self.engine.connect().execution_options(**options) as connection:
            yield connection
            if connection.dialect.name == "postgresql":
                _commit_or_leave(connection)  # at a rollback psycopg drops all statements that the server has prepared

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """A look at several tables as they all stood at one moment, whatever others write meanwhile."""
        with self.read() as connection:
            if connection.dialect.name == "postgresql":  # a read on SQLite is one anyway
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def upgrade(self) -> None:
        """Bring the tables to the newest form. Safe to call at every start, and by several at once."""
        config = _migrations()
        with self.transaction() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # another server's upgrade may take long
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(730137)")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def is_upgraded(self) -> bool:
        """Whether the tables are as this version needs them."""
        with self.read() as connection:
            return set(MigrationContext.configure(connection).get_current_heads()) == _heads()

    def takes_writes(self) -> bool:
        """Whether a transaction that writes can be begun: on SQLite the lock for it is had, and PostgreSQL is neither a
        copy of another server nor set to read only.
        """
        with self.transaction() as connection:
            if connection.dialect.name != "postgresql":
                return True
            kept_from = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'"
            return not connection.exec_driver_sql(kept_from).scalar_one()

    def owns_tables(self) -> bool:
        """Whether the role of PostgreSQL that is at work here owns the record, and so may change it."""
        with self.read() as connection:
            owned = "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'act'::regclass"
            return bool(connection.exec_driver_sql(owned).scalar_one())

    def dispose(self) -> None:
        self.engine.dispose()


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@cache
def _heads() -> set[str]:
    return set(ScriptDirectory.from_config(_migrations()).get_heads())


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
    for column in sharing(connection.dialect.name, literal(name)):
        connection.execute(select(column))


def sharing(dialect: str, name: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """As `shared_with_others`, for a statement that selects the name: what it selects besides."""
    if dialect != "postgresql":
        return ()
    return (func.pg_advisory_xact_lock_shared(_number_of(name)),)


def _number_of(name: ColumnElement[str]) -> ColumnElement[int]:
    """PostgreSQL locks numbers."""
    return func.hashtextextended(name, 0)


def _engine(url: str, lock_seconds: float) -> Engine:
    sqlite = url.startswith("sqlite")
    connecting: dict[str, Any] = {"timeout": lock_seconds} if sqlite else ANSWERS
    # A connection that was lost while it lay idle is had anew before anybody's page meets it.
    options: dict[str, Any] = {} if sqlite else {"pool_size": 20, "pool_pre_ping": True}
    engine = create_engine(
        url,
        json_serializer=_json,
        json_deserializer=orjson.loads,
        hide_parameters=True,
        connect_args=connecting,
        execution_options={"compiled_cache": CompiledStatements()},
        **options,
    )
    watch(engine)
    event.listen(engine, "before_cursor_execute", _refuse_no_character, retval=True)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", partial(_prepare_postgresql, lock_seconds))
    return engine


def _refuse_no_character(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    """PostgreSQL takes a NUL in no text, so neither does SQLite: nothing has such a name, and nothing is kept of it.

    Raises NotFound where something is looked for, BadAnswers where something is to be written.
    """
    for row in cast("Sequence[_Parameters]", parameters if executemany else (parameters,)):
        for value in row.values() if isinstance(row, dict) else row:
            if isinstance(value, str) and NO_CHARACTER in value:
                if context is not None and (context.isinsert or context.isupdate or context.isdelete):
                    raise BadAnswers({"": NOT_KEPT})
                raise NotFound
    return statement, parameters


def _commit_or_leave(connection: Connection) -> None:
    """Where it fails nobody has this connection next: its transaction may stand open."""
    try:
        connection.commit()
    except BaseException:
        connection.invalidate()
        raise


def _json(value: object) -> str:
    return orjson.dumps(value).decode("utf-8")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    # What is removed is written over in the file: it would else be read there when nothing names it any more.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _wait(connection: Connection, seconds: float) -> None:
    """How long SQLite waits for another writer. Told to the driver: a statement would begin a transaction, and wait."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _prepare_postgresql(lock_seconds: float, connection: Any, _record: Any) -> None:
    """Nobody waits for a lock without end, as on SQLite: whoever asked is told to try again."""
    connection.prepared_max = PREPARED_STATEMENTS
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {int(lock_seconds * 1000)}")
    connection.autocommit = False


def _begin_sqlite(connection: Connection) -> None:
    # A command takes the write lock before it reads: what it read is then still true when it writes.
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")
