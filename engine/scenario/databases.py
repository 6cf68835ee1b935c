"""Where stories are played: each on a database that holds nothing but what every story needs."""

import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, func, inspect, select

from engine.base.database import Database
from engine.base.errors import NotPossible, RefusalCode
from engine.scenario.cast import MAIL_DOMAIN
from engine.scenario.stage import AUTHORITY, prepare
from engine.tables import Account, Authority, Case, Table

Fresh = Callable[[], Database]


@contextmanager
def temporary(models: Path) -> Generator[Fresh]:
    """SQLite files that are gone afterwards; prepared once and copied. Raises BadModel where the models are unsound."""
    with TemporaryDirectory(prefix="throughline-scenario-") as folder:
        template = Path(folder, "template.db")
        make_template(template, models)
        with copied(template, Path(folder, "story.db")) as fresh:
            yield fresh


def put_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Models and stories that lie in no folder yet, each at its path."""
    for path, content in files.items():
        Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
        Path(folder, path).write_bytes(content)


def make_template(template: Path, models: Path) -> None:
    """Raises BadModel where the models are unsound."""
    made = Database(f"sqlite:///{template}")
    try:
        prepare(made, models)
    finally:
        made.dispose()


@contextmanager
def copied(template: Path, current: Path) -> Generator[Fresh]:
    """Each time the template anew at the same place."""
    database = Database(f"sqlite:///{current}")

    def fresh() -> Database:
        database.dispose()
        for leftover in current.parent.glob(f"{current.name}*"):
            leftover.unlink()
        shutil.copy(template, current)
        return database

    try:
        yield fresh
    finally:
        database.dispose()


@contextmanager
def given(url: str, models: Path) -> Generator[Fresh]:
    """The one database at this address, emptied before each story; what the last one played stays to be looked at.

    Raises NotPossible where it holds anything that no story has made.
    """
    database = Database(url)

    def fresh() -> Database:
        empty(database)
        prepare(database, models)
        return database

    try:
        with database.read() as connection:
            _must_be_ours(connection)
        yield fresh
    finally:
        database.dispose()


def empty(database: Database) -> None:
    """Takes the tables away, with all that is in them."""
    with database.transaction() as connection:
        Table.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")


def _must_be_ours(connection: Connection) -> None:
    if not inspect(connection).has_table(Account.__tablename__):
        return
    accounts = connection.execute(select(func.count()).select_from(Account)).scalar_one()
    made_here = select(func.count()).select_from(Account).where(Account.email.endswith(f"@{MAIL_DOMAIN}"))
    cases = connection.execute(select(func.count()).select_from(Case)).scalar_one()
    others = connection.scalars(select(Authority.id).where(Authority.id != AUTHORITY)).first()
    # Every story's database has a social worker in it: one with cases and without people is somebody's.
    if connection.execute(made_here).scalar_one() != accounts or (cases and not accounts) or others:
        raise NotPossible(
            "This database holds data that no scenario made. Give the address of an empty one.",
            code=RefusalCode.DATABASE_HELD,
        )
