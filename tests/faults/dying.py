"""A backup or a restoration in a process of its own that is killed at one of its steps: a statement, a sync, a link."""

import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from engine.backup.backup_folder import read_backup
from engine.backup.copying import copy_rows, reading
from engine.base.database import Database
from engine.commands.backing_up import back_up
from engine.commands.restoring import restore
from engine.people.identity import SYSTEM
from engine.record.checkpoints import SigningKey, lay_out
from tests.builders import HOUR, MONDAY

Work = Callable[[str, Path], None]
KEY, PLACE, BACKUP = "key.pem", "checkpoints", "backup"


@contextmanager
def opened(url: str) -> Generator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def backs_up(url: str, folder: Path) -> None:
    with opened(url) as database:
        back_up(database, SYSTEM, MONDAY, folder / BACKUP, folder / PLACE, {})


def puts_back(url: str, folder: Path) -> None:
    key = SigningKey(folder / KEY)
    with opened(url) as database:
        restore(database, SYSTEM, MONDAY + HOUR, read_backup(folder / BACKUP), key, folder / PLACE)
        with database.read() as connection:
            lay_out(connection, folder / PLACE, key)


def puts_back_in_pieces(url: str, folder: Path) -> None:
    """The planted fault: the rows are kept before the record says that they were put back."""
    with opened(url) as database:
        with reading(folder / BACKUP / "throughline.db") as source, database.transaction() as target:
            copy_rows(source, target)
        os.kill(os.getpid(), signal.SIGKILL)


def killed_at(step: int, work: Work, url: str, folder: Path) -> None:
    """Runs in the process that is killed. Each thing that reaches the disk is a step."""
    left = [step]

    def take_a_step(*_: object, **__: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", take_a_step)
    event.listen(Engine, "commit", take_a_step)
    for name in ("fsync", "link", "unlink"):
        setattr(os, name, stepping(getattr(os, name), take_a_step))
    work(url, folder)


def stepping(function: Callable[..., Any], take_a_step: Callable[..., None]) -> Callable[..., Any]:
    def step(*arguments: Any, **given: Any) -> Any:
        take_a_step()
        return function(*arguments, **given)

    return step
